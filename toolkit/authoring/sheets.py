"""Suite → the workbook that an officer edits. Every cell is text, so that no code loses a zero and no text acts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, BinaryIO

from toolkit.authoring.columns import GUIDE, SHEETS, Choices, Column, Sheet
from toolkit.authoring.faults import At, Faults
from toolkit.authoring.guide import guide
from toolkit.catalog.written import Leaf, Listed, Tree
from toolkit.messages import _
from toolkit.model.cell_text import CELL_LIMIT, visible
from toolkit.model.errors import OutputError
from toolkit.model.form import Suite

HEADERS = 2
"""Rows of headers: in Chinese, and the YAML keys by which the sheet is read."""

SPARE = 5000
"""Rows for which choices are offered."""

_CREATED = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - written as is, so that equal inputs give equal bytes
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True}
_HEAD = {**_FONT, "bold": True, "valign": "vcenter", "bg_color": "#D9E2F0", "border": 1, "border_color": "#A6A6A6"}
_KEY = {**_HEAD, "bold": False, "font_color": "#7F7F7F", "font_name": "Arial", "font_size": 8, "bg_color": "#F2F2F2"}
_MOST_LINES = 12


def write_suite(suite: Suite, out: BinaryIO) -> None:
    """Write the workbook. Equal suites give equal bytes.

    Raises OutputError where a value of the suite cannot stand in a cell as it is.
    """
    import xlsxwriter  # noqa: PLC0415 - heavy

    grids = {
        sheet.name: [[_cell(sheet, row, c) for c in sheet.columns] for row in sheet.rows(suite)] for sheet in SHEETS
    }
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    book.set_properties({"title": suite.title, "created": _CREATED})
    looks = {
        "head": book.add_format(_HEAD),
        "key": book.add_format({**_KEY, "num_format": "@"}),
        "cell": book.add_format({**_FONT, "num_format": "@"}),
        "text": book.add_format(_FONT),
        "title": book.add_format({**_FONT, "bold": True, "font_size": 14}),
    }
    _write_guide(book.add_worksheet(GUIDE), looks)
    for sheet in SHEETS:
        _write_sheet(book.add_worksheet(sheet.name), sheet, grids[sheet.name], looks)
    book.close()


def _cell(sheet: Sheet, row: Any, column: Column) -> str:
    """The text of a cell. What would not read back as it was is refused, not written."""
    value = column.of(row)
    if value is None:
        return ""
    text = column.kind.write(value)
    faults: Faults = []
    tree = column.kind.read(text, At(sheet.name, 0, 0), faults) if text.strip() else None
    long = len(text.encode("utf-16-le")) // 2 > CELL_LIMIT
    if long or text != visible(text) or faults or not _same(value, tree):
        what = _("超过 {limit} 个字符").format(limit=CELL_LIMIT) if long else _("含有不能照原样写入单元格的内容")
        shown = f"「{sheet.name}」“{column.header}”：{text[:40]}"
        raise OutputError(_("套表不能导出：{where} {what}。").format(where=shown, what=what))
    return text


def _same(value: Any, tree: Tree | None) -> bool:
    """Whether texts read back as they were; numbers, flags and data have but one way to be written."""
    if isinstance(value, str):
        return isinstance(tree, Leaf) and tree.text == value
    if isinstance(value, tuple) and all(isinstance(one, str | tuple) for one in value):
        parts = tree.items if isinstance(tree, Listed) else (tree,)
        return len(parts) == len(value) and all(map(_same, value, parts))
    return tree is not None


def _write_guide(sheet: Any, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for number, (name, text) in enumerate(guide()):
        sheet.write_string(number, 0, name, looks["title" if not number else "text"])
        sheet.write_string(number, 1, text, looks["text"])
        if not number:
            sheet.set_row(number, 26)
        elif text:
            sheet.set_row(number, 15 * _height([text], [100]))


def _write_sheet(sheet: Any, made: Sheet, grid: list[list[str]], looks: dict[str, Any]) -> None:
    widths = [column.width for column in made.columns]
    for at, column in enumerate(made.columns):
        sheet.set_column(at, at, column.width, looks["cell"])
        sheet.write_string(0, at, column.header + ("*" if column.needed else ""), looks["head"])
        sheet.write_string(1, at, column.key, looks["key"])
        if column.choices:
            sheet.data_validation(HEADERS, at, HEADERS + SPARE, at, _choice(column.choices))
    sheet.set_row(0, 30)
    for number, cells in enumerate(grid, HEADERS):
        for at, text in enumerate(cells):
            if text:
                sheet.write_string(number, at, text, looks["cell"])
        sheet.set_row(number, 14 * _height(cells, widths))
    sheet.freeze_panes(HEADERS, made.frozen)
    sheet.autofilter(1, 0, max(HEADERS, HEADERS + len(grid) - 1), len(made.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_letter(len(made.columns) - 1)}{HEADERS + SPARE}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)


def _choice(choices: Choices) -> dict[str, Any]:
    if isinstance(choices, tuple):
        return {"validate": "list", "source": list(choices), "error_title": "取值", "error_message": "请从列表中选取。"}
    name, _dot, key = choices.partition(".")
    sheet = next(s for s in SHEETS if s.name == name)
    letter = _letter([column.key for column in sheet.columns].index(key))
    source = f"='{name}'!${letter}${HEADERS + 1}:${letter}${HEADERS + SPARE}"
    return {"validate": "list", "source": source, "error_type": "warning", "error_title": name,
            "error_message": f"“{name}”表中没有这个代号，请先在那里增加。"}  # fmt: skip


def _letter(column: int) -> str:
    return chr(65 + column) if column < 26 else f"{chr(64 + column // 26)}{chr(65 + column % 26)}"


def _height(texts: Sequence[str], widths: Sequence[float]) -> int:
    """Lines that the tallest text takes: a Chinese character is as wide as two digits."""
    tall = 1
    for text, width in zip(texts, widths, strict=True):
        wide = [sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n")]
        tall = max(tall, sum(max(1, -(-w // max(1, int(width) - 1))) for w in wide))
    return min(tall, _MOST_LINES)
