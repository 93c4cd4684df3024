"""What to mend first: the same fault told once, and what merely follows from another finding held back behind it.

A straight function over the findings of a run. Nothing is dropped and nothing counts less: each finding says to which
group it belongs, which finding it follows from, and where its turn is. A finding of a return follows from another one
of the same return where

1. all its places are on a sheet that is missing, was not read or holds nothing, and the other one says so;
2. it could not be executed, and the other ones say of the cells it lacks that they are blank or cannot be read;
3. the same cell is held to be the cause of both: it stands first in their ``likely``, or the other one is about that
   cell alone (its type, a constant over its formula);
4. both are off by the same amount and it reads, directly or through computed cells, the cell the other one is about.

Of several that stand for one fault the cause is the one closest to the cell: what was noticed at the cell itself,
then the check within the fewest forms, over the fewest cells. What is waived or only remarks holds nothing graver back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.check.absent import CODE as NOT_FILED
from toolkit.check.reads import Reads, Source, touches
from toolkit.formula import REQUIRED
from toolkit.model.finding import FAIL, Finding, Place
from toolkit.model.form import Suite
from toolkit.model.money import round_half_up
from toolkit.model.rule import RuleKind, Severity

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_AT_CELLS = ("TYP-", "WBK-")


@dataclass(frozen=True)
class _Desk:
    """The findings of one return, in order, with what is needed of each."""

    findings: Sequence[Finding]
    reads: Reads
    reader: frozenset[str]

    def read(self, code: str) -> bool:
        """Whether it is of a rule about the workbook and what was typed, whatever it means."""
        return code in self.reader or code.startswith(_AT_CELLS)

    def about_cells(self, finding: Finding) -> bool:
        """Whether a finding was made at its cells alone: by the reader, or on their type."""
        return finding.result == FAIL and self.read(finding.code)


def with_causes(findings: Iterable[Finding], suites: Iterable[Suite]) -> tuple[Finding, ...]:
    """The findings (in their order) with ``group``, ``cause`` and ``mend`` filled in. Raises SuiteError."""
    findings, suites = tuple(findings), tuple(suites)
    desk_of: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for f in findings:
        desk_of[_return(f)].append(f)
    reads = Reads(suites)
    reader = frozenset(r.code for s in suites for r in s.rules if r.kind is RuleKind.READER)
    causes: dict[str, str] = {}
    for (*_, file), own in desk_of.items():
        if file:
            causes |= _causes(_Desk(own, reads, reader))
    groups: dict[tuple[object, ...], str] = {}
    told = [
        replace(f, group=groups.setdefault(_fault(f), f.fingerprint), cause=causes.get(f.fingerprint, ""))
        for f in findings
    ]
    turns = _turns(told)
    return tuple(replace(f, mend=turns.get(f.fingerprint, 0)) for f in told)


def consequences(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """Fingerprint of a cause → those held back behind it, in the order of the findings."""
    behind: dict[str, list[str]] = defaultdict(list)
    for f in findings:
        if f.cause:
            behind[f.cause].append(f.fingerprint)
    return {cause: tuple(held) for cause, held in behind.items()}


def _return(f: Finding) -> tuple[object, ...]:
    return (f.region, f.year, f.stage, f.unit, f.file)


def _fault(f: Finding) -> tuple[object, ...]:
    """What makes two findings the same fault: rule and column, in one return. Without a place each is its own."""
    first = f.places[0] if f.places else None
    at = (first.form, first.block, first.field) if first is not None and first.field else (f.fingerprint,)
    return (*_return(f), f.code, f.result, f.severity, *at)


def _turns(findings: Sequence[Finding]) -> dict[str, int]:
    """The order of mending in each unit: gravest first (its own or what hangs on it), then what mends most at once."""
    held = Counter(f.cause for f in findings if f.cause and f.counts)
    gravest: dict[str, int] = {}
    for f in findings:
        if f.counts:
            root = f.cause or f.fingerprint
            gravest[root] = min(gravest.get(root, len(_RANK)), _RANK[f.severity])
    units: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for f in findings:
        if f.counts and not f.cause and gravest[f.fingerprint] < _RANK[Severity.INFO]:
            units[(f.region, f.year, f.stage, f.unit)].append(f)
    turns: dict[str, int] = {}
    for own in units.values():
        order = sorted(own, key=lambda f: (gravest[f.fingerprint], -held[f.fingerprint]))
        turns |= {f.fingerprint: turn for turn, f in enumerate(order, 1)}
    return turns


def _causes(desk: _Desk) -> dict[str, str]:
    """Fingerprint → that of its cause, for one return; a cause has none itself."""
    found: dict[str, str] = {}
    for link in (_of_sheets, _of_blanks, _of_cells):
        for effect, cause in link(desk).items():
            found.setdefault(effect, cause)
    for effect in list(found):  # of a ring, which the two ways to look at cells can make, the first stands by itself
        if _root(effect, found) is None:
            del found[effect]
    return {effect: root for effect in found if (root := _root(effect, found)) is not None}


def _root(fingerprint: str, causes: Mapping[str, str]) -> str | None:
    """The last of a chain of causes; None where it comes back to its beginning."""
    seen = {fingerprint}
    at = fingerprint
    while at in causes:
        at = causes[at]
        if at in seen:
            return None
        seen.add(at)
    return at


def _may_hold(cause: Finding, effect: Finding) -> bool:
    """Whether one may be held back behind the other at all."""
    if cause is effect or not cause.counts:
        return False
    return cause.severity is not Severity.INFO or effect.severity is Severity.INFO


def _of_sheets(desk: _Desk) -> dict[str, str]:
    """1. Sheets that are missing, unread or empty."""
    whole: dict[str, list[Finding]] = defaultdict(list)
    for f in desk.findings:
        if f.result == FAIL and f.places and not f.places[0].field:
            first = f.places[0]
            unread = desk.read(f.code) and f.severity is Severity.ERROR and not first.form and first.cell == "A1"
            if unread or f.code == NOT_FILED:
                whole[first.sheet].append(f)
    lost = {sheet: min(said, key=lambda f: f.code == NOT_FILED) for sheet, said in whole.items()}
    found = {}
    for f in desk.findings:
        sheets = {p.sheet for p in f.shown}
        if sheets and sheets <= lost.keys():
            cause = lost[f.places[0].sheet]
            if _may_hold(cause, f):
                found[f.fingerprint] = cause.fingerprint
    return found


def _of_blanks(desk: _Desk) -> dict[str, str]:
    """2. What could not be executed for want of cells that other findings are about."""
    said: dict[tuple[str, str], Finding] = {}
    for f in desk.findings:
        if f.counts and (f.code in (REQUIRED, NOT_FILED) or desk.about_cells(f)):
            for place in f.places:
                said.setdefault((place.sheet, place.cell), f)
    found = {}
    for f in desk.findings:
        if f.result == FAIL:
            continue
        known = {place: cause for place in f.places if (cause := said.get((place.sheet, place.cell))) is not None}
        first = next(iter(known.values()), None)
        if first is None or not _may_hold(first, f):
            continue
        # A computed cell is blank for want of a cell it is computed from.
        left = (place for place in f.places if place not in known)
        if all(any(touches(desk.reads.behind(place), cell) for cell in known) for place in left):
            found[f.fingerprint] = first.fingerprint
    return found


def _of_cells(desk: _Desk) -> dict[str, str]:
    """3 and 4. One wrong cell that fails several checks."""
    compared = [f for f in desk.findings if f.counts and f.difference is not None and f.places]
    sources = {f.fingerprint: desk.reads.of(f) for f in compared}
    found: dict[str, str] = {}
    blamed: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for f in compared:
        at = _blamed(f)
        if at is not None:
            blamed[(at.sheet, at.cell)].append(f)
    noticed: dict[tuple[str, str], Finding] = {}
    for f in desk.findings:
        if f.counts and desk.about_cells(f) and f.severity is not Severity.INFO:
            for place in f.places:
                noticed.setdefault((place.sheet, place.cell), f)
    for cell, own in blamed.items():
        cause = noticed.get(cell) or min(
            own, key=lambda f: (f.severity is Severity.INFO, _home(f) != cell, _reach(sources[f.fingerprint]))
        )
        found |= {f.fingerprint: cause.fingerprint for f in own if _may_hold(cause, f)}
    for f in compared:
        home = noticed.get(_home(f))
        if _blamed(f) is None and home is not None and _may_hold(home, f):
            found[f.fingerprint] = home.fingerprint
    return found | _of_amounts([f for f in compared if f.fingerprint not in found], compared, sources)


def _of_amounts(
    left: Sequence[Finding], compared: Sequence[Finding], sources: Mapping[str, frozenset[Source]]
) -> dict[str, str]:
    """4. Comparisons off by the same amount, of which one reads the cell that the other is about."""
    alike: dict[tuple[str | None, Decimal], list[tuple[tuple[bool, int, int], int, Finding]]] = defaultdict(list)
    for number, f in enumerate(compared):
        alike[_gap(f)].append((_reach(sources[f.fingerprint]), number, f))
    found: dict[str, str] = {}
    for own in alike.values():
        own.sort(key=lambda one: one[:2])
    for f in left:
        for *_, other in alike[_gap(f)]:
            if other is f or not _gap(f)[1]:
                break
            told = _blamed(f) is not None and _blamed(other) is not None
            if not told and touches(sources[f.fingerprint], other.places[0]) and _may_hold(other, f):
                found[f.fingerprint] = other.fingerprint
                break
    return found


def _gap(f: Finding) -> tuple[str | None, Decimal]:
    return f.unit_of_measure, round_half_up(abs(Decimal(f.difference or "0")), 2)


def _reach(sources: frozenset[Source]) -> tuple[bool, int, int]:
    """Over how many blocks and cells a check reaches; that of a rule in code is not known, and counts as farther."""
    return not sources, len({block for block, *_ in sources}), len(sources)


def _home(f: Finding) -> tuple[str, str]:
    return f.places[0].sheet, f.places[0].cell


def _blamed(f: Finding) -> Place | None:
    """The cell most likely wrong, where somebody could say."""
    return f.places[f.likely[0].place] if f.likely and f.likely[0].place < len(f.places) else None
