"""Matching what one side says it paid with what the other says it got: line by line, one line to several, side to side.

Only exact decimals, only sorted input: the same lines give the same matches in whatever order they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

MOST_LINES = 12
"""Lines of one side among which sums are looked for: beyond that chance would find some."""
MOST_PARTS = 5
"""Lines that one line of the other side may stand for (at most C(12, 2…5) = 1 573 sums a line)."""

Lines = tuple[tuple[int, Decimal], ...]
"""Lines of one side: a number of the caller's, and the amount."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Lines of the two sides that tell the same money."""

    paid: tuple[int, ...]
    received: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """``matched``, and the lines left over on either side in the order of their amounts."""

    matched: tuple[Matched, ...]
    paid: Lines
    received: Lines


def settle(paid: Lines, received: Lines, tolerance: Decimal) -> Settlement:
    """Equal lines first, then lines within the tolerance, then one line and the sum of several, then all and all.

    Of several lines each rounded by itself the sum may be off by the tolerance for each of them and the total.
    """
    left, right = sorted(paid, key=_order), sorted(received, key=_order)
    matched: list[Matched] = []
    for allowed in (Decimal(0), tolerance):
        matched += _pairs(left, right, allowed)
    for parts in range(2, MOST_PARTS + 1):
        matched += [Matched((one,), several) for one, several in _sums(left, right, parts, tolerance)]
        matched += [Matched(several, (one,)) for one, several in _sums(right, left, parts, tolerance)]
    apart = abs(_total(left) - _total(right))
    if len(left) > 1 and len(right) > 1 and apart <= tolerance * (len(left) + len(right)):
        matched.append(Matched(tuple(n for n, _ in left), tuple(n for n, _ in right)))
        left, right = [], []
    return Settlement(tuple(matched), tuple(left), tuple(right))


def _order(line: tuple[int, Decimal]) -> tuple[Decimal, int]:
    return line[1], line[0]


def _total(lines: Sequence[tuple[int, Decimal]]) -> Decimal:
    return sum((amount for _, amount in lines), Decimal(0))


def _pairs(left: list[tuple[int, Decimal]], right: list[tuple[int, Decimal]], allowed: Decimal) -> list[Matched]:
    """Takes out of both lists the lines that are equal within ``allowed``."""
    found = []
    for line in list(left):
        match = next((other for other in right if abs(other[1] - line[1]) <= allowed), None)
        if match is not None:
            left.remove(line)
            right.remove(match)
            found.append(Matched((line[0],), (match[0],)))
    return found


def _sums(
    ones: list[tuple[int, Decimal]], many: list[tuple[int, Decimal]], parts: int, tolerance: Decimal
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Takes out lines of ``ones`` (the largest first) with the ``parts`` lines of ``many`` that add to them.

    A line that several sums would fit is left alone: which it is nobody can know.
    """
    for line in sorted(ones, key=_order, reverse=True):
        if not parts <= len(many) <= MOST_LINES:
            return
        allowed = tolerance * (parts + 1)
        fits = [some for some in combinations(many, parts) if abs(_total(some) - line[1]) <= allowed]
        if len({tuple(amount for _, amount in some) for some in fits}) != 1:
            continue
        ones.remove(line)
        for part in fits[0]:
            many.remove(part)
        yield line[0], tuple(n for n, _ in fits[0])
