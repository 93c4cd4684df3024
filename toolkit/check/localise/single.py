"""One cell, or two that were exchanged, that mend all failures of a group: found exactly, without a solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from toolkit.check.localise.linear import decimal
from toolkit.check.localise.system import Identity, System
from toolkit.model.fact import Key
from toolkit.model.money import normal, round_half_up

Interval = tuple[Fraction | None, Fraction | None]


def groups(failed: Sequence[Identity]) -> list[list[Identity]]:
    """Failures that share a cell, together: others have nothing to do with each other."""
    found: list[tuple[set[Key], list[Identity]]] = []
    for one in failed:
        keys, members = set(one.keys), [one]
        rest = []
        for held, others in found:
            if held & keys:
                keys |= held
                members = others + members
            else:
                rest.append((held, others))
        found = [*rest, (keys, members)]
    return [members for _, members in found]


def common(failed: Sequence[Identity]) -> list[Key]:
    """The cells that all these failures move with, in the order of the return."""
    keys = set(failed[0].keys)
    for one in failed[1:]:
        keys &= one.keys
    return sorted(keys)


def values(system: System, key: Key, failed: Sequence[Identity], at: Decimal) -> list[Decimal]:
    """The numbers that this cell alone could hold so that the failures are mended and nothing linear near is broken.

    The one that makes an identity hold exactly comes first. ``at``: what is there (0 for a blank).
    """
    if any(key in one.bent for one in failed):
        return []
    low, high = allowed(system, {key: Fraction(1)}, failed)
    if low is not None and high is not None and low > high:
        return []
    exact = [decimal(-Fraction(one.gap) / one.slopes[key]) for one in failed if one.sign == "="]
    ends = [decimal(end) for end in (low, high) if end is not None and end != 0]
    found = []
    for step in [*exact, *ends]:
        if normal(at + step) == at + step and _inside(step, low, high):
            found.append(normal(at + step))
        for places in (2, 6):
            value = round_half_up(at + step, places)
            if _inside(value - at, low, high):
                found.append(normal(value))
    return [v for v in dict.fromkeys(found) if v != at]


def allowed(system: System, direction: Mapping[Key, Fraction], failed: Iterable[Identity]) -> Interval:
    """How far one may go in this direction: the failures must hold then, and what holds must not fail."""
    must = {one.at for one in failed}
    low: Fraction | None = None
    high: Fraction | None = None
    touched = {one.at: one for key in direction for one in system.by_key.get(key, ())}
    for one in touched.values():
        if (one.failed and one.at not in must) or not one.of.binding or one.bent & direction.keys():
            continue
        slope = sum((one.slopes.get(key, Fraction(0)) * step for key, step in direction.items()), Fraction(0))
        if not slope:
            if one.at in must:
                return Fraction(1), Fraction(0)
            continue
        least, most = (None if b is None else (Fraction(b) - Fraction(one.gap)) / slope for b in one.bounds())
        if slope < 0:
            least, most = most, least
        low = least if low is None else low if least is None else max(low, least)
        high = most if high is None else high if most is None else min(high, most)
    return low, high


def exchanges(
    system: System, failed: Sequence[Identity], beside: Mapping[Key, Sequence[Key]]
) -> Iterator[tuple[Key, Key]]:
    """Pairs of neighbours that, exchanged, would mend the failures and break nothing linear near."""
    for key, others in beside.items():
        for other in others:
            if other in beside and other < key:
                continue
            here, there = system.state.number(key) or Decimal(0), system.state.number(other) or Decimal(0)
            step = Fraction(there) - Fraction(here)
            if step and _holds(system, {key: step, other: -step}, failed):
                yield key, other


def _holds(system: System, steps: Mapping[Key, Fraction], failed: Sequence[Identity]) -> bool:
    if any(not (one.keys & steps.keys()) for one in failed):
        return False
    low, high = allowed(system, steps, failed)
    return (low is None or low <= 1) and (high is None or high >= 1)


def _inside(step: Decimal, low: Fraction | None, high: Fraction | None) -> bool:
    return (low is None or Fraction(step) >= low) and (high is None or Fraction(step) <= high)
