"""summary.xlsx 汇总: the suite's own forms over all units, with live sums, the units beside, and charts."""

from __future__ import annotations

from typing import BinaryIO

from toolkit.model.form import Block, BlockKind, Form
from toolkit.report.results import Results
from toolkit.report.sheets import MUTED, RULE, Book, Sheet, header
from toolkit.report.summary_beside import Beside, write_beside
from toolkit.report.summary_charts import write_charts
from toolkit.report.summary_data import Consolidated, consolidate, is_beside, is_stacked, plain_label, sheet_name
from toolkit.report.summary_stacked import Stacked, write_stacked
from toolkit.report.tally import RETURNED, UnitTally, by_unit

Contents = list[tuple[str, str, str]]
"""(sheet, what it shows, collection)."""


def write_summary_xlsx(results: Results, out: BinaryIO) -> None:
    """Write the workbook. Collections (region, year, stage) never share a total: each has its own sheets."""
    book = Book(out, f"汇总 {results.title}")
    index = book.sheet("目录")
    contents: Contents = []
    for data in consolidate(results):
        contents += _collection(book, data)
    _index(index, results, contents)
    book.close()


def _collection(book: Book, data: Consolidated) -> Contents:
    """All sheets of one collection."""
    title = data.group.title
    besides: list[Beside] = []
    stacks: list[Stacked] = []
    contents: Contents = []
    for form in data.suite.forms:
        grids = [b for b in form.blocks if is_beside(form, b)]
        if grids:
            besides += write_beside(book, form, grids, data, f"{sheet_name(form)}{data.tail}", title)
            contents.append((book.last, f"{form.title}：汇总数与各单位数", title))
        tables = _tables(form)
        for blocks in tables:
            label = (
                f"{sheet_name(form)}_{plain_label(blocks[0].label)}" if len(tables) > 1 or grids else sheet_name(form)
            )
            stacks.append(write_stacked(book, form, blocks, data, f"{label}{data.tail}", title))
            contents.append((book.last, f"{form.title}：各单位逐行", title))
    before = book.last
    write_charts(book, data, besides, stacks, title)
    if book.last != before:
        contents.append((book.last, "按类别、按单位和支出进度的图", title))
    return contents


def _tables(form: Form) -> list[list[Block]]:
    """The stacked tables of a form: each list by itself, all records of a repeated form side by side."""
    stacked = [b for b in form.blocks if is_stacked(form, b)]
    records = [b for b in stacked if b.kind is BlockKind.RECORD]
    if not form.repeat or len(records) < 2:
        return [[b] for b in stacked]
    return [records, *([b] for b in stacked if b.kind is not BlockKind.RECORD)]


def _index(sheet: Sheet, results: Results, contents: Contents) -> None:
    """The first sheet: what there is, who is in it, and who is not."""
    book = sheet.book
    sheet.raw.set_column(0, 0, 32)
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.set_column(1, 1, 44)
    sheet.raw.set_column(2, 2, 34)
    sheet.raw.set_row(0, 30)
    units = by_unit(results)
    held, absent = [u for u in units if u.status == RETURNED], [u for u in units if u.status != RETURNED]
    sheet.text(0, 0, f"汇总　{results.title}", book.style(bold=True, font_size=16))
    note = f"汇总了 {len(held)} 个单位的报送数（未作调整）；蓝色为链接。汇总数均为公式，可追到右侧各单位的数。"
    sheet.text(1, 0, note, book.style(font_color=MUTED))
    sheet.heading(3, ["工作表", "内容", "批次"], header(book))
    text = book.style(border=1, border_color=RULE)
    link = book.style(border=1, border_color=RULE, font_color="#1F5FA8", underline=1)
    row = 4
    for name, what, group in contents:
        target = name.replace("'", "''")
        sheet.link(row, 0, f"internal:'{target}'!A1", name, link)
        sheet.text(row, 1, what, text)
        sheet.text(row, 2, group, text)
        row += 1
    row = _people(sheet, row + 1, f"未包括在内的单位（{len(absent)} 个）", absent)
    _people(sheet, row + 1, f"已汇总的单位（{len(held)} 个）", held)


def _people(sheet: Sheet, row: int, title: str, units: list[UnitTally]) -> int:
    if not units:
        return row - 1
    book = sheet.book
    text = book.style(border=1, border_color=RULE)
    sheet.heading(row, [title, "单位名称", "状态"], header(book))
    for unit in units:
        row += 1
        sheet.text(row, 0, unit.unit, text)
        sheet.text(row, 1, unit.name, text)
        sheet.text(row, 2, unit.verdict if unit.status != RETURNED else f"{unit.verdict}（错误 {unit.errors}）", text)
    return row + 1
