"""``toolkit annotate``: a workbook or a reason for every file of the ledger, whole files only, nothing overwritten."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

import toolkit
from bench.office import convert
from tests.annotate.conftest import MINI, Make
from tests.annotate.packages import changed, opened, part_of
from toolkit.annotate.folder import AnswerFolder, Kind
from toolkit.cli import main
from toolkit.model.errors import InputError, OutputError
from toolkit.store.disk import write_atomic

LIST = "问题清单"


@pytest.fixture(scope="module")
def bureau(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder 报来 with what people send, collected into 结果: to be read only."""
    folder = tmp_path_factory.mktemp("财政 局")
    sent = folder / "报来"
    make(sent / "102.xlsx", change="99")
    make(sent / "甲" / "预算.xlsx", code="103", name="财政所", project="41")
    make(sent / "乙" / "预算.xlsx", code="104", name="教育局", change="99", project="41")
    make(sent / "干净.xlsx", code="105", name="档案馆")
    shutil.copy(sent / "102.xlsx", sent / "102 副本.xlsx")
    (sent / "坏.xlsx").write_bytes((sent / "102.xlsx").read_bytes()[:9_000])
    (sent / "说明.pdf").write_bytes(b"%PDF-1.4\n")
    member = make(folder / "106.xlsx", code="106", name="科协", change="99")
    with zipfile.ZipFile(sent / "打包.zip", "w") as archive:
        archive.write(member, "内层/106.xlsx")
    toolkit.collect([sent], folder / "结果", suites=[MINI]).close()
    return folder


@pytest.fixture
def results(bureau: Path, tmp_path: Path) -> Path:
    """A copy of the results that a test may change."""
    return Path(shutil.copytree(bureau / "结果", tmp_path / "结果"))


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "annotated.jsonl").read_text("utf-8").splitlines()]


def test_every_file_of_the_ledger_has_a_line_and_every_faulty_return_a_workbook(results: Path, tmp_path: Path) -> None:
    done = toolkit.annotate(results, tmp_path / "退回")
    ledger = (results / "received.jsonl").read_text("utf-8").splitlines()
    told = lines(tmp_path / "退回")
    assert len(told) == len(ledger) == len(done.answers)
    outputs = {str(line["unit"]): line["output"] for line in told if line["kind"] == "patched"}
    assert outputs == {"102": "102 副本.xlsx", "103": "103_预算.xlsx", "104": "104_预算.xlsx", "106": "106.xlsx"}
    assert {p.name for p in (tmp_path / "退回").iterdir()} == {*map(str, outputs.values()), "annotated.jsonl"}
    for line in told:
        if line["output"]:
            content = (tmp_path / "退回" / str(line["output"])).read_bytes()
            assert line["output_sha256"] == hashlib.sha256(content).hexdigest()
            assert opened(content)[LIST]["A1"].value.startswith(f"问题清单　{line['unit']} ")
        else:
            assert line["reason"] or line["kind"] == "clean"


def test_the_terminal_names_workbooks_clean_units_and_what_could_not_be_sent_back(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["toolkit"])
    with pytest.raises(SystemExit) as ended:
        main(["annotate", str(results), "-o", str(tmp_path / "退回")])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "写出退回的工作簿 4 份" in said
    assert "  104_预算.xlsx：错误 2，警告 1，提示 0" in said
    assert "  干净.xlsx 无问题，不需退回" in said
    assert "  坏.xlsx：无法读取，" in said
    assert "  说明.pdf：不是报送表，" in said
    assert "另有不用退回的文件：重复文件 1，忽略 1" in said


def test_nothing_of_one_unit_stands_in_the_workbook_of_another(results: Path, tmp_path: Path) -> None:
    toolkit.annotate(results, tmp_path / "退回")
    sheet = opened((tmp_path / "退回" / "103_预算.xlsx").read_bytes())[LIST]
    said = "\n".join(str(c.value) for line in sheet.iter_rows() for c in line if c.value is not None)
    assert "XF-01" in said
    assert not any(word in said for word in ("102", "104", "办公室", "教育局", "NAR-01"))


def test_the_received_files_may_be_gone(results: Path, tmp_path: Path) -> None:
    first = toolkit.annotate(results, tmp_path / "退回")
    (results.parent / "别处").mkdir()
    moved = Path(shutil.move(results, results.parent / "别处" / "结果"))
    second = toolkit.annotate(moved, tmp_path / "退回2")
    assert [p.read_bytes() for p in first.written] == [p.read_bytes() for p in second.written]


def test_again_into_the_same_folder_it_is_the_same(results: Path, tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in toolkit.annotate(results, tmp_path / "退回").written}
    done = toolkit.annotate(results, tmp_path / "退回")
    assert {p.name: p.read_bytes() for p in done.written} == first
    assert not any(answer.beside for answer in done.answers)


def test_a_workbook_that_was_changed_since_is_not_overwritten(results: Path, tmp_path: Path) -> None:
    toolkit.annotate(results, tmp_path / "退回")
    changed_by_hand = tmp_path / "退回" / "106.xlsx"
    changed_by_hand.write_bytes(b"with a remark of the bureau")
    done = toolkit.annotate(results, tmp_path / "退回")
    assert changed_by_hand.read_bytes() == b"with a remark of the bureau"
    assert (tmp_path / "退回" / "106-新.xlsx").is_file()
    assert any("106-新.xlsx 正被打开或已被改动" in line for line in done.as_text())


