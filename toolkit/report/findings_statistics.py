"""The sheet 统计 of findings.xlsx: rules and fields that fail most; and how its tables look."""

from __future__ import annotations

from toolkit.report.grouping import by_field
from toolkit.report.results import Results
from toolkit.report.sheets import MUTED, RULE, Book, Sheet, header, row_height


def title(sheet: Sheet, text: str, note: str) -> None:
    """The heading of a sheet, and a line under it."""
    sheet.raw.set_row(0, 28)
    sheet.text(0, 0, text, sheet.book.style(bold=True, font_size=16))
    sheet.text(1, 0, note, sheet.book.style(font_color=MUTED))


def table(sheet: Sheet, columns: tuple[tuple[str, int], ...], rows: int, at: int = 3) -> None:
    """Header, widths, filter, freeze and print setup of a table whose header stands in row ``at``."""
    sheet.raw.set_row(at, 24)
    sheet.heading(at, [name for name, _ in columns], header(sheet.book))
    for column, (_, width) in enumerate(columns):
        sheet.raw.set_column(column, column, width)
    sheet.raw.autofilter(at, 0, at + max(rows, 1), len(columns) - 1)
    sheet.raw.freeze_panes(at + 1, 0)
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.repeat_rows(at)
    sheet.raw.set_footer("&L&A&R第 &P 页，共 &N 页")


def write_statistics(book: Book, results: Results) -> None:
    """The fields by the number of units that fail them: where the template or its instructions may need mending."""
    fields = by_field(results)
    sheet = book.sheet("统计")
    reported = max(1, len(results.submissions))
    title(
        sheet,
        "统计：失败最多的栏目",
        "多数单位都填错的栏目，往往是模板、填报说明或预置数需要改进。占比按已接收的单位计。",
    )
    columns = (("表", 30), ("栏目", 44), ("单位数", 10), ("占比（%）", 10), ("问题数", 10), ("规则", 40))
    table(sheet, columns, len(fields))
    text = book.style(border=1, border_color=RULE, text_wrap=True, valign="top")
    number = book.style(border=1, border_color=RULE, align="center", valign="top")
    for row, one in enumerate(fields, 4):
        codes = "、".join(one.codes)
        sheet.raw.set_row(row, row_height([(one.form, 30), (one.label, 44), (codes, 40)]))
        for column, value in ((0, one.form), (1, one.label), (5, codes)):
            sheet.text(row, column, value, text)
        for column, count in ((2, one.units), (3, round(100 * one.units / reported)), (4, one.findings)):
            sheet.number(row, column, count, number)
