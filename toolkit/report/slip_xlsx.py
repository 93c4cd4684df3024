"""退回通知书 and 接收回执: what a bureau sends a unit about its return, one printable A4 workbook; 送达清单 of all of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from toolkit.model.rule import Severity
from toolkit.report.sheets import MUTED, RULE, SEVERITY_FILL, SEVERITY_INK, Book, Sheet, header, row_height
from toolkit.report.words import SEVERITY

NOTICE, RECEIPT = "notice", "receipt"
TITLES = {NOTICE: "退回通知书", RECEIPT: "接收回执"}
COLUMNS = (("序号", 5), ("程度", 6), ("位置", 19), ("问题", 41), ("怎么办", 31))
_LAST = len(COLUMNS) - 1
_WIDE = sum(width for _, width in COLUMNS)
_MOST_LINES = 26
"""Lines of one row: Excel prints no row higher than 409 points."""
_MOST_CELLS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One fault, as the unit reads it. ``where``: (sheet, cells) in order; none where the whole file is meant."""

    severity: Severity
    where: tuple[tuple[str, tuple[str, ...]], ...]
    message: str
    what_to_do: str
    code: str


@dataclass(frozen=True)
class Notice:
    """One unit's slip. ``lines`` in the order of mending, all severities. ``received_at`` as people read it.

    ``collection``: region, year and stage in words. ``deadline`` None: left to be written by hand. ``accepted``: False
    where the file could not be taken at all. ``bureau`` and ``contact``: "" where the settings do not say.
    """

    unit: str
    unit_name: str
    collection: str
    file: str
    sha256: str
    received_at: str
    lines: tuple[Line, ...]
    skipped: int = 0
    deadline: datetime.date | None = None
    bureau: str = ""
    contact: str = ""
    accepted: bool = True

    def count(self, severity: Severity) -> int:
        """Lines of this severity."""
        return sum(line.severity is severity for line in self.lines)

    @property
    def kind(self) -> str:
        """NOTICE where there is an error, else RECEIPT."""
        return NOTICE if self.count(Severity.ERROR) else RECEIPT

    @property
    def title(self) -> str:
        return TITLES[self.kind]


def write_slip(notice: Notice, out: BinaryIO) -> None:
    """Write one slip. Text of units is always text; equal notices give equal bytes."""
    book = Book(out, f"{notice.title} {notice.unit} {notice.unit_name}")
    sheet = book.sheet(notice.title)
    for column, (_, width) in enumerate(COLUMNS):
        sheet.raw.set_column(column, column, width)
    row = _head(sheet, notice)
    row = _table(sheet, notice, row)
    row = _foot(sheet, notice, row + 1)
    _print(sheet, row, f"{notice.title}　{notice.unit}")
    book.close()


def _print(sheet: Sheet, last: int, footer: str, *, landscape: bool = False, columns: int = _LAST) -> None:
    raw = sheet.raw
    raw.set_paper(9)
    if landscape:
        raw.set_landscape()
    raw.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    raw.fit_to_pages(1, 0)
    raw.center_horizontally()
    raw.print_area(0, 0, last, columns)
    raw.set_footer(f"&L&9{footer.replace('&', '＆')}&R&9第 &P 页，共 &N 页")


def _line(sheet: Sheet, row: int, text: str, height: float = 18, **look: Any) -> int:
    """A line over the whole width; the next row."""
    sheet.raw.set_row(row, height)
    style = sheet.book.style(**{"valign": "vcenter", "text_wrap": True, **look})
    sheet.raw.merge_range(row, 0, row, _LAST, "", style)
    sheet.text(row, 0, text, style)
    return row + 1


def _paragraph(sheet: Sheet, row: int, text: str, **look: Any) -> int:
    return _line(sheet, row, text, row_height([(text, _WIDE - 4)], 20) + 4, **look)


def _head(sheet: Sheet, notice: Notice) -> int:
    row = 0
    if notice.bureau:
        row = _line(sheet, row, notice.bureau, 24, align="center", font_size=13)
    row = _line(sheet, row, notice.title, 36, align="center", bold=True, font_size=20)
    for text in (
        f"单位：{notice.unit} {notice.unit_name}　　批次：{notice.collection}",
        f"文件：{notice.file}",
        f"收到时间：{notice.received_at}（北京时间）　　文件指纹：{notice.sha256[:12]}",
    ):
        row = _paragraph(sheet, row, text)
    row = _line(sheet, row, f"SHA-256：{notice.sha256}", 15, font_size=8, font_color=MUTED)
    return _paragraph(sheet, row, _said(notice), font_size=11)


