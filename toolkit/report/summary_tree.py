"""The columns beside a total: a node's own return, its direct units and departments, each department again by its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.check.submissions import Submission
from toolkit.store.tree import Tree


@dataclass(frozen=True, slots=True)
class Member:
    """One column. ``unit``: the number of the return it shows; None where it adds up the family number ``family``."""

    code: str
    name: str
    unit: int | None
    family: int = -1


@dataclass(frozen=True, slots=True)
class Family:
    """A node and what it adds up. ``units``: numbers of all returns in and below it, one after another."""

    node: str
    name: str
    members: tuple[Member, ...]
    units: range
    last: int
    """The number of the last family below it; those in between are its own."""


def order_units(tree: Tree, node: str, submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """The returns of ``node`` and all below it, in the order of the tree."""
    rank = {code: n for n, code in enumerate(tree.under(node))}
    own = [s for s in submissions if s.identity.unit in rank]
    return tuple(sorted(own, key=lambda s: rank[s.identity.unit]))


def families(tree: Tree, node: str, units: Sequence[Submission], names: Sequence[str]) -> tuple[Family, ...]:
    """The node, then every department below it that has returns of several units, each before its own.

    ``units``: as ``order_units`` gives them; ``names``: their names as column heads.
    """
    at: dict[str, list[int]] = {}
    for n, unit in enumerate(units):
        at.setdefault(unit.identity.unit, []).append(n)
    below = _counts(tree, node, at)
    built: list[Family] = []

    def build(code: str, first: int) -> int:
        """Append the family of ``code``, whose returns begin with number ``first``; returns its number."""
        number, members, next_unit = len(built), list[Member](), first
        built.append(Family(code, "", (), range(0), 0))
        opened = [child for child in tree.nodes[code].children if below[child]]
        for n in at.get(code, ()):
            members.append(Member(code, names[n] + ("（本级）" if opened else ""), n))
            next_unit += 1
        for child in opened:
            own = at.get(child, [])
            if len(own) == below[child]:
                members += [Member(child, names[n], n) for n in own]
            else:
                members.append(Member(child, tree.nodes[child].name, None, build(child, next_unit)))
            next_unit += below[child]
        built[number] = Family(code, tree.nodes[code].name, tuple(members), range(first, next_unit), len(built) - 1)
        return number

    build(node, 0)
    return tuple(built)


def holders(tree: Tree, node: str, found: Sequence[Family]) -> Mapping[str, int]:
    """Code → the family in which an adjustment to that unit or node is shown: its own, or that of the nearest above."""
    own = {family.node: n for n, family in enumerate(found)}
    held: dict[str, int] = {}
    for code in tree.under(node):
        held[code] = own[code] if code in own else held[tree.nodes[code].parent]
    return held


def _counts(tree: Tree, node: str, at: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Code → returns in and below it."""
    counts: dict[str, int] = {}
    for code in reversed(tree.under(node)):
        counts[code] = len(at.get(code, ())) + sum(counts[child] for child in tree.nodes[code].children)
    return counts
