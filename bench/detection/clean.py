"""Clean returns in bulk: the budgets and self-evaluations of whole bureaus over three years, in legal variants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random

from bench.bureau.collection import Document, Tables, accepted, collect, failed, findings, readers, suite
from bench.bureau.forms import APPROVED, DRAFT, EVALUATED, budget
from bench.bureau.making import make_bureau
from bench.bureau.planting import drafts
from bench.bureau.tables import WHOLE, mapping
from bench.bureau.world import FIRST, LAST, Bureau
from bench.detection.ground import MOST_SHEETS, layout
from bench.detection.variants import moved_at_random
from bench.fills import Fill, Filler
from bench.returns import as_return
from toolkit.catalog import read_data
from toolkit.formula import compile_suite
from toolkit.model.fact import Key, Return, Value
from toolkit.model.finding import Finding
from toolkit.model.rule import Severity
from toolkit.store import Accepted
from toolkit.store.parsed import write_parsed


@dataclass(frozen=True)
class Clean:
    """``returns`` that were checked; what was told of them at error and at warning level."""

    returns: int
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def check_clean(seed: int, units: int, folder: Path, workers: int = 2) -> Clean:
    """Every return of a bureau: approved budgets of the years before, self-evaluations, this year's drafts."""
    bureau = make_bureau(seed, units)
    drawn, weighed = drafts(bureau, DRAFT), drafts(bureau, EVALUATED)
    approved = [budget(bureau, unit, year, APPROVED) for unit in bureau.units for year in range(FIRST, LAST)]
    with readers(workers) as pool:
        before = _parse(approved, folder, pool)
        evaluated = _parse(list(weighed.documents.values()), folder, pool)
        now = _parse(list(drawn.documents.values()), folder, pool)
    earlier, later = collect([*before, *evaluated], folder / "earlier"), collect(now, folder / "later")
    control = [row for row in drawn.control if row[0] != WHOLE]
    found = failed(findings(earlier, _tables(bureau), None))
    found += failed(findings(later, replace(_tables(bureau), roster=drawn.roster, control=control), earlier))
    return Clean(len(before) + len(evaluated) + len(now), _at(found, Severity.ERROR), _at(found, Severity.WARNING))


def _tables(bureau: Bureau) -> Tables:
    return Tables(mapping=mapping(bureau))


def _at(found: Sequence[Finding], severity: Severity) -> tuple[str, ...]:
    return tuple(f"{f.code} {f.unit} {f.message}" for f in found if f.severity is severity)


def _parse(documents: Sequence[Document], folder: Path, pool: Executor | None) -> list[Accepted]:
    tasks = [(json.dumps(document, ensure_ascii=False), folder) for document in documents]
    keys = list(pool.map(_keep, tasks, chunksize=8)) if pool is not None else [_keep(task) for task in tasks]
    return [accepted(f"{key[:12]}.xlsx", key, folder / "parsed") for key in keys]


def _keep(task: tuple[str, Path]) -> str:
    text, folder = task
    key = sha256(text.encode()).hexdigest()
    (folder / "parsed").mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}.json"
    path.write_text(text, encoding="utf-8")
    write_parsed(folder / "parsed", key, _as_read(path, Random(key)))
    path.unlink()
    return key


def _as_read(path: Path, rng: Random) -> Return:
    """What the reader finds in the workbook, which is sent in one of the legal variants."""
    data = read_data(path, lambda _: suite())
    who = data.identity
    typed: dict[Key, Value] = {
        Key("cover", "", "", name): value
        for name, value in (
            ("region", who.region), ("year", Decimal(who.year)), ("stage", who.stage), ("unit_code", who.unit),
            ("unit_name", who.unit_name),
        )
    }  # fmt: skip
    typed |= data.values
    moved_at_random(typed, suite(), rng)
    found = as_return(Filler(layout(MOST_SHEETS), compile_suite(suite())), Fill(typed, dict(data.marks)), who.unit)
    return replace(found, identity=replace(who, edition=suite().edition, suite=suite().id))
