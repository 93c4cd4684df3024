"""XML spreadsheets of Excel 2003 (SpreadsheetML): one XML file, formulas by rows and columns (R1C1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from toolkit.read.dates import serial_text
from toolkit.read.failures import Refused
from toolkit.read.guarded import local, parse, too_deep
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.loaded import LoadedWorkbook, Loader
from toolkit.read.rawcell import MAX_COLUMN, MAX_ROW, RawCell
from toolkit.read.sheet import RawSheet

ENGINE = "expat"
_PART = "Workbook"
_STATES = {"SheetHidden": "hidden", "SheetVeryHidden": "veryHidden"}
_NAMED = {
    "General Date": "yyyy-mm-dd", "Short Date": "yyyy-mm-dd", "Medium Date": "yyyy-mm-dd", "Long Date": "yyyy-mm-dd",
    "Short Time": "hh:mm", "Medium Time": "hh:mm", "Long Time": "hh:mm:ss", "Percent": "0.00%",
}  # fmt: skip
_STEP = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*')   # texts and sheet names are left alone
    |(?<![A-Za-z0-9_.])R(\d{1,7}|\[-?\d{1,7}\])?C(\d{1,5}|\[-?\d{1,5}\])?(?![A-Za-z0-9_.(])""",
    re.VERBOSE,
)


def read_xml2003(data: bytes, limits: Limits = LIMITS) -> LoadedWorkbook:
    """The workbook. Raises Refused or Unreadable."""
    if len(data) > limits.part:
        raise Refused(f"文件超过 {limits.part} 字节的上限")
    loader = Loader(data, limits)
    reader = _Reader(loader)
    parse(data, _PART, reader.start, reader.end, reader.text, limits=limits)
    return loader.finish("xml2003", ENGINE)


