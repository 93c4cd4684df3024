"""XlsxWriter behind one strict wrapper: whatever it would refuse silently is an error here.

XlsxWriter answers -1, -2 or a warning where a cell, a validation or a name does not fit, and leaves it out.
A form with a validation missing is worse than no form, so every answer but 0 raises OutputError.
"""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.layout.places import a1
from toolkit.model.errors import OutputError

Cached = float | int | bool | str
"""What a formula cell shows before it is recalculated."""

_LAST_COLUMN = 16383
_TEXT_LIMIT = 32767
_FORMULA_LIMIT = 8000


class _Format(Format):  # type: ignore[misc]
    """Says ``locked`` in so many words: Normal is unlocked, and cells must not inherit that."""

    def _get_protection_properties(self) -> list[tuple[str, int]]:
        found = [("locked", 1 if self.locked else 0)]
        return [*found, ("hidden", 1)] if self.hidden else found


class _Shared(str):
    """The formula of a cell that shares it with others: the first has its text and range, the rest its number."""

    number: int
    reach: str | None

    def __new__(cls, text: str, number: int, reach: str | None) -> _Shared:
        made = super().__new__(cls, text)
        made.number, made.reach = number, reach
        return made


class _Worksheet(Worksheet):  # type: ignore[misc]
    """Faster where XlsxWriter is slow.

    It skips the search for functions newer than 2010, as this toolkit emits none of them; and the columns
    from ``rest`` to the last are written as one range, not kept as 16,000 columns.
    """

    rest: int | None = None

    def _write_col_info(self, col_min: int, col_max: int, col_info: object) -> None:
        super()._write_col_info(col_min, _LAST_COLUMN if col_max == self.rest else col_max, col_info)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula if isinstance(formula, _Shared) else formula.removeprefix("=")

    def _xml_formula_element(self, formula: str, result: object, attributes: list[tuple[str, object]]) -> None:
        if not isinstance(formula, _Shared):
            super()._xml_formula_element(formula, result, attributes)
            return
        cell = "".join(f' {key}="{value}"' for key, value in attributes)
        text = "/>" if formula.reach is None else f' ref="{formula.reach}">{self._escape_data(str(formula))}</f>'
        value = self._escape_data(result)
        self.fh.write(f'<c{cell}><f t="shared" si="{formula.number}"{text}<v>{value}</v></c>')


class _Workbook(Workbook):  # type: ignore[misc]
    """Adds what XlsxWriter lacks: the protected structure, and formats that always state ``locked``."""

    def add_format(self, properties: dict[str, Any] | None = None) -> Format:
        merged = {**self.default_format_properties, **(properties or {})}
        made = _Format(merged, self.xf_format_indices, self.dxf_format_indices)
        self.formats.append(made)
        return made

    def _write_book_views(self) -> None:
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


class Book:
    """A workbook in memory. ``finish`` gives its bytes; equal calls give equal bytes."""

    def __init__(self, font: str, size: float) -> None:
        self._buffer = io.BytesIO()
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        self._book = _Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                # Cells that are pasted in take the style Normal: unlocked, so that they can be mended.
                "default_format_properties": {
                    "font_name": font,
                    "font_size": size,
                    "font_scheme": False,
                    "locked": False,
                },
            },
        )

    def format(self, **properties: object) -> Format:
        """The format with these XlsxWriter properties, made once. Locked unless it says otherwise."""
        properties.setdefault("locked", True)
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(properties))
        return self._formats[key]

    def mark(self, **properties: object) -> Format:
        """A format for conditional formatting (nothing but what it changes)."""
        key = (("", "mark"), *sorted(properties.items()))
        if key not in self._formats:
            made = Format(dict(properties), self._book.xf_format_indices, self._book.dxf_format_indices)
            self._book.formats.append(made)
            self._formats[key] = made
        return self._formats[key]

    def sheet(self, name: str) -> Sheet:
        """A new sheet at the end."""
        made = self._book.add_worksheet(name, worksheet_class=_Worksheet)
        return Sheet(made, name)

    def name(self, name: str, target: str, sheet: str | None = None) -> None:
        """A hidden defined name, local to ``sheet`` if given."""
        with _strict(name):
            _ok(self._book.define_name(name if sheet is None else f"{sheet}!{name}", f"={target}"), name)
        self._book.defined_names[-1][3] = 1

    def properties(self, title: str, created: datetime.datetime, custom: Mapping[str, str | int]) -> None:
        """Document properties. Nothing personal is stored; ``created`` is the only time there is."""
        self._book.set_properties({"title": title, "created": created})
        for key, value in custom.items():
            _ok(self._book.set_custom_property(key, value), key)

    def finish(self) -> bytes:
        """The bytes of the workbook. Raises OutputError for anything XlsxWriter warns about."""
        with _strict("workbook"):
            self._book.close()
        return self._buffer.getvalue()


