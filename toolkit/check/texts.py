"""The running texts of returns: the cells in which units write sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Scene, Spot
from toolkit.model.form import BlockKind, FieldType

MASK = "涉密"
_WORDS = (FieldType.TEXT, FieldType.LONG_TEXT)
_NAMES = frozenset({"cover"})
"""Blocks whose texts are names and titles, not sentences."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text as typed, and where. ``plain`` is it without spaces and with full-width signs folded."""

    line: Line
    field: str
    text: str
    plain: str

    @property
    def spot(self) -> Spot:
        return self.line.spot(self.field)


def said(scene: Scene, names: Iterable[str]) -> Iterator[Said]:
    """The texts in these columns (``block.field``) of records and lists; blank and classified ones left out."""
    columns: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if scene.has(name):
            block, _, field = name.partition(".")
            columns[block].append(field)
    for block, fields in columns.items():
        for line in scene.lines(block):
            for field in fields:
                text = line.text(field)
                plain = normal_name(text)
                if plain and plain != MASK:
                    yield Said(line, field, text, plain)


def sentences(scene: Scene) -> list[str]:
    """The columns of records and lists that hold words: what ``said`` takes for every text of a return."""
    return [
        f"{block.id}.{f.id}"
        for block in scene.suite.blocks.values()
        if block.kind is not BlockKind.GRID and block.id not in _NAMES
        for f in block.fields
        if f.type in _WORDS and f.formula is None
    ]


def by_return(found: Iterable[Said]) -> dict[str, list[Said]]:
    """The texts of each return, by its id."""
    held: dict[str, list[Said]] = defaultdict(list)
    for one in found:
        held[one.line.submission.ret].append(one)
    return held


def row_number(line: Line) -> str:
    """The row of a list as printed, without leading zeros."""
    return str(int(line.row)) if line.row.isdigit() else line.row
