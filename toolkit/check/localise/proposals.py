"""From the failures of one return to ranked proposals for each of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.check.localise.cover import covers
from toolkit.check.localise.reach import reach_of
from toolkit.check.localise.single import common, exchanges, groups, values
from toolkit.check.localise.slips import UNIT, origins
from toolkit.check.localise.state import State
from toolkit.check.localise.system import At, Identity, System, system_of
from toolkit.check.localise.verify import mends
from toolkit.check.localise.weigh import Evidence, Judged
from toolkit.formula import Spot, evaluate
from toolkit.model.fact import Key
from toolkit.model.money import normal, round_half_up

MOST_TOLD = 5
MOST_TRIED = 16
"""Candidates put to the reference evaluator, the likeliest first."""
MOST_BENT = 24
"""Numbers tried in a cell for which no equation can be solved."""
MOST_FAILED = 60
"""Failures of one group beyond which something else is wrong than a few cells (another form, another year)."""
_ALIKE = 0.7
_EXCHANGED = 0.02
_CARRIED = 0.5


@dataclass(frozen=True)
class Proposal:
    """Numbers that, typed in these cells, mend the failure. ``cost`` ranks; ``kind`` and ``words`` say what speaks for it.

    ``mended``: how many failures it mends; ``carried``: totals that were typed must be computed again with it. ``tied``: another cell would do as well, and nothing tells which of them is wrong. ``certain``: it can mean one thing.
    """

    changes: tuple[tuple[Key, Decimal], ...]
    cost: float
    kind: str
    words: str
    mended: int = 1
    carried: bool = False
    tied: bool = False
    certain: bool = False


def propose(state: State, false: frozenset[At]) -> dict[At, tuple[Proposal, ...]]:
    """Proposals for the failures of a return, the likeliest first. ``false``: the parts that are false, by home."""
    system = _system(state, false)
    if system is None:
        return {}
    found = _by_one_cell(system)
    follows = state.following_formulas()
    if follows.following:
        carrying = _system(follows, false)
        again = _by_one_cell(carrying) if carrying is not None else {}
        found = {at: _merged(found.get(at, ()), again.get(at, ())) for at in {**found, **again}}
    evidence = Evidence(state)
    for group in _groups(system):
        if len(group) > 1 and not any(found.get(one.at) for one in group):
            told = _ranked(system, group, _together(system, evidence, group))
            found |= dict.fromkeys((one.at for one in group), told)
    return found


def _merged(plain: Sequence[Proposal], carried: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Both ways of reading values that were pasted, the likeliest first: as they stand, and as formulas would carry on."""
    known = {one.changes for one in plain}
    more = [replace(p, cost=p.cost + _CARRIED, carried=True, certain=False) for p in carried if p.changes not in known]
    both = sorted([*plain, *more], key=lambda p: (round(p.cost, 6), p.changes))[:MOST_TOLD]
    return _tied(both) if more else tuple(plain)


def _by_one_cell(system: System) -> dict[At, tuple[Proposal, ...]]:
    """For each failure what one cell, or an exchange of two, does for all that fails with it."""
    evidence = Evidence(system.state)
    found: dict[At, tuple[Proposal, ...]] = {}
    for group in _groups(system):
        singles = _singles(system, evidence, group)
        told = _ranked(system, group, [*singles, *_exchanged(system, evidence, group, singles)])
        found |= dict.fromkeys((one.at for one in group), told)
    return found


def candidates(state: State, false: frozenset[At]) -> list[tuple[Key, Decimal]]:
    """Every cell that alone would mend a group of failures, with each number that would: before any is weighed."""
    system = _system(state, false)
    found: list[tuple[Key, Decimal]] = []
    if system is None:
        return found
    for group in _groups(system):
        tried = ((key, value) for key in common(group) for value in _values(system, group, key))
        found += [(key, value) for key, value in tried if mends(system, {key: value}, group)]
    return found if found or state.following else candidates(state.following_formulas(), false)


def _system(state: State, false: frozenset[At]) -> System | None:
    reach = reach_of(state.program)
    failing = [c for part in dict.fromkeys(at[0] for at in false) if (c := reach.of_part.get(part)) is not None]
    failing = [c for c in failing if c.numeric and c.binding]
    return system_of(state, failing) if failing else None


def _groups(system: System) -> list[list[Identity]]:
    return [group for group in groups(system.failed) if len(group) <= MOST_FAILED]


def _singles(system: System, evidence: Evidence, group: Sequence[Identity]) -> list[Proposal]:
    """For each cell that all failures move with, the likeliest number that would mend them."""
    found = []
    for key in common(group):
        tried = _values(system, group, key)
        judged = [j for v in tried if (j := evidence.judge(key, v, *_terms(system, group, key))) is not None]
        best = min(judged, key=lambda j: j.cost, default=None)
        if any(key in one.bent for one in group):
            tried_first = sorted(judged, key=lambda j: (j.cost, j.value))[:MOST_BENT]
            best = next((j for j in tried_first if mends(system, {key: j.value}, group)), None)
        if best is not None:
            found.append(Proposal(((key, best.value),), best.cost, best.kind, best.words))
    return found