def a1_of_steps(formula: str, at: tuple[int, int]) -> str:
    """``SUM(C5:C9)`` of ``=SUM(R[-5]C:R[-1]C)`` in the cell ``at``."""

    def place(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        return _axis(match[3], at[1], letters=True) + _axis(match[2], at[0], letters=False)

    return _STEP.sub(place, formula.removeprefix("="))


def _axis(step: str | None, at: int, *, letters: bool) -> str:
    """A row or column, absolute where it has no brackets."""
    fixed = step is not None and not step.startswith("[")
    number = int(step) - 1 if fixed and step else at + int((step or "[0]")[1:-1])
    if not letters:
        return f"{'$' if fixed else ''}{number + 1}"
    name, number = "", number + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return f"{'$' if fixed else ''}{name}"


class _Reader:
    """The state machine over the elements."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.path: list[str] = []
        self.sheet: RawSheet | None = None
        self.row, self.rows, self.column, self.across = -1, 1, -1, 0
        self.next_column = 0
        self.style, self.formats = "", {"Default": "General"}
        self.cell: dict[str, str] = {}
        self.type = ""
        self.pieces: list[str] | None = None
        self.name = ""
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            "Worksheet": self._worksheet,
            "Style": self._style,
            "NumberFormat": self._format,
            "Column": self._column,
            "Row": self._row,
            "Cell": self._cell,
            "Data": self._data,
            "NamedRange": self._named,
        }

    def start(self, tag: str, attributes: list[str]) -> None:
        name = local(tag)
        self.path.append(name)
        if len(self.path) > self.loader.limits.depth:
            raise too_deep(_PART, self.loader.limits)
        handler = self.starts.get(name)
        if handler is not None:
            handler({local(a): v for a, v in zip(attributes[::2], attributes[1::2], strict=True)})
        elif name in _TEXTS or self.path[-2:-1] == ["CustomDocumentProperties"]:
            self.pieces = []

    def end(self, tag: str) -> None:
        name = self.path.pop()
        text = "".join(self.pieces or ())
        if name == "Data" or self.pieces is None:
            pass
        elif self.path[-1:] == ["CustomDocumentProperties"]:
            self.loader.properties[name.replace("_x0020_", " ")] = text
        elif name == "LastSaved":
            self.loader.saved = text or None
        elif name == "Visible" and self.loader.sheets:
            last = self.loader.sheets[-1]
            self.loader.sheets[-1] = type(last)(last.name, _STATES.get(text, "visible"), last.part)
        elif name == "ProtectContents" and self.sheet is not None:
            self.sheet.protected = text == "True"
        elif name == "Date1904":
            self.loader.date1904 = True
        if name == "Cell" and self.sheet is not None:
            self._store(text)
        if name == "Row":
            self.row += self.rows - 1
        if name not in _INSIDE_DATA and name != "Data":
            self.pieces = None

    def text(self, piece: str) -> None:
        if self.pieces is not None and (not self.type or "Data" in self.path):
            self.pieces.append(piece)

    def _worksheet(self, attributes: dict[str, str]) -> None:
        self.sheet = self.loader.add_sheet(attributes.get("Name", ""))
        self.sheet.protected = attributes.get("Protected") == "1"
        self.row, self.next_column = -1, 0

    def _style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("ID", "")
        self.formats[self.style] = self.formats.get(attributes.get("Parent", "Default"), "General")

    def _format(self, attributes: dict[str, str]) -> None:
        code = attributes.get("Format", "General")
        self.formats[self.style] = _NAMED.get(code, code)

    def _column(self, attributes: dict[str, str]) -> None:
        first = _number(attributes, "Index", self.next_column + 1) - 1
        last = min(first + _number(attributes, "Span", 0), MAX_COLUMN - 1)
        self.next_column = last + 1
        if self.sheet is not None and attributes.get("Hidden") == "1" and first <= last:
            self.sheet.hidden_columns.append((first, last))

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = _number(attributes, "Index", self.row + 2) - 1
        self.rows, self.column, self.across = 1 + _number(attributes, "Span", 0), -1, 0
        if self.row + self.rows > MAX_ROW:
            raise Refused(f"第 {self.row + 1} 行超出工作表范围")
        if self.sheet is not None and attributes.get("Hidden") == "1":
            self.sheet.hidden_rows.update(range(self.row, self.row + self.rows))

    def _cell(self, attributes: dict[str, str]) -> None:
        self.column = _number(attributes, "Index", self.column + self.across + 2) - 1
        self.across = min(_number(attributes, "MergeAcross", 0), MAX_COLUMN)
        self.cell, self.type, self.pieces = attributes, "", []
        down = _number(attributes, "MergeDown", 0)
        if self.sheet is not None and (self.across or down):
            area = (self.row, self.column, min(self.row + down, MAX_ROW), self.column + self.across)
            self.loader.merge(self.sheet, area)

    def _data(self, attributes: dict[str, str]) -> None:
        if self.path[-2:-1] == ["Cell"]:
            self.type, self.pieces = attributes.get("Type", "String"), []

    def _named(self, attributes: dict[str, str]) -> None:
        target = a1_of_steps(attributes.get("RefersTo", ""), (0, 0))
        sheet = self.loader.sheets[-1].name if "Worksheet" in self.path and self.loader.sheets else ""
        self.loader.add_name(attributes.get("Name", ""), target, sheet)

    def _store(self, text: str) -> None:
        at, code = (self.row, self.column), self.formats.get(self.cell.get("StyleID", "Default"), "General")
        kind, text, code = _content(self.type, text, code)
        formula = self.cell.get("Formula")
        if formula is not None:
            formula = escape(a1_of_steps(formula, at), quote=False)
        if self.sheet is not None and (text or formula is not None):
            self.loader.put(self.sheet, at, RawCell(kind, text, formula, self.loader.styles.index(code)))
        self.type = ""


_TEXTS = frozenset({"LastSaved", "Visible", "ProtectContents", "Date1904"})
_INSIDE_DATA = frozenset({"B", "I", "U", "S", "Sub", "Sup", "Font"})


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    text = attributes.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def _content(kind: str, text: str, code: str) -> tuple[str, str, str]:
    """Kind, text and format code of a cell as a package has them."""
    if kind == "Number":
        return "n", text.strip(), code
    if kind == "Boolean":
        return "b", text.strip(), code
    if kind == "Error":
        return "e", text.strip(), code
    if kind == "DateTime":
        return "n", serial_text(text.strip()), code if code != "General" else "yyyy-mm-dd"
    return "s", text, code
