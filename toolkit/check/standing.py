"""Where each finding stands: explained by the unit, waived by the bureau, behind which cause, since which round."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.check.causes import with_causes
from toolkit.check.explanations import explain, read_spoken
from toolkit.check.rounds import Memory, basis, conclude, day_of, in_rounds, mended, remembered
from toolkit.check.submissions import Received, Submission
from toolkit.check.waivers import waive
from toolkit.model.finding import Finding, Mended
from toolkit.model.form import Suite
from toolkit.store import Book
from toolkit.store.bureau import WaiverEntry

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Standing:
    """The findings of a run with all that is known about them, in their order.

    ``notes``: sentences for the bureau. ``memory``: what the next round has to know, None where there are no rounds.
    """

    findings: tuple[Finding, ...]
    mended: tuple[Mended, ...] = ()
    notes: tuple[str, ...] = ()
    memory: Memory | None = None


@dataclass(frozen=True)
class Folder:
    """Results that are kept: where rounds are remembered, and what they are told apart by.

    ``tables``: the bureau's, name → content. ``as_of``: the day waivers are compared with, None for that of the
    newest receipt.
    """

    out: Path
    tables: Mapping[str, bytes]
    waivers: Sequence[WaiverEntry] = ()
    as_of: datetime.date | None = None


def standing(
    book: Book,
    findings: Sequence[Finding],
    submissions: Sequence[Submission],
    received: Sequence[Received],
    suites: Mapping[str, Suite],
    folder: Folder | None,
) -> Standing:
    """What is known of the findings of one run beside what the checks say. ``folder``: None for files on their own.

    Raises OutputError where the record of an earlier round is damaged.
    """
    before, now = (Memory(), Memory()) if folder is None else remembered(folder.out, basis(received, folder.tables))
    spoken = read_spoken(book.connection, submissions, suites)
    told, now, notes = explain(findings, spoken, before, now)
    if folder is not None:
        day = day_of(received, now.as_of, folder.as_of)
        told, now, unmet = waive(told, folder.waivers, day, before, now)
        told, notes = in_rounds(told, before, now.number), (*unmet, *notes)
    told = with_causes(told, (suites[edition] for edition in sorted(suites)))
    if folder is None:
        return Standing(told, (), notes)
    gone = mended(before, now.number, told, submissions)
    return Standing(told, gone, notes, conclude(now, told))
