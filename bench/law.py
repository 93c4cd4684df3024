"""The law: for any fill, the live workbook (recalculated by LibreOffice), the SQL over the book and the reference
evaluator give the same verdict for every rule, and LibreOffice computes the cells we write as cached values.

``python -m bench.law [SUITE] [FILLS] [SEED]`` runs the long form on two LibreOffices and writes
``bench/results/law-<suite>.md``.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from bench.edges import comparisons
from bench.fills import Fill, Filler
from bench.kinds import Truth, possible, word
from bench.office import Office, Range
from bench.returns import as_return
from bench.steer import steer
from bench.tally import ENOUGH, Tally, report, seen, wanted
from toolkit.catalog import load_suite
from toolkit.formula import Check, Program, compile_suite, evaluate_check, homes, select_checks
from toolkit.layout import Layout, SheetPlace, arrange
from toolkit.layout.places import Spot, a1
from toolkit.layout.verdicts import Zone, plan_zones, verdict_spot
from toolkit.model.fact import Key, Value
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.parsed import facts_path, read_head, write_parsed
from toolkit.write import write_workbook

Home = tuple[str, str, str]
"""Check id, instance, row."""

INSTANCES = (2, 3)
"""Sheets of a repeated form, per LibreOffice."""
BATCH = 100
AIMS = 12
NONE = "none"


@dataclass(frozen=True)
class Filled:
    """One fill and what the reference evaluator says about it."""

    name: str
    fill: Fill
    full: dict[Key, Value]
    verdicts: dict[Home, Truth]


class Bench:
    """One suite, its blank opened in LibreOffice, and the SQL of its rules.

    ``checks`` is what the reference is asked; the workbook and the SQL come from the suite.
    """

    def __init__(self, suite: Suite, office: Office, folder: Path, instances: int = INSTANCES[0]) -> None:
        self.suite, self.office, self.folder = suite, office, folder
        self.program: Program = compile_suite(suite)
        self.layout: Layout = arrange(suite, instances)
        self.checks = [c for c in self.program.checks if c.in_workbook]
        self.filler = Filler(self.layout, self.program)
        blank = folder / "blank.xlsx"
        write_workbook(blank, suite, instances=instances)
        office.open(blank)
        zones = plan_zones(suite, self.program)
        self.areas: list[Range] = [_area(sheet, zones[sheet.form.id]) for sheet in self.layout.sheets]
        shown = office.formulas(self.areas)
        self.formulas = {area[0]: grid for area, grid in zip(self.areas, shown, strict=True)}
        self.spots: dict[Home, Spot] = {
            (check.id, *home): verdict_spot(self.layout, zones[check.domain.form], check, *home)
            for check in self.checks
            for home in self._every_home(check)
        }
        self.kinds = {check.id: possible(check) for check in self.checks}
        self.comparisons = {check.id: comparisons(check) for check in self.checks}
        self._typed: dict[Spot, object] = {}

    def run(self, fills: int, seed: int, tally: Tally, tell: Callable[[int], None] = lambda done: None) -> None:
        """``fills`` random fills, steered to what was seen least, compared three ways."""
        rng = Random(seed)
        pending: list[Filled] = []
        for number in range(fills):
            fill = self.filler.fill(rng)
            for check, aim in self._aims(tally, rng):
                self._steer(check, aim, fill, rng, tally)
            pending.append(self.judge(f"{seed}-{number}", fill, tally))
            tally.fills += 1
            if len(pending) == BATCH or number == fills - 1:
                self._sql(pending, tally)
                pending = []
                tell(number + 1)

    def judge(self, name: str, fill: Fill, tally: Tally) -> Filled:
        """What the reference says of one fill, once LibreOffice was asked too."""
        filled = self._reference(name, fill, tally)
        self._office(filled, tally)
        return filled

    def _aims(self, tally: Tally, rng: Random) -> list[tuple[Check, Truth | str]]:
        """What was seen least (and not tried in vain too often), and a few at random."""
        every = [(check, aim) for check in self.checks for aim in wanted(check, self.kinds)]

        def rank(pair: tuple[Check, Truth | str]) -> tuple[float, float]:
            check, aim = pair
            count = seen(tally, check.id, aim)
            return (count if count < 2 * ENOUGH else 2 * ENOUGH) + tally.missed[check.id, aim] / 8, rng.random()

        return [*sorted(every, key=rank)[: AIMS - 4], *rng.sample(every, min(4, len(every)))]

    def _steer(self, check: Check, aim: Truth | str, fill: Fill, rng: Random, tally: Tally) -> None:
        edge = aim if isinstance(aim, str) else None
        want = rng.choice([k for k in (True, False) if k in self.kinds[check.id]]) if isinstance(aim, str) else aim
        tally.tried[check.id, aim] += 1
        if not steer(self.filler, check, want, fill, rng, edge):
            tally.missed[check.id, aim] += 1

    def _reference(self, name: str, fill: Fill, tally: Tally) -> Filled:
        cells = self.filler.cells(fill)
        found: dict[Home, Truth] = {}
        for check in self.checks:
            for home in homes(check, cells):
                value = evaluate_check(check, cells, *home).value
                found[(check.id, *home)] = value
                tally.verdicts[check.id, value] += 1
                tally.measure(check, self.comparisons[check.id], cells, home)
        tally.marks += len(fill.marks)
        tally.typed_over += len(self.filler.typed_over(fill))
        return Filled(name, fill, self.filler.full(fill), found)

    def type_in(self, fill: Fill) -> None:
        """Type a fill into the open workbook in place of the one before."""
        typed: dict[Spot, object] = {}
        for key, value in (*fill.values.items(), *fill.marks.items()):
            spot = self.layout.spot(key)
            assert spot is not None
            typed[spot] = _for_office(value)
        cells = [(*spot, value) for spot, value in typed.items() if self._typed.get(spot) != value]
        for spot in self._typed.keys() - typed.keys():
            before = self.formulas[spot.sheet][spot.row][spot.column]
            cells.append((*spot, {"formula": before} if before else None))
        self.office.set(sorted(cells, key=lambda cell: cell[:3]))
        self._typed = typed

    def _office(self, filled: Filled, tally: Tally) -> None:
        self.type_in(filled.fill)
        shown = {area[0]: grid for area, grid in zip(self.areas, self.office.get(self.areas), strict=True)}
        for home, spot in self.spots.items():
            seen_there = _office_word(shown[spot.sheet][spot.row][spot.column])
            expected = word(filled.verdicts[home]) if home in filled.verdicts else NONE
            if seen_there != expected:
                at = f"{spot.sheet}!{a1(spot.row, spot.column)}"
                tally.disagreements.append(f"fill {filled.name} {home} {at}: office {seen_there}, reference {expected}")
        for key, value in filled.full.items():
            at_cell = self.layout.spot(key)
            if at_cell is None or self.filler.formula(key) is None or key in filled.fill.values | filled.fill.marks:
                continue
            cell = shown[at_cell.sheet][at_cell.row][at_cell.column]
            tally.cells += 1
            if not _same(cell, value):
                tally.disagreements.append(f"fill {filled.name} computed {key}: office {cell!r}, ours {value!r}")

    def _every_home(self, check: Check) -> Iterator[tuple[str, str]]:
        for sheet in self.layout.sheets:
            if sheet.form.id != check.domain.form:
                continue
            rows = check.rows or sheet.by_block[check.domain.block].list_rows if check.domain.kind == "row" else ("",)
            yield from ((sheet.instance, row) for row in rows)

    def _sql(self, pending: Sequence[Filled], tally: Tally) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            folder = Path(name)
            build_book(folder, [self._accepted(folder, f) for f in pending], lambda edition: self.suite)
            with Book(folder) as book:
                found = sql_verdicts(book, self.program)
        for filled in pending:
            mine = found.get(filled.name, {})
            for home in sorted(mine.keys() | filled.verdicts.keys()):
                left, right = mine.get(home, NONE), filled.verdicts.get(home, NONE)
                if left is not right and left != right:
                    tally.disagreements.append(f"fill {filled.name} {home}: sql {left}, reference {right}")

    def _accepted(self, folder: Path, filled: Filled) -> Accepted:
        ret = filled.name
        write_parsed(folder, ret, as_return(self.filler, filled.fill, ret))
        head = read_head(folder, ret)
        assert head is not None
        return Accepted(ret, f"{ret}.xlsx", f"{ret}.xlsx", "", head, facts_path(folder, ret))


def sql_verdicts(book: Book, program: Program) -> dict[str, dict[Home, Truth]]:
    """ret → (check, instance, row) → verdict, by the SQL the collector runs."""
    connection = book.relations(program.suite)
    groups: dict[object, list[Check]] = {}
    for check in program.checks:
        if check.in_workbook:
            groups.setdefault(check.domain, []).append(check)
    found: dict[str, dict[Home, Truth]] = {}
    for group in groups.values():
        result = connection.execute(select_checks(program, group))
        names = [column[0] for column in result.description]
        for line in result.fetchall():
            _line(dict(zip(names, line, strict=True)), group, found)
    return found


def _line(row: Mapping[str, object], group: Sequence[Check], found: dict[str, dict[Home, Truth]]) -> None:
    for i, check in enumerate(group):
        if check.rows and row["row"] not in check.rows:
            continue
        parts = [row[f"v_{i}_{j}_{k}"] for j, level in enumerate(check.levels) for k in range(len(level.parts))]
        verdict = False if False in parts else None if None in parts else True
        home = (check.id, str(row["instance"] or ""), str(row["row"] or ""))
        found.setdefault(str(row["ret"]), {})[home] = verdict


def _area(sheet: SheetPlace, zone: Zone) -> Range:
    """A form's sheet with its zone of verdicts."""
    return (sheet.name, 0, 0, max(sheet.last_row, len(zone.lines)), sheet.hidden_from + zone.width)


