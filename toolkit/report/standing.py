"""Who stands where: what ``toolkit status`` says of the ledger and the roster."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from toolkit.messages import _
from toolkit.model.fact import Status
from toolkit.report.text import one_line
from toolkit.report.turnout import NodeTally, late_units, turnout
from toolkit.report.words import status_word
from toolkit.store.bureau import RosterEntry
from toolkit.store.tree import tree_of

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


def node_lines(
    units: Mapping[str, Mapping[str, str]],
    hierarchy: Sequence[RosterEntry],
    ledger: Sequence[Mapping[str, object]],
    due: datetime.date | None,
) -> list[str]:
    """How far each node of the roster has come, and who was late. ``units``: region → code → name of what was accepted.

    ``due``: the last day for units whose row of the roster names none.
    """
    late = late_units(ledger, hierarchy, due)
    doubled = {str(line["unit"]) for line in ledger if line["status"] == Status.SUPERSEDED}
    lines = []
    for region in sorted({e.region for e in hierarchy if e.region} | units.keys()) or [""]:
        tree = tree_of(hierarchy, region, units.get(region, {}))
        tallies = turnout(tree, tree.root, units.get(region, {}), doubled, late)
        lines += [_node_line(tally) for tally in tallies]
    word = _("迟")
    names = {e.unit: e.name for e in hierarchy}
    lines += [f"  {word}  {unit} {one_line(names.get(unit, ''))}  {day}" for unit, day in sorted(late.items())]
    return lines


def _node_line(tally: NodeTally) -> str:
    counts = _(
        "应报 {expected}，已收 {accepted}，未报 {missing}，迟报 {late}，重复 {doubled}，名册外 {unknown}"
    ).format(
        expected=tally.expected,
        accepted=tally.accepted,
        missing=tally.missing,
        late=tally.late,
        doubled=tally.doubled,
        unknown=tally.unknown,
    )
    name = f" {tally.name}" if tally.name != tally.code else ""
    return f"{'  ' * (tally.depth + 1)}{one_line(tally.code + name)}  {counts}"


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
