"""The sheet 校验: may this be submitted, which form lacks what, and every check with a link to its first failure.

The last column is the unit's: why a warning stays as it is. Nothing is computed from it, so no verdict depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlsxwriter.format import Format

from toolkit.layout.explaining import ANCHOR, CLOSED, COLUMN, LONGEST, TITLE, anchor
from toolkit.layout.hidden import CHECKS, dollars
from toolkit.layout.places import SheetPlace, a1, quoted
from toolkit.layout.verdicts import CHECKED, FAILED, FIRST, UNKNOWN, USED, Summary
from toolkit.model.form import Form
from toolkit.model.rule import Rule, RuleKind, Severity
from toolkit.write.context import Context, Count
from toolkit.write.engine import Sheet
from toolkit.write.hidden import Totals
from toolkit.write.outcome import neighbours
from toolkit.write.skeleton import page, text_height
from toolkit.write.style import INPUT, SEVERITY_LABELS

_WIDTHS = (3.0, 30.0, 10.0, 12.0, 50.0, 8.0, 8.0, 8.0, 12.0, 46.0, 34.0)
_LAST = len(_WIDTHS) - 1
_HEADS = ("表", "编号", "级别", "校验内容", "已校验", "未通过", "未能校验", "定位", "处理办法", TITLE)
_FORM_HEADS = ("表", "表号", "必报", "状态", "错误", "警告", "提示", "跳转", "说明")
_READY = "校验已通过，可以报送。"
_BLOCKED = "暂不能报送：请先改正“错误”，补填必报表；“警告”请改正或作出说明。"
_EMPTY = "尚未填报。"
_PROMPT = {
    "validate": "length",
    "criteria": "<=",
    "value": LONGEST,
    "input_title": "警告的说明",
    "input_message": "情况属实、不作改正的，在此写明理由，随表报送。数字改动以后，原来的说明不再有效。错误必须改正，不能以说明代替。",
    "error_type": "warning",
    "error_title": "说明过长",
    "error_message": f"说明请不超过 {LONGEST} 字。",
}


@dataclass(frozen=True)
class _Line:
    """One check row: its addresses and the values they have now."""

    form: Form
    summary: Summary
    source: Totals
    count: Count


def write_checklist(ctx: Context, totals: dict[str, tuple[Totals, ...]], used: dict[str, str]) -> None:
    """Fill the sheet 校验 from the summaries of all forms."""
    sheet = ctx.sheets[CHECKS]
    plain = ctx.style.plain()
    sheet.raw.set_default_row(20)
    for column, width in enumerate(_WIDTHS):
        sheet.width(column, column, width, plain)
    sheet.hide_from(ANCHOR, plain)
    sheet.height(0, 36.0)
    sheet.merge(0, 1, 0, _LAST, ctx.style.title())
    sheet.text(0, 1, "校验结果", ctx.style.title())
    forms = [f for f in ctx.suite.forms if any(s.form.id == f.id for s in ctx.layout.sheets)]
    form_top = 5
    check_head = form_top + len(forms) + 2
    lines = list(_lines(ctx, totals))
    check_top = check_head + 1
    _form_table(ctx, sheet, forms, form_top, used, lines, check_top)
    _ready_line(ctx, sheet, forms, form_top)
    _heads(ctx, sheet, check_head, _HEADS)
    for offset, line in enumerate(lines):
        _check_row(ctx, sheet, check_top + offset, line)
    last = _later(ctx, sheet, check_top + len(lines) + 1)
    if lines:
        sheet.raw.autofilter(check_head, 1, check_top + len(lines) - 1, _LAST)
    page(sheet, landscape=True, last_row=last, last_column=_LAST)
    sheet.raw.repeat_rows(check_head)
    sheet.raw.freeze_panes(3, 0)
    sheet.raw.set_tab_color(ctx.style.colours["alarm"])
    sheet.protect()


def _lines(ctx: Context, totals: dict[str, tuple[Totals, ...]]) -> Iterator[_Line]:
    for form in ctx.suite.forms:
        sheets = [s for s in ctx.layout.sheets if s.form.id == form.id]
        for n, summary in enumerate(ctx.zones[form.id].summary):
            if not sheets:
                continue
            counts = [ctx.counts[s.name][n] for s in sheets]
            count = Count(
                sum(c.checked for c in counts),
                sum(c.failed for c in counts),
                sum(c.unknown for c in counts),
                next((c.first for c in counts if c.first), ""),
            )
            source = totals[form.id][n] if form.repeat else _direct(sheets[0], n)
            yield _Line(form, summary, source, count)


def _direct(at: SheetPlace, line: int) -> Totals:
    cells = [f"{quoted(at.name)}!{dollars(line, at.hidden_from + o)}" for o in (CHECKED, FAILED, UNKNOWN, FIRST)]
    return Totals(*cells)


def _heads(ctx: Context, sheet: Sheet, row: int, heads: tuple[str, ...]) -> None:
    sheet.height(row, 24.0)
    for offset, text in enumerate(heads):
        sheet.text(row, 1 + offset, text, ctx.style.header())


def _check_row(ctx: Context, sheet: Sheet, row: int, line: _Line) -> None:
    style, rule, count = ctx.style, line.summary.check.rule, line.count
    centre, left = style.boxed(align="center"), style.boxed(align="left")
    name = _subject(line)
    sheet.text(row, 1, name, left)
    sheet.text(row, 2, rule.code, centre)
    sheet.text(row, 3, _level(line.summary.severity, rule), centre)
    sheet.text(row, 4, rule.statement, left)
    for offset, (source, value) in enumerate(
        ((line.source.checked, count.checked), (line.source.failed, count.failed), (line.source.unknown, count.unknown))
    ):
        sheet.formula(row, 5 + offset, f"=SUM({source})", centre, value)
    jump = f'=IF({a1(row, 6)}=0,"",HYPERLINK("#"&{line.source.first},"定位"))'
    linked = style.boxed(align="center", font_color=style.colours["link"], underline=1)
    sheet.formula(row, 8, jump, linked, "定位" if count.failed else "")
    sheet.text(row, 9, rule.action, left)
    open_here = _explicable(line.summary.severity, rule)
    said = _explanation(ctx, sheet, row, rule, line.summary.check.id if open_here else None)
    texts = ((name, 1), (rule.statement, 4), (rule.action, 9), (said, COLUMN))
    sheet.height(row, max(20.0, *(text_height(text, _WIDTHS[at], style.size) for text, at in texts)))
    sheet.condition(row, 1, row, _LAST, f"=${a1(row, 6)}>0", style.failing(line.summary.severity))


def _explicable(severity: Severity, rule: Rule) -> bool:
    """Whether a unit may explain what fails here: warnings. A rule on trial only remarks."""
    return severity is Severity.WARNING and not rule.beta


def _explanation(ctx: Context, sheet: Sheet, row: int, rule: Rule, check: str | None) -> str:
    """The unit's cell of a row and its hidden id; closed where there is nothing to explain (``check`` None)."""
    if check is None:
        sheet.text(row, COLUMN, CLOSED, ctx.style.closed())
        return ""
    line = anchor(rule.code, check)
    said = ctx.said.get(line, "")
    sheet.text(row, COLUMN, said, ctx.style.boxed(INPUT, align="left", num_format="@", locked=False))
    sheet.text(row, ANCHOR, line, ctx.style.hidden())
    sheet.validation(row, COLUMN, row, COLUMN, _PROMPT)
    return said


