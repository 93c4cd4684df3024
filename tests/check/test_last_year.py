"""Rules against last year's book: with it they run, without it they say so."""

from __future__ import annotations

from typing import Any

from toolkit.check import Bureau
from toolkit.store import PriorRow


def prior(row: str, value: str) -> PriorRow:
    return PriorRow("101", "budget", row, "this_year", value, "上年数.xlsx 第 2 行")


def test_last_years_column_is_compared_with_last_years_figure(collect: Any, unit: Any) -> None:
    same = Bureau(prior=(prior("基本支出", "50"), prior("项目支出", "40"), prior("支出合计", "90")))
    typed = {"expenditure.total.last_year": "90"}
    assert [f for f in collect(unit("101", typed=typed), bureau=same) if f.code == "XY-01" and f.result == "fail"] == []
    other = Bureau(prior=(prior("基本支出", "51"),))
    found = [f for f in collect(unit("101"), bureau=other) if f.code == "XY-01" and f.result == "fail"]
    assert [(f.actual, f.expected, f.difference) for f in found] == [("50.00", "51.00", "-1.00")]
    assert "应为 51.00 万元（上年数据的「本年预算」）" in found[0].message
