"""A target in one text and in three parts: there and back, and nothing guessed on the way."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.model.target import SIGNS, TEXT, Target, TargetError, asks_or_names, parse_target, print_target

READS = [
    ("≥95%", "≥", "95", "%"),
    ("≥14 次", "≥", "14", "次"),
    (">=6次", "≥", "6", "次"),
    ("＝100％", "＝", "100", "%"),
    ("=100%", "＝", "100", "%"),
    ("达到100%", "＝", "100", "%"),
    ("达到90%以上", "≥", "90", "%"),
    ("95%以上", "≥", "95", "%"),
    ("4小时以内", "≤", "4", "小时"),
    ("24小时内", "≤", "24", "小时"),
    ("不少于6次", "≥", "6", "次"),
    ("不超过30天", "≤", "30", "天"),
    ("超过5次", "＞", "5", "次"),
    ("≥95%以上。", "≥", "95", "%"),
    ("≤5000元每人", "≤", "5000", "元/人"),
    ("≤5000元/人", "≤", "5000", "元/人"),
    ("≥1万人", "≥", "1", "万人"),
    ("≥1,000人", "≥", "1000", "人"),
    ("≥1000", "≥", "1000", ""),
    ("≤0.5万元", "≤", "0.5", "万元"),
    ("10M", "", "10", "M"),
    ("24小时", "", "24", "小时"),
    ("1年", "", "1", "年"),
]


@pytest.mark.parametrize(("text", "op", "value", "unit"), READS, ids=[text for text, *_ in READS])
def test_a_quantity_is_read_into_sign_value_and_unit(text: str, op: str, value: str, unit: str) -> None:
    assert parse_target(text) == (op, Decimal(value), unit)


@pytest.mark.parametrize("text", ["是", "达标", "合理规范", "资金使用规范，符合相关制度", "一次性通过", "满意。"])
def test_what_says_no_quantity_is_a_text(text: str) -> None:
    assert parse_target(f" {text} ") == (TEXT, None, text)


@pytest.mark.parametrize("text", ["是否按时完成", "评价情况", "对我区考核办法完善的实际意义", "能否通过验收？"])
def test_a_question_or_a_caption_is_no_target(text: str) -> None:
    assert asks_or_names(text)
    with pytest.raises(TargetError, match="疑问句或占位语"):
        parse_target(text)


@pytest.mark.parametrize(
    "text",
    [
        "100%执行",
        "2021年12月底前",
        "80%-90%",
        "约100人",
        "≥95%的企业",
        "8成",
        "百分之九十五",
        "三次以上",
        "≥",
        "≥是",
        "每年4次",
    ],
)
def test_what_could_be_read_in_two_ways_is_not_guessed(text: str) -> None:
    with pytest.raises(TargetError, match="不是“符号\\+数值\\+单位”的写法"):
        parse_target(text)


@pytest.mark.parametrize("text", ["≤95%以上", "≥5个工作日内"])
def test_two_signs_that_differ_are_not_weighed(text: str) -> None:
    with pytest.raises(TargetError, match="前后的符号不一致"):
        parse_target(text)


@pytest.mark.parametrize("text", ["", "  ", "--", "涉密", "文字描述", "无"])
def test_a_blank_or_a_mark_is_no_target(text: str) -> None:
    with pytest.raises(TargetError, match="没有说明要达到什么"):
        parse_target(text)


@pytest.mark.parametrize("text", ["≥1234567890123", "≥0.1234567"])
def test_a_number_that_a_cell_could_not_keep_is_refused(text: str) -> None:
    with pytest.raises(TargetError, match="超出范围"):
        parse_target(text)


def test_it_prints_as_published_tables_do() -> None:
    assert print_target("≥", Decimal("95.00"), "%") == "≥95%"
    assert print_target("≤", Decimal("0.5"), "万元") == "≤0.5万元"
    assert print_target(TEXT, None, "达标") == "达标"
    assert print_target("", None, "") == ""


UNITS = ["", "%", "次", "人次", "个工作日", "元", "万元", "元/人", "次/年", "小时", "平方米", "M", "km"]
QUANTITIES = st.builds(
    Target,
    st.sampled_from(["", *SIGNS]),
    st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(lambda d: d.normalize() + 0),
    st.sampled_from(UNITS),
)
WORDS = st.text(alphabet="按时完成通过验收达标合理规范满意，《》", min_size=1, max_size=20).map(str.strip)


@settings(deadline=None)
@given(QUANTITIES)
def test_every_quantity_printed_is_read_back(target: Target) -> None:
    assert parse_target(print_target(*target)) == target


@settings(deadline=None)
@given(WORDS)
def test_every_text_printed_is_read_back(text: str) -> None:
    assert parse_target(print_target(TEXT, None, text)) == (TEXT, None, text)


@settings(deadline=None)
@given(st.text(alphabet=string.digits + "≥≤＞＜＝>=<%次人元每/以上内不少于超过达到约.,- 万年是否", max_size=14))
def test_what_is_read_says_the_same_when_it_is_printed_and_read_again(text: str) -> None:
    try:
        target = parse_target(text)
    except TargetError:
        return
    assert target.op in {"", TEXT, *SIGNS}
    assert (target.value is None) == (target.op == TEXT)
    assert parse_target(print_target(*target)) == target
