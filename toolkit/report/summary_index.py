"""The first sheet of the consolidated workbook: what there is, how far each node has come, who is in it and who not."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.check.submissions import Group
from toolkit.report.results import Results
from toolkit.report.sheets import MUTED, RULE, Sheet, header
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_view import View
from toolkit.report.tally import RETURNED, UnitTally, by_unit
from toolkit.report.turnout import by_node

Contents = list[tuple[str, str, str]]
"""(sheet, what it shows, collection)."""

_MOST = 2000


def write_index(sheet: Sheet, results: Results, found: Sequence[Consolidated], contents: Contents, view: View) -> None:
    """Write the sheet."""
    book = sheet.book
    for column, width in enumerate((32, 44, 34, 9, 9, 9, 9)):
        sheet.raw.set_column(column, column, width)
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.set_row(0, 30)
    codes = {(d.group, code) for d in found for code in d.tree.under(d.node)}
    units = [u for u in by_unit(results) if not view.node or (Group(u.region, u.year, u.stage), u.unit) in codes]
    held, absent = [u for u in units if u.status == RETURNED], [u for u in units if u.status != RETURNED]
    title = found[0].title if view.node and len(found) == 1 else results.title
    sheet.text(0, 0, f"汇总　{title}", book.style(bold=True, font_size=16))
    booked = sum(len(d.booked) for d in found)
    note = f"汇总了 {len(held)} 个单位的报送数（{f'另有 {booked} 笔调整' if booked else '未作调整'}）"
    note += "；蓝色为链接。汇总数均为公式，可追到右侧各单位的数。"
    sheet.text(1, 0, "　".join(p for p in (note, view.words) if p), book.style(font_color=MUTED))
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
    row = _nodes(sheet, row + 1, results, found)
    row = _people(sheet, row + 1, f"未包括在内的单位（{len(absent)} 个）", absent)
    _people(sheet, row + 1, f"已汇总的单位（{len(held)} 个）", held)


def _nodes(sheet: Sheet, row: int, results: Results, found: Sequence[Consolidated]) -> int:
    """How many returns each department has of those expected; only where there are departments."""
    shown = [(data, tally) for data in found for tally in by_node(results, data.tree, data.group, data.node)]
    if not any(len(data.families) > 1 for data in found):
        return row - 1
    book = sheet.book
    heads = ["部门（按名册的上级关系）", "名称", "批次", "应报", "已收", "未报", "重复", "名册外"]
    sheet.heading(row, heads, header(book))
    text, number = book.style(border=1, border_color=RULE), book.style(border=1, border_color=RULE, align="right")
    for data, tally in shown[:_MOST]:
        row += 1
        indent = book.style(border=1, border_color=RULE, indent=min(tally.depth, 8))
        sheet.text(row, 0, tally.code, indent)
        sheet.text(row, 1, tally.name, text)
        sheet.text(row, 2, data.group.title, text)
        for column, count in enumerate(
            (tally.expected, tally.accepted, tally.missing, tally.doubled, tally.unknown), 3
        ):
            sheet.number(row, column, count, number)
    return row + 1


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