def _said(notice: Notice) -> str:
    """What is asked of the unit."""
    errors, warnings, infos = (notice.count(s) for s in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    day = _day(notice.deadline)
    if not notice.accepted:
        return f"你单位报送的上述文件未能接收，原因见下。请于 {day} 前重新报送。"
    if notice.kind == NOTICE:
        said = f"你单位报送的上述文件经审核，有错误 {errors} 条、警告 {warnings} 条，现予退回。"
        said += (
            f"请按下列顺序修改，警告改正或说明理由，于 {day} 前重新报送。前面的问题改好后，由它引起的问题会随之消失。"
        )
    elif warnings:
        said = f"你单位报送的上述文件已接收，没有错误；有警告 {warnings} 条，请于 {day} 前改正或说明理由。"
    else:
        said = "你单位报送的上述文件已接收，没有错误和警告。"
    said += f"另有供参考的提示 {infos} 条，不在此列出。" if infos else ""
    return said + (f"有 {notice.skipped} 项检查因缺少数据没有执行，不等于通过。" if notice.skipped else "")


def _day(day: datetime.date | None) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else "____ 年 __ 月 __ 日"


def _table(sheet: Sheet, notice: Notice, row: int) -> int:
    lines = [line for line in notice.lines if line.severity is not Severity.INFO]
    if not lines:
        return row
    book = sheet.book
    sheet.raw.set_row(row, 22)
    sheet.heading(row, [title for title, _ in COLUMNS], header(book))
    sheet.raw.repeat_rows(row)
    edge = {"border": 1, "border_color": RULE, "valign": "top"}
    text = book.style(**edge, text_wrap=True)
    before = ""
    for number, line in enumerate(lines, 1):
        row += 1
        kind = line.severity.value
        tag = book.style(**edge, align="center", font_color=SEVERITY_INK[kind], bg_color=SEVERITY_FILL[kind])
        todo = f"{line.what_to_do}（{line.code}）" if line.code else line.what_to_do
        todo, before = ("同上" if todo == before else todo), todo
        texts = (_where(line), line.message, todo)
        sheet.raw.set_row(row, row_height([(t, w) for t, (_, w) in zip(texts, COLUMNS[2:], strict=True)], _MOST_LINES))
        sheet.number(row, 0, number, book.style(**edge, align="center"))
        sheet.text(row, 1, SEVERITY[line.severity], tag)
        for column, value in enumerate(texts, 2):
            sheet.text(row, column, value, text)
    return row + 1


def _where(line: Line) -> str:
    """``02_收支总体：C12、C13``, a sheet a line."""
    if not line.where:
        return "整个文件"
    left, parts = _MOST_CELLS, []
    for sheet, cells in line.where:
        if left <= 0:
            break
        shown = "、".join(cells[:left])
        left -= max(1, len(cells))
        parts.append(f"{sheet}：{shown}" if shown else sheet)
    count = sum(max(1, len(cells)) for _, cells in line.where)
    return "\n".join(parts) + (f"\n等 {count} 处" if count > _MOST_CELLS else "")


def _foot(sheet: Sheet, notice: Notice, row: int) -> int:
    if notice.contact:
        row = _paragraph(sheet, row, f"联系人：{notice.contact}")
    row = _line(sheet, row, "经办人（签字）：　　　　　　　　　　审核人（签字）：", 34)
    row = _line(sheet, row, f"{notice.bureau or '财政部门'}（盖章）　　　　　　　", 44, align="right")
    row = _line(sheet, row, "　　　　年　　月　　日　　　　", 24, align="right")
    return (
        _line(sheet, row, "单位签收人：　　　　　　　　　　签收日期：　　　　年　　月　　日", 34, top=1, top_color=RULE)
        - 1
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """A line of 送达清单: the slip's file and what is in it."""

    notice: str
    unit: str
    unit_name: str
    collection: str
    errors: int
    warnings: int
    deadline: str
    output: str


def write_deliveries(deliveries: Sequence[Delivery], bureau: str, out: BinaryIO) -> None:
    """Write 送达清单: one line per slip, with room for the signature of who received it."""
    book = Book(out, "送达清单")
    sheet = book.sheet("送达清单")
    columns = (
        ("序号", 6), ("单位代码", 11), ("单位名称", 24), ("批次", 24), ("文书", 11), ("错误", 6), ("警告", 6), ("期限", 12),
        ("文件", 34), ("签收人", 12), ("签收日期", 13),
    )  # fmt: skip
    back = sum(one.notice == NOTICE for one in deliveries)
    sheet.raw.set_row(0, 30)
    sheet.text(0, 0, f"送达清单　{bureau}".strip("　"), book.style(bold=True, font_size=16))
    sheet.text(1, 0, f"退回通知书 {back} 份，接收回执 {len(deliveries) - back} 份。", book.style(font_color=MUTED))
    sheet.raw.set_row(2, 24)
    sheet.heading(2, [title for title, _ in columns], header(book))
    for column, (_, width) in enumerate(columns):
        sheet.raw.set_column(column, column, width)
    text = book.style(border=1, border_color=RULE, text_wrap=True)
    center = book.style(border=1, border_color=RULE, align="center")
    for row, one in enumerate(deliveries, 3):
        sheet.raw.set_row(row, max(24.0, row_height([(one.unit_name, 24), (one.collection, 24), (one.output, 34)])))
        sheet.number(row, 0, row - 2, center)
        for column, value in enumerate((one.unit, one.unit_name, one.collection, TITLES[one.notice]), 1):
            sheet.text(row, column, value, text)
        sheet.number(row, 5, one.errors, center)
        sheet.number(row, 6, one.warnings, center)
        for column, value in enumerate((one.deadline, one.output, "", ""), 7):
            sheet.text(row, column, value, text)
    last = 2 + max(1, len(deliveries))
    sheet.raw.autofilter(2, 0, last, len(columns) - 1)
    sheet.raw.freeze_panes(3, 0)
    sheet.raw.repeat_rows(2)
    _print(sheet, last, "送达清单", landscape=True, columns=len(columns) - 1)
    book.close()
