"""Rounds: what is new, still there or mended since the bureau last received something else.

A round is a state of what was received and of the bureau's tables (``basis``); a run over the same state is the same
round and gives the same bytes. What a round knew is kept in ``OUT/state/rounds/0001.json`` …, one file a round, which
is committed with the outputs: a run that was cut off leaves either both or neither. Files of earlier rounds are never
changed; a round is reckoned from the one before it alone.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from toolkit.check.submissions import Received, Submission
from toolkit.model.errors import OutputError
from toolkit.model.fact import Status
from toolkit.model.finding import FAIL, MENDED, NEW, STILL, UNCHECKED, Finding, Mended, Round
from toolkit.model.rule import Severity

FOLDER = "state/rounds"
_FORMAT = 1
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Held:
    """A failed finding as a round remembers it. ``form``: of its first place, "" where it has none."""

    code: str
    severity: str
    region: str
    year: int
    stage: str
    unit: str
    unit_name: str
    form: str
    message: str
    first: int


@dataclass(frozen=True)
class Memory:
    """What a round knew. ``findings``: by fingerprint; ``skipped``: since when what could not be executed could not.

    ``explained``: fingerprint → (text, values it was given for, round); ``texts``: a unit's text by its line of the
    sheet 校验 → (text, round it was first read in); ``waived``: fingerprint → (waiver, values it was given for).
    ``as_of``: the day waivers were compared with (ISO), "" before the first round.
    """

    number: int = 0
    basis: str = ""
    as_of: str = ""
    findings: Mapping[str, Held] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    explained: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    waived: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Where it is kept, below the folder of results."""
        return f"{FOLDER}/{self.number:04d}.json"

    def content(self) -> bytes:
        """The file."""
        said = {"format": _FORMAT, **asdict(self)}
        return (json.dumps(said, ensure_ascii=True, sort_keys=True, indent=0) + "\n").encode()


def basis(received: Iterable[Received], tables: Mapping[str, bytes]) -> str:
    """The state of what was received and of the bureau's tables (name → content) as one hash.

    Another copy of a file that is there already, or a file that is ignored, changes nothing.
    """
    counted = {
        (one.sha256 or f"{one.path}!{one.inner_path}", one.status)
        for one in received
        if one.status not in (Status.DUPLICATE, Status.IGNORED)
    }
    digest = hashlib.sha256(json.dumps(sorted(counted)).encode())
    for name, content in sorted(tables.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def remembered(out: Path, now: str) -> tuple[Memory, Memory]:
    """(the round before, the round that begins or is run again) for the state ``now``.

    Of the second only number, state and day are filled in. Raises OutputError where a file of a round is damaged.
    """
    files = sorted((out / FOLDER).glob("[0-9][0-9][0-9][0-9].json"))
    last = _read(files[-1]) if files else Memory()
    if last.number and last.basis == now:
        before = _read(files[-2]) if len(files) > 1 else Memory()
        return before, Memory(last.number, now, last.as_of)
    return last, Memory(last.number + 1, now, last.as_of)


def _read(path: Path) -> Memory:
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        if said.pop("format") != _FORMAT:
            raise ValueError("format")
        said["findings"] = {name: Held(**held) for name, held in said["findings"].items()}
        for name in ("explained", "texts", "waived"):
            said[name] = {key: tuple(value) for key, value in said[name].items()}
        return Memory(**said)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"上一轮的记录“{path}”已损坏或不可读，无法比较各轮的问题。请从备份恢复；没有备份的，请换一个新的结果文件夹重新收取。"
        ) from error


def day_of(received: Iterable[Received], before: str, given: datetime.date | None) -> datetime.date:
    """The day that waivers are compared with: the one given, else that of the newest receipt in China.

    Not the machine's clock: equal inputs give equal outputs. A day used before (``before``) is not gone back on.
    """
    if given is not None:
        return given
    days = [_china_day(one.received_at) for one in received if one.received_at]
    days += [datetime.date.fromisoformat(before)] if before else []
    return max(days, default=datetime.date.min)


def _china_day(moment: str) -> datetime.date:
    found = datetime.datetime.fromisoformat(moment)
    return (found if found.tzinfo else found.replace(tzinfo=datetime.UTC)).astimezone(_CHINA).date()


def in_rounds(findings: Iterable[Finding], before: Memory, number: int) -> tuple[Finding, ...]:
    """Each finding with the round that had it first, and whether it is new in round ``number``."""
    known = {**before.skipped, **{name: held.first for name, held in before.findings.items()}}
    return tuple(
        replace(f, round=Round(known.get(f.fingerprint, number), STILL if f.fingerprint in known else NEW))
        for f in findings
    )


def conclude(memory: Memory, findings: Iterable[Finding]) -> Memory:
    """The memory of a round whose findings are known (after ``in_rounds``)."""
    failed: dict[str, Held] = {}
    skipped: dict[str, int] = {}
    for f in findings:
        first = f.round.first if f.round else memory.number
        if f.result != FAIL:
            skipped[f.fingerprint] = first
            continue
        who = (f.region, f.year, f.stage, f.unit, f.unit_name)
        failed[f.fingerprint] = Held(f.code, f.severity.value, *who, _form(f), f.message, first)
    return replace(memory, findings=failed, skipped=skipped)


def _form(finding: Finding) -> str:
    return finding.places[0].form if finding.places else ""


def mended(
    before: Memory, number: int, findings: Iterable[Finding], submissions: Sequence[Submission]
) -> tuple[Mended, ...]:
    """What the round ``before`` had and this one has not, by collection and unit, errors first.

    Only what was checked again counts as mended: not where the unit's return is gone, where the form holds nothing any
    more, or where the rule could not be executed for this unit now.
    """
    findings = tuple(findings)
    now = {f.fingerprint for f in findings if f.result == FAIL}
    skipped = {(f.region, f.year, f.stage, f.unit, f.code) for f in findings if f.result != FAIL}
    filed: dict[tuple[str, int, str, str], set[str]] = defaultdict(set)
    for one in submissions:
        filed[one.identity.key] |= {form for form, _ in one.submitted}
    gone = []
    for fingerprint, held in before.findings.items():
        if fingerprint in now:
            continue
        who = (held.region, held.year, held.stage, held.unit)
        checked = skipped.isdisjoint({(*who, held.code), (*who[:3], "", held.code)})
        if held.unit and held.form:
            checked = checked and held.form in filed[who]
        gone.append(
            Mended(
                held.code, Severity(held.severity), *who, held.unit_name, held.message, fingerprint, held.first, number,
                MENDED if checked else UNCHECKED,
            )
        )  # fmt: skip
    return tuple(sorted(gone, key=lambda m: (m.region, m.year, m.stage, m.unit, _RANK[m.severity], m.code, m.message)))
