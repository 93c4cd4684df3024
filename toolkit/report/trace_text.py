"""What a trace found, for people: the cells behind a number, or the numbers that a cell enters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from toolkit.messages import N_, _
from toolkit.model.fact import State
from toolkit.report.text import one_line
from toolkit.report.traced import Cell, Entered, Input, Trace

STATES = {
    State.VALUE: N_("有值"),
    State.BLANK: N_("空"),
    State.ZERO: N_("零"),
    State.NOT_APPLICABLE: N_("不适用"),
    State.CLASSIFIED: N_("涉密"),
    State.INVALID: N_("无法识别"),
}
_DECISIONS = {"accept": N_("采用"), "withdraw": N_("撤回")}
_HASH = 12


def amount(value: Decimal | str | None, unit: str = "") -> str:
    """A value as text: a decimal with no exponent, its unit of measure behind."""
    if value is None:
        return "—"
    shown = format(value, "f") if isinstance(value, Decimal) else one_line(value)
    return f"{shown} {unit}" if unit and isinstance(value, Decimal) else shown


def trace_lines(trace: Trace) -> list[str]:
    """A number, where it is shown, its formula, its cells one a line, its adjustments, and the proof."""
    node = "　" + _("汇总到：{node}").format(node=one_line(trace.node)) if trace.node else ""
    lines = [f"{one_line(trace.label)}（{trace.key}）　{one_line(trace.group.title)}{node}"]
    lines += _table([_heads(), *map(_cell_row, trace.cells)]) if trace.cells else []
    for cell in trace.cells:
        lines += [f"  {text}" for text in _origin(cell)]
    if trace.blank:
        lines.append(_("另有 {count} 个单元格为空，不计入。").format(count=trace.blank))
    for one in trace.adjustments:
        words = {"where": one_line(one.where), "amount": amount(one.amount, trace.unit_of_measure)}
        about = {"author": one_line(one.author), "reason": one_line(one.reason), "place": one_line(one.place)}
        lines.append(_("调整　{where}　{amount}　{author}：{reason}（{place}）").format(**words, **about))
    lines += _proof(trace)
    if trace.formula:
        lines += [_("由公式算出：{formula}").format(formula=one_line(trace.formula)), *_inputs(trace.inputs, 1)]
    return lines


def _proof(trace: Trace) -> list[str]:
    if not trace.cells and not trace.adjustments:
        return [_("没有一份报送填了这一格。")]
    if trace.value is None:
        return [_("{place} 的数不是相加得来的。").format(place=one_line(trace.place))] if trace.place else []
    cells = sum((c.source.value for c in trace.cells if isinstance(c.source.value, Decimal)), Decimal(0))
    booked = sum((one.amount for one in trace.adjustments), Decimal(0))
    words = {"cells": amount(cells), "adjusted": amount(booked), "value": amount(trace.value, trace.unit_of_measure)}
    count = sum(isinstance(c.source.value, Decimal) for c in trace.cells)
    if trace.adjustments:
        said = _("{count} 个单元格之和 {cells} ＋ 调整 {adjusted} = {value}").format(count=count, **words)
    else:
        said = _("{count} 个单元格之和 = {value}").format(count=count, value=words["value"])
    if not trace.place:
        return [said]
    shown = {"place": one_line(trace.place), "shown": amount(trace.shown)}
    if not trace.known:
        return [said + _("；{place} 在收表之后被另存过，没有核对").format(**shown)]
    agrees = _("，与 {place} 的 {shown} 一致") if trace.agrees else _("，与 {place} 的 {shown} 不一致！")
    return [said + agrees.format(**shown)]


def _inputs(inputs: Iterable[Input], level: int) -> Iterator[str]:
    for one in inputs:
        value = amount(one.value, one.unit_of_measure)
        yield "  " * level + f"{one_line(one.label)}（{one.key}）　{value}"
        for cell in one.cells:
            source = cell.source
            place = f"{source.sheet}!{source.cell}"
            each = amount(source.value, source.unit_of_measure)
            yield "  " * (level + 1) + f"{one_line(place)}　{each}　{_(cell.how)}"
        if one.formula:
            yield "  " * (level + 1) + _("由公式算出：{formula}").format(formula=one_line(one.formula))
        yield from _inputs(one.inputs, level + 1)


def _heads() -> tuple[str, ...]:
    return tuple(
        _(t) for t in (N_("单位"), N_("文件"), N_("单元格"), N_("值"), N_("原文"), N_("状态"), N_("来源"), "sha256")
    )


def _cell_row(cell: Cell) -> tuple[str, ...]:
    s = cell.source
    return (
        one_line(f"{s.unit} {s.unit_name}"), one_line(s.received_as), one_line(f"{s.sheet}!{s.cell}"),
        amount(s.value, s.unit_of_measure), one_line(s.raw)[:40], _(STATES[s.state]), _(cell.how), s.sha256[:_HASH],
    )  # fmt: skip


def _origin(cell: Cell) -> Iterator[str]:
    """Through which department's book a cell came, innermost last, and what was decided there."""
    origin, decided = cell.line.get("origin"), cell.line.get("decision")
    while decided or origin:
        if decided:
            words = {name: one_line(str(decided.get(name, ""))) for name in ("who", "when", "why")}
            kind = str(decided.get("decision"))
            decision = _(_DECISIONS[kind]) if kind in _DECISIONS else ""
            said = _("{unit}：按决定{decision}（{who}，{when}）：{why}")
            yield said.format(unit=cell.source.unit, decision=decision, **words)
        if not origin:
            return
        inner = f"!{origin.get('inner_path')}" if origin.get("inner_path") else ""
        words = {"path": one_line(f"{origin.get('path')}{inner}"), "book": one_line(str(origin.get("book")))}
        yield _("{unit}：部门收到的是 {path}，随 {book} 报来").format(unit=cell.source.unit, **words)
        origin, decided = origin.get("origin"), origin.get("decision")


def entered_lines(entered: Entered) -> list[str]:
    """A cell, the totals it enters, the computed cells and the rules that read it."""
    lines = [f"{one_line(entered.label)}（{entered.key}）　{one_line(entered.group.title)}"]
    lines += [*_table([_heads(), _cell_row(entered.cell)]), *(f"  {text}" for text in _origin(entered.cell))]
    lines.append(_("计入的汇总数：{count}").format(count=len(entered.totals)))
    lines += [f"  {one_line(t.place)}　{t.key}　{one_line(t.node)}".rstrip("　") for t in entered.totals]
    lines.append(_("用到它的公式：{count}").format(count=len(entered.readers)))
    for one in entered.readers:
        place = f"　{one_line(one.place)}" if one.place else ""
        lines.append("  " * one.level + f"{one_line(one.label)}（{one.key}）{place}　{one_line(one.formula)}")
    lines.append(_("读它的规则：{count}").format(count=len(entered.rules)))
    for rule in entered.rules:
        lines.append(f"  {rule.code}　{one_line(rule.statement)}")
        lines += [f"    {one_line(message)}" for message in rule.failed]
    return lines


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side; Chinese characters are two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(t + " " * (w - _width(t)) for t, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
