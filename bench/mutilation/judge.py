"""What the reader made of a mutilated workbook, held against the truth."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.mutilation.sample import Sample, sample
from bench.mutilation.work import Kind, Work
from toolkit.check.remarks import of_remarks
from toolkit.check.submissions import Submission
from toolkit.model.fact import Fact, Identity, Key, Remark, Return, State
from toolkit.model.finding import Finding
from toolkit.model.rule import Severity
from toolkit.read import ReadFailure, read_bytes

if TYPE_CHECKING:
    from bench.office import Office

READ, REFUSED, MISREAD = "全部读取", "点名拒读", "误读"


@dataclass(frozen=True)
class Judged:
    """``verdict``; the finding that names it ("CODE message", "" where there is none); whether its cell is right.

    ``cell``: "对", "错", or "—" where the finding is about the file. ``wrong``: what was misread. ``alarms``: findings of
    warning or error, on a file that deserves none.
    """

    kind: Kind
    sample: str
    verdict: str
    finding: str
    cell: str
    wrong: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def good(self) -> bool:
        """No misreading, nothing lost that is there, named where it has to be, no false alarm."""
        read = self.verdict == READ or (self.verdict == REFUSED and not self.kind.intact)
        return read and not self.alarms and self.cell != "错" and (bool(self.finding) or not self.kind.code)


def judge(kind: Kind, name: str, office: Office | None = None) -> Judged:
    """Mutilate a fresh copy of the sample, read it, and compare."""
    base = sample(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / base.file_name
        path.write_bytes(base.data)
        work = Work(base, path, office, dict(base.given), base.identity)
        kind.make(work)
        return _read(kind, work)


def _read(kind: Kind, work: Work) -> Judged:
    base = work.sample
    editions = {base.suite.edition: base.suite}
    try:
        found = read_bytes(work.path.read_bytes(), work.path.name, editions.get, key=work.key)
    except ReadFailure as failure:
        named = not kind.code or kind.says in failure.reason
        finding = f"（拒收）{failure.reason}" if named else ""
        return Judged(kind, base.name, REFUSED, finding, "—")
    wrong, refused = compare(found, work)
    findings = of_return(base, found, work.path.name)
    finding, cell = named_by(kind, findings, work.places)
    graver = [f for f in findings if f.severity is not Severity.INFO]
    alarms = tuple(f"{f.code} {f.message}" for f in graver) if kind.clean else ()
    verdict = MISREAD if wrong else REFUSED if refused else READ
    return Judged(kind, base.name, verdict, finding, cell, tuple(wrong), alarms, found.remarks)


def of_return(base: Sample, found: Return, file: str) -> list[Finding]:
    """The findings people will read, made of the reader's remarks."""
    submission = Submission("", found.identity, file, found.remarks, found.submitted)
    return list(of_remarks(base.suite, submission))


def compare(found: Return, work: Work) -> tuple[list[str], list[Key]]:
    """(what was silently misread, cells that were not read and are named)."""
    truth = work.sample.truth(work.given, frozenset(work.marked))
    wrong = [f"{what}：{one!r}≠{other!r}" for what, one, other in _who(found.identity, work.identity) if one != other]
    refused: list[Key] = []
    before = work.sample.truth(work.sample.given, frozenset())
    for key in sorted({*truth, *found.facts, *filter(work.gone, before)}):
        expected, fact = truth.get(key), found.facts.get(key)
        if work.gone(key) or key in work.marked:
            expected = None
            if fact is None or fact.value is None:
                refused.append(key)
                if (fact is not None and fact.state is State.BLANK) or not _named(key, fact, found, work):
                    wrong.append(f"{_name(key)}：无声丢失")
                continue
        if fact is not None and fact.value == expected:
            continue
        if fact is None or (fact.value is None and fact.state is State.INVALID):
            if expected is not None:
                refused.append(key)
                if not _named(key, fact, found, work):
                    wrong.append(f"{_name(key)}：无声丢失（{expected}）")
            continue
        if not _follows(key, refused, work, found):
            wrong.append(f"{_name(key)}：读作 {fact.value!r}，应为 {expected!r}")
    return wrong, refused


def _who(one: Identity, other: Identity) -> list[tuple[str, object, object]]:
    return [("单位", one.unit, other.unit), ("年度", one.year, other.year), ("版本", one.edition, other.edition)]


def _follows(key: Key, refused: Sequence[Key], work: Work, found: Return) -> bool:
    """Whether a computed cell lacks what was refused: it is blank then, and that is said already."""
    computed = work.sample.suite.blocks[key.block].formula(key.row, key.field) is not None
    fact = found.facts.get(key)
    lost = any(r.severity == "error" or r.code.startswith("TYP") for r in found.remarks)
    return computed and (fact is None or fact.value is None) and lost


def _named(key: Key, fact: Fact | None, found: Return, work: Work) -> bool:
    """Whether a remark tells that the cell, its block or its sheet was not read."""
    block = work.sample.suite.blocks[key.block]
    sheet = work.sample.layout.sheet_of(key.block, key.instance).name
    own = fact.sheet if fact is not None else sheet
    words = [block.label or block.id, block.by_id[key.field].label]
    if key.row in block.rows_by_id:
        words.append(block.rows_by_id[key.row].label)
    for remark in found.remarks:
        if remark.key == key:
            return True
        if remark.severity == "error" and remark.sheet in {sheet, own} and any(w in remark.detail for w in words):
            return True
        if remark.severity == "error" and remark.code == "WBK-02" and sheet in remark.detail:
            return True
    return False


def _name(key: Key) -> str:
    return "/".join(key)


def named_by(kind: Kind, findings: Sequence[Finding], places: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The finding that names what was done, and whether it points to the right cell."""
    fitting = [f for f in findings if f.code == kind.code and kind.says in f.message]
    if not kind.code or not fitting:
        return "", "—"
    best, cell = fitting[0], "—"
    for finding in fitting:
        right = _right(finding, places)
        if right == "对":
            return f"{finding.code} {finding.message}", right
        best, cell = (finding, right) if cell == "—" else (best, cell)
    return f"{best.code} {best.message}", cell


def _right(finding: Finding, places: Sequence[tuple[str, str]]) -> str:
    if not places:
        return "—"
    cells = {(place.sheet, place.cell) for place in finding.places}
    sheets = {sheet for sheet, _ in cells}
    for sheet, cell in places:
        if (sheet, cell) in cells or (not cell and sheet in sheets):
            return "对"
    return "错"
