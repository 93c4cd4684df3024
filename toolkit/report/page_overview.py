"""The first sections of the page: the counts, who returned what, what to mend first, how faults are spread."""

from __future__ import annotations

from collections import Counter, defaultdict

from toolkit.model.finding import MENDED, NEW, STILL, UNCHECKED
from toolkit.model.rule import Severity
from toolkit.report.page_amounts import amounts
from toolkit.report.page_rules import statistics
from toolkit.report.results import Results
from toolkit.report.svg import bars
from toolkit.report.tally import RETURNED, by_unit, mend_first, severity_counts, status_counts
from toolkit.report.text import markup
from toolkit.report.words import FAMILIES, SEVERITY, SEVERITY_MEANS, family, status_word

_LINES = 2000
"""Rows of one table of the page; the workbooks hold everything."""


def overview(results: Results) -> str:
    """The numbers at the top and the sum of the ledger."""
    units = by_unit(results)
    verdicts = Counter(u.verdict for u in units)
    counts = severity_counts(f for f in results.failed if f.counts)
    expected = f" / 应报 {len(units)}" if results.roster is not None else ""
    cards = [
        ("", f"{len(results.submissions)}", f"已接收单位{expected}"),
        ("error", str(verdicts["退回修改"]), "退回修改的单位"),
        ("warning", str(verdicts["须作说明"]), "须作说明的单位"),
        ("good", str(verdicts["通过"]), "通过的单位"),
        *((s.value, str(counts[s]), f"{SEVERITY[s]}（{SEVERITY_MEANS[s]}）") for s in Severity),
        ("", str(len(results.not_executed)), "未执行的检查"),
        *_standing(results),
    ]
    shown = "".join(
        f'<div class="card {kind}"><b>{n}</b><span>{markup(label)}</span></div>' for kind, n, label in cards
    )
    statuses = status_counts(results)
    parts = " + ".join(f"{status_word(s)} {n}" for s, n in statuses.items())
    received = f'<p class="sum">收到文件 {sum(statuses.values())} = {parts}</p>' if results.received else ""
    notes = "".join(f'<p class="note">{markup(note)}</p>' for note in results.notes)
    return f'<div class="cards">{shown}</div>{received}{notes}'


def _standing(results: Results) -> list[tuple[str, str, str]]:
    """What is new, what stays, what was mended since the round before; what was explained or waived."""
    states = Counter(f.round.state for f in results.failed if f.round is not None)
    gone = Counter(one.state for one in results.mended)
    waived = sum(f.waived is not None for f in results.failed)
    explained = sum(f.explained is not None and f.explained.holds for f in results.failed)
    cards = []
    if results.round > 1:
        cards += [
            ("warning", str(states[NEW]), f"第 {results.round} 轮新增"),
            ("error", str(states[STILL]), "上轮就有，仍未改正"),
            ("good", str(gone[MENDED]), "上轮的问题，已改正"),
        ]
        cards += [("none", str(gone[UNCHECKED]), "上轮的问题，未能复核")] if gone[UNCHECKED] else []
    cards += [("", str(explained), "单位已说明的警告")] if explained else []
    cards += [("", str(waived), "已豁免的问题")] if waived else []
    return cards


def mended(results: Results) -> str:
    """What the round before had and this one has not."""
    if not results.mended:
        return ""
    words = {MENDED: ("good", "已改正"), UNCHECKED: ("none", "未能复核")}
    rows = "".join(
        f'<tr><td class="k">{markup(one.unit)}</td><td>{markup(one.unit_name)}</td><td class="k"><code>{markup(one.code)}</code></td>'
        f'<td><span class="tag {words[one.state][0]}">{words[one.state][1]}</span></td><td>{amounts(one.message)}</td></tr>'
        for one in results.mended[:_LINES]
    )
    head = "<th>代码</th><th>单位</th><th>规则</th><th>结果</th><th>上轮的问题</th>"
    more = len(results.mended) - _LINES
    tail = f'<p class="note">其余 {more} 条见 mended.jsonl。</p>' if more > 0 else ""
    note = '<p class="note">未能复核：报表已撤回，或所需的表、数这次没有，不等于已改正。</p>'
    table = f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f"{note}<details><summary>共 {len(results.mended)} 条</summary>{table}</details>{tail}"


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
    return f'{key}<div class="charts">{drawn}</div>{statistics(results)}'


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
