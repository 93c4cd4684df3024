from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from toolkit.layout import Layout, a1, arrange
from toolkit.model.fact import Key
from toolkit.model.form import Suite


@pytest.fixture(scope="module")
def book(write: Callable[..., Any]) -> Any:
    return write().formulas


@pytest.fixture(scope="module")
def layout(mini: Suite) -> Layout:
    return arrange(mini)


def validation(book: Any, layout: Layout, *key: str) -> Any:
    spot = layout.spot(Key(*key))
    assert spot is not None
    at = a1(spot.row, spot.column)
    return next(v for v in book[spot.sheet].data_validations.dataValidation if at in v.sqref)


def test_a_code_list_is_a_range_of_the_hidden_sheet(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "indicators", "01", "001", "level1")
    assert found.type == "list"
    assert found.formula1.startswith("'_lists'!$")


def test_the_children_offered_are_those_of_the_parent_in_the_same_row(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "indicators", "01", "001", "level2")
    parent = layout.spot(Key("indicators", "01", "001", "level1"))
    assert parent is not None
    address = f"${a1(parent.row, parent.column)}"
    assert found.formula1.startswith("OFFSET('_lists'!")
    assert f"MATCH({address}," in found.formula1
    assert found.formula1.endswith(f",{address}),1)")


def test_choices_typed_in_another_list_are_its_column(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "target", "01", "", "name")
    first, last = (layout.spot(Key("projects", "", row, "name")) for row in ("001", "008"))
    assert first is not None
    assert last is not None
    assert found.formula1 == f"'02_项目清单'!${'D'}${first.row + 1}:$D${last.row + 1}"


def test_numbers_have_their_bounds(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "plan", "01", "", "jun")
    assert (found.type, found.operator, found.formula1, found.formula2) == ("decimal", None, "0", "100")


def test_a_number_that_may_not_apply_takes_a_dash(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "purchases", "", "001", "quantity")
    spot = layout.spot(Key("purchases", "", "001", "quantity"))
    assert spot is not None
    cell = f"${a1(spot.row, spot.column)}"
    assert found.type == "custom"
    assert found.formula1 == f'OR({cell}="--",AND(ISNUMBER({cell}),{cell}>=0,{cell}<=999999999999))'
    assert "不适用的填“--”" in found.prompt
    assert "不适用的填“--”" in found.error


def test_texts_have_their_length(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "projects", "", "001", "name")
    assert (found.type, found.operator, found.formula1) == ("textLength", "lessThanOrEqual", "60")


def test_open_lists_warn_and_closed_ones_stop(book: Any, layout: Layout) -> None:
    assert validation(book, layout, "purchases", "", "001", "item").errorStyle == "warning"
    assert validation(book, layout, "indicators", "01", "001", "level1").errorStyle in (None, "stop")


def test_every_message_is_chinese_and_within_the_limits(book: Any) -> None:
    for sheet in book.worksheets:
        for found in sheet.data_validations.dataValidation:
            assert 0 < len(found.errorTitle) <= 32
            assert 0 < len(found.error) <= 225
            assert any("\u4e00" <= c <= "\u9fff" for c in found.error)
            if found.prompt:
                assert len(found.promptTitle) <= 32
                assert len(found.prompt) <= 255


def test_the_prompt_is_the_help_of_the_field(book: Any, layout: Layout) -> None:
    found = validation(book, layout, "target", "01", "", "budget")
    assert found.prompt.startswith("本年预算数。")


def test_conditional_formats_stay_on_their_sheet(book: Any) -> None:
    for sheet in book.worksheets:
        for found in sheet.conditional_formatting:
            assert all("!" not in formula for rule in found.rules for formula in rule.formula)
