"""Findings of one return that follow from others: of missing sheets, of blank cells, of one wrong cell (``causes``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from toolkit.check.absent import CODE as NOT_FILED
from toolkit.check.one_return import Cell, OneReturn, blamed, gap, home, may_hold, reach
from toolkit.check.reads import Source, touches
from toolkit.formula import REQUIRED
from toolkit.model.finding import FAIL, Finding
from toolkit.model.rule import Severity


def of_sheets(desk: OneReturn) -> dict[str, str]:
    """2. Sheets that are missing, unread or empty."""
    whole: dict[str, list[Finding]] = defaultdict(list)
    for f in desk.findings:
        if f.result == FAIL and f.places and not f.places[0].field:
            first = f.places[0]
            unread = desk.read(f.code) and f.severity is Severity.ERROR and not first.form and first.cell == "A1"
            if unread or f.code == NOT_FILED:
                for sheet in {place.sheet for place in f.places}:
                    whole[sheet].append(f)
    lost = {sheet: min(said, key=lambda f: f.code == NOT_FILED) for sheet, said in whole.items()}
    found = {}
    for f in desk.findings:
        sheets = {p.sheet for p in f.shown}
        if sheets and sheets <= lost.keys():
            cause = lost[f.places[0].sheet]
            if may_hold(cause, f):
                found[f.fingerprint] = cause.fingerprint
    return found


def of_blanks(desk: OneReturn) -> dict[str, str]:
    """3. What could not be executed for want of cells that other findings are about."""
    said: dict[Cell, Finding] = {}
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
        if first is None or not may_hold(first, f):
            continue
        # A computed cell is blank for want of a cell it is computed from.
        left = (place for place in f.places if place not in known)
        if all(any(touches(desk.reads.behind(place), cell) for cell in known) for place in left):
            found[f.fingerprint] = first.fingerprint
    return found


def of_cells(desk: OneReturn) -> dict[str, str]:
    """4 and 5. One wrong cell that fails several checks."""
    compared = [f for f in desk.findings if f.counts and f.difference is not None and f.places]
    sources = {f.fingerprint: desk.reads.of(f) for f in compared}
    found: dict[str, str] = {}
    at_cell: dict[Cell, list[Finding]] = defaultdict(list)
    for f in compared:
        at = blamed(f)
        if at is not None:
            at_cell[(at.sheet, at.cell)].append(f)
    noticed: dict[Cell, Finding] = {}
    for f in desk.findings:
        if f.counts and desk.about_cells(f) and f.severity is not Severity.INFO:
            for place in f.places:
                noticed.setdefault((place.sheet, place.cell), f)
    for cell, own in at_cell.items():
        cause = noticed.get(cell) or min(
            own, key=lambda f: (f.severity is Severity.INFO, home(f) != cell, reach(sources[f.fingerprint]))
        )
        found |= {f.fingerprint: cause.fingerprint for f in own if may_hold(cause, f)}
    for f in compared:
        known = noticed.get(home(f))
        if blamed(f) is None and known is not None and may_hold(known, f):
            found[f.fingerprint] = known.fingerprint
    return found | _of_amounts([f for f in compared if f.fingerprint not in found], compared, sources)


def _of_amounts(
    left: Sequence[Finding], compared: Sequence[Finding], sources: Mapping[str, frozenset[Source]]
) -> dict[str, str]:
    """5. Comparisons off by the same amount, of which one reads the cell that the other is about."""
    alike: dict[tuple[str | None, Decimal], list[tuple[tuple[bool, int, int], int, Finding]]] = defaultdict(list)
    for number, f in enumerate(compared):
        alike[gap(f)].append((reach(sources[f.fingerprint]), number, f))
    found: dict[str, str] = {}
    for own in alike.values():
        own.sort(key=lambda one: one[:2])
    for f in left:
        for *_, other in alike[gap(f)]:
            if other is f or not gap(f)[1]:
                break
            told = blamed(f) is not None and blamed(other) is not None
            if not told and touches(sources[f.fingerprint], other.places[0]) and may_hold(other, f):
                found[f.fingerprint] = other.fingerprint
                break
    return found
