"""Every coded rule of the shipped suites has its function, and no function is an orphan."""

from __future__ import annotations

import pytest

from toolkit.catalog import load_suite, suite_ids
from toolkit.check import ELSEWHERE, coded, registry
from toolkit.check.registry import known
from toolkit.model.rule import RuleKind


def coded_codes(suite_id: str) -> set[str]:
    return {rule.code for rule in load_suite(suite_id).rules if rule.kind is RuleKind.CODED}


@pytest.mark.parametrize("suite_id", suite_ids())
def test_every_coded_rule_of_a_shipped_suite_has_a_function(suite_id: str) -> None:
    assert coded_codes(suite_id) <= registry().keys() | ELSEWHERE.keys()


def test_no_function_is_an_orphan() -> None:
    assert registry().keys() <= set().union(*(coded_codes(suite_id) for suite_id in suite_ids()))


@pytest.mark.parametrize("suite_id", suite_ids())
def test_what_a_coded_rule_reads_is_in_every_shipped_suite(suite_id: str) -> None:
    suite = load_suite(suite_id)
    assert [(r.code, name) for r in registry().values() for name in r.reads if not known(suite, name)] == []


def test_every_function_says_what_it_does() -> None:
    assert [rule.code for rule in registry().values() if not (rule.body.__doc__ or "").strip()] == []


def test_a_code_has_one_function() -> None:
    with pytest.raises(ValueError, match="two functions for rule XD-03"):
        coded("XD-03")(lambda scene: [])
