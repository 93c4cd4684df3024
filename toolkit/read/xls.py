"""Excel 97–2003 workbooks (BIFF8 in a compound file; WPS writes the same as .et): cells, names and looks by xlrd.

xlrd does not tell formulas from constants, so the records of the cells are walked once more for them; properties
stand in streams of their own. Errors, booleans and dates are what the file says they are.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from toolkit.layout.places import quoted
from toolkit.read.compound import Compound, custom_properties, open_compound
from toolkit.read.failures import ReadFailure, Refused, Unreadable
from toolkit.read.formats import built_in
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.loaded import UNKNOWN, LoadedWorkbook, Loader, number_text
from toolkit.read.rawcell import RawCell
from toolkit.read.sheet import RawSheet
from toolkit.read.tokens import Context, error_text, formula_text

if TYPE_CHECKING:
    from xlrd import Book
    from xlrd.sheet import Sheet

ENGINE = "xlrd"
_STREAMS = ("Workbook", "Book")
_FORMULA, _SHARED, _ARRAY, _EXTERNNAME, _EXTERNSHEET, _SUPBOOK, _BOUNDSHEET, _FILEPASS, _PRECISION = (
    0x0006, 0x04BC, 0x0221, 0x0023, 0x0017, 0x01AE, 0x0085, 0x002F, 0x000E,
)  # fmt: skip
_BOF, _EOF, _FORMAT, _PROTECT = 0x0809, 0x000A, 0x041E, 0x0012
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}
_OWN_SHEETS, _ADD_INS = 0x0401, 0x3A01
_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR = 1, 2, 3, 4, 5


def is_locked(stream: bytes) -> bool:
    """Whether a workbook stream asks for a password: its FILEPASS record stands right after the first."""
    for kind, _, _ in _records(stream, 0):
        if kind == _FILEPASS:
            return True
        if kind in {_BOUNDSHEET, _EOF}:
            return False
    return False


def workbook_stream(compound: Compound) -> bytes:
    """The stream that holds the workbook. Raises Unreadable where there is none."""
    for name in _STREAMS:
        if compound.has(name):
            return compound.read(name)
    raise Unreadable("文件中没有工作簿数据，内容已损坏，请重新发送")


def read_xls(data: bytes, limits: Limits = LIMITS) -> LoadedWorkbook:
    """The workbook. Raises Refused or Unreadable, as a package would."""
    compound = open_compound(data)
    stream = workbook_stream(compound)
    try:
        return _load(data, stream, compound, limits)
    except ReadFailure:
        raise
    except Exception as error:  # xlrd answers damage with whatever it stumbles over
        raise Unreadable(f"Excel 97-2003 工作簿已损坏（{type(error).__name__}），请重新发送或另存为 .xlsx") from error


def _load(data: bytes, stream: bytes, compound: Compound, limits: Limits) -> LoadedWorkbook:
    import xlrd  # noqa: PLC0415 - only for this format

    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True)
    records = _Records(stream)
    loader = Loader(data, limits)
    formats = [loader.styles.index(_format(book, xf.format_key, records.written)) for xf in book.xf_list]
    context = Context(sheets=records.prefixes(book.sheet_names()), names=[n.name for n in book.name_obj_list],
                      outside=records.outside)  # fmt: skip
    for sheet in book.sheets():
        raw = loader.add_sheet(sheet.name, _STATES.get(sheet.visibility, "visible"))
        own = records.sheet(sheet.number)
        raw.protected = own.protected
        _cells(loader, raw, sheet, own, formats, context)
        raw.merges.extend((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
        raw.hidden_rows.update(at for at, row in sheet.rowinfo_map.items() if row.hidden)
        raw.hidden_columns.extend((at, at) for at, column in sheet.colinfo_map.items() if column.hidden)
        if len(raw.merges) > limits.merges:
            raise Refused(f"工作表{raw.part}的合并单元格超过 {limits.merges} 个")
    names = book.sheet_names()
    for name in book.name_obj_list:
        if name.result is not None and name.result.text:
            loader.add_name(name.name, name.result.text, names[name.scope] if 0 <= name.scope < len(names) else "")
    loader.date1904, loader.precision_as_displayed = book.datemode == 1, records.precision_as_displayed
    loader.properties, loader.saved = custom_properties(compound), compound.saved
    loader.active = [*_active(compound), *records.active]
    return loader.finish("xls", ENGINE, second=data)


def _format(book: Book, key: int, written: set[int]) -> str:
    """The code of a number format: the file's own, else what Excel means by the number."""
    found = book.format_map.get(key)
    return found.format_str if found is not None and key in written else built_in(key)


def _cells(
    loader: Loader, raw: RawSheet, sheet: Sheet, own: _SheetRecords, formats: list[int], context: Context
) -> None:
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        for column, kind in enumerate(kinds):
            tokens = own.formulas.get((row, column))
            if tokens is None and kind not in _READ:
                continue
            style = sheet.cell_xf_index(row, column)
            formula = None if tokens is None else own.text(tokens, context, (row, column))
            letter, text = _content(kind, values[column])
            if text or formula is not None:
                index = formats[style] if 0 <= style < len(formats) else 0
                loader.put(
                    raw,
                    (row, column),
                    RawCell(letter, text, None if formula is None else escape(formula, quote=False), index),
                )


