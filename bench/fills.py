"""Random fills of a suite: what a unit might type, its mistakes included."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from random import Random

from toolkit.formula import Bound, Cells, Program, compute
from toolkit.layout import Layout
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType
from toolkit.model.money import normal

WORDS = (
    "办公费",
    "培训费",
    "设备采购",
    "A-1",
    "a-1",
    "2.1",
    "2.10",
    "货物",
    "验收合格率",
    "是否完成",
    "涉密*",
    "?",
    "无锡",
    "涉密",
    "—",
)
MARKS = ("—", "涉密", "无")
MARKED = 0.02
MOST_ROWS = 3


@dataclass
class Fill:
    """What is typed. ``marks``: words in cells for a number or date; a value for a computed cell is typed over it."""

    values: dict[Key, Value] = field(default_factory=dict)
    marks: dict[Key, str] = field(default_factory=dict)

    def copy(self) -> Fill:
        return Fill(dict(self.values), dict(self.marks))

    def take(self, other: Fill) -> None:
        """Become the same as ``other``."""
        self.values, self.marks = other.values, other.marks

    def put(self, key: Key, value: Value) -> None:
        """Type a value; None clears the cell."""
        self.marks.pop(key, None)
        if value is None or value == "":
            self.values.pop(key, None)
        else:
            self.values[key] = value

    def mark(self, key: Key, word: str) -> None:
        """Type a word where a number or date belongs."""
        self.values.pop(key, None)
        self.marks[key] = word


@dataclass
class Filler:
    """Makes fills for one layout. ``program`` must be compiled from the layout's suite."""

    layout: Layout
    program: Program

    def fill(self, rng: Random) -> Fill:
        """A random fill: most sheets, some cells, a mark here and there."""
        fill = Fill()
        for sheet in self.layout.sheets:
            if rng.random() < 0.92:
                for place in sheet.blocks:
                    self.block(place.block, sheet.instance, fill, rng)
        return fill

    def block(self, block: Block, instance: str, fill: Fill, rng: Random) -> None:
        """Fill one block as far as one of three densities says."""
        density = rng.choice((0.3, 0.85, 1.0))
        if block.kind is BlockKind.LIST:
            rows = [f"{n:03d}" for n in range(1, rng.randint(0, min(MOST_ROWS, block.capacity)) + 1)]
        else:
            rows = [r.id for r in block.rows] or [""]
        for row in rows:
            self.row(block, instance, row, fill, rng, density)

    def row(self, block: Block, instance: str, row: str, fill: Fill, rng: Random, density: float) -> None:
        """Fill a share of the cells of one row that are typed."""
        for column in block.fields:
            key = Key(block.id, instance, row, column.id)
            if block.has_cell(row, column.id) and self.formula(key) is None and rng.random() < density:
                if has_marks(column) and rng.random() < MARKED:
                    fill.mark(key, rng.choice(MARKS))
                else:
                    fill.put(key, self.value(key, fill.values, rng))

    def value(self, key: Key, values: Mapping[Key, Value], rng: Random) -> Value:
        """Something that may well be typed into the cell."""
        column = self.program.suite.blocks[key.block].by_id[key.field]
        if column.type.is_number:
            return _number(column, rng)
        if column.type is FieldType.DATE:
            return datetime.date(2021, 1, 1) + datetime.timedelta(days=rng.randint(-400, 400))
        if column.source and rng.random() < 0.8:
            block, name = column.source.split(".")
            typed = [v for k, v in values.items() if k.block == block and k.field == name and v is not None]
            if typed:
                return rng.choice(typed)
        if column.lookup and rng.random() < 0.85:
            entries = self.program.suite.lists[column.lookup].entries
            parent = values.get(key._replace(field=column.parent)) if column.parent else None
            fitting = [e.value for e in entries if e.parent == parent] if parent and rng.random() < 0.85 else []
            return rng.choice(fitting or [e.value for e in entries])
        if column.type is FieldType.YES_NO and rng.random() < 0.85:
            return rng.choice(("是", "否"))
        if column.patterns and rng.random() < 0.8:
            made = matching(rng.choice(column.patterns), rng)
            return spoiled(made, rng) if rng.random() < 0.3 else made
        return rng.choice(WORDS)

    @cached_property
    def _bounds(self) -> dict[tuple[str, str, str], Bound]:
        return {(c.block, c.row, c.field): c.bound for c in self.program.computed}

    def formula(self, key: Key) -> Bound | None:
        """The term that computes the cell, None where it is typed."""
        fixed = key.row in self.program.suite.blocks[key.block].rows_by_id or not key.row
        return self._bounds.get((key.block, key.row, key.field)) or (
            None if fixed else self._bounds.get((key.block, "*", key.field))
        )

    def typed_over(self, fill: Fill) -> frozenset[Key]:
        """The computed cells in which something is typed."""
        return frozenset(k for k in (*fill.values, *fill.marks) if self.formula(k) is not None)

    def full(self, fill: Fill) -> dict[Key, Value]:
        """All values, computed ones included; None in a marked cell."""
        return compute(self.program, {**fill.values, **dict.fromkeys(fill.marks)}, self.typed_over(fill), fill.marks)

    def cells(self, fill: Fill) -> Cells:
        """The values as the rules see them."""
        return Cells(self.program.suite, self.full(fill), marked=fill.marks)


def has_marks(column: Field) -> bool:
    """Whether a word in the field is a mark and not its value."""
    return column.type.is_number or column.type is FieldType.DATE


def _number(column: Field, rng: Random) -> Decimal:
    if column.type is FieldType.PERCENT:
        return rng.choice((Decimal(0), Decimal(30), Decimal(50), Decimal(100), Decimal(rng.randint(-500, 10500)) / 100))
    if column.type is FieldType.INTEGER:
        return Decimal(rng.choice((0, 1, 2, 100, rng.randint(-3, 2500))))
    digits = rng.choice((0, 1, 2, 2, 3))
    return normal(Decimal(rng.choice((0, 5, rng.randint(-50, 99999)))).scaleb(-digits))


def matching(pattern: str, rng: Random) -> str:
    """A text that a pattern of the rule language matches."""
    return "".join(_characters(pattern, rng))


def _characters(pattern: str, rng: Random) -> Iterator[str]:
    classes = {"9": "0123456789", "A": "ABCXYZ", "X": "0123456789ABCXYZ"}
    marks = iter(pattern)
    for mark in marks:
        yield next(marks) if mark == "\\" else rng.choice(classes.get(mark, mark))


def spoiled(text: str, rng: Random) -> str:
    """The text with one character changed, left out or added; never with space at an end, which readers take off."""
    at = rng.randrange(len(text)) if text else 0
    other = rng.choice(("x", "-", "零", "9", "A", "*", text[at : at + 1].swapcase()))
    rest = text[at:] if rng.random() < 0.3 else text[at + 1 :]
    return text[:at] + (other if rng.random() < 0.8 else "") + rest
