"""The sheet 调整: every entry with its author and reason; the forms' columns of adjustments add up its amounts."""

from __future__ import annotations

from toolkit.report.sheets import MUTED, RULE, Book, header
from toolkit.report.summary_blocks import heading, number_format
from toolkit.report.summary_columns import FIRST_LINE, adjustments_name
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_shown import ADJUSTMENT, Shown
from toolkit.report.text import one_line

_HEADS = ("单位或节点", "名称", "表", "区块", "行", "栏", "计量单位", "调整金额", "调整人", "原因", "出处")
_WIDTHS = (14, 24, 24, 20, 24, 20, 9, 16, 12, 40, 26)


def write_entries(book: Book, data: Consolidated) -> None:
    """Write the sheet, one line an entry, in the order of the forms. Its lines are where formulas look for them."""
    sheet = book.sheet(adjustments_name(data))
    for column, width in enumerate(_WIDTHS):
        sheet.raw.set_column(column, column, width)
    sheet.raw.set_row(0, 28)
    sheet.text(0, 0, f"调整／抵销　{data.title}", book.style(bold=True, font_size=16))
    note = "报告数 = 各单位报送数之和 + 调整。各表“调整”一栏的公式取自本表；金额已换算为该栏的计量单位。"
    sheet.text(1, 0, note, book.style(font_color=MUTED))
    sheet.raw.set_row(FIRST_LINE - 2, 24)
    sheet.heading(FIRST_LINE - 2, list(_HEADS), header(book))
    sheet.raw.freeze_panes(FIRST_LINE - 1, 2)
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    text = book.style(border=1, border_color=RULE, text_wrap=True)
    for row, one in enumerate(data.booked, FIRST_LINE - 1):
        block = data.suite.blocks[one.block]
        form, field = data.suite.form_of_block[one.block], block.by_id[one.field]
        label = block.rows_by_id[one.row].label if one.row else "合计"
        lead = (
            one.node,
            data.tree.nodes[one.node].name,
            form.title,
            block.label,
            label,
            heading(field),
            field.unit or "",
        )
        for column, value in enumerate(lead):
            sheet.text(row, column, one_line(value), text)
        amount = book.style(border=1, border_color=RULE, align="right", num_format=number_format(field))
        sheet.number(row, 7, one.amount, amount)
        what = (one.node, "", "", one.form, one.block, "", one.row, one.field)
        sheet.shows(row, 7, Shown(data.group, ADJUSTMENT, *what))
        for column, value in enumerate((one.entry.author, one.entry.reason, one.entry.where), 8):
            sheet.text(row, column, one_line(value), text)
    sheet.raw.autofilter(FIRST_LINE - 2, 0, FIRST_LINE - 2 + len(data.booked), len(_HEADS) - 1)
