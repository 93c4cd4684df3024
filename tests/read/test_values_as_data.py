"""Every way people write a value, as data: what is read, what is only proposed, and what is neither."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from toolkit.model.fact import State
from toolkit.model.form import CodeList, Field, FieldType, ListEntry
from toolkit.read.rawcell import RawCell
from toolkit.read.values import Reader, as_text

FORMATS = ["General", "0%", '0.00"%"', "yyyy-mm-dd", '0!.0,"万元"', "#,##0.00_);(#,##0.00)", "@", "000000"]
GENERAL, PERCENT, LITERAL, DATE, SCALED, ACCOUNTING, TEXT, PADDED = range(len(FORMATS))

AMOUNT = Field("amount", ("金额",), FieldType.AMOUNT, unit="万元")
YUAN = Field("yuan", ("金额",), FieldType.AMOUNT, unit="元")
SHARE = Field("share", ("比例",), FieldType.PERCENT, unit="%")
COUNT = Field("count", ("人数",), FieldType.INTEGER, unit="人")
DAY = Field("day", ("日期",), FieldType.DATE)
NAME = Field("name", ("名称",), FieldType.TEXT)
CODE = Field("code", ("编码",), FieldType.CODE, patterns=("999999",))
LEVEL = Field("level", ("级次",), FieldType.CHOICE, lookup="levels")
LEVELS = CodeList("levels", "级次", (ListEntry("产出指标", aliases=("产出",)), ListEntry("效益指标")))


def typed(field: Field, text: str) -> RawCell:
    return RawCell("s", text, None, GENERAL)


def read(field: Field, cell: RawCell) -> tuple[State, str, tuple[str, ...], tuple[str | None, ...]]:
    """State, value as text, codes and suggestions."""
    codes = LEVELS if field.lookup else None
    found = Reader(field, codes, FORMATS, typed=True).read(cell)
    assert found.raw == cell.text or found.state is State.BLANK
    return found.state, as_text(found.value), tuple(n.code for n in found.notes), tuple(n.likely for n in found.notes)


_TAKEN = [
    (AMOUNT, "2994.7", "2994.7", "TYP-04"),
    (AMOUNT, "２９９４．７", "2994.7", "TYP-04"),
    (AMOUNT, "2,994.70", "2994.7", "TYP-04"),
    (AMOUNT, "2，994.70", "2994.7", "TYP-04"),
    (AMOUNT, "2 994.7", "2994.7", "TYP-04"),
    (AMOUNT, "\u30002994.7\u00a0", "2994.7", "TYP-04"),
    (AMOUNT, "\u202a2994.7\u202c", "2994.7", "TYP-04"),
    (AMOUNT, "－12.5", "-12.5", "TYP-04"),
    (AMOUNT, "2994.7万元", "2994.7", "TYP-05"),
    (AMOUNT, "2994.7 万 元", "2994.7", "TYP-05"),
    (AMOUNT, "2994.7（万元）", "2994.7", "TYP-05"),
    (AMOUNT, "2994.7万元整", "2994.7", "TYP-05"),
    (AMOUNT, "2994.7万", "2994.7", "TYP-05"),
    (YUAN, "¥1,000.00", "1000", "TYP-04"),
    (YUAN, "1000元整", "1000", "TYP-05"),
    (SHARE, "95%", "95", "TYP-05"),
    (SHARE, "９５％", "95", "TYP-05"),
    (SHARE, "0.5%", "0.5", "TYP-05"),
    (SHARE, "95个百分点", "95", "TYP-05"),
    (COUNT, "7人", "7", "TYP-05"),
    (DAY, "2021-3-1", "2021-03-01", "TYP-06"),
    (DAY, "2021/03/01", "2021-03-01", "TYP-06"),
    (DAY, "2021.3.1", "2021-03-01", "TYP-06"),
    (DAY, "2021年3月1日", "2021-03-01", "TYP-06"),
    (DAY, "2021年3月1号", "2021-03-01", "TYP-06"),
    (DAY, "２０２１年３月１日", "2021-03-01", "TYP-06"),
    (DAY, "20210301", "2021-03-01", "TYP-06"),
    (DAY, "2021-03-01 10:30", "2021-03-01", "TYP-06"),
    (NAME, "\u3000测\u200b试", "测试", "TYP-04"),
    (CODE, "１０２００１", "102001", "TYP-04"),
    (LEVEL, "产出", "产出指标", "TYP-04"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "value", "code"), _TAKEN)
def test_what_can_mean_one_thing_only_is_read_and_said(field: Field, text: str, value: str, code: str) -> None:
    state, found, codes, _ = read(field, typed(field, text))
    assert (state, found, codes) == (State.VALUE, value, (code,))


_PROPOSED = [
    (AMOUNT, "约100", "TYP-01", "100"),
    (AMOUNT, "100左右", "TYP-01", "100"),
    (AMOUNT, "100万元以上", "TYP-01", "100"),
    (AMOUNT, "预计100", "TYP-01", "100"),
    (AMOUNT, "(123.4)", "TYP-01", "-123.4"),
    (AMOUNT, "（1,123.4）", "TYP-01", "-1123.4"),
    (AMOUNT, "12.5-", "TYP-01", "-12.5"),
    (AMOUNT, "▲12.5", "TYP-01", "-12.5"),
    (AMOUNT, "负12.5", "TYP-01", "-12.5"),
    (AMOUNT, "29947000元", "TYP-02", "2994.7"),
    (AMOUNT, "0.3亿元", "TYP-02", "3000"),
    (AMOUNT, "壹佰贰拾", "TYP-01", "120"),
    (AMOUNT, "一百万元", "TYP-01", "100"),
    (AMOUNT, "三千元", "TYP-01", "0.3"),
    (AMOUNT, "零", "TYP-01", "0"),
    (YUAN, "3万元", "TYP-02", "30000"),
    (SHARE, "0.95", "TYP-05", "95"),
    (SHARE, "-0.05", "TYP-05", "-5"),
    (SHARE, "百分之五十", "TYP-01", "50"),
    (SHARE, "八成半", "TYP-01", "85"),
    (SHARE, "95%左右", "TYP-01", "95"),
    (SHARE, "≥95", "TYP-01", "95"),
    (COUNT, "7名", "TYP-01", "7"),
    (DAY, "21.3.1", "TYP-06", "2021-03-01"),
    (DAY, "二〇二一年三月十一日", "TYP-06", "2021-03-11"),
    (DAY, "44256", "TYP-06", "2021-03-01"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "code", "likely"), _PROPOSED)
def test_what_could_mean_two_things_is_proposed_and_not_taken(field: Field, text: str, code: str, likely: str) -> None:
    state, value, codes, suggestions = read(field, typed(field, text))
    assert (state, value, codes, suggestions) == (State.INVALID, "", (code,), (likely,))


_NEITHER = [
    (AMOUNT, "100-200", "TYP-01"), (AMOUNT, "100～200", "TYP-01"), (AMOUNT, "1/2", "TYP-01"),
    (AMOUNT, "1.234,5", "TYP-01"), (AMOUNT, "12,34", "TYP-01"), (AMOUNT, "1.2.3", "TYP-01"),
    (AMOUNT, "1.2E3", "TYP-01"), (AMOUNT, "0x1F", "TYP-01"), (AMOUNT, "1_000", "TYP-01"), (AMOUNT, "٣", "TYP-01"),
    (AMOUNT, "①", "TYP-01"), (AMOUNT, "½", "TYP-01"), (AMOUNT, "待定", "TYP-01"), (AMOUNT, "见附件", "TYP-01"),
    (AMOUNT, "=1+1", "TYP-01"), (AMOUNT, "同上", "TYP-01"), (AMOUNT, "〃", "TYP-01"), (AMOUNT, "100元/人", "TYP-01"),
    (SHARE, "8成", "TYP-01"), (AMOUNT, "98%", "TYP-02"), (AMOUNT, "9" * 13, "TYP-01"), (AMOUNT, "9" * 400, "TYP-01"),
    (DAY, "2021年3月", "TYP-06"), (DAY, "2021-02-30", "TYP-06"), (DAY, "3/1/2021", "TYP-06"), (DAY, "年底", "TYP-06"),
    (DAY, "同上", "TYP-06"), (NAME, "同上", "TYP-04"), (NAME, "\u3000〃", "TYP-04"), (LEVEL, "同上", "TYP-04"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "code"), _NEITHER)
def test_what_means_nothing_certain_is_invalid_without_a_guess(field: Field, text: str, code: str) -> None:
    state, value, codes, suggestions = read(field, typed(field, text))
    assert (state, value, codes, suggestions) == (State.INVALID, "", (code,), (None,))


_STATES = [
    (AMOUNT, "—", State.NOT_APPLICABLE), (AMOUNT, "无", State.NOT_APPLICABLE), (AMOUNT, "不涉及", State.NOT_APPLICABLE),
    (AMOUNT, "涉密", State.CLASSIFIED), (DAY, "/", State.NOT_APPLICABLE), (AMOUNT, "\u3000", State.BLANK),
    (NAME, "\u200b", State.BLANK),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "state"), _STATES)
def test_words_that_declare_a_state_are_no_faults(field: Field, text: str, state: State) -> None:
    found, value, codes, _ = read(field, typed(field, text))
    assert (found, value if found is not State.NOT_APPLICABLE else "", codes) == (state, "", ())


_NUMBERS = [
    (AMOUNT, "2994.6999999999998", GENERAL, State.VALUE, "2994.7", ()),
    (AMOUNT, "-12.5", ACCOUNTING, State.VALUE, "-12.5", ()),
    (AMOUNT, "0", GENERAL, State.ZERO, "0", ()),
    (AMOUNT, "29947", SCALED, State.VALUE, "29947", ("TYP-02",)),
    (AMOUNT, "0.5", PERCENT, State.VALUE, "0.5", ("TYP-02",)),
    (AMOUNT, "44256", DATE, State.INVALID, "", ("TYP-01",)),
    (AMOUNT, "1E999", GENERAL, State.INVALID, "", ("TYP-01",)),
    (SHARE, "95", GENERAL, State.VALUE, "95", ()),
    (SHARE, "0.95", GENERAL, State.INVALID, "", ("TYP-05",)),
    (SHARE, "0.95", PERCENT, State.VALUE, "95", ("TYP-05",)),
    (SHARE, "0.95", LITERAL, State.VALUE, "0.95", ()),
    (SHARE, "0", GENERAL, State.ZERO, "0", ()),
    (SHARE, "1", GENERAL, State.VALUE, "1", ()),
    (COUNT, "7.5", GENERAL, State.VALUE, "7.5", ("TYP-01",)),
    (DAY, "44256", DATE, State.VALUE, "2021-03-01", ()),
    (DAY, "44256.75", DATE, State.VALUE, "2021-03-01", ()),
    (DAY, "20210301", GENERAL, State.VALUE, "2021-03-01", ("TYP-06",)),
    (DAY, "2021", GENERAL, State.INVALID, "", ("TYP-06",)),
    (CODE, "102", GENERAL, State.VALUE, "102", ("TYP-04",)),
    (CODE, "102", PADDED, State.VALUE, "000102", ("TYP-04",)),
    (CODE, "130102199001011000", GENERAL, State.INVALID, "", ("TYP-04",)),
    (NAME, "2021", GENERAL, State.VALUE, "2021", ()),
    (NAME, "44256", DATE, State.VALUE, "2021-03-01", ("TYP-06",)),
]


@pytest.mark.parametrize(("field", "stored", "style", "state", "value", "codes"), _NUMBERS)
def test_numbers_by_their_format(
    field: Field, stored: str, style: int, state: State, value: str, codes: tuple[str, ...]
) -> None:
    found = read(field, RawCell("n", stored, None, style))
    assert found[:3] == (state, value, codes)


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"])
@pytest.mark.parametrize("field", [AMOUNT, NAME, DAY, LEVEL])
def test_an_error_value_is_an_error_in_every_column(field: Field, error: str) -> None:
    assert read(field, RawCell("e", error, None, GENERAL))[:3] == (State.INVALID, "", ("WBK-05",))


def test_dates_counted_from_1904() -> None:
    found = Reader(DAY, None, FORMATS, date1904=True).read(RawCell("n", "42794", None, DATE))
    assert found.value == datetime.date(2021, 3, 1)


def test_a_small_share_in_a_computed_cell_is_what_it_is() -> None:
    found = Reader(SHARE, None, FORMATS).read(RawCell("n", "0.95", None, GENERAL))
    assert found.value == Decimal("0.95")
