"""The hidden sheets formulas lean on: code lists (``_lists``) and the mirror of repeated forms (``_mirror``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.layout.places import BlockPlace, Layout, Spot, a1, quoted
from toolkit.model.form import BlockKind, CodeList, ListEntry, RowRole, Suite

LISTS, MIRROR, META = "_lists", "_mirror", "_meta"
INSTRUCTIONS, CHECKS = "填报说明", "校验"

LIST_TOP = 2
"""First row of entries on ``_lists``: a row of labels and a row of ids stand above."""
MIRROR_TOP = 1


def absolute(sheet: str, top: int, column: int, bottom: int, last: int | None = None) -> str:
    """``'sheet'!$B$3:$B$9``."""
    return f"{quoted(sheet)}!{dollars(top, column)}:{dollars(bottom, column if last is None else last)}"


def dollars(row: int, column: int) -> str:
    """``$C$12`` for (11, 2)."""
    letters = a1(0, column)[:-1]
    return f"${letters}${row + 1}"


@dataclass(frozen=True)
class ListPlace:
    """Where one code list stands: its parents at ``column``, values at +1, values without repeats at +2.

    ``entries`` are sorted by parent (in the order parents first appear), so that one parent's values are
    neighbours, as OFFSET with MATCH and COUNTIF needs.
    """

    codes: CodeList
    column: int
    entries: tuple[ListEntry, ...]

    @cached_property
    def unique(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(e.value for e in self.entries))

    @property
    def last(self) -> int:
        return LIST_TOP + max(len(self.entries), 1) - 1

    @property
    def parents(self) -> str:
        """Absolute range of the parents."""
        return absolute(LISTS, LIST_TOP, self.column, self.last)

    @property
    def values(self) -> str:
        """Absolute range of the values, beside their parents."""
        return absolute(LISTS, LIST_TOP, self.column + 1, self.last)

    @property
    def choices(self) -> str:
        """Absolute range of the values, each once."""
        return absolute(LISTS, LIST_TOP, self.column + 2, LIST_TOP + max(len(self.unique), 1) - 1)

    @property
    def first_value(self) -> str:
        """Absolute address of the first value."""
        return f"{quoted(LISTS)}!{dollars(LIST_TOP, self.column + 1)}"


def place_lists(suite: Suite) -> dict[str, ListPlace]:
    """Three columns per code list, in order of list ids."""
    places: dict[str, ListPlace] = {}
    for index, (list_id, codes) in enumerate(sorted(suite.lists.items())):
        order = {p: i for i, p in enumerate(dict.fromkeys(e.parent for e in codes.entries))}
        entries = tuple(sorted(codes.entries, key=lambda e: order[e.parent]))
        places[list_id] = ListPlace(codes, 3 * index, entries)
    return places


def item_rows(place: BlockPlace) -> tuple[str, ...]:
    """The rows that ``block[]`` ranges over: list rows, a grid's item rows, "" for a record."""
    block = place.block
    if block.kind is BlockKind.RECORD:
        return ("",)
    if block.kind is BlockKind.LIST:
        return place.list_rows
    return tuple(r.id for r in block.rows if r.role is RowRole.ITEM)


class Mirror:
    """Columns of ``_mirror``: a field of a repeated form over all instances, allotted when first asked for."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._columns: dict[tuple[str, str], int] = {}

    @property
    def columns(self) -> dict[tuple[str, str], int]:
        """(block, field) → column, in the order of allotment."""
        return dict(self._columns)

    @property
    def width(self) -> int:
        return len(self._columns)

    def range(self, block: str, field: str) -> str:
        """Absolute range that repeats the field of every instance (one empty cell where there is none)."""
        column = self._columns.setdefault((block, field), len(self._columns))
        rows = max(len(self.sources(block, field)), 1)
        return absolute(MIRROR, MIRROR_TOP, column, MIRROR_TOP + rows - 1)

    def sources(self, block: str, field: str) -> list[tuple[str, str, Spot | None]]:
        """(instance, row, spot) of each mirrored cell, in order; a closed cell has no spot."""
        found: list[tuple[str, str, Spot | None]] = []
        for sheet in self._layout.sheets:
            place = sheet.by_block.get(block)
            if place is None:
                continue
            for row in item_rows(place):
                at = place.cells.get((row, field))
                found.append((sheet.instance, row, None if at is None else Spot(sheet.name, *at)))
        return found
