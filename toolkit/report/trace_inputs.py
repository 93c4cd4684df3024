"""What a computed cell is computed from, and what reads a cell: computed cells and rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.formula import Bound, Cell, Check, Computation, Computed, Program, Range, Ref, cells_of
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind, RowRole, Suite


@dataclass(frozen=True, slots=True)
class Need:
    """Cells that a formula reads: ``rows`` None: every row of the list; ``instance`` None: of every instance.

    ``prior``: in last year's book. ``whole``: a column as such, not a cell of it.
    """

    block: str
    instance: str | None
    rows: tuple[str, ...] | None
    field: str
    prior: bool = False
    whole: bool = False

    def holds(self, key: Key, suite: Suite) -> bool:
        """Whether the cell is one of them."""
        if self.prior or (self.block, self.field) != (key.block, key.field):
            return False
        if self.instance is not None and self.instance != key.instance:
            return False
        fixed = suite.blocks[key.block].rows_by_id
        return key.row not in fixed if self.rows is None else key.row in self.rows


def computed_at(computation: Computation, key: Key) -> Computed | None:
    """The computed cell that ``key`` is, None for one that is typed."""
    return _by_place(computation).get((key.block, _home_row(computation.suite, key), key.field))


def _by_place(computation: Computation) -> dict[tuple[str, str, str], Computed]:
    return {(c.block, c.row, c.field): c for c in computation.computed}


def _home_row(suite: Suite, key: Key) -> str:
    block = suite.blocks[key.block]
    return "*" if block.kind is BlockKind.LIST and key.row not in block.rows_by_id else key.row


def needs(suite: Suite, term: Bound, home: Key, *, every_instance: bool = False) -> Iterator[Need]:
    """The cells that an expression at ``home`` reads. ``every_instance``: home stands for all instances of its form."""
    form = suite.form_of_block[home.block]
    for cell in cells_of(term):
        ref, block = cell.ref, suite.blocks[cell.ref.block]
        theirs = suite.form_of_block[block.id]
        inside = theirs.repeat and theirs.id == form.id and not ref.across
        instance = "" if not theirs.repeat else home.instance if inside and not every_instance else None
        prior, whole = isinstance(cell, Cell) and cell.prior, isinstance(cell, Range)
        yield Need(block.id, instance, _rows(suite, cell, home), ref.field, prior, whole)


def _rows(suite: Suite, cell: Cell | Range, home: Key) -> tuple[str, ...] | None:
    ref, block = cell.ref, suite.blocks[cell.ref.block]
    if not ref.many:
        return (ref.row or "",)
    if isinstance(cell, Cell):
        return (home.row,) if home.row != "*" else None
    return _item_rows(suite, ref) if block.kind is not BlockKind.LIST else None


def _item_rows(suite: Suite, ref: Ref) -> tuple[str, ...]:
    block = suite.blocks[ref.block]
    if block.kind is BlockKind.RECORD:
        return ("",)
    return tuple(r.id for r in block.rows if r.role is RowRole.ITEM and block.has_cell(r.id, ref.field))


def readers(computation: Computation, key: Key) -> list[Key]:
    """The computed cells of the same return that read ``key``. Row "*": every row of a list; instance "*": every one."""
    suite, found = computation.suite, list[Key]()
    here = suite.form_of_block[key.block]
    for item in computation.computed:
        form = suite.form_of_block[item.block]
        instance = "" if not form.repeat else key.instance if form.id == here.id else "*"
        home = Key(item.block, "" if instance == "*" else instance, item.row, item.field)
        reading = [n for n in needs(suite, item.bound, home) if n.holds(key, suite)]
        if not reading:
            continue
        # A row that reads its own cell: only that row reads it, unless another formula of the row reads the column.
        own = item.row == "*" and not any(need.whole or need.rows is not None for need in reading)
        found.append(home._replace(instance=instance, row=key.row if own else item.row))
    return found


def rules_reading(program: Program, key: Key) -> list[Check]:
    """The checks that read ``key``, one for each rule, in the order of their codes."""
    found: dict[str, Check] = {}
    for check in program.checks:
        if any(_reads(program.suite, check, ref, key) for ref in check.refs):
            found.setdefault(check.code, check)
    return [found[code] for code in sorted(found)]


def _reads(suite: Suite, check: Check, ref: Ref, key: Key) -> bool:
    if (ref.block, ref.field) != (key.block, key.field):
        return False
    if not ref.many:
        return (ref.row or "") == key.row
    if key.row in check.rows:
        return True
    block = suite.blocks[key.block]
    if block.kind is BlockKind.LIST:
        return key.row not in block.rows_by_id
    return block.kind is BlockKind.RECORD or key.row in _item_rows(suite, ref)
