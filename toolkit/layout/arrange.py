"""Suite → Layout: one sheet per form (per instance of a repeated form), always the same for the same suite."""

from __future__ import annotations

from dataclasses import replace

from toolkit.layout.blocks import Placed, place_block
from toolkit.layout.columns import CHECK_WIDTH, sheet_columns
from toolkit.layout.places import Box, Label, LabelRole, Layout, SheetPlace
from toolkit.model.form import BlockKind, Form, Suite

_TOP = 3
"""Rows above the first block: number and status line, title, unit's name and unit of measure."""

_FREEZE_WIDTH = 48.0


def arrange(suite: Suite, instances: int | None = None) -> Layout:
    """Place every form of the suite; ``instances`` overrides how many sheets a repeated form gets.

    Raises ValueError for a negative number of instances.
    """
    if instances is not None and instances < 0:
        raise ValueError("instances must not be negative")
    sheets: list[SheetPlace] = []
    most = 0
    for form in suite.forms:
        if not form.repeat:
            sheets.append(_sheet(form))
            continue
        count = form.repeat if instances is None else instances
        most = max(most, count)
        if count:
            model = _sheet(form)
            sheets.extend(
                replace(model, instance=instance_id(n), name=form.sheet.format(n=n)) for n in range(1, count + 1)
            )
    return Layout(suite, most, tuple(sheets))


def instance_id(number: int) -> str:
    """``01`` for the first instance of a repeated form."""
    return f"{number:02d}"


def _sheet(form: Form) -> SheetPlace:
    columns = sheet_columns(form)
    last = len(columns)
    hidden_from = last + 2
    placed: list[Placed] = []
    at = _TOP
    for index, block in enumerate(form.blocks):
        if index:
            at += 1
        placed.append(place_block(form, block, at, columns, hidden_from))
        at = placed[-1].next_row
    split = _unit_split(columns)
    number = _number_right(columns) if form.number else 0
    return SheetPlace(
        form=form,
        instance="",
        name=form.sheet,
        blocks=tuple(p.place for p in placed),
        labels=tuple(_titles(form, last, split, number)),
        freeze=_freeze(placed, columns),
        header_rows=_repeated(placed),
        last_row=at - 1,
        last_column=last,
        hidden_from=hidden_from,
        widths=(*columns, CHECK_WIDTH),
        unit_name=Box(2, 1, 2, split),
        status=Box(0, min(number + 1, last), 0, last),
    )


def _unit_split(columns: list[float]) -> int:
    """The last column of the unit's name: what is left of it leaves room for 单位：万元."""
    room = 0.0
    for index in range(len(columns) - 1, 0, -1):
        room += columns[index]
        if room >= 14:
            return index
    return max(1, len(columns) - 1)


def _number_right(columns: list[float]) -> int:
    """The last column of the form's number (表02)."""
    room = 0.0
    for index, width in enumerate(columns, 1):
        room += width
        if room >= 10:
            return index
    return 1


def _titles(form: Form, last: int, split: int, number: int) -> list[Label]:
    labels = [Label(form.title, LabelRole.TITLE, 1, 1, 1, last)]
    if number:
        labels.append(Label(form.number, LabelRole.NOTE, 0, 1, 0, number))
    if form.unit_line and split < last:
        labels.append(Label(f"单位：{form.unit_line}", LabelRole.UNIT_LINE, 2, split + 1, 2, last))
    return labels


def _repeated(placed: list[Placed]) -> tuple[int, int]:
    """The rows repeated on each page: the header of the longest table, with the title if nothing is between."""
    tables = [p for p in placed if p.header is not None]
    main = max(tables, key=lambda p: len(p.place.row_ids), default=None)
    if main is None or main.header is None:
        return (1, 2)
    return (1, main.header[1]) if main is placed[0] else main.header


def _freeze(placed: list[Placed], columns: list[float]) -> tuple[int, int]:
    """A sheet of one table keeps its header and its first column in sight, any other its title."""
    if len(placed) != 1 or placed[0].header is None:
        return (_TOP, 0)
    frozen = placed[0].frozen_columns
    if placed[0].place.block.kind is BlockKind.LIST and frozen <= len(columns):
        first = next(iter(placed[0].place.spans.values()), None)
        if first is None and sum(columns[:frozen]) <= _FREEZE_WIDTH:
            frozen += 1
    wide = sum(columns[: frozen - 1]) > _FREEZE_WIDTH
    return (placed[0].header[1] + 1, 0 if wide else frozen)
