"""The rules that judge words are measured on the examples; what is not borne out yet is on trial."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.precision import NOT_JUDGED, Measured, measure, text_rules
from toolkit.catalog import load_suite
from toolkit.model.rule import RuleKind, Severity

Run = tuple[int, Path]
RULES = load_suite("standard").rules


@pytest.fixture(scope="module")
def measured(run: Run) -> list[Measured]:
    return measure(run[1])


def test_every_rule_on_words_is_measured_or_exempt_with_a_reason() -> None:
    found, exempt = text_rules()
    of_words = {
        r.code
        for r in RULES
        if r.code.startswith(("IND-", "NAR-")) or r.code in ("STR-05", "STR-06", "SUM-15", "SUM-18")
    }
    assert of_words <= found.keys() | exempt.keys()
    assert not found.keys() & exempt.keys()
    assert all(exempt.values())
    coded = {r.code for r in RULES if r.kind is RuleKind.CODED}
    assert not exempt.keys() & coded


def test_every_hit_is_judged(measured: list[Measured]) -> None:
    assert [m.code for m in measured if m.verdicts.get(NOT_JUDGED)] == []


def test_a_rule_is_on_trial_exactly_where_its_precision_or_its_hits_do_not_suffice(measured: list[Measured]) -> None:
    assert {m.code for m in measured if m.beta} == {m.code for m in measured if m.on_trial}
    assert {r.code for r in RULES if r.beta} <= {m.code for m in measured}


def test_what_the_measure_asks_for() -> None:
    assert not Measured("IND-16", {"true": 15, "debatable": 1, "false": 4}, beta=False).on_trial
    assert Measured("IND-16", {"true": 15, "false": 5}, beta=False).on_trial
    assert Measured("IND-16", {"true": 19}, beta=False).on_trial
    assert Measured("IND-16", {}, beta=False).on_trial


def test_a_rule_on_trial_is_no_more_than_a_remark() -> None:
    trial = [r for r in RULES if r.beta]
    assert {s for r in trial for s in (r.severity, *(level.severity for level in r.levels))} == {Severity.INFO}
