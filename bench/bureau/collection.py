"""Data files → what a reader would find in their workbooks → a book → the findings on it.

Everything here is the product's own but the writing and reading of workbooks, which ``workbooks`` does for a sample:
the facts are the same, and a test and every published run hold them against each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.bureau.score import Found
from bench.bureau.tables import CONTROL, MAPPING, ROSTER, Row, write_table
from bench.bureau.truth import Cell
from bench.fills import Fill, Filler
from bench.returns import as_return
from toolkit.catalog import load_suite, read_data
from toolkit.check import Bureau, run_checks
from toolkit.formula import compile_suite
from toolkit.layout import arrange
from toolkit.model.fact import Key, Return, Value
from toolkit.model.finding import FAIL, Finding
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.bureau import read_control, read_mapping, read_roster
from toolkit.store.parsed import facts_path, read_head, write_parsed

SUITE = "standard"
SHEETS = 6
Document = Mapping[str, Any]


@cache
def suite() -> Suite:
    """The suite of the synthetic bureau."""
    return load_suite(SUITE)


@cache
def _filler() -> Filler:
    return Filler(arrange(suite(), instances=SHEETS), compile_suite(suite()))


@dataclass(frozen=True)
class Sent:
    """One data file on disk. ``name``: that of the workbook a unit would send."""

    name: str
    path: Path

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def write_data_files(documents: Iterable[Document], folder: Path) -> list[Sent]:
    """A file a return, as ``toolkit fill`` takes it."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for document in documents:
        name = f"{document['unit']['code']}_{document['year']}_{document['stage']}"
        path = folder / f"{name}.json"
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        found.append(Sent(f"{name}.xlsx", path))
    return found


def as_read(path: Path) -> Return:
    """What the reader finds in the workbook filled with a data file."""
    data = read_data(path, lambda _: suite())
    who = data.identity
    issued: dict[str, Value] = {"region": who.region, "year": Decimal(who.year), "stage": who.stage}
    issued |= {"unit_code": who.unit, "unit_name": who.unit_name}
    fill = Fill(
        {Key("cover", "", "", name): value for name, value in issued.items()} | dict(data.values), dict(data.marks)
    )
    found = as_return(_filler(), fill, data.identity.unit)
    return replace(found, identity=replace(data.identity, edition=suite().edition, suite=suite().id))


def _keep(task: tuple[Sent, Path]) -> str:
    sent, parsed = task
    key = sent.sha256
    if read_head(parsed, key) is None:
        write_parsed(parsed, key, as_read(sent.path))
    return key


@contextmanager
def readers(workers: int) -> Iterator[Executor | None]:
    """Processes that parse, or None for this one alone."""
    if workers < 2:
        yield None
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool


def parse(files: Sequence[Sent], parsed: Path, pool: Executor | None = None) -> list[Accepted]:
    """Parsed returns in ``parsed``, as a collection keeps them; what is there already stays."""
    parsed.mkdir(parents=True, exist_ok=True)
    tasks = [(sent, parsed) for sent in files]
    keys = list(pool.map(_keep, tasks, chunksize=8)) if pool is not None else [_keep(task) for task in tasks]
    return [accepted(sent.name, key, parsed) for sent, key in zip(files, keys, strict=True)]


def accepted(name: str, sha256: str, parsed: Path) -> Accepted:
    """A parsed return as one that was taken in. Raises KeyError where it was not kept."""
    head = read_head(parsed, sha256)
    if head is None:
        raise KeyError(name)
    return Accepted(sha256, name, name, "", head, facts_path(parsed, sha256))


@dataclass(frozen=True)
class Tables:
    """The bureau's own tables of a collection; None where it hands in none."""

    roster: Sequence[Row] | None = None
    control: Sequence[Row] | None = None
    mapping: Sequence[Row] | None = None


def collect(returns: Sequence[Accepted], folder: Path) -> Path:
    """A book of parsed returns in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        {"seq": n, "sha256": a.sha256, "path": a.path, "unit": a.head.identity.unit, "status": "accepted"}
        for n, a in enumerate(returns)
    ]
    build_book(folder, returns, lambda _: suite(), lines)
    return folder


def findings(folder: Path, tables: Tables, prior: Path | None = None) -> list[Finding]:
    """All findings on the book in ``folder``, those that say “could not run” too."""
    with Book(folder) as book:
        before = Book(prior) if prior is not None else None
        try:
            return run_checks(book, {suite().edition: suite()}, _bureau(folder, tables, before))
        finally:
            if before is not None:
                before.close()


def _bureau(folder: Path, tables: Tables, prior: Book | None) -> Bureau:
    roster, control, mapping = tables.roster, tables.control, tables.mapping
    return Bureau(
        roster=None if roster is None else read_roster(write_table(folder / "roster.csv", ROSTER, roster)),
        control=None if control is None else read_control(write_table(folder / "control.csv", CONTROL, control)),
        prior=prior,
        mapping=() if mapping is None else read_mapping(write_table(folder / "mapping.csv", MAPPING, mapping)),
    )


def failed(found: Iterable[Finding]) -> list[Finding]:
    """Without those that could not run."""
    return [f for f in found if f.result == FAIL]


def scored(found: Iterable[Finding]) -> list[Found]:
    """Failed findings as the scorer takes them."""
    return [
        Found(
            f.code,
            str(f.severity),
            f.unit,
            tuple((p.unit, Cell(p.form, p.block, p.row or "", p.field, p.instance)) for p in f.places),
            f.expected,
            tuple((guess.place, guess.value) for guess in f.likely),
            f"{f.fingerprint}|{f.values_hash}|{f.message if not f.fingerprint else ''}",
            f.message,
        )
        for f in failed(found)
    ]
