"""findings.xlsx: 问题清单 to filter, colour by severity, with links; counts per unit and per rule; 未执行."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from toolkit.check.told import told
from toolkit.model.finding import Finding
from toolkit.model.rule import Severity
from toolkit.report.findings_statistics import table, title, write_statistics
from toolkit.report.results import Results
from toolkit.report.sheets import BAND, MUTED, RULE, SEVERITY_FILL, SEVERITY_INK, Book, Sheet, row_height
from toolkit.report.tally import RETURNED, by_rule, by_unit, severity_counts
from toolkit.report.words import SEVERITY, SEVERITY_MEANS, family_name

ROWS = 1_000_000
"""Findings on one sheet; what is more goes on another."""
_MONEY = "#,##0.00####"
_RELATIVE = re.compile(r"(?![/\\~])(?!.*(?:\.\.[/\\]){4})[^:|<>\"\x00-\x1f]+\Z")
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}\Z")

COLUMNS = (
    ("序号", 6), ("严重程度", 9), ("单位代码", 9), ("单位名称", 16), ("工作表", 15), ("单元格", 8), ("问题", 56),
    ("填报数", 12), ("应为", 12), ("差额", 11), ("计量单位", 9), ("怎么改", 38), ("规则", 8),
    ("可能的原因", 32), ("栏目", 28), ("其他位置", 22), ("类别", 12), ("文件", 26), ("批次", 22), ("情况", 32),
    ("改的次序", 9), ("同一问题", 11), ("由此引起", 11),
)  # fmt: skip
_PRINTED = 13
"""Columns that are printed; the rest is for filtering on the screen."""
_MOST_LINES = 12


def write_findings_xlsx(results: Results, out: BinaryIO) -> None:
    """Write the workbook. Text of units is always text; links go only to files beside the workbook."""
    book = Book(out, f"问题清单 {results.title}")
    failed, not_executed = results.failed, results.not_executed
    pages = [failed[i : i + ROWS] for i in range(0, len(failed), ROWS)] or [()]
    for n, page in enumerate(pages):
        _list(book, results, page, "问题清单" if n == 0 else f"问题清单{n + 1}", n * ROWS)
    _units(book, results)
    _rules(book, results)
    write_statistics(book, results)
    _not_executed(book, not_executed[:ROWS])
    book.close()


def _list(book: Book, results: Results, findings: tuple[Finding, ...], name: str, before: int) -> None:
    sheet = book.sheet(name)
    counts = severity_counts(f for f in results.failed if f.counts)
    waived = sum(not f.counts for f in results.failed)
    parts = "，".join(f"{SEVERITY[s]} {counts[s]} 条（{SEVERITY_MEANS[s]}）" for s in Severity)
    title(
        sheet,
        f"问题清单　{results.title}",
        f"共 {len(results.failed)} 条：{parts}{f'，已豁免 {waived} 条' if waived else ''}。按表头筛选。"
        + ("点击单元格地址可打开文件。" if results.links else ""),
    )
    table(sheet, COLUMNS, len(findings))
    sheet.raw.freeze_panes(4, 4)
    sheet.raw.print_area(0, 0, 3 + max(1, len(findings)), _PRINTED - 1)
    edge = {"border": 1, "border_color": RULE, "valign": "top"}
    styles = {
        "text": book.style(**edge, text_wrap=True),
        "number": book.style(**edge, num_format=_MONEY, align="right"),
        "center": book.style(**edge, align="center"),
        "link": book.style(**edge, font_color="#1F5FA8", underline=1),
    }
    for i, finding in enumerate(findings):
        _line(sheet, 4 + i, before + i + 1, finding, results, styles)


def _line(sheet: Sheet, row: int, number: int, f: Finding, results: Results, styles: dict[str, Any]) -> None:
    ink, fill = (SEVERITY_INK[f.severity.value], SEVERITY_FILL[f.severity.value]) if f.counts else (MUTED, BAND)
    severity = sheet.book.style(
        border=1, border_color=RULE, valign="top", align="center", bold=True, font_color=ink, bg_color=fill
    )
    text, center = styles["text"], styles["center"]
    first = f.places[0] if f.places else None
    others = [f"{p.sheet}!{p.cell}" for p in f.places[1:]]
    more = "、".join(others[:6]) + (f" 等 {len(others)} 处" if len(others) > 6 else "")
    guesses = "；".join(f"{f.told(g)}（{g.reason}）" for g in f.likely)
    texts = {
        3: f.unit_name, 4: first.sheet if first else "", 6: f.message, 11: f.what_to_do, 13: guesses,
        14: first.label if first else "", 15: more, 16: family_name(f.code), 17: f.file,
        18: " ".join(x for x in (f.region, str(f.year or ""), f.stage) if x), 19: "；".join(told(f)),
        21: f.group[:8], 22: f.cause[:8],
    }  # fmt: skip
    sheet.raw.set_row(row, row_height([(texts[c], COLUMNS[c][1]) for c in (3, 6, 11)], _MOST_LINES))
    sheet.number(row, 0, number, center)
    sheet.text(row, 1, SEVERITY[f.severity], severity)
    sheet.text(row, 2, f.unit, center)
    _cell_link(sheet, row, 5, f, results, styles)
    for column, value in texts.items():
        sheet.text(row, column, value, text)
    for column, typed in ((7, f.actual), (8, f.expected), (9, f.difference)):
        sheet.value(row, column, decimal_or_text(typed), styles["number"], text)
    sheet.text(row, 10, f.unit_of_measure or "", center)
    sheet.text(row, 12, f.code, center)
    sheet.value(row, 20, f.mend or None, center, center)


def _cell_link(sheet: Sheet, row: int, column: int, f: Finding, results: Results, styles: dict[str, Any]) -> None:
    """The address, as a link into the returned file where it lies beside the workbook."""
    place = f.places[0] if f.places else None
    if place is None or not place.cell:
        sheet.text(row, column, "", styles["center"])
        return
    target = results.link(f, place)
    if not _RELATIVE.match(target) or not _CELL.match(place.cell) or len(target) > 200:
        sheet.text(row, column, place.cell, styles["center"])
        return
    where = place.sheet.replace("'", "''")
    sheet.link(row, column, f"external:{target}#'{where}'!{place.cell}", place.cell, styles["link"])


def decimal_or_text(value: str | None) -> Decimal | str | None:
    """A finding's decimal string as a number to be summed and filtered; any other text as it is."""
    if value is None:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    # Excel keeps 15 digits: a longer one is a code, not an amount
    return (
        number if number.is_finite() and len(number.as_tuple().digits) <= 15 and value == format(number, "f") else value
    )


