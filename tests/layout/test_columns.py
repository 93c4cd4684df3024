from __future__ import annotations

import pytest

from toolkit.layout.columns import display_width, fit


def test_equal_slots_share_equal_columns_equally() -> None:
    assert fit([1, 1], [10, 10, 10, 10]) == [(0, 1), (2, 3)]


def test_every_column_is_given_away_and_every_slot_gets_one() -> None:
    columns = [5.0, 13.0, 40.0, 8.0, 8.0]
    spans = fit([12, 80, 12], columns)
    assert [c for first, last in spans for c in range(first, last + 1)] == list(range(len(columns)))


def test_a_wide_slot_takes_the_wide_columns() -> None:
    assert fit([10, 60], [10, 30, 30]) == [(0, 0), (1, 2)]


def test_more_slots_than_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        fit([1, 1, 1], [10, 10])


def test_chinese_characters_are_two_wide() -> None:
    assert display_width("预算数ab") == 8