class Sheet:
    """A worksheet whose every write either succeeds or raises OutputError."""

    def __init__(self, raw: Worksheet, name: str) -> None:
        self.raw = raw
        self.subject = name
        self._shares = 0

    def text(self, row: int, column: int, text: str, look: Format) -> None:
        """Text stays text, whatever it begins with."""
        if not text:
            self.blank(row, column, look)
            return
        if len(text) > _TEXT_LIMIT:
            raise OutputError(f"{self.subject}：单元格文字超过 {_TEXT_LIMIT} 字，无法写入")
        _ok(self.raw.write_string(row, column, text, look), self.subject)

    def number(self, row: int, column: int, number: Decimal | int | float, look: Format) -> None:
        """A number as the nearest double."""
        _ok(self.raw.write_number(row, column, float(number), look), self.subject)

    def date(self, row: int, column: int, date: datetime.date, look: Format) -> None:
        """A date as Excel's serial number."""
        _ok(self.raw.write_datetime(row, column, date, look), self.subject)

    def formula(self, row: int, column: int, formula: str, look: Format, cached: Cached) -> None:
        """A formula with the value it has now."""
        if len(formula) > _FORMULA_LIMIT:
            raise OutputError(f"{self.subject}：公式长 {len(formula)} 字符，超过 Excel 的限制（{_FORMULA_LIMIT}）")
        _ok(self.raw.write_formula(row, column, formula, look, cached), self.subject)

    def shared(self, rows: Sequence[int], column: int, formula: str, look: Format, cached: Sequence[Cached]) -> None:
        """One formula, written for the first of ``rows``, for all of them: relative rows move along.

        Far smaller than a formula per cell. No other sheet and no array constant may occur in it.
        """
        number, self._shares = self._shares, self._shares + 1
        for index, row in enumerate(rows):
            reach = None if index else f"{a1(rows[0], column)}:{a1(rows[-1], column)}"
            self.formula(row, column, _Shared(formula.removeprefix("="), number, reach), look, cached[index])

    def link(self, row: int, column: int, target: str, text: str, look: Format) -> None:
        """A link to the top of another sheet."""
        escaped = target.replace("'", "''")
        with _strict(self.subject):
            _ok(self.raw.write_url(row, column, f"internal:'{escaped}'!A1", look, text), self.subject)

    def blank(self, row: int, column: int, look: Format) -> None:
        """A cell with a look only."""
        _ok(self.raw.write_blank(row, column, None, look), self.subject)

    def merge(self, top: int, left: int, bottom: int, right: int, look: Format) -> None:
        """Merge a rectangle and give every cell its look; a single cell gets its look only."""
        if (top, left) == (bottom, right):
            self.blank(top, left, look)
            return
        with _strict(self.subject):
            _ok(self.raw.merge_range(top, left, bottom, right, "", look), self.subject)

    def width(self, first: int, last: int, width: float | None, look: Format, hidden: bool = False) -> None:
        """Width (characters), default look and visibility of columns."""
        _ok(self.raw.set_column(first, last, width, look, {"hidden": True} if hidden else {}), self.subject)

    def hide_from(self, first: int, look: Format) -> None:
        """Hide all columns from ``first`` on."""
        self.width(first, first, None, look, hidden=True)
        self.raw.rest = first

    def height(self, row: int, height: float | None, look: Format | None = None, hidden: bool = False) -> None:
        """Height (points) and visibility of a row."""
        _ok(self.raw.set_row(row, height, look, {"hidden": True} if hidden else {}), self.subject)

    def validation(self, top: int, left: int, bottom: int, right: int, options: Mapping[str, object]) -> None:
        """A data validation with its prompt."""
        with _strict(self.subject):
            _ok(self.raw.data_validation(top, left, bottom, right, dict(options)), self.subject)

    def condition(self, top: int, left: int, bottom: int, right: int, criteria: str, look: Format) -> None:
        """A conditional format by formula."""
        options = {"type": "formula", "criteria": criteria, "format": look}
        with _strict(self.subject):
            _ok(self.raw.conditional_format(top, left, bottom, right, options), self.subject)

    def protect(self) -> None:
        """Lock what is locked, without a password; widths, heights and filters stay free."""
        self.raw.protect("", {"format_rows": True, "format_columns": True, "autofilter": True})


@contextmanager
def _strict(subject: str) -> Iterator[None]:
    """Within it, a warning of XlsxWriter is an OutputError."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            yield
        except (Warning, XlsxWriterException) as fault:
            raise OutputError(f"{subject}：{fault}") from fault


def _ok(answer: object, subject: str) -> None:
    if answer not in (0, None):
        raise OutputError(f"{subject}：XlsxWriter 拒绝写入（{answer}）")
