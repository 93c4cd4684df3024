"""A department collects its units, the bureau collects the department's folder of results: one return, lineage kept."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import toolkit

MINI = Path(__file__).parents[1] / "suites" / "mini"
DATA = """\
suite: mini
unit: {code: "%s", name: 单位%s}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  items:
    projects: {rows: [{code: "%s-XA", name: 大屏升级改造, fiscal: "%s"}]}
"""
Lines = list[dict[str, Any]]


def fill(folder: Path, unit: str, fiscal: str, name: str = "") -> Path:
    """A unit's workbook."""
    data = folder.parent / f"{unit}.yaml"
    data.write_text(DATA % (unit, unit, unit, fiscal), encoding="utf-8")
    blank = folder.parent / "空表.xlsx"
    if not blank.exists():
        toolkit.generate(blank, suite=MINI, projects=1)
    folder.mkdir(exist_ok=True)
    path = folder / (name or f"{unit}_单位.xlsx")
    toolkit.fill(blank, data, path, suites=[MINI])
    return path


def collect(*paths: Path, out: Path, **options: Any) -> Lines:
    """Collect, and give the ledger."""
    toolkit.collect(list(paths), out, suites=[MINI], **options).close()
    return [json.loads(line) for line in (out / "received.jsonl").read_text("utf-8").splitlines()]


def by_status(lines: Lines) -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    for line in lines:
        found.setdefault(line["status"], []).append(line)
    return found


