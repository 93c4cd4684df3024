"""Counts that several reports show, made once: per unit, per rule, and what to mend first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.check import Group
from toolkit.model.fact import Status
from toolkit.model.finding import FAIL, Finding
from toolkit.model.rule import Severity
from toolkit.report.results import Results
from toolkit.report.words import mending_rank

RETURNED, MISSING, NOT_READ = "returned", "missing", "not_read"
ACROSS = "（跨单位）"


@dataclass(frozen=True, slots=True)
class UnitTally:
    """One unit of one collection. ``status`` is RETURNED, MISSING, or NOT_READ (a file came and was not taken)."""

    region: str
    year: int
    stage: str
    unit: str
    name: str
    file: str
    status: str
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    not_executed: int = 0

    @property
    def verdict(self) -> str:
        """What happens to the return: 退回, 说明后通过, 通过, 未报, 未接收."""
        if self.status == MISSING:
            return "未报送"
        if self.status == NOT_READ:
            return "未能接收"
        return "退回修改" if self.errors else "须作说明" if self.warnings else "通过"


@dataclass(frozen=True, slots=True)
class RuleTally:
    """One rule: how many units and cells it hit."""

    code: str
    statement: str
    action: str
    severity: Severity
    findings: int
    units: int
    places: int


def by_unit(results: Results) -> list[UnitTally]:
    """Every unit of the roster and every unit that returned something, by collection and code."""
    counts: dict[tuple[str, int, str, str], Counter[str]] = defaultdict(Counter)
    for finding in results.findings:
        kind = finding.severity.value if finding.counts else "waived" if finding.result == FAIL else "not_executed"
        for unit in units_of(finding):
            counts[(finding.region, finding.year, finding.stage, unit)][kind] += 1
    tallies = []
    for sub in sorted(results.submissions, key=lambda s: (s.group, s.identity.unit, s.ret)):
        who = sub.identity
        n = counts[who.key]
        tallies.append(
            UnitTally(
                *who.key, who.unit_name, sub.file, RETURNED, n["error"], n["warning"], n["info"], n["not_executed"]
            )
        )
    return tallies + _absent(results)


def _absent(results: Results) -> list[UnitTally]:
    """Units of the roster without an accepted return; per collection of their region where there are several."""
    here = {(s.group, s.identity.unit) for s in results.submissions}
    tried = {
        r.unit: r for r in results.received if r.status in (Status.REFUSED, Status.UNREADABLE, Status.NOT_A_RETURN)
    }
    absent = []
    for unit in sorted(results.roster or (), key=lambda u: u.unit):
        # Where nothing of its region came in, the unit is missing all the same, in no collection yet.
        expected = [g for g in results.groups if unit.region in ("", g.region)] or [Group(unit.region, 0, "")]
        for group in expected:
            if (group, unit.unit) in here:
                continue
            file = tried[unit.unit].path if unit.unit in tried else ""
            status = NOT_READ if unit.unit in tried else MISSING
            absent.append(UnitTally(group.region, group.year, group.stage, unit.unit, unit.name, file, status))
    return sorted(absent, key=lambda u: (u.region, u.year, u.stage, u.unit))


def by_rule(findings: Iterable[Finding], results: Results) -> list[RuleTally]:
    """One line per rule and severity, in mending order."""
    held: dict[tuple[str, Severity], list[Finding]] = defaultdict(list)
    for finding in findings:
        held[(finding.code, finding.severity)].append(finding)
    lines = []
    for (code, severity), group in held.items():
        rule = results.rules.get(code)
        units = {(f.region, f.year, f.stage, unit) for f in group for unit in units_of(f)}
        places = sum(max(1, len(f.shown)) for f in group)
        statement, action = (rule.statement, rule.action) if rule else (group[0].message, group[0].what_to_do)
        lines.append(RuleTally(code, statement, action, severity, len(group), len(units), places))
    order = list(Severity)
    return sorted(lines, key=lambda t: (mending_rank(t.code), order.index(t.severity)))


def mend_first(results: Results, most: int = 8) -> list[RuleTally]:
    """The errors to mend first: groups whose mending may clear others come first, then the widest spread.

    What the bureau waived, and what merely follows from another finding, is not among them; its cause is.
    """
    errors = [f for f in results.failed if f.counts and f.severity is Severity.ERROR]
    roots = {f.cause or f.fingerprint for f in errors}
    first = by_rule([f for f in results.failed if f.counts and not f.cause and f.fingerprint in roots], results)
    return sorted(first, key=lambda t: (mending_rank(t.code)[0], -t.units, -t.places, t.code))[:most]


def status_counts(results: Results) -> dict[str, int]:
    """Files per ledger status, every status named: received is their sum."""
    seen = Counter(r.status for r in results.received)
    return {status.value: seen[status.value] for status in Status}


def severity_counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Findings per severity, every severity named."""
    seen = Counter(f.severity for f in findings)
    return {severity: seen[severity] for severity in Severity}


def units_of(finding: Finding) -> tuple[str, ...]:
    """The units a finding concerns: its own, and those of its places where it spans several."""
    return tuple(dict.fromkeys([finding.unit, *(p.unit for p in finding.places)]))
