"""What the reader noticed about a file or a cell → findings, grouped by rule and kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from toolkit.check.finding import make
from toolkit.check.labels import cell_label, short_label
from toolkit.check.submissions import Submission
from toolkit.check.wording import LONGEST, listed, quote, sentence
from toolkit.model.fact import Remark
from toolkit.model.finding import Finding, Likely, Place
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, RuleKind, Severity

_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_FALLBACK = "请按填报说明改正后重新报送。"


def of_remarks(suite: Suite, submission: Submission) -> Iterator[Finding]:
    """The findings of one return's remarks. The same remark on many cells of a form is one with many places."""
    groups: dict[tuple[object, ...], list[Remark]] = defaultdict(list)
    for number, remark in enumerate(submission.remarks):
        known = remark.key is not None and remark.key.block in suite.blocks
        at = suite.form_of_block[remark.key.block].id if remark.key is not None and known else number
        groups[(remark.code, remark.severity or "", remark.detail, at)].append(remark)
    for remarks in groups.values():
        yield _finding(suite, submission, remarks)


def _finding(suite: Suite, submission: Submission, remarks: Sequence[Remark]) -> Finding:
    first = remarks[0]
    rule = suite.rules_by_code.get(first.code) or Rule(
        first.code, RuleKind.READER, Severity.WARNING, first.detail.rstrip("。"), _FALLBACK
    )
    likely = [Likely(n, r.likely, "按所填内容推断，请核实") for n, r in enumerate(remarks) if r.likely is not None]
    single = len(remarks) == 1
    return make(
        rule,
        submission,
        places=[p for r in remarks for p in _places(suite, submission, r)],
        message=_message(suite, remarks),
        identity=_identity(suite, first),
        values=[r.actual for r in remarks],
        severity=Severity(first.severity) if first.severity else None,
        actual=first.actual if single else None,
        expected=(first.expected or None) if single else None,
        repair=first.repair if single else None,
        likely=likely[:10],
    )


def _message(suite: Suite, remarks: Sequence[Remark]) -> str:
    """``《表》“本年预算”填“2994.7万元”：…``; several cells are listed after the sentence."""
    first = remarks[0]
    if first.key is None or first.key.block not in suite.blocks:
        where = f"工作表{quote(first.sheet)}：" if first.sheet and quote(first.sheet) not in first.detail else ""
        return sentence(where + first.detail)
    form = suite.form_of_block[first.key.block]
    detail = first.detail.rstrip("。")
    if len(remarks) == 1:
        typed = f"填{_typed(first.actual)}" if first.actual and first.actual not in detail else ""
        sheet = f"（{first.sheet}）" if form.repeat else ""
        taken = f"（{_taken(first)}）" if _taken(first) else ""
        return sentence(f"《{form.title}》{sheet}{short_label(suite, first.key)}{typed}：{detail}{taken}")
    several = form.repeat and len({r.sheet for r in remarks}) > 1
    labels = []
    for remark in remarks:
        if remark.key is not None:
            label = f"{remark.sheet} " if several else ""
            label += short_label(suite, remark.key) + (f"填{_typed(remark.actual, 16)}" if remark.actual else "")
            labels.append(label + (f"（{_taken(remark)}）" if _taken(remark) else ""))
    return sentence(f"《{form.title}》有 {len(remarks)} 处{detail}：{listed(labels, 6)}")


def _typed(text: str, longest: int = LONGEST) -> str:
    """What stood in the cell: a plain number with a space before it, anything else quoted."""
    return f" {text}" if _NUMBER.fullmatch(text) else quote(text, longest)


def _taken(remark: Remark) -> str:
    """What the reader took instead, or what the formula gives, where that is something else."""
    if remark.repair is not None and remark.repair != remark.actual:
        return f"读作 {remark.repair}"
    if remark.expected and remark.expected != remark.actual and remark.likely is None:
        return f"应为 {remark.expected}"
    return ""


def _places(suite: Suite, submission: Submission, remark: Remark) -> Iterator[Place]:
    unit = submission.identity.unit
    key = remark.key
    if key is not None and key.block in suite.blocks and key.field in suite.blocks[key.block].by_id:
        form = suite.form_of_block[key.block].id
        yield Place(
            unit, submission.file, remark.sheet, remark.cell, form, key.block, key.instance, key.row or None,
            key.field, cell_label(suite, key),
        )  # fmt: skip
    elif remark.sheet:
        yield Place(unit, submission.file, remark.sheet, remark.cell or "A1", label=remark.sheet)


def _identity(suite: Suite, remark: Remark) -> list[str]:
    """Kind and form: it stays the same finding while its cells come and go."""
    if remark.key is None or remark.key.block not in suite.blocks:
        return ["", remark.sheet, remark.cell, remark.detail]
    return [suite.form_of_block[remark.key.block].id, "*", remark.severity or "", remark.detail]
