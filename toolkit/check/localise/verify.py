"""Whether a proposed change mends what failed and breaks nothing else: asked of the reference evaluator, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from toolkit.check.localise.reach import Comparison, reach_of
from toolkit.check.localise.system import Identity, System
from toolkit.formula import Check, Spot, evaluate, homes
from toolkit.model.fact import Key


def mends(system: System, changes: Mapping[Key, Decimal], failed: Iterable[Identity]) -> bool:
    """Whether, with these numbers typed, the ``failed`` identities hold and no part that held, or could not run, fails.

    What cannot fail in a correct return decides: identities of any severity and conditions at error level.
    """
    state = system.state
    keys = frozenset(changes)
    order = {(c.block, c.row, c.field): n for n, c in enumerate(state.program.computed)}
    dependents = sorted(system.forms.dependents(keys), key=lambda k: _rank(order, k))
    cells = state.changed(changes, iter(dependents)).cells
    mended = {one.at for one in failed}
    for one in failed:
        if evaluate(one.of.part.bound, Spot(cells, one.at[1], one.at[2])) is not True:
            return False
    touched = keys.union(dependents)
    near = reach_of(state.program).near({(k.block, k.field) for k in touched})
    for comparison in near:
        if not comparison.binding and comparison.severity.value != "error":
            continue
        for instance, row in _homes(comparison, touched, cells):
            at = (id(comparison.part), instance, row)
            if at in mended:
                continue
            bound = comparison.part.bound
            if evaluate(bound, Spot(cells, instance, row)) is False:
                was = evaluate(bound, Spot(state.cells, instance, row))
                if was is not False:
                    return False
    return True


def _homes(comparison: Comparison, touched: frozenset[Key], cells: object) -> list[tuple[str, str]]:
    check: Check = comparison.check
    places = homes(check, cells)  # type: ignore[arg-type]
    if not comparison.local:
        return places
    rows = {(k.instance, k.row) for k in touched if k.block == check.domain.block}
    return [place for place in places if place in rows]


def _rank(order: Mapping[tuple[str, str, str], int], key: Key) -> tuple[int, Key]:
    listed = order.get((key.block, "*", key.field), 0)
    return order.get((key.block, key.row, key.field), listed), key
