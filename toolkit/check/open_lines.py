"""Lines about money between two units that do not answer each other: XD-07 tells of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line
from toolkit.check.scale import slip
from toolkit.check.settle import settle

PAID, RECEIVED = "付", "收"

Pair = tuple[str, str]
"""Unit codes of payer and receiver."""


@dataclass
class Account:
    """The lines of two units about each other, by direction."""

    paid: list[tuple[Line, Decimal]] = field(default_factory=list)
    received: list[tuple[Line, Decimal]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Open:
    """What nobody answers: lines of the payer and of the receiver that do not tell the same money, if both are there."""

    pair: Pair
    paid: tuple[tuple[Line, Decimal], ...] = ()
    received: tuple[tuple[Line, Decimal], ...] = ()


def left_over(pair: Pair, account: Account, tolerance: Decimal) -> Iterator[Open]:
    """What is not matched: differing amounts side by side, the nearest first, then single lines."""
    paid, received = sorted(account.paid, key=_by_amount), sorted(account.received, key=_by_amount)
    result = settle(_numbered(paid), _numbered(received), tolerance)
    mine, its = [paid[n] for n, _ in result.paid], [received[n] for n, _ in result.received]
    if _one_to_several(mine, its):
        yield Open(pair, tuple(mine), tuple(its))
        return
    while mine and its:
        _, a, b = min((_apart(x, y), n, m) for n, x in enumerate(mine) for m, y in enumerate(its))
        yield Open(pair, (mine.pop(a),), (its.pop(b),))
    yield from (Open(pair, paid=(line,)) for line in mine)
    yield from (Open(pair, received=(line,)) for line in its)


def _one_to_several(paid: Sequence[tuple[Line, Decimal]], received: Sequence[tuple[Line, Decimal]]) -> bool:
    """Whether the one line of a side is nearer to all lines of the other together than to any of them."""
    one, several = (paid, received) if len(paid) == 1 else (received, paid)
    if len(one) != 1 or len(several) < 2:
        return False
    return abs(one[0][1] - total(several)) < min(abs(one[0][1] - amount) for _, amount in several)


def _numbered(lines: Sequence[tuple[Line, Decimal]]) -> tuple[tuple[int, Decimal], ...]:
    return tuple((n, amount) for n, (_, amount) in enumerate(lines))


def _by_amount(one: tuple[Line, Decimal]) -> tuple[Decimal, str]:
    return one[1], one[0].row


def _apart(paid: tuple[Line, Decimal], received: tuple[Line, Decimal]) -> tuple[int, int, Decimal]:
    """Lines about one project first, then one a slip of the other, then by difference."""
    projects = [normal_name(line.text("project")) for line, _ in (paid, received)]
    return (
        not (projects[0] and projects[0] == projects[1]),
        slip(paid[1], received[1]) is None,
        abs(paid[1] - received[1]),
    )


def astray(left: Sequence[Open], tolerance: Decimal) -> dict[int, list[Open]]:
    """By the id of an open line without answer: those of the other direction and another partner, of the same amount.

    A pays to B, but it is C who says it got the money from A (or B that names C as the payer): one of them has the
    wrong partner.
    """
    single = [one for one in left if not (one.paid and one.received)]
    found: dict[int, list[Open]] = defaultdict(list)
    by_unit: dict[tuple[str, str], list[Open]] = defaultdict(list)
    for one in single:
        for code in one.pair:
            by_unit[code, PAID if one.paid else RECEIVED].append(one)
    for one in single:
        amount = total(one.paid or one.received)
        ways = (
            ((one.pair[0], RECEIVED), (one.pair[1], RECEIVED))
            if one.paid
            else ((one.pair[0], PAID), (one.pair[1], PAID))
        )
        for way in ways:
            for other in by_unit.get(way, []):
                shared = one.pair[0] == other.pair[0] or one.pair[1] == other.pair[1]
                if shared and one.pair != other.pair and abs(total(other.paid or other.received) - amount) <= tolerance:
                    found[id(one)].append(other)
    return found


def turned(left: Sequence[Open], tolerance: Decimal) -> list[tuple[Open, Open]]:
    """Pairs of lines without answer where two units give the same amount in the same direction: both say that they pay
    the other, or both that they receive from it."""
    found: list[tuple[Open, Open]] = []
    free = [one for one in left if not (one.paid and one.received)]
    while free:
        one = free.pop(0)
        for other in free:
            alike = bool(one.paid) == bool(other.paid) and one.pair == other.pair[::-1]
            if alike and abs(total(one.paid or one.received) - total(other.paid or other.received)) <= tolerance:
                free.remove(other)
                found.append((one, other))
                break
    return found


def total(lines: Sequence[tuple[Line, Decimal]]) -> Decimal:
    """Of amounts in one unit of measure."""
    return sum((amount for _, amount in lines), Decimal(0))
