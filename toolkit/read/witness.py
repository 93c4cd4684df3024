"""The three witnesses of where a block stands on a returned sheet: hidden ids, defined names, printed labels.

Each gives what it saw and keeps silent about the rest; ``binding`` weighs them.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from toolkit.layout.places import BlockPlace, Label, LabelRole, SheetPlace
from toolkit.model.form import BlockKind
from toolkit.read.sheet import RawSheet

Position = tuple[int, int]


def squeezed(text: str) -> str:
    """Text as labels are compared: NFKC without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class SheetText:
    """A raw sheet with an index of its texts."""

    def __init__(self, raw: RawSheet) -> None:
        self.raw = raw

    @cached_property
    def positions(self) -> dict[str, list[Position]]:
        """Squeezed text → where it stands, in order of row and column."""
        found: defaultdict[str, list[Position]] = defaultdict(list)
        for at in sorted(self.raw.cells):
            cell = self.raw.cells[at]
            if cell.kind == "s":
                found[squeezed(cell.text)].append(at)
        return dict(found)

    def says(self, at: Position, text: str) -> bool:
        """Whether the text stands at a position."""
        stored = self.raw.text(*at)
        return stored == text or (bool(stored) and squeezed(stored) == squeezed(text))

    def only(self, text: str) -> Position | None:
        """Where the text stands if it stands there only."""
        found = self.positions.get(text, [])
        return found[0] if len(found) == 1 else None


@dataclass
class Sighting:
    """What one witness saw of a block. Records use ``cells`` (field → position); grids and lists ``rows``
    (row id → sheet row) and ``columns`` (field → sheet column)."""

    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    cells: dict[str, Position] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns or self.cells)


def by_ids(place: BlockPlace, text: SheetText) -> Sighting:
    """The hidden ids: rows by the first column, columns by the row above the block."""
    block, seen = place.block, Sighting()
    rows: dict[str, int] = {}
    for row_id in place.row_ids.values():
        at = text.only(row_id)
        if at is None and block.kind is BlockKind.LIST:
            # A list row copied with its id: the first keeps it, the other is an inserted row.
            at = next(iter(text.positions.get(row_id, [])), None)
        if at is not None:
            rows[row_id.partition("/")[2]] = at[0]
    if block.kind is not BlockKind.RECORD:
        seen.rows = rows
    line_of = _first_fields(place)
    for f in block.fields:
        at = text.only(f"{block.id}.{f.id}")
        if at is None:
            continue
        if block.kind is BlockKind.RECORD:
            # The id in the first column moves with its line; the one above a cell may be left behind.
            seen.cells[f.id] = (rows.get(line_of[f.id], at[0] + 1), at[1])
        else:
            seen.columns[f.id] = at[1]
    return seen


def _first_fields(place: BlockPlace) -> dict[str, str]:
    """Field of a record → the field its line is named after."""
    lines = {at: row_id.partition("/")[2] for at, row_id in place.row_ids.items()}
    return {f: lines.get(at, "") for (_, f), (at, _) in place.cells.items()}


def by_names(place: BlockPlace, areas: Mapping[str, tuple[int, int, int, int]]) -> Sighting:
    """The defined names (field → area) on this sheet. A range that grew or shrank says nothing about rows."""
    block, seen = place.block, Sighting()
    rows = place.list_rows if block.kind is BlockKind.LIST else tuple(dict.fromkeys(row for row, _ in place.cells))
    clashing: set[str] = set()
    for f in block.fields:
        area = areas.get(f.id)
        if area is None:
            continue
        top, left, bottom, _ = area
        if block.kind is BlockKind.RECORD:
            seen.cells[f.id] = (top, left)
            continue
        seen.columns[f.id] = left
        own = {row: place.cells[(row, f.id)][0] for row in rows if (row, f.id) in place.cells}
        first, last = min(own.values(), default=0), max(own.values(), default=-1)
        if bottom - top != last - first:
            continue
        for row, at in own.items():
            if seen.rows.setdefault(row, at - first + top) != at - first + top:
                clashing.add(row)
    # Names that disagree among themselves abstain.
    seen.rows = {row: at for row, at in seen.rows.items() if row not in clashing}
    return seen


def by_labels(place: BlockPlace, found: Mapping[Label, Position]) -> Sighting:
    """The printed labels of the block's own fields and rows, where they were ``found``."""
    block, seen = place.block, Sighting()
    columns = {f: column for (_, f), (_, column) in place.cells.items()}
    fixed = {f: at for (_, f), at in place.cells.items()} if block.kind is BlockKind.RECORD else {}
    for label in place.labels:
        at = found.get(label)
        if at is None or not label.subject:
            continue
        if label.role is LabelRole.FIELD:
            row, column = fixed[label.subject]
            seen.cells[label.subject] = (at[0] + row - label.top, at[1] + column - label.left)
        elif label.role is LabelRole.HEADER and label.subject in columns:
            seen.columns[label.subject] = at[1] + columns[label.subject] - label.left
        elif label.role is LabelRole.ROW:
            seen.rows[label.subject] = at[0]
    return seen


def interpolated(issued: Mapping[str, int], known: Mapping[str, int]) -> dict[str, int]:
    """Rows (or columns) that no witness names, where those known on both sides stand as far apart as they were issued."""
    found: dict[str, int] = {}
    for one, other in pairwise(sorted((name for name in issued if name in known), key=lambda name: issued[name])):
        if known[other] - known[one] == issued[other] - issued[one]:
            inside = (name for name, at in issued.items() if issued[one] < at < issued[other])
            found |= {name: known[one] + issued[name] - issued[one] for name in inside}
    return found


def numbered(place: BlockPlace, rows: Mapping[str, int], text: SheetText) -> bool:
    """Whether the running number (序号) of every row of a list stands beside it, in the first column of the form."""
    numbers = place.numbers
    return all(
        text.raw.text(at, numbers[row].left).strip() == str(int(row)) for row, at in rows.items() if row in numbers
    )


def find_labels(sheet: SheetPlace, text: SheetText) -> dict[Label, Position]:
    """Where each printed label of the sheet was found.

    A text that stands as often as it was printed is taken in order; one that a unit also typed elsewhere is
    looked for beside the labels already found.
    """
    issued: defaultdict[str, list[Label]] = defaultdict(list)
    for label in all_labels(sheet):
        issued[squeezed(label.text)].append(label)
    found: dict[Label, Position] = {}
    open_labels: list[Label] = []
    for wanted, labels in issued.items():
        at = text.positions.get(wanted, [])
        if len(at) == len(labels):
            found.update(zip(sorted(labels, key=_corner), at, strict=True))
        elif at:
            open_labels.extend(labels)
    known = sorted((label.top, label.left, *at) for label, at in found.items())
    for label in open_labels:
        for row, column in _beside(label, known):
            if text.says((row, column), label.text):
                found[label] = (row, column)
                break
    return found


def _beside(label: Label, known: list[tuple[int, int, int, int]]) -> Iterable[Position]:
    """The positions the nearest found labels suggest."""
    nearest = sorted(known, key=lambda k: (abs(k[0] - label.top), abs(k[1] - label.left)))[:4]
    yield from dict.fromkeys((label.top + k[2] - k[0], label.left + k[3] - k[1]) for k in nearest)
    if not nearest:
        yield label.top, label.left


def _corner(label: Label) -> Position:
    return label.top, label.left


def all_labels(sheet: SheetPlace) -> list[Label]:
    """The labels of the sheet and of its blocks."""
    return [*sheet.labels, *(label for block in sheet.blocks for label in block.labels)]
