"""Writing workbooks so that nothing is lost silently and no text of a unit ever acts: the one way to XlsxWriter."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, BinaryIO

from toolkit.model.errors import OutputError
from toolkit.report.text import cell_text

FONT = "微软雅黑"
INK, MUTED, RULE = "#1F2933", "#6B7785", "#D5DBE1"
HEAD, TOTAL, BAND = "#1F4E79", "#EAF1F8", "#F6F8FA"
SEVERITY_FILL = {"error": "#FBE3E1", "warning": "#FDF1D6", "info": "#E3EEF9"}
SEVERITY_INK = {"error": "#B3261E", "warning": "#8A5A00", "info": "#1F5FA8"}
CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
"""Written as the time of creation, so that equal inputs give equal bytes."""

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))


class Book:
    """A workbook being written: formats made once, unique sheet names (``last``: the latest), every write checked.

    ``notes``: called with sheet, row, column and meaning of the numbers that tell one (``Sheet.shows``).
    """

    def __init__(self, out: BinaryIO, title: str) -> None:
        self.workbook = self._open(out)
        self.workbook.set_properties({"title": cell_text(title), "created": CREATED})
        self.workbook.set_calc_mode("auto")
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()
        self.last = ""
        self.notes: Callable[[str, int, int, object], None] | None = None

    def _open(self, out: BinaryIO) -> Any:
        import xlsxwriter  # noqa: PLC0415 - heavy

        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        return xlsxwriter.Workbook(out, options)

    def close(self) -> None:
        self.workbook.close()

    def style(self, **changes: Any) -> Any:
        """A cell format in the house look with these changes (XlsxWriter's property names)."""
        settings = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter", **changes}
        key = tuple(sorted(settings.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(settings)
        return self._formats[key]

    def sheet(self, name: str) -> Sheet:
        """A new sheet; the name is made legal (31 characters, no ``[]:*?/\\``) and unique."""
        plain = cell_text(name).replace("\n", " ").translate(_FORBIDDEN).strip("' ")[:31] or "表"
        unique, n = plain, 2
        while unique.lower() in self._names:
            tail = f"({n})"
            unique, n = plain[: 31 - len(tail)] + tail, n + 1
        self._names.add(unique.lower())
        self.last = unique
        worksheet = self.workbook.add_worksheet(unique)
        worksheet.hide_gridlines(2)
        return Sheet(self, worksheet, unique)


class Sheet:
    """One sheet. Rows and columns are 0-based. Every write that XlsxWriter refuses raises OutputError."""

    def __init__(self, book: Book, worksheet: Any, name: str) -> None:
        self.book, self.raw, self.name = book, worksheet, name

    @property
    def quoted(self) -> str:
        """The name as formulas need it: always quoted."""
        return "'" + self.name.replace("'", "''") + "'"

    def text(self, row: int, column: int, value: str, style: Any = None) -> None:
        """Text stays text, whatever it begins with; "" writes the format alone."""
        if value == "":
            self._ok(self.raw.write_blank(row, column, None, style), row, column)
        else:
            self._ok(self.raw.write_string(row, column, cell_text(value), style), row, column)

    def number(self, row: int, column: int, value: Decimal | int, style: Any = None) -> None:
        self._ok(self.raw.write_number(row, column, float(value), style), row, column)

    def formula(self, row: int, column: int, formula: str, cached: Decimal | int | str, style: Any = None) -> None:
        """A formula of ours with its right cached value."""
        value = float(cached) if isinstance(cached, Decimal | int) else cached
        self._ok(self.raw.write_formula(row, column, formula, style, value), row, column)

    def link(self, row: int, column: int, target: str, label: str, style: Any) -> None:
        """A link inside the workbook (``internal:``) or to a file beside it; where it cannot be, the text alone."""
        if self.raw.write_url(row, column, target, style, cell_text(label)) != 0:
            self.text(row, column, label, style)

    def shows(self, row: int, column: int, what: object) -> None:
        """Tell whoever listens (``Book.notes``) what the number just written is."""
        if self.book.notes is not None:
            self.book.notes(self.name, row, column, what)

    def value(self, row: int, column: int, value: object, number: Any, text: Any) -> None:
        """A value as it is: decimals as numbers, None as a blank, everything else as text."""
        if isinstance(value, Decimal | int):
            self.number(row, column, value, number)
        else:
            self.text(row, column, "" if value is None else str(value), text)

    def heading(self, row: int, titles: list[str], style: Any) -> None:
        for column, title in enumerate(titles):
            self.text(row, column, title, style)

    def _ok(self, code: int, row: int, column: int) -> None:
        if code != 0:
            raise OutputError(f"无法写入工作表“{self.name}”第 {row + 1} 行第 {column + 1} 列（XlsxWriter 返回 {code}）")


def header(book: Book, **changes: Any) -> Any:
    """The format of a table header."""
    return book.style(
        bold=True, font_color="#FFFFFF", bg_color=HEAD, border=1, border_color=HEAD, align="center", text_wrap=True,
        **changes,
    )  # fmt: skip


def row_height(texts: list[tuple[str, int]], most: int = 12) -> float:
    """Points a row needs for wrapped texts in columns of these widths (characters), at most ``most`` lines.

    Clients do not agree on fitting heights when a file is opened, so they are written.
    """
    lines = 1
    for text, width in texts:
        wide = [sum(2 if ord(c) > 0x2E7F else 1.1 for c in line) for line in text[:2000].split("\n")]
        lines = max(lines, sum(max(1, math.ceil(w / (width - 1))) for w in wide))
    return 4 + 15.0 * min(lines, most)
