"""The identities of one return around its failures, as linear rows over the cells that somebody typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from toolkit.check.localise.linear import Linear, Linearised
from toolkit.check.localise.reach import Comparison, reach_of
from toolkit.check.localise.state import State
from toolkit.formula import Op, Spot, evaluate, homes
from toolkit.model.fact import Key

MOST_HOMES = 4000
"""Homes of comparisons looked at around the failures of one return: beyond that it is told without localisation."""

At = tuple[int, str, str]
"""A comparison of a return: the identity of its part, instance and row of its home."""


@dataclass(frozen=True)
class Identity:
    """A comparison at one home: ``gap`` (left − right) must agree with ``sign`` within ``tolerance``.

    ``slopes``: how the gap moves with each typed cell; ``bent``: cells in which that holds only nearby.
    """

    of: Comparison
    at: At
    sign: str
    tolerance: Decimal
    gap: Decimal
    slopes: Mapping[Key, Fraction]
    bent: frozenset[Key]
    failed: bool

    @property
    def keys(self) -> frozenset[Key]:
        return self.bent.union(self.slopes)

    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Between which the gap must lie."""
        low = -self.tolerance if self.sign in ("=", ">=", ">") else None
        high = self.tolerance if self.sign in ("=", "<=", "<") else None
        return low, high


@dataclass(frozen=True)
class System:
    """The identities around the failures of a return. ``by_key``: those that move with a typed cell."""

    state: State
    forms: Linearised
    identities: tuple[Identity, ...]
    by_key: Mapping[Key, tuple[Identity, ...]]

    @property
    def failed(self) -> list[Identity]:
        return [one for one in self.identities if one.failed and one.of.binding]


def system_of(state: State, failing: Sequence[Comparison]) -> System | None:
    """The system around these failing comparisons; None where there would be too much of it."""
    reach = reach_of(state.program)
    columns = {c for one in failing for c in one.columns}
    near = reach.near(columns)
    near = [one for one in reach.near({c for n in near if n.numeric for c in n.columns}) if one.numeric]
    forms = Linearised(state)
    found: list[Identity] = []
    asked = 0
    for comparison in near:
        places = homes(comparison.check, state.cells)
        asked += len(places)
        if asked > MOST_HOMES:
            return None
        for instance, row in places:
            one = _identity(forms, comparison, instance, row)
            if one is not None:
                found.append(one)
    by_key: dict[Key, list[Identity]] = {}
    for one in found:
        for key in one.keys:
            by_key.setdefault(key, []).append(one)
    return System(state, forms, tuple(found), {k: tuple(v) for k, v in by_key.items()})


def _identity(forms: Linearised, comparison: Comparison, instance: str, row: str) -> Identity | None:
    """The comparison at a home; None where it has no answer there or no typed number in it."""
    bound = comparison.part.bound
    spot = Spot(forms.state.cells, instance, row)
    truth = evaluate(bound, spot)
    if not isinstance(bound, Op) or not isinstance(truth, bool):
        return None
    left, right = (forms.term(side, spot) for side in bound.args)
    if left.value is None or right.value is None:
        return None
    slopes = _difference(left, right)
    bent = left.bent | right.bent
    if not slopes and not bent:
        return None
    tolerance = bound.tolerance or Decimal(0)
    if truth:  # what holds may be set off by roundings inside it; what fails must be mended exactly
        tolerance += left.slack + right.slack
    at = (id(comparison.part), instance, row)
    return Identity(comparison, at, bound.name, tolerance, left.value - right.value, slopes, bent, not truth)


def _difference(left: Linear, right: Linear) -> dict[Key, Fraction]:
    slopes = dict(left.slopes)
    for key, slope in right.slopes.items():
        slopes[key] = slopes.get(key, Fraction(0)) - slope
    return {key: slope for key, slope in slopes.items() if slope}
