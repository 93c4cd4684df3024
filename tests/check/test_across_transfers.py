"""XD-07 over a collection: many to one, the wrong partner, the wrong unit of measure, roll-ups, codes nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import Bureau, run_checks
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store.bureau import RosterEntry

Typed = dict[str, object]
Line = tuple[str, str, str] | tuple[str, str, str, str]
"""Other unit, direction, amount, and the other's name."""

CASES: dict[str, tuple[Mapping[str, list[Line]], list[tuple[str, str]]]] = {
    "one for three": (
        {"102": [("106", "付", "60")], "106": [("102", "收", "10"), ("102", "收", "20"), ("102", "收", "30")]},
        [],
    ),
    "three for one": (
        {"102": [("106", "付", "10"), ("106", "付", "20.50")], "106": [("102", "收", "30.50")]},
        [],
    ),
    "three for one, short": (
        {"102": [("106", "付", "10"), ("106", "付", "20")], "106": [("102", "收", "28")]},
        [(u, "“单位102”填报付给“单位106” 30.00 万元（10.00、20.00），对方填报收到 28.00 万元，相差 2.00 万元。") for u in ("102", "106")],
    ),
    "one of three is missing": (
        {"102": [("106", "付", "10"), ("106", "付", "20")], "106": [("102", "收", "20")]},
        [(u, "“单位102”填报付给“单位106” 10.00 万元，对方没有填报收到这一笔。") for u in ("102", "106")],
    ),
    "the nearest are set side by side": (
        {"102": [("106", "付", "10"), ("106", "付", "90")], "106": [("102", "收", "88"), ("102", "收", "11")]},
        [(u, part) for u, at in (("102", 1), ("106", -1)) for part in (" 10.00 万元，对方填报收到 11.00", " 90.00 万元，对方填报收到 88.00")[::at]],
    ),
    "typed in 元": (
        {"102": [("106", "付", "200000")], "106": [("102", "收", "20")]},
        [(u, "，“单位102”的数约为对方数的一万倍，可能按“元”填列，应为万元。") for u in ("102", "106")],
    ),
    "the payer names another": (
        {"102": [("108", "付", "33.60")], "106": [("102", "收", "33.60")], "108": []},
        [(u, "可能有一方的对方单位代码填错。") for u in ("102", "102", "106", "108")],
    ),
    "the receiver names another": (
        {"102": [("106", "付", "33.60")], "106": [("108", "收", "33.60")], "108": []},
        [(u, "可能有一方的对方单位代码填错。") for u in ("102", "106", "106", "108")],
    ),
    "both say that they receive": (
        {"102": [("106", "收", "5.50")], "106": [("102", "收", "5.50")]},
        [(u, "都填“收” 5.50 万元：有一方的收付方向填反。") for u in ("102", "106")],
    ),
    "both say that they receive, but not the same": (
        {"102": [("106", "收", "5.50")], "106": [("102", "收", "8")]},
        [(u, "对方填报收到") for u in ("102", "102", "106", "106")],
    ),
    "itself": ({"102": [("102", "付", "5")]}, [("102", "往来的对方单位代码 102 是本单位自己的。")]),
    "a code that the name puts right": (
        {"102": [("160", "付", "5", "单位106")], "106": [("102", "收", "5")]},
        [],
    ),
    "a code nobody has": (
        {"102": [("999", "付", "5")]},
        [("102", "往来的对方单位代码 999 不在单位名册中，5.00 万元无从核对。")],
    ),
    "one that has not reported": (
        {"102": [("110", "付", "5")]},
        [("102", "因对方单位 110 没有报送，未能核对与其往来的 5.00 万元。")],
    ),
}  # fmt: skip
ROSTER = ("102", "106", "108", "110")


def typed(lines: list[Line]) -> Typed:
    names = ("counterparty", "direction", "amount", "counterparty_name")
    told: Typed = {"expenditure.project.this_year": "1"}
    for n, line in enumerate(lines, 1):
        told |= {f"transfers[{n}].{name}": value for name, value in zip(names, line, strict=False)}
    return told


@pytest.fixture(scope="module")
def found(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Finding]]:
    """The findings of a case: each is a region of its own in one book."""
    units = tuple(
        Unit(code, f"单位{code}", bare=True, typed=typed(lines), region=name)
        for name, (returns, _) in CASES.items()
        for code, lines in returns.items()
    )
    roster = tuple(RosterEntry(code, f"单位{code}", "", "", "", "", {}, "") for code in ROSTER)
    with make_book(hebei, units, tmp_path_factory.mktemp("transfers"), ()) as book:
        every = run_checks(book, {hebei.edition: hebei}, Bureau(roster=roster), few=len(units))
    return lambda name: [f for f in every if (f.code, f.region) == ("XD-07", name)]


@pytest.mark.parametrize("case", CASES)
def test_xd_07(found: Callable[[str], list[Finding]], case: str) -> None:
    expected = CASES[case][1]
    said = [(f.unit, f.message) for f in found(case)]
    assert [unit for unit, _ in said] == [unit for unit, _ in expected], said
    assert all(part in message for (_, part), (_, message) in zip(expected, said, strict=True)), said


def test_both_lists_name_all_cells_of_both_sides(found: Callable[[str], list[Finding]]) -> None:
    payer, receiver = found("three for one, short")
    assert [(p.unit, p.row) for p in payer.places] == [("102", "001"), ("102", "002"), ("106", "001")]
    assert [(p.unit, p.row) for p in receiver.places] == [("106", "001"), ("102", "001"), ("102", "002")]
    assert (payer.actual, payer.expected, receiver.actual, receiver.expected) == ("30.00", "28.00", "28.00", "30.00")


def test_a_slip_of_ten_thousand_is_put_right_where_it_was_typed(found: Callable[[str], list[Finding]]) -> None:
    payer, receiver = found("typed in 元")
    assert [(guess.place, guess.value) for guess in payer.likely] == [(0, "20.00")]
    assert payer.places[0].unit == "102"
    assert receiver.likely == ()
