"""A unit explains a warning on the sheet 校验: carried on while the values stay, told as outdated once they change."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from toolkit.check import Submission
from toolkit.check.explanations import Spoken, explain
from toolkit.check.rounds import Memory
from toolkit.formula import compile_suite
from toolkit.model.fact import Identity, Said
from toolkit.model.finding import FAIL, NOT_EXECUTABLE, Explanation, Finding, Place
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

KEY = ("示例开发区", 2021, "批复", "102")
WHO = Identity(*KEY, "办公室", "e1")
TEXT = "按合同约定年底付款"


def warning(values: str = "v1", **more: object) -> Finding:
    place = Place("102", "102.xlsx", "P01", "G14", "project", "plan", "01", None, "dec", "12月底")
    made = Finding(
        "PLN-05", FAIL, Severity.WARNING, *KEY, "办公室", "102.xlsx", (place,), "年末集中", "请说明",
        fingerprint="f1", values_hash=values,
    )  # fmt: skip
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


class Unit:
    """One unit over several rounds: ``says`` what stands on its sheet now (None: nothing)."""

    def __init__(self, suite: Suite) -> None:
        self.checks = compile_suite(suite).checks_by_id
        self.memory = Memory()

    def round(
        self, findings: list[Finding], said: Said | str | None
    ) -> tuple[list[Explanation | None], tuple[str, ...]]:
        line = Said("PLN-05", "PLN-05", said) if isinstance(said, str) else said
        spoken: Mapping[tuple[str, int, str, str], Spoken] = {}
        if line is not None:
            spoken = {KEY: Spoken(Submission("r", WHO, "102.xlsx"), (line,), self.checks)}
        told, self.memory, notes = explain(findings, spoken, self.memory, Memory(self.memory.number + 1))
        return [f.explained for f in told], notes


@pytest.fixture
def unit(mini: Suite) -> Unit:
    return Unit(mini)


def test_the_warning_carries_the_text(unit: Unit) -> None:
    assert unit.round([warning()], TEXT) == ([Explanation(TEXT, True, 1)], ())


def test_without_a_text_nothing_is_explained(unit: Unit) -> None:
    assert unit.round([warning()], None) == ([None], ())


def test_it_is_carried_on_while_the_values_stay_even_where_the_new_workbook_says_nothing(unit: Unit) -> None:
    unit.round([warning()], TEXT)
    assert unit.round([warning()], TEXT)[0] == [Explanation(TEXT, True, 1)]
    assert unit.round([warning()], None)[0] == [Explanation(TEXT, True, 1)]


def test_once_the_values_change_it_no_longer_fits_until_it_is_written_anew(unit: Unit) -> None:
    unit.round([warning("v1")], TEXT)
    assert unit.round([warning("v2")], TEXT)[0] == [Explanation(TEXT, False, 1)]
    assert unit.round([warning("v2")], None)[0] == [Explanation(TEXT, False, 1)]
    assert unit.round([warning("v2")], "二期工程年底验收")[0] == [Explanation("二期工程年底验收", True, 4)]


def test_it_fits_again_where_the_values_come_back(unit: Unit) -> None:
    unit.round([warning("v1")], TEXT)
    unit.round([warning("v2")], TEXT)
    assert unit.round([warning("v1")], TEXT)[0] == [Explanation(TEXT, True, 1)]


def test_a_text_that_stood_there_before_the_warning_arose_does_not_speak_of_it(unit: Unit) -> None:
    unit.round([warning()], TEXT)
    later = warning(fingerprint="f2")
    assert unit.round([warning(), later], TEXT)[0] == [Explanation(TEXT, True, 1), Explanation(TEXT, False, 1)]
    assert unit.round([warning(), later], TEXT + "，两项均如此")[0] == [Explanation(TEXT + "，两项均如此", True, 3)] * 2


def test_errors_cannot_be_explained_away_and_that_is_said(unit: Unit) -> None:
    told, notes = unit.round([warning(severity=Severity.ERROR)], TEXT)
    assert told == [None]
    assert notes == ("102：PLN-05 是错误，须改正；“校验”表中的说明不能代替改正",)


@pytest.mark.parametrize("other", [{"result": NOT_EXECUTABLE}, {"severity": Severity.INFO}, {"unit": "103"}])
def test_remarks_and_what_is_another_units_take_no_explanation(unit: Unit, other: dict[str, Any]) -> None:
    assert unit.round([warning(**other)], TEXT) == ([None], ())


def test_a_line_is_about_the_cells_its_check_marks(unit: Unit) -> None:
    """``SUM-05`` is derived for the column 占比: a warning at another column is not the one that was explained."""
    line = next(Said(c.code, c.id, TEXT) for c in unit.checks.values() if c.code == "SUM-05")
    here = Place("102", "102.xlsx", "01_收支", "F7", "budget", "expenditure", "", "basic", "share")
    there = dataclasses.replace(here, field="this_year")
    found = [warning(code="SUM-05", fingerprint=p.field, places=(p,)) for p in (here, there)]
    assert unit.round(found, line)[0] == [Explanation(TEXT, True, 1), None]


def test_a_line_of_a_rule_that_only_the_collector_runs_is_about_all_its_findings(unit: Unit) -> None:
    assert unit.round([warning(code="XD-03")], Said("XD-03", "", TEXT))[0] == [Explanation(TEXT, True, 1)]
