"""The lists of a self-evaluation are issued filled in from the approved budget; next year's projects from last year's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import toolkit
from toolkit.catalog import load_suite
from toolkit.distribute import rows_from_book
from toolkit.model.errors import InputError
from toolkit.model.fact import Key
from toolkit.model.form import Suite

Entry = Callable[..., Any]

PLAN = """\
suite: mini
unit: {code: "102", name: 办公室}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  budget:
    expenditure:
      basic: {this_year: "60"}
      project: {this_year: "45"}
      travel: {this_year: "5"}
  items:
    projects:
      rows:
        - {code: 102-XA, name: 大屏升级改造, fiscal: "40"}
        - {code: 102-XB, name: 慰问活动, fiscal: "4", other: "1"}
  project:
  - target: {name: 大屏升级改造, budget: "40", classified: 否, purpose: 升级大屏}
    plan: {jun: "60", dec: "100"}
    indicators:
      - {level1: 产出指标, level2: 质量指标, name: 验收合格率, target_op: ≥, target_value: "95", target_unit: "%"}
      - {level1: 产出指标, level2: 数量指标, name: 改造面数, target_op: ＝, target_value: "2", target_unit: 面}
  - target: {name: 慰问活动, budget: "5", classified: 否, purpose: 慰问}
    plan: {jun: "50", dec: "100"}
    indicators:
      - {level1: 产出指标, level2: 数量指标, name: 慰问人次, target_op: ≥, target_value: "30", target_unit: 人次}
