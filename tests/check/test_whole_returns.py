"""TYP-12, XD-11, XY-11: what is wrong with a return as a whole, told by one finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import Bureau, run_checks
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store.bureau import ControlEntry

Typed = dict[str, object]
Returns = Mapping[str, Typed]
Case = tuple[Returns, Returns, list[tuple[str, str]]]
"""Returns of this year and of last year by unit, and of each finding expected the unit and a part of its message."""

CODES = ("TYP-12", "XD-11", "XY-11")
ITEMS = (
    "office", "printing", "water", "electricity", "post", "heating", "travel", "maintenance", "conference", "training",
    "reception", "union", "vehicle_running", "other",
)  # fmt: skip
LARGE = ("personnel", "operating", "project")


def budget(seed: int = 1, *, times: object = 1, last: object = 1, only: int = 99) -> Typed:
    """17 amounts of this year and 17 of last year, in 万元 but for ``times`` and ``last``. Last year's are a little less."""
    typed: Typed = {}
    rows = [("expenditure", row, 800 * seed + 10) for row in LARGE] + [("operating", row, 3 + seed) for row in ITEMS]
    for n, (block, row, base) in enumerate(rows[:only], 1):
        then = Decimal(base) + Decimal(n * n * 37 + seed * 11) / 100
        for field, amount, factor in (("this_year", _now(then), times), ("last_year", then, last)):
            typed[f"{block}.{row}.{field}"] = f"{amount * Decimal(str(factor)):.6f}".rstrip("0").rstrip(".")
    return typed


def _now(then: Decimal) -> Decimal:
    return (then * Decimal("1.04")).quantize(Decimal("0.01"))


def approved(seed: int = 1, only: int = 99) -> Typed:
    """The return of the year before to ``budget``: its 本年 is the 上年 of that one."""
    held = budget(seed, only=only)
    return {k: held[k.replace("this_year", "last_year")] for k in held if k.endswith("this_year")}


def grown() -> Typed:
    return budget() | {"expenditure.project.this_year": "9999.99", "operating.office.this_year": "60"}


SCALE: dict[str, Case] = {
    "as last year": ({"101": budget()}, {"101": approved()}, []),
    "in 元": ({"101": budget(times=10000, last=10000)}, {"101": approved()}, [
        ("101", "整份报送的 34 个金额都约为上年数的一万倍，可能按“元”填列，应为万元："
         "如“人员经费·本年预算”填 8429000.00 万元，上年 810.48 万元。")]),
    "in 千元": ({"101": budget(times=10, last=10)}, {"101": approved()}, [("101", "十倍，可能按“千元”填列，应为万元")]),
    "in 亿元": ({"101": budget(times="0.0001", last="0.0001")}, {"101": approved()}, [
        ("101", "万分之一，可能按“亿元”填列，应为万元：如“人员经费·本年预算”填 0.08429 万元，上年 810.48 万元。")]),
    "a thousand times": ({"101": budget(times=1000, last=1000)}, {"101": approved()}, [
        ("101", "一千倍，计量单位可能填错")]),
    "a tenth": ({"101": budget(times="0.1", last="0.1")}, {"101": approved()}, [
        ("101", "十分之一，计量单位可能填错")]),
    "this year in 元": ({"101": budget(times=10000)}, {"101": approved()}, [
        ("101", "本年数的 17 个金额都约为上年数的一万倍")]),
    "this year ten times as much": ({"101": budget(times=10)}, {"101": approved()}, []),
    "last year in 元": ({"101": budget(last=10000)}, {"101": approved()}, []),
    "one right": ({"101": {**budget(times=10000, last=10000), "operating.office.this_year": "5"}}, {"101": approved()}, [
        ("101", "整份报送的 34 个金额中有 33 个约为上年数的一万倍")]),
    "one in 元": ({"101": {**budget(), "operating.office.this_year": "50000"}}, {"101": approved()}, []),
    "one grown twelvefold": ({"101": grown()}, {"101": approved()}, []),
    "a new unit": ({"101": budget(times=10000, last=10000), "102": budget(2)}, {"102": approved(2)}, []),
    "few amounts": ({"101": budget(times=10000, last=10000, only=4)}, {"101": approved(only=4)}, []),
}  # fmt: skip


def year_of(seed: int, more: Typed | None = None) -> Typed:
    """25 amounts of this year only: those of the expenditure and income tables and of the operating costs."""
    typed = {k: v for k, v in budget(seed).items() if k.endswith("this_year")}
    typed |= {f"income.{row}.this_year": f"{seed}{n}1.3" for n, row in enumerate(("general", "gov_fund", "other"), 1)}
    rows = ("rent", "fuel", "consulting", "fees", "property")
    return typed | {f"operating.{row}.this_year": f"{seed}.{n}7" for n, row in enumerate(rows, 1)} | (more or {})


