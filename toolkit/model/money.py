"""Exact numbers: how a double, a text or a decimal becomes the one decimal we keep (decisions 1)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

PLACES = Decimal("0.000001")
LIMIT = Decimal(10) ** 12
"""Values at or beyond ±LIMIT are invalid when read, so no product of two can overflow 38 digits."""

AMOUNT_TOLERANCE = Decimal("0.005")
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)

_TO_YUAN = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "亿元": Decimal(100000000)}


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round half away from zero to ``digits`` places, as Excel's ROUND does."""
    return value.quantize(Decimal(1).scaleb(-digits), context=_WIDE)


def from_double(number: float) -> Decimal:
    """The decimal of a cell's double at 15 significant digits (Excel stores 2994.7 as 2994.6999…)."""
    return normal(_FIFTEEN.create_decimal(repr(number)))


def normal(value: Decimal) -> Decimal:
    """``value`` at no more than 6 places, without exponent and without trailing zeros."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1), context=_WIDE)
    return round_half_up(value, 6).normalize(_WIDE)


def in_range(value: Decimal) -> bool:
    """Whether the value is a finite number below ±LIMIT."""
    return value.is_finite() and abs(value) < LIMIT


def convert(value: Decimal, unit_from: str, unit_to: str) -> Decimal:
    """An amount in another unit of money, exact (元 ÷ 10 000). Raises KeyError for a unit unknown."""
    return value * _TO_YUAN[unit_from] / _TO_YUAN[unit_to]


def is_money(unit: str | None) -> bool:
    """Whether ``unit`` is a unit of money this toolkit converts."""
    return unit in _TO_YUAN


def plain(value: Decimal) -> str:
    """The decimal as a plain string: ``2994.70`` stays as it is, never ``3E+3``."""
    return format(value, "f")
