"""Entries → filled workbooks → one collection → the findings of each entry's own region."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.every_rule.breaks import BASES, HERE, Break
from tests.every_rule.damage import Workbook, damage
from tests.every_rule.legality import refused
from tests.every_rule.paths import EntryError, changed, read
from toolkit.api.returns import collect_into
from toolkit.catalog import load_suite, read_data
from toolkit.model.errors import ToolkitError
from toolkit.model.fact import Key, UnitData, Value
from toolkit.model.finding import FAIL, Finding
from toolkit.model.form import Suite
from toolkit.write import write_workbook

SUITE = "standard"
SHEETS = 3
"""Project sheets of the issued workbook: as many as ``legal.yaml`` fills."""


@dataclass(frozen=True)
class Bases:
    """The data files that entries change, as documents."""

    suite: Suite
    legal: Mapping[str, Any]
    evaluated: Mapping[str, Any]
    second: Mapping[str, Any]
    last_year: Mapping[str, Any]
    read: dict[int, Mapping[Key, Value]] = field(default_factory=dict)


def bases() -> Bases:
    """The data files of this folder."""
    found = (read(HERE / f"{name}.yaml") for name in BASES)
    return Bases(load_suite(SUITE), *found)


@dataclass(frozen=True)
class Outcome:
    """What came of one entry. ``refusals``: cells the workbook does not take from the keyboard, with the reason."""

    entry: Break
    findings: tuple[Finding, ...]
    refusals: Mapping[str, str]

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.result == FAIL)


@dataclass(frozen=True)
class _Sent:
    """A file of an entry on disk, and what the workbook would not have taken."""

    path: Path
    data: UnitData
    refusals: Mapping[Key, str]


def run(entries: Sequence[Break], folder: Path, held: Bases | None = None, workers: int = 2) -> list[Outcome]:
    """Collect all entries together, those with a control table each for itself, those with last year's book apart."""
    held = held or bases()
    parts: dict[str, list[Break]] = {}
    for entry in entries:
        alone = f"control-{entry.id.replace('#', '-')}"
        part = alone if entry.control is not None else "prior" if entry.prior is not None else "plain"
        parts.setdefault(part, []).append(entry)
    found: dict[str, Outcome] = {}
    for name, own in sorted(parts.items()):
        place = folder / name
        place.mkdir(parents=True)
        found |= {outcome.entry.id: outcome for outcome in _collected(own, place, held, min(workers, len(own)))}
    return [found[entry.id] for entry in entries]


def _collected(entries: Sequence[Break], folder: Path, held: Bases, workers: int) -> list[Outcome]:
    inbox, rows = folder / "in", []
    inbox.mkdir()
    sent: dict[str, list[_Sent]] = {}
    for number, entry in enumerate(entries, 1):
        region = _region(number)
        sent[entry.id] = _write(entry, region, inbox, held)
        units = {one.data.identity.unit: one.data.identity.unit_name for one in sent[entry.id]}
        listed = entry.roster if entry.roster is not None else [{"unit": u, "name": n} for u, n in units.items()]
        rows += [{**row, "region": region} for row in listed]
    roster = _table(
        folder / "roster.csv", {"unit": "单位代码", "name": "单位名称", "parent": "上级代码", "region": "区划"}, rows
    )
    control = None
    if entries[0].control is not None:
        columns = {"unit": "单位代码", "category": "类别", "amount": "控制数"}
        control = _table(folder / "control.csv", columns, entries[0].control)
    prior = _last_year(entries, folder, held) if entries[0].prior is not None else None
    results = collect_into(
        [inbox], folder / "out", suites=[SUITE], roster=roster, control=control, prior=prior, workers=workers
    ).results
    by_region: dict[str, list[Finding]] = {}
    for finding in results.findings:
        by_region.setdefault(finding.region, []).append(finding)
    outcomes = []
    for number, entry in enumerate(entries, 1):
        files = {one.path.name for one in sent[entry.id]}
        lost = [f for f in by_region.get("", ()) if f.file in files]  # of files that were not taken
        refusals = {"/".join(k): why for one in sent[entry.id] for k, why in one.refusals.items()}
        outcomes.append(Outcome(entry, (*by_region.get(_region(number), ()), *lost), refusals))
    return outcomes


def _region(number: int) -> str:
    """Each entry is a collection of its own: codes and names may be the same in all."""
    return f"示例{number:03d}区"


def _write(entry: Break, region: str, inbox: Path, held: Bases) -> list[_Sent]:
    """The workbooks of an entry: its own, and that of the unit beside it."""
    sent = []
    own = held.evaluated if entry.base == "evaluated" else held.legal
    for base, changes in ((own, entry.change), *((held.second, one) for one in entry.beside)):
        try:
            sent.append(_workbook(entry, base, changes, region, inbox, held))
        except (EntryError, ToolkitError) as error:
            raise EntryError(f"{entry.where}: {error}") from error
    return sent


