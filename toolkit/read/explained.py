"""What a unit wrote in the column 说明 of the sheet 校验: each text by the hidden id of its row.

A workbook issued before there was such a column has none of its ids, and nothing is said of that. The rule printed in
the row is the witness of the id: where the two disagree the text belongs to neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.layout.explaining import CLOSED, COLUMN, TITLE, parse_anchor
from toolkit.layout.hidden import CHECKS
from toolkit.layout.places import a1
from toolkit.model.fact import Remark, Said, State
from toolkit.read.failures import ReadFailure
from toolkit.read.loaded import LoadedWorkbook
from toolkit.read.sheet import RawSheet
from toolkit.read.texts import clean, state_of
from toolkit.read.workbook import SheetEntry, Workbook

_CELL = re.compile(
    rb'<c r="' + a1(0, COLUMN).rstrip("1").encode() + rb'[0-9]+"([^<>]*?)(/>|>(?:<v>([0-9]{1,7})</v></c>)?)'
)
_CODE = re.compile(r"[A-Z]{2,4}-[0-9]{2,3}")


def explanations(book: Workbook) -> tuple[tuple[Said, ...], list[Remark]]:
    """The explanations of a workbook, in the order of rows, and remarks on those that could not be taken."""
    entry = next((entry for entry in book.sheets if entry.name == CHECKS), None)
    if entry is None:
        return (), []
    try:
        if _is_untouched(book, entry):
            return (), []
        sheet = book.sheet(entry)
    except ReadFailure as failure:
        words = f"“{CHECKS}”表不能读取（{failure.reason}），其中的说明没有读取"
        return (), [Remark("WBK-03", words, severity="warning")]
    anchored = {at: known for at, cell in sheet.cells.items() if (known := parse_anchor(cell.text)) is not None}
    said: list[Said] = []
    unread: list[Remark] = []
    for (row, column), (code, check) in sorted(anchored.items()):
        text = clean(sheet.text(row, column - 1)) if column else ""
        if not _says(text):
            continue
        cell = a1(row, column - 1)
        if sheet.cells[(row, column - 1)].kind == "e":
            unread.append(_unread(text, cell, "单元格里是公式错误"))
        elif code in _codes(sheet, row):
            said.append(Said(code, check, text, CHECKS, cell))
        else:
            unread.append(_unread(text, cell, "所在行的编号与隐藏标识不符"))
    rows = {row for row, _ in anchored}
    unread += [_unread(text, cell, "所在行的隐藏标识丢失") for row, text, cell in _loose(sheet) if row not in rows]
    return tuple(said), unread


def _is_untouched(book: Workbook, entry: SheetEntry) -> bool:
    """Whether the column stands where it was issued and holds its title and nothing else: most are, and the sheet is
    long. Whatever does not look exactly so is read in full.
    """
    if isinstance(book, LoadedWorkbook) or not entry.part:
        return False
    strings, found = book.strings, set[str]()
    for about, end, index in _CELL.findall(book.package.read(entry.part)):
        if end == b"/>":
            continue
        if not index or b't="s"' not in about or int(index) >= len(strings):
            return False
        found.add(strings[int(index)])
    return found in ({TITLE}, {TITLE, CLOSED})


def _says(text: str) -> bool:
    """Whether a text explains anything: “无” and dashes, which closed cells hold too, do not."""
    return bool(text) and state_of(text) is not State.NOT_APPLICABLE


def _codes(sheet: RawSheet, row: int) -> set[str]:
    """The rules printed in a row."""
    return {text for column in range(32) if _CODE.fullmatch(text := clean(sheet.text(row, column)))}


def _loose(sheet: RawSheet) -> Iterator[tuple[int, str, str]]:
    """(row, text, cell) of the column under the printed title, in rows that name a rule."""
    titles = [at for at, cell in sheet.cells.items() if clean(cell.text) == TITLE]
    for top, column in titles[:1]:
        for (row, at), cell in sorted(sheet.cells.items()):
            text = clean(cell.text)
            if at == column and row > top and _says(text) and text != TITLE and _codes(sheet, row):
                yield row, text, a1(row, at)


def _unread(text: str, cell: str, why: str) -> Remark:
    return Remark("WBK-03", f"写在“{CHECKS}”表的说明没有读取：{why}", None, CHECKS, cell, text[:60], severity="warning")
