"""Pages → the rows of one sheet: merged neighbours, heights, and where a new sheet of paper begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from toolkit.printing.pages import Cell, Line, Page

LINE, PAD = 15.0, 5.0
"""Points a line of text takes, and what a cell adds."""

MOST = 400.0
"""Points a row may have (Excel: 409); what needs more takes several rows."""

_WIDE = 0x2E80


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell in the rows ``top`` to ``bottom`` of the sheet (0-based, inclusive)."""

    top: int
    bottom: int
    cell: Cell


@dataclass
class Flow:
    """The rows of a sheet. ``breaks``: rows before which a new page begins; ``head``: rows to print on every page."""

    heights: list[float] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    head: tuple[int, int] | None = None


def flow(pages: Sequence[Page], columns: Sequence[float], room: float) -> Flow:
    """All pages on one sheet. ``room``: points of height on a sheet of paper.

    A single page leaves its breaks to the printer, which repeats the head; of several, each begins a new sheet,
    and a table that goes on gets its head again.
    """
    made = Flow()
    if len(pages) == 1:
        tops = _add(made, pages[0].lines, columns)
        heads = [(tops[n], tops[n + 1] - 1) for n, line in enumerate(pages[0].lines) if line.head]
        made.head = (heads[0][0], heads[-1][1]) if heads else None
        return made
    for page in pages:
        for chunk in _chunks(page.lines, columns, room):
            if made.heights:
                made.breaks.append(len(made.heights))
            _add(made, chunk, columns)
    return made


def _chunks(lines: Sequence[Line], columns: Sequence[float], room: float) -> list[list[Line]]:
    """The lines of each sheet of paper. Nothing is parted that a cell reaches across, nor a head from its rows."""
    heads = [line for line in lines if line.head]
    chunks: list[list[Line]] = [[]]
    used, reach = 0.0, 0
    for number, line in enumerate(lines):
        height = _height(line.cells, columns)
        chunk = chunks[-1]
        if used + height > room and number >= reach and any(not one.head for one in chunk):
            while chunk[-1].head:
                chunk.pop()
            chunks.append(list(heads) if line.loop else [])
            used = sum(_height(head.cells, columns) for head in chunks[-1])
        chunks[-1].append(line)
        used += height
        reach = max([reach, *(number + cell.down for cell in line.cells)])
    return chunks


def _add(made: Flow, lines: Sequence[Line], columns: Sequence[float]) -> list[int]:
    """Append lines to the sheet; returns the first row of each, and the row after the last."""
    downs = _merged(lines)
    tops = []
    for height in _heights(lines, downs, columns):
        rows = math.ceil(height / MOST)
        tops.append(len(made.heights))
        made.heights += [height / rows] * rows
    tops.append(len(made.heights))
    for number, line in enumerate(lines):
        for cell, down in zip(line.cells, downs[number], strict=True):
            if down:
                made.placed.append(Placed(tops[number], tops[number + down] - 1, cell))
    return tops


def _heights(lines: Sequence[Line], downs: list[list[int]], columns: Sequence[float]) -> list[float]:
    """Points of each line. What a cell over several lines lacks, its last line is given."""
    heights = [
        _height([c for c, down in zip(line.cells, own, strict=True) if down == 1], columns)
        for line, own in zip(lines, downs, strict=True)
    ]
    for number, line in enumerate(lines):
        for cell, down in zip(line.cells, downs[number], strict=True):
            if down > 1:
                last = number + down - 1
                heights[last] += max(0.0, _height([cell], columns) - sum(heights[number : last + 1]))
    return heights


def _merged(lines: Sequence[Line]) -> list[list[int]]:
    """For each cell the lines it is high; 0 where it is part of the cell above.

    Of repeated rows, a ``merge`` cell joins the one above if it is blank or says the same, and if the merging
    columns to its left join theirs.
    """
    downs = [[cell.down for cell in line.cells] for line in lines]
    for loop, run in groupby(range(len(lines)), key=lambda n: lines[n].loop):
        if not loop:
            continue
        starts: dict[int, int] = {}
        for number in run:
            fresh = False
            for at, cell in enumerate(lines[number].cells):
                if not cell.merge:
                    continue
                above = lines[starts[at]].cells[at].text if at in starts else ""
                fresh = fresh or at not in starts or cell.text not in {"", above}
                if fresh:
                    starts[at] = number
                else:
                    downs[number][at] = 0
                    downs[starts[at]][at] += 1
    return downs


def _height(cells: Sequence[Cell], columns: Sequence[float]) -> float:
    """Points a line needs for its wrapped texts; clients do not agree on fitting heights, so they are written."""
    lines = 1
    for cell in cells:
        width = max(2.0, sum(columns[cell.column : cell.column + cell.span]) - 1)
        wide = [sum(2.0 if ord(c) >= _WIDE else 1.1 for c in part) for part in cell.text.split("\n")]
        scale = 1.6 if cell.style == "title" else 1.0
        lines = max(lines, math.ceil(scale * sum(max(1, math.ceil(w * scale / width)) for w in wide)))
    return PAD + LINE * lines
