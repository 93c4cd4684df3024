"""Findings that follow from one cell that is bad by itself, or that a failed comparison blames (``causes``).

A check over a cell that cannot be read says nothing about the others it reads, and one over a cell that is off by a
thousand nothing about a hundred more or less: they are told, behind what has to be mended first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.one_return import Cell, OneReturn, blamed, gap, may_hold
from toolkit.check.reads import touches
from toolkit.formula import REQUIRED
from toolkit.model.finding import FAIL, Finding, Place
from toolkit.model.rule import Severity

_UNREADABLE = ("TYP-01", "TYP-02", "WBK-05")
_WRONG = ("WBK-04", "WBK-08")
"""A formula typed over, an identity that is not that of the workbook: whatever else is there, this is mended first."""
_LISTED = "ENU-"
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class _Bad:
    """A cell, and the finding to mend first. ``gap``: by how much it is off (unit of measure, amount); None: no telling."""

    place: Place
    finding: Finding
    gap: tuple[str | None, Decimal] | None


def of_bad_cells(own: OneReturn, held: Set[str]) -> dict[str, str]:
    """Fingerprint → that of its cause. ``held``: what already follows from something."""
    bad = sorted(_bad(own, held), key=lambda b: (b.gap is not None, _RANK[b.finding.severity]))
    found: dict[str, str] = {}
    for effect in own.findings:
        if not effect.counts or not effect.places or effect.fingerprint in held or effect.code == REQUIRED:
            continue
        for one in bad:
            cause = one.finding
            if may_hold(cause, effect) and cause.fingerprint not in found and _follows(own, effect, one):
                found[effect.fingerprint] = cause.fingerprint
                break
    return found


def _bad(own: OneReturn, held: Set[str]) -> Iterator[_Bad]:
    for f in own.findings:
        if not f.counts or f.result != FAIL or f.severity is Severity.INFO or f.fingerprint in held:
            continue
        if f.code in (*_UNREADABLE, *_WRONG):
            yield from (_Bad(place, f, None) for place in f.places)
        elif _alone(own, f):
            yield _Bad(f.places[0], f, None)
        elif f.difference is not None and (at := blamed(f)) is not None:
            yield _Bad(at, f, gap(f))


def _alone(own: OneReturn, f: Finding) -> bool:
    """Whether it is about one cell whatever the others hold: a list, a format, a range; what an error says of one cell
    of a row without comparing it."""
    if len(f.places) != 1 or not f.places[0].field:
        return False
    at = f.places[0]
    sources = {(block, field) for block, _, _, field in own.reads.of(f)}
    in_row = f.severity is Severity.ERROR and f.difference is None and {block for block, _ in sources} == {at.block}
    return f.code.startswith(_LISTED) or in_row or sources == {(at.block, at.field)}


def _follows(own: OneReturn, effect: Finding, bad: _Bad) -> bool:
    cause = bad.finding
    if cause.code not in _UNREADABLE and not _graver(cause, effect):
        return False
    if own.about_cells(effect) and (_cell(effect.places[0]) != _cell(bad.place) or bad.gap is not None):
        return False
    return (bad.gap is None or _explained(effect, bad)) and _reads(own, effect, bad.place)


def _explained(effect: Finding, bad: _Bad) -> bool:
    """Whether what one cell is off by may be all of it: no other cell is blamed, and no more is missing."""
    at = blamed(effect)
    if at is not None and _cell(at) != _cell(bad.place):
        return False
    return effect.difference is None or bad.gap is None or _within(gap(effect), bad.gap)


def _graver(cause: Finding, effect: Finding) -> bool:
    """Whether the cause weighs as much. A value that is not on its list, or not the formula's, decides about all that
    hangs on it."""
    return cause.code.startswith(_LISTED) or cause.code in _WRONG or _RANK[cause.severity] <= _RANK[effect.severity]


def _within(one: tuple[str | None, Decimal], other: tuple[str | None, Decimal]) -> bool:
    return one[0] == other[0] and one[1] <= other[1] + Decimal("0.01")


def _reads(own: OneReturn, effect: Finding, at: Place) -> bool:
    """Whether a finding depends on a cell: in each row it is about, where it is about rows of the cell's own block."""
    rows: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
    for place in effect.places:
        if not place.guessed and place.file == at.file:
            rows[_row(place)].append(place)
    by_rule = touches(own.reads.of(effect), at)
    found = False
    for row, places in rows.items():
        here = any(_cell(p) == _cell(at) or touches(own.reads.behind(p), at) for p in places)
        here = here or (by_rule and row == _row(at))
        if not here and row[:2] == _row(at)[:2]:
            return False
        found = found or here
    return found or by_rule


def _row(place: Place) -> tuple[str, str, str]:
    return place.block, place.instance, place.row or ""


def _cell(place: Place) -> Cell:
    return place.sheet, place.cell
