"""XD-04, XD-08: prices and costs per head against their peers, which the message names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import run_checks
from toolkit.model.finding import Finding
from toolkit.model.form import Suite

Typed = dict[str, object]
Item = tuple[str, str, str, str]
"""Item, code, unit of quantity, price."""


def bought(*items: Item) -> Typed:
    typed: Typed = {}
    for n, item in enumerate(items, 1):
        for name, value in zip(("item_name", "catalog_code", "qty_unit", "price"), item, strict=True):
            typed[f"procurement[{n}].{name}"] = value
    return typed


def switches(*prices: str, name: str = "交换机") -> list[Typed]:
    return [bought((name, "A0202", "台", price)) for price in prices]


PRICES: dict[str, tuple[Sequence[Typed], list[str]]] = {
    "nearly alike": (switches("1.0", "1.1", "1.2", "1.4"), []),
    "one far above": (switches("1.0", "1.1", "1.2", "3"), [
        "单价 3.00 万元/台，各单位同品目同名 4 行的中位数为 1.15 万元（单位102 1.10、单位103 1.20、单位101 1.00），偏离 +160.9%。"]),
    "one far below": (switches("1.0", "1.1", "1.2", "0.3"), ["偏离 -71.4%。"]),
    "two far above do not hide each other": (switches("1", "1", "1.1", "1.1", "1.2", "9", "9.5"), ["单价 9.00", "单价 9.50"]),
    "prices that differ widely": (switches("0.2", "0.7", "1.5", "4", "9"), []),
    "a slip of ten thousand": (switches("1.0", "1.1", "1.2", "11000"), ["约为同品目单价的一万倍，可能按“元”填列，应为万元"]),
    "one unit with many lines does not set the measure": (
        [bought(*[("交换机", "A0202", "台", "5")] * 9), *switches("1", "1.1", "1.2", "0.9")], ["单价 5.00"] * 9,
    ),
    "of one code, but other things": (
        [*switches("1", "1.1", "1.2", "1.1"), *switches("12", "12.5", "13", name="服务器")], [],
    ),
    "of one code and one name, among other things": (
        [*switches("1", "1.1", "1.2", "4"), *switches("12", "12.5", "13", name="服务器")], ["“交换机”（品目 A0202）单价 4.00"],
    ),
    "too few": (switches("1", "9"), []),
    "lots": ([bought(("耗材", "A0999", "批", price)) for price in ("1", "1", "1", "50")], []),
    "of other units of quantity": ([bought(("纸", "A0999", per, price)) for per, price in (("箱", "1"), ("包", "1"), ("张", "50"))], []),
}  # fmt: skip


def spends(operating: str, people: str, nature: str = "行政单位") -> Typed:
    typed = {"expenditure.operating.this_year": operating, "cover.staff_quota": people, "cover.unit_nature": nature}
    return dict(typed)


ALIKE = [spends(amount, "10") for amount in ("25", "26", "24", "25", "27")]
HEADS: dict[str, tuple[Sequence[Typed], list[str]]] = {
    "alike": (ALIKE, []),
    "one far above": ([*ALIKE, spends("70", "10")], [
        "人均公用经费 7.00 万元（70.00 万元 ÷ 10 人），其他 5 个行政单位的中位数为 2.50 万元"
        "（单位101 2.50、单位104 2.50、单位102 2.60、单位103 2.40 等 5 个），偏离 +180.0%。"]),
    "one far below": ([*ALIKE, spends("8", "10")], ["偏离 -68.0%。"]),
    "two far above": ([*ALIKE, spends("70", "10"), spends("66", "10")], ["7.00", "6.60"]),
    "each nature by itself": ([*ALIKE, *(spends(a, "10", "事业单位") for a in ("60", "62", "61", "63", "59"))], []),
    "a nature with too few": ([*ALIKE, spends("70", "10", "事业单位")], ["其他 5 个单位的中位数"]),
    "large and small units": ([*ALIKE, spends("500", "200")], []),
    "nothing spent, nobody there": ([*ALIKE, spends("0", "10"), spends("9", "0")], []),
    "its own row in the list of units": ([*ALIKE, spends("50", "10") | {
        "budget_units[1].name": "本级", "budget_units[1].code": "106", "budget_units[1].staff_actual": "20",
        "budget_units[2].name": "中心", "budget_units[2].code": "999", "budget_units[2].staff_actual": "2"}], []),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], list[Finding]]:
    """The findings of a code in a case: each case is a region of its own."""
    units = tuple(
        Unit(str(n), f"单位{n}", bare=True, region=f"{kind} {case}", typed=typed)
        for kind, cases in (("XD-04", PRICES), ("XD-08", HEADS))
        for case, (returns, _) in cases.items()
        for n, typed in enumerate(returns, 101)
    )
    with make_book(hebei, units, tmp_path_factory.mktemp("outliers"), ()) as book:
        every = run_checks(book, {hebei.edition: hebei}, few=len(units))
    return lambda code, case: [f for f in every if (f.code, f.region) == (code, f"{code} {case}")]


@pytest.mark.parametrize(
    ("code", "case", "expected"),
    [
        (code, case, parts)
        for code, cases in (("XD-04", PRICES), ("XD-08", HEADS))
        for case, (_, parts) in cases.items()
    ],
)
def test_outliers(found: Callable[[str, str], list[Finding]], code: str, case: str, expected: list[str]) -> None:
    said = [f.message for f in found(code, case)]
    assert len(said) == len(expected), said
    assert all(part in message for part, message in zip(expected, said, strict=True)), said


def test_a_price_in_yuan_has_its_likely_value(found: Callable[[str, str], list[Finding]]) -> None:
    (finding,) = found("XD-04", "a slip of ten thousand")
    assert [(guess.place, guess.value) for guess in finding.likely] == [(0, "1.10")]
