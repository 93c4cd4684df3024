"""What a reader finds in a workbook in which a fill was typed, without the workbook."""

from __future__ import annotations

from bench.fills import Fill, Filler, has_marks
from toolkit.layout.places import SheetPlace, a1
from toolkit.model.fact import Fact, Identity, Key, Return, State, Value
from toolkit.model.form import Suite
from toolkit.read.texts import state_of


def identity(suite: Suite, unit: str) -> Identity:
    """The unit's identity; ``unit`` "" as in a blank that nobody was named in."""
    return Identity(suite.region, suite.year, suite.stage, unit, unit, suite.edition, suite.id)


def as_return(filler: Filler, fill: Fill, unit: str) -> Return:
    """The facts of every submitted sheet, of the others what stands in prefilled cells."""
    suite = filler.program.suite
    full, cells, typed_over = filler.full(fill), filler.cells(fill), filler.typed_over(fill)
    facts: dict[Key, Fact] = {}
    submitted = set()
    for sheet in filler.layout.sheets:
        used = cells.used(sheet.form.id, sheet.instance)
        if used:
            submitted.add((sheet.form.id, sheet.instance))
        for key, cell in _cells_of(sheet):
            block = suite.blocks[key.block]
            rows = {*cells.rows(block.id, sheet.instance), *block.rows_by_id, ""}
            typed = key in fill.values or key in fill.marks
            if (used and key.row in rows) or (not used and typed and block.by_id[key.field].prefill):
                mark = fill.marks.get(key, "")
                value = full.get(key)
                state = state_of(mark) or State.INVALID if mark else _state(suite, key, value)
                raw = mark or ("" if value is None else str(value))
                unit_of = block.by_id[key.field].unit
                facts[key] = Fact(key, value, state, raw, sheet.name, cell, unit_of, key in typed_over)
    return Return(identity(suite, unit), facts, (), frozenset(submitted))


def _cells_of(sheet: SheetPlace) -> list[tuple[Key, str]]:
    return [
        (Key(place.block.id, sheet.instance, row, name), a1(*at))
        for place in sheet.blocks
        for (row, name), at in place.cells.items()
    ]


def _state(suite: Suite, key: Key, value: Value) -> State:
    """A word such as 无 in a text is its value all the same, unless its code list has it as an entry."""
    if value is None or value == "":
        return State.BLANK
    column = suite.blocks[key.block].by_id[key.field]
    if isinstance(value, str) and not has_marks(column) and suite.blocks[key.block].formula(key.row, key.field) is None:
        known = column.lookup is not None and value in suite.lists[column.lookup].values
        return State.VALUE if known else state_of(value) or State.VALUE
    return State.ZERO if value == 0 else State.VALUE
