"""Who stands where: what ``toolkit status`` says of the ledger and the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.messages import _
from toolkit.model.fact import Status
from toolkit.report.text import one_line
from toolkit.report.words import status_word
from toolkit.store.bureau import RosterEntry

_ORDER = [str(status) for status in Status]


def status_lines(
    ledger: Sequence[Mapping[str, object]], counts: Mapping[str, int], roster: Sequence[RosterEntry] | None
) -> list[str]:
    """The count, the units that are missing, and one line for every file by what became of it."""
    parts = [f"{_(status_word(status))} {counts[status]}" for status in _ORDER if counts.get(status)]
    lines = [_("收到 {count} = {parts}").format(count=counts["received"], parts=" + ".join(parts) or "0")]
    accepted = {str(line["unit"]) for line in ledger if line["status"] == Status.ACCEPTED}
    if roster is not None:
        missing = [entry for entry in roster if entry.unit not in accepted]
        lines.append(_("名册 {count} 个单位，未报送 {missing} 个").format(count=len(roster), missing=len(missing)))
        absent = _("缺")
        lines += [f"  {absent}  {e.unit} {one_line(e.name)} {one_line(e.contact)}".rstrip() for e in missing]
    for status in _ORDER:
        lines += [_line(line) for line in ledger if line["status"] == status]
    return lines


def _line(line: Mapping[str, object]) -> str:
    inner = f"!{line['inner_path']}" if line["inner_path"] else ""
    reason = f"：{line['reason']}" if line["reason"] else ""
    about = (
        _(status_word(str(line["status"]))),
        line["unit"] or "-",
        line["received_at"],
        f"{line['path']}{inner}{reason}",
    )
    return "  ".join(one_line(str(part)) for part in ("", *about))
