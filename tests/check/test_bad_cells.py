"""What follows from one bad cell, from a return that is wrong as a whole, from a file that could not be taken."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from tests.check.test_causes import finding, follows, named
from toolkit.check.causes import with_causes
from toolkit.model.fact import Key, Remark, State
from toolkit.model.finding import Finding, Likely, Place
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

Collect = Callable[..., list[Finding]]


def test_what_reads_a_cell_that_cannot_be_read_is_held_back_behind_it(
    collect: Collect, unit: Any, hebei: Suite
) -> None:
    typed = {
        "income.general.this_year": "110",
        "expenditure.operating.this_year": "60",
        "expenditure.project.this_year": "40",
    }
    vague = {"expenditure.personnel.this_year": (State.INVALID, "约10")}
    key = Key("expenditure", "", "personnel", "this_year")
    said = Remark("TYP-01", "不是确定的数值", key, "02_收支总体", "D18", "约10", severity="error")
    told = with_causes(
        collect(unit("102", bare=True, typed=typed, states=vague, remarks=(said,)), suite=hebei), [hebei]
    )
    assert named(told, "TYP-01").cause == ""
    assert follows(told)["SUM-04"] == "TYP-01"


def at(cell: str, row: str, field: str = "this_year", block: str = "expenditure") -> Place:
    return Place("102", "102.xlsx", "01_收支", cell, "budget", block, "", row, field)


def off(name: str, by: str, *places: Place, blames: int | None = None, **more: Any) -> Finding:
    likely = () if blames is None else (Likely(blames, "1", "推算"),)
    return finding(name, places=places, difference=by, likely=likely, **more)


@pytest.mark.parametrize(
    ("by", "held"),
    [("3.00", True), ("5.00", True), ("5.02", False)],
    ids=["a part of it", "all of it", "more than that"],
)
def test_a_check_over_the_blamed_cell_that_is_off_by_no_more_follows(mini: Suite, by: str, held: bool) -> None:
    blamed = off("a", "-5.00", at("C9", "total"), at("C7", "basic"), blames=1)
    other = off("b", by, at("C9", "total"), code="XD-05")
    told = with_causes([blamed, other], [mini])
    assert [f.cause for f in told] == ["", "a" if held else ""]


def test_a_check_of_another_row_or_one_that_blames_another_cell_does_not_follow(mini: Suite) -> None:
    blamed = off("a", "5.00", at("C7", "basic"), blames=0)
    beside = off("b", "1.00", at("C10", "travel"), code="XY-04")
    elsewhere = off("c", "1.00", at("C9", "total"), at("C8", "project"), blames=1, code="XD-05")
    assert [f.cause for f in with_causes([blamed, beside, elsewhere], [mini])] == ["", "", ""]


def test_a_warning_holds_no_error_back_but_a_formula_typed_over_does(mini: Suite) -> None:
    error = off("b", "1.00", at("C9", "total"), code="XD-05")
    warning = off("a", "5.00", at("C7", "basic"), blames=0, severity=Severity.WARNING)
    assert [f.cause for f in with_causes([warning, error], [mini])] == ["", ""]
    over = finding(
        "a", places=(at("C7", "basic"),), code="WBK-04", difference=None, likely=(), severity=Severity.WARNING
    )
    assert [f.cause for f in with_causes([over, error], [mini])] == ["", "a"]


def test_of_two_findings_of_the_reader_at_one_cell_the_graver_is_told(mini: Suite) -> None:
    def read(code: str, severity: Severity) -> Finding:
        return finding(code, places=(at("C7", "basic"),), code=code, difference=None, likely=(), severity=severity)

    told = with_causes([read("WBK-04", Severity.WARNING), read("WBK-05", Severity.ERROR)], [mini])
    assert follows(told) == {"WBK-04": "WBK-05"}


def whole(code: str, **more: Any) -> Finding:
    return finding(code, code=code, places=(), difference=None, likely=(), **more)


def test_everything_about_a_return_of_another_year_follows_from_that(mini: Suite) -> None:
    stray = whole("WBK-06", year=2020)
    missing = whole("missing", file="")
    missing = dataclasses.replace(missing, code="WBK-06")
    own = off("b", "1.00", at("C9", "total"), year=2020)
    told = with_causes([stray, own, missing], [mini])
    assert [f.cause for f in told] == ["", "WBK-06", "WBK-06"]


@pytest.mark.parametrize("code", ["TYP-12", "XD-11", "XY-11"])
def test_a_return_that_is_wrong_as_a_whole_is_not_told_again_against_each_other_source(mini: Suite, code: str) -> None:
    within, across = off("a", "1.00", at("C9", "total")), off("b", "2.00", at("C9", "total"), code="XD-05")
    told = with_causes([within, across, whole(code)], [mini])
    assert follows(told) == {"XD-05": code}


def test_a_unit_is_missing_because_its_file_could_not_be_taken(mini: Suite) -> None:
    missing = dataclasses.replace(whole("missing", file=""), code="WBK-06")
    other = dataclasses.replace(missing, unit="103", fingerprint="other")
    told = with_causes([missing, other, whole("WBK-01", year=0)], [mini])
    assert [f.cause for f in told] == ["WBK-01", "", ""]
