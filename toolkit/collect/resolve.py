"""Which version of a return counts: a pure function of receipts, outcomes and decisions.

Same bytes: the first counts, the others are duplicates. Same region, year, stage and unit: what came in a later
collection supersedes; within one collection the one saved later is proposed, then the one received later, and
a remark asks. A decision of the bureau settles it. Clocks never decide between collections.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from toolkit.collect.ledger import LedgerLine
from toolkit.model.fact import Remark, Status
from toolkit.model.rule import Severity
from toolkit.store.build import Accepted
from toolkit.store.bureau import SET_ASIDE
from toolkit.store.journal import Decision, Origin, Parse, Receipt, Stage
from toolkit.store.parsed import Head

VERSIONS = "WBK-07"
"""The rule of the catalogue about several versions of one return."""

_LAPSED = "部门的结果文件夹已更新，新的一份里不再采用它"

_ENDS = {
    Stage.IGNORED: Status.IGNORED,
    Stage.REFUSED: Status.REFUSED,
    Stage.UNREADABLE: Status.UNREADABLE,
    Stage.NOT_A_RETURN: Status.NOT_A_RETURN,
    Stage.DUPLICATE: Status.DUPLICATE,
}


@dataclass(frozen=True)
class Fate:
    """What becomes of one content: status, reason, the newer version, and remarks about versions."""

    status: Status
    reason: str | None = None
    superseded_by: str | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass
class Known:
    """What is known of the contents: heads and places of the parsed facts, failures, decisions (by SHA-256).

    ``origins``: receipts that came in with a department's book. ``lapsed``: contents that only books held whose newer
    versions hold them no more.
    """

    heads: dict[str, Head]
    facts: dict[str, Path]
    failures: dict[str, Parse]
    decisions: Mapping[str, Decision]
    origins: Mapping[int, Origin] = field(default_factory=dict)
    lapsed: frozenset[str] = frozenset()


def resolve(receipts: Sequence[Receipt], known: Known) -> tuple[tuple[LedgerLine, ...], tuple[Accepted, ...]]:
    """The ledger's lines in order of arrival, and the accepted returns in order of their keys."""
    first, numbered = first_of_content(receipts), {receipt.seq: receipt for receipt in receipts}
    known = replace(known, lapsed=lapsed(numbered, known.origins))
    fates = _fates(first, known)
    lines = tuple(_line(receipt, first, fates, known, _origin(receipt, numbered, known)) for receipt in receipts)
    accepted = [
        Accepted(
            sha256=sha256,
            file=receipt.name,
            path=receipt.path,
            inner_path=receipt.inner_path,
            head=replace(known.heads[sha256], remarks=(*known.heads[sha256].remarks, *fates[sha256].remarks)),
            facts=known.facts[sha256],
        )
        for sha256, receipt in first.items()
        if fates[sha256].status is Status.ACCEPTED
    ]
    return lines, tuple(sorted(accepted, key=lambda a: (*a.head.identity.key, a.sha256)))


