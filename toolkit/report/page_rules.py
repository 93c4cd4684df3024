"""The rules on the page: what each found and in which units, and the fields that fail most."""

from __future__ import annotations

from collections import Counter, defaultdict

from toolkit.model.rule import Severity
from toolkit.report.grouping import by_field, by_units
from toolkit.report.page_amounts import amounts
from toolkit.report.results import Results
from toolkit.report.svg import bars
from toolkit.report.tally import ACROSS, RuleTally, by_rule
from toolkit.report.text import markup
from toolkit.report.words import SEVERITY, family_name

FULL = 3000
"""Findings up to which the page says each thing where it is read; above, once, for the page to open fast."""
_FIELDS, _CHARTED = 30, 15
_UNITS = 400


def per_rule(results: Results) -> str:
    """One fold per rule and severity, in mending order: what it asks, how to mend it, and the units it hit."""
    hit: dict[tuple[str, Severity], Counter[tuple[int, str]]] = defaultdict(Counter)
    full = len(results.failed) <= FULL
    for number, unit in enumerate(by_units(results), 1):
        for fault in unit.faults:
            named = (f"{unit.who[3]} {unit.name}".strip() if full else unit.who[3]) or ACROSS
            hit[(fault.code, fault.severity)][(number, named)] += len(fault.findings)
    seen: set[str] = set()
    folds = []
    for line in by_rule(results.failed, results):
        anchor = "" if line.code in seen else f' id="r-{markup(line.code)}"'
        seen.add(line.code)
        folds.append(_rule(line, hit[(line.code, line.severity)], anchor))
    return "".join(folds)


def _rule(line: RuleTally, units: Counter[tuple[int, str]], anchor: str) -> str:
    tag = f'<span class="tag {line.severity.value}">{SEVERITY[line.severity]}</span>'
    count = f"<em>{markup(family_name(line.code))}　{line.findings} 条，{line.units} 个单位，{line.places} 处</em>"
    head = f"<summary><code>{markup(line.code)}</code> {tag} {amounts(line.statement)}{count}</summary>"
    listed = sorted(units.items(), key=lambda item: (-item[1], item[0]))
    links = "".join(f'<a href="#u{n}">{markup(name)}（{times}）</a>' for (n, name), times in listed[:_UNITS])
    more = f"等 {len(listed)} 个单位" if len(listed) > _UNITS else ""
    return f'<details class="rule"{anchor}>{head}<p class="do">{amounts(line.action)}</p><p class="links">{links}{more}</p></details>'


def statistics(results: Results) -> str:
    """The rules and fields that fail in most units: where the template or its instructions may need mending."""
    if not results.failed:
        return ""
    reported = max(1, len(results.submissions))
    rules = sorted(by_rule(results.failed, results), key=lambda t: (-t.units, -t.findings, t.code))[:_CHARTED]
    drawn = bars(
        "失败最多的规则（单位数）", [(f"{t.code} {t.statement}", [(t.severity.value, t.units)]) for t in rules]
    )
    fields = by_field(results)
    rows = "".join(
        f"<tr><td>{markup(t.form)}</td><td>{markup(t.label)}</td>"
        f'<td class="n">{t.units}</td><td class="n">{round(100 * t.units / reported)}%</td><td class="n">{t.findings}</td>'
        f"<td>{'、'.join(markup(code) for code in t.codes[:6])}{' 等' if len(t.codes) > 6 else ''}</td></tr>"
        for t in fields[:_FIELDS]
    )
    head = '<th>表</th><th>栏目</th><th class="n">单位</th><th class="n">占比</th><th class="n">问题</th><th>规则</th>'
    table = (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>' if rows else ""
    )
    more = (
        f'<p class="note">其余 {len(fields) - _FIELDS} 个栏目见 findings.xlsx 的“统计”。</p>'
        if len(fields) > _FIELDS
        else ""
    )
    note = (
        '<p class="note">多数单位都填错的栏目和规则，往往是模板、填报说明或预置数需要改进。占比按已接收的单位计。</p>'
    )
    return (
        f'{note}<div class="charts"><figure><figcaption>失败最多的规则（单位数）</figcaption>{drawn}</figure></div>'
        f"<h3>失败最多的栏目</h3>{table}{more}"
    )