def _level(severity: Severity, rule: Rule) -> str:
    """The severity, and whether the rule is on trial."""
    return SEVERITY_LABELS[severity] + ("（试行）" if rule.beta else "")


def _subject(line: _Line) -> str:
    """The form, and the block where a form has several and the check is about one of them."""
    parts = line.summary.check.levels[line.summary.level].parts
    blocks = {line.summary.block} if line.summary.block else {p.places[0].block for p in parts if p.places}
    block = line.form.by_id.get(blocks.pop()) if len(blocks) == 1 else None
    if block is None or not block.label or len(line.form.blocks) == 1:
        return line.form.title
    return f"{line.form.title}：{block.label}"


def _form_table(
    ctx: Context,
    sheet: Sheet,
    forms: list[Form],
    top: int,
    used: dict[str, str],
    lines: list[_Line],
    check_top: int,
) -> None:
    """One row per form: filled in or not, how many checks of each severity fail."""
    style = ctx.style
    centre, left = style.boxed(align="center"), style.boxed(align="left")
    link = style.boxed(align="center", font_color=style.colours["link"], underline=1)
    sheet.text(top - 2, 1, "一、各表情况", style.plain(bold=True))
    _heads(ctx, sheet, top - 1, _FORM_HEADS)
    for offset, form in enumerate(forms):
        row = top + offset
        sheets = [s for s in ctx.layout.sheets if s.form.id == form.id]
        sheet.text(row, 1, form.title, left)
        sheet.height(row, max(20.0, text_height(form.title, _WIDTHS[1], style.size)))
        sheet.text(row, 2, form.number, centre)
        sheet.text(row, 3, "是" if form.due(ctx.identity.stage) else "否", centre)
        filled = sum(ctx.used[s.name] for s in sheets)
        source = used.get(form.id) or f"{quoted(sheets[0].name)}!{dollars(0, sheets[0].hidden_from + USED)}"
        sheet.formula(row, 4, f'=IF(SUM({source})>0,"已填","未填")', centre, "已填" if filled else "未填")
        for k, severity in enumerate(Severity):
            mine = [n for n, line in enumerate(lines) if line.form is form and line.summary.severity is severity]
            failed = sum(lines[n].count.failed for n in mine)
            cells = ",".join(f"{a1(a + check_top, 6)}:{a1(b + check_top, 6)}" for a, b in neighbours(mine))
            sheet.formula(row, 5 + k, f"=SUM({cells})" if cells else "=0", centre, failed)
        sheet.link(row, 8, sheets[0].name, "打开", link)
        sheet.text(row, 9, f"由{form.who}填报" if form.who else "", left)
        sheet.condition(row, 5, row, 5, f"={a1(row, 5)}>0", style.failing(Severity.ERROR))
        sheet.condition(row, 6, row, 6, f"={a1(row, 6)}>0", style.failing(Severity.WARNING))
        if form.due(ctx.identity.stage):
            sheet.condition(row, 4, row, 4, f'={a1(row, 4)}="未填"', style.failing(Severity.ERROR))
    sheet.text(top + len(forms) + 1, 1, "二、逐项校验", style.plain(bold=True))


