"""The findings on the page, unit by unit: each fault once, in the order of mending, with its cells listed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from toolkit.check.told import told
from toolkit.model.finding import Finding, Place
from toolkit.report.grouping import Fault, UnitFaults, by_units
from toolkit.report.page_amounts import amounts
from toolkit.report.page_rules import FULL
from toolkit.report.results import Results
from toolkit.report.tally import ACROSS
from toolkit.report.text import markup
from toolkit.report.words import SEVERITY, VERDICT_TAG

PER_UNIT = 400
"""Findings of one unit on the page; the rest stands in findings.xlsx."""
_OPEN = 3
_BESIDE = re.compile(r"(?!.*\.\.)[\w][\w()（）./-]{0,200}\.(?:xlsx|xlsm|xls|xlsb|ods|fods)")
_WHERE = 8
_LONG = 90
_SKIPPED = 1000


def per_unit(results: Results) -> str:
    """One fold per unit; the first few are open."""
    full = len(results.failed) <= FULL
    folds = [_fold(unit, n, n <= _OPEN, full, _copy(results, unit)) for n, unit in enumerate(by_units(results), 1)]
    if not folds:
        return '<p class="note">没有发现问题。</p>'
    note = "每个单位按修改的先后排列，错误带序号：先改前面的，后面由它引起的问题会随之消失。"
    note += "" if full else "怎么改，见“按规则”中的同一条规则。"
    return f'<p class="note">{note}</p>{"".join(folds)}<p id="none" class="note" hidden>没有符合筛选条件的问题。</p>'


def _copy(results: Results, unit: UnitFaults) -> str:
    """A link to the copy of the unit's workbook beside the page; "" where there is none."""
    if unit.tally is None:
        return ""
    region, year, stage, code = unit.who
    found = next((s for s in results.submissions if s.identity.key == (region, year, stage, code)), None)
    target = results.links.get(found.ret, "") if found is not None and found.file == unit.tally.file else ""
    return target if _BESIDE.fullmatch(target) else ""


def _fold(unit: UnitFaults, number: int, is_open: bool, full: bool, copy: str) -> str:
    region, year, stage, code = unit.who
    if unit.tally is not None:
        t = unit.tally
        tag = f' <span class="tag {VERDICT_TAG[t.verdict]}">{t.verdict}</span>'
        note = f"错误 {t.errors}　警告 {t.warnings}　提示 {t.infos}　"
        note += f'<a href="{markup(quote(copy))}">{markup(t.file)}</a>' if copy else markup(t.file)
        name = f"{markup(code)}　{markup(unit.name)}"
    else:
        tag, name = "", markup(f"{code}　{unit.name}" if code else ACROSS)
        note = f"{markup(' '.join(str(x) for x in (region, year or '', stage) if x))}　{unit.findings} 条"
    left, shown, place = PER_UNIT, [], 0
    for fault in unit.faults:
        place += fault.is_error
        if left > 0:
            shown.append(_fault(fault, place if fault.is_error else 0, full, left))
        left -= len(fault.findings) + len(fault.follows)
    if left < 0:
        shown.append(f'<p class="more">另有 {-left} 条，见 findings.xlsx。</p>')
    opened = " open" if is_open else ""
    head = f"<summary>{name}{tag}<em>{note}</em></summary>"
    return f'<details class="unit" id="u{number}"{opened}>{head}{"".join(shown)}</details>'


def _fault(fault: Fault, number: int, full: bool, most: int) -> str:
    """A fault: its sentence where it is one finding, else the rule's, with a line for each finding."""
    no = f"<i>{number}</i>" if number else ""
    kind = "none" if fault.waived else fault.severity.value
    tag = f'<span class="tag {kind}">{SEVERITY[fault.severity]}{"·已豁免" if fault.waived else ""}</span>'
    do = f'<p class="do">{amounts(fault.action)}</p>' if full and not fault.waived else ""
    code = f"<code>{markup(fault.code)}</code>"
    code = f'<a href="#r-{markup(fault.code)}">{code}</a>' if full else code
    findings = fault.findings[:most]
    state = f' data-s="{kind}"'
    if len(fault.findings) == 1:
        one = findings[0]
        head = f'<p class="say">{no}{tag} {_said(one, full)}</p>{do}{_maybe(one, full)}{_standing(one)}'
        where = f'<p class="w">{_where(one)}{code}</p>'
        return f'<div class="f {kind} e"{state}>{head}{where}{_follows(fault, full)}</div>'
    count = f"<em>{len(fault.findings)} 条，{fault.places} 处</em>"
    lines = "".join(
        f'<li class="e">{_said(f, full)}{_maybe(f, full)}{_standing(f)}<span class="w">{_where(f)}</span></li>'
        for f in findings
    )
    head = f'<p class="say">{no}{tag} {amounts(fault.statement)} {code}{count}</p>'
    return f'<div class="f {kind}"{state}>{head}{do}<ul>{lines}</ul>{_follows(fault, full)}</div>'


def _standing(finding: Finding) -> str:
    """Waived, explained, since which round."""
    return "".join(f'<p class="told">{markup(phrase)}</p>' for phrase in told(replace(finding, cause="")))


def _follows(fault: Fault, full: bool) -> str:
    """What will be gone when the fault is mended, folded."""
    if not fault.follows:
        return ""
    lines = "".join(
        f'<li><span class="tag {f.severity.value}">{SEVERITY[f.severity]}</span> {_said(f, full)}'
        f'<span class="w">{_where(f)}<code>{markup(f.code)}</code></span></li>'
        for f in fault.follows
    )
    return (
        f'<details class="after"><summary>由此引起的另有 {len(fault.follows)} 条，先不用改</summary>'
        f"<ul>{lines}</ul></details>"
    )


def _said(finding: Finding, full: bool) -> str:
    message = finding.message
    return amounts(message if full or len(message) <= _LONG else message[:_LONG] + "…")


def _maybe(finding: Finding, full: bool) -> str:
    """The likeliest values, in their order, with the reasons; on a large page the first one alone."""
    if full:
        guesses = "；".join(f"{amounts(finding.told(g))}（{amounts(g.reason)}）" for g in finding.likely[:3])
    else:
        guesses = "".join(amounts(finding.told(g)) for g in finding.likely[:1])
    return f'<p class="maybe">{guesses}</p>' if guesses else ""


def _where(f: Finding) -> str:
    """Sheet by sheet the addresses; the unit too where a finding spans several."""
    files = {p.file for p in f.places}
    held: dict[str, list[Place]] = defaultdict(list)
    for place in f.places[:_WHERE]:
        held[(f"{place.unit} " if len(files) > 1 else "") + place.sheet].append(place)
    parts = [markup(sheet) + _cells(places) for sheet, places in held.items()]
    more = f" 等 {len(f.places)} 处" if len(f.places) > _WHERE else ""
    return "；".join(parts) + more + ("　" if parts else "")


def _cells(places: Sequence[Place]) -> str:
    cells = "、".join(markup(p.cell) for p in places if p.cell)
    return f"：{cells}" if cells else ""


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
    return f'{note}<details><summary>共 {len(results.not_executed)} 项</summary><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>{tail}'
