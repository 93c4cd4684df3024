"""A sample of the returns as real workbooks: filled, sent, collected; their facts held against those of the bulk way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.bureau.collection import SHEETS, Sent, suite
from toolkit.api import collect_into
from toolkit.catalog import read_data
from toolkit.store import Book
from toolkit.write import write_workbook

_COMPARED = "unit, form, block, instance, row, field, value_decimal, value_text, state, unit_of_measure, sheet, cell, typed_over"


@dataclass(frozen=True)
class Sample:
    """``facts``: those compared, of ``units`` returns; ``apart``: those that differ. ``over``: returns with a figure typed
    over a formula, ``told``: those of them of which the reader says so (WBK-04). Seconds: filling, collecting."""

    units: int
    facts: int
    apart: tuple[str, ...]
    over: int
    told: int
    filling: float
    collecting: float


def sample(files: Sequence[Sent], book: Path, folder: Path, count: int, seed: int, workers: int = 2) -> Sample:
    """Fill and collect ``count`` of the data files; ``book`` holds the same returns read without a workbook."""
    chosen = Random(f"sample {seed}").sample(files, min(count, len(files)))
    inbox = folder / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    for sent in chosen:
        data = read_data(sent.path, lambda _: suite())
        write_workbook(inbox / sent.name, suite(), data=data, instances=SHEETS)
    filled = time.perf_counter()
    collected_into = collect_into([inbox], folder / "out", suites=[suite().id], workers=workers)
    collected = time.perf_counter()
    units = [sent.name.split("_")[0] for sent in chosen]
    facts, apart = _compare(book, folder / "out", units)
    with Book(folder / "out") as held:
        rows = held.connection.execute("SELECT DISTINCT unit FROM facts WHERE typed_over").fetchall()
    over, told = {row[0] for row in rows}, {f.unit for f in collected_into.results.failed if f.code == "WBK-04"}
    return Sample(len(chosen), facts, tuple(apart), len(over), len(over & told), filled - begun, collected - filled)


def _compare(bulk: Path, real: Path, units: Sequence[str]) -> tuple[int, list[str]]:
    query = f"SELECT {_COMPARED} FROM facts WHERE list_contains($units, unit) ORDER BY ALL"
    rows = []
    for folder in (bulk, real):
        with Book(folder) as book:
            rows.append(book.connection.execute(query, {"units": list(units)}).fetchall())
    return len(rows[1]), list(_apart(*rows))


def _apart(bulk: Sequence[tuple[object, ...]], real: Sequence[tuple[object, ...]]) -> Iterator[str]:
    for only, where in ((set(bulk) - set(real), "bulk"), (set(real) - set(bulk), "workbook")):
        yield from (f"{where}: {row}" for row in sorted(only, key=str))
