"""The same fault on many cells is one: findings grouped by unit and rule, what follows from another folded behind it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.model.finding import Finding, Place
from toolkit.model.rule import Severity
from toolkit.report.results import Results
from toolkit.report.tally import RETURNED, UnitTally, by_unit, units_of
from toolkit.report.words import mending_rank

_ORDER = list(Severity)
_LINE = re.compile(r"第 \d+ 行")
Who = tuple[str, int, str, str]
"""Region, year, stage and unit code; the code "" where a finding spans units."""


@dataclass(frozen=True)
class Fault:
    """One rule that one unit broke. ``findings`` in their order; ``follows``: what their mending clears too.

    ``waived``: the bureau lets all of it pass. ``turn``: its place in the unit's order of mending, 0 for none.
    """

    code: str
    severity: Severity
    statement: str
    action: str
    findings: tuple[Finding, ...]
    follows: tuple[Finding, ...] = ()
    waived: bool = False
    turn: int = 0

    @property
    def is_error(self) -> bool:
        """Whether the return goes back for it."""
        return self.severity is Severity.ERROR and not self.waived

    @cached_property
    def places(self) -> int:
        """Cells concerned (at least one a finding)."""
        return sum(max(1, len(f.shown)) for f in self.findings)


@dataclass(frozen=True)
class UnitFaults:
    """One unit of one collection and its faults in mending order. ``tally`` is None for findings of no unit."""

    who: Who
    name: str
    tally: UnitTally | None
    faults: tuple[Fault, ...]

    @property
    def findings(self) -> int:
        return sum(len(f.findings) + len(f.follows) for f in self.faults)


def by_units(results: Results) -> list[UnitFaults]:
    """The units with findings: those that returned something in the order of their codes, then all others."""
    held: dict[Who, list[Finding]] = defaultdict(list)
    for finding in results.failed:
        for concerned in units_of(finding):
            held[(finding.region, finding.year, finding.stage, concerned)].append(finding)
    found = []
    for tally in by_unit(results):
        who = (tally.region, tally.year, tally.stage, tally.unit)
        if tally.status == RETURNED and who in held:
            found.append(UnitFaults(who, tally.name, tally, faults_of(held.pop(who), results)))
    for who, rest in sorted(held.items()):
        found.append(UnitFaults(who, rest[0].unit_name if who[3] else "", None, faults_of(rest, results)))
    return found


def faults_of(findings: Iterable[Finding], results: Results) -> tuple[Fault, ...]:
    """The findings of one unit by rule and severity, in mending order; what follows from another stands behind it."""
    findings = tuple(findings)
    known = {f.fingerprint for f in findings if f.fingerprint}
    behind: dict[str, list[Finding]] = defaultdict(list)
    held: dict[tuple[str, Severity, bool], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.cause in known and finding.cause != finding.fingerprint:
            behind[finding.cause].append(finding)
        else:
            held[(finding.code, finding.severity, finding.counts)].append(finding)
    faults = []
    for (code, severity, counts), own in held.items():
        rule = results.rules.get(code)
        statement = rule.statement if rule else own[0].message
        follows = tuple(f for fingerprint in dict.fromkeys(o.fingerprint for o in own) for f in behind[fingerprint])
        turn = min((f.mend for f in own if f.mend), default=0)
        faults.append(Fault(code, severity, statement, own[0].what_to_do, tuple(own), follows, not counts, turn))
    return tuple(sorted(faults, key=_mending))


def _mending(fault: Fault) -> tuple[bool, int, int, tuple[int, str]]:
    """What counts before what is waived, errors first, then as the checks ordered them, then the groups of rules."""
    return (fault.waived, _ORDER.index(fault.severity), fault.turn or 10**9, mending_rank(fault.code))


@dataclass(frozen=True, slots=True)
class FieldTally:
    """A printed cell or column that fails: how often, and in how many units. ``codes``: the rules, most frequent first."""

    form: str
    label: str
    codes: tuple[str, ...]
    findings: int
    units: int


def by_field(results: Results) -> list[FieldTally]:
    """The fields that fail most, so that the template can be improved: rows of lists and repeated sheets are one field."""
    titles = {form.id: form.title for edition in sorted(results.suites) for form in results.suites[edition].forms}
    held: dict[tuple[str, str, str], list[tuple[Finding, Place]]] = defaultdict(list)
    for finding in results.failed:
        first: dict[tuple[str, str, str], Place] = {}
        for place in finding.places:
            if place.field:
                first.setdefault((place.form, place.block, place.field), place)
        for column, place in first.items():
            held[column].append((finding, place))
    lines = []
    for (form, _block, _field), own in held.items():
        codes = [f.code for f, _ in own]
        ranked = sorted(set(codes), key=lambda code: (-codes.count(code), mending_rank(code)))
        units = {(f.region, f.year, f.stage, p.unit) for f, p in own}
        lines.append(FieldTally(titles.get(form, form), _column(own), tuple(ranked), len(own), len(units)))
    return sorted(lines, key=lambda t: (-t.units, -t.findings, t.form, t.label))


def _column(own: Sequence[tuple[Finding, Place]]) -> str:
    """``政府采购明细 · 单价``: the label without its row, where the row is a line of a list or there are several."""
    parts = [part for part in own[0][1].label.split(" · ") if not _LINE.fullmatch(part)]
    rows = {place.row for _, place in own}
    return " · ".join(parts if len(rows) == 1 or len(parts) < 3 else (parts[0], parts[-1]))
