"""What was done to a sheet besides filling it in: hidden rows, merged data, altered labels, notes in the margin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.layout.places import LabelRole, SheetPlace, a1
from toolkit.model.fact import Key, Remark
from toolkit.read.binding import Binding
from toolkit.read.texts import clean
from toolkit.read.witness import Position, SheetText, squeezed
from toolkit.read.workbook import Workbook

_SHOWN = 5
_MOST = 20
_VISITS = 1_000_000
"""Cells looked at for merges on one sheet: real sheets stay far below, and a hostile one costs no more."""


def sheet_remarks(place: SheetPlace, bindings: list[Binding], text: SheetText, sheet: str) -> list[Remark]:
    """All remarks about the shape of one sheet that was found."""
    cells = {at: key for b in bindings for key, at in _keyed(place, b)}
    remarks = [*_labels(bindings, sheet), *_anchors(bindings, sheet), *_extra_rows(bindings, sheet)]
    remarks += _hidden(text, cells, sheet)
    remarks += _merged(text, cells, sheet)
    if not any(b.moved or b.doubt for b in bindings):
        remarks += _unit_line(place, text, sheet)
        remarks += _closed(place, text, cells, sheet)
        remarks += _margin(place, text, cells, sheet)
    return remarks


def file_remarks(book: Workbook, sheets: Mapping[str, SheetText]) -> list[Remark]:
    """Remarks about the file as a whole; ``sheets`` are the form sheets found, by their names in the file."""
    remarks = [Remark(code, words, severity="warning") for code, words in book.active]
    if book.precision_as_displayed:
        words = "工作簿设为“以显示精度为准”，录入的小数可能已被舍入"
        remarks.append(Remark("WBK-04", words, severity="warning"))
    if book.date1904:
        remarks.append(Remark("TYP-06", "工作簿使用 1904 日期系统，日期已按此读取", severity="info"))
    bare = [name for name, text in sheets.items() if not text.raw.protected]
    if bare:
        shown = "、".join(bare[:_SHOWN]) + (" 等" if len(bare) > _SHOWN else "")
        remarks.append(Remark("WBK-03", f"工作表保护已被取消：{shown}", severity="info"))
    return remarks


def _keyed(place: SheetPlace, binding: Binding) -> Iterable[tuple[Key, Position]]:
    block = binding.place.block.id
    return ((Key(block, place.instance, row, f), at) for (row, f), at in binding.cells.items())


def _labels(bindings: list[Binding], sheet: str) -> Iterable[Remark]:
    for binding in bindings:
        for label, now in binding.changed:
            detail = f"印刷的标题“{label.text}”被改为“{clean(now)[:60]}”，已按隐藏标识读取"
            yield Remark("WBK-03", detail, sheet=sheet, actual=clean(now), expected=label.text, severity="warning")


def _anchors(bindings: list[Binding], sheet: str) -> Iterable[Remark]:
    for binding in bindings:
        name = binding.place.block.label or binding.place.block.id
        if binding.doubt:
            detail = f"“{name}”无法可靠定位，未读取：{binding.doubt}"
            yield Remark("WBK-03", detail, sheet=sheet, severity="error")
            continue
        if binding.missing:
            labels = dict.fromkeys(_subject(binding, row, f) for row, f in sorted(binding.missing))
            detail = f"“{name}”缺少：{'、'.join(list(labels)[:_SHOWN])}{' 等' if len(labels) > _SHOWN else ''}"
            yield Remark("WBK-03", detail, sheet=sheet, severity="error")
        if binding.broken:
            words = "、".join(sorted(binding.broken))
            yield Remark("WBK-03", f"“{name}”的{words}丢失或错位，已按其余标识读取", sheet=sheet, severity="info")
        elif binding.moved:
            detail = f"“{name}”的行或列被插入、删除或移动，已按标识读取"
            yield Remark("WBK-03", detail, sheet=sheet, severity="warning")


def _subject(binding: Binding, row: str, field_id: str) -> str:
    """The row that is gone, or else the column."""
    block = binding.place.block
    if row in block.rows_by_id and all(
        (row, f.id) in binding.missing or not block.has_cell(row, f.id) for f in block.fields
    ):
        return block.rows_by_id[row].label
    return block.by_id[field_id].label


def _extra_rows(bindings: list[Binding], sheet: str) -> Iterable[Remark]:
    for binding in bindings:
        if binding.extra_rows:
            name = binding.place.block.label or binding.place.block.id
            detail = f"“{name}”中自行增加了 {len(binding.extra_rows)} 行，已读取"
            yield Remark("WBK-03", detail, sheet=sheet, severity="warning")


def _hidden(text: SheetText, cells: dict[Position, Key], sheet: str) -> Iterable[Remark]:
    rows = sorted({row for row, _ in cells} & text.raw.hidden_rows)
    if rows:
        shown = "、".join(str(r + 1) for r in rows[:_SHOWN]) + (" 等" if len(rows) > _SHOWN else "")
        yield Remark("WBK-09", f"隐藏了第 {shown} 行，其中的数据已照常读取", sheet=sheet, severity="warning")
    columns = {column for _, column in cells}
    hidden = sorted(c for c in columns if any(a <= c <= b for a, b in text.raw.hidden_columns))
    if hidden:
        shown = "、".join(a1(0, c)[:-1] for c in hidden[:_SHOWN])
        yield Remark("WBK-09", f"隐藏了 {shown} 列，其中的数据已照常读取", sheet=sheet, severity="warning")


def _merged(text: SheetText, cells: dict[Position, Key], sheet: str) -> Iterable[Remark]:
    visits, found = _VISITS, 0
    for top, left, bottom, right in text.raw.merges:
        size = (bottom - top + 1) * (right - left + 1)
        visits -= min(size, len(cells))
        if visits < 0 or found >= _MOST:
            yield Remark("WBK-09", "合并单元格过多，未逐一检查", sheet=sheet, severity="warning")
            return
        if size == 1:
            continue
        if size > len(cells):
            inside = [at for at in cells if top <= at[0] <= bottom and left <= at[1] <= right]
        else:
            box = ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            inside = [at for at in box if at in cells]
        if len(inside) > 1:
            first = min(inside)
            found += 1
            area = f"{a1(top, left)}:{a1(bottom, right)}"
            detail = f"数据单元格 {area} 被合并，只有左上角的值有效"
            yield Remark("WBK-09", detail, cells[first], sheet, a1(*first), severity="warning")


def _unit_line(place: SheetPlace, text: SheetText, sheet: str) -> Iterable[Remark]:
    for label in place.labels:
        now = text.raw.text(label.top, label.left)
        if label.role is LabelRole.UNIT_LINE and squeezed(now) != squeezed(label.text):
            detail = f"表头的“{label.text}”被改为“{clean(now)[:30]}”，仍按“{label.text}”读取"
            at = a1(label.top, label.left)
            yield Remark("TYP-02", detail, None, sheet, at, clean(now), label.text, severity="warning")


def _closed(place: SheetPlace, text: SheetText, cells: dict[Position, Key], sheet: str) -> Iterable[Remark]:
    for block in place.blocks:
        for box in block.closed:
            now = clean(text.raw.text(box.top, box.left))
            if now not in {"", "—"} and (box.top, box.left) not in cells:
                at = a1(box.top, box.left)
                yield Remark("WBK-03", "在不需填列的单元格中填了内容，未读取", None, sheet, at, now, severity="warning")


def _margin(place: SheetPlace, text: SheetText, cells: dict[Position, Key], sheet: str) -> Iterable[Remark]:
    """Content below the last row of the form, where nobody would look for it."""
    below = sorted(
        at
        for at, cell in text.raw.cells.items()
        if place.last_row < at[0] and 1 <= at[1] <= place.last_column and at not in cells and clean(cell.text)
    )
    if below:
        detail = f"表格以下还有 {len(below)} 个单元格有内容（从 {a1(*below[0])} 起），未读取"
        yield Remark(
            "WBK-03", detail, None, sheet, a1(*below[0]), clean(text.raw.text(*below[0]))[:60], severity="info"
        )
