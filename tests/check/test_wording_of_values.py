"""Numbers, names and guesses as they stand in sentences."""

from __future__ import annotations

from decimal import Decimal

import pytest

from toolkit.check.names import likeness, loose_name, nearest, normal_name, similar_pairs
from toolkit.check.wording import listed, number, plain_text, quote, row_spans, shown


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("2994.7", "万元", "2994.70 万元"),
        ("2994.705", "万元", "2994.705 万元"),
        ("90", "%", "90%"),
        ("1E+3", None, "1000"),
        ("-0.5", "元", "-0.50 元"),
    ],
)
def test_numbers_are_plain_with_the_places_of_their_unit(value: str, unit: str | None, text: str) -> None:
    assert shown(Decimal(value), unit) == text


def test_values_of_a_finding_are_decimal_strings_or_texts() -> None:
    assert plain_text(Decimal("2994.7"), "万元") == "2994.70"
    assert plain_text(Decimal("50.00"), "%") == "50"
    assert plain_text("甲") == "甲"
    assert plain_text(None) is None
    assert number(Decimal("1000000")) == "1000000"


def test_texts_are_quoted_short_on_one_line() -> None:
    assert quote("甲\n 乙") == "“甲 乙”"
    assert quote("x" * 50, 10) == "“" + "x" * 9 + "…”"
    assert listed(["甲", "乙", "丙"], 2, "处") == "甲、乙 等 3 处"
    assert (listed(["甲", "乙"], 1), listed(["填 5", "填 6"], 1)) == ("甲等", "填 5 等")
    assert row_spans([3, 1, 2, 5]) == "第 1—3、5 行"


def test_names_are_equal_after_normalisation_and_alike_without_fillers() -> None:
    assert normal_name("ＬＥＤ 大屏　改造") == "LED大屏改造"
    assert loose_name("慰问活动经费") == "慰问活动"
    assert loose_name("项目经费") == "项目经费"
    assert likeness("信息网络运行、维护费", "信息网络运行维护费") == 1
    assert likeness("绩效员培训费", "部门绩效员培训经费") == 0.8, "the whole names are more alike than the loose ones"


def test_the_nearest_name_if_it_is_near_enough() -> None:
    names = ["智慧高新指挥中心建设资金", "慰问活动经费"]
    found = nearest("智慧高新指挥中心建设", names)
    assert found is not None
    assert (found[0], round(found[1], 2)) == ("智慧高新指挥中心建设资金", 0.91)
    assert nearest("档案用品", names) is None


def test_similar_pairs_are_found_once_in_order() -> None:
    names = ["大屏改造一期", "大屏改造二期", "慰问活动", "大屏改造"]
    assert list(similar_pairs(names, 0.8)) == [
        ("大屏改造一期", "大屏改造二期"),
        ("大屏改造一期", "大屏改造"),
        ("大屏改造二期", "大屏改造"),
    ]
    assert list(similar_pairs(["绩效员培训费", "部门绩效员培训经费"], 0.8)) == [("绩效员培训费", "部门绩效员培训经费")]