PRESET = {k: v for k, v in budget(2).items() if k.endswith("last_year")}
"""The columns of last year of unit 102 as the bureau issues them."""
MORE: Typed = {f"assets.{row}.value": str(n * 3) for n, row in enumerate(("land", "houses", "vehicles", "relics"), 7)}

COPIES: dict[str, Case] = {
    "two units": ({"101": budget(), "102": budget(2)}, {}, []),
    "the same": ({"101": budget(), "102": budget()}, {}, [
        ("101", "整份报送的 34 个金额与“单位102”（102）报送的完全相同，可能一方照抄了另一方的报送"),
        ("102", "整份报送的 34 个金额与“单位101”（101）报送的完全相同")]),
    "nearly the same": ({"101": budget(), "102": {**budget(), "expenditure.project.this_year": "9"}}, {}, [
        ("101", "34 个金额中有 33 个"), ("102", "34 个金额中有 33 个")]),
    "half the same": ({"101": budget(), "102": budget(2) | {
        k: v for k, v in budget().items() if k.startswith("operating")}}, {}, []),
    "last year knows one": ({"101": budget(), "102": budget()}, {"101": approved(), "102": approved(2)}, [
        ("102", "可能照抄了对方的报送，或误报了对方的文件；上年数也是对方的，与本单位上年的报送不符")]),
    "last year knows no other": ({"101": budget(), "102": budget()}, {"101": approved()}, [
        ("102", "与“单位101”（101）报送的完全相同，可能照抄了对方的报送")]),
    "few amounts": ({"101": budget(only=9), "102": budget(only=9)}, {}, []),
    "few values": ({code: dict.fromkeys(budget(), "10") for code in ("101", "102")}, {}, []),
    "part of a larger return": ({"101": budget(only=10), "102": budget() | year_of(1, MORE)}, {}, []),
    "typed into the form that was issued": (
        {"101": budget() | year_of(1), "102": year_of(1) | PRESET}, {"101": approved(), "102": approved(2)}, [
        ("101", "25 个金额与“单位102”（102）报送的完全相同，可能一方照抄了另一方的报送"), ("102", "25 个金额与“单位101”")]),
    "four of them": ({code: budget() for code in ("101", "102", "103", "104")}, {}, [
        ("101", "与“单位102”（102）、“单位103”（103）、“单位104”（104）报送的完全相同"),
        ("102", ""), ("103", ""), ("104", "")]),
    "a roll-up of one unit": ({"101": budget(), "101001": budget()}, {}, []),
}  # fmt: skip


LAST: dict[str, Case] = {
    "as last year": ({"101": year_of(1)}, {"101": year_of(1)}, [
        ("101", "整份报送的 25 个金额与上年（批复，101.xlsx）完全相同，可能照抄了上年的报送")]),
    "two amounts changed": ({"101": year_of(1, {"operating.office.this_year": "9", "expenditure.project.this_year": "9"})},
     {"101": year_of(1)}, [("101", "整份报送的 25 个金额中有 23 个与上年（批复，101.xlsx）完全相同")]),
    "three amounts changed": ({"101": year_of(1, {f"expenditure.{row}.this_year": "9" for row in LARGE})},
     {"101": year_of(1)}, []),
    "another year": ({"101": year_of(1)}, {"101": year_of(2)}, []),
    "few amounts": ({"101": budget(only=9)}, {"101": budget(only=9)}, []),
    "few values": ({"101": dict.fromkeys(year_of(1), "10")}, {"101": dict.fromkeys(year_of(1), "10")}, []),
    "a new unit": ({"101": year_of(1), "102": year_of(2)}, {"102": year_of(3)}, []),
}  # fmt: skip

CASES = {f"{code} {name}": (code, case) for code, held in zip(CODES, (SCALE, COPIES, LAST), strict=True)
         for name, case in held.items()}  # fmt: skip


