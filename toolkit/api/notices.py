"""Return slips: a printable 退回通知书 or 接收回执 for each unit, and the list of them, from what was collected."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.api.annotating import apart
from toolkit.api.definitions import settings_at
from toolkit.api.returns import Progress
from toolkit.api.tables import remembered
from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.model.fact import Status
from toolkit.model.rule import Severity
from toolkit.store.disk import long_path

if TYPE_CHECKING:
    from toolkit.annotate import AnswerFolder, Slip
    from toolkit.collect import Received
    from toolkit.collect.ledger import LedgerLine
    from toolkit.model.finding import Finding
    from toolkit.report.slip_xlsx import Line, Notice
    from toolkit.store.bureau import RosterEntry

LIST = "slips.jsonl"
DELIVERIES = "送达清单.xlsx"
_LISTING = "list"
_NOT_TAKEN = (Status.REFUSED, Status.UNREADABLE, Status.NOT_A_RETURN)


@dataclass(frozen=True, slots=True)
class Sent:
    """A line of ``slips.jsonl``: one slip. ``kind``: notice, receipt, or list for 送达清单 itself.

    ``sha256``: of the return; ``deadline``: ISO date or "". ``beside``: written under another name than planned,
    because its place was held open or taken.
    """

    kind: str
    unit: str = ""
    unit_name: str = ""
    collection: str = ""
    file: str = ""
    sha256: str = ""
    errors: int = 0
    warnings: int = 0
    deadline: str = ""
    output: str = ""
    output_sha256: str = ""
    beside: bool = False


@dataclass(frozen=True)
class Slips:
    """What one run of ``slips`` wrote, and what it left alone (``left``: outdated slips that could not be removed)."""

    folder: Path
    sent: tuple[Sent, ...]
    left: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """The files written."""
        return tuple(self.folder / one.output for one in self.sent)

    def as_text(self) -> list[str]:
        """For the terminal: a line for each slip."""
        from toolkit.report.slip_xlsx import NOTICE, RECEIPT  # noqa: PLC0415
        from toolkit.report.text import one_line  # noqa: PLC0415

        kinds = [one.kind for one in self.sent]
        lines = [
            _("写出退回通知书 {notices} 份、接收回执 {receipts} 份，在 {folder}").format(
                notices=kinds.count(NOTICE), receipts=kinds.count(RECEIPT), folder=self.folder
            )
        ]
        for one in self.sent:
            if one.kind != _LISTING:
                about = _("错误 {errors}，警告 {warnings}").format(errors=one.errors, warnings=one.warnings)
                lines.append(f"  {one_line(one.output)}  {about}")
        lines += [_("{file} 正被打开或已被改动，新的写在它旁边。").format(file=o.output) for o in self.sent if o.beside]
        lines += [
            _("上次写出的 {file} 已不需要，但正被打开或已被改动，没有删除。").format(file=name) for name in self.left
        ]
        return [*lines, _("送达清单：{file}").format(file=self.written[-1])]


def slips(
    out: Path | str,
    output: Path | str,
    *,
    deadline: datetime.date | None = None,
    units: Sequence[str] = (),
    progress: Progress | None = None,
) -> Slips:
    """Write a slip for each accepted return, and for each unit whose file could not be taken, into ``output``.

    ``out``: the results of ``collect``; they are not changed. ``deadline``: for units whose row of the roster names
    none. ``units``: only these (codes); the slips of the others stay as they are. Raises InputError where there are no
    complete results, for a unit without a return, and where ``output`` holds received files; OutputError where it
    cannot be written.
    """
    from toolkit.annotate import AnswerFolder, Wanted, file_names, read_findings  # noqa: PLC0415
    from toolkit.collect import recall  # noqa: PLC0415
    from toolkit.report.slip_xlsx import write_slip  # noqa: PLC0415
    from toolkit.store import hold  # noqa: PLC0415

    out, target = Path(out), Path(output)
    apart(out, target)
    received = recall(out)
    with hold(out):  # a run of collect must not change the results meanwhile
        notices = _notices(out, received, read_findings(out, received.jsonl()), deadline)
        names = file_names([Wanted(f"{n.title}_{n.unit}_{n.unit_name}.x", n.unit, ".xlsx") for n in notices])
        chosen = _chosen(list(zip(notices, names, strict=True)), units)
        folder = AnswerFolder(target, (line.sha256 for line in received.lines if line.sha256), LIST)
        folder.check([*(name for _notice, name in chosen), DELIVERIES])
        sent = []
        for done, (notice, name) in enumerate(chosen, 1):
            content = io.BytesIO()
            write_slip(notice, content)
            sent.append(_write(folder, notice, name, content.getvalue()))
            if progress is not None:
                progress(done, len(chosen), name)
        kept = [one for one in _before(target) if units and one.unit not in units]
        listing = _listing(folder, [*kept, *sent], _bureau(out)[0])
        left = folder.conclude([*kept, *sent, listing])
    return Slips(target, (*sent, listing), tuple(left))


def _chosen(found: Sequence[tuple[Notice, str]], units: Sequence[str]) -> list[tuple[Notice, str]]:
    if not units:
        return list(found)
    known = {notice.unit for notice, _name in found}
    for unit in units:
        if unit not in known:
            raise InputError(
                _("没有单位“{unit}”报来的文件。可用：{known}").format(unit=unit, known="、".join(sorted(known)[:20]))
            )
    return [one for one in found if one[0].unit in units]


def _notices(
    out: Path, received: Received, findings: Sequence[Finding], deadline: datetime.date | None
) -> list[Notice]:
    """The slips to write: accepted returns in the order of their keys, then the files that were not taken."""
    from toolkit.annotate import make_slip  # noqa: PLC0415
    from toolkit.store.bureau import read_roster  # noqa: PLC0415

    # Causes before what follows from them, in the order in which the checks found mending best.
    ordered = sorted(findings, key=lambda f: (f.mend == 0, f.mend))
    options = remembered(out)
    roster = {entry.unit: entry for entry in read_roster(Path(options["roster"]))} if "roster" in options else {}
    who = _bureau(out)
    lines = {line.sha256: line for line in received.lines if line.status is Status.ACCEPTED}
    notices = []
    for one in received.accepted:
        slip = make_slip(one.head.identity, one.file, lines[one.sha256].received_at, ordered)
        due = _due(roster.get(slip.identity.unit), deadline)
        notices.append(_notice(slip, one.sha256, due, who))
    here = {notice.unit for notice in notices}
    for line in received.lines:
        if line.status in _NOT_TAKEN and line.unit and line.unit not in here:
            entry = roster.get(line.unit)
            notices.append(_not_taken(line, entry.name if entry else "", _due(entry, deadline), who))
    return notices


def _due(entry: RosterEntry | None, deadline: datetime.date | None) -> datetime.date | None:
    return entry.due if entry is not None and entry.due is not None else deadline


def _bureau(out: Path) -> tuple[str, str]:
    """The bureau's name and whom to ask, as its settings say."""
    settings = settings_at(remembered(out).get("settings"))
    return (settings.bureau, settings.contact) if settings is not None else ("", "")


