"""Guesses at what went wrong when two amounts differ: a slip of ten thousand, swapped digits, a term left out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.check.wording import number
from toolkit.model.finding import Likely
from toolkit.model.money import normal, plain

SLIP = Decimal(10_000)
_TOLERANCE = Decimal("0.005")
_CENT = Decimal("0.01")


def guesses(
    actual: Decimal, expected: Decimal, addends: Sequence[tuple[int, str, Decimal]] = (), decimals: int = 2
) -> tuple[Likely, ...]:
    """Ranked guesses. ``addends``: (index into the places, label, value) of the terms of a plain sum.

    A guess is only made where it explains the whole difference.
    """
    found = _slips(actual, expected, addends, decimals)
    if swapped(actual, expected):
        found.append(Likely(0, number(expected, decimals), "相邻两位数字颠倒"))
    for place, label, value in addends:
        wanted = value + actual - expected
        if swapped(value, wanted):
            found.append(Likely(place, number(wanted, decimals), f"{label}相邻两位数字颠倒"))
    if len(addends) > 1 and not found:
        found += [
            Likely(0, number(expected, decimals), f"差额恰为{label}，合计可能漏加了这一项")
            for _, label, value in addends
            if value and abs(expected - actual - value) <= _TOLERANCE
        ]
    return tuple(found[:3])


def _slips(
    actual: Decimal, expected: Decimal, addends: Sequence[tuple[int, str, Decimal]], decimals: int
) -> list[Likely]:
    """The total itself, or one term of its sum, in 元 where 万元 are asked for, or the other way round."""
    found = []
    if _same(actual, expected * SLIP):
        found.append(Likely(0, number(expected, decimals), "恰为应填数的一万倍，可能按“元”填列，应为万元"))
    elif _same(actual * SLIP, expected):
        found.append(Likely(0, number(expected, decimals), "恰为应填数的万分之一，可能多除了一次一万"))
    for place, label, value in addends:
        rest = expected - value
        for wanted, why in ((value / SLIP, "可能按“元”填列，应为万元"), (value * SLIP, "可能多除了一次一万")):
            if wanted >= _CENT and _same(rest + wanted, actual) and not _same(expected, actual):
                found.append(Likely(place, number(normal(wanted), decimals), f"{label}{why}"))
    return found


def _same(a: Decimal, b: Decimal) -> bool:
    """Equal but for rounding in the sixth significant place, and not both nothing."""
    return a != 0 and b != 0 and abs(a - b) <= max(_TOLERANCE, abs(b) / 1_000_000)


def swapped(a: Decimal, b: Decimal) -> bool:
    """Whether swapping two neighbouring digits (the point left out) turns one number into the other."""
    if a == b or (a < 0) != (b < 0):
        return False
    places = max(-int(normal(v).as_tuple().exponent) for v in (a, b))
    left, right = (plain(abs(v).scaleb(places).quantize(Decimal(1))) for v in (a, b))
    width = max(len(left), len(right))
    left, right = left.zfill(width), right.zfill(width)
    apart = [i for i in range(width) if left[i] != right[i]]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    i, j = apart
    return left[i] == right[j] and left[j] == right[i]
