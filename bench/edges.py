"""How close the two sides of a comparison of numbers are to where its answer changes."""

from __future__ import annotations

from decimal import Decimal
from math import gcd

from toolkit.formula import Bound, Check, Literal, Op, Spot, evaluate, walk
from toolkit.model.money import round_half_up

INSIDE, OUTSIDE = "inside", "outside"
EDGES = (INSIDE, OUTSIDE)

EXACT = Decimal(2**33)
"""Below this a double tells six decimals apart, and the workbook sees a tolerance where we do. No amount comes near (in
万元 it is 85.9 万亿元); a rate over next to nothing can go beyond, and there the last decimals of a typed number are lost.
"""


def comparisons(check: Check) -> tuple[Op, ...]:
    """The comparisons of numbers in a check, each once."""
    found = [t for level in check.levels for part in level.parts for t in walk(part.bound)]
    return tuple(dict.fromkeys(t for t in found if isinstance(t, Op) and t.tolerance is not None))


def gap_of(term: Op, spot: Spot) -> Decimal | None:
    """How far apart the two sides are, None where one is unknown."""
    left, right = (evaluate(arg, spot) for arg in term.args)
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    return abs(round_half_up(left - right, 6))


def edge_of(term: Op, gap: Decimal) -> str | None:
    """Inside: within the tolerance though not equal (without tolerance: equal). Outside: beyond, up to twice as much
    (without tolerance: up to the least step). None: far from it, or equal where there is a tolerance.
    """
    tolerance = term.tolerance or Decimal(0)
    if gap <= tolerance:
        return INSIDE if gap or not tolerance else None
    return OUTSIDE if gap <= (2 * tolerance or least_step(term)) else None


def least_step(term: Op) -> Decimal:
    """What the sides of a comparison without tolerance can least differ by: of whole numbers, else 0.01."""
    whole = max(arg.scale for arg in term.args) == 0
    return Decimal(gcd(*map(_grain, term.args)) or 1) if whole else Decimal("0.01")


def _grain(term: Bound) -> int:
    """A number that every value of a whole term is a multiple of."""
    if isinstance(term, Literal) and isinstance(term.value, Decimal):
        return int(term.value)
    if isinstance(term, Op) and term.name == "*":
        return _grain(term.args[0]) * _grain(term.args[1])
    if isinstance(term, Op) and term.name in ("+", "-", "NEG"):
        return gcd(*map(_grain, term.args))
    return 1
