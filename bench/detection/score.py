"""What was told of each planted mistake: whether, at which cell, with how many findings, and whether a repair was wrong."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bench.detection.planting import Planted
from bench.detection.work import HARD, WHOLE
from toolkit.model.fact import Key

Finding = Mapping[str, Any]
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Judged:
    """One planted mistake. ``told``: the findings that say it; ``roots``: errors and warnings that follow from no other.

    ``cell``: whether one of ``told`` names the cell; None where the mistake is at no cell. ``blamed``: whether it is the
    first one named, or the first guess. ``wrong_repairs``: what was called certain and is not so.
    """

    planted: Planted
    told: tuple[Finding, ...]
    roots: tuple[Finding, ...]
    found: bool
    cell: bool | None
    blamed: bool
    wrong_repairs: tuple[str, ...]

    @property
    def findings(self) -> int:
        """How many somebody has to look at: one fault on many cells of a column is one, as in the reports."""
        return len({root["group"] for root in self.roots}) or len(self.told[:1])


@dataclass(frozen=True)
class Round:
    """One collection. ``alarms``: errors and warnings about returns in which nothing is wrong."""

    judged: tuple[Judged, ...]
    alarms: tuple[Finding, ...]
    clean: int


def judge(planted: Sequence[Planted], out: Path) -> Round:
    """Hold the outputs of a collection against what was planted."""
    findings = [f for f in _lines(out / "findings.jsonl") if f["result"] == "fail" and not f["waived"]]
    ledger = _lines(out / "received.jsonl")
    wrong = [one for one in planted if one.kind is not None]
    codes = {one.code for one in wrong}
    judged = tuple(_judged(one, findings, ledger, codes - {one.code}) for one in wrong)
    owed = {id(f) for one in judged for f in (*one.told, *one.roots)}
    touched = {code for one in wrong for code in (one.code, *one.work.site.concerned)}
    alarms = [
        f for f in findings if f["severity"] in LOUD and id(f) not in owed and not (_units(f) & touched) and f["unit"]
    ]
    return Round(judged, tuple(alarms), sum(one.kind is None for one in planted))


def _lines(path: Path) -> list[Finding]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _units(finding: Finding) -> set[str]:
    return {finding["unit"], *(place["unit"] for place in finding["places"])} - {""}


def _judged(one: Planted, findings: Sequence[Finding], ledger: Sequence[Finding], others: Set[str]) -> Judged:
    """``others``: units with a mistake of their own: what several units share is owed to the one it is told of."""
    kind, work = one.kind, one.work
    assert kind is not None
    name = f"{work.name}{work.suffix}"
    own = [f for f in findings if f["file"] == name or (f["unit"] == one.code and f["file"] in ("", None))]
    if kind.tier == HARD or kind.tier == WHOLE:
        own += [f for f in findings if f not in own and one.code in _units(f)]
    told = tuple(f for f in own if any(_is(f, code, work.cells) for code in kind.codes))
    alone = [f for f in own if f in told or not _units(f) & others]
    roots = tuple(f for f in alone if f["severity"] in LOUD and not f["cause"])
    lines = [line for line in ledger if Path(line["path"]).stem.startswith(work.name)]
    as_sent = sorted(line["status"] for line in lines) == sorted(kind.status or ()) or (
        len(lines) == 1 and lines[0]["status"] in kind.status
    )
    if kind.tier != WHOLE:
        found = bool(told)
    elif kind.quiet:
        found = as_sent and not roots
    elif kind.status in (("accepted",), ()):
        found = bool(told)
    else:
        found = as_sent and all(line["reason"] for line in lines if line["status"] != "accepted")
    at = bool(work.cells) and found and kind.tier != WHOLE
    return Judged(
        one, told, roots, found, _names(work.cells, told) if at else None, _first(work.cells, told) if at else False,
        tuple(_wrong_repairs(own, one)),
    )  # fmt: skip


def _is(finding: Finding, wanted: str, cells: Sequence[tuple[str, str]]) -> bool:
    """Of a whole group (``XF-``) what merely remarks on other cells does not count."""
    if not wanted.endswith("-"):
        return bool(finding["code"] == wanted)
    return finding["code"].startswith(wanted) and (finding["severity"] in LOUD or _names(cells, [finding]))


def _names(cells: Sequence[tuple[str, str]], told: Iterable[Finding]) -> bool:
    places = {(p["sheet"], p["cell"]) for f in told for p in f["places"]}
    sheets = {sheet for sheet, _ in places}
    return any((sheet in sheets) if not cell else (sheet, cell) in places for sheet, cell in cells)


def _first(cells: Sequence[tuple[str, str]], told: Iterable[Finding]) -> bool:
    for f in told:
        at = f["likely"][0]["place"] if f["likely"] else 0
        for place in (f["places"][at : at + 1], f["places"][:1]):
            if any((p["sheet"], p["cell"]) in cells for p in place):
                return True
    return False


def _wrong_repairs(own: Iterable[Finding], one: Planted) -> Iterable[str]:
    for f in own:
        if f["repair"] is None or not f["places"]:
            continue
        at = f["places"][f["likely"][0]["place"] if f["likely"] else 0]
        key = Key(at["block"], at["instance"], at["row"] or "", at["field"])
        meant = one.work.value(key)
        if meant is not None and not same(f["repair"], meant):
            yield f"{f['code']} {at['sheet']}!{at['cell']}：{f['repair']}，应为 {meant}"


def same(said: str, meant: object) -> bool:
    """Whether a repair says the value that was meant."""
    try:
        return Decimal(said) == Decimal(str(meant))
    except InvalidOperation:
        return said == str(meant)


def by_kind(rounds: Iterable[Round]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in (j for r in rounds for j in r.judged):
        assert one.planted.kind is not None
        found[one.planted.kind.id].append(one)
    return found
