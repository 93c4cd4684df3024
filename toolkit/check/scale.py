"""Amounts in 元 beside amounts in 万元: how far rounding may set them apart, and what looks like a slip of 10 000."""

from __future__ import annotations

from decimal import Decimal

from toolkit.model.money import AMOUNT_TOLERANCE, round_half_up

_SLIP = Decimal(10_000)
_NEAR = (Decimal(5_000), Decimal(20_000))
"""A figure that is not the same but of the same kind (a request and its ceiling) lies within twice and half."""

AS_YUAN, AS_WAN = "as_yuan", "as_wan"


def rounding(figure: Decimal, typed: int, tolerance: Decimal) -> Decimal:
    """The tolerance for a figure beside ``typed`` amounts that units rounded to 0.01.

    ``tolerance`` where the figure itself has no more places; half a unit of the second place for each rounded amount
    where it has (舍位平衡: 4 812 365 元 is typed as 481.24 万元).
    """
    exact = figure == round_half_up(figure, 2)
    return tolerance if exact else max(tolerance, AMOUNT_TOLERANCE * typed)


def slip(figure: Decimal, other: Decimal, *, near: bool = False) -> str | None:
    """AS_YUAN where ``figure`` is 10 000 times ``other``, AS_WAN where it is a ten-thousandth of it, else None.

    ``near``: the two need not be the same number, only of the same size.
    """
    if figure <= 0 or other <= 0:
        return None
    for large, small, found in ((figure, other, AS_YUAN), (other, figure, AS_WAN)):
        if near:
            if _NEAR[0] * small <= large <= _NEAR[1] * small:
                return found
        elif abs(large - small * _SLIP) <= max(AMOUNT_TOLERANCE * (_SLIP if found == AS_WAN else 1), large / 1_000_000):
            return found
    return None


def as_meant(figure: Decimal, found: str) -> Decimal:
    """The figure as it would stand without the slip."""
    return figure / _SLIP if found == AS_YUAN else figure * _SLIP


def slip_words(found: str | None, what: str = "应有数") -> str:
    """What to tell of a slip, to follow a sentence; "" for none."""
    if found is None:
        return ""
    if found == AS_YUAN:
        return f"，约为{what}的一万倍，可能按“元”填列，应为万元"
    return f"，约为{what}的万分之一，可能多除了一次一万"
