"""Amounts in 元 beside amounts in 万元: what rounding may do, and what is a slip of ten thousand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from toolkit.check.scale import AS_WAN, AS_YUAN, as_meant, rounding, slip, slip_words
from toolkit.check.spread import middle, score


@pytest.mark.parametrize(
    ("figure", "typed", "tolerance"),
    [("481.24", 9, "0"), ("481.2365", 1, "0.005"), ("481.2365", 9, "0.045"), ("481.236", 0, "0")],
)
def test_only_what_was_rounded_may_be_off_by_the_rounding(figure: str, typed: int, tolerance: str) -> None:
    assert rounding(Decimal(figure), typed, Decimal(0)) == Decimal(tolerance)


@pytest.mark.parametrize(
    ("figure", "other", "near", "found"),
    [
        ("2894.70", "2894.70", False, None),
        ("28947000", "2894.70", False, AS_YUAN),
        ("28947012", "2894.70", False, AS_YUAN),
        ("28950000", "2894.70", False, None),
        ("28950000", "2894.70", True, AS_YUAN),
        ("0.29", "2894.70", False, AS_WAN),
        ("0.27", "2894.70", False, None),
        ("0.27", "2894.70", True, AS_WAN),
        ("289.47", "2894.70", True, None),
        ("0", "2894.70", True, None),
        ("-5", "0", True, None),
    ],
)
def test_a_slip_of_ten_thousand(figure: str, other: str, near: bool, found: str | None) -> None:
    assert slip(Decimal(figure), Decimal(other), near=near) == found


def test_what_was_meant_and_how_it_is_told() -> None:
    assert as_meant(Decimal("28947000"), AS_YUAN) == Decimal("2894.70")
    assert as_meant(Decimal("0.28947"), AS_WAN) == Decimal("2894.7")
    assert slip_words(None) == ""
    assert slip_words(AS_YUAN, "控制数") == "，约为控制数的一万倍，可能按“元”填列，应为万元"


def test_the_figure_itself_and_another_far_one_do_not_hide_it() -> None:
    def logs(*values: int) -> list[Decimal]:
        return [Decimal(value).ln() for value in values]

    peers = logs(10, 11, 12, 11, 10, 60, 61)
    assert score(Decimal(60).ln(), peers) > 3 > score(Decimal(13).ln(), peers)
    assert score(Decimal(22).ln(), logs(11, 11, 11)) == score(Decimal("5.5").ln(), logs(11, 11, 11))
    assert middle([Decimal(3), Decimal(1), Decimal(2), Decimal(9)]) == Decimal("2.5")
