"""OpenDocument spreadsheets (.ods, also the flat .fods): content.xml within bounds, formulas turned to Excel's."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from html import escape
from xml.etree.ElementTree import Element

from toolkit.read.dates import serial_text
from toolkit.read.failures import Refused
from toolkit.read.guarded import local, parse, too_deep, tree
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.loaded import LoadedWorkbook, Loader
from toolkit.read.odsformats import Formats
from toolkit.read.odsformulas import a1_address, a1_formula
from toolkit.read.package import Package, open_package
from toolkit.read.rawcell import MAX_COLUMN, MAX_ROW, RawCell
from toolkit.read.sheet import RawSheet

ENGINE = "expat"
_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+|错误:\d+")
_DURATION = re.compile(r"-?PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")


def read_ods(data: bytes, limits: Limits = LIMITS) -> LoadedWorkbook:
    """The workbook. Raises Refused or Unreadable."""
    package = open_package(data, limits)
    if _CONTENT not in package:
        raise Refused(f"文件缺少部件 {_CONTENT}，不完整")
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise Refused("ODS 文件有打开密码，请取消密码后另存为“Excel 工作簿 (*.xlsx)”再报送")
    loader = Loader(data, limits)
    if _META in package:
        _meta(loader, tree(package.read(_META), _META, limits))
    content = package.read(_CONTENT)
    styles = package.read("styles.xml") if "styles.xml" in package else b""
    _read(loader, content, _CONTENT, styles)
    loader.active = list(_active(package))
    return loader.finish("ods", ENGINE, second=data)


def read_flat(data: bytes, limits: Limits = LIMITS) -> LoadedWorkbook:
    """The workbook of a flat XML document. Raises Refused or Unreadable."""
    loader = Loader(data, limits)
    if len(data) > limits.part:
        raise Refused(f"文件超过 {limits.part} 字节的上限")
    _read(loader, data, "office:document", b"")
    _meta(loader, tree(data, "office:document", limits))
    return loader.finish("fods", ENGINE)


def _read(loader: Loader, content: bytes, part: str, styles: bytes) -> None:
    formats = Formats()
    if styles:
        parse(styles, "styles.xml", formats.start, formats.end, formats.text, limits=loader.limits)
    reader = _Reader(loader, part, formats)
    parse(content, part, reader.start, reader.end, reader.text, limits=loader.limits)
    loader.styles = formats.styles


def _meta(loader: Loader, root: Element) -> None:
    for element in root.iter():
        if element.tag == "user-defined":
            loader.properties[element.get("name", "")] = "".join(element.itertext())
        elif element.tag == "date":
            loader.saved = "".join(element.itertext()).strip() or loader.saved


def _active(package: Package) -> list[tuple[str, str]]:
    found = []
    if any(name.startswith(("basic/", "scripts/")) for name in package.entries):
        found.append(("WBK-09", "文件含有宏，未执行"))
    if any(name.startswith("object ") for name in package.entries):
        found.append(("WBK-09", "文件含有嵌入对象，未打开"))
    return found


class _Reader:
    """The state machine over the elements of the content."""

    def __init__(self, loader: Loader, part: str, formats: Formats) -> None:
        self.loader, self.part, self.formats = loader, part, formats
        self.depth = self.tables = 0
        self.sheet: RawSheet | None = None
        self.row, self.rows, self.column = 0, 1, 0
        self.columns: list[tuple[int, int, str]] = []
        self.line: list[tuple[int, int, RawCell]] = []
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[list[str]] = []
        self.writing = 0
        self.notes = 0
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            "table": self._table,
            "table-column": self._column,
            "table-row": self._row,
            "table-cell": self._cell,
            "covered-table-cell": self._cell,
            "named-range": self._name,
            "p": self._paragraph,
            "s": self._spaces,
            "tab": lambda _: self.text("\t"),
            "line-break": lambda _: self.text("\n"),
            "annotation": self._annotation,
        }

    def start(self, tag: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > self.loader.limits.depth:
            raise too_deep(self.part, self.loader.limits)
        self.formats.start(tag, attributes)
        name = local(tag)
        handler = self.starts.get(name)
        if handler is None or (self.notes and name != "annotation"):
            return
        if name in _TABLE_ELEMENTS and not tag.startswith("table:") and ":" in tag:
            return
        handler({local(a): v for a, v in zip(attributes[::2], attributes[1::2], strict=True) if not _shadow(a)})

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.formats.end(tag)
        name = local(tag)
        if name == "annotation":
            self.notes -= 1
        elif self.notes:
            return
        elif name in {"table-cell", "covered-table-cell"} and self.cell is not None:
            self._store()
        elif name == "table-row" and self.sheet is not None:
            self._end_row()
        elif name == "p":
            self.writing -= 1
        elif name == "table" and tag.startswith("table:"):
            self.tables -= 1
            if not self.tables:
                self.sheet = None

    def text(self, piece: str) -> None:
        self.formats.text(piece)
        if self.cell is not None and not self.notes and self.writing and self.paragraphs:
            self.paragraphs[-1].append(piece)

    def _table(self, attributes: dict[str, str]) -> None:
        self.tables += 1
        if self.tables > 1:
            raise Refused("工作表的单元格里套有表格，无法读取，请另存为 .xlsx 再报送")
        hidden = attributes.get("style-name", "") in self.formats.hidden_tables
        self.sheet = self.loader.add_sheet(attributes.get("name", ""), "hidden" if hidden else "visible")
        self.sheet.protected = attributes.get("protected") == "true"
        self.row, self.columns = 0, []

    def _column(self, attributes: dict[str, str]) -> None:
        if self.sheet is None:
            return
        first = self.columns[-1][1] + 1 if self.columns else 0
        last = min(first + _count(attributes, "number-columns-repeated"), MAX_COLUMN) - 1
        if first > last or len(self.columns) >= MAX_COLUMN:
            return
        self.columns.append((first, last, attributes.get("default-cell-style-name", "")))
        if attributes.get("visibility", "visible") != "visible":
            self.sheet.hidden_columns.append((first, last))

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows, self.column, self.line = _count(attributes, "number-rows-repeated"), 0, []
        if self.sheet is not None and attributes.get("visibility", "visible") != "visible":
            last = min(self.row + self.rows, MAX_ROW)
            # A filter that hides the whole rest of the grid says nothing about rows with content.
            self.sheet.hidden_rows.update(range(self.row, min(last, self.row + self.loader.limits.merges)))

    def _cell(self, attributes: dict[str, str]) -> None:
        self.cell, self.paragraphs = attributes, []

    def _paragraph(self, _: dict[str, str]) -> None:
        self.writing += 1
        if self.cell is not None:
            self.paragraphs.append([])

    def _spaces(self, attributes: dict[str, str]) -> None:
        self.text(" " * min(_count(attributes, "c"), 4096))

    def _annotation(self, _: dict[str, str]) -> None:
        self.notes += 1

    def _name(self, attributes: dict[str, str]) -> None:
        target = a1_address(attributes.get("cell-range-address", ""))
        sheet = self.loader.sheets[-1].name if self.sheet is not None and self.loader.sheets else ""
        self.loader.add_name(attributes.get("name", ""), target, sheet)

    def _store(self) -> None:
        attributes, self.cell = self.cell or {}, None
        repeated = _count(attributes, "number-columns-repeated")
        first, self.column = self.column, self.column + repeated
        if self.sheet is None:
            return
        across, down = _count(attributes, "number-columns-spanned"), _count(attributes, "number-rows-spanned")
        if across > 1 or down > 1:
            area = (self.row, first, min(self.row + down, MAX_ROW) - 1, min(first + across, MAX_COLUMN) - 1)
            self.loader.merge(self.sheet, area)
        cell = self._content(attributes, first)
        if cell.text or cell.formula is not None:
            self.line.append((first, repeated, cell))
        if len(self.line) > MAX_COLUMN:
            raise Refused(f"工作表{self.sheet.part}第 {self.row + 1} 行的单元格超出工作表范围")

    def _content(self, attributes: dict[str, str], column: int) -> RawCell:
        shown = "\n".join("".join(pieces) for pieces in self.paragraphs)
        style = attributes.get("style-name") or next((s for a, b, s in self.columns if a <= column <= b), "")
        kind, text, code = _value(attributes, shown, self.formats.code(style))
        formula = attributes.get("formula")
        written = None if formula is None else escape(a1_formula(formula), quote=False)
        return RawCell(kind, text, written, self.formats.styles.index(code))

    def _end_row(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        if self.line and self.rows * sum(n for _, n, _ in self.line) > self.loader.limits.cells:
            raise Refused(f"工作簿有内容的单元格超过 {self.loader.limits.cells} 个（读到工作表{sheet.part}时）")
        for row in range(self.row, self.row + self.rows) if self.line else ():
            for first, repeated, cell in self.line:
                for column in range(first, first + repeated):
                    self.loader.put(sheet, (row, column), cell)
        self.row += self.rows


_TABLE_ELEMENTS = frozenset({"table", "table-column", "table-row", "table-cell", "covered-table-cell"})


def _shadow(name: str) -> bool:
    """LibreOffice repeats the type of a value in a namespace of its own, and says there only that it is an error."""
    return name.startswith("calcext:") and name != "calcext:value-type"


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 and int(text) else 1


def _value(attributes: dict[str, str], shown: str, code: str) -> tuple[str, str, str]:
    """Kind, text and format code of a cell as a package has them."""
    kind = attributes.get("value-type", "")
    if kind == "error" or ("formula" in attributes and _ERROR.fullmatch(shown)):
        return "e", shown or "#N/A", code
    if kind in {"float", "percentage", "currency"}:
        # Percent is a type here and only a format there; whoever wrote the file may have left out the format.
        return "n", _number(attributes.get("value", "")), "0%" if kind == "percentage" and "%" not in code else code
    if kind == "date":
        return "n", serial_text(attributes.get("date-value", "")), "yyyy-mm-dd"
    if kind == "time":
        return "n", _time(attributes.get("time-value", "")), "hh:mm:ss"
    if kind == "boolean":
        return "b", "1" if attributes.get("boolean-value") == "true" else "0", code
    return "s", shown or attributes.get("string-value", ""), code


def _number(text: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text or "?"
    return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 300 else text


def _time(text: str) -> str:
    match = _DURATION.fullmatch(text)
    if match is None:
        return text or "?"
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
    return format(round(Decimal(seconds) / 86_400, 10), "f")
