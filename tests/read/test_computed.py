"""Computed cells: intact formulas are recomputed, constants over them are declared, changes are said."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.model.fact import Key, State
from toolkit.model.form import Suite
from toolkit.read import extract

if TYPE_CHECKING:
    from tests.read.conftest import Returned

SHEET = "01_收支"
TOTAL = Key("expenditure", "", "total", "this_year")
CHANGE = Key("expenditure", "", "total", "change")


def _formula(returned: Returned, cell: str, change: str) -> None:
    pattern = rf'(<c r="{cell}"[^>]*><f>)(.*?)(</f>)'
    returned.rewrite(returned.part_of(SHEET), lambda xml: re.sub(pattern, lambda m: m[1] + change + m[3], xml))


def _cache(returned: Returned, cell: str, value: str) -> None:
    pattern = rf'(<c r="{cell}"[^>]*><f>.*?</f><v>)(.*?)(</v>)'
    returned.rewrite(returned.part_of(SHEET), lambda xml: re.sub(pattern, lambda m: m[1] + value + m[3], xml))


def test_a_constant_in_a_computed_cell_is_declared_and_feeds_what_follows(returned: Returned, suite: Suite) -> None:
    returned.type_into(SHEET, "C6", "><v>3999</v>")
    found = returned.read()
    assert (found.facts[TOTAL].value, found.facts[TOTAL].typed_over) == (Decimal(3999), True)
    assert found.facts[CHANGE].value == Decimal(1199)
    remark = next(r for r in found.remarks if r.key == TOTAL)
    assert (remark.code, remark.actual, remark.expected, remark.severity) == ("WBK-04", "3999", "3700.07", "warning")
    assert extract(found, suite).values[TOTAL] == Decimal(3999)
    assert CHANGE not in extract(found, suite).values


def test_a_constant_equal_to_the_formula_is_information(returned: Returned) -> None:
    returned.type_into(SHEET, "C6", "><v>3700.07</v>")
    assert returned.severities("WBK-04") == {"info"}
    assert returned.read().facts[TOTAL].typed_over


def test_a_constant_over_a_formula_that_lacks_its_operands_is_information(returned: Returned) -> None:
    """The formula gives nothing that the constant could contradict."""
    for cell in ("C7", "C8"):
        returned.type_into(SHEET, cell, ">")
    returned.type_into(SHEET, "C6", "><v>3700.07</v>")
    remark = next(r for r in returned.read().remarks if r.key == TOTAL)
    assert (remark.severity, remark.detail) == ("info", "公式被数值覆盖，公式缺少数据无法计算，按所填的值读取")
    assert returned.read().facts[TOTAL].value == Decimal("3700.07")


def test_text_over_a_formula_is_declared_too(returned: Returned) -> None:
    returned.type_text(SHEET, "C6", "3,700.07万元")
    assert (returned.read().facts[TOTAL].value, returned.read().facts[TOTAL].typed_over) == (Decimal("3700.07"), True)


def test_an_unreadable_constant_makes_what_follows_unknown(returned: Returned) -> None:
    returned.type_text(SHEET, "C6", "约3700")
    facts = returned.read().facts
    assert (facts[TOTAL].state, facts[TOTAL].typed_over, facts[CHANGE].value) == (State.INVALID, True, None)


def test_a_cleared_formula_is_recomputed_and_said(returned: Returned) -> None:
    returned.type_into(SHEET, "C6", ">")
    assert (returned.read().facts[TOTAL].value, returned.read().facts[TOTAL].typed_over) == (Decimal("3700.07"), False)
    assert [r.detail for r in returned.remarks("WBK-04")] == ["公式被删除，已按下发的公式重新计算"]


def test_a_lying_cache_is_ignored_and_said_once(returned: Returned) -> None:
    _cache(returned, "C6", "1")
    _cache(returned, "E6", "2")
    assert returned.read().facts[TOTAL].value == Decimal("3700.07")
    assert [(r.key, r.severity) for r in returned.remarks("WBK-04")] == [(None, "info")]


def test_a_formula_of_the_units_own_declares_what_it_showed(returned: Returned) -> None:
    _formula(returned, "C6", "C7+C8+100")
    _cache(returned, "C6", "3800.07")
    _cache(returned, "E6", "1000.07")
    _cache(returned, "F7", "78.81")
    _cache(returned, "F8", "18.56")
    found = returned.read()
    assert (found.facts[TOTAL].value, found.facts[TOTAL].typed_over) == (Decimal("3800.07"), True)
    assert found.facts[CHANGE].value == Decimal("1000.07")
    assert [(r.key, r.actual, r.expected) for r in found.remarks] == [(TOTAL, "3800.07", "3700.07")]


def test_a_changed_formula_in_a_file_nobody_calculated_declares_nothing(returned: Returned) -> None:
    _formula(returned, "C6", "C7+C8+100")
    _cache(returned, "C6", "3800.07")
    found = returned.read()
    assert (found.facts[TOTAL].value, found.facts[TOTAL].typed_over) == (Decimal("3700.07"), False)
    assert ["已按下发的公式重新计算" in r.detail for r in found.remarks] == [True]


def test_a_changed_formula_with_the_same_result_is_information(returned: Returned) -> None:
    _formula(returned, "C6", "C7+C8")
    assert returned.severities("WBK-04") == {"info"}
    assert not returned.read().facts[TOTAL].typed_over


def test_a_formula_that_reads_another_file_is_named(returned: Returned) -> None:
    _formula(returned, "C6", "[1]Sheet1!A1")
    assert any("引用了其他文件" in r.detail for r in returned.remarks("WBK-04"))


def test_spaces_and_case_do_not_change_a_formula(returned: Returned) -> None:
    _formula(returned, "C6", 'iferror( round(IF(COUNT(C7 , C8)=0, NA(), SUM(C7,C8)), 6), "" )')
    assert returned.remarks("WBK-04") == []


def test_a_formula_in_an_input_cell_gives_its_result_with_a_warning(returned: Returned) -> None:
    key = Key("expenditure", "", "basic", "this_year")
    returned.type_into(SHEET, "C7", "><f>1000+1994.7</f><v>2994.7</v>")
    assert returned.read().facts[key].value == Decimal("2994.7")
    assert returned.severities("WBK-04") == {"warning"}
    returned.type_into(SHEET, "C7", "><f>1000+1994.7</f>")
    assert returned.read().facts[key].state is State.INVALID


def test_an_error_cached_in_an_input_formula_is_an_error_value(returned: Returned) -> None:
    returned.type_into(SHEET, "C7", 't="e"><f>1/0</f><v>#DIV/0!</v>')
    assert len(returned.remarks("WBK-05")) == 1


def test_a_word_where_a_blank_would_count_as_zero_leaves_the_sum_open(returned: Returned) -> None:
    place = returned.fact("projects", "001", "other")
    returned.type_into(place.sheet, place.cell, ">")
    assert returned.fact("projects", "001", "budget").value == Decimal("500.37")
    returned.type_text(place.sheet, place.cell, "涉密")
    assert returned.fact("projects", "001", "other").state is State.CLASSIFIED
    assert (returned.fact("projects", "001", "budget").value, returned.fact("projects", "001", "budget").state) == (
        None,
        State.BLANK,
    )
