"""How far each node of the roster's tree has come: expected, accepted, missing, late, doubled, unknown."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from toolkit.check.submissions import Group
from toolkit.model.fact import Status
from toolkit.report.results import Results
from toolkit.store.bureau import RosterEntry
from toolkit.store.tree import Tree

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_CAME = (Status.ACCEPTED, Status.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class NodeTally:
    """One node with all below it. ``late``: returned after the last day for it; ``doubled``: units that returned more
    than one version; ``unknown``: accepted units of which no return is expected.
    """

    code: str
    name: str
    depth: int
    expected: int
    accepted: int
    missing: int
    late: int
    doubled: int
    unknown: int


def by_node(results: Results, tree: Tree, group: Group, node: str) -> list[NodeTally]:
    """The nodes from ``node`` down that have others below them, for one collection. Nobody is late here: reports are
    the same whenever they are written.
    """
    accepted = {s.identity.unit for s in results.of_group(group)}
    doubled = {r.unit for r in results.received if r.status == Status.SUPERSEDED}
    return turnout(tree, node, accepted, doubled)


def turnout(
    tree: Tree, node: str, accepted: Collection[str], doubled: Collection[str], late: Collection[str] = ()
) -> list[NodeTally]:
    """The nodes from ``node`` down that have others below them. The sets hold unit codes."""
    base = len(tree.path(node))
    tallies = []
    for code in tree.under(node):
        if code != node and not tree.nodes[code].children:
            continue
        below = tree.under(code)
        expected = {c for c in below if tree.nodes[c].reports}
        came = {c for c in below if c in accepted}
        tallies.append(
            NodeTally(
                code,
                tree.nodes[code].name,
                len(tree.path(code)) - base,
                len(expected),
                len(came),
                len(expected - came),
                len(came & set(late)),
                len(came & set(doubled)),
                len(came - expected),
            )
        )
    return tallies


def late_units(
    ledger: Iterable[Mapping[str, object]], roster: Iterable[RosterEntry], due: datetime.date | None
) -> dict[str, datetime.date]:
    """Unit → the day (in China) its first return came, of those that came after the last day for it.

    ``due``: the last day for units whose row of the roster names none; None where there is none.
    """
    first: dict[str, datetime.date] = {}
    for line in ledger:
        if line["status"] in _CAME and line["unit"]:
            came = datetime.datetime.fromisoformat(str(line["received_at"])).astimezone(_CHINA).date()
            unit = str(line["unit"])
            first[unit] = min(came, first.get(unit, came))
    last_day = {e.unit: e.due or due for e in roster}
    return {u: day for u, day in first.items() if (limit := last_day.get(u, due)) is not None and day > limit}
