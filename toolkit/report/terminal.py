"""What the terminal says at the end of a run: plain lines, no colour (the command line may add it).

In English the frame is English and each finding starts with its rule's English sentence; what the finding says
of the unit's figures, and what to do, is as the unit reads it.
"""

from __future__ import annotations

from collections import Counter

from toolkit.check.causes import consequences
from toolkit.check.told import told
from toolkit.messages import _, language
from toolkit.model.finding import MENDED, NEW, STILL, UNCHECKED, Finding
from toolkit.model.rule import Severity
from toolkit.report.results import Results
from toolkit.report.tally import MISSING, NOT_READ, by_unit, mend_first, severity_counts, status_counts
from toolkit.report.text import one_line
from toolkit.report.words import SEVERITY, status_word


def finding_lines(finding: Finding, statement_en: str = "") -> list[str]:
    """One finding: the sentence first, where, what to do, the code last."""
    where = "、".join(f"{p.sheet}!{p.cell}" for p in finding.places[:4] if p.cell)
    if len(finding.places) > 4:
        where += " " + _("等 {count} 处").format(count=len(finding.places))
    said = one_line(finding.message)
    head = f"  {_(SEVERITY[finding.severity])}  {one_line(statement_en) or said}"
    lines = [head + (f"  [{one_line(where)}]" if where else "")]
    lines += [f"        {said}"] if statement_en else []
    lines += [f"        {one_line(words)}" for words in told(finding, _)]
    lines.append(f"        {one_line(finding.what_to_do)}（{finding.code}）")
    guesses = finding.likely[:1]
    return lines + [
        "        " + _("最可能：{value}（{reason}）").format(value=one_line(finding.told(g)), reason=one_line(g.reason))
        for g in guesses
    ]


def check_lines(results: Results, most: int = 50) -> list[str]:
    """For ``toolkit check``: the findings of one or a few files, the count of each before them."""
    lines = []
    for sub in sorted(results.submissions, key=lambda s: s.file):
        own = [f for f in results.failed if f.file == sub.file]
        lines.append(_("{file}：{counts}").format(file=one_line(sub.file), counts=_counts(own)))
        lines += _told(results, own, most)
    files = {s.file for s in results.submissions}
    lines += _told(results, [f for f in results.failed if f.file not in files], most)
    if results.not_executed:
        lines.append(_("因缺少数据未能执行的检查：{count} 项").format(count=len(results.not_executed)))
    return lines


def _told(results: Results, findings: list[Finding], most: int) -> list[str]:
    behind = consequences(findings)
    here = {f.fingerprint: f for f in findings}
    shown = sorted((f for f in findings if f.cause not in here), key=lambda f: f.mend or len(findings) + 1)
    lines = []
    for finding in shown[:most]:
        lines += finding_lines(finding, _statement_en(results, finding.code))
        codes = list(dict.fromkeys(here[one].code for one in behind.get(finding.fingerprint, ())))
        if codes:
            held = _("改正后可能一并消除 {count} 条：{codes}")
            lines.append("        " + held.format(count=len(behind[finding.fingerprint]), codes="、".join(codes)))
    if len(shown) > most:
        more = _("…… 另有 {count} 条；加 --format json 可全部列出").format(count=len(shown) - most)
        lines.append(f"  {more}")
    return lines


def _statement_en(results: Results, code: str) -> str:
    """The rule's English sentence where English is spoken and there is one."""
    rule = results.rules.get(code)
    return rule.statement_en if rule is not None and language() == "en" else ""


def terminal_lines(results: Results) -> list[str]:
    """For ``toolkit collect``: the ledger's sum, who is missing, the counts, what to mend first."""
    counts = status_counts(results)
    parts = " + ".join(f"{_(status_word(status))} {n}" for status, n in counts.items())
    lines = [_title(results), _("收到 {count} = {parts}").format(count=sum(counts.values()), parts=parts)]
    units = by_unit(results)
    absent = [f"{u.unit} {u.name}" for u in units if u.status == MISSING]
    unread = [f"{u.unit} {u.name}" for u in units if u.status == NOT_READ]
    if results.roster is not None:
        lines.append(_("未报送单位 {count} 个").format(count=len(absent)) + _named(absent))
    if unread:
        lines.append(_("报来但未能接收 {count} 个").format(count=len(unread)) + _named(unread))
    lines.append(
        _("问题 {count} 条：{counts}；未执行 {skipped} 项").format(
            count=len(results.failed), counts=_counts(list(results.failed)), skipped=len(results.not_executed)
        )
    )
    lines += _since_last(results)
    first = mend_first(results, most=5)
    if first:
        lines.append(_("先改这些："))
    for number, todo in enumerate(first, 1):
        about = _("{code}：{units} 个单位，{places} 处").format(code=todo.code, units=todo.units, places=todo.places)
        lines.append(f"  {number}. {one_line(_statement_en(results, todo.code) or todo.statement)}（{about}）")
    return lines


def _since_last(results: Results) -> list[str]:
    """What this round changed, what was waived or explained, and what else the bureau must know."""
    lines = []
    if results.round > 1:
        states = Counter(f.round.state for f in results.failed if f.round is not None)
        gone = Counter(m.state for m in results.mended)
        said = _("第 {round} 轮：新增 {new} 条，仍未改 {still} 条，已改正 {mended} 条")
        line = said.format(round=results.round, new=states[NEW], still=states[STILL], mended=gone[MENDED])
        unchecked = _("；这次未能复核 {count} 条").format(count=gone[UNCHECKED])
        lines.append(line + (unchecked if gone[UNCHECKED] else ""))
    waived = sum(f.waived is not None for f in results.failed)
    lapsed = sum(f.waiver_lapsed is not None for f in results.failed)
    holds = Counter(f.explained.holds for f in results.failed if f.explained is not None)
    if waived or lapsed:
        lines.append(
            _("已豁免 {count} 条（照列，但不计为错误、警告），豁免失效 {lapsed} 条").format(count=waived, lapsed=lapsed)
        )
    if holds:
        lines.append(
            _("警告已说明 {count} 条，说明不再适用 {lapsed} 条").format(count=holds[True], lapsed=holds[False])
        )
    return lines + [one_line(note) for note in results.notes]


def _title(results: Results) -> str:
    if not results.groups:
        return _("尚无已接收的报送")
    if len(results.groups) > 1:
        return _("{count} 个批次合并查看").format(count=len(results.groups))
    return results.title


def _named(units: list[str]) -> str:
    """``：102 办公室、103 财政所 等``."""
    if not units:
        return ""
    return _("：{names}").format(names=one_line("、".join(units[:8]))) + (_(" 等") if len(units) > 8 else "")


def _counts(findings: list[Finding]) -> str:
    counts = severity_counts(f for f in findings if f.counts)
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    return _("，").join(f"{_(SEVERITY[s])} {counts[s]}" for s in order)