def _ready_line(ctx: Context, sheet: Sheet, forms: list[Form], top: int) -> None:
    """Totals, and whether the workbook may be sent: no error, every required form filled in."""
    bottom = top + len(forms) - 1
    states = f"{dollars(top, 4)}:{dollars(bottom, 4)}"
    needed = f"{dollars(top, 3)}:{dollars(bottom, 3)}"
    missing = f'COUNTIFS({needed},"是",{states},"未填")'
    sums = [f"SUM({dollars(top, 5 + k)}:{dollars(bottom, 5 + k)})" for k in range(3)]
    held = {f.id: sum(ctx.used[s.name] for s in ctx.layout.sheets if s.form.id == f.id) for f in forms}
    lacking = sum(f.required and not held[f.id] for f in forms)
    failed = _failed(ctx)
    text = f"错误 {failed[0]} 处，警告 {failed[1]} 处，提示 {failed[2]} 处；必报表未填 {lacking} 张。"
    formula = f'="错误 "&{sums[0]}&" 处，警告 "&{sums[1]}&" 处，提示 "&{sums[2]}&" 处；必报表未填 "&{missing}&" 张。"'
    look = ctx.style.plain(align="left", font_size=ctx.style.size + 1)
    sheet.merge(1, 1, 1, _LAST, look)
    sheet.formula(1, 1, formula, look, text)
    ready = ctx.style.plain(align="left", bold=True, font_size=ctx.style.size + 3)
    sheet.merge(2, 1, 2, _LAST, ready)
    sheet.height(2, 28.0)
    verdict = f'IF({sums[0]}+{missing}=0,"{_READY}","{_BLOCKED}")'
    shown = _EMPTY if not any(held.values()) else (_READY if failed[0] + lacking == 0 else _BLOCKED)
    sheet.formula(2, 1, f'=IF(COUNTIF({states},"已填")=0,"{_EMPTY}",{verdict})', ready, shown)
    colours = ctx.style.colours
    cell = dollars(2, 1)
    sheet.condition(2, 1, 2, 1, f'={cell}="{_READY}"', ctx.book.mark(font_color=colours["ready"]))
    sheet.condition(2, 1, 2, 1, f'={cell}="{_BLOCKED}"', ctx.book.mark(font_color=colours["alarm"]))


def _failed(ctx: Context) -> list[int]:
    totals = dict.fromkeys(Severity, 0)
    for at in ctx.layout.sheets:
        for summary, count in zip(ctx.zones[at.form.id].summary, ctx.counts[at.name], strict=True):
            totals[summary.severity] += count.failed
    return list(totals.values())


def _later(ctx: Context, sheet: Sheet, row: int) -> int:
    """The rules the workbook cannot run: they are checked when the returns have come in."""
    here = {c.code for c in ctx.program.checks if c.in_workbook}
    rules = [r for r in ctx.suite.rules if r.code not in here and r.kind is not RuleKind.READER]
    if not rules:
        return row
    sheet.text(row, 1, "三、收表后由财政部门核对的事项（本工作簿无法自动校验）", ctx.style.plain(bold=True))
    centre, left = ctx.style.boxed(align="center"), ctx.style.boxed(align="left")
    for rule in rules:
        row += 1
        _later_row(ctx, sheet, row, rule, (centre, left))
    return row


def _later_row(ctx: Context, sheet: Sheet, row: int, rule: Rule, looks: tuple[Format, Format]) -> None:
    centre, left = looks
    sheet.text(row, 1, "收表后核对", left)
    sheet.text(row, 2, rule.code, centre)
    sheet.text(row, 3, _level(rule.severity, rule), centre)
    sheet.merge(row, 4, row, 8, left)
    sheet.text(row, 4, rule.statement, left)
    sheet.text(row, 9, rule.action, left)
    graded = {level.severity for level in rule.levels} or {rule.severity}
    open_here = any(_explicable(severity, rule) for severity in graded)
    said = _explanation(ctx, sheet, row, rule, "" if open_here else None)
    width = sum(_WIDTHS[4:9])
    texts = ((rule.statement, width), (rule.action, _WIDTHS[9]), (said, _WIDTHS[COLUMN]))
    heights = [text_height(text, wide, ctx.style.size) for text, wide in texts]
    sheet.height(row, max(20.0, *heights))
