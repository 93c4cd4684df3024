"""The findings on the page: unit by unit, rule by rule, and the checks that could not run."""

from __future__ import annotations

from collections import defaultdict

from toolkit.model.finding import Finding, Place
from toolkit.report.page_overview import VERDICT_TAG
from toolkit.report.results import Results
from toolkit.report.tally import ACROSS, RETURNED, by_rule, by_unit, units_of
from toolkit.report.text import markup
from toolkit.report.words import SEVERITY, family_name

PER_UNIT = 120
"""Findings of one unit on the page; the rest stands in findings.xlsx."""
_OPEN = 3
_WHERE = 8
_SKIPPED = 1000

_Who = tuple[str, int, str, str]


def per_unit(results: Results) -> str:
    """One fold per unit; the first few with errors are open."""
    held: dict[_Who, list[Finding]] = defaultdict(list)
    for finding in results.failed:
        for concerned in units_of(finding):
            held[(finding.region, finding.year, finding.stage, concerned)].append(finding)
    folds, opened = [], 0
    for unit in by_unit(results):
        who = (unit.region, unit.year, unit.stage, unit.unit)
        if unit.status != RETURNED or who not in held:
            continue
        own = held.pop(who)
        is_open = opened < _OPEN
        opened += is_open
        tag = f'<span class="tag {VERDICT_TAG[unit.verdict]}">{unit.verdict}</span>'
        note = f"错误 {unit.errors}　警告 {unit.warnings}　提示 {unit.infos}　{markup(unit.file)}"
        folds.append(_fold(f"{markup(unit.unit)}　{markup(unit.name)} {tag}<em>{note}</em>", own, is_open))
    for (region, year, stage, code), rest in sorted(held.items()):
        name = f"{code}　{rest[0].unit_name}" if code else ACROSS
        folds.append(
            _fold(f"{markup(name)}<em>{markup(f'{region} {year} {stage}')}　{len(rest)} 条</em>", rest, opened < _OPEN)
        )
    return "".join(folds) or '<p class="note">没有发现问题。</p>'


def _fold(summary: str, findings: list[Finding], is_open: bool) -> str:
    shown = "".join(_finding(f) for f in findings[:PER_UNIT])
    if len(findings) > PER_UNIT:
        shown += f'<div class="finding"><p>另有 {len(findings) - PER_UNIT} 条，见 findings.xlsx。</p></div>'
    return f'<details class="unit"{" open" if is_open else ""}><summary>{summary}</summary>{shown}</details>'


def _finding(f: Finding) -> str:
    tag = f'<span class="tag {f.severity.value}">{SEVERITY[f.severity]}</span>'
    maybe = "".join(f'<p class="maybe">{markup(g.value)}（{markup(g.reason)}）</p>' for g in f.likely[:2])
    return (
        f'<div class="finding {f.severity.value}"><p class="say">{tag} {markup(f.message)}</p>'
        f'<p class="do">{markup(f.what_to_do)}</p>{maybe}'
        f'<p class="where">{_where(f)}<code>{markup(f.code)}</code></p></div>'
    )


def _where(f: Finding) -> str:
    """Sheet by sheet the addresses; the unit too where a finding spans several."""
    files = {p.file for p in f.places}
    held: dict[str, list[Place]] = defaultdict(list)
    for place in f.places[:_WHERE]:
        held[(f"{place.unit} " if len(files) > 1 else "") + place.sheet].append(place)
    parts = [
        f"{markup(sheet)}：{'、'.join(markup(p.cell) for p in places if p.cell)}" for sheet, places in held.items()
    ]
    more = f" 等 {len(f.places)} 处" if len(f.places) > _WHERE else ""
    return "；".join(parts) + more + ("　" if parts else "")


def per_rule(results: Results) -> str:
    """One line per rule and severity, in mending order."""
    lines = by_rule(results.failed, results)
    if not lines:
        return ""
    rows = "".join(
        f'<tr><td class="k"><code>{markup(t.code)}</code></td><td class="k">{markup(family_name(t.code))}</td>'
        f'<td><span class="tag {t.severity.value}">{SEVERITY[t.severity]}</span></td><td>{markup(t.statement)}</td>'
        f'<td class="n">{t.findings}</td><td class="n">{t.units}</td><td class="n">{t.places}</td></tr>'
        for t in lines
    )
    head = '<th>规则</th><th>类别</th><th>程度</th><th>要求</th><th class="n">问题</th><th class="n">单位</th><th class="n">位置</th>'
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def not_executed(results: Results) -> str:
    """The checks that lacked their input: not passed, not failed."""
    if not results.not_executed:
        return ""
    rows = "".join(
        f'<tr><td class="k">{markup(f.unit or "—")}</td><td>{markup(f.unit_name or ACROSS)}</td><td class="k"><code>{markup(f.code)}</code></td>'
        f"<td>{markup(f.message)}</td></tr>"
        for f in results.not_executed[:_SKIPPED]
    )
    more = len(results.not_executed) - _SKIPPED
    tail = f'<p class="note">其余 {more} 项见 findings.xlsx。</p>' if more > 0 else ""
    head = "<th>代码</th><th>单位</th><th>规则</th><th>原因</th>"
    note = '<p class="note">缺少数据的检查没有执行，不等于通过。</p>'
    return f'{note}<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{tail}'
