"""Rules against last year's book: with it they run, without it they say so; and which return of a unit counts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.check.conftest import REGION, Unit, make_book
from toolkit.check import Bureau
from toolkit.check.last_year import approved_plan, last_year
from toolkit.check.submissions import Group
from toolkit.model.form import Suite
from toolkit.store import Book, PriorRow
from toolkit.store.bureau import MappingEntry


def prior(row: str, value: str) -> PriorRow:
    return PriorRow("101", "budget", row, "this_year", value, "上年数.xlsx 第 2 行")


def test_last_years_column_is_compared_with_last_years_figure(collect: Any, unit: Any) -> None:
    same = Bureau(prior=(prior("基本支出", "50"), prior("项目支出", "40"), prior("支出合计", "90")))
    typed = {"expenditure.total.last_year": "90"}
    assert [f for f in collect(unit("101", typed=typed), bureau=same) if f.code == "XY-01" and f.result == "fail"] == []
    other = Bureau(prior=(prior("基本支出", "51"),))
    found = [f for f in collect(unit("101"), bureau=other) if f.code == "XY-01" and f.result == "fail"]
    assert [(f.actual, f.expected, f.difference) for f in found] == [("50.00", "51.00", "-1.00")]
    assert "应为 51.00 万元（上年数据的「本年预算」）" in found[0].message


def held(suite: Suite, folder: Path, *returns: tuple[str, int, str, str]) -> Book:
    """A book of returns (unit, year, stage, project), each with one project of 10 万元."""
    folder.mkdir()
    units = []
    for code, year, stage, name in returns:
        typed = {"projects[1].name": name, "projects[1].code": "101-XA", "projects[1].fiscal": "10"}
        units.append(Unit(code, bare=True, typed=typed, year=year, stage=stage))
    return make_book(suite, tuple(units), folder, ())


def test_of_last_year_the_approved_budget_counts(mini: Suite, tmp_path: Path) -> None:
    told = (
        ("101", 2020, "二上", "申报"),
        ("101", 2020, "批复", "批复"),
        ("101", 2020, "自评", "自评"),
        ("102", 2020, "一上", "一上"),
    )
    with held(mini, tmp_path / "上年", *told) as prior:
        before = last_year(prior, Group(REGION, 2021, "二上"), ())
        assert before is not None
        (row,) = before.rows("101", "projects")
        assert (row.text("name"), row.stage, row.file, row.number("budget")) == (
            "批复",
            "批复",
            "101.xlsx",
            Decimal(10),
        )
        assert [r.text("name") for r in before.rows("102", "projects")] == ["一上"]
        assert before.rows("103", "projects") == []


def test_a_book_of_another_year_or_region_is_not_last_years(mini: Suite, tmp_path: Path) -> None:
    with held(mini, tmp_path / "上年", ("101", 2019, "批复", "前年")) as prior:
        assert last_year(prior, Group(REGION, 2021, "二上"), ()) is None
        assert last_year(prior, Group("乙区", 2020, "二上"), ()) is None


def test_a_unit_is_looked_up_under_its_old_code(mini: Suite, tmp_path: Path) -> None:
    mapping = (MappingEntry("unit", "101", "101001", 2021, "对照.csv 第 2 行"),)
    with held(mini, tmp_path / "上年", ("101", 2020, "批复", "批复")) as prior:
        before = last_year(prior, Group(REGION, 2021, "二上"), mapping)
        assert before is not None
        assert [r.text("name") for r in before.rows("101001", "projects")] == ["批复"]


def test_the_plan_is_the_approved_budget_and_never_the_evaluation_itself(mini: Suite, tmp_path: Path) -> None:
    own = (
        ("101", 2021, "批复", "批复"),
        ("101", 2021, "调整", "调整"),
        ("101", 2021, "自评", "自评"),
        ("102", 2021, "自评", "自评"),
    )
    with (
        held(mini, tmp_path / "本年", *own) as book,
        held(mini, tmp_path / "另册", ("102", 2021, "批复", "另册")) as prior,
    ):
        group = Group(REGION, 2021, "自评")
        assert [r.text("name") for r in approved_plan(book, None, group).rows("101", "projects")] == ["批复"]
        assert approved_plan(book, None, group).rows("102", "projects") == []
        assert [r.text("name") for r in approved_plan(book, prior, group).rows("102", "projects")] == ["另册"]
