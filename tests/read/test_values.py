"""What stands in a cell, and what becomes of it: value, state, remark."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from toolkit.model.fact import Key, Remark, State

if TYPE_CHECKING:
    from tests.read.conftest import Returned

AMOUNT = Key("expenditure", "", "basic", "this_year")
SHEET, CELL = "01_收支", "C7"


def _only(returned: Returned, key: Key) -> Remark:
    remarks = [r for r in returned.read().remarks if r.key == key]
    assert len(remarks) == 1, remarks
    return remarks[0]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [("2994.7万元", "2994.7", "TYP-05"), ("２９９４.７", "2994.7", "TYP-04"), ("2,994.70", "2994.7", "TYP-04"),
     ("0", "0", "TYP-04")],
)  # fmt: skip
def test_text_in_a_number_cell_that_is_clear_is_read_and_said(
    returned: Returned, text: str, value: str, code: str
) -> None:
    returned.type_text(SHEET, CELL, text)
    fact, remark = returned.read().facts[AMOUNT], _only(returned, AMOUNT)
    assert (fact.value, fact.raw) == (Decimal(value), text)
    assert (remark.code, remark.actual, remark.repair, remark.cell) == (code, text, value, CELL)


@pytest.mark.parametrize(
    ("text", "code", "likely"),
    [("29947000元", "TYP-02", "2994.7"), ("约3000", "TYP-01", "3000"), ("一百", "TYP-01", "100"),
     ("100-200", "TYP-01", None), ("待定", "TYP-01", None)],
)  # fmt: skip
def test_text_that_is_not_clear_is_proposed_and_not_taken(
    returned: Returned, text: str, code: str, likely: str | None
) -> None:
    returned.type_text(SHEET, CELL, text)
    fact, remark = returned.read().facts[AMOUNT], _only(returned, AMOUNT)
    assert (fact.value, fact.state, fact.raw) == (None, State.INVALID, text)
    assert (remark.code, remark.likely, remark.repair) == (code, likely, None)


@pytest.mark.parametrize(
    ("text", "state"),
    [("无", State.NOT_APPLICABLE), ("—", State.NOT_APPLICABLE), ("不适用", State.NOT_APPLICABLE),
     ("涉密", State.CLASSIFIED), ("\u3000", State.BLANK)],
)  # fmt: skip
def test_states_of_an_amount(returned: Returned, text: str, state: State) -> None:
    returned.type_text(SHEET, CELL, text)
    fact = returned.read().facts[AMOUNT]
    assert (fact.value, fact.state) == (None, state)
    assert not [r for r in returned.read().remarks if r.key == AMOUNT]


def test_blank_is_not_zero(returned: Returned) -> None:
    returned.type_into(SHEET, CELL, "><v>0</v>")
    assert returned.fact(*AMOUNT[::2], AMOUNT.field).state is State.ZERO
    returned.type_into(SHEET, CELL, ">")
    assert returned.fact(*AMOUNT[::2], AMOUNT.field).state is State.BLANK


@pytest.mark.parametrize("stored", ["1E999", "NaN", "0x1F", "1_000", "1000000000000", "１２"])
def test_nonsense_in_a_numeric_cell_is_invalid(returned: Returned, stored: str) -> None:
    returned.type_into(SHEET, CELL, f"><v>{stored}</v>")
    assert returned.read().facts[AMOUNT].state is State.INVALID
    assert _only(returned, AMOUNT).code == "TYP-01"


def test_a_double_is_taken_at_fifteen_digits(returned: Returned) -> None:
    returned.type_into(SHEET, CELL, "><v>2994.6999999999998</v>")
    assert returned.read().facts[AMOUNT].value == Decimal("2994.7")


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?"])
def test_an_error_value_is_never_a_blank(returned: Returned, error: str) -> None:
    returned.type_into(SHEET, CELL, f't="e"><v>{error}</v>')
    assert returned.read().facts[AMOUNT].state is State.INVALID
    remark = _only(returned, AMOUNT)
    assert (remark.code, remark.actual, remark.severity) == ("WBK-05", error, "error")


def test_a_boolean_in_a_number_cell_is_invalid(returned: Returned) -> None:
    returned.type_into(SHEET, CELL, 't="b"><v>1</v>')
    assert returned.read().facts[AMOUNT].state is State.INVALID


def test_a_cell_that_excel_turned_into_a_date_is_not_taken_as_a_number(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book[SHEET][CELL] = 44256
        book[SHEET][CELL].number_format = "m/d"
    assert returned.read().facts[AMOUNT].state is State.INVALID
    assert _only(returned, AMOUNT).code == "TYP-01"


def test_a_format_that_hides_the_unit_is_said_and_the_stored_number_taken(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book[SHEET][CELL].number_format = '0!.0,"万元"'
    assert returned.read().facts[AMOUNT].value == Decimal("2994.7")
    assert _only(returned, AMOUNT).code == "TYP-02"


def test_percent_text_and_percent_format(returned: Returned) -> None:
    key = Key("plan", "01", "", "jun")
    cell = returned.read().facts[key].cell
    returned.type_text("P01_绩效", cell, "98%")
    assert (returned.read().facts[key].value, _only(returned, key).code) == (Decimal(98), "TYP-05")
    with returned.openpyxl() as book:
        book["P01_绩效"][cell] = 0.5
        book["P01_绩效"][cell].number_format = "0%"
    assert (returned.read().facts[key].value, _only(returned, key).repair) == (Decimal(50), "50")


DATE = Key("cover", "", "", "date")


@pytest.mark.parametrize("text", ["2021年3月1日", "2021.3.1", "20210301"])
def test_dates_as_text_are_read_and_said(returned: Returned, text: str) -> None:
    returned.type_text("00_封面", returned.read().facts[DATE].cell, text)
    assert returned.read().facts[DATE].value == datetime.date(2021, 3, 1)
    assert (_only(returned, DATE).code, _only(returned, DATE).repair) == ("TYP-06", "2021-03-01")


def test_a_date_without_its_day_is_invalid(returned: Returned) -> None:
    returned.type_text("00_封面", returned.read().facts[DATE].cell, "2021年3月")
    assert (returned.read().facts[DATE].value, returned.read().facts[DATE].state) == (None, State.INVALID)


def test_a_workbook_counted_from_1904(returned: Returned) -> None:
    returned.type_into("00_封面", returned.read().facts[DATE].cell, "><v>42794</v>")
    returned.rewrite("xl/workbook.xml", lambda xml: xml.replace("<workbookPr ", '<workbookPr date1904="1" '))
    assert returned.read().facts[DATE].value == datetime.date(2021, 3, 1)


NAME = Key("projects", "", "001", "name")
CODE = Key("projects", "", "001", "code")


def test_text_is_trimmed_and_only_visible_changes_are_said(returned: Returned) -> None:
    returned.type_text("02_项目清单", "D8", " 信息化运维 ")
    assert returned.read().facts[NAME].value == "信息化运维"
    assert not [r for r in returned.read().remarks if r.key == NAME]
    returned.type_text("02_项目清单", "D8", "\u3000信息化\u200b运维")
    assert (_only(returned, NAME).code, _only(returned, NAME).repair) == ("TYP-04", "信息化运维")


def test_a_code_in_full_width_is_a_code(returned: Returned) -> None:
    returned.type_text("02_项目清单", "C8", "００１－Ａ１")
    assert (returned.read().facts[CODE].value, _only(returned, CODE).repair) == ("001-A1", "001-A1")


def test_a_code_typed_as_a_number_may_have_lost_its_zeros(returned: Returned) -> None:
    key = Key("cover", "", "", "unit_code")
    cell = returned.read().facts[key].cell
    returned.type_into("00_封面", cell, "><v>102</v>")
    assert returned.read().facts[key].value == "102"
    assert "前导零" in _only(returned, key).detail


def test_a_code_longer_than_excel_can_hold_is_invalid(returned: Returned) -> None:
    returned.type_into("02_项目清单", "C8", "><v>130102199001011000</v>")
    assert returned.read().facts[CODE].state is State.INVALID
    assert "15 位" in _only(returned, CODE).detail


def test_a_number_in_a_text_cell_is_the_text_excel_shows(returned: Returned) -> None:
    returned.type_into("02_项目清单", "D8", "><v>2021</v>")
    assert returned.read().facts[NAME].value == "2021"


def test_another_spelling_of_a_listed_value_is_the_listed_value(returned: Returned) -> None:
    key = Key("indicators", "01", "001", "target_op")
    returned.type_text("P01_绩效", returned.read().facts[key].cell, ">=")
    assert (returned.read().facts[key].value, _only(returned, key).repair) == ("≥", "≥")


def test_no_text_is_ever_a_formula(returned: Returned) -> None:
    returned.type_text("02_项目清单", "D8", "=1+1")
    assert returned.read().facts[NAME].value == "=1+1"


def test_facts_name_their_place_in_the_file(returned: Returned) -> None:
    fact = returned.read().facts[AMOUNT]
    assert (fact.sheet, fact.cell, fact.unit_of_measure) == (SHEET, CELL, "万元")
