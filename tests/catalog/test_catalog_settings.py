"""``toolkit.toml``: a bureau's own thresholds, severities and switches, and the complaints about a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.catalog import Settings, apply_settings, judged_under, load_suite, read_settings
from toolkit.formula import compile_suite
from toolkit.model.errors import InputError
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

Write = Callable[[str], Settings]


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite("hebei-2021")


@pytest.fixture
def settings(tmp_path: Path) -> Write:
    def write(text: str) -> Settings:
        path = tmp_path / "toolkit.toml"
        path.write_text(text, encoding="utf-8")
        return read_settings(path)

    return write


def test_an_empty_file_changes_nothing(suite: Suite, settings: Write) -> None:
    assert apply_settings(suite, settings("")) is suite


def test_a_threshold_makes_an_edition_of_its_own(suite: Suite, settings: Write) -> None:
    made = apply_settings(suite, settings("[parameters]\nyear_end_share = 40.5"))
    assert made.parameters["year_end_share"] == made.rules_by_code["PLN-05"].parameters.get(
        "year_end_share", made.parameters["year_end_share"]
    )
    assert made.parameters["year_end_share"] == Decimal("40.5")
    assert made.edition != suite.edition
    assert apply_settings(made, settings("[parameters]\nyear_end_share = 40.5")) is made


def test_a_switched_off_rule_is_in_no_workbook(suite: Suite, settings: Write) -> None:
    made = apply_settings(suite, settings('off = ["SUM-01", "PLN-02"]'))
    assert {"SUM-01", "PLN-02"} & {c.code for c in compile_suite(made).checks} == set()
    assert {"SUM-01", "PLN-02"} <= {c.code for c in compile_suite(suite).checks}


def test_rules_on_trial_can_be_left_out_together(suite: Suite, settings: Write) -> None:
    trial = replace(suite, rules=tuple(replace(r, beta=r.code == "SUM-02") for r in suite.rules))
    assert [r.code for r in apply_settings(trial, settings("beta = false")).rules if r.off] == ["SUM-02"]
    assert [r.code for r in apply_settings(trial, settings("beta = true")).rules if r.off] == []


def test_a_severity_set_for_a_rule_on_trial_ends_its_trial(suite: Suite, settings: Write) -> None:
    assert suite.rules_by_code["STR-06"].beta
    made = apply_settings(suite, settings('beta = false\n[severity]\nSTR-06 = "error"')).rules_by_code["STR-06"]
    assert (made.beta, made.severity, made.off) == (False, Severity.ERROR, False)


def test_levels_keep_their_order_below_what_was_set(suite: Suite, settings: Write) -> None:
    graded = next(r for r in suite.rules if [lv.severity for lv in r.levels] == [Severity.WARNING, Severity.INFO])
    raised = apply_settings(suite, settings(f'[severity]\n{graded.code} = "error"')).rules_by_code[graded.code]
    assert [lv.severity for lv in raised.levels] == [Severity.ERROR, Severity.INFO]
    lowered = apply_settings(suite, settings(f'[severity]\n{graded.code} = "info"')).rules_by_code[graded.code]
    assert [lv.severity for lv in lowered.levels] == [Severity.INFO, Severity.INFO]


def test_what_was_issued_keeps_its_edition_when_judged_under_new_thresholds(suite: Suite, settings: Write) -> None:
    under = judged_under(suite, settings("[parameters]\nyear_end_share = 1\nno_longer_there = 2"))
    assert under.edition == suite.edition
    assert under.parameters["year_end_share"] == 1
    assert "no_longer_there" not in under.parameters


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suites = 1", "suites 不认识，是否为“suite”"),
        ("suite = 1", "suite 应为文本，实为 1"),
        ("beta = 1", "beta 应为 true 或 false，实为 1"),
        ("off = [1]", "off 应为文本，实为 1"),
        ('[parameters]\nyear_end_share = "x"', "parameters.year_end_share 应为数字，实为 x"),
        ('[severity]\nPLN-05 = "fatal"', "severity.PLN-05 应为 error、warning、info 之一，实为 fatal"),
        ("off = [", "不合 TOML 格式"),
    ],
)
def test_a_wrong_entry_is_named(settings: Write, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        settings(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('off = ["PLN-5"]', "off 中的“PLN-5”套表没有，是否为“PLN-05”"),
        ('[severity]\nXX-01 = "error"', "severity 中的“XX-01”套表没有"),
        ("[parameters]\nyear_end = 1", "parameters 中的“year_end”套表没有，是否为“year_end_share”"),
    ],
)
def test_a_name_the_suite_does_not_have_is_named(suite: Suite, settings: Write, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        apply_settings(suite, settings(text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"读不到设置文件 .*toolkit\.toml"):
        read_settings(tmp_path / "toolkit.toml")
