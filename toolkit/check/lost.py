"""Files that came and could not be taken, and units of which nothing came where nothing at all was accepted: one
finding each, so that such a run never ends clean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from toolkit.check.finding import make
from toolkit.check.submissions import Group, Received
from toolkit.check.wording import quote, sentence
from toolkit.model.fact import Status
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, RuleKind, Severity
from toolkit.store.bureau import SET_ASIDE, RosterEntry

CODE = "WBK-01"
_NOWHERE = Group("", 0, "")
_SEVERITY = {
    Status.REFUSED: Severity.ERROR,
    Status.UNREADABLE: Severity.ERROR,
    Status.NOT_A_RETURN: Severity.WARNING,
}
"""A workbook that was not made from an issued one may be something else; it is not passed over in silence either."""
_RULE = Rule(
    CODE,
    RuleKind.READER,
    Severity.ERROR,
    "报来的文件应能读取，且由下发的模板填写",
    "请用下发的模板重新填报，从 Excel 或 WPS 另存为 .xlsx 后重新报送。",
)
_MISSING = Rule(
    "WBK-06",
    RuleKind.CODED,
    Severity.ERROR,
    "单位名册中的单位应全部报送",
    "请催报未报送的单位，收齐后重新汇总。",
)
_OTHER = "如是报送表，请用下发的模板重新填报后报送；不是报送表的，请从收表文件夹中移出。"
_LATER = "；此后已收到可以读取的文件"


def rule_of(suites: Iterable[Suite]) -> Rule:
    """WBK-01 of the suites, or ours where none of them has it."""
    return next((s.rules_by_code[CODE] for s in suites if CODE in s.rules_by_code), _RULE)


def lost_files(
    received: Iterable[Received],
    groups: Sequence[Group],
    suites: Iterable[Suite],
    roster: Sequence[RosterEntry] | None,
) -> Iterator[Finding]:
    """An error for each file that was refused or unreadable, a warning for one that is no return, with the ledger's
    reason; mere information once a later file in its place was accepted or the bureau decided to leave it out, nothing for a return that was withdrawn.

    It is told to the unit of the roster whose code the file's name bears, in the collection it can only belong to.
    """
    rule = rule_of(suites)
    lines = list(received)
    for at, file in enumerate(lines):
        # a return that was read and then withdrawn has an edition
        if file.status not in _SEVERITY or file.edition:
            continue
        name = f"{file.path}!{file.inner_path}" if file.inner_path else file.path
        own = re.split(r"[/\\!]", name)[-1]
        shown = re.split(r"[/\\]", file.path)[-1] + (f"!{file.inner_path}" if file.inner_path else "")
        unit = _unit(own, roster or ())
        reason = file.reason.rstrip("。") or "无法读取"
        replaced = any(_replaces(later, file, unit) for later in lines[at + 1 :])
        settled = replaced or reason.startswith(SET_ASIDE)
        found = make(
            rule,
            _group(groups, unit),
            places=[],
            message=sentence(f"文件{quote(shown, 80)}未能接收：{reason}" + (_LATER if replaced else "")),
            identity=["", name, file.sha256],
            values=[],
            severity=Severity.INFO if settled else _SEVERITY[Status(file.status)],
            action=_OTHER if file.status == Status.NOT_A_RETURN else _RULE.action,
            unit=(unit.unit, unit.name) if unit else ("", ""),
        )
        yield replace(found, file=own)


def units_without_collection(groups: Sequence[Group], roster: Sequence[RosterEntry] | None) -> Iterator[Finding]:
    """The missing units of regions from which no return was accepted: no collection is there to tell it in."""
    regions = {group.region for group in groups}
    for entry in roster or ():
        if entry.region in regions or (groups and not entry.region):
            continue
        yield make(
            _MISSING,
            Group(entry.region, 0, ""),
            places=[],
            message=f"{entry.name}（{entry.unit}）尚未报送。",
            identity=["", "", entry.unit],
            values=[],
            unit=(entry.unit, entry.name),
        )


def _replaces(later: Received, file: Received, unit: RosterEntry | None) -> bool:
    """Whether a later file was accepted under the same name, or from the same unit."""
    same = (later.path, later.inner_path) == (file.path, file.inner_path)
    return later.status == Status.ACCEPTED and (same or (unit is not None and later.unit == unit.unit))


def _unit(own: str, roster: Iterable[RosterEntry]) -> RosterEntry | None:
    """The one unit whose code stands in the file's own name."""
    found = [e for e in roster if re.search(rf"(?<![0-9A-Za-z]){re.escape(e.unit)}(?![0-9A-Za-z])", own)]
    return found[0] if len(found) == 1 else None


def _group(groups: Sequence[Group], unit: RosterEntry | None) -> Group:
    """The one collection there is, or the only one of the unit's region; else none."""
    own = [g for g in groups if unit is not None and g.region == unit.region] or list(groups)
    return own[0] if len(own) == 1 else _NOWHERE