def _same(shown: object, value: Value) -> bool:
    if isinstance(shown, float) and isinstance(value, Decimal):
        return abs(Decimal(repr(shown)) - value) < Decimal("0.0000011")
    return shown == (value or "")


def _for_office(value: Value) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if value is not None and not isinstance(value, str):
        return (value - type(value)(1899, 12, 30)).days
    return value


def _office_word(seen_there: object) -> str:
    if seen_there == "":
        return NONE
    words = {1.0: "pass", 0.0: "fail", 0.5: "not_executable"}
    return words.get(seen_there, f"?{seen_there!r}") if isinstance(seen_there, float) else f"?{seen_there!r}"


def shard(suite: str, fills: int, seed: int, instances: int) -> Tally:
    """One LibreOffice's share of a long run."""
    tally = Tally()
    told: list[str] = []

    def tell(done: int) -> None:
        print(f"seed {seed}: {done} of {fills}, {len(tally.disagreements)} disagreements", file=sys.stderr, flush=True)
        for line in tally.disagreements[len(told) :]:
            print(f"  {line}", file=sys.stderr, flush=True)
            told.append(line)

    with tempfile.TemporaryDirectory() as folder, Office() as office:
        Bench(load_suite(suite), office, Path(folder), instances).run(fills, seed, tally, tell)
    return tally


def main() -> int:
    """Run the long form; exit 1 on any disagreement."""
    arguments = sys.argv[1:]
    name = arguments[0] if arguments else "hebei-2021"
    fills = int(arguments[1]) if len(arguments) > 1 else 2000
    seed = int(arguments[2]) if len(arguments) > 2 else 20210101
    started = time.monotonic()
    shares = [(fills + 1) // 2, fills // 2]
    tally = Tally()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        runs = [pool.submit(shard, name, share, seed + n, INSTANCES[n]) for n, share in enumerate(shares) if share]
        for run in runs:
            tally.add(run.result())
    suite = load_suite(name)
    checks = [c for c in compile_suite(suite).checks if c.in_workbook]
    command = f"`python -m bench.law {name} {fills} {seed}` in {time.monotonic() - started:.0f} s"
    note = f"{command}; edition {suite.edition}; workbooks with {INSTANCES[0]} and {INSTANCES[1]} project sheets."
    target = Path(__file__).parent / "results" / f"law-{name}.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(report(name, checks, tally, [note]), encoding="utf-8")
    print(json.dumps({"disagreements": len(tally.disagreements), "report": str(target)}))
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
