"""The first sections of the page: the counts, who returned what, what to mend first, how faults are spread."""

from __future__ import annotations

from collections import Counter, defaultdict

from toolkit.model.rule import Severity
from toolkit.report.results import Results
from toolkit.report.svg import bars
from toolkit.report.tally import MISSING, RETURNED, UnitTally, by_unit, mend_first, severity_counts, status_counts
from toolkit.report.text import markup
from toolkit.report.words import FAMILIES, SEVERITY, SEVERITY_MEANS, family, status_word

VERDICT_TAG = {"通过": "good", "须作说明": "warning", "退回修改": "error", "未报送": "none", "未能接收": "error"}
_LINES = 2000
"""Rows of one table of the page; the workbooks hold everything."""


def overview(results: Results) -> str:
    """The numbers at the top and the sum of the ledger."""
    units = by_unit(results)
    verdicts = Counter(u.verdict for u in units)
    counts = severity_counts(results.failed)
    expected = f" / 应报 {len(units)}" if results.roster is not None else ""
    cards = [
        ("", f"{len(results.submissions)}", f"已接收单位{expected}"),
        ("error", str(verdicts["退回修改"]), "退回修改的单位"),
        ("warning", str(verdicts["须作说明"]), "须作说明的单位"),
        ("good", str(verdicts["通过"]), "通过的单位"),
        *((s.value, str(counts[s]), f"{SEVERITY[s]}（{SEVERITY_MEANS[s]}）") for s in Severity),
        ("", str(len(results.not_executed)), "未执行的检查"),
    ]
    shown = "".join(
        f'<div class="card {kind}"><b>{n}</b><span>{markup(label)}</span></div>' for kind, n, label in cards
    )
    statuses = status_counts(results)
    parts = " + ".join(f"{status_word(s)} {n}" for s, n in statuses.items())
    received = f'<p class="sum">收到文件 {sum(statuses.values())} = {parts}</p>' if results.received else ""
    return f'<div class="cards">{shown}</div>{received}'


def mend(results: Results) -> str:
    """The errors whose mending clears most, in order."""
    lines = [
        f"<li><b>{markup(t.statement)}</b><span>{markup(t.action)}　{t.units} 个单位，{t.places} 处　"
        f"<code>{markup(t.code)}</code></span></li>"
        for t in mend_first(results)
    ]
    if not lines:
        return ""
    note = '<p class="note">按顺序修改：前面的问题改好后，后面由它引起的问题会随之消失。</p>'
    return note + f'<ol class="mend">{"".join(lines)}</ol>'


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
        f'<p class="note">{note}</p><div class="scroll"><table><thead><tr><th>代码</th><th>单位</th>{group}<th>结论</th>'
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


def charts(results: Results) -> str:
    """Faults by unit and by group of rules."""
    if not results.failed:
        return ""
    units = sorted(by_unit(results), key=lambda u: (-u.errors, -u.warnings, -u.infos, u.unit))
    by_units = [(u.name or u.unit, _parts(u.errors, u.warnings, u.infos)) for u in units if u.status == RETURNED][:20]
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in results.failed:
        held[family(finding.code)][finding.severity.value] += 1
    order = list(FAMILIES)
    families = sorted(held, key=lambda f: (order.index(f) if f in order else len(order), f))
    by_family = [(FAMILIES.get(f, f), _parts(held[f]["error"], held[f]["warning"], held[f]["info"])) for f in families]
    drawn = "".join(
        f"<figure><figcaption>{title}</figcaption>{svg}</figure>"
        for title, svg in (
            ("按单位", bars("各单位问题数", by_units)),
            ("按规则类别", bars("各类规则问题数", by_family)),
        )
        if svg
    )
    key = '<p class="key"><span><i class="error"></i>错误</span><span><i class="warning"></i>警告</span><span><i class="info"></i>提示</span></p>'
    return f'{key}<div class="charts">{drawn}</div>'


def _parts(errors: int, warnings: int, infos: int) -> list[tuple[str, int]]:
    return [("error", errors), ("warning", warnings), ("info", infos)]


def ledger(results: Results) -> str:
    """Every file that came and what became of it."""
    if not results.received:
        return ""
    rows = "".join(
        f'<tr><td>{markup(r.path + (f" › {r.inner_path}" if r.inner_path else ""))}</td><td class="k">{markup(r.unit)}</td>'
        f'<td><span class="tag {_status_tag(r.status)}">{status_word(r.status)}</span></td><td>{markup(r.reason)}</td></tr>'
        for r in results.received[:_LINES]
    )
    more = (
        f'<p class="note">其余 {len(results.received) - _LINES} 个文件见 received.jsonl。</p>'
        if len(results.received) > _LINES
        else ""
    )
    head = "<th>文件</th><th>单位</th><th>结果</th><th>原因</th>"
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _status_tag(status: str) -> str:
    return {"accepted": "good", "refused": "error", "unreadable": "error", "pending": "warning"}.get(status, "none")