def fiscal(out: Path) -> dict[str, Decimal]:
    """What each accepted unit typed."""
    query = "SELECT unit, value_decimal FROM facts WHERE block = 'projects' AND field = 'fiscal' AND row = '001'"
    with toolkit.Book(out) as book:
        return {str(unit): Decimal(value) for unit, value in book.connection.execute(query).fetchall()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a department with the units 101 and 102, and a file that is none."""
    folder = tmp_path_factory.mktemp("部门 一")
    fill(folder / "回收", "101", "10.25")
    fill(folder / "回收", "102", "20.50")
    (folder / "回收" / "说明.pdf").write_bytes(b"%PDF-1.4")
    collect(folder / "回收", out=folder / "结果")
    return folder


@pytest.fixture
def department(made: Path, tmp_path: Path) -> Path:
    """A copy of those results that a test may change."""
    return Path(shutil.copytree(made / "结果", tmp_path / "部门一结果"))


def pack(folder: Path, archive: Path, root: str = "部门一结果/") -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, root + path.relative_to(folder).as_posix())
    return archive


def test_accepted_returns_of_a_department_enter_with_their_lineage(department: Path, tmp_path: Path) -> None:
    lines = collect(department, out=tmp_path / "局")
    found = by_status(lines)
    assert {status: len(lines) for status, lines in found.items()} == {"accepted": 2, "ignored": 1}
    assert fiscal(tmp_path / "局") == {"101": Decimal("10.25"), "102": Decimal("20.5")}
    (book,) = found["ignored"]
    assert book["path"] == department.as_posix()
    assert "其中 2 份已接收的报送" in book["reason"]
    assert "另外 1 个文件没有被它接收" in book["reason"]
    own = {line["sha256"]: line for line in map(json.loads, (department / "received.jsonl").read_text().splitlines())}
    for line in found["accepted"]:
        theirs = own[line["sha256"]]
        assert line["path"] == department.as_posix()
        assert line["inner_path"] == theirs["path"]
        assert line["origin"]["book"] == department.as_posix()
        assert line["origin"]["manifest"] == book["sha256"]
        assert {k: line["origin"][k] for k in ("path", "received_at", "decision")} == {
            k: theirs[k] for k in ("path", "received_at", "decision")
        }


def test_nothing_else_of_a_department_is_taken_for_a_return(department: Path, tmp_path: Path) -> None:
    lines = collect(department, out=tmp_path / "局")
    assert not [line for line in lines if "findings" in str(line["inner_path"]) or "summary" in str(line["inner_path"])]
    with toolkit.Book(tmp_path / "局") as book:
        assert {row[0] for row in book.connection.execute("SELECT file FROM returns").fetchall()} == {
            "101_单位.xlsx",
            "102_单位.xlsx",
        }


def test_departments_are_found_in_a_folder_beside_files(department: Path, tmp_path: Path) -> None:
    (tmp_path / "报来").mkdir()
    department.rename(tmp_path / "报来" / "部门一")
    fill(tmp_path / "报来", "103", "3")
    lines = collect(tmp_path / "报来", out=tmp_path / "局")
    assert {line["unit"] for line in by_status(lines)["accepted"]} == {"101", "102", "103"}
    assert len(lines) == 4


@pytest.mark.parametrize("root", ["部门一结果/", "", "a/b/"])
def test_an_archive_of_a_departments_results(department: Path, tmp_path: Path, root: str) -> None:
    archive = pack(department, tmp_path / "部门一.zip", root)
    lines = collect(archive, out=tmp_path / "局")
    found = by_status(lines)
    assert {status: len(lines) for status, lines in found.items()} == {"accepted": 2, "ignored": 2}
    assert {line["origin"]["path"].rpartition("/")[2] for line in found["accepted"]} == {
        "101_单位.xlsx",
        "102_单位.xlsx",
    }
    assert {line["origin"]["book"] for line in found["accepted"]} == {f"{archive.as_posix()}!{root}MANIFEST.json"}
    with toolkit.Book(tmp_path / "局") as book:
        assert ("101_单位.xlsx",) in book.connection.execute("SELECT file FROM returns").fetchall()


def test_an_archive_beside_whose_book_lie_other_files(made: Path, department: Path, tmp_path: Path) -> None:
    archive = pack(department, tmp_path / "部门一.zip")
    other = fill(tmp_path / "另外", "103", "3")
    with zipfile.ZipFile(archive, "a") as packed:
        packed.write(other, "103_单位.xlsx")
    lines = collect(archive, out=tmp_path / "局")
    assert {line["unit"] for line in by_status(lines)["accepted"]} == {"101", "102", "103"}
    assert {line["unit"]: line["origin"] is None for line in by_status(lines)["accepted"]} == {
        "101": False,
        "102": False,
        "103": True,
    }


def test_results_in_an_archive_that_is_read_in_one_pass_are_refused_by_name(department: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "部门一.tar", "w") as packed:
        packed.add(department, "部门一结果")
    lines = collect(tmp_path / "部门一.tar", out=tmp_path / "局")
    inside = [line for line in lines if "state/objects/" in str(line["inner_path"])]
    assert len(inside) == 3  # what the department received, its pdf included
    assert {line["status"] for line in inside} == {"refused"}
    assert all("以文件夹或 zip 报送" in line["reason"] for line in inside)


def test_the_same_return_in_a_book_and_as_a_file_is_a_duplicate(made: Path, department: Path, tmp_path: Path) -> None:
    lines = collect(department, made / "回收" / "101_单位.xlsx", out=tmp_path / "局")
    (double,) = by_status(lines)["duplicate"]
    assert double["unit"] == "101"
    assert double["reason"] == f"与 {department.as_posix()}!{(made / '回收').as_posix()}/101_单位.xlsx 逐字节相同"
    assert len(by_status(lines)["accepted"]) == 2


def test_a_second_run_reads_nothing_and_says_the_same(department: Path, tmp_path: Path) -> None:
    first = collect(department, out=tmp_path / "局")
    again = collect(department, out=tmp_path / "局")
    assert again == first


def flip(path: Path) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def replace_original(department: Path) -> str:
    """An original in whose place stands another, valid workbook."""
    line = by_status([json.loads(x) for x in (department / "received.jsonl").read_text().splitlines()])["accepted"][0]
    other = fill(department.parent / "假", line["unit"], "99999")
    original = department / "state" / "objects" / line["sha256"]
    original.chmod(0o600)
    original.write_bytes(other.read_bytes())
    return "的原件与登记的哈希不符"


def drop_original(department: Path) -> str:
    line = by_status([json.loads(x) for x in (department / "received.jsonl").read_text().splitlines()])["accepted"][0]
    (department / "state" / "objects" / line["sha256"]).unlink()
    return "缺少 state/objects/"


def change_ledger(department: Path) -> str:
    path = department / "received.jsonl"
    path.write_text(path.read_text().replace("101_单位", "108_单位"))
    return "received.jsonl 与 MANIFEST.json 中登记的哈希不符"


def change_summary(department: Path) -> str:
    flip(department / "summary.xlsx")
    return "summary.xlsx 与 MANIFEST.json 中登记的哈希不符"


def drop_state(department: Path) -> str:
    shutil.rmtree(department / "state")
    return "缺少 state 文件夹"


def drop_manifest(department: Path) -> str:
    (department / "MANIFEST.json").unlink()
    return "MANIFEST.json 不在"


def break_manifest(department: Path) -> str:
    (department / "MANIFEST.json").write_bytes(b'{"outputs": [')
    return "MANIFEST.json 无法读懂"


def lead_outside(department: Path) -> str:
    path = department / "MANIFEST.json"
    path.write_text(path.read_text().replace('"file": "report.html"', '"file": "../../report.html"'))
    return "指向文件夹之外"


def forge_counts(department: Path) -> str:
    path = department / "MANIFEST.json"
    path.write_text(path.read_text().replace('"accepted": 2', '"accepted": 3'))
    return "已接收的份数与 MANIFEST.json 不一致"


TAMPERING = (
    replace_original, drop_original, change_ledger, change_summary, drop_state, drop_manifest, break_manifest,
    lead_outside, forge_counts,
)  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda f: f.__name__)
def test_a_tampered_book_is_refused_whole_and_says_why(
    department: Path, tmp_path: Path, tamper: Callable[[Path], str]
) -> None:
    reason = tamper(department)
    lines = collect(department, out=tmp_path / "局")
    (line,) = lines
    assert (line["status"], line["path"]) == ("refused", department.as_posix())
    assert reason in line["reason"]
    assert "请部门运行 toolkit report" in line["reason"]
    assert fiscal(tmp_path / "局") == {}
    kept = {path.name for path in (tmp_path / "局" / "state" / "objects").iterdir()}
    assert kept == {line["sha256"]}


@pytest.mark.parametrize("tamper", [replace_original, change_ledger], ids=lambda f: f.__name__)
def test_a_tampered_book_in_an_archive_is_refused_too(
    department: Path, tmp_path: Path, tamper: Callable[[Path], str]
) -> None:
    reason = tamper(department)
    lines = collect(pack(department, tmp_path / "部门一.zip"), out=tmp_path / "局")
    (line,) = by_status(lines)["refused"]
    assert reason in line["reason"]
    assert "accepted" not in by_status(lines)


def test_a_mended_book_is_taken_at_the_next_run(department: Path, tmp_path: Path) -> None:
    whole = (department / "summary.xlsx").read_bytes()
    change_summary(department)
    collect(department, out=tmp_path / "局")
    (department / "summary.xlsx").write_bytes(whole)
    lines = collect(department, out=tmp_path / "局")
    assert {status: len(lines) for status, lines in by_status(lines).items()} == {
        "refused": 1,
        "accepted": 2,
        "ignored": 1,
    }


def test_a_book_that_is_being_written_waits(department: Path, tmp_path: Path) -> None:
    (department / ".staging").mkdir()
    (department / ".staging" / "MANIFEST.json").write_bytes(b"{}")
    (line,) = collect(department, out=tmp_path / "局")
    assert line["status"] == "pending"
    assert "还没有写完" in line["reason"]
    shutil.rmtree(department / ".staging")
    assert len(by_status(collect(department, out=tmp_path / "局"))["accepted"]) == 2


def test_decisions_taken_in_the_department_are_told_and_hold(made: Path, tmp_path: Path) -> None:
    first, second = fill(tmp_path / "甲", "101", "1"), fill(tmp_path / "乙", "101", "2")
    table = tmp_path / "决定.csv"
    table.write_text(f"文件,决定,决定人,时间,原因\n{first.as_posix()},采用,张某,2021-03-31,以纸质件为准\n", "utf-8")
    collect(first.parent, second.parent, out=tmp_path / "部门", decisions=table)
    lines = collect(tmp_path / "部门", out=tmp_path / "局")
    (taken,) = by_status(lines)["accepted"]
    assert taken["origin"]["decision"] == {
        "decision": "accept",
        "who": "张某",
        "when": "2021-03-31",
        "why": "以纸质件为准",
    }
    assert fiscal(tmp_path / "局") == {"101": Decimal(1)}


def test_what_a_newer_version_of_a_book_holds_no_more_lapses(tmp_path: Path) -> None:
    one, two = fill(tmp_path / "回收", "101", "1"), fill(tmp_path / "回收", "102", "2")
    collect(one, two, out=tmp_path / "部门")
    collect(tmp_path / "部门", out=tmp_path / "局")
    table = tmp_path / "决定.csv"
    table.write_text(f"文件,决定,决定人,时间,原因\n{two.as_posix()},撤回,张某,2021-03-31,误报\n", "utf-8")
    newer = fill(tmp_path / "重报", "101", "11")
    collect(newer, out=tmp_path / "部门", decisions=table)
    lines = collect(tmp_path / "部门", out=tmp_path / "局")
    assert fiscal(tmp_path / "局") == {"101": Decimal(11)}
    gone = {line["unit"]: line for line in by_status(lines)["superseded"]}
    assert gone["102"]["reason"] == "部门的结果文件夹已更新，新的一份里不再采用它"
    assert gone["101"]["superseded_by"] == by_status(lines)["accepted"][0]["sha256"]


def test_a_book_of_books_keeps_the_whole_chain(department: Path, tmp_path: Path) -> None:
    collect(department, out=tmp_path / "局")
    lines = collect(tmp_path / "局", out=tmp_path / "省")
    for line in by_status(lines)["accepted"]:
        assert line["origin"]["book"] == (tmp_path / "局").as_posix()
        assert line["origin"]["origin"]["book"] == department.as_posix()
        assert line["origin"]["origin"]["path"].endswith(f"{line['unit']}_单位.xlsx")


@pytest.mark.parametrize(
    "text",
    [
        '{"status": "accepted"}',
        "[" * 5000,
        "null",
        '{"path": "x", "size": 1, "status": "accepted", "sha256": "../../x"}',
        '{"path": "\\ud800", "size": 1, "status": "accepted", "sha256": "%s"}' % ("a" * 63 + "\\n"),
    ],
)
def test_a_ledger_of_nonsense_refuses_the_book(department: Path, tmp_path: Path, text: str) -> None:
    content = (text + "\n").encode()
    (department / "received.jsonl").write_bytes(content)
    manifest = json.loads((department / "MANIFEST.json").read_bytes())
    for output in manifest["outputs"]:
        if output["name"] == "received.jsonl":
            output |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (department / "MANIFEST.json").write_text(json.dumps(manifest))
    (line,) = collect(department, out=tmp_path / "局")
    assert line["status"] == "refused"
    assert "received.jsonl 不是收件登记" in line["reason"]
