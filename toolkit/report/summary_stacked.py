"""Lists and records of all units as one long table: the unit in front, live subtotals that follow the filter."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form
from toolkit.report.sheets import MUTED, RULE, TOTAL, Book, Sheet, header
from toolkit.report.summary_data import Consolidated, adds_up, heading, number_format, total

LONGEST = 1_000_000
"""Rows of the table on one sheet; the rest is in the book and the note says so."""
_LEAD = {"单位代码": 10, "单位名称": 24, "表序": 7, "行": 10}


@dataclass
class Stacked:
    """A stacked table and where it stands, for the charts: columns by ``block.field``.

    ``adding``: the columns whose values add up. Values are in the order of the rows.
    """

    title: str
    sheet: str
    is_record: bool
    fields: dict[str, Field] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[Value]] = field(default_factory=dict)
    adding: set[str] = field(default_factory=set)


def write_stacked(book: Book, form: Form, blocks: list[Block], data: Consolidated, name: str, title: str) -> Stacked:
    """Write one list, or the records of one form, of all units. Returns where the columns stand."""
    sheet = book.sheet(name)
    first_block = blocks[0]
    is_record = first_block.kind is BlockKind.RECORD
    lead = [t for t in _LEAD if (t != "表序" or form.repeat) and (t != "行" or not is_record)]
    rows = _rows(form, blocks, data)
    cut = len(rows) - LONGEST
    rows = rows[:LONGEST]
    place = Stacked(first_block.label or form.title, sheet.quoted, is_record)
    first, last = 5, max(5, 4 + len(rows))
    _columns(place, blocks, rows, len(lead), (first, last))
    _titles(sheet, form, blocks, f"{title}　{f'单位：{form.unit_line}　' if form.unit_line else ''}{len(rows)} 行", cut)
    _totals(sheet, place, len(lead))
    sheet.raw.set_row(4, 32)
    sheet.heading(4, [*lead, *(heading(f) for f in place.fields.values())], header(book))
    _widths(sheet, place, lead)
    text, center = book.style(border=1, border_color=RULE), book.style(border=1, border_color=RULE, align="center")
    looks = [_look(book, f) for f in place.fields.values()]
    for r, (front, values) in enumerate(rows, first):
        for c, front_text in enumerate(front):
            sheet.text(r, c, front_text, text if c == 1 else center)
        for c, (value, look) in enumerate(zip(values, looks, strict=True), len(front)):
            sheet.value(r, c, value, look, text)
    sheet.raw.autofilter(4, 0, last, len(lead) + len(place.fields) - 1)
    return place


def _columns(
    place: Stacked, blocks: list[Block], rows: list[tuple[list[str], list[Value]]], lead: int, span: tuple[int, int]
) -> None:
    """Fill in where each column stands and what it holds."""
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 - heavy

    at = 0
    for block in blocks:
        for f in block.fields:
            name = f"{block.id}.{f.id}"
            place.fields[name] = f
            place.columns[name] = xl_range_abs(span[0], lead + at, span[1], lead + at)
            place.values[name] = [values[at] for _, values in rows]
            if adds_up(block, f):
                place.adding.add(name)
            at += 1


def _titles(sheet: Sheet, form: Form, blocks: list[Block], note: str, cut: int) -> None:
    book = sheet.book
    sheet.raw.set_row(0, 28)
    part = f"　{blocks[0].label}" if len(blocks) == 1 and len(form.blocks) > 1 and blocks[0].label else ""
    sheet.text(0, 0, f"{form.title}{part}（各单位）", book.style(bold=True, font_size=16))
    more = f"　另有 {cut} 行未列出" if cut > 0 else ""
    sheet.text(1, 0, f"{note}　合计随筛选变化{more}", book.style(font_color=MUTED))
    sheet.raw.freeze_panes(5, 2)
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.repeat_rows(4)


def _rows(form: Form, blocks: list[Block], data: Consolidated) -> list[tuple[list[str], list[Value]]]:
    """(leading texts, values) of every row of every unit."""
    rows = []
    for n, unit in enumerate(data.units):
        places = list(dict.fromkeys(at for block in blocks for at in data.rows(n, block)))
        for instance, row in sorted(places) if len(blocks) > 1 else places:
            front = [unit.identity.unit, unit.identity.unit_name]
            if form.repeat:
                front.append(instance)
            if blocks[0].kind is not BlockKind.RECORD:
                fixed = blocks[0].rows_by_id.get(row)
                front.append(fixed.label if fixed else row.lstrip("0") or row)
            values = [data.value(n, Key(b.id, instance, row, f.id)) for b in blocks for f in b.fields]
            rows.append((front, values))
    return rows


def _totals(sheet: Sheet, place: Stacked, lead: int) -> None:
    """The live totals above the header: outside the filter, and following it (SUBTOTAL 109)."""
    book = sheet.book
    sheet.raw.set_row(3, 20)
    label = book.style(bold=True, bg_color=TOTAL, border=1, border_color=RULE)
    for c in range(lead):
        sheet.text(3, c, "合计" if c == 0 else "", label)
    for c, (name, f) in enumerate(place.fields.items(), lead):
        if name not in place.adding:
            sheet.text(3, c, "", label)
            continue
        style = book.style(bold=True, bg_color=TOTAL, border=1, border_color=RULE, num_format=number_format(f))
        amount: Decimal = total(place.values[name])
        sheet.formula(3, c, f"=SUBTOTAL(109,{place.columns[name]})", amount, style)


def _look(book: Book, f: Field) -> object:
    edge = {"border": 1, "border_color": RULE}
    if f.type.is_number:
        return book.style(**edge, num_format=number_format(f), align="right")
    return book.style(**edge)


def _widths(sheet: Sheet, place: Stacked, lead: list[str]) -> None:
    for c, title in enumerate(lead):
        sheet.raw.set_column(c, c, _LEAD[title])
    for c, f in enumerate(place.fields.values(), len(lead)):
        wide = 36 if f.type is FieldType.LONG_TEXT else 13 if f.type.is_number else 22
        sheet.raw.set_column(c, c, max(wide, min(2 * len(f.label) + 2, 30)))
