"""What the terminal says at the end of a run: plain lines, no colour (the command line may add it)."""

from __future__ import annotations

from toolkit.model.finding import Finding
from toolkit.model.rule import Severity
from toolkit.report.results import Results
from toolkit.report.tally import MISSING, NOT_READ, by_unit, mend_first, severity_counts, status_counts
from toolkit.report.text import one_line
from toolkit.report.words import SEVERITY, status_word


def finding_lines(finding: Finding) -> list[str]:
    """One finding: the sentence first, where, what to do, the code last."""
    where = "、".join(f"{p.sheet}!{p.cell}" for p in finding.places[:4] if p.cell)
    if len(finding.places) > 4:
        where += f" 等 {len(finding.places)} 处"
    head = f"  {SEVERITY[finding.severity]}  {one_line(finding.message)}"
    lines = [head + (f"  [{one_line(where)}]" if where else "")]
    lines.append(f"        {one_line(finding.what_to_do)}（{finding.code}）")
    lines += [f"        可能：{one_line(g.value)}（{one_line(g.reason)}）" for g in finding.likely[:1]]
    return lines


def check_lines(results: Results, most: int = 50) -> list[str]:
    """For ``toolkit check``: every finding of one or a few files, then the count."""
    lines = []
    for sub in sorted(results.submissions, key=lambda s: s.file):
        own = [f for f in results.failed if f.file == sub.file]
        lines.append(f"{one_line(sub.file)}：{_counts(own)}")
        for finding in own[:most]:
            lines += finding_lines(finding)
        if len(own) > most:
            lines.append(f"  …… 另有 {len(own) - most} 条，见问题清单")
    rest = [f for f in results.failed if f.file not in {s.file for s in results.submissions}]
    for finding in rest[:most]:
        lines += finding_lines(finding)
    if results.not_executed:
        lines.append(f"因缺少数据未能执行的检查：{len(results.not_executed)} 项")
    return lines


def terminal_lines(results: Results) -> list[str]:
    """For ``toolkit collect``: the ledger's sum, who is missing, the counts, what to mend first."""
    lines = [results.title]
    counts = status_counts(results)
    parts = " + ".join(f"{status_word(status)} {n}" for status, n in counts.items())
    lines.append(f"收到 {sum(counts.values())} = {parts}")
    units = by_unit(results)
    absent = [u for u in units if u.status == MISSING]
    unread = [u for u in units if u.status == NOT_READ]
    if results.roster is not None:
        names = "、".join(f"{u.unit} {u.name}" for u in absent[:8]) + (" 等" if len(absent) > 8 else "")
        lines.append(f"未报送单位 {len(absent)} 个" + (f"：{one_line(names)}" if absent else ""))
    if unread:
        lines.append("报来但未能接收：" + one_line("、".join(f"{u.unit} {u.name}" for u in unread[:8])))
    lines.append(
        f"问题 {len(results.failed)} 条：{_counts(list(results.failed))}；未执行 {len(results.not_executed)} 项"
    )
    first = mend_first(results, most=5)
    if first:
        lines.append("先改这些：")
        lines += [
            f"  {i}. {one_line(t.statement)}（{t.code}：{t.units} 个单位，{t.places} 处）"
            for i, t in enumerate(first, 1)
        ]
    return lines


def _counts(findings: list[Finding]) -> str:
    counts = severity_counts(findings)
    return "，".join(f"{SEVERITY[s]} {counts[s]}" for s in (Severity.ERROR, Severity.WARNING, Severity.INFO))
