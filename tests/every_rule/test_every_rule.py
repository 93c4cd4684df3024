"""Every rule of the suite fails on a workbook that a unit can fill in, collected as a bureau collects it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.every_rule.breaks import BASES, Break, load_breaks
from tests.every_rule.legality import refused
from tests.every_rule.runs import SUITE, bases, document_data, faults, run
from toolkit.catalog import load_scope, load_suite
from toolkit.model.finding import FAIL
from toolkit.model.rule import RuleKind

ENTRIES = load_breaks()
ALONE = [e for e in ENTRIES if e.control is None and e.prior is None]
SHARES = 6
PARTS = {f"{n} of {SHARES}": ALONE[n - 1 :: SHARES] for n in range(1, SHARES + 1)} | {
    "with tables": [e for e in ENTRIES if e.control is not None or e.prior is not None]
}
"""Shares of about equal length, for several processes to take."""

IN_SCOPE = 182
"""Codes of the catalogue that are shown to fail. It only ever rises."""


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_each_break_is_found_and_nothing_else_is_an_error(part: str, tmp_path: Path) -> None:
    held = bases()
    outcomes = run(PARTS[part], tmp_path, held)
    assert [line for outcome in outcomes for line in faults(outcome, held.suite)] == []


@pytest.mark.slow
def test_the_fills_that_the_breaks_start_from_have_nothing_wrong(tmp_path: Path) -> None:
    whole = [
        Break("alone", "legal", "", "legal.yaml"),
        Break("evaluated", "legal", "", "evaluated.yaml", base="evaluated"),
        Break("beside", "legal", "", "second.yaml", beside=({},)),
        Break("prior", "legal", "", "last_year.yaml", prior={}),
    ]
    found = [
        f"{outcome.entry.id}: {finding.code} {finding.message}"
        for outcome in run(whole, tmp_path)
        for finding in outcome.findings
        if finding.result == FAIL and finding.severity != "info"
    ]
    assert found == []


@pytest.mark.parametrize("name", BASES)
def test_everything_in_them_can_be_typed(name: str, tmp_path: Path) -> None:
    held = bases()
    data = document_data(getattr(held, name), tmp_path, held.suite)
    assert refused(held.suite, data, {}) == {}


def test_every_rule_is_shown_to_fail() -> None:
    """Also those that the catalogue does not know."""
    shown = {entry.code for entry in ENTRIES}
    assert [rule.code for rule in load_suite(SUITE).rules if rule.code not in shown] == []


def test_entries_are_of_rules_that_there_are() -> None:
    known = load_suite(SUITE).rules_by_code
    assert [entry.where for entry in ENTRIES if entry.code not in known] == []
    assert [f"{e.where}: {code}" for e in ENTRIES for code in e.also if code not in known] == []


def test_every_code_of_the_catalogue_is_a_rule_or_out_of_scope_with_a_reason() -> None:
    scope, suite = load_scope(SUITE), load_suite(SUITE)
    assert len(scope.titles) == 186
    assert scope.missing(suite) == []
    assert sum(entry in {e.code for e in ENTRIES} for entry in scope.titles) >= IN_SCOPE


def test_a_total_can_only_be_wrong_where_it_was_typed_over() -> None:
    """Whatever checks the formula of a computed cell needs a fill that the workbook does not take from the keyboard."""
    derived = {r.code for r in load_suite(SUITE).rules if r.kind is RuleKind.DERIVED and r.code.startswith("SUM-")}
    assert [e.id for e in ENTRIES if e.code in derived and not e.pasted] == []
