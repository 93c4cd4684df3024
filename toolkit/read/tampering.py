"""What was done to a sheet besides filling it in, in words a clerk understands: labels, ids, rows, margins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from toolkit.layout.places import LabelRole, SheetPlace, a1
from toolkit.model.fact import Key, Remark
from toolkit.model.form import Suite
from toolkit.read.anchors import lost_ids, stray_names
from toolkit.read.binding import Binding
from toolkit.read.overlaid import overlaid
from toolkit.read.sheets import Areas, Found
from toolkit.read.texts import clean
from toolkit.read.veiled import hidden, merged
from toolkit.read.witness import Position, SheetText, squeezed
from toolkit.read.workbook import Workbook

_SHOWN = 5


def sheet_remarks(
    suite: Suite, place: SheetPlace, bindings: list[Binding], text: SheetText, sheet: str
) -> list[Remark]:
    """All remarks about the shape of one sheet that was found."""
    cells = {at: key for b in bindings for key, at in _keyed(place, b)}
    remarks = [*_labels(bindings, text, sheet), *_anchors(bindings, sheet), *_ids(bindings, text, sheet)]
    remarks += _added_rows(bindings, text, sheet)
    remarks += hidden(text, cells, sheet)
    remarks += merged(text, cells, sheet)
    remarks += overlaid(suite, bindings, text, sheet)
    if not any(b.moved or b.doubt for b in bindings):
        remarks += _unit_line(place, text, sheet)
        remarks += _closed(place, text, cells, sheet)
    if not any(b.doubt for b in bindings):
        remarks += _margin(place, text, cells, sheet)
    return remarks


def file_remarks(
    book: Workbook, found: Found, bindings: Mapping[str, Sequence[Binding]], areas: Mapping[str, Areas]
) -> list[Remark]:
    """Remarks about the file as a whole. ``bindings`` and ``areas``: by the sheets' names in the file."""
    remarks = [Remark(code, words, severity="warning") for code, words in book.active]
    if book.precision_as_displayed:
        words = "工作簿设为“以显示精度为准”，录入的小数可能已被舍入"
        remarks.append(Remark("WBK-04", words, severity="warning"))
    if book.date1904:
        remarks.append(Remark("TYP-06", "工作簿使用 1904 日期系统，日期已按此读取", severity="info"))
    bare = [found.entries[key].name for key, text in found.sheets.items() if not text.raw.protected]
    if bare:
        shown = "、".join(bare[:_SHOWN]) + (f" 等 {len(bare)} 张" if len(bare) > _SHOWN else "")
        remarks.append(Remark("WBK-03", f"工作表保护已被取消：{shown}", severity="info"))
    strays = sum(
        stray_names(b, areas.get(sheet, {}).get(b.place.block.id, {})) for sheet, bs in bindings.items() for b in bs
    )
    if strays:
        detail = f"有 {strays} 个隐藏的定义名称丢失、失效或错位，已按隐藏标识和印刷标题读取"
        remarks.append(Remark("WBK-03", detail, severity="info"))
    return remarks


def _keyed(place: SheetPlace, binding: Binding) -> Iterable[tuple[Key, Position]]:
    block = binding.place.block.id
    return ((Key(block, place.instance, row, f), at) for (row, f), at in binding.cells.items())


def _named(binding: Binding) -> str:
    return f"“{binding.place.block.label or binding.place.block.id}”"


def _labels(bindings: list[Binding], text: SheetText, sheet: str) -> Iterable[Remark]:
    """Each altered label by itself while they are few, else one remark for all of the block's."""
    for binding in bindings:
        changed = binding.changed
        if len(changed) > _SHOWN:
            shown = "、".join(f"“{label.text}”（{a1(*at)}）" for label, at in changed[:_SHOWN])
            detail = f"{_named(binding)}有 {len(changed)} 处印刷的标题被改动或删除，已按隐藏标识读取：{shown} 等"
            yield Remark("WBK-03", detail, None, sheet, a1(*changed[0][1]), severity="warning")
            continue
        for label, at in changed:
            now = clean(text.raw.text(*at))
            done = f"被改为“{now[:60]}”" if now else "被删除"
            detail = f"印刷的标题“{label.text}”{done}，已按隐藏标识读取"
            yield Remark("WBK-03", detail, None, sheet, a1(*at), now, label.text, severity="warning")


def _anchors(bindings: list[Binding], sheet: str) -> Iterable[Remark]:
    for binding in bindings:
        name = _named(binding)
        if binding.doubt:
            detail = f"{name}无法可靠定位，未读取：{binding.doubt}"
            yield Remark("WBK-03", detail, sheet=sheet, severity="error")
            continue
        if binding.missing:
            labels = dict.fromkeys(_subject(binding, row, f) for row, f in sorted(binding.missing))
            detail = f"{name}缺少：{'、'.join(list(labels)[:_SHOWN])}{' 等' if len(labels) > _SHOWN else ''}"
            yield Remark("WBK-03", detail, sheet=sheet, severity="error")
        if binding.moved:
            detail = f"{name}的行或列被插入、删除或移动，已按标识读取"
            yield Remark("WBK-03", detail, sheet=sheet, severity="warning")


def _subject(binding: Binding, row: str, field_id: str) -> str:
    """The row that is gone, or else the column."""
    block = binding.place.block
    if row in block.rows_by_id and all(
        (row, f.id) in binding.missing or not block.has_cell(row, f.id) for f in block.fields
    ):
        return block.rows_by_id[row].label
    return block.by_id[field_id].label


def _ids(bindings: list[Binding], text: SheetText, sheet: str) -> Iterable[Remark]:
    lost = [lost_ids(b, text) for b in bindings if not b.doubt and not b.untouched]
    rows, columns = sum(r for r, _ in lost), sum(c for _, c in lost)
    if rows or columns:
        what = "、".join(f"{n} 个{words}" for n, words in ((rows, "行标识"), (columns, "列标识")) if n)
        detail = f"隐藏标识丢失或错位（{what}），已按其余标识和印刷标题读取"
        yield Remark("WBK-03", detail, sheet=sheet, severity="info")


def _added_rows(bindings: list[Binding], text: SheetText, sheet: str) -> Iterable[Remark]:
    for binding in bindings:
        if binding.extra_rows:
            first = min(at for (row, _), at in binding.cells.items() if row in set(binding.extra_rows))
            detail = f"{_named(binding)}中自行增加了 {len(binding.extra_rows)} 行，已读取"
            yield Remark("WBK-03", detail, None, sheet, a1(*first), severity="warning")
        if binding.strangers:
            rows = "、".join(str(at + 1) for at in binding.strangers[:_SHOWN])
            column = min(column for _, column in binding.cells.values())
            at = (binding.strangers[0], column)
            detail = f"{_named(binding)}是固定行的表，第 {rows} 行是自行增加的，其中的内容未读取"
            yield Remark("WBK-03", detail, None, sheet, a1(*at), clean(text.raw.text(*at))[:60], severity="error")


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
    last = max([place.last_row, *(row for row, _ in cells)])
    below = sorted(
        at
        for at, cell in text.raw.cells.items()
        if last < at[0] and 1 <= at[1] <= place.last_column and at not in cells and clean(cell.text)
    )
    if below:
        detail = f"表格以下还有 {len(below)} 个单元格有内容（从 {a1(*below[0])} 起），未读取"
        yield Remark(
            "WBK-03", detail, None, sheet, a1(*below[0]), clean(text.raw.text(*below[0]))[:60], severity="info"
        )
