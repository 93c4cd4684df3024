"""The most that any method could reach: who knew the slips and their shares, but not which figures were meant.

For each cell of a planted return that could mend everything alone, the chance that its number was meant and mistyped as
what is there. Of the cells so explained the likeliest is right with its share of the sum. What else is known of a figure
(its size last year, whether a formula was typed over) is not in it, so a method may come out a little above.
"""

from __future__ import annotations

from decimal import Decimal

from bench.fills import Filler
from bench.localisation.plant import Planted, around, broken
from bench.localisation.slips import chance
from bench.returns import as_return
from toolkit.check.localise.proposals import candidates
from toolkit.check.localise.state import State
from toolkit.formula import Spot, evaluate, homes
from toolkit.model.fact import Key


def ceiling(filler: Filler, planted: Planted) -> tuple[float, float]:
    """(first, among three): the chances of the likeliest cell, and of the three likeliest."""
    found = as_return(filler, planted.fill, "")
    state = State(filler.program, found.facts, found.submitted)
    false = frozenset(_false(filler, planted))
    mending: dict[Key, set[Decimal]] = {planted.key: {planted.meant}}
    for key, value in candidates(state, false):
        mending.setdefault(key, set()).add(value)
    full = filler.full(planted.fill)
    chances = []
    for key, values in mending.items():
        typed = full.get(key)
        beside = around(filler, full, key)
        if isinstance(typed, Decimal):
            chances.append(sum(chance(typed, value, beside) for value in values))
    total = sum(chances)
    ranked = sorted((one / total for one in chances), reverse=True) if total else [1.0]
    return ranked[0], sum(ranked[:3])


def _false(filler: Filler, planted: Planted) -> list[tuple[int, str, str]]:
    cells = filler.cells(planted.fill)
    ids = {check for check, _, _ in broken(filler.program, cells)}
    return [
        (id(part), instance, row)
        for check in filler.program.checks
        if check.id in ids
        for instance, row in homes(check, cells)
        for level in check.levels
        for part in level.parts
        if evaluate(part.bound, Spot(cells, instance, row)) is False
    ]