def _workbook(
    entry: Break, base: Mapping[str, Any], changes: Mapping[str, Any], region: str, inbox: Path, held: Bases
) -> _Sent:
    data = document_data({**changed(base, changes, held.suite), "region": region}, inbox.parent, held.suite)
    name = f"{data.identity.unit}_{entry.id.replace('#', '-')}"
    path = inbox / f"{name}{'_beside' if base is held.second else ''}.xlsx"
    layout = write_workbook(path, held.suite, data=data, instances=SHEETS)
    if entry.damage and base is not held.second:
        book = Workbook.read(path, layout)
        path.unlink()
        for what, arguments in entry.damage:
            damage(book, what, arguments)
        path = book.save(inbox)
    return _Sent(path, data, refused(held.suite, data, _values(base, inbox.parent, held)))


def _values(base: Mapping[str, Any], folder: Path, held: Bases) -> Mapping[Key, Value]:
    """What stands in a base, read once."""
    if id(base) not in held.read:
        held.read[id(base)] = document_data(base, folder, held.suite).values
    return held.read[id(base)]


def document_data(document: Mapping[str, Any], folder: Path, suite: Suite) -> UnitData:
    """A document as the data of a unit, through the reader of data files."""
    path = folder / "data.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return read_data(path, lambda _name: suite)


def _last_year(entries: Sequence[Break], folder: Path, held: Bases) -> Path:
    """Last year's results: one return of each entry's region."""
    inbox = folder / "in-last-year"
    inbox.mkdir()
    for number, entry in enumerate(entries, 1):
        older = replace(entry, base="legal", change=entry.prior or {}, beside=(), damage=())
        before = replace(held, legal=held.last_year)
        _write(older, _region(number), inbox, before)
    out = folder / "last-year"
    collect_into([inbox], out, suites=[SUITE], workers=min(2, len(entries)))
    return out


def _table(path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.values())
        writer.writerows([[row.get(name, "") for name in columns] for row in rows])
    return path


def faults(outcome: Outcome, suite: Suite) -> list[str]:
    """What is not as the entry says, one line each. A rule on trial gives remarks only, whatever it is meant to give."""
    entry, failed = outcome.entry, outcome.failed
    trial = {rule.code for rule in suite.rules if rule.beta}
    if entry.code in trial and "severity" in entry.expect:
        entry = replace(entry, expect={**entry.expect, "severity": "info"})
    own = [f for f in failed if f.code == entry.code]
    found = [f"{entry.id}: {line}" for line in _expected(entry, own, failed)]
    errors = {f.code for f in failed if f.severity == "error"} - {entry.code}
    found += [f"{entry.id}: also fails {code}" for code in sorted(errors - set(entry.also))]
    idle = set(entry.also) - errors - trial
    found += [f"{entry.id}: “also” names {code}, which is no error here" for code in sorted(idle)]
    if outcome.refusals and not entry.pasted:
        found += [f"{entry.id}: {cell} cannot be typed: {why}" for cell, why in sorted(outcome.refusals.items())]
    if entry.pasted and not outcome.refusals:
        found.append(f"{entry.id}: “pasted”, but all of it can be typed")
    return found


def _expected(entry: Break, own: Sequence[Finding], failed: Sequence[Finding]) -> list[str]:
    if not own:
        return [f"does not fail (fails: {', '.join(sorted({f.code for f in failed})) or 'nothing'})"]
    fitting = [f for f in own if _fits(entry.expect, f)]
    if fitting:
        return []
    seen = [f"{f.severity} {f.difference or '–'} at {', '.join(_cells(f)[:5]) or 'no cell'}" for f in own]
    return [f"expected {dict(entry.expect)}, got {'; '.join(seen)}"]


def _fits(expect: Mapping[str, str], finding: Finding) -> bool:
    severity = finding.severity == expect.get("severity", finding.severity)
    difference = finding.difference == expect.get("difference", finding.difference)
    return severity and difference and ("cell" not in expect or expect["cell"] in _cells(finding))


def _cells(finding: Finding) -> list[str]:
    """The places of a finding as paths."""
    paths = []
    for place in finding.places:
        form = f"{place.form}[{int(place.instance)}]" if place.instance else place.form
        row = place.row or ""
        block = f"{place.block}[{int(row)}]" if row.isdigit() else f"{place.block}.{row}" if row else place.block
        paths.append(f"{form}.{block}.{place.field}")
    return paths
