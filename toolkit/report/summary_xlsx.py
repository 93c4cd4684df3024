"""summary.xlsx 汇总: the suite's own forms over all units of a node, with live sums, what they add up, and charts."""

from __future__ import annotations

import difflib
from typing import BinaryIO

from toolkit.model.errors import InputError
from toolkit.model.form import Block, BlockKind, Form
from toolkit.report.results import Results
from toolkit.report.sheets import Book
from toolkit.report.summary_beside import Beside, write_beside
from toolkit.report.summary_blocks import has_numbers, is_stacked, plain_label, sheet_name
from toolkit.report.summary_charts import write_charts
from toolkit.report.summary_data import WHOLE, Consolidated, consolidate, trees
from toolkit.report.summary_entries import write_entries
from toolkit.report.summary_index import Contents, write_index
from toolkit.report.summary_merged import as_printed
from toolkit.report.summary_stacked import Stacked, write_stacked
from toolkit.report.summary_view import View


def write_summary_xlsx(results: Results, out: BinaryIO) -> None:
    """Write the workbook of the whole. Collections (region, year, stage) never share a total: each has its own sheets."""
    write_summary(results, out, WHOLE)


def write_summary(results: Results, out: BinaryIO, view: View) -> None:
    """Write the workbook as ``view`` asks. Raises InputError for a node that has no returns."""
    write_sheets(
        Book(out, " ".join(part for part in ("汇总", results.title, view.node, view.words) if part)), results, view
    )


def write_sheets(book: Book, results: Results, view: View) -> None:
    """Write all sheets into ``book`` and close it."""
    found = consolidate(results, view)
    if view.node and not found:
        raise InputError(_no_returns(results, view.node))
    index = book.sheet("目录")
    contents: Contents = []
    for data in found:
        contents += _collection(book, data, view)
    write_index(index, results, found, contents, view)
    book.close()


def _no_returns(results: Results, node: str) -> str:
    known = sorted({code for tree in trees(results).values() for code in tree.nodes})
    if node in known:
        return f"节点“{node}”下面还没有收到报表。"
    near = difflib.get_close_matches(node, known, 3) or known[:20]
    return (
        f"没有“{node}”这个单位或节点。请填名册中的单位代码、上级代码或区划名称。可用：{'、'.join(n for n in near if n)}"
    )


def _collection(book: Book, data: Consolidated, view: View) -> Contents:
    """All sheets of one collection."""
    besides: list[Beside] = []
    stacks: list[Stacked] = []
    contents: Contents = []
    if data.booked:
        write_entries(book, data)
        contents.append((book.last, f"调整／抵销 {len(data.booked)} 笔：金额、调整人、原因", data.title))
    for form in data.suite.forms:
        line = _line(form, data, view)
        grids, printed = as_printed(form, data)
        if grids:
            besides += write_beside(book, form, grids, printed, f"{sheet_name(form)}{data.tail}", line)
            contents.append((book.last, f"{form.title}：汇总数与各单位数", data.title))
        tables = _tables(form, data)
        for blocks in tables:
            label = (
                f"{sheet_name(form)}_{plain_label(blocks[0].label)}" if len(tables) > 1 or grids else sheet_name(form)
            )
            stacks.append(write_stacked(book, form, blocks, data, f"{label}{data.tail}", line))
            contents.append((book.last, f"{form.title}：各单位逐行", data.title))
    before = book.last
    write_charts(book, data, besides, stacks, data.title)
    if book.last != before:
        contents.append((book.last, "按类别、按单位和支出进度的图", data.title))
    return contents


def _line(form: Form, data: Consolidated, view: View) -> str:
    """What stands under a title: whose numbers, in which unit, how many returns."""
    unit = f"单位：{form.unit_line}" if form.unit_line else ""
    shown = "公开版" if view.public else ""
    return "　".join(part for part in (data.title, unit, f"共 {len(data.units)} 个单位", shown) if part)


def _tables(form: Form, data: Consolidated) -> list[list[Block]]:
    """The stacked tables of a form: each list by itself, all records of a repeated form side by side.

    What holds no amounts is left out where no unit filled it in.
    """
    units = range(len(data.units))
    filled = {b.id for b in form.blocks if has_numbers(form, b) or any(data.rows(n, b) for n in units)}
    stacked = [b for b in form.blocks if is_stacked(form, b) and b.id in filled]
    records = [b for b in stacked if b.kind is BlockKind.RECORD]
    if not form.repeat or len(records) < 2:
        return [[b] for b in stacked]
    return [records, *([b] for b in stacked if b.kind is not BlockKind.RECORD)]
