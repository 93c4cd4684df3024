"""The tree of a roster: 单位 → 部门 → 主管部门 → 地区, by exact codes.

A code that only stands as 上级代码 is a node all the same; it sums what is under it and returns nothing itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.model.errors import InputError

if TYPE_CHECKING:
    from toolkit.store.bureau import RosterEntry

OUTSIDE = "名册外"
"""Code and name of the node under which the units stand that returned and are on no roster."""


@dataclass(frozen=True, slots=True)
class Node:
    """A unit, a department, a region. ``reports``: a return of its own is expected. ``children`` in roster order."""

    code: str
    name: str
    parent: str
    children: tuple[str, ...] = ()
    reports: bool = False


@dataclass(frozen=True)
class Tree:
    """The tree of one region. ``root`` is the region itself, by its name; ``nodes`` holds all of it by code."""

    root: str
    nodes: Mapping[str, Node]

    def under(self, code: str) -> tuple[str, ...]:
        """The codes of ``code`` and all below it, parents before children, in roster order."""
        found, ahead = [], [code]
        while ahead:
            at = ahead.pop()
            found.append(at)
            ahead += reversed(self.nodes[at].children)
        return tuple(found)

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the region down to ``code``."""
        above = [code]
        while above[-1] != self.root:
            above.append(self.nodes[above[-1]].parent)
        return tuple(reversed(above))

    @cached_property
    def levels(self) -> tuple[tuple[str, int], ...]:
        """(code, depth) of every node, parents before children; the region has depth 0."""
        return tuple((code, len(self.path(code)) - 1) for code in self.under(self.root))


def tree_of(entries: Iterable[RosterEntry], region: str, returned: Mapping[str, str] | None = None) -> Tree:
    """The tree of the rows of ``region`` (and of those that name none).

    ``returned``: code → name of the units that returned; those on no roster stand under ``OUTSIDE``, or, where the
    roster is empty, straight under the region.
    """
    own = {e.unit: e for e in sorted(_of_region(entries, region), key=lambda e: e.region != "")}
    in_order = {e.unit: own[e.unit] for e in entries if own.get(e.unit) is e}
    names, parents, reports = dict[str, str](), dict[str, str](), set[str]()
    for entry in in_order.values():
        if entry.parent and entry.parent != region and entry.parent not in in_order:
            names[entry.parent] = names.get(entry.parent) or entry.parent_name
            parents.setdefault(entry.parent, region)
        names[entry.unit] = entry.name
        parents[entry.unit] = entry.parent or region
        if entry.reports:
            reports.add(entry.unit)
    for code in returned or {}:
        if code not in parents and code != region:
            parents[code] = OUTSIDE if in_order else region
            names[code] = (returned or {})[code]
            if in_order:
                parents[OUTSIDE], names[OUTSIDE] = region, OUTSIDE
    children: dict[str, list[str]] = {}
    for code, parent in parents.items():
        children.setdefault(parent, []).append(code)
    nodes = {region: Node(region, region or "合计", "", tuple(children.get(region, ())))}
    for code, parent in parents.items():
        nodes[code] = Node(code, names[code] or code, parent, tuple(children.get(code, ())), code in reports)
    return Tree(region, nodes)


def check_hierarchy(entries: Sequence[RosterEntry]) -> None:
    """Raise InputError, naming file, row and column, for a parent that is no code of its region, and for a circle.

    A code that stands nowhere else is a node of its own; one that differs from a unit's only in how it is written
    (letter case, width, leading zeros), or is a unit of another region alone, is a mistake.
    """
    codes = {(e.region, e.unit) for e in entries}
    spelled: dict[str, str] = {_bare(e.unit): e.unit for e in entries}
    for entry in entries:
        if not entry.parent or (entry.region, entry.parent) in codes or ("", entry.parent) in codes:
            continue
        elsewhere = [region for region, unit in codes if unit == entry.parent]
        if entry.region and elsewhere:
            raise InputError(
                f"{entry.where}“上级代码”列：{entry.parent} 是“{min(elsewhere)}”的单位，不是“{entry.region}”的。"
                "上级应在同一区划内，请核对代码和区划。"
            )
        near = spelled.get(_bare(entry.parent))
        if near and not elsewhere:
            raise InputError(
                f"{entry.where}“上级代码”列：名册中没有 {entry.parent}，只有 {near}。代码须逐字相同，请改为 {near}。"
            )
    for region in sorted({e.region for e in entries}):
        _no_circle(_of_region(entries, region))


def _no_circle(entries: list[RosterEntry]) -> None:
    above = {e.unit: e for e in entries}
    for entry in entries:
        walked, at = [entry.unit], entry.parent
        while at in above:
            walked.append(at)
            if at == entry.unit:
                circle = " → ".join(walked)
                raise InputError(
                    f"{entry.where}“上级代码”列：{circle}，上级关系成了一个圈。请改正其中一个上级代码，最上级留空。"
                )
            if at in walked[:-1]:
                break  # a circle further up: told at one of its own rows
            at = above[at].parent


def _of_region(entries: Iterable[RosterEntry], region: str) -> list[RosterEntry]:
    return [e for e in entries if e.region in ("", region)]


def _bare(code: str) -> str:
    return unicodedata.normalize("NFKC", code).casefold().strip().lstrip("0")
