"""Pages → a workbook to print: values only, a fixed scale, page breaks, and a footer with unit and page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from toolkit.model.cell_text import cell_text
from toolkit.model.errors import OutputError
from toolkit.model.fact import Identity
from toolkit.model.printout import Printout
from toolkit.printing.flow import Placed, flow
from toolkit.printing.pages import Page

_PAPERS = {"A4": (9, 595.0, 842.0), "A3": (8, 842.0, 1191.0)}
"""Excel's number, width and height in points."""

_SIDE, _TOP, _BOTTOM = 0.6, 0.7, 0.8  # inches
_CREATED = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - written as is, so that equal inputs give equal bytes
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "·"))
_ACTS = tuple("=+-@＝＋－＠")
_FOOTER_LIMIT = 200
_BODY = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_STANDARD = {"font_name": "Arial", "font_size": 10}
"""Widths count in digits of the standard font: Arial’s are 7 pixels wide everywhere, or those of its substitutes."""

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16},
    "note": {},
    "paragraph": {},
    "label": {"border": 1},
    "body": {"border": 1},
}


def write_pages(layout: Printout, pages: Sequence[Page], who: Identity, out: BinaryIO) -> None:
    """Write the pages on one sheet. Equal inputs give equal bytes. Raises OutputError for what cannot be written."""
    import xlsxwriter  # noqa: PLC0415 - heavy

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_format_properties": _STANDARD, **plain})
    book.set_properties({"title": _one_line(layout.title), "created": _CREATED})
    sheet = book.add_worksheet(_one_line(layout.sheet).translate(_FORBIDDEN)[:31] or "打印")
    scale, room = _page_setup(sheet, layout, who)
    sheet.set_print_scale(scale)
    made = flow(pages, layout.columns, room)
    for column, width in enumerate(layout.columns):
        sheet.set_column(column, column, width)
    for row, height in enumerate(made.heights):
        sheet.set_row(row, height)
    formats: dict[tuple[object, ...], Any] = {}
    for placed in made.placed:
        _write(book, sheet, placed, formats)
    if made.breaks:
        sheet.set_h_pagebreaks(made.breaks)
    if made.head is not None:
        sheet.repeat_rows(*made.head)
    sheet.print_area(0, 0, max(0, len(made.heights) - 1), len(layout.columns) - 1)
    book.close()


def _page_setup(sheet: Any, layout: Printout, who: Identity) -> tuple[int, float]:
    """The scale (%) at which the columns fit the paper, and the points of height it then has room for.

    A fixed scale, because Excel forgets page breaks where it is told to fit a width.
    """
    number, short, long = _PAPERS[layout.paper]
    width, height = (long, short) if layout.landscape else (short, long)
    sheet.set_paper(number)
    if layout.landscape:
        sheet.set_landscape()
    sheet.set_margins(left=_SIDE, right=_SIDE, top=_TOP, bottom=_BOTTOM)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    unit = _one_line(f"{who.unit} {who.unit_name}".strip())[:_FOOTER_LIMIT].replace("&", "&&")
    sheet.set_footer(f"&L{unit}&R第 &P 页，共 &N 页")
    # Substitutes do not round a digit of 7.4 pixels to 7, hence 91 %.
    needed = sum((column * 7 + 5) * 0.75 for column in layout.columns)
    scale = max(10, min(100, int(91 * (width - 2 * _SIDE * 72) / needed)))
    return scale, 0.97 * (height - (_TOP + _BOTTOM) * 72) * 100 / scale


def _write(book: Any, sheet: Any, placed: Placed, formats: dict[tuple[object, ...], Any]) -> None:
    cell = placed.cell
    look = {**_STYLES[cell.style], "align": cell.align}
    text = "" if isinstance(cell.content, Decimal) else cell_text(cell.text)
    if isinstance(cell.content, Decimal):
        look |= {"shrink": True, "num_format": f"0.{'0' * cell.places}".rstrip(".")}
    else:
        # As text a sign does nothing; the prefix keeps it so when the cell is edited.
        look |= {"text_wrap": True, "quote_prefix": text.startswith(_ACTS)}
    key = tuple(sorted(look.items()))
    if key not in formats:
        formats[key] = book.add_format({**_BODY, **look})
    top, left, right = placed.top, cell.column, cell.column + cell.span - 1
    if (placed.top, left) != (placed.bottom, right):
        _ok(sheet.merge_range(top, left, placed.bottom, right, "", formats[key]), placed)
    if isinstance(cell.content, Decimal):
        _ok(sheet.write_number(top, left, float(cell.content), formats[key]), placed)
    elif text:
        _ok(sheet.write_string(top, left, text, formats[key]), placed)
    else:
        _ok(sheet.write_blank(top, left, None, formats[key]), placed)


def _ok(answer: object, placed: Placed) -> None:
    if answer not in (0, None):
        raise OutputError(f"打印第 {placed.top + 1} 行无法写入（XlsxWriter 返回 {answer}）")


def _one_line(text: str) -> str:
    return " ".join(cell_text(text).split())