"""


@pytest.fixture(scope="module")
def suite(reviewed: Path) -> Suite:
    return load_suite(reviewed)


@pytest.fixture(scope="module")
def approved(reviewed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of the approved budget, with its workbook beside it."""
    folder = tmp_path_factory.mktemp("批复")
    (folder / "102.yaml").write_text(PLAN, encoding="utf-8")
    toolkit.generate(folder / "空表.xlsx", suite=reviewed, projects=2)
    toolkit.fill(folder / "空表.xlsx", folder / "102.yaml", folder / "102.xlsx", suites=[reviewed])
    toolkit.collect([folder / "102.xlsx"], folder / "结果", suites=[reviewed]).close()
    (folder / "名册.csv").write_text("单位代码,单位名称\n102,办公室\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def book(approved: Path) -> Iterator[toolkit.Book]:
    with toolkit.Book(approved / "结果") as book:
        yield book


@pytest.fixture(scope="module")
def issued(approved: Path, reviewed: Path) -> Path:
    """The unit's workbook for its self-evaluation."""
    out = approved / "自评"
    toolkit.distribute(approved / "名册.csv", out, suite=reviewed, prefill=approved / "结果", stage="自评", projects=1)
    return out / "102_办公室.xlsx"


def test_what_the_plan_binds_is_locked_and_the_rest_is_open(suite: Suite, book: toolkit.Book, entry: Entry) -> None:
    rows = rows_from_book(suite, book, [entry("102", "办公室")], "自评")
    locked, opened = rows.locked["102"], rows.open["102"]
    assert {k.row: v for k, v in locked.items() if (k.block, k.field) == ("reviews", "project")} == {
        "001": "大屏升级改造",
        "002": "慰问活动",
    }
    assert locked[Key("reviews", "", "002", "planned")] == Decimal(5)
    assert opened == {Key("reviews", "", row, "office"): "办公室" for row in ("001", "002")}


def test_an_indicator_stands_with_the_project_of_its_sheet(suite: Suite, book: toolkit.Book, entry: Entry) -> None:
    locked = rows_from_book(suite, book, [entry("102", "办公室")], "自评").locked["102"]
    told = [
        [str(locked[Key("results", "", f"{n:03d}", f)]) for f in ("project", "name", "target_value")] for n in (1, 2, 3)
    ]
    assert told == [
        ["大屏升级改造", "验收合格率", "95"],
        ["大屏升级改造", "改造面数", "2"],
        ["慰问活动", "慰问人次", "30"],
    ]


def test_several_rows_beside_it_are_joined_line_by_line(suite: Suite, book: toolkit.Book, entry: Entry) -> None:
    locked = rows_from_book(suite, book, [entry("102", "办公室")], "自评").locked["102"]
    assert locked[Key("reviews", "", "001", "goal")] == "验收合格率\n改造面数"


def test_next_years_list_starts_with_last_years_projects(suite: Suite, book: toolkit.Book, entry: Entry) -> None:
    rows = rows_from_book(replace(suite, year=2022), book, [entry("102", "办公室")], "二上")
    assert rows.locked == {}
    assert [v for k, v in sorted(rows.open["102"].items()) if k.field == "name"] == ["大屏升级改造", "慰问活动"]


def test_a_unit_without_a_plan_gets_blank_lists(suite: Suite, book: toolkit.Book, entry: Entry) -> None:
    rows = rows_from_book(suite, book, [entry("103", "财政所"), entry("102", "办公室")], "自评")
    assert set(rows.locked) == {"102"}


def test_without_any_plan_nothing_is_issued(suite: Suite, entry: Entry, prior_book: Callable[..., Any]) -> None:
    told = {("102", "示例开发区", "自评"): {"expenditure.basic.this_year": "1"}}
    with prior_book(told, year=2021) as own, pytest.raises(InputError, match="没有 2021 年批复的预算，不能预置《"):
        rows_from_book(suite, own, [entry("102", "办公室")], "自评")


def test_more_rows_than_the_list_holds_are_not_cut_off(suite: Suite, book: toolkit.Book, entry: Entry) -> None:
    form = suite.forms_by_id["review"]
    small = replace(form, blocks=tuple(replace(b, capacity=2) for b in form.blocks))
    narrow = replace(suite, forms=(*suite.forms[:-1], small))
    with pytest.raises(InputError, match="102 办公室 应预置 3 行，而《自评表》“指标”只有 2 行"):
        rows_from_book(narrow, book, [entry("102", "办公室")], "自评")


def test_the_issued_cells_are_locked_in_the_workbook(issued: Path) -> None:
    sheet = openpyxl.load_workbook(issued)["03_自评"]
    held = {str(c.value): c.protection.locked for row in sheet.iter_rows() for c in row if c.value is not None}
    assert held["慰问活动"] is True
    assert held["验收合格率"] is True
    office = next(c for row in sheet.iter_rows() for c in row if c.value == "办公室" and c.row > 5)
    assert office.protection.locked is False


def test_an_issued_workbook_is_filled_and_collected_beside_the_budget(
    issued: Path, approved: Path, reviewed: Path, tmp_path: Path
) -> None:
    """Same unit, same year: two returns, and no total adds them up."""
    (tmp_path / "自评.yaml").write_text(
        PLAN.partition("forms:")[0].replace("批复", "自评")
        + "forms:\n  basic:\n    cover: {date: 2022-03-01, signed: 是}\n  review:\n"
        + '    reviews: {rows: [{spent: "39"}, {spent: "5"}]}\n'
        + '    results: [{actual: "96"}, {actual: "2"}, {actual: "31"}]\n',
        encoding="utf-8",
    )
    toolkit.fill(issued, tmp_path / "自评.yaml", tmp_path / "102自评.xlsx", suites=[reviewed])
    data = toolkit.extract(tmp_path / "102自评.xlsx", suites=[reviewed])
    assert data.identity.stage == "自评"
    assert data.values[Key("results", "", "003", "name")] == "慰问人次"
    assert data.values[Key("results", "", "003", "actual")] == Decimal(31)
    with toolkit.collect(
        [approved / "102.xlsx", tmp_path / "102自评.xlsx"], tmp_path / "结果", suites=[reviewed]
    ) as both:
        assert sorted(both.returns["stage"]) == ["批复", "自评"]
        assert both.sql("SELECT count(*) AS n FROM received WHERE status = 'accepted'")["n"].tolist() == [2]
        failed = both.findings.query("result == 'fail'")
        assert not [code for code in failed["code"] if code in ("STR-12", "STR-02", "WBK-07", "WBK-11")]
        spent = both.sql("SELECT stage, sum(value_decimal) AS total FROM facts WHERE block = 'reviews' AND field = 'spent'"
                         " AND row <> 'total' GROUP BY stage")  # fmt: skip
        assert [(stage, int(total)) for stage, total in spent.itertuples(index=False)] == [("自评", 44)]
    summary = openpyxl.load_workbook(tmp_path / "结果" / "summary.xlsx")
    texts = [str(c.value) for sheet in summary for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any("批复" in t for t in texts)
    assert any("自评" in t for t in texts)


def test_a_row_that_was_issued_and_left_alone_is_found(issued: Path, reviewed: Path) -> None:
    found = [f for f in toolkit.check([issued], suites=[reviewed]).results.findings if f.code == "STR-02"]
    cells = {(p.block, p.row, p.field) for f in found for p in f.places}
    assert {("reviews", "001", "spent"), ("reviews", "002", "spent"), ("results", "003", "actual")} <= cells
