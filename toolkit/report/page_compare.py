"""Departments side by side, and this year beside last year, for the main totals of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.submissions import Group
from toolkit.model.fact import Key
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form, RowRole, Suite
from toolkit.report.page_amounts import amount
from toolkit.report.results import Results
from toolkit.report.svg import pairs
from toolkit.report.text import markup

_MOST, _CHARTED, _ROWS = 4, 20, 500


@dataclass(frozen=True)
class Headline:
    """A total that is known for two years: the cell of this year and the one beside it for last year."""

    form: Form
    block: Block
    row: str
    label: str
    now: Field
    before: Field

    def cell(self, field: Field) -> Key:
        """The cell of one of its fields."""
        return Key(self.block.id, "", self.row, field.id)


def headlines(suite: Suite) -> Iterator[Headline]:
    """The first total row of each printed grid that has a column which last year's book fills from another one."""
    for form in suite.forms:
        for block in form.blocks:
            if form.repeat or block.kind is not BlockKind.GRID:
                continue
            total = next((row for row in block.rows if row.role is RowRole.TOTAL), None)
            before = next((f for f in block.fields if f.type is FieldType.AMOUNT and f.prefill in block.by_id), None)
            if total is None or before is None or before.id in total.closed or before.prefill in total.closed:
                continue
            yield Headline(form, block, total.id, total.label, block.by_id[before.prefill], before)


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    now: Decimal
    before: Decimal | None


def comparisons(results: Results) -> str:
    """Each collection's main totals: a chart of the largest units, and a table of all."""
    several = len(results.groups) > 1
    parts = []
    for group in results.groups:
        drawn = [_headline(results, group, one) for one in headlines(results.suite_of(group))]
        shown = [one for one in drawn if one][:_MOST]
        if shown:
            parts += [f"<h3>{markup(group.title)}</h3>"] if several else []
            parts.append(f'<div class="charts">{"".join(shown)}</div>')
    if not parts:
        return ""
    key = '<p class="key"><span><i class="plain"></i>本年</span><span><i class="before"></i>上年</span></p>'
    note = '<p class="note">按各单位报送数，未作调整；上年数取自报表中预置的上年栏。涉密和未填的不在内。</p>'
    return f"{note}{key}{''.join(parts)}"


def _headline(results: Results, group: Group, one: Headline) -> str:
    lines = sorted(_lines(results, group, one), key=lambda line: (-line.now, line.name))
    if not any(line.now for line in lines):
        return ""
    unit = one.now.unit or ""
    chart = pairs(f"{one.label}：各单位本年和上年", [(x.name, x.now, x.before) for x in lines[:_CHARTED]], unit)
    rows = "".join(_row(line, unit) for line in lines[:_ROWS])
    known = [line for line in lines if line.before is not None]
    total = _Line("合计", sum((x.now for x in lines), Decimal(0)), None)
    if len(known) == len(lines):
        total = _Line("合计", total.now, sum((x.before or Decimal(0) for x in known), Decimal(0)))
    head = '<th>单位</th><th class="n">本年</th><th class="n">上年</th><th class="n">增减</th><th class="n">增减%</th>'
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}{_row(total, unit)}</tbody></table>"
    most = f"，图中为最大的 {_CHARTED} 个" if len(lines) > _CHARTED else ""
    return (
        f"<figure><figcaption>{markup(one.label)}（{markup(one.form.title)}，{len(lines)} 个单位{most}）</figcaption>{chart}"
        f"<details><summary>逐个单位</summary>{table}</details></figure>"
    )


def _lines(results: Results, group: Group, one: Headline) -> Iterator[_Line]:
    for submission in results.of_group(group):
        values = results.values.get(submission.ret, {})
        now, before = values.get(one.cell(one.now)), values.get(one.cell(one.before))
        if isinstance(now, Decimal):
            name = submission.identity.unit_name or submission.identity.unit
            yield _Line(name, now, before if isinstance(before, Decimal) else None)


def _row(line: _Line, unit: str) -> str:
    before, change, percent = "—", "—", "—"
    if line.before is not None:
        before, change = amount(line.before, unit), amount(line.now - line.before, unit)
        percent = f"{100 * (line.now - line.before) / line.before:.1f}%" if line.before else "—"
    return (
        f'<tr><td>{markup(line.name)}</td><td class="n">{amount(line.now, unit)}</td><td class="n">{before}</td>'
        f'<td class="n">{change}</td><td class="n">{percent}</td></tr>'
    )
