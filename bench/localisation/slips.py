"""The slips that are planted: each a way of typing a number wrong, and how often it is drawn.

Written apart from the detector, from what clerks report. ``outcomes`` lists all that a slip may make of a number, each
as likely as the others; so the chance of a typed number, if another was meant, can be worked out exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise

Around = Sequence[Decimal]
"""The numbers next to the cell: the year before, the rows above and below."""


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _units(value: Decimal, _: Around) -> list[Decimal]:
    return [value * 10000, value * 10000, value * 10000, round(value / 10000, 6)]


def _thousands(value: Decimal, _: Around) -> list[Decimal]:
    return [value * 1000, round(value / 1000, 6)]


def _transposed(value: Decimal, _: Around) -> list[Decimal]:
    text = _text(value)
    at = [i for i, mark in enumerate(text) if mark.isdigit()]
    made = []
    for i, j in pairwise(at):
        letters = list(text)
        letters[i], letters[j] = letters[j], letters[i]
        made.append(Decimal("".join(letters)))
    return made


def _missing(value: Decimal, _: Around) -> list[Decimal]:
    text = _text(value)
    cut = [text[:i] + text[i + 1 :] for i, mark in enumerate(text) if mark.isdigit()]
    return [Decimal(one) for one in cut if one.strip(".-")]


def _extra(value: Decimal, _: Around) -> list[Decimal]:
    text = _text(value)
    return [Decimal(text[:i] + digit + text[i:]) for i in range(1, len(text) + 1) for digit in "0123456789"]


def _doubled(value: Decimal, _: Around) -> list[Decimal]:
    text = _text(value)
    return [Decimal(text[:i] + mark + text[i:]) for i, mark in enumerate(text) if mark.isdigit()]


def _digit(value: Decimal, _: Around) -> list[Decimal]:
    text = _text(value)
    at = [i for i, mark in enumerate(text) if mark.isdigit()]
    return [Decimal(text[:i] + digit + text[i + 1 :]) for i in at for digit in "0123456789"]


def _sign(value: Decimal, _: Around) -> list[Decimal]:
    return [-value]


def _point(value: Decimal, _: Around) -> list[Decimal]:
    return [value * 10, value * 100, value / 10, value / 100]


def _copied(_: Decimal, around: Around) -> list[Decimal]:
    return list(around)


KINDS: dict[str, tuple[str, Callable[[Decimal, Around], list[Decimal]], float]] = {
    "units": ("元／万元（×10⁴、÷10⁴）", _units, 0.18),
    "thousands": ("千元（×10³、÷10³）", _thousands, 0.05),
    "transposed": ("相邻数字颠倒", _transposed, 0.16),
    "missing": ("少一位", _missing, 0.12),
    "extra": ("多一位", _extra, 0.08),
    "doubled": ("一位重复", _doubled, 0.08),
    "digit": ("一位打错", _digit, 0.13),
    "sign": ("正负号", _sign, 0.05),
    "point": ("小数点错位", _point, 0.08),
    "copied": ("串行、错填上年数", _copied, 0.07),
}
"""By name: the heading, all that may come of it, the share of planted slips."""


def chance(typed: Decimal, meant: Decimal, around: Around) -> float:
    """The chance that ``meant`` is typed as ``typed``, over all kinds."""
    total = 0.0
    for _, outcomes, share in KINDS.values():
        made = [one for one in outcomes(meant, around) if one != meant]
        if made:
            total += share * sum(abs(one - typed) < Decimal("0.0000005") for one in made) / len(made)
    return total