def _units(book: Book, results: Results) -> None:
    units = by_unit(results)
    sheet = book.sheet("按单位统计")
    back = sum(u.errors > 0 for u in units)
    absent = sum(u.status != RETURNED for u in units)
    title(sheet, "按单位统计", f"{len(units)} 个单位，其中退回 {back} 个，未报送或未能接收 {absent} 个。")
    columns = (
        ("单位代码", 12), ("单位名称", 26), ("结论", 12), ("错误", 9), ("警告", 9), ("提示", 9), ("未执行", 9),
        ("文件", 34), ("批次", 28),
    )  # fmt: skip
    table(sheet, columns, len(units))
    text = book.style(border=1, border_color=RULE)
    number = book.style(border=1, border_color=RULE, align="center")
    inks = {"退回修改": "error", "未报送": "error", "未能接收": "error", "须作说明": "warning", "通过": "info"}
    for row, unit in enumerate(units, 4):
        sheet.text(row, 0, unit.unit, number)
        sheet.text(row, 1, unit.name, text)
        kind = inks[unit.verdict]
        ink, fill = ("#1B6B3A", "#E2F3E8") if unit.verdict == "通过" else (SEVERITY_INK[kind], SEVERITY_FILL[kind])
        sheet.text(
            row, 2, unit.verdict, book.style(border=1, border_color=RULE, align="center", font_color=ink, bg_color=fill)
        )
        for column, count in enumerate((unit.errors, unit.warnings, unit.infos, unit.not_executed), 3):
            if unit.status == RETURNED:
                sheet.number(row, column, count, number)
            else:
                sheet.text(row, column, "", number)
        sheet.text(row, 7, unit.file, text)
        sheet.text(row, 8, " ".join(x for x in (unit.region, str(unit.year or ""), unit.stage) if x), text)


def _rules(book: Book, results: Results) -> None:
    rules = by_rule(results.failed, results)
    sheet = book.sheet("按规则统计")
    title(sheet, "按规则统计", "按建议的修改顺序排列：先改前面的，后面的问题可能随之消失。")
    columns = (
        ("规则", 10),
        ("类别", 14),
        ("严重程度", 10),
        ("要求", 60),
        ("问题数", 9),
        ("单位数", 9),
        ("位置数", 9),
        ("怎么改", 50),
    )
    table(sheet, columns, len(rules))
    text = book.style(border=1, border_color=RULE, text_wrap=True, valign="top")
    number = book.style(border=1, border_color=RULE, align="center", valign="top")
    for row, rule in enumerate(rules, 4):
        sheet.raw.set_row(row, row_height([(rule.statement, 60), (rule.action, 50)]))
        sheet.text(row, 0, rule.code, number)
        sheet.text(row, 1, family_name(rule.code), text)
        ink, fill = SEVERITY_INK[rule.severity.value], SEVERITY_FILL[rule.severity.value]
        style = book.style(border=1, border_color=RULE, align="center", valign="top", font_color=ink, bg_color=fill)
        sheet.text(row, 2, SEVERITY[rule.severity], style)
        sheet.text(row, 3, rule.statement, text)
        for column, count in enumerate((rule.findings, rule.units, rule.places), 4):
            sheet.number(row, column, count, number)
        sheet.text(row, 7, rule.action, text)


def _not_executed(book: Book, findings: tuple[Finding, ...]) -> None:
    sheet = book.sheet("未执行")
    note = "这些检查因缺少数据没有执行，不等于通过。补齐所缺数据后重新报送即可执行。"
    title(sheet, "未执行的检查", note)
    columns = (("单位代码", 12), ("单位名称", 24), ("规则", 10), ("类别", 14), ("原因", 80), ("位置", 24), ("批次", 28))
    table(sheet, columns, len(findings))
    for row, f in enumerate(findings, 4):
        text = book.style(
            border=1, border_color=RULE, text_wrap=True, valign="top", **({"bg_color": BAND} if row % 2 else {})
        )
        first = f"{f.places[0].sheet}!{f.places[0].cell}" if f.places else ""
        group = " ".join(x for x in (f.region, str(f.year or ""), f.stage) if x)
        sheet.raw.set_row(row, row_height([(f.message, 80), (f.unit_name, 24), (first, 24)]))
        for column, value in enumerate((f.unit, f.unit_name, f.code, family_name(f.code), f.message, first, group)):
            sheet.text(row, column, value, text)
