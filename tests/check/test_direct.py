"""A few returns are judged by the evaluator and many by SQL: what the states of cells mean must be the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.model.fact import State
from toolkit.model.finding import Finding

Collect = Callable[..., list[Finding]]
"""The fixture asks both ways and fails where they differ."""


@pytest.mark.parametrize("state", [State.INVALID, State.CLASSIFIED, State.NOT_APPLICABLE])
@pytest.mark.parametrize(
    "cell",
    [
        "expenditure.basic.this_year",
        "expenditure.basic.last_year",
        "expenditure.total.this_year",
        "cover.date",
        "projects[1].name",
        "projects[1].fiscal",
        "projects[3].name",
        "purchases[1].item",
        "P01:target.name",
        "P01:plan.dec",
        "P01:indicators[1].level2",
        "P01:indicators[2].target_value",
        "P03:target.name",
    ],
)
def test_a_word_or_an_error_means_the_same_both_ways(
    collect: Collect, unit: Callable[..., object], cell: str, state: State
) -> None:
    assert collect(unit("101", states={cell: (state, "—")}))


def test_sums_over_the_units_of_a_region_run_over_all_of_them(collect: Collect, unit: Callable[..., object]) -> None:
    units = [unit(code, region=region) for code, region in (("101", "甲区"), ("102", "甲区"), ("103", "乙区"))]
    found = collect(*units)
    assert {f.unit for f in found} >= {"101", "102", "103"}
