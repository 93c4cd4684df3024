"""A form as printed, consolidated: live sums on the left, the same rows per unit on the right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from toolkit.model.fact import Key
from toolkit.model.form import Block, Field, Form, Row, RowRole
from toolkit.report.sheets import MUTED, RULE, TOTAL, Book, Sheet, header
from toolkit.report.summary_data import Consolidated, adds_up, heading, number_format, numbers, total
from toolkit.report.text import one_line

WIDEST = 16_000
"""Columns used of the 16,384 a sheet has; further units stand on continuation sheets."""


@dataclass(frozen=True)
class Beside:
    """Where a consolidated grid stands, for the charts: the sheet and the cell of each total and unit."""

    block: Block
    fields: tuple[Field, ...]
    totals: dict[tuple[str, str], tuple[str, Decimal]]
    per_unit: dict[tuple[str, str], list[tuple[str, Decimal]]]


def write_beside(
    book: Book, form: Form, blocks: list[Block], data: Consolidated, name: str, title: str
) -> list[Beside]:
    """Write one form. Returns where its numbers stand (addresses with the sheet's name)."""
    widest = max(len(numbers(b)) for b in blocks)
    step = max(1, (WIDEST - widest - 2) // widest)
    chunks = [range(i, min(i + step, len(data.units))) for i in range(0, len(data.units), step)]
    sheets = [book.sheet(name + (f"_{n}" if n > 1 else "")) for n in range(1, len(chunks) + 1)]
    for sheet in sheets:
        sheet.raw.set_row(0, 28)
        sheet.text(0, 0, f"{form.title}（汇总）", book.style(bold=True, font_size=16))
        sheet.text(
            1,
            0,
            f"{title}　{f'单位：{form.unit_line}' if form.unit_line else ''}　共 {len(data.units)} 个单位",
            book.style(font_color=MUTED),
        )
        sheet.raw.set_column(0, 0, 36)
        sheet.raw.set_column(1, widest, 15)
        sheet.raw.set_column(widest + 1, widest + 1, 2)
        sheet.raw.set_column(widest + 2, widest + 2 + widest * step, 13)
        sheet.raw.freeze_panes(2, 1)
        sheet.raw.set_landscape()
        sheet.raw.set_paper(9)
        sheet.raw.fit_to_pages(1, 0)
    sheets[0].raw.print_area(0, 0, 2 + sum(len(b.rows) + 5 for b in blocks), widest)
    at, written = 3, []
    for block in blocks:
        written.append(_block(sheets, block, data, chunks, at, widest))
        at += len(block.rows) + 5
    return written


def _block(sheets: list[Sheet], block: Block, data: Consolidated, chunks: list[range], at: int, widest: int) -> Beside:
    book, fields = sheets[0].book, numbers(block)
    for sheet in sheets:
        sheet.text(at, 0, block.label or block.id, book.style(bold=True, font_size=12))
    _heads(sheets, block, fields, data, chunks, at + 1, widest)
    place = Beside(block, fields, {}, {})
    for r, row in enumerate(block.rows, at + 3):
        look = {"bold": True, "bg_color": TOTAL} if row.role is RowRole.TOTAL else {}
        label = book.style(border=1, border_color=RULE, indent=min(row.indent, 6), **look)
        for sheet in sheets:
            sheet.text(r, 0, row.label, label)
        for f, field in enumerate(fields):
            _cells(sheets, place, row, field, f, data, chunks, r, widest, look)
    return place


def _heads(
    sheets: list[Sheet],
    block: Block,
    fields: tuple[Field, ...],
    data: Consolidated,
    chunks: list[range],
    at: int,
    widest: int,
) -> None:
    """Two header rows: the field over its units, then the units' names."""
    head, sub = header(sheets[0].book), header(sheets[0].book, font_size=9)
    for sheet, chunk in zip(sheets, chunks, strict=True):
        sheet.raw.set_row(at, 22)
        sheet.raw.set_row(at + 1, 30)
        sheet.raw.merge_range(at, 0, at + 1, 0, "", head)
        sheet.text(at, 0, block.stub or "项目", head)
        for f, field in enumerate(fields):
            sheet.text(at, 1 + f, heading(field), head)
            sheet.text(at + 1, 1 + f, "合计" if adds_up(block, field) else "不相加", sub)
            left = widest + 2 + f * len(chunk)
            if len(chunk) > 1:
                sheet.raw.merge_range(at, left, at, left + len(chunk) - 1, "", head)
            sheet.text(at, left, heading(field), head)
            for n, unit in enumerate(chunk):
                sheet.text(at + 1, left + n, one_line(data.names[unit]), sub)


def _cells(
    sheets: list[Sheet], place: Beside, row: Row, field: Field, f: int, data: Consolidated, chunks: list[range],
    r: int, widest: int, look: dict[str, object],
) -> None:  # fmt: skip
    """One row of one field: the units' values on each sheet, and their live sum on the first."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

    block, book = place.block, sheets[0].book
    edge = {"border": 1, "border_color": RULE, **look}
    number = book.style(**edge, num_format=number_format(field), align="right")
    note = book.style(**edge, align="center", font_color=MUTED)
    open_cell = block.has_cell(row.id, field.id)
    values = [data.value(n, Key(block.id, "", row.id, field.id)) for n in range(len(data.units))]
    pieces, cells = [], []
    for n, (sheet, chunk) in enumerate(zip(sheets, chunks, strict=True)):
        left = widest + 2 + f * len(chunk)
        for c, unit in enumerate(chunk):
            sheet.value(r, left + c, values[unit] if open_cell else "—", number, note)
            value = values[unit]
            cells.append(
                (
                    f"{sheet.quoted}!{xl_rowcol_to_cell(r, left + c)}",
                    value if isinstance(value, Decimal) else Decimal(0),
                )
            )
        span = f"{xl_rowcol_to_cell(r, left)}:{xl_rowcol_to_cell(r, left + len(chunk) - 1)}"
        pieces.append(span if n == 0 else f"{sheet.quoted}!{span}")
    if not open_cell or not adds_up(block, field):
        for sheet in sheets:
            sheet.text(r, 1 + f, "—", note)
        return
    amount = total(values)
    held = any(isinstance(v, Decimal) for v in values)
    spans = ",".join(pieces)
    # what nobody filled in stays blank: a blank is not a zero
    live = f'=IF(COUNT({spans})=0,"",SUM({spans}))'
    sheets[0].formula(r, 1 + f, live, amount if held else "", number)
    home = xl_rowcol_to_cell(r, 1 + f)
    for sheet in sheets[1:]:
        sheet.formula(r, 1 + f, f"={sheets[0].quoted}!{home}", amount if held else "", number)
    place.totals[(row.id, field.id)] = (f"{sheets[0].quoted}!{home}", amount)
    place.per_unit[(row.id, field.id)] = cells
