"""Lists and records of all units as one long table: the unit in front, live subtotals that follow the filter."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form
from toolkit.report.sheets import MUTED, RULE, TOTAL, Book, Sheet, header
from toolkit.report.summary_blocks import adds_up, heading, number_format, total
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_shown import RETURNS, VALUE, Shown
from toolkit.report.summary_subtotals import write_subtotals

LONGEST = 1_000_000
"""Rows of the table on one sheet; the rest is in the book and the note says so."""
_LEAD = {"部门": 20, "单位代码": 10, "单位名称": 24, "表序": 7, "行": 10}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: of unit number ``unit``, in this sheet of a repeated form; ``label`` as printed."""

    unit: int
    instance: str
    row: str
    label: str
    values: list[Value]


@dataclass
class Stacked:
    """A stacked table and where it stands, for the charts: columns by ``block.field``.

    ``adding``: the columns whose values add up. Values are in the order of the rows.
    """

    title: str
    sheet: str
    is_record: bool
    form: Form
    fields: dict[str, Field] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[Value]] = field(default_factory=dict)
    adding: set[str] = field(default_factory=set)


def write_stacked(book: Book, form: Form, blocks: list[Block], data: Consolidated, name: str, note: str) -> Stacked:
    """Write one list, or the records of one form, of all units. Returns where the columns stand."""
    sheet = book.sheet(name)
    first_block = blocks[0]
    is_record = first_block.kind is BlockKind.RECORD
    lead = [t for t in _LEAD if (t != "表序" or form.repeat) and (t != "行" or not is_record)]
    lead = [t for t in lead if t != "部门" or len(data.families) > 1]
    rows = _rows(form, blocks, data)
    cut = len(rows) - LONGEST
    rows = rows[:LONGEST]
    place = Stacked(first_block.label or form.title, sheet.quoted, is_record, form)
    first, last = 5, max(5, 4 + len(rows))
    _columns(place, blocks, rows, len(lead), (first, last))
    _titles(sheet, form, blocks, f"{note}　{len(rows)} 行", cut, adding=bool(place.adding))
    _totals(sheet, place, len(lead), data)
    sheet.raw.set_row(4, 32)
    sheet.heading(4, [*lead, *(heading(f) for f in place.fields.values())], header(book))
    _widths(sheet, place, lead)
    text, center = book.style(border=1, border_color=RULE), book.style(border=1, border_color=RULE, align="center")
    looks = [_look(book, f) for f in place.fields.values()]
    for r, line in enumerate(rows, first):
        for c, (front_text, head) in enumerate(zip(_front(line, data, lead), lead, strict=True)):
            sheet.text(r, c, front_text, text if head in {"部门", "单位名称"} else center)
        for c, (value, look) in enumerate(zip(line.values, looks, strict=True), len(lead)):
            sheet.value(r, c, value, look, text)
        _tell(sheet, place, data, line, r, len(lead))
    sheet.raw.autofilter(4, 0, last, len(lead) + len(place.fields) - 1)
    if place.adding:
        write_subtotals(sheet, place, data, [line.unit for line in rows], len(lead), last + 2)
    return place


def _front(line: Line, data: Consolidated, lead: list[str]) -> list[str]:
    """What stands in front of a row."""
    who = data.units[line.unit].identity
    told = {"部门": data.departments[line.unit], "单位代码": who.unit, "单位名称": who.unit_name}
    told |= {"表序": line.instance, "行": line.label}
    return [told[head] for head in lead]


def _tell(sheet: Sheet, place: Stacked, data: Consolidated, line: Line, r: int, lead: int) -> None:
    unit = data.units[line.unit]
    for c, (name, value) in enumerate(zip(place.fields, line.values, strict=True), lead):
        if isinstance(value, Decimal):
            block, _, field_id = name.partition(".")
            what = (unit.identity.unit, unit.identity.unit, unit.ret, place.form.id, block, line.instance, line.row)
            sheet.shows(r, c, Shown(data.group, VALUE, *what, field_id))


def _columns(place: Stacked, blocks: list[Block], rows: list[Line], lead: int, span: tuple[int, int]) -> None:
    """Fill in where each column stands and what it holds."""
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 - heavy

    at = 0
    for block in blocks:
        for f in block.fields:
            name = f"{block.id}.{f.id}"
            place.fields[name] = f
            place.columns[name] = xl_range_abs(span[0], lead + at, span[1], lead + at)
            place.values[name] = [line.values[at] for line in rows]
            if adds_up(block, f):
                place.adding.add(name)
            at += 1


def _titles(sheet: Sheet, form: Form, blocks: list[Block], note: str, cut: int, *, adding: bool) -> None:
    book = sheet.book
    sheet.raw.set_row(0, 28)
    part = f"　{blocks[0].label}" if len(blocks) == 1 and len(form.blocks) > 1 and blocks[0].label else ""
    sheet.text(0, 0, f"{form.title}{part}（各单位）", book.style(bold=True, font_size=16))
    follows = "　合计随筛选变化" if adding else ""
    more = f"　另有 {cut} 行未列出" if cut > 0 else ""
    sheet.text(1, 0, f"{note}{follows}{more}", book.style(font_color=MUTED))
    sheet.raw.freeze_panes(5, 2)
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.repeat_rows(4)


def _rows(form: Form, blocks: list[Block], data: Consolidated) -> list[Line]:
    """Every row of every unit, in the order of the tree."""
    rows = []
    for n in range(len(data.units)):
        places = list(dict.fromkeys(at for block in blocks for at in data.rows(n, block)))
        for instance, row in sorted(places) if len(blocks) > 1 else places:
            fixed = blocks[0].rows_by_id.get(row)
            label = fixed.label if fixed else row.lstrip("0") or row
            values = [data.value(n, Key(b.id, instance, row, f.id)) for b in blocks for f in b.fields]
            rows.append(Line(n, instance, row, label, values))
    return rows


def _totals(sheet: Sheet, place: Stacked, lead: int, data: Consolidated) -> None:
    """The live totals above the header: outside the filter, and following it (SUBTOTAL 109)."""
    book = sheet.book
    if not place.adding:
        return
    sheet.raw.set_row(3, 20)
    label = book.style(bold=True, bg_color=TOTAL, border=1, border_color=RULE)
    adjusted = any(f"{one.block}.{one.field}" in place.adding for one in data.booked)
    for c in range(lead):
        sheet.text(3, c, "" if c else "报送合计" if adjusted else "合计", label)
    for c, (name, f) in enumerate(place.fields.items(), lead):
        if name not in place.adding:
            sheet.text(3, c, "", label)
            continue
        style = book.style(bold=True, bg_color=TOTAL, border=1, border_color=RULE, num_format=number_format(f))
        amount: Decimal = total(place.values[name])
        sheet.formula(3, c, f"=SUBTOTAL(109,{place.columns[name]})", amount, style)
        block, _, field_id = name.partition(".")
        sheet.shows(3, c, Shown(data.group, RETURNS, data.node, "", "", place.form.id, block, "", "", field_id))


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
