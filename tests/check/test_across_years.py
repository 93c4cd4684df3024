"""Last year's figures from a plain sheet, projects of lists among them; what was renamed, since when; what is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import Bureau, run_checks
from toolkit.model.errors import InputError
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store.bureau import MappingEntry, read_prior_sheet

NOW, THEN = "13020121NETRUN0000001", "13020120NETRUN0000001"
SHEET = f"""单位代码,表,行,栏,数值
102,部门收支总体情况表,项目支出,本年预算,40
102,部门预算项目清单,政务网络运行,预算数,10
102,projects,政务网络运行,code,{THEN}
102,部门预算项目清单,{THEN.replace("NETRUN", "CAMERA")},预算数,30
102,部门预算项目清单,{THEN.replace("NETRUN", "CAMERA")},项目名称,雪亮工程
"""


def project(n: int, name: str, code: str, budget: str, last_year: str | None) -> dict[str, object]:
    typed: dict[str, object] = {
        f"projects[{n}].name": name,
        f"projects[{n}].code": code,
        f"projects[{n}].fiscal": budget,
    }
    return typed if last_year is None else {**typed, f"projects[{n}].last_year": last_year}


def sheet(folder: Path, text: str = SHEET) -> Bureau:
    path = folder / "上年数.csv"
    path.write_text(text, encoding="utf-8-sig")
    return Bureau(prior=read_prior_sheet(path))


@pytest.fixture
def judged(hebei: Suite, tmp_path: Path) -> Any:
    """``judged(bureau, {unit: typed})``: code → findings across years of these returns."""

    def run(bureau: Bureau, typed: dict[str, dict[str, object]]) -> dict[str, list[Finding]]:
        units = tuple(Unit(c, f"单位{c}", bare=True, typed=values, stage="二上") for c, values in typed.items())
        with make_book(hebei, units, tmp_path / "now") as book:
            found = run_checks(book, {hebei.edition: hebei}, bureau, few=99)
        return {code: [f for f in found if f.code == code] for code in ("XY-01", "XY-02", "XY-03", "XY-08", "XY-10")}

    (tmp_path / "now").mkdir()
    return run


def test_a_plain_sheet_tells_of_fixed_cells_and_of_projects(judged: Any, tmp_path: Path) -> None:
    typed = {
        **project(1, "政务网络运行", NOW, "12", "10"),
        **project(2, "雪亮工程", NOW.replace("NETRUN", "CAMERA"), "30", "28"),
        "expenditure.project.last_year": "38",
    }
    found = judged(sheet(tmp_path), {"102": typed})
    assert [(f.actual, f.expected) for f in found["XY-01"] if f.result == "fail"] == [("38.00", "40.00")]
    assert [(f.actual, f.expected) for f in found["XY-10"]] == [("28.00", "30.00")]
    assert found["XY-10"][0].message.endswith(
        "延续项目“雪亮工程”的上年预算数填 28.00 万元，上年（上年数.csv 第 5 行）为 30.00 万元。"
    )
    assert found["XY-02"] == []


def test_a_plain_sheet_knows_a_project_by_name_or_by_code(judged: Any, tmp_path: Path) -> None:
    typed = {
        **project(1, "政务内网", NOW, "12", "10"),
        **project(2, "雪亮工程", "13020121OTHER00000009", "30", "30"),
    }
    found = judged(sheet(tmp_path), {"102": typed})
    assert [(f.actual, f.expected) for f in found["XY-02"]] == [
        ("政务内网", "政务网络运行"),
        ("13020121OTHER00000009", THEN.replace("NETRUN", "CAMERA")),
    ]


def test_what_a_plain_sheet_does_not_tell_is_not_compared(judged: Any, tmp_path: Path) -> None:
    """It holds no indicators and no evaluations; and of a unit that is not in it nothing at all."""
    typed = project(1, "政务网络运行", NOW, "10", "10")
    found = judged(sheet(tmp_path), {"102": typed, "106": typed})
    assert [f.message for code in ("XY-03", "XY-08") for f in found[code]] == [
        "因没有提供上年（2020 年）的汇总结果，未能检查：同一指标的目标值不应低于上年。",
        "因没有提供上年（2020 年）的汇总结果，未能检查：上年自评等级为中、差的项目，本年预算应有所压减。",
    ]
    assert [(f.result, f.unit) for f in found["XY-10"]] == [("not_executable", "")]
    assert "因上年的汇总结果中没有“单位106”（新设或改了代码的，请在对照表中登记）" in found["XY-10"][0].message


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("102,部门预算项目清单,政务网络运行,预算,10", "栏“预算”在本套表中找不到"),
        ("102,部门预算项目清单,政务网络运行,预算数,十万", "“十万”不是数字"),
        ("102,部门预算项目清单,,预算数,10", "找不到"),
    ],
)
def test_a_line_that_fits_nothing_is_named(judged: Any, tmp_path: Path, line: str, part: str) -> None:
    with pytest.raises(InputError, match=f"上年数.csv 第 2 行.*{part}"):
        judged(sheet(tmp_path, f"单位代码,表,行,栏,数值\n{line}\n"), {"102": project(1, "甲", NOW, "1", None)})


def entry(kind: str, old: str, new: str, year: int | None) -> MappingEntry:
    return MappingEntry(kind, old, new, year, "对照.csv 第 2 行")


@pytest.mark.parametrize(
    ("year", "then", "held"),
    [(2021, "102", True), (None, "102", True), (None, "102001", True), (2020, "102", False), (2020, "102001", True)],
    ids=["since this year", "no year", "no year, changed before", "since last year, not there", "since last year"],
)
def test_a_unit_has_its_old_code_in_years_before_the_change(
    hebei: Suite, tmp_path: Path, year: int | None, then: str, held: bool
) -> None:
    """By expression (XY-01) and by function (XY-10) alike."""
    (tmp_path / "then").mkdir()
    (tmp_path / "now").mkdir()
    before = {**project(1, "政务网络运行", THEN, "10", None), "expenditure.project.this_year": "40"}
    after = {**project(1, "政务网络运行", NOW, "10", "9"), "expenditure.project.last_year": "39"}
    last = Unit(then, bare=True, typed=before, year=2020, stage="批复")
    this = Unit("102001", bare=True, typed=after, stage="二上")
    with make_book(hebei, (last,), tmp_path / "then") as prior, make_book(hebei, (this,), tmp_path / "now") as book:
        bureau = Bureau(prior=prior, mapping=(entry("unit", "102", "102001", year),))
        found = run_checks(book, {hebei.edition: hebei}, bureau, few=99)
    failed = {f.code for f in found if f.result == "fail"}
    assert (failed >= {"XY-01", "XY-10"}) is held
    assert bool(failed & {"XY-01", "XY-10"}) is held


def test_a_code_that_another_unit_had_is_not_taken_for_its_own(hebei: Suite, tmp_path: Path) -> None:
    """102 became 103, and 101 became 102: last year's 102 is not this year's."""
    folders = [tmp_path / name for name in ("then", "now")]
    for folder in folders:
        folder.mkdir()
    then = tuple(
        Unit(code, bare=True, typed=project(1, "政务网络运行", THEN, budget, None), year=2020)
        for code, budget in (("102", "20"),)
    )
    now = (Unit("102", bare=True, typed=project(1, "政务网络运行", NOW, "10", "10"), stage="二上"),)
    mapping = (entry("unit", "101", "102", 2021), entry("unit", "102", "103", 2021))
    with make_book(hebei, then, folders[0]) as prior, make_book(hebei, now, folders[1]) as book:
        found = run_checks(book, {hebei.edition: hebei}, Bureau(prior=prior, mapping=mapping), few=99)
    assert [f.result for f in found if f.code == "XY-10"] == ["not_executable"]


def test_a_project_renamed_at_no_said_time_is_found_under_either_name(hebei: Suite, tmp_path: Path) -> None:
    for folder in ("then", "now"):
        (tmp_path / folder).mkdir()
    then = (Unit("102", bare=True, typed=project(1, "智慧政务网络", THEN, "10", None), year=2020),)
    now = (Unit("102", bare=True, typed=project(1, "智慧政务网络", NOW, "10", "9"), stage="二上"),)
    mapping = (entry("project", "政务网络运行", "智慧政务网络", None),)
    with make_book(hebei, then, tmp_path / "then") as prior, make_book(hebei, now, tmp_path / "now") as book:
        found = run_checks(book, {hebei.edition: hebei}, Bureau(prior=prior, mapping=mapping), few=99)
    assert [(f.code, f.expected) for f in found if f.code in ("XY-02", "XY-10")] == [("XY-10", "10.00")]
