"""Matching payments with receipts: one to one, one to several, side to side; what is left is left on both sides."""

from __future__ import annotations

import random
import time
from decimal import Decimal

import pytest

from toolkit.check.settle import Lines, Matched, settle

CENT = Decimal("0.005")


def lines(*amounts: str) -> Lines:
    return tuple((n, Decimal(amount)) for n, amount in enumerate(amounts))


def one(a: int, *b: int) -> Matched:
    return Matched((a,), b)


CASES: list[tuple[str, Lines, Lines, list[Matched], list[int], list[int]]] = [
    ("equal", lines("20"), lines("20"), [one(0, 0)], [], []),
    ("half a cent apart", lines("20"), lines("20.005"), [one(0, 0)], [], []),
    ("a cent apart", lines("20"), lines("20.01"), [], [0], [0]),
    ("equal before nearly equal", lines("20", "20.004"), lines("20.004", "20"), [one(0, 1), one(1, 0)], [], []),
    ("two of the same", lines("20", "20"), lines("20"), [one(0, 0)], [1], []),
    ("one for three", lines("60"), lines("10", "20", "30"), [one(0, 0, 1, 2)], [], []),
    ("three for one", lines("10", "20", "30"), lines("60"), [Matched((0, 1, 2), (0,))], [], []),
    ("one for two of three", lines("30"), lines("10", "20", "45"), [one(0, 0, 1)], [], [2]),
    ("a sum of rounded amounts", lines("33.34"), lines("11.11", "11.11", "11.11"), [one(0, 0, 1, 2)], [], []),
    ("two sums fit", lines("30"), lines("10", "20", "5", "25"), [], [0], [2, 0, 1, 3]),
    ("equal sums of equal amounts", lines("20"), lines("10", "10", "10"), [one(0, 0, 1)], [], [2]),
    ("side to side", lines("10", "20"), lines("14", "16"), [Matched((0, 1), (0, 1))], [], []),
    ("sums after pairs", lines("10", "30"), lines("10", "12", "18"), [one(0, 0), one(1, 1, 2)], [], []),
    ("nothing there", lines("10"), (), [], [0], []),
]


@pytest.mark.parametrize(
    ("paid", "received", "matched", "left", "right"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_matches(paid: Lines, received: Lines, matched: list[Matched], left: list[int], right: list[int]) -> None:
    found = settle(paid, received, CENT)
    assert list(found.matched) == matched
    assert [[n for n, _ in side] for side in (found.paid, found.received)] == [left, right]


@pytest.mark.parametrize("seed", range(40))
def test_every_line_is_matched_or_left_and_matches_agree_whatever_the_order(seed: int) -> None:
    rng = random.Random(seed)
    paid, received = (
        [(n, Decimal(rng.randint(1, 60)) / rng.choice((1, 4))) for n in range(rng.randint(0, 9))] for _ in range(2)
    )
    found = settle(tuple(paid), tuple(received), CENT)
    for side, held, left in (
        (paid, [m.paid for m in found.matched], found.paid),
        (received, [m.received for m in found.matched], found.received),
    ):
        assert sorted([n for some in held for n in some] + [n for n, _ in left]) == sorted(n for n, _ in side)
    for match in found.matched:
        given = sum((dict(paid)[n] for n in match.paid), Decimal(0))
        gap = given - sum((dict(received)[n] for n in match.received), Decimal(0))
        assert abs(gap) <= CENT * (len(match.paid) + len(match.received))
    rng.shuffle(paid)
    rng.shuffle(received)
    again = settle(tuple(paid), tuple(received), CENT)
    assert (again.paid, again.received) == (found.paid, found.received)


def test_many_lines_take_no_search() -> None:
    """Among a hundred lines some add to anything: none is looked for, and it takes no time."""
    started = time.process_time()
    found = settle(lines(*(str(1000 + n) for n in range(100))), lines(*(str(3 * n + 7) for n in range(100))), CENT)
    assert found.matched == ()
    assert time.process_time() - started < 2
