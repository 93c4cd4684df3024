"""A worksheet part: its cells' formats changed in their start tags alone, and the sizes of its rows and columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from toolkit.annotate.markup import (
    Edit,
    Element,
    PatchError,
    Tag,
    closed,
    edited,
    element,
    first,
    masked,
    root_prefix,
    tags,
)
from toolkit.layout import a1
from toolkit.read.rawcell import column_number, parse_area

Position = tuple[int, int]
_PIXELS_PER_POINT = 4 / 3
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})\d""")


@dataclass
class Grid:
    """One worksheet. ``heights`` (pixels, 0 where hidden) of the rows that say so; ``columns``: (first, last, format,
    pixels) of the columns that say so. Rows and columns are 0-based.
    """

    data: bytes
    heights: dict[int, float] = field(default_factory=dict)
    columns: list[tuple[int, int, int, float]] = field(default_factory=list)
    default_height: float = 20.0
    default_width: float = 64.0

    def __post_init__(self) -> None:
        self.quiet = masked(self.data)
        self.prefix = root_prefix(self.quiet)
        found = element(self.quiet, self.prefix, "sheetData")
        if found is None:
            raise PatchError("工作表部件没有 sheetData")
        self.rows: Element = found
        standard = first(self.quiet, self.prefix, "sheetFormatPr")
        if standard is not None:
            self.default_height = _number(standard.get("defaultRowHeight"), 15.0) * _PIXELS_PER_POINT
            self.default_width = _pixels(_number(standard.get("defaultColWidth"), 8.43))
        for tag in tags(self.quiet, self.prefix, "col", end=self.rows.tag.start):
            edges = [int(_number(tag.get(name), 1)) - 1 for name in ("min", "max")]
            wide = 0.0 if _true(tag.get("hidden")) else _pixels(_number(tag.get("width"), 8.43))
            self.columns.append((edges[0], edges[1], int(_number(tag.get("style"), 0)), wide))

    @cached_property
    def _merged(self) -> list[tuple[int, int, int, int]]:
        found = tags(self.quiet, self.prefix, "mergeCell", start=self.rows.end)
        return [area for tag in found if (area := parse_area(tag.get("ref") or "")) is not None]

    def seen(self, at: Position) -> Position:
        """The cell that shows what stands at a position: the first of a merged area."""
        row, column = at
        for top, left, bottom, right in self._merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return at

    def last_column(self, at: Position) -> int:
        """The last column of a cell, or of the merged area it shows."""
        return next((right for top, left, _, right in self._merged if (top, left) == at), at[1])

    def width(self, column: int) -> float:
        """Pixels of a column, 0 where it is hidden."""
        return next((wide for low, high, _, wide in self.columns if low <= column <= high), self.default_width)

    def height(self, row: int) -> float:
        """Pixels of a row, 0 where it is hidden; known after ``restyled``."""
        return self.heights.get(row, self.default_height)

    def restyled(self, wanted: Mapping[Position, Callable[[int], int]]) -> bytes:
        """The part with the formats of these cells changed: position → what its format becomes.

        A cell that is not there is put in with the format its row or column gives it.
        """
        edits: list[Edit] = []
        lines: dict[int, list[int]] = {}
        for row, column in sorted(wanted):
            lines.setdefault(row, []).append(column)
        number = -1
        for tag in tags(self.quiet, self.prefix, "row", start=self.rows.tag.end, end=self.rows.inner):
            number = int(_number(tag.get("r"), number + 2)) - 1
            if tag.get("ht") is not None or tag.get("hidden") is not None:
                hidden = _true(tag.get("hidden"))
                self.heights[number] = 0.0 if hidden else _number(tag.get("ht"), 15.0) * _PIXELS_PER_POINT
            for missing in [row for row in lines if row < number]:
                edits.append((tag.start, tag.start, self._new_row(missing, lines.pop(missing), wanted)))
            if number in lines:
                edits += self._row(closed(self.quiet, self.prefix, "row", tag), number, lines.pop(number), wanted)
        rest = b"".join(self._new_row(row, columns, wanted) for row, columns in lines.items())
        if rest:
            edits.append(self._at_end(rest))
        return edited(self.data, edits)

    def _at_end(self, rows: bytes) -> Edit:
        tag = self.rows.tag
        if tag.is_empty:
            return (tag.end - 2, tag.end, b">" + rows + b"</" + self.prefix + b"sheetData>")
        return (self.rows.inner, self.rows.inner, rows)

    def _row(
        self, row: Element, number: int, columns: list[int], wanted: Mapping[Position, Callable[[int], int]]
    ) -> list[Edit]:
        """The edits within one row that is there."""
        edits: list[Edit] = []
        left, column = list(columns), -1
        for cell in tags(self.quiet, self.prefix, "c", start=row.tag.end, end=row.inner):
            found = _REFERENCE.search(cell.text)
            at = _column(found[1].decode()) if found else None
            column = column + 1 if at is None else at
            for missing in [c for c in left if c < column]:
                left.remove(missing)
                edits.append((cell.start, cell.start, self._new_cell(number, missing, row.tag, wanted)))
            if column in left:
                left.remove(column)
                style = wanted[(number, column)](int(_number(cell.get("s"), 0)))
                edits.append((cell.start, cell.end, cell.having("s", str(style), after="r")))
        rest = b"".join(self._new_cell(number, c, row.tag, wanted) for c in left)
        if rest and row.tag.is_empty:
            edits.append((row.tag.end - 2, row.tag.end, b">" + rest + b"</" + self.prefix + b"row>"))
        elif rest:
            edits.append((row.inner, row.inner, rest))
        return edits

    def _new_row(self, row: int, columns: list[int], wanted: Mapping[Position, Callable[[int], int]]) -> bytes:
        cells = b"".join(self._new_cell(row, column, None, wanted) for column in columns)
        return b'<%srow r="%d">%s</%srow>' % (self.prefix, row + 1, cells, self.prefix)

    def _new_cell(
        self, row: int, column: int, line: Tag | None, wanted: Mapping[Position, Callable[[int], int]]
    ) -> bytes:
        own = line.get("s") if line is not None and _true(line.get("customFormat")) else None
        base = next((style for low, high, style, _ in self.columns if low <= column <= high), 0)
        style = wanted[(row, column)](base if own is None else int(_number(own, 0)))
        return b'<%sc r="%s" s="%d"/>' % (self.prefix, a1(row, column).encode(), style)


def without_marks(data: bytes, marked: Collection[int], former: Callable[[int], int]) -> bytes:
    """A worksheet part in which the cells, rows and columns with a marked format have their former one."""
    if not marked:
        return data
    either = b"|".join(b"%d" % index for index in sorted(marked))
    quiet = masked(data)
    prefix = re.escape(root_prefix(quiet))
    edits: list[Edit] = []
    for names, name in ((b"(?:c|row)", b"s"), (b"col", b"style")):
        styled = rb"<" + prefix + names + rb"\s(?:[^<>]*?\s)?" + name + rb"\s*=\s*[\"'](" + either + rb")[\"']"
        for found in re.finditer(styled, quiet):
            edits.append((found.start(1), found.end(1), b"%d" % former(int(found[1]))))
    return edited(data, edits)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int | None:
    return column_number(letters)


def _number(value: str | None, default: float) -> float:
    try:
        return float(value) if value is not None else default
    except ValueError:
        return default


def _true(value: str | None) -> bool:
    return value in {"1", "true"}


def _pixels(width: float) -> float:
    """Pixels of a column width in characters."""
    return int(width * 7 + 5)
