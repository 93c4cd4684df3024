"""The findings of one return side by side, and what can be asked of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.reads import Reads, Source
from toolkit.model.finding import FAIL, Finding, Place
from toolkit.model.money import round_half_up
from toolkit.model.rule import Severity

_AT_CELLS = ("TYP-", "WBK-")
Cell = tuple[str, str]
"""Sheet and address."""


@dataclass(frozen=True)
class OneReturn:
    """The findings of one return, in order, with what is needed of each. ``reader``: codes of rules of the reader."""

    findings: Sequence[Finding]
    reads: Reads
    reader: frozenset[str]

    def read(self, code: str) -> bool:
        """Whether it is of a rule about the workbook and what was typed, whatever it means."""
        return code in self.reader or code.startswith(_AT_CELLS)

    def about_cells(self, finding: Finding) -> bool:
        """Whether a finding was made at its cells alone: by the reader, or on their type."""
        return finding.result == FAIL and self.read(finding.code)


def may_hold(cause: Finding, effect: Finding) -> bool:
    """Whether one may be held back behind the other at all."""
    if cause is effect or not cause.counts:
        return False
    return cause.severity is not Severity.INFO or effect.severity is Severity.INFO


def gap(f: Finding) -> tuple[str | None, Decimal]:
    """By how much a comparison is off, to the cent."""
    return f.unit_of_measure, round_half_up(abs(Decimal(f.difference or "0")), 2)


def reach(sources: frozenset[Source]) -> tuple[bool, int, int]:
    """Over how many blocks and cells a check reaches; that of a rule in code is not known, and counts as farther."""
    return not sources, len({block for block, *_ in sources}), len(sources)


def home(f: Finding) -> Cell:
    """Where a finding stands."""
    return f.places[0].sheet, f.places[0].cell


def blamed(f: Finding) -> Place | None:
    """The cell most likely wrong, where somebody could say."""
    return f.places[f.likely[0].place] if f.likely and f.likely[0].place < len(f.places) else None