def test_a_place_held_open_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel on Windows holds its file: replacing it is a PermissionError."""

    def held(path: Path, content: bytes) -> None:
        if path.name == "102.xlsx":
            raise PermissionError(13, "held", str(path))
        write_atomic(path, content)

    monkeypatch.setattr("toolkit.annotate.folder.write_atomic", held)
    folder = AnswerFolder(tmp_path, ())
    assert folder.write("102.xlsx", b"new") == "102-新.xlsx"
    assert (tmp_path / "102-新.xlsx").read_bytes() == b"new"


def test_a_folder_that_cannot_be_written_is_one_clear_message(results: Path, tmp_path: Path) -> None:
    (tmp_path / "退回").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="不是文件夹"):
        toolkit.annotate(results, tmp_path / "退回")
    with pytest.raises(OutputError, match="无法写入"):
        AnswerFolder(tmp_path / "退回", ()).write("102.xlsx", b"new")


def test_received_files_are_never_overwritten(bureau: Path, results: Path) -> None:
    sent = bureau / "报来"
    before = {p: p.read_bytes() for p in sent.rglob("*") if p.is_file()}
    with pytest.raises(InputError, match="收到的原件"):
        toolkit.annotate(results, sent)
    assert {p: p.read_bytes() for p in sent.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("inside", ["", "state/退回"])
def test_the_results_are_not_mixed_with_what_goes_out(results: Path, inside: str) -> None:
    with pytest.raises(InputError, match="另给一个文件夹"):
        toolkit.annotate(results, results / inside)


def test_results_that_are_not_complete_are_not_sent_back(results: Path, tmp_path: Path) -> None:
    with (results / "findings.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(InputError, match="toolkit collect"):
        toolkit.annotate(results, tmp_path / "退回")
    with pytest.raises(InputError, match="不是收表结果文件夹"):
        toolkit.annotate(tmp_path / "没有", tmp_path / "退回")
    assert not (tmp_path / "退回").exists()


def test_a_return_that_cannot_be_patched_is_made_anew_from_what_was_read(make: Make, tmp_path: Path) -> None:
    sent = make(tmp_path / "报来" / "102.xlsx", change="99", project="41")
    sent.write_bytes(_without_formats(sent.read_bytes()))
    toolkit.collect([sent], tmp_path / "结果", suites=[MINI]).close()
    done = toolkit.annotate(tmp_path / "结果", tmp_path / "退回")
    (answer,) = done.answers
    assert answer.kind is Kind.ANEW
    assert "样式" in str(answer.reason)
    assert any("已按读到的数据重新生成" in line for line in done.as_text())
    assert toolkit.extract(done.written[0], suites=[MINI]).values == toolkit.extract(sent, suites=[MINI]).values
    assert opened(done.written[0].read_bytes())["01_收支"]["E7"].comment is not None


def _without_formats(data: bytes) -> bytes:
    return changed(data, "xl/_rels/workbook.xml.rels", lambda x: re.sub(rb'<Relationship [^>]*styles"[^>]*/>', b"", x))


def test_a_copy_that_was_damaged_in_the_store_is_not_sent(results: Path, tmp_path: Path) -> None:
    line = next(a for a in toolkit.annotate(results, tmp_path / "退回").answers if a.output == "106.xlsx")
    copy = results / "state" / "objects" / str(line.sha256)
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    again = next(a for a in toolkit.annotate(results, tmp_path / "退回").answers if a.output == "106.xlsx")
    assert again.kind is Kind.ANEW
    assert "损坏" in str(again.reason)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_return_in_another_format_comes_back_as_xlsx(make: Make, tmp_path: Path, kind: str) -> None:
    filled = make(tmp_path / "102.xlsx", change="99", project="41")
    sent = convert(filled, kind, tmp_path / "报来")
    toolkit.collect([sent], tmp_path / "结果", suites=[MINI]).close()
    done = toolkit.annotate(tmp_path / "结果", tmp_path / "退回")
    (answer,) = done.answers
    assert (answer.kind, answer.output) == (Kind.ANEW, "102.xlsx")
    assert f".{kind}" in str(answer.reason)
    book = opened(done.written[0].read_bytes())
    assert book["01_收支"]["E7"].comment is not None
    links = {c.hyperlink.location for line in book[LIST].iter_rows() for c in line if c.hyperlink}
    assert {"'01_收支'!E7", "'01_收支'!C8"} <= links
    assert toolkit.extract(done.written[0], suites=[MINI]).values == toolkit.extract(filled, suites=[MINI]).values


def test_the_list_stands_first_in_what_is_sent(results: Path, tmp_path: Path) -> None:
    for path in toolkit.annotate(results, tmp_path / "退回").written:
        assert part_of(path.read_bytes(), LIST).endswith("sheetToolkit.xml")
        assert opened(path.read_bytes()).sheetnames[0] == LIST
