"""Who returned what, on the page: how far each node of the roster's tree has come, and one line per unit."""

from __future__ import annotations

from toolkit.report.results import Results
from toolkit.report.summary_data import trees
from toolkit.report.svg import share
from toolkit.report.tally import MISSING, RETURNED, UnitTally, by_unit
from toolkit.report.text import markup
from toolkit.report.turnout import NodeTally, by_node
from toolkit.report.words import VERDICT_TAG

_LINES = 2000
"""Rows of one table of the page; the workbooks hold everything."""


def coverage(results: Results) -> str:
    """One line per unit: what became of its return."""
    units = by_unit(results)
    if not units:
        return '<p class="note">没有已接收的报送，也没有单位名册。</p>'
    several = len(results.groups) > 1
    absent = [u for u in units if u.status == MISSING]
    note = (
        f"共 {len(units)} 个单位，未报送 {len(absent)} 个。"
        if results.roster is not None
        else "没有提供单位名册，不能判断谁未报送。"
    )
    rows = "".join(_unit_row(u, several) for u in units[:_LINES])
    group = "<th>批次</th>" if several else ""
    more = f'<p class="note">其余 {len(units) - _LINES} 个单位见 findings.xlsx。</p>' if len(units) > _LINES else ""
    return (
        f'<p class="note">{note}</p>{_nodes(results)}<div class="scroll"><table><thead><tr><th>代码</th><th>单位</th>{group}<th>结论</th>'
        '<th class="n">错误</th><th class="n">警告</th><th class="n">提示</th><th class="n">未执行</th><th>文件</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}"
    )


def _unit_row(unit: UnitTally, several: bool) -> str:
    numbers = (unit.errors, unit.warnings, unit.infos, unit.not_executed)
    shown = [str(n) if unit.status == RETURNED else "—" for n in numbers]
    collection = " ".join(part for part in (unit.region, str(unit.year or ""), unit.stage) if part)
    group = f"<td>{markup(collection)}</td>" if several else ""
    return (
        f'<tr><td class="k">{markup(unit.unit)}</td><td>{markup(unit.name)}</td>{group}'
        f'<td><span class="tag {VERDICT_TAG[unit.verdict]}">{unit.verdict}</span></td>'
        + "".join(f'<td class="n">{n}</td>' for n in shown)
        + f"<td>{markup(unit.file)}</td></tr>"
    )


def _nodes(results: Results) -> str:
    """The tree: region, departments and units that have others below them; nothing where there is no roster."""
    if results.roster is None:
        return ""
    lines = [
        (group.title, tally)
        for group, tree in trees(results).items()
        for tally in by_node(results, tree, group, tree.root)
    ]
    several = len(results.groups) > 1
    rows = "".join(_node(tally, title if several else "") for title, tally in lines[:_LINES])
    if not rows:
        return ""
    head = (
        '<th>主管部门、部门</th><th class="n">应报</th><th class="n">已接收</th><th>进度</th><th class="n">未报送</th>'
        '<th class="n">有几版</th><th class="n">名册外</th>'
    )
    return f'<div class="scroll"><table class="tree"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div><h3>逐个单位</h3>'


def _node(tally: NodeTally, group: str) -> str:
    named = "　" * tally.depth + (f"{tally.code} " if tally.code != tally.name else "") + tally.name
    named += f"（{group}）" if group and tally.depth == 0 else ""
    expected_back = tally.expected - tally.missing
    bar = share(f"{tally.name}：应报 {tally.expected}，已报 {expected_back}", expected_back, tally.expected)
    numbers = "".join(f'<td class="n">{n}</td>' for n in (tally.missing, tally.doubled, tally.unknown))
    return (
        f'<tr><td>{markup(named)}</td><td class="n">{tally.expected}</td><td class="n">{tally.accepted}</td>'
        f"<td>{bar}</td>{numbers}</tr>"
    )
