"""The workbook back to rows of texts. What a cell holds that is not text is taken only where nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import unescape

from toolkit.authoring.cells import FLAGS
from toolkit.authoring.columns import SHEETS, Column, Sheet
from toolkit.authoring.faults import At, Faults
from toolkit.authoring.sheets import HEADERS
from toolkit.catalog.node import near
from toolkit.catalog.written import Leaf, Tree
from toolkit.read.failures import ReadFailure
from toolkit.read.formats import is_date
from toolkit.read.gate import open_book
from toolkit.read.rawcell import RawCell
from toolkit.read.sheet import RawSheet
from toolkit.read.workbook import Workbook

MOST_DIGITS = 15
_AS_TEXT = "请把单元格设为文本格式后重填"


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its cells as trees by key, and where the row and its cells are."""

    at: At
    cells: Mapping[str, Tree]
    places: Mapping[str, At]

    def word(self, key: str) -> str:
        """The text of a cell, "" where it is blank."""
        cell = self.cells.get(key)
        return cell.text if isinstance(cell, Leaf) else ""

    def place(self, key: str) -> At:
        """Where the cell of ``key`` is, blank or not."""
        return self.places.get(key, self.at)


def read_rows(content: bytes, name: str, faults: Faults) -> dict[str, list[Line]]:
    """The rows of every sheet by its name. Faults are noted and reading goes on."""
    try:
        book = open_book(content, name).book
        sheets = {entry.name.strip(): book.sheet(entry) for entry in book.sheets}
    except ReadFailure as error:
        faults.append((None, f"{name}：{error.reason}"))
        return {}
    found = {}
    for sheet in SHEETS:
        if sheet.name not in sheets:
            faults.append((At(sheet.name, 0, 0), f"缺少工作表“{sheet.name}”"))
            continue
        found[sheet.name] = _lines(sheet, sheets[sheet.name], book, faults)
    return found


def _lines(sheet: Sheet, raw: RawSheet, book: Workbook, faults: Faults) -> list[Line]:
    columns = _columns(sheet, raw, faults)
    made = []
    for row in sorted({row for row, _ in raw.cells if row >= HEADERS}):
        places = {c.key: At(sheet.name, row + 1, at + 1, c.header) for at, c in columns.items()}
        cells: dict[str, Tree] = {}
        for at, column in columns.items():
            text = _text(raw.cells.get((row, at)), column, places[column.key], book, faults)
            tree = column.kind.read(text, places[column.key], faults) if text.strip() else None
            if tree is not None:
                cells[column.key] = tree
        if any((row, at) in raw.cells and raw.cells[row, at].text.strip() for at in columns):
            made.append(Line(At(sheet.name, row + 1, 0), cells, places))
            _complete(columns, raw, row, made[-1], faults)
    return made


def _complete(columns: Mapping[int, Column], raw: RawSheet, row: int, line: Line, faults: Faults) -> None:
    for at, column in columns.items():
        if column.needed and not raw.text(row, at).strip():
            faults.append((line.place(column.key), "没有填"))


def _columns(sheet: Sheet, raw: RawSheet, faults: Faults) -> dict[int, Column]:
    """Index → column, by the keys in the second header row."""
    known = {column.key: column for column in sheet.columns}
    found: dict[int, Column] = {}
    for at in sorted(column for row, column in raw.cells if row == HEADERS - 1):
        key = raw.text(HEADERS - 1, at).strip()
        place = At(sheet.name, HEADERS, at + 1)
        if key in known and known[key] not in found.values():
            found[at] = known[key]
        elif key:
            twice = f"键名“{key}”出现了两次" if key in known else f"未知的键名“{key}”{near(key, known)}"
            faults.append((place, twice))
    for key, column in known.items():
        if column not in found.values():
            faults.append((At(sheet.name, HEADERS, 0), f"缺少“{column.header}”列：本行没有键名“{key}”"))
    return found


def _text(cell: RawCell | None, column: Column, at: At, book: Workbook, faults: Faults) -> str:
    """What the cell says as text, or "" with a fault noted."""
    if cell is None:
        return ""
    what = ""
    if cell.formula is not None:
        what = f"单元格里是公式，{_AS_TEXT}"
    elif cell.kind == "s":
        return cell.text.replace("\r\n", "\n").replace("\r", "\n")
    elif cell.kind == "b" and column.kind in FLAGS:
        return {"1": "是", "true": "是"}.get(cell.text.lower(), "否")
    elif cell.kind == "e":
        what = f"单元格里是错误值 {cell.text}"
    elif cell.kind == "n" and cell.text:
        style = book.formats[cell.style] if cell.style < len(book.formats) else "General"
        text = _number(cell.text, style, column.kind.numbers)
        if text is not None:
            return text
        what = f"单元格里是数字 {cell.text}，不能确定原来的写法，{_AS_TEXT}"
    elif cell.text:
        what = f"单元格里不是文本，{_AS_TEXT}"
    if what:
        faults.append((at, what))
    return ""


def _number(text: str, style: str, numbers: str) -> str | None:
    """A number as text where it can have been meant in one way only."""
    try:
        number = Decimal(repr(float(text)))
    except (ValueError, InvalidOperation):
        return None
    whole = number == number.to_integral_value() and len(number.to_integral_value().as_tuple().digits) <= MOST_DIGITS
    style = unescape(style)
    if not numbers or is_date(style) or "%" in style or not number.is_finite():
        return None
    if whole:
        plain = style in {"", "General", "@", "0"}
        return str(int(number)) if numbers == "exact" or (plain and number >= 0) else None
    return format(number, "f") if numbers == "exact" else None
