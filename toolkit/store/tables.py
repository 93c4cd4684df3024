"""Tables that a bureau hands in (xlsx, xls, ods or csv): header names in Chinese or English, any column order.

Everything is text: a code is never a number. What a header does not know is kept in ``extra``. A fault is an
InputError that names file, row (as the program that shows the file counts) and column.
"""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.model.errors import InputError
from toolkit.model.money import from_double, plain

_HEADER_WITHIN = 20
_EXACT_DIGITS = 10**15


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its id (the English header), other headers, and whether column and value must be there.

    ``needed``: the column must exist. ``filled``: no cell of it may be empty.
    """

    id: str
    labels: tuple[str, ...]
    needed: bool = True
    filled: bool = True


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: ``values`` by column id ("" where empty), ``extra`` by header as written, and its number."""

    file: str
    number: int
    values: Mapping[str, str]
    extra: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def where(self, column: str = "") -> str:
        """File, row and column in words."""
        return f"{self.file} 第 {self.number} 行" + (f"“{column}”列" if column else "")


def read_table(path: Path, columns: Sequence[Column], what: str) -> list[TableRow]:
    """The rows of the first sheet (or the csv) that are not empty. ``what`` names the table in messages.

    Raises InputError for a file that cannot be read, a header that is missing, or a cell that must be filled.
    """
    grid = _grid(path)
    top, places, extra = _header(path, grid, columns, what)
    rows = []
    for number, cells in enumerate(grid[top + 1 :], top + 2):
        texts = dict(enumerate(cells))
        if not any(texts.values()):
            continue
        values = {column: texts.get(at, "") for column, at in places.items()}
        row = TableRow(path.name, number, values, {name: texts.get(at, "") for name, at in extra.items()})
        for column in columns:
            if column.filled and column.id in places and not row[column.id]:
                raise InputError(f"{row.where(column.labels[0])}是空的。请填写{column.labels[0]}。")
        rows.append(row)
    return rows


def _header(
    path: Path, grid: list[list[str]], columns: Sequence[Column], what: str
) -> tuple[int, dict[str, int], dict[str, int]]:
    """(index of the header row, column id → index, unknown header → index)."""
    names = {_fold(name): column.id for column in columns for name in (column.id, *column.labels)}
    needed = {column.id for column in columns if column.needed}
    best: set[str] = set()
    for top, cells in enumerate(grid[:_HEADER_WITHIN]):
        known = [(names[_fold(cell)], at) for at, cell in enumerate(cells) if _fold(cell) in names]
        places = dict(known)
        if needed <= places.keys():
            if len(known) > len(places):
                twice = next(name for name, at in known if places[name] != at)
                raise InputError(f"{path.name} 第 {top + 1} 行：“{twice}”列出现了两次。请只留一列。")
            used = set(places.values())
            return top, places, {cell: at for at, cell in enumerate(cells) if cell and at not in used}
        best = max(best, places.keys() & needed, key=len)
    missing = "、".join(f"{c.labels[0]}（{c.id}）" for c in columns if c.id in needed - best)
    raise InputError(f"{path.name}：不是{what}，缺少列：{missing}。第一行应为列名，中文或英文均可。")


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _grid(path: Path) -> list[list[str]]:
    """The cells as trimmed text, row by row from the very first row."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}：打不开（{error.strerror or error}）。") from error
    if content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _workbook_grid(path, content)
    return _csv_grid(path, content)


def _workbook_grid(path: Path, content: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only for workbooks

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise InputError(f"{path.name}：不是能读的工作簿（{error}）。请另存为 xlsx 或 csv。") from error
    return [[_cell(path, number, at, value) for at, value in enumerate(row)] for number, row in enumerate(rows, 1)]


def _cell(path: Path, number: int, at: int, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | int):
        if abs(value) >= _EXACT_DIGITS:
            raise InputError(
                f"{path.name} 第 {number} 行第 {at + 1} 列：{value:.0f} 超过 15 位，末位已丢失。"
                "请将该列设为文本后重填。"
            )
        return plain(from_double(float(value)))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value).strip()


def _csv_grid(path: Path, content: bytes) -> list[list[str]]:
    text = _decode(path, content)
    if "\0" in text:
        raise InputError(f"{path.name}：含有空字符，不是文本表格。请另存为 xlsx 或 UTF-8 的 csv。")
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader, rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), list[list[str]]()
    try:
        for cells in reader:
            # A quoted cell may hold line ends: keep the numbers of the rows as the file's lines.
            rows.extend([] for _ in range(reader.line_num - len(rows) - 1 - "".join(cells).count("\n")))
            rows.append([cell.strip() for cell in cells])
    except csv.Error as error:
        raise InputError(f"{path.name} 第 {reader.line_num} 行：引号没有配对，或格式有误（{error}）。") from error
    return rows


def _decode(path: Path, content: bytes) -> str:
    marked = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path.name}：文字编码既不是 UTF-8 也不是 GB18030。请另存为 xlsx 或 UTF-8 的 csv。")
