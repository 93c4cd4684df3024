"""A finding is owed to the mistake it came with; what is told of consistent data is wrong."""

from __future__ import annotations

from bench.bureau.score import Found, judge, lines, missed
from bench.bureau.truth import Cell, Truth

CELL = Cell("finance", "income", "general", "this_year")


def truth(number: int, *units: str, rules: tuple[str, ...] = ("SUM-04",)) -> Truth:
    return Truth(number, "SUM", "填错", rules, 2027, "二上", units, CELL, "12", "21", "颠倒")


def found(
    code: str, unit: str, identity: str, *others: str, severity: str = "error", expected: str | None = None
) -> Found:
    places = tuple((one, CELL) for one in (unit, *others) if one)
    return Found(code, severity, unit, places, expected, (), identity, "")


def test_a_finding_of_its_rule_in_its_unit_tells_a_mistake_and_its_right_value() -> None:
    one = judge([truth(1, "101")], [], [found("SUM-04", "101", "a", expected="21.00")]).judged[0]
    assert one.told
    assert one.named
    assert one.mended


def test_a_finding_of_another_rule_only_notices_it() -> None:
    score = judge([truth(1, "101")], [], [found("XF-29", "101", "a")])
    assert not score.judged[0].told
    assert score.judged[0].caused
    assert missed([score]) == {"填错（SUM-04）": 1}


def test_what_is_told_of_consistent_data_or_of_untouched_units_is_wrong() -> None:
    clean = [found("XD-03", "102", "a", severity="warning")]
    score = judge([truth(1, "101")], clean, [*clean, found("XD-03", "103", "b", severity="warning")])
    line = next(one for one in lines([score]) if one.group == "XD")
    assert (line.findings, line.wrong, line.precision) == (2, 2, 0.0)
    assert [one.planted for one in lines([score]) if one.group == "SUM"] == [1]


def test_a_partner_of_the_mistake_may_be_told_of_it_too() -> None:
    score = judge([truth(1, "101", "205", rules=("XD-07",))], [], [found("XD-07", "205", "a")])
    assert score.judged[0].told
    assert not score.stray


def test_a_sum_over_many_units_is_owed_only_to_those_it_is_meant_for() -> None:
    many = found("XD-02", "", "a", *(str(n) for n in range(101, 120)))
    score = judge([truth(1, "101"), truth(2, "102", rules=("XD-02",))], [], [many])
    assert [bool(one.caused) for one in score.judged] == [False, True]
    alone = judge([truth(1, "101")], [], [many])
    assert not alone.judged[0].caused
    assert alone.together
    assert not alone.stray


def test_a_blind_slip_is_told_by_any_error_but_not_by_a_hint() -> None:
    blind = truth(1, "101", rules=())
    assert judge([blind], [], [found("XF-24", "101", "a")]).judged[0].told
    assert not judge([blind], [], [found("XF-19", "101", "a", severity="info")]).judged[0].told
