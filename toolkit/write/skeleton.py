"""The printed form without its values: columns, titles, headers, labels, page set-up."""

from __future__ import annotations

import math
from collections.abc import Iterable

from xlsxwriter.format import Format

from toolkit.layout.columns import display_width
from toolkit.layout.hidden import dollars
from toolkit.layout.places import Box, Label, LabelRole, SheetPlace, quoted
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind, FieldType, RowRole
from toolkit.write.context import Context
from toolkit.write.engine import Sheet
from toolkit.write.style import LOCKED

ROW_HEIGHT = 20.0
_MAX_HEIGHT = 400.0
_LONG_BLANK = 52.0
_PAPER_A4 = 9


def box_width(at: SheetPlace, left: int, right: int) -> float:
    """Characters that fit side by side in the columns ``left`` … ``right``."""
    return sum(at.widths[left - 1 : right])


def text_height(text: str, width: float, size: float) -> float:
    """Points that ``text`` needs, wrapped to ``width`` characters."""
    room = max(width - 0.5, 2.0)
    lines = sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n"))
    return min(lines * size * 1.38 + 6, _MAX_HEIGHT)


def write_skeleton(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    """Everything printed that is not a value."""
    _columns(ctx, sheet, at)
    page(sheet, at.form.landscape, at.last_row, at.last_column)
    sheet.raw.repeat_rows(*at.header_rows)
    sheet.raw.freeze_panes(*at.freeze)
    _titles(ctx, sheet, at)
    for place in at.blocks:
        for row, ids in place.id_rows.items():
            sheet.height(row, None, ctx.style.hidden(), hidden=True)
            for column, text in ids.items():
                sheet.text(row, column, text, ctx.style.hidden())
        for row, text in place.row_ids.items():
            sheet.text(row, 0, text, ctx.style.hidden())
        for label in place.labels:
            _label(ctx, sheet, label, _strength(at, place.block.id, label))
        for box in place.closed:
            _boxed(sheet, box, "—" if place.block.kind is BlockKind.GRID else "", ctx.style.closed())
        for row_id, box in place.numbers.items():
            look = ctx.style.boxed(LOCKED, align="center")
            sheet.merge(*box, look)
            sheet.number(box.top, box.left, int(row_id), look)


def _columns(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    plain = ctx.style.plain()
    sheet.raw.set_default_row(ROW_HEIGHT)
    sheet.width(0, 0, None, ctx.style.hidden(), hidden=True)
    for column, width in enumerate(at.widths, 1):
        sheet.width(column, column, width, plain)
    # Nothing to the right of the form is shown: the verdict zone, and empty columns nobody should type into.
    sheet.hide_from(at.hidden_from, ctx.style.hidden())


def page(sheet: Sheet, landscape: bool, last_row: int, last_column: int) -> None:
    """A4, one page wide, centred, page numbers at the foot, no grid lines."""
    raw = sheet.raw
    raw.hide_gridlines(2)
    raw.set_paper(_PAPER_A4)
    if landscape:
        raw.set_landscape()
    raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    raw.center_horizontally()
    raw.fit_to_pages(1, 0)
    raw.set_footer("&C&9第 &P 页　共 &N 页")
    raw.print_area(0, 1, last_row, last_column)


def _titles(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    for label in at.labels:
        _label(ctx, sheet, label, strength=(False, 0))
    sheet.height(1, 34.0, ctx.style.plain())
    _unit_name(ctx, sheet, at)
    style = ctx.style
    for row, (target, text) in enumerate((("填报说明", "← 返回填报说明"), ("校验", "→ 查看校验结果")), 1):
        sheet.link(row, at.check_column, target, text, style.link())
    for place in at.blocks:
        top = _head_row(place.labels, place.row_ids)
        if place.block.kind is not BlockKind.RECORD:
            bottom = max(lab.bottom for lab in place.labels if lab.role is LabelRole.STUB)
            sheet.merge(top, at.check_column, bottom, at.check_column, style.header())
            sheet.text(top, at.check_column, "校验提示", style.header())


def _unit_name(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    """编制单位: read live from the first form, or as the identity has it where the first form does not ask."""
    look = ctx.style.plain(align="left")
    sheet.merge(*at.unit_name, look)
    first = ctx.suite.forms[0]
    keys = [
        Key(block.id, "", "", name)
        for name in ("unit_code", "unit_name")
        for block in first.blocks
        if block.kind is BlockKind.RECORD and name in block.by_id and not first.repeat
    ]
    if not keys:
        text = f"编制单位：{ctx.identity.unit} {ctx.identity.unit_name}".rstrip()
        sheet.text(at.unit_name.top, at.unit_name.left, text, look)
        return
    spots = [spot for key in keys if (spot := ctx.layout.spot(key)) is not None]
    cells = '&" "&'.join(f"{quoted(s.sheet)}!{dollars(s.row, s.column)}" for s in spots)
    shown = " ".join(part for key in keys for part in str(ctx.values.get(key) or "").split(" ") if part)
    sheet.formula(at.unit_name.top, at.unit_name.left, f'="编制单位："&TRIM({cells})', look, f"编制单位：{shown}")


def _head_row(labels: Iterable[Label], row_ids: Iterable[int]) -> int:
    tops = [lab.top for lab in labels if lab.role is LabelRole.STUB]
    return tops[0] if tops else min(row_ids)


def _strength(at: SheetPlace, block: str, label: Label) -> tuple[bool, int]:
    """(bold, indent) of a row's label."""
    row = at.by_block[block].block.rows_by_id.get(label.subject) if label.role is LabelRole.ROW else None
    return (row.role is RowRole.TOTAL, row.indent) if row is not None else (False, 0)


def _label(ctx: Context, sheet: Sheet, label: Label, strength: tuple[bool, int]) -> None:
    style = ctx.style
    match label.role:
        case LabelRole.TITLE:
            look = style.title()
        case LabelRole.UNIT_LINE:
            look = style.plain(align="right")
        case LabelRole.SECTION:
            look = style.plain(bold=True, font_size=style.size + 1)
        case LabelRole.NOTE:
            look = style.note() if label.top else style.plain()
        case LabelRole.ROW:
            look = style.row_label(strength[1], strength[0])
        case LabelRole.FIELD:
            look = style.field_label()
        case _:
            look = style.header()
    sheet.merge(label.top, label.left, label.bottom, label.right, look)
    sheet.text(label.top, label.left, label.text, look)


def _boxed(sheet: Sheet, box: Box, text: str, look: Format) -> None:
    sheet.merge(*box, look)
    sheet.text(box.top, box.left, text, look)


def write_heights(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    """Heights of the rows whose text wraps. Other rows keep the default height and grow as one types."""
    need: dict[int, float] = {}
    size = ctx.style.size
    for place in at.blocks:
        for label in sorted(place.labels, key=lambda lab: lab.bottom - lab.top):
            height = text_height(label.text, box_width(at, label.left, label.right), size)
            rows = range(label.top, label.bottom + 1)
            missing = height - sum(need.get(r, ROW_HEIGHT) for r in rows)
            if missing > 0:
                need[rows[-1]] = need.get(rows[-1], ROW_HEIGHT) + missing
        for (row, field_id), (top, left) in place.cells.items():
            field = place.block.by_id[field_id]
            if field.type.is_number or field.type is FieldType.DATE:
                continue
            value = ctx.shown(place.block.id, at.instance, row, field_id)
            width = box_width(at, left, place.spans.get((row, field_id), (top, left))[1])
            height = text_height(value, width, size) if value else 0.0
            if place.block.kind is BlockKind.RECORD and field.type is FieldType.LONG_TEXT:
                height = max(height, _LONG_BLANK)
            if height > need.get(top, ROW_HEIGHT):
                need[top] = height
    for number, points in sorted(need.items()):
        sheet.height(number, round(points, 1))
