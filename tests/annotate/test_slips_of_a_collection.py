"""``toolkit slips``: one for each unit, only its own data, nothing of anybody overwritten."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import toolkit
from bench.office import convert
from tests.annotate.conftest import MINI, Make
from toolkit.cli import main
from toolkit.model.errors import InputError

ROSTER = "单位代码,单位名称,截止日期\n102,办公室,2021-04-30\n103,财政所,\n105,档案馆,\n106,科协,\n"
SETTINGS = 'bureau = "示例开发区财政局"\ncontact = "预算科"\n'


@pytest.fixture(scope="module")
def bureau(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("财政 局")
    sent = folder / "报来"
    make(sent / "102.xlsx", change="99")
    make(sent / "103.xlsx", code="103", name="财政所", project="41")
    make(sent / "105.xlsx", code="105", name="档案馆")
    (folder / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "toolkit.toml").write_text(SETTINGS, encoding="utf-8")
    tables = {"roster": folder / "名册.csv", "settings": folder / "toolkit.toml"}
    toolkit.collect([sent], folder / "结果", suites=[MINI], **tables).close()
    return folder


@pytest.fixture
def results(bureau: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bureau / "结果", tmp_path / "结果"))


def words(path: Path) -> str:
    sheet: Any = openpyxl.load_workbook(path).active
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_each_unit_gets_its_slip_and_all_stand_in_the_list(results: Path, tmp_path: Path) -> None:
    done = toolkit.slips(results, tmp_path / "书", deadline=datetime.date(2021, 3, 31))
    assert [p.name for p in done.written] == [
        "退回通知书_102_办公室.xlsx", "退回通知书_103_财政所.xlsx", "接收回执_105_档案馆.xlsx", "送达清单.xlsx",
    ]  # fmt: skip
    first, second = (words(path) for path in done.written[:2])
    assert "2021 年 4 月 30 日" in first  # the roster's own day
    assert "2021 年 3 月 31 日" in second
    assert "示例开发区财政局（盖章）" in first
    sha256 = next(
        line["sha256"]
        for line in map(json.loads, (results / "received.jsonl").read_text("utf-8").splitlines())
        if line["unit"] == "102"
    )
    assert f"SHA-256：{sha256}" in first
    assert "XF-01" not in first
    assert "XF-01" in second
    listed = words(done.written[-1])
    assert all(name in listed for name in ("办公室", "财政所", "档案馆"))


def test_only_some_units_leaves_the_slips_of_the_others(results: Path, tmp_path: Path) -> None:
    toolkit.slips(results, tmp_path / "书")
    before = {p.name: p.read_bytes() for p in (tmp_path / "书").iterdir()}
    done = toolkit.slips(results, tmp_path / "书", units=["103"], deadline=datetime.date(2021, 5, 5))
    after = {p.name: p.read_bytes() for p in (tmp_path / "书").iterdir()}
    assert [p.name for p in done.written] == ["退回通知书_103_财政所.xlsx", "送达清单.xlsx"]
    assert after.keys() == before.keys()
    assert after["退回通知书_102_办公室.xlsx"] == before["退回通知书_102_办公室.xlsx"]
    assert after["退回通知书_103_财政所.xlsx"] != before["退回通知书_103_财政所.xlsx"]
    assert "办公室" in words(tmp_path / "书" / "送达清单.xlsx")
    with pytest.raises(InputError, match="没有单位“999”报来的文件"):
        toolkit.slips(results, tmp_path / "书", units=["999"])


def test_a_file_of_somebody_is_never_overwritten(results: Path, tmp_path: Path) -> None:
    (tmp_path / "书").mkdir()
    own = tmp_path / "书" / "退回通知书_102_办公室.xlsx"
    own.write_bytes(b"mine")
    done = toolkit.slips(results, tmp_path / "书")
    assert own.read_bytes() == b"mine"
    assert (tmp_path / "书" / "退回通知书_102_办公室-新.xlsx") in done.written
    assert any("退回通知书_102_办公室-新.xlsx 正被打开或已被改动" in line for line in done.as_text())


def test_again_it_is_the_same_and_what_holds_no_more_goes(results: Path, make: Make, tmp_path: Path) -> None:
    first = {p: p.read_bytes() for p in toolkit.slips(results, tmp_path / "书").written}
    assert {p: p.read_bytes() for p in toolkit.slips(results, tmp_path / "书").written} == first
    make(tmp_path / "再报" / "103.xlsx", code="103", name="财政所")
    toolkit.collect([tmp_path / "再报"], results, suites=[MINI]).close()
    toolkit.slips(results, tmp_path / "书")
    names = {p.name for p in (tmp_path / "书").iterdir()}
    assert "接收回执_103_财政所.xlsx" in names
    assert "退回通知书_103_财政所.xlsx" not in names


def test_they_are_not_written_among_the_results(results: Path) -> None:
    with pytest.raises(InputError):
        toolkit.slips(results, results)


def test_the_command_names_each_slip(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["toolkit"])
    with pytest.raises(SystemExit) as ended:
        main(["slips", str(results), "-o", str(tmp_path / "书"), "--deadline", "2021-03-31", "--unit", "102"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert "写出退回通知书 1 份、接收回执 0 份" in told
    assert "  退回通知书_102_办公室.xlsx  错误 " in told


@pytest.mark.slow
def test_it_prints_on_sheets_of_a4(results: Path, tmp_path: Path) -> None:
    done = toolkit.slips(results, tmp_path / "书", units=["102"])
    printed = convert(done.written[0], "pdf", tmp_path)
    told = subprocess.run(["pdfinfo", printed], check=True, capture_output=True, timeout=60).stdout.decode()
    assert "Pages:           1" in told
    assert "A4" in told
