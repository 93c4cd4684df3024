"""Neighbouring cells are one range, and formulas issued cell by cell still compare as what they are."""

from __future__ import annotations

import pytest

from toolkit.formula import runs_joined
from toolkit.formula.runs import join_runs


@pytest.mark.parametrize(
    ("cells", "joined"),
    [
        (["D8", "D9", "D10"], ["D8:D10"]),
        (["$D$8", "$D$9"], ["$D$8:$D$9"]),
        (["D8", "D10", "D11", "D13"], ["D8", "D10:D11", "D13"]),
        (["D8", "E9"], ["D8", "E9"]),
        (["D9", "D8"], ["D9", "D8"]),
        (["D8", "$D9"], ["D8", "$D9"]),
        (["'表一'!D8", "'表一'!D9"], ["'表一'!D8", "'表一'!D9"]),
        (["D8:D9", "D10"], ["D8:D9", "D10"]),
        ([], []),
    ],
)
def test_runs_downwards_are_joined(cells: list[str], joined: list[str]) -> None:
    assert join_runs(cells) == joined


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("IF(COUNT(D8,D9,D10)=0,NA(),SUM(D8,D9,D10))", "IF(COUNT(D8:D10)=0,NA(),SUM(D8:D10))"),
        ("SUM(A1:B2,B3,B4)", "SUM(A1:B2,B3:B4)"),
        ("SUM(B3,B4:B9)", "SUM(B3,B4:B9)"),
        ("ROUND(B3,2)+LOG10(B4)", "ROUND(B3,2)+LOG10(B4)"),
        ("SUM(表一!B3,B4,B5)", "SUM(表一!B3,B4:B5)"),
    ],
)
def test_lists_of_cells_in_a_formula_are_joined(text: str, joined: str) -> None:
    assert runs_joined(text) == joined
    assert runs_joined(joined) == joined
