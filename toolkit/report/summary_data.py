"""What the consolidated workbook is made from: each collection at a node of its tree, its returns, its adjustments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.check.submissions import Group, Submission
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Suite
from toolkit.report.adjusting import Booked, book_adjustments
from toolkit.report.results import Results
from toolkit.report.summary_tree import Family, families, holders, order_units
from toolkit.report.summary_view import View, in_money, masked
from toolkit.store.tree import Tree, tree_of

WHOLE = View()


@dataclass(frozen=True)
class Consolidated:
    """One collection at one node: its returns in the order of the tree, what each typed, what was adjusted.

    ``tail`` tells its sheets from another collection's. ``booked``: in the order of forms, rows, columns, families.
    """

    group: Group
    suite: Suite
    units: tuple[Submission, ...]
    values: Mapping[str, Mapping[Key, Value]]
    tree: Tree
    node: str
    booked: tuple[Booked, ...] = ()
    tail: str = ""
    public: bool = False

    @property
    def title(self) -> str:
        """``唐山高新区 2021 年 批复``, with the node where it is not the whole."""
        node = self.tree.nodes[self.node]
        return self.group.title + ("" if node.code == self.tree.root else f"　{node.name}（{node.code}）")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Short names for column heads: the unit's name, with its code where two are called the same."""
        plain = [s.identity.unit_name or s.identity.unit for s in self.units]
        return tuple(
            name if plain.count(name) == 1 else f"{name}（{s.identity.unit}）"
            for name, s in zip(plain, self.units, strict=True)
        )

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The node itself first, then the departments below it."""
        return families(self.tree, self.node, self.units, self.names)

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """The name, per return, of the unit or department right below the node that it belongs to."""
        found = [""] * len(self.units)
        for member in self.families[0].members:
            for n in [member.unit] if member.unit is not None else self.families[member.family].units:
                found[n] = member.name
        return tuple(found)

    @cached_property
    def holders(self) -> Mapping[str, int]:
        """Code → number of the family that shows its adjustments."""
        return holders(self.tree, self.node, self.families)

    @cached_property
    def _lines(self) -> dict[tuple[str, str, str], list[int]]:
        found: dict[tuple[str, str, str], list[int]] = {}
        for n, one in enumerate(self.booked):
            found.setdefault((one.block, one.row, one.field), []).append(n)
        return found

    def lines(self, block: str, row: str, field: str, held: range) -> range:
        """The numbers of the adjustments to a cell that are held by the families ``held``; they follow one another."""
        own = [n for n in self._lines.get((block, row, field), ()) if self.holders[self.booked[n].node] in held]
        return range(own[0], own[-1] + 1) if own else range(0)

    def adjusted(self, lines: range) -> Decimal:
        """The sum of these adjustments."""
        return sum((self.booked[n].amount for n in lines), Decimal(0))

    def value(self, unit: int, key: Key) -> Value:
        """What unit number ``unit`` (0-based) has in the cell, or None."""
        return self.values.get(self.units[unit].ret, {}).get(key)

    @cached_property
    def _keys(self) -> dict[tuple[int, str], list[tuple[str, str]]]:
        found: dict[tuple[int, str], set[tuple[str, str]]] = {}
        for n, unit in enumerate(self.units):
            for key in self.values.get(unit.ret, {}):
                found.setdefault((n, key.block), set()).add((key.instance, key.row))
        return {at: sorted(rows) for at, rows in found.items()}

    def rows(self, unit: int, block: Block) -> list[tuple[str, str]]:
        """(instance, row) of the unit's rows in a block, fixed rows in printed order, totals of lists left out."""
        found = self._keys.get((unit, block.id), [])
        if block.kind is BlockKind.LIST:
            return [at for at in found if at[1] not in block.rows_by_id]
        order = {row.id: n for n, row in enumerate(block.rows)}
        return sorted(found, key=lambda at: (at[0], order.get(at[1], -1), at[1]))


def trees(results: Results) -> dict[Group, Tree]:
    """The tree of each collection: of the roster, with the units that returned and are not on it."""
    rows = results.hierarchy if results.hierarchy is not None else results.roster or ()
    return {
        group: tree_of(rows, group.region, {s.identity.unit: s.identity.unit_name for s in results.of_group(group)})
        for group in results.groups
    }


def consolidate(results: Results, view: View = WHOLE) -> list[Consolidated]:
    """The collections of a run that have returns at the node, each with its own sheets.

    Raises InputError for an adjustment that fits no cell of any collection, or several.
    """
    of_group = trees(results)
    booked = book_adjustments(results, of_group)
    made = []
    for n, (group, tree) in enumerate(of_group.items(), 1):
        node = view.node or tree.root
        units = order_units(tree, node, results.of_group(group)) if node in tree.nodes else ()
        if not units:
            continue
        tail = f"·{n}" if len(of_group) > 1 else ""
        own = {s.ret: results.values.get(s.ret, {}) for s in units}
        data = Consolidated(group, results.suite_of(group), units, own, tree, node, (), tail, view.public)
        known = {s.ret: results.values.get(s.ret, {}) for s in results.of_group(group)} if view.public else {}
        made.append(_viewed(data, _sorted(data, booked[group]), view, known))
    return made


def _sorted(data: Consolidated, booked: tuple[Booked, ...]) -> tuple[Booked, ...]:
    """Those at or below the node, so that the adjustments of a cell stand together, and of a family in them."""
    blocks = {block: n for n, block in enumerate(data.suite.blocks)}
    rows = {(b.id, row.id): n for b in data.suite.blocks.values() for n, row in enumerate(b.rows)}
    fields = {(b.id, f.id): n for b in data.suite.blocks.values() for n, f in enumerate(b.fields)}

    def place(one: Booked) -> tuple[int, int, int, int]:
        at = (rows.get((one.block, one.row), -1), fields[(one.block, one.field)])
        return (blocks[one.block], *at, data.holders[one.node])

    return tuple(sorted((one for one in booked if one.node in data.holders), key=place))


def _viewed(
    data: Consolidated, booked: tuple[Booked, ...], view: View, known: Mapping[str, Mapping[Key, Value]]
) -> Consolidated:
    """The collection as it is to be shown: classified details masked, amounts in the unit of money asked for."""
    suite, values = data.suite, data.values
    if view.public:
        values, booked = masked(suite, values, booked, known)
    if view.money:
        suite, values, booked = in_money(suite, values, booked, view.money)
    return Consolidated(data.group, suite, data.units, values, data.tree, data.node, booked, data.tail, data.public)