def _values(system: System, group: Sequence[Identity], key: Key) -> list[Decimal]:
    """The numbers that might stand in the cell instead."""
    if not system.state.may_change(key):
        return []
    typed = system.state.number(key)
    if any(key in one.bent for one in group):
        tried = [*_by_formula(system, key), *(origins(typed) if typed is not None else [])]
        return [v for v in tried if _near_enough(system, group, key, v)]
    return values(system, key, group, typed or Decimal(0))


def _by_formula(system: System, key: Key) -> list[Decimal]:
    """What the formula would give that was typed over."""
    bound = system.state.formula(key)
    found = None if bound is None else evaluate(bound, Spot(system.state.cells, key.instance, key.row))
    return [normal(found)] if isinstance(found, Decimal) and normal(found) != system.state.number(key) else []


def _near_enough(system: System, group: Sequence[Identity], key: Key, value: Decimal) -> bool:
    """Of the numbers a slip may come from, those that mend the failures that are straight in the cell."""
    step = value - (system.state.number(key) or Decimal(0))
    for one in group:
        if key in one.bent or key not in one.slopes:
            continue
        low, high = one.bounds()
        gap = float(one.gap) + float(one.slopes[key]) * float(step)
        if (low is not None and gap < float(low) - 1e-9) or (high is not None and gap > float(high) + 1e-9):
            return False
    return True


def _terms(system: System, group: Sequence[Identity], key: Key) -> tuple[tuple[Decimal, ...], int]:
    """If the cell is the one total of a plain sum that fails: its terms, and how many of them are rounded figures."""
    for one in group:
        slope = one.slopes.get(key)
        others = [k for k in one.slopes if k != key]
        if slope is None or one.sign != "=" or len(others) < 2 or any(one.slopes[k] != -slope for k in others):
            continue
        numbers = [v for k in others if (v := system.state.number(k)) is not None]
        rounded = [v for v in numbers if round_half_up(v, 1) != v]
        return tuple(numbers), len(rounded) if len(rounded) > 1 else 0
    return (), 0


def _exchanged(
    system: System, evidence: Evidence, group: Sequence[Identity], singles: Sequence[Proposal]
) -> list[Proposal]:
    """Neighbours that were exchanged, or an entry that slipped into the next row; not where one of them would do."""
    enough = {key for one in singles for key, _ in one.changes}
    keys = sorted({k for one in group for k in one.slopes if system.state.may_change(k) and k not in enough})
    beside = {key: evidence.neighbours(key) for key in keys}
    found = []
    for key, other in exchanges(system, group, beside):
        here, there = system.state.number(key), system.state.number(other)
        if other in enough:
            continue
        words = "与相邻的数互换了位置，可能串行或串栏"
        cost = -math.log(_EXCHANGED) + math.log(4) + evidence.cell(key) + evidence.cell(other)
        cost += 0.0 if here and there else 1.0
        changes = ((key, there or Decimal(0)), (other, here or Decimal(0)))
        found.append(Proposal(changes, cost, "exchanged", words))
    return found


def _together(system: System, evidence: Evidence, group: Sequence[Identity]) -> list[Proposal]:
    """Sets of several cells, by the solver."""
    if not all(one.sign == "=" and one.slopes for one in group):
        return []
    keys = {k for one in system.identities for k in one.slopes if system.state.may_change(k)}
    # A cheaper cell is one with evidence against it; one cell more always costs more than any evidence saves.
    weights = {key: 10.0 + max(-4.0, min(4.0, evidence.cell(key))) / 2 for key in keys}
    found = []
    for changes in covers(system, group, weights, MOST_TRIED):
        judged = [evidence.judge(key, value) for key, value in sorted(changes.items())]
        if all(judged):
            sure = [j for j in judged if j is not None]
            found.append(_joined(sorted(changes), sure))
    return found


def _joined(keys: Sequence[Key], judged: Sequence[Judged]) -> Proposal:
    words = "；".join(dict.fromkeys(j.words for j in judged if j.words))
    changes = tuple((key, j.value) for key, j in zip(keys, judged, strict=True))
    return Proposal(changes, sum(j.cost for j in judged), "together", words)


def _ranked(system: System, group: Sequence[Identity], found: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The proposals that verify, the likeliest first; ties are marked."""
    kept: list[Proposal] = []
    for one in sorted(found, key=lambda p: (round(p.cost, 6), p.changes))[:MOST_TRIED]:
        if mends(system, dict(one.changes), group):
            kept.append(replace(one, mended=len(group)))
            if len(kept) == MOST_TOLD:
                break
    if len(kept) == len(found) == 1:
        return (replace(kept[0], certain=_certain(group, kept[0])),)
    return _tied(kept)


def _tied(ranked: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The first and those as good as it are marked, and no other; none is certain where there are several."""
    alike = [p.cost - ranked[0].cost < _ALIKE for p in ranked]
    several = sum(alike) > 1
    return tuple(
        replace(p, tied=several and same, certain=p.certain and len(ranked) == 1)
        for p, same in zip(ranked, alike, strict=True)
    )


def _certain(group: Sequence[Identity], one: Proposal) -> bool:
    """Only where one cell alone can be wrong, two identities ask for the same number, and it is a slip of 10 000."""
    equal = [i for i in group if i.sign == "="]
    return one.kind == UNIT and len(one.changes) == 1 and len(equal) > 1 and len({i.of.check.code for i in equal}) > 1
