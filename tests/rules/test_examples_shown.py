"""Whatever runs a rule, its manual page shows an example that passes and one that fails."""

from __future__ import annotations

import pytest

from toolkit.catalog import load_suite
from toolkit.formula import compile_suite
from toolkit.formula.cases import case_verdict
from toolkit.model.rule import Case, Rule, RuleKind
from toolkit.report.manual import rule_page

SUITE = load_suite("standard")
DERIVED = [(rule, case) for rule in SUITE.rules if rule.kind is RuleKind.DERIVED for case in rule.cases]
IN_WORDS = [rule for rule in SUITE.rules if rule.kind in (RuleKind.READER, RuleKind.CODED)]


def by_code(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", SUITE.rules, ids=by_code)
def test_every_rule_shows_what_passes_and_what_fails(rule: Rule) -> None:
    assert {"pass", "fail"} <= {case.verdict for case in rule.cases}


@pytest.mark.parametrize(("rule", "case"), DERIVED, ids=[f"{r.code}-{c.verdict}" for r, c in DERIVED])
def test_examples_of_checks_that_fields_define_get_their_verdict(rule: Rule, case: Case) -> None:
    assert case_verdict(compile_suite(SUITE), rule, case) == case.verdict, case.why


@pytest.mark.parametrize("rule", IN_WORDS, ids=by_code)
def test_examples_in_words_say_something_and_stand_on_the_page(rule: Rule) -> None:
    page = rule_page(SUITE, rule)
    for case in rule.cases:
        assert case.why
        assert not case.why.endswith("。")
        assert any(case.why in line for line in page)