def _notice(slip: Slip, sha256: str, due: datetime.date | None, who: tuple[str, str]) -> Notice:
    from toolkit.annotate.listing import china_time  # noqa: PLC0415
    from toolkit.report.slip_xlsx import Line, Notice  # noqa: PLC0415

    lines: list[Line] = []
    for row in slip.rows:
        cells: dict[str, list[str]] = {}
        for spot in row.spots:
            cells.setdefault(spot.sheet, []).extend([spot.cell] if spot.cell else [])
        where = tuple((sheet, tuple(found)) for sheet, found in cells.items())
        lines.append(Line(row.severity, where, row.message, row.what_to_do, row.code))
    identity = slip.identity
    group = " ".join(x for x in (identity.region, f"{identity.year} 年" if identity.year else "", identity.stage) if x)
    about = (identity.unit, identity.unit_name, group, slip.file, sha256, china_time(slip.received_at))
    return Notice(*about, tuple(lines), slip.skipped, due, *who)


def _not_taken(line: LedgerLine, name: str, due: datetime.date | None, who: tuple[str, str]) -> Notice:
    from toolkit.annotate.listing import china_time  # noqa: PLC0415
    from toolkit.report.slip_xlsx import Line, Notice  # noqa: PLC0415

    why = Line(Severity.ERROR, (), line.reason or "文件未能接收。", "请按所写的原因处理后重新报送。", "")
    file = (line.inner_path or line.path).replace("\\", "/").rpartition("/")[2]
    about = (line.unit or "", name, "", file, line.sha256 or "", china_time(line.received_at))
    return Notice(*about, (why,), 0, due, *who, accepted=False)


def _write(folder: AnswerFolder, notice: Notice, planned: str, content: bytes) -> Sent:
    name = folder.write(planned, content)
    return Sent(
        notice.kind, notice.unit, notice.unit_name, notice.collection, notice.file, notice.sha256,
        notice.count(Severity.ERROR), notice.count(Severity.WARNING),
        notice.deadline.isoformat() if notice.deadline else "", name, hashlib.sha256(content).hexdigest(),
        name != planned,
    )  # fmt: skip


def _listing(folder: AnswerFolder, sent: Iterable[Sent], bureau: str) -> Sent:
    from toolkit.report.slip_xlsx import Delivery, write_deliveries  # noqa: PLC0415

    rows = [
        Delivery(o.kind, o.unit, o.unit_name, o.collection, o.errors, o.warnings, o.deadline, o.output)
        for o in sorted(sent, key=lambda o: (o.collection, o.unit, o.output))
    ]
    content = io.BytesIO()
    write_deliveries(rows, bureau, content)
    name = folder.write(DELIVERIES, content.getvalue())
    made = hashlib.sha256(content.getvalue()).hexdigest()
    return Sent(_LISTING, output=name, output_sha256=made, beside=name != DELIVERIES)


def _before(target: Path) -> list[Sent]:
    """The slips of earlier runs, as far as their list can be read."""
    known = {field.name for field in fields(Sent)}
    try:
        lines = [json.loads(line) for line in long_path(target / LIST).read_text("utf-8").splitlines() if line]
        found = [Sent(**{name: value for name, value in line.items() if name in known}) for line in lines]
    except (OSError, ValueError, TypeError, AttributeError):
        return []
    return [one for one in found if one.kind != _LISTING and (target / one.output).is_file()]
