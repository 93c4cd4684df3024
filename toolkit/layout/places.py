"""Where everything of a suite stands in the workbook. Rows and columns are 0-based."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from toolkit.model.fact import Key
from toolkit.model.form import Block, Form, Suite


class Spot(NamedTuple):
    """A cell of the workbook."""

    sheet: str
    row: int
    column: int


class Box(NamedTuple):
    """A rectangle of cells on one sheet, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


_UNIT_NAME, _STATUS = Box(2, 1, 2, 1), Box(0, 1, 0, 1)


class LabelRole(StrEnum):
    """What a printed label is: the reader weighs header and row labels as the third witness."""

    TITLE = "title"
    NOTE = "note"
    UNIT_LINE = "unit_line"
    SECTION = "section"
    HEADER = "header"
    STUB = "stub"
    ROW = "row"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Label:
    """A printed, locked text over a rectangle of cells (both ends included).

    ``subject`` is the field id (HEADER leaf, FIELD) or row id (ROW) the label stands for, else "".
    """

    text: str
    role: LabelRole
    top: int
    left: int
    bottom: int
    right: int
    subject: str = ""


@dataclass(frozen=True)
class BlockPlace:
    """Where one block stands on one sheet.

    ``cells`` maps (row, field) → (sheet row, sheet column) for every cell there is, list rows by their
    allotted ids "001", "002" … ``id_rows``: hidden sheet rows and the ids they carry per column
    (``block.field``). ``row_ids``: ids in the hidden first column per sheet row (``block/row``).
    ``spans``: merged rectangles of single cells that print wide, (row, field) → (bottom, right).
    ``check_column``: the visible column with the live message of a row, or None. ``used_column``: the
    hidden column that counts the cells of a row that hold something (0: the row is not used).
    ``closed``: rectangles (top, left, bottom, right) of cells that do not exist, printed as “—”.
    ``numbers``: list row id → the rectangle where its running number (序号) is printed.
    The ``row_ids`` of a record's lines are ``block/`` and the line's first field, so that each is unique.
    """

    block: Block
    cells: Mapping[tuple[str, str], tuple[int, int]]
    id_rows: Mapping[int, Mapping[int, str]]
    row_ids: Mapping[int, str]
    labels: tuple[Label, ...]
    spans: Mapping[tuple[str, str], tuple[int, int]]
    check_column: int | None = None
    used_column: int | None = None
    closed: tuple[Box, ...] = ()
    numbers: Mapping[str, Box] = field(default_factory=dict)

    @cached_property
    def row_numbers(self) -> dict[str, int]:
        """Row id → sheet row (grids and lists)."""
        return {row: at for (row, _), (at, _) in self.cells.items()}

    @cached_property
    def list_rows(self) -> tuple[str, ...]:
        """The allotted ids of a list's rows, in order."""
        fixed = self.block.rows_by_id
        return tuple(row for row in self.row_numbers if row not in fixed and row != "")


@dataclass(frozen=True)
class SheetPlace:
    """One sheet of one form (and instance).

    ``freeze``: (rows, columns) kept in sight. ``header_rows``: first and last row repeated on each printed
    page. ``last_row`` and ``last_column`` bound what is printed; the column after is the visible check
    column; ``hidden_from`` is the first column of the hidden verdict zone. ``widths``: of the columns from
    the first visible one (1) to the check column, in characters. ``unit_name`` and ``status`` are the
    boxes of the line with the unit's name and of the line that says how many checks failed.
    """

    form: Form
    instance: str
    name: str
    blocks: tuple[BlockPlace, ...]
    labels: tuple[Label, ...]
    freeze: tuple[int, int]
    header_rows: tuple[int, int]
    last_row: int
    last_column: int
    hidden_from: int
    widths: tuple[float, ...] = ()
    unit_name: Box = _UNIT_NAME
    status: Box = _STATUS

    @property
    def check_column(self) -> int:
        """The visible column right of what is printed, with the live messages."""
        return self.hidden_from - 1

    @cached_property
    def by_block(self) -> dict[str, BlockPlace]:
        return {b.block.id: b for b in self.blocks}


@dataclass(frozen=True)
class Layout:
    """All sheets of a suite with so many instances of its repeated forms."""

    suite: Suite
    instances: int
    sheets: tuple[SheetPlace, ...]

    @cached_property
    def _by_block(self) -> dict[tuple[str, str], SheetPlace]:
        return {(b.block.id, s.instance): s for s in self.sheets for b in s.blocks}

    def sheet_of(self, block: str, instance: str = "") -> SheetPlace:
        """The sheet a block stands on. Raises KeyError where the layout has no such instance."""
        return self._by_block[(block, instance)]

    def spot(self, key: Key) -> Spot | None:
        """Where ``key`` stands, or None where this layout has no such cell."""
        sheet = self._by_block.get((key.block, key.instance))
        if sheet is None:
            return None
        at = sheet.by_block[key.block].cells.get((key.row, key.field))
        return None if at is None else Spot(sheet.name, *at)

    @cached_property
    def by_sheet(self) -> dict[str, SheetPlace]:
        return {s.name: s for s in self.sheets}


def defined_name(block: str, field: str) -> str:
    """The defined name of a record's cell or of a column (sheet-local if the form repeats).

    A grid's column reaches over all rows that have the cell, a list's over its allotted rows, not its totals.
    """
    return f"tk.{block}.{field}"


def a1(row: int, column: int) -> str:
    """``C12`` for (11, 2)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def quoted(sheet: str) -> str:
    """The sheet's name as formulas write it."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"
