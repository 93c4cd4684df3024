"""``import toolkit``: the verbs as functions that take paths and return objects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import toolkit
from toolkit import api
from toolkit.catalog import load_suite
from toolkit.model.errors import DataError, InputError, OutputError
from toolkit.model.fact import Key

MINI = Path(__file__).parents[1] / "suites" / "mini"
DATA = """\
suite: mini
unit: {code: "102", name: 办公室}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  items:
    projects: {rows: [{code: 102-XA, name: 大屏升级改造, fiscal: "40.25"}]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file, the blank, and the workbook filled from them."""
    folder = tmp_path_factory.mktemp("工作")
    (folder / "102.yaml").write_text(DATA, encoding="utf-8")
    toolkit.generate(folder / "空表.xlsx", suite=MINI, projects=1)
    toolkit.fill(folder / "空表.xlsx", folder / "102.yaml", folder / "102.xlsx", suites=[MINI])
    return folder


@pytest.fixture(scope="module")
def book(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[toolkit.Book]:
    with toolkit.collect([folder / "102.xlsx"], tmp_path_factory.mktemp("结果"), suites=[MINI]) as book:
        yield book


def test_generate_says_what_it_wrote(tmp_path: Path) -> None:
    made = toolkit.generate(str(tmp_path / "空表.xlsx"), suite=str(MINI), unit="102", projects=1)
    assert made.path == tmp_path / "空表.xlsx"
    assert made.edition == load_suite(MINI).edition


def test_extract_gives_the_data_without_writing_it(folder: Path) -> None:
    data = toolkit.extract(folder / "102.xlsx", suites=[MINI])
    assert str(data.values[Key("projects", "", "001", "fiscal")]) == "40.25"
    assert data.identity.unit_name == "办公室"


def test_check_gives_findings(folder: Path) -> None:
    checked = toolkit.check([folder / "102.xlsx"], suites=[MINI])
    assert checked.failures == ()
    assert checked.errors == sum(f.severity == "error" for f in checked.results.failed)
    assert {f.unit for f in checked.results.findings} == {"102"}
    assert len(checked.as_json()) == len(checked.results.findings)


def test_one_content_given_twice_is_checked_once(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "副本.xlsx"
    copy.write_bytes((folder / "102.xlsx").read_bytes())
    once = toolkit.check([folder / "102.xlsx"], suites=[MINI])
    twice = toolkit.check([folder / "102.xlsx", copy], suites=[MINI])
    assert twice.as_json() == once.as_json()


def test_collect_gives_the_book_as_data_frames(book: toolkit.Book) -> None:
    facts = book.facts
    (fiscal,) = facts[(facts.block == "projects") & (facts.row == "001") & (facts.field == "fiscal")].value_decimal
    assert str(fiscal) == "40.250000"
    assert list(book.table("projects").fiscal.dropna().map(float)) == [40.25, 40.25]
    assert set(book.findings.unit) == {"102"}
    assert book.sql("SELECT count(*) AS n FROM returns").n[0] == 1


def test_a_book_is_opened_again_and_reported_again(book: toolkit.Book) -> None:
    with toolkit.Book(book.out) as again:
        assert len(again.facts) == len(book.facts)
    assert [path.name for path in toolkit.report(book.out, formats=["json", "csv"])] == [
        "findings.jsonl",
        "findings.csv",
    ]
    assert toolkit.status(book.out)[0] == "收到 1 = 已接收 1"


def test_definitions_are_told_as_lines() -> None:
    assert toolkit.forms("items", suite=str(MINI))[0].startswith("## 表02")
    assert any(line.startswith("PLN-02") for line in toolkit.rules(suite=str(MINI)))
    assert api.lint("hebei-2021") == []
    assert api.diff("hebei-2021", "hebei-2021") == []


def test_what_the_caller_can_mend_is_an_error_of_the_toolkit(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有套表"):
        toolkit.generate(tmp_path / "a.xlsx", suite="没有")
    with pytest.raises(InputError, match=r"应以 \.xlsx 结尾"):
        toolkit.generate(tmp_path / "a.txt")
    with pytest.raises(OutputError, match="文件夹不存在"):
        toolkit.generate(tmp_path / "没有" / "a.xlsx", suite=MINI)
    with pytest.raises(InputError, match="不存在"):
        toolkit.check([tmp_path / "没有.xlsx"])
    (tmp_path / "bad.yaml").write_text(DATA.replace("fiscal:", "fiscale:"), encoding="utf-8")
    with pytest.raises(DataError, match="fiscale"):
        toolkit.fill(folder / "空表.xlsx", tmp_path / "bad.yaml", tmp_path / "b.xlsx", suites=[MINI])


def test_the_verbs_stay_verbs_when_the_rooms_of_their_names_are_imported() -> None:
    code = """
import toolkit, toolkit.check, toolkit.collect.worker as worker, toolkit.report.text
from toolkit.distribute import issue
assert callable(toolkit.check) and callable(toolkit.collect) and callable(toolkit.report)
assert toolkit.check.run_checks and worker.main and toolkit.report.text.one_line
assert toolkit.rules("SUM-01", suite="hebei-2021")
try:
    toolkit.check(["/nowhere/102.xlsx"])
except Exception as error:
    assert "不存在" in str(error), error
"""
    subprocess.run([sys.executable, "-X", "utf8", "-c", code], check=True, cwd=MINI.parents[2])


def test_everything_announced_is_there() -> None:
    for name in toolkit.__all__:
        assert getattr(toolkit, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = toolkit.nonsense


def test_fill_keeps_what_the_bureau_had_filled_in(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text("单位代码,单位名称,区划\n102,办公室,示例开发区\n", encoding="utf-8")
    prior = "单位代码,表,行,栏,数值\n102,expenditure,project,this_year,750.5\n"
    (tmp_path / "上年.csv").write_text(prior, encoding="utf-8")
    (tmp_path / "102.yaml").write_text(DATA, encoding="utf-8")
    issued = toolkit.distribute(tmp_path / "名册.csv", tmp_path / "下发", suite=MINI, prefill=tmp_path / "上年.csv")
    toolkit.fill(tmp_path / "下发" / issued[0].file, tmp_path / "102.yaml", tmp_path / "报.xlsx", suites=[MINI])
    values = toolkit.extract(tmp_path / "报.xlsx", suites=[MINI]).values
    assert values[Key("expenditure", "", "project", "last_year")] == Decimal("750.5")
    assert values[Key("projects", "", "001", "fiscal")] == Decimal("40.25")
