"""Addresses for the Excel emitter: what a name of the rule language is called on a given sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.layout.hidden import ListPlace, Mirror, absolute, dollars, item_rows
from toolkit.layout.places import BlockPlace, Layout, SheetPlace, a1, quoted
from toolkit.model.form import BlockKind

if TYPE_CHECKING:
    from toolkit.formula import Ref

ROW_MARK = "\x00"
"""Stands for the sheet row in formulas that are emitted once and used in every row of a table."""


def at_row(formula: str, row: int) -> str:
    """A formula emitted for "the current row", for sheet row ``row`` (0-based)."""
    return formula.replace(ROW_MARK, str(row + 1))


class SheetAddresses:
    """Implements the emitter's ``Addresses`` for formulas that stand on ``sheet``.

    ``block[].field`` in scalar position becomes the column's letter and ROW_MARK. Cells of the same sheet
    carry no sheet name, so that the formulas of all instances of a repeated form are the same text.
    ``anchored``: fixed cells are absolute, so that all rows of a table can share one formula.
    """

    def __init__(
        self,
        layout: Layout,
        sheet: SheetPlace,
        mirror: Mirror,
        lists: Mapping[str, ListPlace],
        *,
        anchored: bool = False,
    ) -> None:
        self._layout, self._sheet, self._mirror, self._lists = layout, sheet, mirror, lists
        self._anchored = anchored

    def scalar(self, ref: Ref) -> str:
        """Address of one cell. Raises KeyError where the layout has no such cell."""
        place, prefix = self._place(ref.block)
        if ref.many and place.block.kind is not BlockKind.RECORD:
            column = next(at[1] for (_, field), at in place.cells.items() if field == ref.field)
            return f"{prefix}{a1(0, column)[:-1]}{ROW_MARK}"
        at = place.cells[(ref.row or "", ref.field)]
        return prefix + (dollars(*at) if self._anchored else a1(*at))

    def ranges(self, ref: Ref) -> list[str]:
        """The contiguous pieces a range reference covers."""
        form = self._layout.suite.form_of_block[ref.block]
        if form.repeat and (ref.across or form.id != self._sheet.form.id):
            return [self._mirror.range(ref.block, ref.field)]
        place, _ = self._place(ref.block)
        column = next(at[1] for (_, field), at in place.cells.items() if field == ref.field)
        # Closed cells of a column stay in its pieces, so that the pieces of all columns match row by row.
        numbers = {row: at for (row, _), (at, _) in place.cells.items()}
        rows = [(numbers[row], column) for row in item_rows(place) if row in numbers]
        local = place is self._sheet.by_block.get(ref.block)
        name = "" if local else self._layout.sheet_of(ref.block).name
        return [_piece(name, *piece) for piece in _pieces(rows)]

    def list_values(self, list_id: str) -> str:
        """Absolute range of a code list's values."""
        return self._lists[list_id].values

    def list_parents(self, list_id: str) -> str:
        """Absolute range of the parents beside ``list_values``."""
        return self._lists[list_id].parents

    def _place(self, block: str) -> tuple[BlockPlace, str]:
        own = self._sheet.by_block.get(block)
        if own is not None:
            return own, ""
        sheet = self._layout.sheet_of(block)
        return sheet.by_block[block], f"{quoted(sheet.name)}!"


def _pieces(cells: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Runs of neighbouring rows: (top, column, bottom)."""
    pieces: list[tuple[int, int, int]] = []
    for row, column in sorted(cells):
        if pieces and pieces[-1][2] == row - 1 and pieces[-1][1] == column:
            pieces[-1] = (pieces[-1][0], column, row)
        else:
            pieces.append((row, column, row))
    return pieces


def _piece(sheet: str, top: int, column: int, bottom: int) -> str:
    if sheet:
        return absolute(sheet, top, column, bottom)
    return f"{dollars(top, column)}:{dollars(bottom, column)}"