@pytest.fixture(scope="module")
def found(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Finding]]:
    """The findings of a case: each is a region of its own, in one book with last year's beside."""
    now, then = (
        tuple(
            Unit(unit, bare=True, typed=typed, region=name, year=year, stage=stage)
            for name, (_, case) in CASES.items()
            for unit, typed in (case[0] if year == 2021 else case[1]).items()
        )
        for year, stage in ((2021, "二上"), (2020, "批复"))
    )
    folder = tmp_path_factory.mktemp("whole")
    (folder / "before").mkdir()
    with make_book(hebei, then, folder / "before") as prior, make_book(hebei, now, folder) as book:
        every = run_checks(book, {hebei.edition: hebei}, Bureau(prior=prior), few=0)
    return lambda case: [f for f in every if (f.code, f.region) == (CASES[case][0], case) and f.result == "fail"]


@pytest.mark.parametrize("case", CASES)
def test_what_is_told_of_the_whole_return(found: Callable[[str], list[Finding]], case: str) -> None:
    expected = CASES[case][1][2]
    told = [(f.unit, f.message) for f in found(case)]
    assert [unit for unit, _ in told] == [unit for unit, _ in expected], told
    assert all(part in message for (_, part), (_, message) in zip(expected, told, strict=True)), told


def test_what_a_finding_points_at(found: Callable[[str], list[Finding]]) -> None:
    (scale,) = found("TYP-12 in 元")
    assert (scale.severity, scale.actual, scale.expected) == ("error", "8429000.00", "842.90")
    assert [(g.place, g.value, g.reason) for g in scale.likely] == [(0, "842.90", "可能按“元”填列，应为万元")]
    assert len(scale.places) == 6
    assert {p.unit for p in scale.places} == {"101"}
    first, second = found("XD-11 the same")
    assert [p.unit for p in first.places] == ["101"] * 6 + ["102"]
    assert (second.unit, second.severity) == ("102", "error")


def control(*lines: tuple[str, str, str]) -> Bureau:
    entries = (
        ControlEntry("101", what, Decimal(a), unit, {}, f"控制数 第 {n} 行")
        for n, (what, a, unit) in enumerate(lines, 2)
    )
    return Bureau(control=tuple(entries))


CEILINGS = (
    "expenditure.personnel",
    "expenditure.operating",
    "expenditure.project",
    "operating.office",
    "operating.post",
)


@pytest.mark.parametrize(
    ("times", "unit", "lines", "part"),
    [
        (10000, "万元", 5, "整份报送的 5 个金额都约为控制数的一万倍，可能按“元”填列，应为万元"),
        (10, "万元", 5, "5 个金额都约为控制数的十倍，可能按“千元”填列，应为万元"),
        (10000, "", 5, None),
        (10000, "万元", 4, None),
        (1, "万元", 5, None),
    ],
    ids=["元", "千元", "a table that does not say its unit", "too few", "right"],
)
def test_ceilings_tell_it_without_last_years_return(
    run: Callable[..., list[Finding]], times: int, unit: str, lines: int, part: str | None
) -> None:
    right = budget()
    tables = control(*((what, str(right[f"{what}.this_year"]), unit) for what in CEILINGS[:lines]))
    told = run("TYP-12", {"101": budget(times=times, last=times)}, tables)
    assert [f.result for f in told] == ["fail"] * (part is not None), told
    assert all((part or "") in f.message for f in told)


def test_ceilings_prove_that_this_year_is_in_thousands(hebei: Suite, tmp_path: Path) -> None:
    """Ten times last year's figures alone may be growth; ten times the ceiling is not."""
    (tmp_path / "before").mkdir()
    then = Unit("101", bare=True, typed=approved(), year=2020)
    now = Unit("101", bare=True, typed=budget(times=10))
    tables = control(*((what, str(budget()[f"{what}.this_year"]), "万元") for what in CEILINGS[:2]))
    with make_book(hebei, (then,), tmp_path / "before") as prior, make_book(hebei, (now,), tmp_path) as book:
        bureau = Bureau(prior=prior, control=tables.control)
        (told,) = (f for f in run_checks(book, {hebei.edition: hebei}, bureau) if f.code == "TYP-12")
    assert "本年数的 17 个金额都约为上年数、控制数的十倍，可能按“千元”填列" in told.message


def test_without_anything_to_hold_a_return_against_the_rules_did_not_run(run: Callable[..., list[Finding]]) -> None:
    typed = {"101": budget(), "102": budget(2)}
    assert [(f.result, f.unit, f.message) for f in run("TYP-12", typed)] == [
        ("not_executable", "", "因没有提供上年（2020 年）的汇总结果，也没有控制数，未能检查："
         "整份报送的金额与上年数或控制数相差约一万倍（或十倍、千倍、亿倍），计量单位可能填错。")]  # fmt: skip
    assert [f.result for f in run("XY-11", typed)] == ["not_executable"]
    assert run("XD-11", typed) == []
