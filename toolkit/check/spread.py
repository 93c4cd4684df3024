"""How far a figure lies from its peers: robust, on the logarithmic scale, so that neither the figure itself nor a few
others like it hide it, and twice as much weighs as half."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

_CONSISTENT = Decimal("1.4826")
"""MAD × this estimates the standard deviation of normal data (Iglewicz and Hoaglin 1993)."""
_LEAST = Decimal("0.078")
"""Peers that are almost equal must not make a small difference an outlier: by 3.5 deviations from here one is half as
much again as the others."""


def middle(peers: Sequence[Decimal]) -> Decimal:
    """The median."""
    return Decimal(median(peers))


def score(figure: Decimal, peers: Sequence[Decimal]) -> Decimal:
    """The modified z-score of a figure among its peers, all of them logarithms: deviations from the median by the MAD."""
    centre = Decimal(median(peers))
    spread = max(Decimal(median([abs(x - centre) for x in peers])), _LEAST)
    return abs(figure - centre) / (_CONSISTENT * spread)