_READ = frozenset({_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR})


def _content(kind: int, value: object) -> tuple[str, str]:
    """Kind and text of a cell as a package has them."""
    if kind in {_NUMBER, _DATE} and isinstance(value, float):
        return "n", number_text(value)
    if kind == _TRUTH:
        return "b", "1" if value else "0"
    if kind == _ERROR and isinstance(value, int):
        return "e", error_text(value)
    return ("s", value) if kind == _TEXT and isinstance(value, str) else ("n", "")


def _active(compound: Compound) -> Iterator[tuple[str, str]]:
    if compound.holds("_VBA_PROJECT_CUR"):
        yield "WBK-09", "文件含有宏（VBA），未执行"
    if compound.holds("MBD"):
        yield "WBK-09", "文件含有嵌入对象，未打开"


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, start, end) of each record from ``at`` on."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, min(at + 4 + size, len(stream))
        at += 4 + size


@dataclass
class _SheetRecords:
    """What the records of one sheet say beside its cells' values. ``shared``: by the cell they are named after."""

    formulas: dict[tuple[int, int], bytes] = field(default_factory=dict)
    shared: dict[tuple[int, int], bytes] = field(default_factory=dict)
    protected: bool = False

    def text(self, tokens: bytes, context: Context, at: tuple[int, int]) -> str:
        if tokens[:1] == b"\x01" and len(tokens) >= 5:
            row, column = struct.unpack_from("<HH", tokens, 1)
            tokens = self.shared.get((row, column), b"")
        return formula_text(tokens, context, at) if tokens else UNKNOWN


class _Records:
    """The workbook stream walked for what xlrd does not keep."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.starts: list[int] = []
        self.active: list[tuple[str, str]] = []
        self.written: set[int] = set()
        self.precision_as_displayed = False
        self.outside: dict[tuple[int, int], str] = {}
        self._books: list[tuple[int, list[str]]] = []
        self._references: list[tuple[int, int, int]] = []
        for kind, start, end in _records(stream, 0):
            self._globals(kind, stream[start:end])
            if kind == _EOF:
                break
        for reference, (book, _, _) in enumerate(self._references):
            for number, name in enumerate(self._books[book][1] if book < len(self._books) else (), 1):
                self.outside[(reference, number)] = name

    def _globals(self, kind: int, body: bytes) -> None:
        if kind == _BOUNDSHEET and len(body) >= 6:
            position, _, sort = struct.unpack_from("<IBB", body)
            if sort == 0:
                self.starts.append(position)
            elif sort == 1:
                self.active.append(("WBK-09", "文件含有 Excel 4.0 宏表，未执行"))
        elif kind == _FORMAT and len(body) >= 2:
            self.written.add(struct.unpack_from("<H", body)[0])
        elif kind == _PRECISION and len(body) >= 2:
            self.precision_as_displayed = body[:2] == b"\0\0"
        elif kind == _SUPBOOK and len(body) >= 4:
            mark = struct.unpack_from("<H", body, 2)[0]
            self._books.append((mark, []))
            if mark not in {_OWN_SHEETS, _ADD_INS}:
                self.active.append(("WBK-04", "文件含有指向其他文件的外部链接，未刷新"))
        elif kind == _EXTERNNAME and self._books and len(body) > 8:
            size, flags = body[6], body[7]
            text = body[8 : 8 + (2 * size if flags & 1 else size)]
            self._books[-1][1].append(text.decode("utf-16-le" if flags & 1 else "latin-1", "replace"))
        elif kind == _EXTERNSHEET and len(body) >= 2:
            count = min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 6)
            self._references.extend(struct.unpack_from("<Hhh", body, 2 + 6 * n) for n in range(count))

    def prefixes(self, names: list[str]) -> list[str]:
        """What stands before a reference to another sheet, by the index expressions use."""
        prefixes = []
        for book, first, last in self._references:
            own = book < len(self._books) and self._books[book][0] == _OWN_SHEETS
            if not own:
                prefixes.append("[1]!")
            elif first == last and 0 <= first < len(names):
                prefixes.append(quoted(names[first]) + "!")
            else:
                prefixes.append("#REF!")
        return prefixes

    def sheet(self, number: int) -> _SheetRecords:
        """The records of the sheet of that number."""
        found = _SheetRecords()
        if number >= len(self.starts):
            return found
        named, depth = (0, 0), 0
        for kind, start, end in _records(self.stream, self.starts[number]):
            body = self.stream[start:end]
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth > 1:
                continue
            elif kind == _FORMULA and len(body) >= 22:
                row, column = struct.unpack_from("<HH", body)
                tokens = body[22 : 22 + struct.unpack_from("<H", body, 20)[0]]
                found.formulas[(row, column)] = tokens
                named = struct.unpack_from("<HH", tokens, 1) if tokens[:1] == b"\x01" and len(tokens) >= 5 else (0, 0)
            elif kind == _SHARED and len(body) >= 10:
                found.shared[named] = body[10 : 10 + struct.unpack_from("<H", body, 8)[0]]
            elif kind == _ARRAY and len(body) >= 14:
                found.shared[named] = body[14 : 14 + struct.unpack_from("<H", body, 12)[0]]
            elif kind == _PROTECT and len(body) >= 2:
                found.protected = body[:2] == b"\1\0"
        return found
