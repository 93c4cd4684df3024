"""What units say to warnings, in the column 说明 of the sheet 校验, brought together with the findings.

An explanation is for the values it was given for: while they stay it is carried on, also over a later workbook whose
cell is empty; once they change it is shown as one that no longer fits, until the unit writes another one (or the values
come back). Errors cannot be explained away. A text that stood there before a warning arose does not speak of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.check.finding import digest
from toolkit.check.rounds import Memory
from toolkit.check.submissions import Submission
from toolkit.formula import Check, compile_suite
from toolkit.messages import _
from toolkit.model.fact import Said
from toolkit.model.finding import FAIL, Explanation, Finding, Place
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

if TYPE_CHECKING:
    import duckdb

UnitKey = tuple[str, int, str, str]


@dataclass(frozen=True)
class Spoken:
    """What one accepted return says: its texts, and the checks of its edition by id."""

    submission: Submission
    said: tuple[Said, ...]
    checks: Mapping[str, Check]


def read_spoken(
    connection: duckdb.DuckDBPyConnection, submissions: Iterable[Submission], suites: Mapping[str, Suite]
) -> dict[UnitKey, Spoken]:
    """The explanations of a book by unit; units that wrote none are left out."""
    held: dict[str, list[Said]] = defaultdict(list)
    query = "SELECT ret, code, check_id, said, sheet, cell FROM main.explanations ORDER BY ret, number"
    for ret, *about in connection.execute(query).fetchall():
        held[ret].append(Said(*about))
    own = [s for s in submissions if s.ret in held and s.identity.edition in suites]
    editions = sorted({s.identity.edition for s in own})
    checks = {edition: compile_suite(suites[edition]).checks_by_id for edition in editions}
    return {s.identity.key: Spoken(s, tuple(held[s.ret]), checks[s.identity.edition]) for s in own}


def explain(
    findings: Iterable[Finding], spoken: Mapping[UnitKey, Spoken], before: Memory, now: Memory
) -> tuple[tuple[Finding, ...], Memory, tuple[str, ...]]:
    """The findings with what units say to them, what to remember of it, and sentences for the bureau.

    ``before``: the previous round; ``now``: this one, to which the explanations are added.
    """
    texts = {
        _line(key, one): (one.text, _since(before, key, one, now.number))
        for key, unit in spoken.items()
        for one in unit.said
    }
    explained = dict(before.explained)
    told: list[Finding] = []
    on_errors: dict[tuple[UnitKey, str], None] = {}
    for finding in findings:
        key = (finding.region, finding.year, finding.stage, finding.unit)
        unit = spoken.get(key)
        own = [one for one in unit.said if _covers(one, finding, unit.checks)] if unit else []
        if finding.result != FAIL or finding.severity is not Severity.WARNING:
            if own and finding.counts and finding.severity is Severity.ERROR:
                on_errors[(key, finding.code)] = None
            told.append(finding)
            continue
        answer = _answer(finding, key, own, before, now.number)
        if answer is not None and answer.holds:
            explained[finding.fingerprint] = (answer.text, finding.values_hash, answer.round)
        told.append(replace(finding, explained=answer))
    said = _("{unit}：{code} 是错误，须改正；“校验”表中的说明不能代替改正")
    notes = tuple(said.format(unit=key[3], code=code) for key, code in on_errors)
    return tuple(told), replace(now, explained=explained, texts={**before.texts, **texts}), notes


def _answer(finding: Finding, key: UnitKey, own: Sequence[Said], before: Memory, number: int) -> Explanation | None:
    """What holds for one warning: the text of this workbook, or the one carried on."""
    known = before.explained.get(finding.fingerprint)
    text = "；".join(dict.fromkeys(one.text for one in own))
    if known is not None and text in ("", known[0]):
        return Explanation(known[0], known[1] == finding.values_hash, known[2])
    if not text:
        return None
    since = [_since(before, key, one, number) for one in own]
    # Without a finding that it was about before, a text of an earlier round is about something else.
    return Explanation(text, known is not None or max(since) == number, max(since))


def _since(before: Memory, key: UnitKey, one: Said, number: int) -> int:
    """The round in which this text was first read on this line."""
    known = before.texts.get(_line(key, one))
    return known[1] if known is not None and known[0] == one.text else number


def _line(key: UnitKey, one: Said) -> str:
    return digest([*key, one.code, one.check])


def _covers(one: Said, finding: Finding, checks: Mapping[str, Check]) -> bool:
    """Whether a line of the sheet 校验 is about a finding: of its rule and, where the line is about a check that the
    workbook runs, at one of the cells that this check marks."""
    if one.code != finding.code:
        return False
    check = checks.get(one.check)
    if check is None:
        return True
    refs = {(ref.block, ref.field, ref.row or "") for lv in check.levels for part in lv.parts for ref in part.places}
    return any(_at(place, check, refs) for place in finding.places)


def _at(place: Place, check: Check, refs: set[tuple[str, str, str]]) -> bool:
    if not place.field:
        return place.form == check.domain.form
    return (place.block, place.field, "") in refs or (place.block, place.field, place.row or "") in refs
