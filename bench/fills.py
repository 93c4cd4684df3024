"""Random fills of a suite, steered to both sides of every rule's boundary."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from toolkit.formula import (
    Cell,
    Cells,
    Check,
    Literal,
    Member,
    Op,
    Program,
    Range,
    Ref,
    Type,
    cells_of,
    compute,
    evaluate_check,
    homes,
    walk,
)
from toolkit.layout import Layout
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType
from toolkit.model.money import in_range, normal

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
)
STEPS = tuple(
    Decimal(t) for t in ("0", "0.004", "-0.004", "0.005", "-0.005", "0.006", "-0.006", "0.01", "-0.01", "1", "-7.5")
)
MOST_ROWS = 3


@dataclass
class Filler:
    """Makes fills for one layout. ``program`` must be compiled from the layout's suite."""

    layout: Layout
    program: Program

    def fill(self, rng: Random, aims: list[Check]) -> tuple[dict[Key, Value], frozenset[Key]]:
        """Typed values and, among them, the computed cells typed over; pushed at the boundaries of ``aims``."""
        values: dict[Key, Value] = {}
        for sheet in self.layout.sheets:
            if rng.random() < 0.92:
                for place in sheet.blocks:
                    self._block(place.block, sheet.instance, values, rng)
        for check in aims:
            self._steer(check, values, rng)
        values = {key: value for key, value in values.items() if value is not None and self.layout.spot(key)}
        return values, frozenset(k for k in values if self._computed(k))

    def _computed(self, key: Key) -> bool:
        return self.program.suite.blocks[key.block].formula(key.row, key.field) is not None

    def _block(self, block: Block, instance: str, values: dict[Key, Value], rng: Random) -> None:
        density = rng.choice((0.3, 0.85, 1.0))
        if block.kind is BlockKind.LIST:
            rows = [f"{n:03d}" for n in range(1, rng.randint(0, min(MOST_ROWS, block.capacity)) + 1)]
        else:
            rows = [r.id for r in block.rows] or [""]
        for row in rows:
            for field in block.fields:
                key = Key(block.id, instance, row, field.id)
                if block.has_cell(row, field.id) and not self._computed(key) and rng.random() < density:
                    values[key] = self._value(field, key, values, rng)

    def _value(self, field: Field, key: Key, values: dict[Key, Value], rng: Random) -> Value:
        if field.type.is_number:
            return _number(field, rng)
        if field.type is FieldType.DATE:
            return datetime.date(2021, 1, 1) + datetime.timedelta(days=rng.randint(-400, 400))
        if field.source and rng.random() < 0.8:
            block, column = field.source.split(".")
            typed = [v for k, v in values.items() if k.block == block and k.field == column and v is not None]
            if typed:
                return rng.choice(typed)
        if field.lookup and rng.random() < 0.85:
            entries = self.program.suite.lists[field.lookup].entries
            parent = values.get(key._replace(field=field.parent)) if field.parent else None
            fitting = [e.value for e in entries if e.parent == parent] if parent and rng.random() < 0.85 else []
            return rng.choice(fitting or [e.value for e in entries])
        if field.patterns and rng.random() < 0.8:
            return "".join(_characters(rng.choice(field.patterns), rng))
        return rng.choice(WORDS)

    def _steer(self, check: Check, values: dict[Key, Value], rng: Random) -> None:
        """Put one cell of the check next to what it is compared with, or blank it."""
        typed_over = frozenset(k for k in values if self._computed(k))
        cells = Cells(self.program.suite, compute(self.program, values, typed_over))
        places = homes(check, cells)
        if not places:
            return
        instance, row = rng.choice(places)
        part = rng.choice([p for level in check.levels for p in level.parts])
        mine = [c for c in cells_of(part.bound) if isinstance(c, Cell)]
        mine += [c for c in cells_of(part.bound) if isinstance(c, Range) and not c.units]
        if not mine:
            return
        target = rng.choice(mine)
        key = self._key(target.ref, instance, row, cells, rng)
        if key is None:
            return
        if rng.random() < 0.25:
            values.pop(key, None)
            return
        near = list(self._near(check, part.bound, target, cells, (instance, row), rng))
        if near:
            values[key] = rng.choice(near)

    def _near(
        self, check: Check, bound: object, target: Cell | Range, cells: Cells, at: tuple[str, str], rng: Random
    ) -> Iterator[Value]:
        """Values for ``target`` close to what the part compares it with: the other side, constants, list entries."""
        if target.type is Type.NUMBER:
            verdict = evaluate_check(check, cells, *at)
            sides = [v for p in verdict.parts for v in (p.expected, p.actual) if isinstance(v, Decimal)]
            sides += [t.value for t in walk(bound) if isinstance(t, Literal) and isinstance(t.value, Decimal)]  # type: ignore[arg-type]
            for other in cells_of(bound):  # type: ignore[arg-type]
                if isinstance(other, Cell) and other is not target and other.type is Type.NUMBER:
                    key = self._key(other.ref, *at, cells, rng)
                    value = cells.value(key) if key else None
                    sides += [value] if isinstance(value, Decimal) else []
            for side in sides:
                value = normal(side + rng.choice(STEPS))
                if in_range(value) and abs(value) < 10**7:
                    yield value
        if target.type is Type.TEXT:
            for term in walk(bound):  # type: ignore[arg-type]
                if isinstance(term, Literal) and isinstance(term.value, str) and term.value:
                    yield term.value
                    yield rng.choice((term.value + "x", term.value.swapcase(), f"近{term.value}"))
                if isinstance(term, Member):
                    yield rng.choice(term.codes.entries).value
                if isinstance(term, Op) and term.name == "MATCHES":
                    pattern = term.args[1]
                    if isinstance(pattern, Literal):
                        yield "".join(_characters(str(pattern.value), rng))
            yield rng.choice(WORDS)

    def _key(self, ref: Ref, instance: str, row: str, cells: Cells, rng: Random) -> Key | None:
        """A cell the reference may mean at this home; for a range one of its rows."""
        suite = self.program.suite
        form = suite.form_of_block[ref.block]
        if form.repeat and not (instance and not ref.across):
            found = cells.instances(form.id)
            if not found:
                return None
            instance = rng.choice(found)
        elif not form.repeat:
            instance = ""
        if not ref.many:
            return Key(ref.block, instance, ref.row or "", ref.field)
        block = suite.blocks[ref.block]
        if row and Key(ref.block, instance, row, ref.field) and (row in block.rows_by_id or row.isdigit()):
            key = Key(ref.block, instance, row, ref.field)
            if self.layout.spot(key):
                return key
        rows = cells.rows(ref.block, instance)
        return Key(ref.block, instance, rng.choice(rows), ref.field) if rows else None


def _number(field: Field, rng: Random) -> Decimal:
    if field.type is FieldType.PERCENT:
        return rng.choice((Decimal(0), Decimal(30), Decimal(50), Decimal(100), Decimal(rng.randint(-500, 10500)) / 100))
    if field.type is FieldType.INTEGER:
        return Decimal(rng.choice((0, 1, 2, 100, rng.randint(-3, 2500))))
    digits = rng.choice((0, 1, 2, 2, 3))
    return normal(Decimal(rng.choice((0, 5, rng.randint(-50, 99999)))).scaleb(-digits))


def _characters(pattern: str, rng: Random) -> Iterator[str]:
    """A text that a pattern of the rule language matches, or just misses."""
    classes = {"9": "0123456789", "A": "ABCXYZ", "X": "0123456789ABCXYZ"}
    spoiled = rng.randrange(len(pattern)) if rng.random() < 0.3 else -1
    marks = iter(enumerate(pattern))
    for at, mark in marks:
        made = next(marks)[1] if mark == "\\" else rng.choice(classes.get(mark, mark))
        yield rng.choice("x-零 9A") if at == spoiled else made