def first_of_content(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """The first receipt of each content that is to be read (an archive and what was never stored is not)."""
    first: dict[str, Receipt] = {}
    for receipt in receipts:
        # A failure of an earlier reading carries its engine; one without was refused when it came in.
        ended = receipt.stage in _ENDS and receipt.stage is not Stage.DUPLICATE and not receipt.engine
        if receipt.sha256 and not ended:
            first.setdefault(receipt.sha256, receipt)
    return first


def lapsed(receipts: Mapping[int, Receipt], origins: Mapping[int, Origin]) -> frozenset[str]:
    """The contents that came only with departments' books and stand in none of their latest versions."""
    latest: dict[tuple[bytes, bytes], int] = {}
    for seq, origin in sorted(origins.items()):
        if origin.book == seq:
            latest[(receipts[seq].location, receipts[seq].inner_raw)] = seq
    newest = frozenset(latest.values())
    standing = {r.sha256 for seq, r in receipts.items() if seq not in origins or origins[seq].book in newest}
    return frozenset(receipts[seq].sha256 for seq in origins) - standing


def _origin(receipt: Receipt, receipts: Mapping[int, Receipt], known: Known) -> dict[str, Any] | None:
    """The line of a department's ledger that a receipt came in with."""
    origin = known.origins.get(receipt.seq)
    if origin is None or origin.book == receipt.seq:
        return None
    book = receipts[origin.book]
    return {"book": book.shown, "manifest": book.sha256, **json.loads(origin.line)}


def _fates(first: Mapping[str, Receipt], known: Known) -> dict[str, Fate]:
    fates: dict[str, Fate] = {}
    groups: dict[tuple[str, int, str, str], list[Receipt]] = defaultdict(list)
    for sha256, receipt in first.items():
        failure, decision = known.failures.get(sha256), known.decisions.get(sha256)
        if sha256 not in known.heads:
            fate = Fate(failure.outcome, failure.reason) if failure else Fate(Status.PENDING, "尚未读取")
            fates[sha256] = _set_aside(fate, decision)
        elif decision and decision.decision == "withdraw":
            why = f"按决定撤回（{decision.who}，{decision.when}）：{decision.why}"
            fates[sha256] = Fate(Status.REFUSED, why)
        else:
            groups[known.heads[sha256].identity.key].append(receipt)
    for versions in groups.values():
        fates.update(_versions(versions, known))
    return fates


_LOST = frozenset({Status.REFUSED, Status.UNREADABLE, Status.NOT_A_RETURN})


def decided_as(receipt: Receipt) -> str:
    """What a decision about a receipt is kept under: its content, or its place where the content was never taken in."""
    return receipt.sha256 or f"place:{receipt.shown}"


def _set_aside(fate: Fate, decision: Decision | None) -> Fate:
    """A file that could not be taken keeps its status; that the bureau leaves it out goes before the reason."""
    if decision is None or decision.decision != "withdraw" or fate.status not in _LOST:
        return fate
    why = f"{SET_ASIDE}（{decision.who}，{decision.when}）：{decision.why}"
    return replace(fate, reason=f"{why}；{fate.reason}" if fate.reason else why)


def _versions(versions: Sequence[Receipt], known: Known) -> dict[str, Fate]:
    """The fates of the versions of one return."""

    def order(receipt: Receipt) -> tuple[bool, int, int, str, int]:
        decision, saved = known.decisions.get(receipt.sha256), saved_at(known.heads[receipt.sha256])
        stands = receipt.sha256 not in known.lapsed
        if decision and decision.decision == "accept":  # it settles what was there; what comes later still supersedes
            return (stands, max(receipt.run, decision.run), decision.number, saved, receipt.seq)
        return (stands, receipt.run, 0, saved, receipt.seq)

    *older, newest = sorted(versions, key=order)
    if newest.sha256 in known.lapsed:
        return {receipt.sha256: Fate(Status.SUPERSEDED, _LAPSED) for receipt in versions}
    remarks = tuple(_remark(receipt, newest, known) for receipt in older)
    fates = {newest.sha256: Fate(Status.ACCEPTED, remarks=remarks)}
    for receipt in older:
        same = known.heads[receipt.sha256].content == known.heads[newest.sha256].content
        reason = f"被{newest.shown}取代" + ("（填报内容相同）" if same else "")
        fates[receipt.sha256] = Fate(Status.SUPERSEDED, reason, newest.sha256)
    return fates


def saved_at(head: Head) -> str:
    """When the file says it was saved, in UTC where it names a zone, as text that sorts; "" where unknown."""
    try:
        moment = datetime.datetime.fromisoformat(head.saved or "")
    except ValueError:
        return ""
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="microseconds")


def _remark(older: Receipt, newest: Receipt, known: Known) -> Remark:
    """What to say of a version that gave way: in order, or to be confirmed."""
    decision = known.decisions.get(newest.sha256)
    old, new = known.heads[older.sha256], known.heads[newest.sha256]
    old_saved, new_saved = saved_at(old), saved_at(new)
    severity, why = Severity.WARNING, ""
    if decision and decision.decision == "accept" and older.run <= decision.run:
        severity, why = Severity.INFO, f"按决定采用（{decision.who}，{decision.when}）：{decision.why}"
    elif old.content == new.content:
        severity, why = Severity.INFO, "两份填报内容相同"
    elif older.run != newest.run and new_saved >= old_saved:
        severity, why = Severity.INFO, "重新报送，以后收到的为准"
    elif older.run != newest.run:
        why = "以后收到的为准，但它的保存时间更早，请确认"
    elif old_saved and new_saved and old_saved != new_saved:
        why = "同一批收到两个不同版本，暂以保存时间较晚的为准，请确认"
    else:
        why = "同一批收到两个不同版本且分不出先后，暂以后收到的为准，请确认"
    detail = f"{newest.shown} 取代 {older.shown}：{why}"
    return Remark(VERSIONS, detail, actual=older.shown, expected=newest.shown, severity=severity)


def _line(
    receipt: Receipt,
    first: Mapping[str, Receipt],
    fates: Mapping[str, Fate],
    known: Known,
    origin: Mapping[str, Any] | None,
) -> LedgerLine:
    original = first.get(receipt.sha256)
    head = known.heads.get(receipt.sha256)
    if original is None:
        end = _ENDS.get(receipt.stage)
        fate = _set_aside(Fate(end or Status.PENDING, receipt.reason or None), known.decisions.get(decided_as(receipt)))
    elif original.seq != receipt.seq:
        fate = Fate(Status.DUPLICATE, f"与 {original.shown} 逐字节相同")
    else:
        fate = fates[receipt.sha256]
    return LedgerLine(
        seq=receipt.seq,
        sha256=receipt.sha256 or None,
        path=receipt.path,
        inner_path=receipt.inner_path or None,
        size=receipt.size,
        received_at=receipt.received_at,
        unit=head.identity.unit if head else None,
        edition=head.identity.edition if head else None,
        status=fate.status,
        reason=fate.reason,
        superseded_by=fate.superseded_by,
        decision=_told(known.decisions.get(decided_as(receipt))),
        origin=origin,
    )


def _told(decision: Decision | None) -> dict[str, str] | None:
    if decision is None:
        return None
    return {"decision": decision.decision, "who": decision.who, "when": decision.when, "why": decision.why}
