"""Operators and functions of values that are all known: unknown in any argument is unknown in the result."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from functools import lru_cache
from typing import Any

from toolkit.formula.patterns import regex
from toolkit.model.money import round_half_up

EXACT = Context(prec=200, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Wide enough that sums and products of cells never round."""


def _divide(above: Decimal, below: Decimal) -> Fraction | None:
    """The exact quotient, unknown for a division by zero. Only ROUND asks for it."""
    return Fraction(above) / Fraction(below) if below else None


def _round(value: Decimal | Fraction, digits: Decimal) -> Decimal:
    """Half away from zero."""
    places = int(digits)
    if isinstance(value, Decimal):
        return round_half_up(value, places)
    exact = abs(value) * 10**places
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    rounded = Decimal(whole).scaleb(-places, EXACT)
    return -rounded if value < 0 else rounded


def _right(text: str, count: Decimal) -> str:
    return text[max(0, len(text) - int(count)) :]


def _mid(text: str, start: Decimal, count: Decimal) -> str:
    return text[int(start) - 1 : int(start) - 1 + int(count)]


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(regex(pattern))


STRICT: dict[str, Callable[..., Any]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": _divide,
    "NEG": Decimal.copy_negate,
    "ABS": Decimal.copy_abs,
    "ROUND": _round,
    "LEN": lambda text: Decimal(len(text)),
    "LEFT": lambda text, count: text[: int(count)],
    "RIGHT": _right,
    "MID": _mid,
    "&": lambda *parts: "".join(parts),
    "CONTAINS": lambda text, part: part != "" and part in text,
    "STARTS": str.startswith,
    "MATCHES": lambda text, pattern: _compiled(pattern).fullmatch(text) is not None,
}
