"""The bureau's waivers brought together with the findings: a waived finding stays, and does not count.

A waiver holds up to its last day, and for the values it first met: when they change it has to be given anew (another
day, reason or approver makes another waiver).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from toolkit.check.finding import digest
from toolkit.check.rounds import Memory
from toolkit.messages import _
from toolkit.model.finding import CHANGED, EXPIRED, FAIL, Finding, LapsedWaiver, Place, Waiver
from toolkit.store.bureau import WaiverEntry


def waive(
    findings: Iterable[Finding], entries: Sequence[WaiverEntry], day: datetime.date, before: Memory, now: Memory
) -> tuple[tuple[Finding, ...], Memory, tuple[str, ...]]:
    """The findings with their waivers, what to remember of them, and a sentence for each waiver that met nothing.

    ``day``: what expiry is compared with; ``before``: the previous round; ``now``: this one.
    """
    told: list[Finding] = []
    waived = dict(before.waived)
    met: set[WaiverEntry] = set()
    for finding in findings:
        own = [entry for entry in entries if _meets(entry, finding)]
        met.update(own)
        if not own:
            told.append(finding)
            continue
        entry = max(own, key=lambda one: one.expires)
        about = (entry.approver, entry.expires.isoformat(), entry.reason)
        mark = digest([entry.rule, entry.unit, entry.row, *about])
        first = before.waived.get(finding.fingerprint)
        if entry.expires < day:
            told.append(replace(finding, waiver_lapsed=LapsedWaiver(*about, EXPIRED)))
        elif first is not None and first[0] == mark and first[1] != finding.values_hash:
            told.append(replace(finding, waiver_lapsed=LapsedWaiver(*about, CHANGED)))
        else:
            waived[finding.fingerprint] = (mark, finding.values_hash)
            told.append(replace(finding, waived=Waiver(*about)))
    unmet = _("豁免表第 {row} 行：没有 {unit} 的 {rule} 问题，这条豁免没有用到")
    over = _("（已于 {day} 到期）")
    notes = [
        unmet.format(row=entry.number, unit=entry.unit, rule=entry.rule)
        + (over.format(day=entry.expires.isoformat()) if entry.expires < day else "")
        for entry in entries
        if entry not in met
    ]
    return tuple(told), replace(now, waived=waived, as_of=day.isoformat()), tuple(notes)


def _meets(entry: WaiverEntry, finding: Finding) -> bool:
    if finding.result != FAIL or finding.code != entry.rule:
        return False
    # A finding across units is waived for the one it is told to; one told to nobody cannot be.
    if finding.unit != entry.unit:
        return False
    return not entry.row or any(_in_row(place, entry.row) for place in finding.places)


def _in_row(place: Place, row: str) -> bool:
    """Whether a place is in a row named by id, number (``3``, ``003``) or printed label (``项目支出``, ``第 3 行``)."""
    held = place.row or ""
    names = {held, held.lstrip("0"), *(part.strip() for part in place.label.split(" · "))}
    return row.strip() in names - {""}
