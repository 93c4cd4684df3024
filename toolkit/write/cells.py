"""The cells of a form: inputs, live formulas, constants, their validation, and the names they answer to."""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal

from toolkit.layout.addresses import at_row
from toolkit.layout.hidden import absolute, dollars
from toolkit.layout.places import BlockPlace, SheetPlace, defined_name, quoted
from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, Field, FieldType
from toolkit.write.context import Context, cached
from toolkit.write.engine import Sheet
from toolkit.write.style import COMPUTED
from toolkit.write.validations import Validator


def write_cells(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    """Every cell of the sheet's blocks, with validations and hidden defined names."""
    validator = Validator(ctx.layout, ctx.lists)
    for place in at.blocks:
        open_cells: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for (row, field_id), (top, left) in place.cells.items():
            key = Key(place.block.id, at.instance, row, field_id)
            _write_cell(ctx, sheet, at, place, key)
            if ctx.is_validated(key):
                open_cells[field_id].append((top, left))
        for field_id, cells in open_cells.items():
            for run in _runs(cells):
                validator.apply(sheet, at, place, place.block.by_id[field_id], run)
        _names(ctx, at, place)


def _write_cell(ctx: Context, sheet: Sheet, at: SheetPlace, place: BlockPlace, key: Key) -> None:
    field = place.block.by_id[key.field]
    top, left = place.cells[(key.row, key.field)]
    role = ctx.role(key)
    lone = place.block.kind is BlockKind.RECORD
    look = ctx.style.cell(field, role, ctx.is_open(key), ctx.strong(key), lone, _below_one(field, ctx.given.get(key)))
    span = place.spans.get((key.row, key.field))
    if span is not None:
        sheet.merge(top, left, *span, look)
    mark = ctx.marks.get(key)
    value = ctx.given.get(key)
    if mark is not None:
        sheet.text(top, left, mark, look)
    elif value is not None:
        _constant(sheet, top, left, value, look)
    elif role == COMPUTED:
        formula = at_row(ctx.computed_formula(at, key), top)
        sheet.formula(top, left, "=" + formula, look, cached(ctx.values.get(key)))
    elif span is None:
        sheet.blank(top, left, look)


def _below_one(field: Field, value: Value) -> bool:
    """A percentage that could be read as a share of one."""
    return field.type is FieldType.PERCENT and isinstance(value, Decimal) and 0 < abs(value) < 1


def _constant(sheet: Sheet, row: int, column: int, value: Value, look: object) -> None:
    if isinstance(value, Decimal):
        sheet.number(row, column, value, look)
    elif isinstance(value, datetime.date):
        sheet.date(row, column, value, look)
    else:
        sheet.text(row, column, value or "", look)


def _runs(cells: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Neighbouring cells of one column: (top, bottom, column)."""
    runs: list[tuple[int, int, int]] = []
    for row, column in sorted(cells, key=lambda c: (c[1], c[0])):
        if runs and runs[-1][2] == column and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row, column)
        else:
            runs.append((row, row, column))
    return runs


def _names(ctx: Context, at: SheetPlace, place: BlockPlace) -> None:
    """A record's cells by name; a grid's or list's columns, from the first row to the last."""
    local = at.name if at.form.repeat else None
    for field in place.block.fields:
        cells = [cell for (_, f), cell in place.cells.items() if f == field.id]
        if place.block.kind is BlockKind.LIST:
            cells = [place.cells[(row, field.id)] for row in place.list_rows]
        if not cells:
            continue
        top, bottom = min(r for r, _ in cells), max(r for r, _ in cells)
        column = cells[0][1]
        if top == bottom:
            target = f"{quoted(at.name)}!{dollars(top, column)}"
        else:
            target = absolute(at.name, top, column, bottom)
        ctx.book.name(defined_name(place.block.id, field.id), target, local)
