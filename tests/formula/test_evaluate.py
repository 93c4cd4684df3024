"""What rules mean: each case of rules.yaml gets its verdict from the reference evaluator."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.formula import Cells, compile_suite, evaluate_check, homes
from toolkit.model.fact import Key
from toolkit.model.form import Suite
from toolkit.model.rule import Rule

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8"))
WORDS = {True: "pass", False: "fail", None: "not_executable"}


def _name(case: dict[str, Any]) -> str:
    return f"{case['rule']} {case['why']}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_rule_gets_its_verdict(
    case: dict[str, Any],
    make_suite: Callable[..., Suite],
    make_rule: Callable[..., Rule],
    to_values: Callable[..., Any],
) -> None:
    levels = case["rule"] if isinstance(case["rule"], list) else [case["rule"]]
    tolerance = Decimal(str(case["tolerance"])) if "tolerance" in case else None
    suite = make_suite(make_rule("T-01", *levels, tolerance=tolerance))
    (check,) = [c for c in compile_suite(suite).checks if c.code == "T-01"]
    cells = Cells(suite, to_values(case["data"]))
    at = tuple(case.get("at", ())) or homes(check, cells)[0]
    verdict = evaluate_check(check, cells, *at)
    assert WORDS[verdict.value] == case["verdict"]
    assert "severity" not in case or verdict.severity == case["severity"]


def test_the_sides_of_a_comparison_are_shown(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule], to_values: Callable[..., Any]
) -> None:
    suite = make_suite(make_rule("T-01", "cover.spent = SUM(projects[].price) AND ISBLANK(cover.note)"))
    (check,) = [c for c in compile_suite(suite).checks if c.code == "T-01"]
    cells = Cells(suite, to_values({"cover.spent": 1, "projects[]": [{"price": 1}, {"price": 1.5}]}))
    first, second = evaluate_check(check, cells).parts
    assert (first.value, first.actual, first.expected) == (False, Decimal(1), Decimal("2.5"))
    assert (second.value, second.actual, second.expected) == (True, None, None)
    assert check.levels[0].parts[0].unit_of_measure == "万元"


def test_rows_and_sheets_nobody_filled_are_no_homes(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule], to_values: Callable[..., Any]
) -> None:
    rules = (make_rule("T-01", "projects[].price > 0"), make_rule("T-02", "target.budget > 0"))
    grid = make_rule("T-03", "income[].this_year > income[].last_year")
    program = compile_suite(make_suite(*rules, grid))
    checks = {c.code: c for c in program.checks}
    data = {"projects[]": [{"price": 1}, {"name": ""}, {"code": "XX"}], "target@02.mar": 1, "income.fund.last_year": 7}
    cells = Cells(program.suite, to_values(data))
    assert homes(checks["T-01"], cells) == [("", "001"), ("", "003")]
    assert homes(checks["T-02"], cells) == [("02", "")]
    assert homes(checks["T-03"], cells) == [], "prefilled cells alone are no input"
    assert cells.value(Key("income", "", "fund", "last_year")) == Decimal(7), "but they can be read, as in Excel"
    filled = Cells(program.suite, to_values(data | {"cover.spent": 1}))
    assert homes(checks["T-03"], filled) == [("", r) for r in ("total", "general", "fund", "other")]


def test_last_year_and_the_other_units_come_from_their_own_cells(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule], to_values: Callable[..., Any]
) -> None:
    last = make_rule("T-01", "income.general.last_year = PRIOR(income.general.this_year)")
    total = make_rule("T-02", "SUM(UNITS(cover.spent)) <= 10")
    suite = make_suite(last, total)
    checks = {c.code: c for c in compile_suite(suite).checks}
    assert not checks["T-01"].in_workbook
    assert not checks["T-02"].in_workbook
    data = to_values({"income.general.last_year": 5, "cover.spent": 6})
    prior = Cells(suite, to_values({"income.general.this_year": 5}))
    others = (Cells(suite, to_values({"cover.spent": 4})), Cells(suite, to_values({"cover.spent": 1})))
    assert evaluate_check(checks["T-01"], Cells(suite, data, prior)).value is True
    assert evaluate_check(checks["T-01"], Cells(suite, data)).value is None
    assert evaluate_check(checks["T-02"], Cells(suite, data, units=others)).value is True
    assert evaluate_check(checks["T-02"], Cells(suite, data)).value is None


def test_a_mark_is_no_blank_that_counts_as_zero(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule], to_values: Callable[..., Any]
) -> None:
    program = compile_suite(make_suite(make_rule("T-01", "projects[].price + projects[].extra > 0")))
    check = next(c for c in program.checks if c.code == "T-01")
    data, extra = to_values({"projects[]": [{"price": 1}]}), Key("projects", "", "001", "extra")
    assert evaluate_check(check, Cells(program.suite, data), "", "001").value is True
    assert evaluate_check(check, Cells(program.suite, data, marked=[extra]), "", "001").value is None
