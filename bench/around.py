"""A trial fill seen from one home of a check: reads and writes what its references mean there."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import cast

from bench.fills import MARKS, Fill, Filler, has_marks
from toolkit.formula import Bound, Cell, Cells, Range, Ref, Spot, evaluate
from toolkit.formula.evaluate import Result
from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, RowRole

MOST_NEW_ROWS = 8


class Around:
    """``fill`` around (instance, row); every value is computed anew after a change."""

    def __init__(self, filler: Filler, fill: Fill, home: tuple[str, str], rng: Random, edge: str | None = None) -> None:
        self.filler, self.fill, self.rng, self.edge = filler, fill, rng, edge
        self.instance, self.row = home
        self._cells: Cells | None = None

    @property
    def cells(self) -> Cells:
        if self._cells is None:
            self._cells = self.filler.cells(self.fill)
        return self._cells

    @property
    def spot(self) -> Spot:
        return Spot(self.cells, self.instance, self.row)

    def at(self, home: tuple[str, str]) -> Around:
        """The same fill from another home."""
        return Around(self.filler, self.fill, home, self.rng, self.edge)

    def forget(self) -> None:
        """The fill was changed from another home."""
        self._cells = None

    def value(self, term: Bound) -> Result:
        return evaluate(term, self.spot)

    def key(self, ref: Ref) -> Key:
        """The cell of a scalar reference."""
        repeats = self.filler.program.suite.form_of_block[ref.block].repeat
        return Key(ref.block, self.instance if repeats else "", self.row if ref.many else ref.row or "", ref.field)

    def put(self, key: Key, value: Value) -> None:
        if self.filler.layout.spot(key) is not None:
            self.fill.put(key, value)
            self._cells = None

    def clear(self, key: Key, *, marks: bool = True) -> None:
        """Leave the cell without a value: blank, or (``marks``) now and then with a word in it."""
        column = self.filler.program.suite.blocks[key.block].by_id[key.field]
        if marks and has_marks(column) and self.rng.random() < 0.15 and self.filler.layout.spot(key) is not None:
            self.fill.mark(key, self.rng.choice(MARKS))
        else:
            self.fill.put(key, None)
        self._cells = None

    def mark(self, key: Key) -> None:
        """A word in the cell: a mark where a number or date belongs; in a text it is the value."""
        if self.filler.layout.spot(key) is not None:
            column = self.filler.program.suite.blocks[key.block].by_id[key.field]
            (self.fill.mark if has_marks(column) else self.fill.put)(key, self.rng.choice(MARKS))
            self._cells = None

    def anything(self, key: Key) -> Value:
        """Some value for the cell."""
        return self.filler.value(key, self.fill.values, self.rng)

    def instances(self, block: str, *, across: bool) -> tuple[str, ...]:
        """The instances a range runs over."""
        form = self.filler.program.suite.form_of_block[block]
        if not form.repeat:
            return ("",)
        if across or not self.instance:
            return self.cells.instances(form.id) or ("01",)
        return (self.instance,)

    def rows(self, block: str, instance: str) -> tuple[str, ...]:
        """The item rows of a block, used ones of a list."""
        found = self.filler.program.suite.blocks[block]
        if found.kind is BlockKind.LIST:
            return self.cells.rows(block, instance)
        return tuple(r.id for r in found.rows if r.role is RowRole.ITEM) or ("",)

    def column(self, term: Range) -> list[Key]:
        """The cells of a range; of a list without rows those of a first one, which is made."""
        ref = term.ref
        keys = [
            Key(ref.block, instance, row, ref.field)
            for instance in self.instances(ref.block, across=ref.across)
            for row in self.rows(ref.block, instance)
        ]
        keys = [k for k in keys if self.filler.layout.spot(k) is not None]
        return keys or [self.new_row(ref.block, self.instances(ref.block, across=ref.across)[0], ref.field)]

    def new_row(self, name: str, instance: str, column: str) -> Key:
        """A cell in a row of a list that was not used so far."""
        block = self.filler.program.suite.blocks[name]
        used = self.rows(name, instance)
        row = next((r for r in (f"{n:03d}" for n in range(1, block.capacity + 1)) if r not in used), "001")
        self.filler.row(block, instance, row, self.fill, self.rng, self.rng.choice((0.4, 1.0)))
        self._cells = None
        return Key(name, instance, row, column)

    def more_rows(self, like: Key, count: int) -> None:
        """New rows of a list in which the cell of ``like``'s column is filled."""
        for _ in range(min(count, MOST_NEW_ROWS, self.filler.program.suite.blocks[like.block].capacity)):
            key = self.new_row(like.block, like.instance, like.field)
            self.put(key, self.anything(key))

    def match(self, columns: Sequence[Sequence[Key]], wanted: Sequence[Result], row: int) -> None:
        """Type the wanted values into the cells of one row of the columns."""
        for column, value in zip(columns, wanted, strict=True):
            self.put(column[row], cast("Value", value))

    def hold(self, key: Key) -> None:
        """Type over a formula what it shows, so that it stays when the rows it looks into change."""
        if self.filler.formula(key) is not None:
            self.put(key, self.cells.value(key))

    def keys(self, term: Cell | Range) -> list[Key]:
        return [self.key(term.ref)] if isinstance(term, Cell) else self.column(term)
