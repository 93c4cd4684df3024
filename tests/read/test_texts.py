"""Texts, states and dates as people type them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from toolkit.model.fact import State
from toolkit.read.dates import serial_date, typed_date
from toolkit.read.formats import is_date, is_percent, is_scaled, padding
from toolkit.read.strings import shared_strings, unescape
from toolkit.read.texts import clean, half_width, state_of, visibly_changed


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("办公室", "办公室"),
        ("  办公室 ", "办公室"),
        ("\u3000\u3000办公室\u00a0", "办公室"),
        ("办\u200b公\ufeff室", "办公室"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("第一行\x0b第二行", "第一行\n第二行"),
        ("甲\u3000乙", "甲\u3000乙"),
        ("１２３", "１２３"),
        ("\u202e反\u202c", "反"),
        ("\u3000\u200b ", ""),
    ],
)
def test_cleaning_trims_ends_and_drops_what_nobody_sees(raw: str, kept: str) -> None:
    assert clean(raw) == kept


def test_only_a_visible_change_is_worth_a_remark() -> None:
    assert not visibly_changed("办公室 \n", "办公室")
    assert visibly_changed("\u3000办公室", "办公室")
    assert visibly_changed("办\u200b公室", "办公室")


def test_half_width_leaves_superscripts_and_circled_digits_alone() -> None:
    assert half_width("１０２－Ａ１") == "102-A1"
    assert half_width("²①½") == "²①½"


@pytest.mark.parametrize("text", ["无", "—", "--", "/", "不适用", "- -"])
def test_words_for_not_applicable(text: str) -> None:
    assert state_of(text) is State.NOT_APPLICABLE


def test_classified_and_ordinary_words() -> None:
    assert state_of("涉密") is State.CLASSIFIED
    assert state_of("无锡") is None


@pytest.mark.parametrize(
    "text",
    ["2021-3-1", "2021-03-01", "2021/3/1", "2021.3.1", "2021年3月1日", "２０２１年３月１日", "20210301",
     "2021-03-01T00:00:00", " 2021年 3月 1日 "],
)  # fmt: skip
def test_complete_dates_are_read(text: str) -> None:
    assert typed_date(text) == datetime.date(2021, 3, 1)


@pytest.mark.parametrize(
    "text", ["2021年3月", "3月1日", "2021-02-30", "21-3-1", "2021", "1899-12-31", "明年", "20211301"]
)
def test_incomplete_or_impossible_dates_are_not(text: str) -> None:
    assert typed_date(text) is None


def test_serial_numbers_of_both_calendars() -> None:
    assert serial_date(Decimal("44256")) == datetime.date(2021, 3, 1)
    assert serial_date(Decimal("44256.75")) == datetime.date(2021, 3, 1)
    assert serial_date(Decimal("42794"), date1904=True) == datetime.date(2021, 3, 1)
    assert serial_date(Decimal("-1")) is None
    assert serial_date(Decimal("3000000")) is None


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "m/d/yyyy", "[$-804]yyyy/m/d;@", "h:mm"])
def test_date_formats(code: str) -> None:
    assert is_date(code)


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0.00_ ", '0.00"元"', "@", "[Red]0.00", '0"days"', "\\d0"])
def test_formats_that_are_no_dates(code: str) -> None:
    assert not is_date(code)


def test_formats_that_show_another_number() -> None:
    assert is_percent("0.00%")
    assert not is_percent('0"%"')
    assert is_scaled("0.00,")
    assert is_scaled("0!.0,")
    assert is_scaled('0\\.0,"万元"')
    assert not is_scaled("#,##0.00")
    assert (padding("000000"), padding("0"), padding("0.00")) == (6, 0, 0)


def test_escapes_of_spreadsheet_text() -> None:
    assert unescape("a_x000B_b_x005F_x000B_") == "a\x0bb_x000B_"
    assert unescape("_xyz_") == "_xyz_"


def test_shared_strings_join_runs_and_skip_phonetic_guides() -> None:
    xml = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="9" uniqueCount="999999999">'
        "<si><t>甲</t></si><si><r><t>乙</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 丙</t></r>"
        "<rPh sb='0' eb='1'><t>おつ</t></rPh></si><si/></sst>"
    )
    assert shared_strings(xml.encode(), "sst") == ["甲", "乙 丙", ""]
