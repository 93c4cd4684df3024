"""The catalogue of rules as a whole: codes, texts, severities, cases, and the codes the forms rely on."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from toolkit.catalog import load_suite
from toolkit.formula import Program, to_chinese
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, RuleKind, Severity

GROUPS = ("WBK", "STR", "TYP", "ENU", "SUM", "PLN", "IND", "COD", "XF", "NAR", "SEC", "XD", "XY", "SE")
RULES = load_suite("hebei-2021").rules
EXPRESSIONS = [rule for rule in RULES if rule.kind is RuleKind.EXPRESSION]

READ = {"WBK-01", "WBK-02", "WBK-03", "WBK-04", "WBK-05", "WBK-08", "WBK-09", "WBK-11", "TYP-02", "TYP-04", "TYP-05"}
"""Reported while a file is read."""

CODED = {
    "WBK-06", "WBK-07", "STR-05", "STR-08", "STR-12", "IND-06", "IND-07", "IND-15", "IND-18", "IND-20", "PLN-09",
    "IND-24", "IND-25", "SUM-18", "STR-06", "STR-10", "TYP-10", "TYP-12", "XF-17", "XF-19",
    "NAR-03", "NAR-04", "NAR-06", "NAR-08", "NAR-10", "NAR-11", "NAR-12", "NAR-14", "NAR-15",
    "COD-03", "COD-06", "XF-03", "XF-28", "SE-02", "SE-16", "SE-20", "SE-21", "SE-22", "SE-23", "XY-02", "XY-03", "XY-08", "XY-10", "XY-11", "XD-01", "XD-02", "XD-03", "XD-04", "XD-05", "SUM-15", "XD-06", "XD-07", "XD-08", "XD-10", "XD-11",
}  # fmt: skip
"""What an expression cannot say: names that are nearly alike, other files, weights, kinds of code."""


def by_code(rule: Rule) -> str:
    return rule.code


def codes_used(suite: Suite) -> set[str]:
    """The codes under which the fields and rows of the forms have themselves checked."""
    fields = [f for form in suite.forms for block in form.blocks for f in block.fields]
    rows = [row for form in suite.forms for block in form.blocks for row in block.rows]
    found = {c for f in fields for c in (f.check, f.member_check, f.parent_check, f.range_check) if c}
    return found | {c for row in rows for c in row.checks.values()} | {"STR-02"}


def test_no_code_is_used_twice() -> None:
    assert [code for code, count in Counter(rule.code for rule in RULES).items() if count > 1] == []


def test_every_code_the_forms_use_is_a_rule_of_the_workbook(hebei: Suite) -> None:
    known = {rule.code for rule in RULES if rule.kind in (RuleKind.DERIVED, RuleKind.EXPRESSION)}
    assert codes_used(hebei) - known == set()


def test_every_derived_rule_is_used_by_a_form(hebei: Suite, program: Program) -> None:
    derived = {rule.code for rule in RULES if rule.kind is RuleKind.DERIVED}
    assert derived <= codes_used(hebei)
    assert derived <= {check.code for check in program.checks}


def test_readers_and_coded_rules_are_the_known_ones() -> None:
    assert {rule.code for rule in RULES if rule.kind is RuleKind.READER} == READ
    assert {rule.code for rule in RULES if rule.kind is RuleKind.CODED} == CODED


@pytest.mark.parametrize("rule", RULES, ids=by_code)
def test_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    assert re.fullmatch(rf"({'|'.join(GROUPS)})-\d\d", rule.code)
    assert re.search("[一-鿿]", rule.statement)
    assert re.search("[一-鿿]", rule.why)
    assert "请" in rule.action
    assert re.search("[a-z]", rule.statement_en)
    assert not rule.statement.endswith(("。", "；"))
    assert rule.action.endswith("。")
    assert len(rule.statement) <= 70


@pytest.mark.parametrize("rule", EXPRESSIONS, ids=by_code)
def test_rule_shows_what_passes_and_what_fails(rule: Rule) -> None:
    verdicts = {case.verdict for case in rule.cases}
    assert {"pass", "fail"} <= verdicts


CANNOT_FAIL_TO_RUN = {
    "WBK-10", "STR-11", "STR-13", "STR-14", "STR-15", "COD-01", "PLN-01", "TYP-03", "TYP-07", "TYP-09", "TYP-11", "ENU-01", "ENU-10", "IND-01", "IND-02", "IND-03",
    "IND-04", "IND-05", "IND-17", "IND-21", "IND-27", "IND-28", "IND-29", "IND-33", "NAR-13", "STR-01", "SUM-17", "SE-06", "SE-14", "IND-22", "IND-34", "SEC-01", "SEC-02", "SUM-12",
}  # fmt: skip
"""Rules that count, or that ask whether something is blank: every fill decides them."""


@pytest.mark.parametrize("rule", [r for r in EXPRESSIONS if r.code not in CANNOT_FAIL_TO_RUN], ids=by_code)
def test_rule_shows_what_it_cannot_run_on(rule: Rule) -> None:
    assert "not_executable" in {case.verdict for case in rule.cases}


def test_severity_of_a_graded_rule_is_that_of_its_gravest_level() -> None:
    for rule in EXPRESSIONS:
        assert rule.severity is rule.levels[0].severity, rule.code


def test_totals_and_codes_are_errors_and_style_is_not() -> None:
    severity = {rule.code: rule.severity for rule in RULES}
    assert {severity[c] for c in ("SUM-01", "SUM-04", "SUM-09", "COD-01", "COD-02", "PLN-03", "XF-01")} == {
        Severity.ERROR
    }
    assert {severity[c] for c in ("IND-16", "IND-19", "TYP-03", "TYP-09", "ENU-10")} == {Severity.INFO}


def test_every_rule_can_be_said_in_chinese(hebei: Suite, program: Program) -> None:
    for rule in EXPRESSIONS:
        for level in program.checks_by_id[rule.code].levels:
            for part in level.parts:
                assert re.search("[一-鿿]", to_chinese(part.bound, hebei)), rule.code


def test_no_rule_over_the_whole_return_has_its_home_on_one_of_many_sheets(hebei: Suite, program: Program) -> None:
    """Its verdict would be printed on every project sheet, and stand on none of them in particular."""
    whole = [check for check in program.checks if check.domain.kind == "return"]
    assert [check.id for check in whole if hebei.forms_by_id[check.domain.form].repeat] == []


def test_what_is_left_blank_on_the_optional_part_of_the_department_form_is_a_warning(program: Program) -> None:
    """A public document names neither persons nor classes there; the return is not sent back for it."""
    severity = {rule.code: rule.severity for rule in RULES}
    assert {severity[code] for code in ("STR-14", "STR-15", "WBK-10", "STR-11")} == {Severity.WARNING}
    required = {part.places[0] for check in program.checks if check.code == "STR-02" for part in check.levels[0].parts}
    named = {f"{ref.block}.{ref.field}" for ref in required}
    assert not named & {"cover.date", "cover.sign_status", "cover.preparer", "cover.reviewer", "projects.code"}
    assert not named & {"dept_indicators.level1", "dept_indicators.level2", "dept_indicators.objective"}
    assert "indicators.basis" in named


def test_what_needs_more_than_this_return_is_known() -> None:
    outside = [rule.code for rule in EXPRESSIONS for level in rule.levels if re.search("PRIOR|UNITS", level.expression)]
    assert outside == ["XY-01", "XY-07", "XY-09"]
