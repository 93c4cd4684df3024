"""XD-05, XD-02: control totals at every node of the roster, consolidated returns, roll-ups that are not counted twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import Bureau, run_checks
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store.bureau import ControlEntry, RosterEntry

Run = Callable[..., list[Finding]]
Typed = dict[str, object]
Told = tuple[str, str, str | None, str | None]
"""Result, severity, actual, expected."""

ROSTER = {"433": "", "433001": "433", "433002": "433", "433003": "433", "500": "", "500001": "500"}
ITEMS = ("personnel", "operating", "project")


@pytest.fixture
def run(hebei: Suite, tmp_path: Path) -> Run:
    """``run(code, {unit: typed}, bureau)``: the findings of one rule, by the evaluator alone."""

    def findings(code: str, typed: dict[str, Typed], tables: Bureau | None = None) -> list[Finding]:
        units = tuple(Unit(c, bare=True, typed=values) for c, values in typed.items())
        with make_book(hebei, units, tmp_path) as book:
            return [f for f in run_checks(book, {hebei.edition: hebei}, tables, few=99) if f.code == code]

    return findings


def bureau(
    *lines: tuple[str, str, str, str], roster: dict[str, str] | None = None, nodes: tuple[str, ...] = ()
) -> Bureau:
    """``nodes``: codes of the roster that file nothing themselves."""
    control = tuple(
        ControlEntry(unit, what, Decimal(amount), measure, {}, f"控制数.xlsx 第 {n} 行")
        for n, (unit, what, amount, measure) in enumerate(lines, 2)
    )
    units = tuple(
        RosterEntry(code, f"单位{code}", parent, "", "", "", {}, f"单位名册 第 {n} 行", reports=code not in nodes)
        for n, (code, parent) in enumerate((roster or {}).items(), 2)
    )
    return Bureau(control=control or None, roster=units if roster is not None else None)


def spends(*amounts: str, **more: str) -> Typed:
    """人员经费, 公用经费, 项目支出 of a unit; ``general``: its income."""
    typed: Typed = {f"expenditure.{row}.this_year": a for row, a in zip(ITEMS, amounts, strict=False)}
    return typed | {f"income.{row}.this_year": a for row, a in more.items()}


def told(found: list[Finding]) -> list[Told]:
    return [(f.result, str(f.severity), f.actual, f.expected) for f in found]


THREE = {
    "433001": spends("60", "20", "300") | {"three_public.reception.this_year": "1.2"},
    "433002": spends("40", "10", "220"),
    "500001": spends("9", "9", "9"),
}


@pytest.mark.parametrize(
    ("category", "amount", "measure", "expected"),
    [
        ("expenditure.project", "300", "", []),
        ("expenditure.project.this_year", "299.99", "", [("fail", "error", "300.00", "299.99")]),
        ("项目支出", "2990000", "元", [("fail", "error", "300.00", "299.00")]),
        ("项目支出", "3000000", "元", []),
        ("支出合计", "379", "万元", [("fail", "error", "380.00", "379.00")]),
        ("expenditure", "379", "万元", [("fail", "error", "380.00", "379.00")]),
        ("expenditure.total", "0.0379", "亿元", [("fail", "error", "380.00", "379.00")]),
        ("三公经费合计", "11900", "元", [("fail", "error", "1.20", "1.19")]),
        ("项目支出", "3000000", "", [("fail", "warning", "300.00", "3000000.00")]),
        ("项目支出", "0.03", "", [("fail", "error", "300.00", "0.03")]),
    ],
    ids=["the same", "a cent over", "元", "元 alike", "a label", "a block", "亿元", "a label in other signs",
         "a table in 元", "a return in 元"],
)  # fmt: skip
def test_xd_05_of_one_unit(run: Run, category: str, amount: str, measure: str, expected: list[Told]) -> None:
    assert told(run("XD-05", THREE, bureau(("433001", category, amount, measure)))) == expected


def test_xd_05_says_what_may_be_a_slip_of_ten_thousand(run: Run) -> None:
    (asked,) = run("XD-05", {"433001": spends("1", "1", "3000000")}, bureau(("433001", "项目支出", "310", "")))
    assert asked.message.endswith("超出 2999690.00 万元，约为控制数的一万倍，可能按“元”填列，应为万元。")
    assert [(guess.place, guess.value) for guess in asked.likely] == [(0, "300.00")]
    (table,) = run("XD-05", THREE, bureau(("433001", "项目支出", "3100000", "")))
    assert (
        "相差约一万倍，申报数或控制数的计量单位可能有误；控制数.xlsx 第 2 行没有写计量单位，按万元计。" in table.message
    )


@pytest.mark.parametrize(
    ("typed", "yuan", "fails"), [("481.24", "4812365", False), ("481.24", "4812300", True), ("481.25", "4812365", True)]
)
def test_xd_05_a_ceiling_in_yuan_meets_the_amount_rounded_to_two_places(
    run: Run, typed: str, yuan: str, fails: bool
) -> None:
    found = run("XD-05", {"433001": spends("1", "1", typed)}, bureau(("433001", "项目支出", yuan, "元")))
    assert bool(found) is fails


@pytest.mark.parametrize(
    ("returns", "amount", "expected"),
    [
        (["433001", "433002"], "520", [("not_executable", "info", None, None)]),
        (["433001", "433002"], "519", [("fail", "error", "520.00", "519.00")]),
        (["433001", "433002", "433003"], "520", []),
    ],
    ids=["one is not in yet", "too much already", "all are in"],
)
def test_xd_05_of_a_department_is_the_sum_of_its_units(
    run: Run, returns: list[str], amount: str, expected: list[Told]
) -> None:
    held = {**THREE, "433003": spends("1", "1", "0")}
    typed = {code: held[code] for code in returns}
    found = run("XD-05", typed, bureau(("433", "项目支出", amount, ""), roster=ROSTER))
    assert told(found) == expected
    for finding in found:
        assert (finding.unit, finding.unit_name) == ("433", "单位433")
        if finding.result == "fail":
            assert "“单位433”（433）所属 2 个单位" in finding.message
            assert "（单位433001 300.00、单位433002 220.00）" in finding.message
            assert [p.unit for p in finding.places] == ["433001", "433002"]


def test_xd_05_a_department_in_yuan_lets_each_unit_round(run: Run) -> None:
    """Three units of 100 000.4 元 each type 10.00 万元; two of them cannot be told from 200 000.8 元."""
    typed = {code: spends("1", "1", "33.34") for code in ("433001", "433002", "433003")}
    exact = bureau(("433", "项目支出", "1000065", "元"), roster=ROSTER)
    assert run("XD-05", typed, exact) == []
    assert [f.difference for f in run("XD-05", typed, bureau(("433", "项目支出", "1000000", "元"), roster=ROSTER))] == [
        "0.02"
    ]


def test_xd_05_ceilings_of_units_beyond_that_of_their_department_are_the_tables_own_fault(run: Run) -> None:
    lines = [("433", "项目支出", "500", ""), ("433001", "项目支出", "310", ""), ("433002", "项目支出", "230", "")]
    tables = bureau(*lines, roster=ROSTER, nodes=("433",))
    found = [f for f in run("XD-05", THREE, tables) if "自相矛盾" in f.message]
    assert [(f.unit, f.severity, f.actual, f.expected) for f in found] == [("433", "warning", "540.00", "500.00")]


def test_xd_05_a_ceiling_of_the_departments_own_office_is_not_held_against_its_units(run: Run) -> None:
    """433 is to file for itself and has not yet; the units below it have ceilings of their own."""
    lines = [("433", "项目支出", "50", ""), ("433001", "项目支出", "310", ""), ("433002", "项目支出", "230", "")]
    (found,) = run("XD-05", THREE, bureau(*lines, roster=ROSTER))
    assert found.result == "not_executable"
    assert "因“单位433”（433）没有报送" in found.message


def test_xd_05_a_ceiling_nothing_can_be_held_against_is_told(run: Run) -> None:
    lines = (("500", "项目支出", "9", ""), ("433003", "项目支出", "9", ""), ("999", "项目支出", "9", ""))
    found = run("XD-05", THREE, bureau(*lines, roster=ROSTER))
    assert [(f.result, f.unit) for f in found] == [("not_executable", ""), ("not_executable", "999")]
    assert "因“单位433003”（433003）没有报送" in found[0].message
    assert "控制数.xlsx 第 4 行的单位代码 999 不在单位名册中" in found[1].message


ROLLED = spends("100", "30", "520", general="650")
LOWER = {
    "433001": spends("60", "20", "300", general="380"),
    "433002": spends("40", "10", "220", general="270"),
}
WHOLE = bureau(("合计", "项目支出", "520", ""))


def test_a_departments_roll_up_is_not_counted_twice(run: Run) -> None:
    """433 files the sum of its units beside them: by the figures it is told, with a roster or by the codes alone."""
    assert run("XD-02", {"433": ROLLED, **LOWER}, WHOLE) == []
    assert run("XD-02", {"433": ROLLED, **LOWER}, bureau(("合计", "项目支出", "520", ""), roster=ROSTER)) == []
    (apart,) = run("XD-02", {"433": spends("5", "7", "30", general="42"), **LOWER}, WHOLE)
    assert (apart.actual, apart.expected) == ("520.00", "550.00")


def test_xd_02_a_roll_up_that_is_not_the_sum_of_its_units(run: Run) -> None:
    found = run("XD-02", {"433": ROLLED | {"expenditure.project.this_year": "510"}, **LOWER})
    assert [(f.unit, f.actual, f.expected, f.difference) for f in found] == [("433", "510.00", "520.00", "-10.00")]
    assert [p.unit for p in found[0].places] == ["433", "433001", "433002"]
    assert (
        "“单位433”的汇总表“项目支出·本年预算”填 510.00 万元，各单位之和为 520.00 万元，相差 -10.00 万元。"
        in found[0].message
    )


def test_xd_02_a_roll_up_without_one_of_its_units_is_told_once(run: Run) -> None:
    third = spends("7", "3", "5", general="15", other="1")
    upper = ROLLED | {"income.gov_fund.this_year": "6", "income.special_account.this_year": "4"}
    lower = {
        **LOWER,
        "433001": LOWER["433001"] | {"income.gov_fund.this_year": "6", "income.special_account.this_year": "4"},
    }
    lower["433001"] |= {f"operating.{row}.this_year": "2" for row in ("office", "water", "post", "travel", "rent")}
    upper |= {f"operating.{row}.this_year": "2" for row in ("office", "water", "post", "travel", "rent")}
    found = run("XD-02", {"433": upper, **lower, "433003": third})
    assert len(found) == 1
    assert "有 5 个金额不等于所属 3 个单位之和" in found[0].message
    assert found[0].message.endswith("差额处处恰为“单位433003”的数，可能漏计了该单位。")


def test_xd_02_payments_among_the_units_may_be_left_out_of_the_roll_up(run: Run) -> None:
    line = {"counterparty": "433002", "direction": "付", "amount": "20"}
    lower = {**LOWER, "433001": LOWER["433001"] | {f"transfers[1].{k}": v for k, v in line.items()}}
    found = run("XD-02", {"433": ROLLED | {"income.general.this_year": "630"}, **lower})
    assert [(f.severity, f.difference) for f in found] == [("info", "-20.00")]
    assert "恰为所属单位之间的往来，可能已经抵销" in found[0].message


@pytest.mark.parametrize(
    ("whole", "result", "part"),
    [
        ("820", "fail", "差额恰为“单位433001”的数，汇总数可能重计了该单位"),
        ("220", "fail", "差额恰为“单位433001”的数，汇总数可能漏计了该单位"),
        ("525", "fail", "2 个单位之和为 520.00 万元，相差 5.00 万元。"),
        ("0.052", "fail", "约为各单位之和的万分之一，可能多除了一次一万"),
    ],
)
def test_xd_02_the_bureaus_total(run: Run, whole: str, result: str, part: str) -> None:
    (found,) = run("XD-02", LOWER, bureau(("合计", "项目支出", whole, "")))
    assert (found.result, part in found.message) == (result, True), found.message


def test_xd_02_names_the_unit_that_typed_yuan(run: Run) -> None:
    typed = {**LOWER, "433002": spends("40", "10", "2200000")}
    (found,) = run("XD-02", typed, WHOLE)
    assert "“单位433002”填 2200000.00，可能按“元”填列" in found.message
    assert [(found.places[g.place].unit, g.value) for g in found.likely] == [("433002", "220.00")]


def test_xd_02_waits_for_units_that_are_not_in_yet(run: Run) -> None:
    low, high = (bureau(("合计", "项目支出", whole, ""), roster=ROSTER) for whole in ("519", "800"))
    assert [f.result for f in run("XD-02", LOWER, low)] == ["fail"]
    (found,) = run("XD-02", LOWER, high)
    assert (found.result, "因还有 2 个单位没有报送" in found.message) == ("not_executable", True)


def test_xd_02_a_total_in_yuan_lets_each_unit_round(run: Run) -> None:
    """3 333 333 元 three times is 9 999 999 元; each unit types 333.33, together 999.99 万元."""
    typed = {code: spends("1", "1", "333.33") for code in ("433001", "433002", "433003")}
    assert run("XD-02", typed, bureau(("合计", "项目支出", "9999999", "元"))) == []
    assert len(run("XD-02", typed, bureau(("合计", "项目支出", "1000.02", "")))) == 1


def test_what_a_roll_up_repeats_is_not_declared_twice(run: Run) -> None:
    """A department that lists the projects of its units: neither a code used twice, nor a project, nor a price."""

    def listed(*numbers: int) -> Typed:
        lines: Typed = {}
        for row, n in enumerate(numbers, 1):
            lines |= {f"projects[{row}].code": f"13020121NETRUN{n:07d}", f"projects[{row}].name": f"指挥中心{n}号大屏"}
            lines |= {f"projects[{row}].fiscal": f"{n}0"}
        return lines

    typed = {"433": {**ROLLED, **listed(1, 2, 3, 4)}, "433001": {**LOWER["433001"], **listed(1, 2)}}
    typed["433002"] = {**LOWER["433002"], **listed(3, 4)}
    assert run("COD-03", typed) == run("XD-03", typed) == []
    assert len(run("COD-03", {**typed, "102": listed(4)})) == 1
