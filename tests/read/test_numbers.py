"""The grammar of numbers: what can mean one thing is read, what could mean two is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from toolkit.read.chinese import chinese_number
from toolkit.read.numbers import stored_number, typed_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2994.7", "2994.7"),
        ("２９９４．７", "2994.7"),
        ("2,994.70", "2994.7"),
        ("２，９９４.７", "2994.7"),
        ("1,234,567.891", "1234567.891"),
        ("1 234.5", "1234.5"),
        ("\u00a02994.7\u3000", "2994.7"),
        ("2994\u200b.7", "2994.7"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("＋5", "5"),
        (".5", "0.5"),
        ("-0", "0"),
        ("0.1234567", "0.123457"),
        ("2994.7万元", "2994.7"),
        ("2994.7 万元", "2994.7"),
        ("2994.7万", "2994.7"),
    ],
)
def test_text_that_can_mean_one_number_only_is_read(text: str, value: str) -> None:
    read = typed_number(text, "万元")
    assert read.value == Decimal(value)
    assert not read.value.is_signed() or read.value
    assert read.problem


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("29947000元", "2994.7"),
        ("0.29947亿元", "2994.7"),
        ("约100", "100"),
        ("100左右", "100"),
        ("不超过100万元", "100"),
        ("(123.4)", "-123.4"),
        ("（123.4）", "-123.4"),
        ("12名", "12"),
        ("一百二十", "120"),
        ("贰仟万元", "2000"),
        ("三千元", "0.3"),
        ("98%", None),
        ("10-20", None),
        ("10～20", None),
        ("1,23", None),
        ("1.234,5", None),
        ("12,34,567", None),
        ("1 23", None),
        ("1E5", None),
        ("1E999", None),
        ("0x1F", None),
        ("1_000", None),
        ("NaN", None),
        ("inf", None),
        ("٣", None),
        ("10²", None),
        ("①", None),
        ("½", None),
        ("--5", None),
        ("5.", None),
        ("5.5.5", None),
        ("待定", None),
        ("=1+1", None),
        ("1" * 400, None),
        ("1" * 13, None),
    ],
)
def test_text_that_could_mean_anything_else_is_not_taken(text: str, likely: str | None) -> None:
    read = typed_number(text, "万元")
    assert read.value is None
    assert read.likely == (None if likely is None else Decimal(likely))
    assert read.problem


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [("98%", "%", "98"), ("98％", "%", "98"), ("7名", "名", "7"), ("¥1,000.00", "元", "1000"), ("￥5", "元", "5"),
     ("1000元整", "元", "1000"), ("3.5", None, "3.5")],
)  # fmt: skip
def test_the_fields_own_unit_may_be_written(text: str, unit: str | None, value: str) -> None:
    assert typed_number(text, unit).value == Decimal(value)


def test_another_unit_is_named_and_never_converted_silently() -> None:
    read = typed_number("29947000元", "万元")
    assert (read.value, read.kind) == (None, "other_unit")
    assert "“元”" in read.problem
    assert "“万元”" in read.problem


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("2994.6999999999998", "2994.7"),
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("1E-7", "0"),
        ("-0", "0"),
        ("1.5E3", "1500"),
        ("999999999999", "999999999999"),
        ("2994.70000000005", "2994.7"),
        ("5.", "5"),
        (" 7 ", "7"),
    ],
)
def test_a_stored_double_is_taken_at_fifteen_digits(stored: str, value: str) -> None:
    read = stored_number(stored)
    assert read == Decimal(value)
    assert not read.is_signed()


@pytest.mark.parametrize(
    "stored", ["1E999", "1E13", "1000000000000", "NaN", "INF", "0x1F", "1_000", "１２３", "", "1e9999999999", "9" * 500]
)
def test_a_stored_number_out_of_range_or_out_of_grammar_is_none(stored: str) -> None:
    assert stored_number(stored) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("十二", 12), ("一百零五", 105), ("二〇二一", 2021), ("三亿二千万", 320_000_000), ("壹万贰仟", 12000),
     ("两千", 2000), ("", None), ("百分之五", None), ("一二三十", None), ("十百", None)],
)  # fmt: skip
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert chinese_number(text) == number
