"""The slips people make when they type a number, and how often each leads from one number to another.

``chance(typed, meant)`` is about P(typed | meant): the share of the kind among slips, over the ways it can go. It is not
tuned to any one table; a kind that can go few ways (ten thousand times as much) says more than one that can go many (some
other digit). One place for all of them: the words, the shares, the values a slip may come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model.money import normal, plain

_TOLERANCE = Decimal("0.005")
UNIT, TRANSPOSED, SIGN, POINT = "unit", "transposed", "sign", "point"
DOUBLED, MISSING, EXTRA, DIGIT, ROUNDED = "doubled", "missing", "extra", "digit", "rounded"
OTHER = "other"

_SHARES = {
    UNIT: 0.14, TRANSPOSED: 0.14, SIGN: 0.05, POINT: 0.10, DOUBLED: 0.06, MISSING: 0.10, EXTRA: 0.06, DIGIT: 0.12,
    OTHER: 0.08,
}  # fmt: skip
_SCALES = {10_000: 0.8, 1_000: 0.08, 100_000_000: 0.06, 10_000_000: 0.06}
_POINTS = (10, 100)


@dataclass(frozen=True, slots=True)
class Slip:
    """How a typed number may have come from the one meant. ``cost``: −ln of the chance of typing it so; ``words``: why."""

    kind: str
    cost: float
    words: str


def slip(typed: Decimal, meant: Decimal) -> Slip:
    """The likeliest slip from ``meant`` to ``typed``; kind OTHER where no pattern explains it."""
    best = Slip(OTHER, -math.log(_SHARES[OTHER]) + unexplained(typed), "")
    for found in _slips(typed, meant):
        if found.cost < best.cost:
            best = found
    return best


def unexplained(typed: Decimal) -> float:
    """−ln of the chance of just this number among those of its length: 2.3 a digit."""
    return math.log(10) * max(len(_digits(typed)), 3)


def _slips(typed: Decimal, meant: Decimal) -> Iterator[Slip]:
    if not typed or not meant or typed == meant:
        return
    if typed == -meant:
        yield Slip(SIGN, _cost(SIGN, 1), "正负号相反")
    if (typed < 0) != (meant < 0):
        return
    yield from _scaled(abs(typed), abs(meant))
    yield from _spelled(_digits(typed, meant), _digits(meant, typed))
    yield from _dropped(abs(typed), abs(meant))


def _scaled(typed: Decimal, meant: Decimal) -> Iterator[Slip]:
    for factor, share in _SCALES.items():
        words = {
            10_000: ("恰为应填数的一万倍，可能按“元”填列，应为万元", "恰为应填数的万分之一，可能多除了一次一万"),
            1_000: ("恰为应填数的一千倍，计量单位可能填错", "恰为应填数的千分之一，计量单位可能填错"),
        }.get(factor, ("按另一计量单位填列，比应填数大得多", "按另一计量单位填列，比应填数小得多"))
        cost = -math.log(_SHARES[UNIT] * share / 2)
        if _same(typed, meant * factor):
            yield Slip(UNIT, cost, words[0])
        if _same(typed * factor, meant) or _rounded(typed, meant, factor):
            yield Slip(UNIT, cost, words[1])
    for factor in _POINTS:
        if typed == meant * factor or typed * factor == meant:
            yield Slip(POINT, _cost(POINT, 2 * len(_POINTS)), "小数点错位")


def _spelled(typed: str, meant: str) -> Iterator[Slip]:
    """Slips of the digits alone; both as written at the same places after the point."""
    n = len(meant)
    if len(typed) == n and sum(a != b for a, b in zip(typed, meant, strict=True)) == 1:
        yield Slip(DIGIT, _cost(DIGIT, 9 * n), "一位数字不同")
    width = max(n, len(typed))
    if _swapped(typed.zfill(width), meant.zfill(width)):
        yield Slip(TRANSPOSED, _cost(TRANSPOSED, max(n - 1, 1)), "相邻两位数字颠倒")


def _swapped(typed: str, meant: str) -> bool:
    """Whether two neighbouring digits stand the other way round; 0.88 typed as 8.08 too."""
    apart = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    i, j = apart
    return typed[i] == meant[j] and typed[j] == meant[i]


def _dropped(typed: Decimal, meant: Decimal) -> Iterator[Slip]:
    """A digit left out, typed twice, or one too many, as the numbers are written."""
    short, long = _text(typed), _text(meant)
    if typed in _without_one(long):
        yield Slip(MISSING, _cost(MISSING, len(long)), "少了一位数字")
    if meant in _without_one(short):
        doubled = any(
            Decimal(short[:i] + short[i + 1 :]) == meant for i in range(1, len(short)) if short[i] == short[i - 1]
        )
        yield (
            Slip(DOUBLED, _cost(DOUBLED, len(long)), "一位数字重复")
            if doubled
            else Slip(EXTRA, _cost(EXTRA, 10 * (len(long) + 1)), "多了一位数字")
        )


def _text(number: Decimal) -> str:
    return plain(normal(abs(number)))


def _without_one(text: str) -> set[Decimal]:
    """The numbers that are left when one digit is taken out."""
    kept = (text[:i] + text[i + 1 :] for i, mark in enumerate(text) if mark != ".")
    return {Decimal(one) for one in kept if any(mark != "." for mark in one)}


def _cost(kind: str, ways: int) -> float:
    return -math.log(_SHARES[kind] / ways)


def _same(a: Decimal, b: Decimal) -> bool:
    """Equal but for rounding: in the sixth significant place, or in the cents of a figure of some size."""
    return abs(a - b) <= max(Decimal("0.000001"), abs(b) / 1_000_000) or (abs(a - b) <= _TOLERANCE and min(a, b) >= 5)


def _rounded(typed: Decimal, meant: Decimal, factor: int) -> bool:
    """Whether the larger unit was typed with two places: 4 812 365 元 as 481.24 (万元)."""
    return typed >= 5 and abs(typed * factor - meant) <= _TOLERANCE * factor


def _digits(number: Decimal, beside: Decimal | None = None) -> str:
    """The digits as written, at the places after the point that ``number`` or ``beside`` has; zeros in front left out."""
    places = max(-int(normal(v).as_tuple().exponent) for v in (number, number if beside is None else beside))
    return plain(abs(number).scaleb(max(places, 0)).quantize(Decimal(1))).lstrip("0") or "0"


def origins(typed: Decimal, most: int = 400) -> list[Decimal]:
    """The numbers some slip leads from to ``typed``: to be tried where no equation gives one."""
    found = [-typed]
    for factor in (*_SCALES, *_POINTS):
        found += [typed / factor, typed * factor]
    digits, places = _digits(typed), max(-int(normal(typed).as_tuple().exponent), 0)
    spelled = [digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)]
    spelled += [digits[:i] + digits[i + 1 :] for i in range(len(digits)) if len(digits) > 1]
    spelled += [digits[:i] + d + digits[i:] for i in range(len(digits) + 1) for d in "0123456789"]
    spelled += [digits[:i] + d + digits[i + 1 :] for i in range(len(digits)) for d in "0123456789"]
    found += [Decimal(text).scaleb(-places).copy_sign(typed) for text in spelled]
    return [v for v in dict.fromkeys(normal(v) for v in found if abs(v) < 10**12) if v != typed][:most]
