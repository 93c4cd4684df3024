"""Excel binary workbooks (.xlsb, [MS-XLSB]): a package whose sheets, strings and styles are records."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from toolkit.layout.places import quoted
from toolkit.read.failures import ReadFailure, Refused, Unreadable
from toolkit.read.formats import built_in
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.loaded import UNKNOWN, LoadedWorkbook, Loader, number_text
from toolkit.read.package import Package, open_package
from toolkit.read.rawcell import RawCell
from toolkit.read.sheet import RawSheet
from toolkit.read.tokens import Context, error_text, formula_text
from toolkit.read.workbook import Relationship, active_parts, custom_properties, relationships

ENGINE = "biff12"
_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _STRING, _SHARED_STRING = 0, 1, 2, 3, 4, 5, 6, 7
_F_STRING, _F_NUMBER, _F_BOOL, _F_ERROR = 8, 9, 10, 11
_ITEM, _NAME, _FORMAT, _XF, _COLUMN, _SHEET, _PROPERTIES, _MERGE = 19, 39, 44, 47, 60, 156, 153, 176
_EXTERNS, _SELF, _SAME, _SUP, _SUP_ADDIN = 362, 357, 358, 355, 667
_SHARED_FORMULA, _ARRAY, _PROTECTION, _BEGIN_XFS, _END_XFS, _CALC = 427, 426, 535, 617, 618, 157
_RICH, _FIRST_SHORT, _LAST_SHORT = 62, 12, 18
_SHARES = 1000
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}


def read_xlsb(data: bytes, limits: Limits = LIMITS) -> LoadedWorkbook:
    """The workbook. Raises NotAReturn, Refused or Unreadable, as a package would."""
    package = open_package(data, limits)
    try:
        return _load(data, package, limits)
    except ReadFailure:
        raise
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Unreadable("Excel 二进制工作簿（.xlsb）的记录已损坏，请重新发送或另存为 .xlsx") from error


def _load(data: bytes, package: Package, limits: Limits) -> LoadedWorkbook:
    mains = [r.target for r in relationships(package, "") if r.kind == "officeDocument"]
    if len(mains) != 1:
        raise Refused("文件中没有唯一的工作簿部件，不完整")
    loader = Loader(data, limits)
    links = {r.id: r for r in relationships(package, mains[0])}
    main = _Main(links)
    for kind, body in records(package.read(mains[0])):
        handler = _MAIN.get(kind)
        if handler is not None:
            handler(main, body)
    context = Context(True, main.prefixes(), [name for name, _, _ in main.names])
    strings = _strings(package, _part(links, "sharedStrings"), limits)
    formats = _formats(package, _part(links, "styles"), loader)
    for name, state, part in main.sheets:
        raw = loader.add_sheet(name, state, part)
        if part:
            _Sheet(loader, raw, context, strings, formats).read(package.read(part))
    for name, tokens, scope in main.names:
        target = formula_text(tokens, context, (0, 0))
        if target != UNKNOWN:
            loader.add_name(name, target, main.sheets[scope][0] if 0 <= scope < len(main.sheets) else "")
    loader.date1904, loader.precision_as_displayed = main.date1904, main.precision_as_displayed
    loader.properties, loader.saved = custom_properties(package)
    loader.active = active_parts(package)
    return loader.finish("xlsb", ENGINE, second=data)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each record of a part. Raises Unreadable where the last one is cut off."""
    at = 0
    while at < len(data):
        kind, size = data[at], 0
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] << 7)
            at += 1
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if at + size > len(data):
            raise Unreadable("Excel 二进制工作簿（.xlsb）的记录不完整，请重新发送")
        yield kind, data[at : at + size]
        at += size


def _part(links: dict[str, Relationship], kind: str) -> str:
    return next((r.target for r in links.values() if r.kind == kind and not r.outside), "")


