"""One worksheet as it stands in the file: every cell with content, raw, and what its tail says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape

from toolkit.read.failures import Refused
from toolkit.read.guarded import parse, too_deep
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.rawcell import MAX_COLUMN, MAX_ROW, RawCell, column_number, parse_area
from toolkit.read.rowscan import scan
from toolkit.read.strings import unescape

Validated = tuple[int, int, int, int, bool]


@dataclass
class RawSheet:
    """Cells by (row, column), 0-based. ``bottom``/``right``: the true extent of the contents.

    ``last_row``/``last_column``: of any cell element, blank ones too. ``declared``: cells of the rectangle the
    file claims to fill, never believed here (others allot by it). ``plausible``: no count it declares
    exceeds its bytes. ``validations``: (top, left, bottom, right, whether it is a list) of each range that is validated, None
    where the format does not say.
    """

    part: str
    cells: dict[tuple[int, int], RawCell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    validations: tuple[Validated, ...] | None = None
    protected: bool = False
    declared: int = 0
    plausible: bool = True
    last_row: int = -1
    last_column: int = -1
    bottom: int = -1
    right: int = -1
    top: int = MAX_ROW
    left: int = MAX_COLUMN

    def text(self, row: int, column: int) -> str:
        """The stored value of a cell, "" where it is empty."""
        cell = self.cells.get((row, column))
        return "" if cell is None else cell.text

    @property
    def box(self) -> int:
        """Cells of the rectangle around the contents."""
        return 0 if self.bottom < 0 else (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def reach(self) -> int:
        """Cells a reader allots that believes every element: from A1 to the last one, or what is declared."""
        return max((self.last_row + 1) * (self.last_column + 1), self.declared)


def read_sheet(data: bytes, part: str, strings: list[str], limits: Limits = LIMITS) -> RawSheet:
    """Parse a worksheet part. Raises Refused where cells or rows repeat, lie off the grid, or pass a limit."""
    scanned = scan(data, strings)
    if scanned is None or len(scanned.cells) > limits.cells:
        sheet = _parsed(data, part, strings, limits)
    else:
        sheet = _around(scanned.rest, part, limits)
        sheet.cells, sheet.hidden_rows = scanned.cells, scanned.hidden
        sheet.last_row, sheet.last_column = scanned.last_row, scanned.last_column
    measure(sheet, limits)
    return sheet


def _parsed(data: bytes, part: str, strings: list[str], limits: Limits) -> RawSheet:
    parser = _SheetParser(part, strings, limits)
    parse(data, part, parser.start, parser.end, parser.text, limits=limits)
    parser.sheet.plausible = plausible_counts(data)
    parser.sheet.validations = tuple(parser.validated)
    return parser.sheet


_rests: dict[bytes, RawSheet] = {}
"""What stands around the rows, by its hash: the returns of one edition share it."""


def _around(rest: bytes, part: str, limits: Limits) -> RawSheet:
    digest = hashlib.blake2b(rest, digest_size=20).digest()
    known = _rests.get(digest)
    if known is None:
        known = _parsed(rest, part, [], limits)
        if len(_rests) >= 512:
            _rests.clear()
        _rests[digest] = known
    return replace(known, part=part)


_KINDS = frozenset({"n", "s", "b", "e", "d"})


class _SheetParser:
    """The state machine: its ``start`` and ``end`` run for each of tens of thousands of elements."""

    def __init__(self, part: str, strings: list[str], limits: Limits) -> None:
        self.sheet = RawSheet(part)
        self.part, self.strings, self.limits = part, strings, limits
        self.columns: dict[str, int] = {}
        self.rows: set[int] = set()
        self.depth, self.prefix = 0, ""
        self.row, self.column, self.kind, self.style = -1, -1, "n", 0
        self.value: list[str] = []
        self.formula: list[str] = []
        self.has_value = self.has_formula = self.in_phonetic = False
        self.into: list[str] | None = None
        self.validated: list[Validated] = []
        self.ranges: list[str] = []
        self.constraint = "none"
        self.starts = self._handlers("")
        self.cell_tag = "c"

    def _handlers(self, prefix: str) -> dict[str, Callable[[list[str]], None]]:
        names = {
            "c": self._start_cell,
            "v": self._start_value,
            "t": self._start_text,
            "f": self._start_formula,
            "row": self._start_row,
            "rPh": self._start_phonetic,
            "col": self._column_tag,
            "mergeCell": self._merge_tag,
            "sheetProtection": self._protection_tag,
            "dimension": self._dimension_tag,
            "dataValidation": self._validation_tag,
        }
        # Excel keeps validations that refer to other sheets in an extension, their ranges as text.
        apart = {"x14:dataValidation": self._validation_tag, "xm:sqref": self._start_ranges}
        return {prefix + name: handler for name, handler in names.items()} | apart

    def start(self, tag: str, attributes: list[str]) -> None:
        self.depth += 1
        handler = self.starts.get(tag)
        if handler is not None:
            handler(attributes)
        elif self.depth == 1:
            prefix = tag[: tag.rfind(":") + 1]
            if prefix:
                self.starts, self.cell_tag = self._handlers(prefix), prefix + "c"
        elif self.depth > self.limits.depth:
            raise too_deep(self.part, self.limits)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == self.cell_tag:
            if self.has_value or self.has_formula:
                self._store()
        elif self.into is not None:
            if self.into is self.ranges:
                self._validate("".join(self.ranges))
            self.into = None
        elif self.in_phonetic and tag.endswith("rPh"):
            self.in_phonetic = False

    def text(self, piece: str) -> None:
        if self.into is not None:
            self.into.append(piece)

    def _start_cell(self, attributes: list[str]) -> None:
        self.kind, self.style = "n", 0
        self.has_value = self.has_formula = False
        reference = ""
        for at in range(0, len(attributes), 2):
            name = attributes[at]
            if name == "r":
                reference = attributes[at + 1]
            elif name == "t":
                self.kind = attributes[at + 1]
            elif name == "s":
                self.style = _number(attributes[at + 1], self.part, 1 << 20)
        if not reference:
            self.column += 1
        else:
            letters = reference.rstrip("0123456789")
            column = self.columns.get(letters)
            if column is None:
                column = self.columns[letters] = _column(letters, reference, self.part)
            self.column = column
            if reference[len(letters) :] != self.row_text:
                raise Refused(f"部件 {self.part} 的单元格 {reference[:20]} 与所在行（第 {self.row + 1} 行）不符")
        if self.column >= MAX_COLUMN or self.row < 0:
            raise Refused(f"部件 {self.part} 第 {self.row + 1} 行的单元格超出工作表范围")
        self.sheet.last_column = max(self.sheet.last_column, self.column)
        self.sheet.last_row = max(self.sheet.last_row, self.row)

    row_text = ""

    def _start_row(self, attributes: list[str]) -> None:
        self.row, self.column = self.row + 1, -1
        for at in range(0, len(attributes), 2):
            if attributes[at] == "r":
                self.row = _number(attributes[at + 1], self.part, MAX_ROW) - 1
        if self.row < 0 or self.row >= MAX_ROW or self.row in self.rows:
            raise Refused(f"部件 {self.part} 的第 {self.row + 1} 行重复出现或行号无效，不同软件会读到不同内容")
        self.rows.add(self.row)
        self.row_text = str(self.row + 1)
        if "hidden" in attributes and _pairs(attributes).get("hidden") in _TRUE:
            self.sheet.hidden_rows.add(self.row)

    def _start_value(self, _: list[str]) -> None:
        self.has_value, self.into = True, self.value

    def _start_text(self, _: list[str]) -> None:
        if not self.in_phonetic:
            self.has_value, self.into = True, self.value

    def _start_formula(self, _: list[str]) -> None:
        self.has_formula, self.into = True, self.formula

    def _start_phonetic(self, _: list[str]) -> None:
        self.in_phonetic = True

    def _column_tag(self, attributes: list[str]) -> None:
        pairs = _pairs(attributes)
        if pairs.get("hidden") in _TRUE:
            if len(self.sheet.hidden_columns) >= MAX_COLUMN:
                raise Refused(f"部件 {self.part} 的列定义超过 {MAX_COLUMN} 个")
            first = _number(pairs.get("min", "1"), self.part, MAX_COLUMN)
            last = _number(pairs.get("max", "1"), self.part, MAX_COLUMN)
            self.sheet.hidden_columns.append((first - 1, last - 1))

    def _merge_tag(self, attributes: list[str]) -> None:
        if len(self.sheet.merges) >= self.limits.merges:
            raise Refused(f"部件 {self.part} 的合并单元格超过 {self.limits.merges} 个")
        area = parse_area(_pairs(attributes).get("ref", ""))
        if area is not None:
            self.sheet.merges.append(area)

    def _protection_tag(self, attributes: list[str]) -> None:
        self.sheet.protected = _pairs(attributes).get("sheet") in _TRUE

    def _validation_tag(self, attributes: list[str]) -> None:
        pairs = _pairs(attributes)
        self.constraint = pairs.get("type", "none")
        self._validate(pairs.get("sqref", ""))

    def _start_ranges(self, _: list[str]) -> None:
        self.ranges = []
        self.into = self.ranges

    def _validate(self, ranges: str) -> None:
        # Without a type it is a prompt only: anything may be typed.
        for reference in ranges.split() if self.constraint != "none" else ():
            area = parse_area(reference)
            if len(self.validated) >= self.limits.merges:
                raise Refused(f"部件 {self.part} 的数据验证超过 {self.limits.merges} 个")
            if area is not None:
                self.validated.append((*area, self.constraint == "list"))

    def _dimension_tag(self, attributes: list[str]) -> None:
        area = parse_area(_pairs(attributes).get("ref", ""))
        if area is not None:
            declared = (area[2] - area[0] + 1) * (area[3] - area[1] + 1)
            self.sheet.declared = max(self.sheet.declared, declared)

    def _store(self) -> None:
        at, kind, stored = (self.row, self.column), self.kind, "".join(self.value)
        formula = escape("".join(self.formula), quote=False) if self.has_formula else None
        self.value.clear()
        self.formula.clear()
        if kind == "s" and stored:
            stored = _shared(self.strings, stored, self.part, at)
        elif kind in {"str", "inlineStr"}:
            kind, stored = "s", unescape(stored)
        elif kind not in _KINDS:
            raise Refused(f"部件 {self.part} 的单元格 {at[0] + 1} 行 {at[1] + 1} 列类型“{kind[:20]}”未知")
        if at in self.sheet.cells:
            raise Refused(f"部件 {self.part} 第 {at[0] + 1} 行第 {at[1] + 1} 列的单元格重复出现")
        if len(self.sheet.cells) >= self.limits.cells:
            raise Refused(f"部件 {self.part} 有内容的单元格超过 {self.limits.cells} 个")
        self.sheet.cells[at] = RawCell(kind, stored, formula, self.style)


_TRUE = frozenset({"1", "true"})


def _pairs(attributes: list[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def measure(sheet: RawSheet, limits: Limits) -> None:
    """Drop empty cells and take the true extent. Raises Refused where the contents lie too far apart."""
    for at in [at for at, cell in sheet.cells.items() if not cell.text and cell.formula is None]:
        del sheet.cells[at]
    rows, columns = {row for row, _ in sheet.cells}, {column for _, column in sheet.cells}
    if rows:
        sheet.top, sheet.bottom = min(rows), max(rows)
        sheet.left, sheet.right = min(columns), max(columns)
    if sheet.box > limits.box_refused:
        raise Refused(
            f"部件 {sheet.part} 的内容散布在 {sheet.box} 个单元格的范围内（上限 {limits.box_refused}），"
            "请删除数据区以外的内容后重新另存"
        )


_COUNT = re.compile(rb"""ount\s*=\s*(["'])(.*?)\1""", re.DOTALL)


def plausible_counts(data: bytes) -> bool:
    """Whether no count declared in a part exceeds its bytes. UTF-16 is not looked into and not plausible."""
    if b"\x00" in data:
        return False
    return all(m[2].isdigit() and len(m[2]) < 12 and int(m[2]) <= len(data) for m in _COUNT.finditer(data))


def _shared(strings: list[str], index: str, part: str, at: tuple[int, int]) -> str:
    if not index.isascii() or not index.strip().isdigit() or int(index) >= len(strings):
        raise Refused(f"部件 {part} 第 {at[0] + 1} 行第 {at[1] + 1} 列引用了不存在的共享文本“{index[:20]}”")
    return strings[int(index)]


def _number(text: str, part: str, limit: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= limit):
        raise Refused(f"部件 {part} 的行号、列号或格式号“{text[:20]}”超出范围")
    return int(text)


def _column(letters: str, reference: str, part: str) -> int:
    number = column_number(letters)
    if number is None:
        raise Refused(f"部件 {part} 的单元格地址“{reference[:20]}”无效")
    return number
