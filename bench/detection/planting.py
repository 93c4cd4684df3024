"""Which mistake goes into which return, and the files as units would send them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from bench.bureau.world import Unit
from bench.detection import amounts, consistent, formulas, lists, pasted, texts, whole
from bench.detection.ground import YEAR, Ground, layout
from bench.detection.variants import VARIANTS, chosen
from bench.detection.work import KINDS, Kind, Work
from bench.office import Office

FAMILIES = (amounts, texts, formulas, lists, pasted, whole, consistent)
"""The modules that register the kinds, in the order of the table."""


def kinds() -> list[Kind]:
    order = {module.__name__: number for number, module in enumerate(FAMILIES)}
    by_module = {kind.id: order.get(kind.make.__module__, 0) for kind in KINDS.values()}
    return sorted(KINDS.values(), key=lambda kind: by_module[kind.id])


@dataclass(frozen=True)
class Planted:
    """A return that is sent: with one mistake of a kind, or a legal variant of a clean one."""

    code: str
    work: Work
    kind: Kind | None = None
    variant: str = ""


def plant(ground: Ground, wanted: Sequence[Kind]) -> tuple[list[Planted], list[Kind]]:
    """One mistake of each kind in a unit of its own; the other units send clean returns. And the kinds that found none."""
    units = list(ground.held.bureau.units)
    free = ground.site(units[0], []).rng.sample(units, len(units))
    found: list[Planted] = []
    left = []
    for kind in sorted(wanted, key=lambda kind: kind.make.__module__ != consistent.__name__):
        made = _one(ground, kind, free)
        if made is None:
            left.append(kind)
            continue
        found.append(made)
        gone = {made.code, *made.work.site.concerned}
        free = [unit for unit in free if unit.code(YEAR) not in gone]
    taken = {one.code for one in found}
    rest = [unit for unit in units if unit.code(YEAR) not in taken]
    return [*found, *(_clean(ground, unit, number) for number, unit in enumerate(rest))], left


def _work(ground: Ground, unit: Unit, others: Sequence[Unit]) -> Work:
    code = unit.code(YEAR)
    sheets = len(ground.held.documents[code]["forms"]["target"]) + 1
    return Work(ground, ground.site(unit, others), layout(sheets), ground.facts(code), f"{code}_{unit.name}")


def _one(ground: Ground, kind: Kind, free: Sequence[Unit]) -> Planted | None:
    for unit in free:
        code = unit.code(YEAR)
        kept = copy.deepcopy(ground.held.documents[code]), list(ground.held.roster), list(ground.held.control)
        work = _work(ground, unit, [other for other in free if other is not unit])
        if kind.make(work):
            return Planted(code, work, kind)
        ground.held.documents[code], ground.held.roster, ground.held.control = kept
    return None


def _clean(ground: Ground, unit: Unit, number: int) -> Planted:
    work = _work(ground, unit, [])
    VARIANTS[chosen(number)](work)
    return Planted(unit.code(YEAR), work, variant=chosen(number))


def send(planted: Iterable[Planted], inbox: Path, offices: Sequence[Office]) -> None:
    """Write each workbook, make its mistake in LibreOffice, which calculates and saves it, and put it into ``inbox``."""
    inbox.mkdir(parents=True, exist_ok=True)
    idle: SimpleQueue[Office] = SimpleQueue()
    for office in offices:
        idle.put(office)

    def one(given: Planted) -> None:
        office = idle.get()
        try:
            _send(given, inbox, office)
        finally:
            idle.put(office)

    with ThreadPoolExecutor(len(offices)) as pool:
        list(pool.map(one, planted))


def _send(planted: Planted, inbox: Path, office: Office) -> None:
    work = planted.work
    draft = inbox.parent / f"{planted.code}.xlsx"
    work.write(draft)
    for change in work.before:
        change(draft)
    path = inbox / f"{work.name}{work.suffix}"
    if work.saved:
        office.edit(draft, [("unprotect",), *work.steps], path)
        draft.unlink()
    else:
        draft.replace(path)
    for change in work.after:
        change(path)
    for name, data in work.extra:
        path.with_name(f"{name}{path.suffix}").write_bytes(data(path))