def wide_text(body: bytes, at: int) -> tuple[str, int]:
    """(text, position after it) of a string whose length in characters stands before it; "" for a missing one."""
    (count,) = struct.unpack_from("<I", body, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(body):
        raise IndexError
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


@dataclass
class _Main:
    """What the workbook part says. ``names``: name, expression, index of its sheet (or one beyond)."""

    links: dict[str, Relationship]
    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    names: list[tuple[str, bytes, int]] = field(default_factory=list)
    references: list[tuple[int, int, int]] = field(default_factory=list)
    books: list[bool] = field(default_factory=list)
    date1904: bool = False
    precision_as_displayed: bool = False

    def sheet(self, body: bytes) -> None:
        (state,) = struct.unpack_from("<I", body)
        relation, at = wide_text(body, 8)
        name, _ = wide_text(body, at)
        link = self.links.get(relation)
        if link is None or link.outside:
            raise Refused(f"工作表“{name}”没有对应的部件，文件不完整")
        part = link.target if link.kind == "worksheet" else ""
        self.sheets.append((name, _STATES.get(state, "visible"), part))

    def name(self, body: bytes) -> None:
        (scope,) = struct.unpack_from("<I", body, 5)
        name, at = wide_text(body, 9)
        (size,) = struct.unpack_from("<I", body, at)
        self.names.append((name, body[at + 4 : at + 4 + size], scope))

    def properties(self, body: bytes) -> None:
        self.date1904 = bool(body[0] & 1)

    def calculation(self, body: bytes) -> None:
        # The flags stand last; the fourth one is fFullPrec.
        (flags,) = struct.unpack_from("<H", body, 24)
        self.precision_as_displayed = not flags & 0x08

    def own(self, _: bytes) -> None:
        self.books.append(True)

    def foreign(self, _: bytes) -> None:
        self.books.append(False)

    def externs(self, body: bytes) -> None:
        count = min(struct.unpack_from("<I", body)[0], (len(body) - 4) // 12)
        self.references = [struct.unpack_from("<Iii", body, 4 + 12 * n) for n in range(count)]

    def prefixes(self) -> list[str]:
        """What stands before a reference to another sheet, by the index expressions use."""
        found = []
        for book, first, last in self.references:
            if not (book < len(self.books) and self.books[book]):
                found.append("[1]!")
            elif first == last and 0 <= first < len(self.sheets):
                found.append(quoted(self.sheets[first][0]) + "!")
            else:
                found.append("#REF!")
        return found


_MAIN: dict[int, Callable[[_Main, bytes], None]] = {
    _SHEET: _Main.sheet,
    _NAME: _Main.name,
    _PROPERTIES: _Main.properties,
    _CALC: _Main.calculation,
    _SELF: _Main.own,
    _SAME: _Main.own,
    _SUP: _Main.foreign,
    _SUP_ADDIN: _Main.foreign,
    _EXTERNS: _Main.externs,
}


def _strings(package: Package, part: str, limits: Limits) -> list[str]:
    if not part:
        return []
    found = [wide_text(body, 1)[0] for kind, body in records(package.read(part)) if kind == _ITEM]
    if len(found) > limits.strings:
        raise Refused(f"部件 {part} 有超过 {limits.strings} 条文本")
    return found


def _formats(package: Package, part: str, loader: Loader) -> list[int]:
    """Cell format → index of its number format code."""
    codes: dict[int, str] = {}
    found: list[int] = []
    inside = False
    for kind, body in records(package.read(part)) if part else ():
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = wide_text(body, 2)[0]
        elif kind in {_BEGIN_XFS, _END_XFS}:
            inside = kind == _BEGIN_XFS
        elif kind == _XF and inside:
            (number,) = struct.unpack_from("<H", body, 2)
            found.append(loader.styles.index(codes.get(number) or built_in(number)))
    return found


@dataclass
class _Sheet:
    """One sheet's records on their way to cells."""

    loader: Loader
    raw: RawSheet
    context: Context
    strings: list[str]
    formats: list[int]
    row: int = -1
    column: int = -1
    waiting: list[tuple[tuple[int, int], RawCell, bytes]] = field(default_factory=list)
    shared: defaultdict[int, list[tuple[int, int, int, bytes]]] = field(default_factory=lambda: defaultdict(list))

    def read(self, data: bytes) -> None:
        for kind, body in records(data):
            if kind == _ROW:
                self._row(body)
            elif kind <= _F_ERROR or kind == _RICH:
                self._cell(kind, body)
            elif kind <= _LAST_SHORT:
                # Short for the cell right of the last one.
                self._cell(kind - _FIRST_SHORT + 1, struct.pack("<I", self.column + 1) + body)
            elif kind in {_SHARED_FORMULA, _ARRAY}:
                top, bottom, left, right = struct.unpack_from("<IIII", body)
                tokens = _expression(body, 16 if kind == _SHARED_FORMULA else 17)
                self.shared[top].append((bottom, left, right, tokens))
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<IIII", body)
                self.loader.merge(self.raw, (top, left, bottom, right))
            elif kind == _COLUMN and len(body) >= 18 and struct.unpack_from("<H", body, 16)[0] & 1:
                self.raw.hidden_columns.append(struct.unpack_from("<II", body))
            elif kind == _PROTECTION and len(body) >= 4:
                self.raw.protected = struct.unpack_from("<H", body, 2)[0] != 0
        for at, cell, tokens in self.waiting:
            self.loader.put(self.raw, at, cell._replace(formula=self._formula(tokens, at)))

    def _row(self, body: bytes) -> None:
        (self.row,), self.column = struct.unpack_from("<I", body), -1
        # Bytes 8–10 are the height and the flags; bit 12 of the latter hides the row.
        if len(body) >= 12 and body[11] & 0x10:
            self.raw.hidden_rows.add(self.row)

    def _cell(self, kind: int, body: bytes) -> None:
        self.column, style = struct.unpack_from("<II", body)
        if kind == _BLANK:
            return
        style &= 0xFFFFFF
        letter, text, end = self._content(kind, body)
        cell = RawCell(letter, text, None, self.formats[style] if style < len(self.formats) else 0)
        at = (self.row, self.column)
        if kind in {_F_STRING, _F_NUMBER, _F_BOOL, _F_ERROR}:
            self.waiting.append((at, cell, _expression(body, end + 2)))
        elif text:
            self.loader.put(self.raw, at, cell)

    def _content(self, kind: int, body: bytes) -> tuple[str, str, int]:
        """Kind, text, and where the content ends."""
        if kind == _RK:
            return "n", _packed(struct.unpack_from("<I", body, 8)[0]), 12
        if kind in {_REAL, _F_NUMBER}:
            return "n", number_text(struct.unpack_from("<d", body, 8)[0]), 16
        if kind in {_BOOL, _F_BOOL}:
            return "b", str(body[8]), 9
        if kind in {_ERROR, _F_ERROR}:
            return "e", error_text(body[8]), 9
        if kind == _SHARED_STRING:
            (number,) = struct.unpack_from("<I", body, 8)
            if number >= len(self.strings):
                raise Refused(f"工作表{self.raw.part}第 {self.row + 1} 行引用了不存在的共享文本")
            return "s", self.strings[number], 12
        text, end = wide_text(body, 9 if kind == _RICH else 8)
        return "s", text, end

    def _formula(self, tokens: bytes, at: tuple[int, int]) -> str:
        if tokens[:1] == b"\x01" and len(tokens) >= 5:
            # Shared by an area whose first row stands here.
            areas = self.shared.get(struct.unpack_from("<I", tokens, 1)[0], [])[:_SHARES]
            tokens = next((t for bottom, left, right, t in areas if at[0] <= bottom and left <= at[1] <= right), b"")
        text = formula_text(tokens, self.context, at) if tokens else UNKNOWN
        return escape(text, quote=False)


def _expression(body: bytes, at: int) -> bytes:
    """The tokens that stand behind their size."""
    (size,) = struct.unpack_from("<I", body, at)
    return body[at + 4 : at + 4 + size]


def _packed(number: int) -> str:
    """The text of a packed number ([MS-XLSB] 2.5.122): 30 bits of an integer or a double, maybe in hundredths."""
    if number & 2:
        integer = (number >> 2) - (1 << 30 if number & 0x80000000 else 0)
        value = float(integer)
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (number & 0xFFFFFFFC) << 32))
    return number_text(value / 100 if number & 1 else value)
