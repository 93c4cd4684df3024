"""The law: for any fill, the live workbook (recalculated by LibreOffice), the SQL over the book and the reference
evaluator give the same verdict for every rule, and LibreOffice computes the cells we write as cached values.

``python -m bench.law [SUITE] [FILLS] [SEED]`` runs the long form and writes ``bench/results/law-<suite>.md``.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

from bench.fills import Filler
from bench.office import Office, Range
from toolkit.catalog import load_suite
from toolkit.formula import Cells, Check, Program, compile_suite, compute, evaluate_check, homes, select_checks
from toolkit.layout import Layout, SheetPlace, arrange
from toolkit.layout.places import a1
from toolkit.layout.verdicts import Zone, plan_zones, verdict_spot
from toolkit.model.fact import Fact, Identity, Key, Return, State, Value
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.parsed import facts_path, read_head, write_parsed
from toolkit.write import write_workbook

Home = tuple[str, str, str]
"""Check id, instance, row."""

INSTANCES = 2
BATCH = 50
MOST_SHOWN = 20
ENOUGH = 30


@dataclass
class Tally:
    """What a run saw: verdicts per check, and every disagreement."""

    fills: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    near: Counter[tuple[str, str]] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)
    cells: int = 0

    def scarce(self, checks: Sequence[Check], enough: int = ENOUGH) -> list[str]:
        """Checks that did not see enough verdicts of each kind, with what they saw."""
        lines = []
        for check in checks:
            seen = {kind: self.verdicts[check.id, kind] for kind in ("pass", "fail", "not_executable")}
            if min(seen.values()) < enough:
                lines.append(f"{check.id}: " + ", ".join(f"{kind} {count}" for kind, count in seen.items()))
        return lines


def word(value: bool | None) -> str:
    """A verdict as a word."""
    return "not_executable" if value is None else "pass" if value else "fail"


class Bench:
    """One suite, its blank opened in LibreOffice, and the SQL of its rules."""

    def __init__(self, suite: Suite, office: Office, folder: Path) -> None:
        self.suite, self.office, self.folder = suite, office, folder
        self.program: Program = compile_suite(suite)
        self.layout: Layout = arrange(suite, INSTANCES)
        self.zones: dict[str, Zone] = plan_zones(suite, self.program)
        self.checks = [c for c in self.program.checks if c.in_workbook]
        self.filler = Filler(self.layout, self.program)
        blank = folder / "blank.xlsx"
        write_workbook(blank, suite, instances=INSTANCES)
        office.open(blank)
        self.areas: list[Range] = [self._area(sheet) for sheet in self.layout.sheets]
        shown = office.formulas(self.areas)
        self.formulas = {area[0]: grid for area, grid in zip(self.areas, shown, strict=True)}

    def _area(self, sheet: SheetPlace) -> Range:
        """A form's sheet with its zone of verdicts."""
        zone = self.zones[sheet.form.id]
        return (sheet.name, 0, 0, max(sheet.last_row, len(zone.lines)), sheet.hidden_from + zone.width)

    def run(self, fills: int, seed: int, tally: Tally) -> None:
        """``fills`` random fills, compared three ways."""
        rng = Random(seed)
        pending: list[tuple[str, dict[Key, Value], frozenset[Key], dict[Home, bool | None]]] = []
        for number in range(fills):
            scarce = sorted(
                self.checks, key=lambda c: min(tally.verdicts[c.id, k] for k in ("pass", "fail", "not_executable"))
            )
            aims = [*scarce[:6], *rng.sample(self.checks, min(6, len(self.checks)))]
            values, typed_over = self.filler.fill(rng, aims)
            reference = self._reference(values, typed_over, tally)
            self._office_verdicts(number, values, typed_over, reference, tally)
            pending.append((f"{number:06d}", values, typed_over, reference))
            tally.fills += 1
            if len(pending) == BATCH or number == fills - 1:
                self._sql_verdicts(pending, tally)
                pending = []

    def _reference(
        self, values: Mapping[Key, Value], typed_over: frozenset[Key], tally: Tally
    ) -> dict[Home, bool | None]:
        cells = Cells(self.suite, compute(self.program, values, typed_over))
        found: dict[Home, bool | None] = {}
        for check in self.checks:
            for instance, row in homes(check, cells):
                verdict = evaluate_check(check, cells, instance, row)
                found[check.id, instance, row] = verdict.value
                tally.verdicts[check.id, word(verdict.value)] += 1
                for part in verdict.parts:
                    if isinstance(part.actual, Decimal) and isinstance(part.expected, Decimal):
                        gap = abs(part.actual - part.expected)
                        if 0 < gap <= Decimal("0.005"):
                            tally.near[check.id, "inside"] += 1
                        elif Decimal("0.005") < gap <= Decimal("0.01"):
                            tally.near[check.id, "outside"] += 1
        return found

    def _office_verdicts(
        self,
        number: int,
        values: Mapping[Key, Value],
        typed_over: frozenset[Key],
        reference: Mapping[Home, bool | None],
        tally: Tally,
    ) -> None:
        cells: list[tuple[str, int, int, object]] = []
        restore: list[tuple[str, int, int, object]] = []
        for key, value in values.items():
            spot = self.layout.spot(key)
            assert spot is not None
            cells.append((*spot, _for_office(value)))
            before = self.formulas[spot.sheet][spot.row][spot.column]
            restore.append((*spot, {"formula": before} if before else None))
        self.office.set(cells)
        shown = {area[0]: grid for area, grid in zip(self.areas, self.office.get(self.areas), strict=True)}
        self.office.set(restore)
        for check in self.checks:
            for home in self._homes(check):
                spot = verdict_spot(self.layout, self.zones[check.domain.form], check, *home)
                seen = shown[spot.sheet][spot.row][spot.column]
                expected = reference.get((check.id, *home), "none")
                if _office_word(seen) != (expected if expected == "none" else word(expected)):  # type: ignore[arg-type]
                    at = f"{spot.sheet}!{a1(spot.row, spot.column)}"
                    tally.disagreements.append(
                        f"fill {number} {check.id}{home} {at}: office {seen!r}, reference {expected}"
                    )
        self._computed(number, values, typed_over, shown, tally)

    def _homes(self, check: Check) -> Iterator[tuple[str, str]]:
        for sheet in self.layout.sheets:
            if sheet.form.id != check.domain.form:
                continue
            if check.domain.kind != "row":
                yield sheet.instance, ""
                continue
            place = sheet.by_block[check.domain.block]
            for row in check.rows or place.list_rows:
                yield sheet.instance, row

    def _computed(
        self,
        number: int,
        values: Mapping[Key, Value],
        typed_over: frozenset[Key],
        shown: Mapping[str, list[list[object]]],
        tally: Tally,
    ) -> None:
        """LibreOffice's value of every computed cell against ours."""
        for key, value in compute(self.program, values, typed_over).items():
            spot = self.layout.spot(key)
            if key in values or spot is None or self.suite.blocks[key.block].formula(key.row, key.field) is None:
                continue
            seen = shown[spot.sheet][spot.row][spot.column]
            tally.cells += 1
            same = (
                abs(Decimal(repr(seen)) - value) < Decimal("0.0000011")
                if isinstance(seen, float) and isinstance(value, Decimal)
                else seen == (value or "")
            )
            if not same:
                tally.disagreements.append(f"fill {number} computed {key}: office {seen!r}, ours {value!r}")

    def _sql_verdicts(
        self,
        pending: Sequence[tuple[str, dict[Key, Value], frozenset[Key], dict[Home, bool | None]]],
        tally: Tally,
    ) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            folder = Path(name)
            accepted = [self._accepted(folder, ret, values, typed) for ret, values, typed, _ in pending]
            build_book(folder, accepted, lambda edition: self.suite)
            with Book(folder) as book:
                seen = sql_verdicts(book, self.suite, self.program, self.checks)
        for ret, _, _, reference in pending:
            mine = {(c, i, r): v for (owner, c, i, r), v in seen.items() if owner == ret}
            for home in sorted(mine.keys() | reference.keys()):
                left, right = mine.get(home, "none"), reference.get(home, "none")
                if left is not right and left != right:
                    tally.disagreements.append(f"fill {ret} {home}: sql {left}, reference {right}")

    def _accepted(self, folder: Path, ret: str, values: Mapping[Key, Value], typed_over: frozenset[Key]) -> Accepted:
        write_parsed(folder, ret, as_return(self.layout, self.program, values, typed_over, ret))
        head = read_head(folder, ret)
        assert head is not None
        return Accepted(ret, f"{ret}.xlsx", f"{ret}.xlsx", "", head, facts_path(folder, ret))


def as_return(
    layout: Layout, program: Program, values: Mapping[Key, Value], typed_over: frozenset[Key], unit: str
) -> Return:
    """The return a reader finds for these typed values: every cell of every sheet in use."""
    suite = program.suite
    full = compute(program, values, typed_over)
    cells = Cells(suite, full)
    facts: dict[Key, Fact] = {}
    submitted = set()
    for sheet in layout.sheets:
        used_sheet = cells.used(sheet.form.id, sheet.instance)
        if used_sheet:
            submitted.add((sheet.form.id, sheet.instance))
        for place in sheet.blocks:
            block = place.block
            used = {*cells.rows(block.id, sheet.instance), *block.rows_by_id, ""}
            for (row, name), (at, column) in place.cells.items():
                key = Key(block.id, sheet.instance, row, name)
                if row in used and (used_sheet or full.get(key) is not None):
                    value = full.get(key)
                    state = State.BLANK if value in (None, "") else State.ZERO if value == 0 else State.VALUE
                    unit_of = block.by_id[name].unit
                    shown = "" if value is None else str(value)
                    facts[key] = Fact(key, value, state, shown, sheet.name, a1(at, column), unit_of, key in typed_over)
    identity = Identity(suite.region, suite.year, suite.stage, unit, unit, suite.edition, suite.id)
    return Return(identity, facts, (), frozenset(submitted))


def sql_verdicts(
    book: Book, suite: Suite, program: Program, checks: Sequence[Check]
) -> dict[tuple[str, str, str, str], bool | None]:
    """(ret, check, instance, row) → verdict, by the SQL the collector runs."""
    connection = book.relations(suite)
    groups: dict[object, list[Check]] = {}
    for check in checks:
        groups.setdefault((check.domain, check.rows), []).append(check)
    found: dict[tuple[str, str, str, str], bool | None] = {}
    for group in groups.values():
        result = connection.execute(select_checks(program, group))
        names = [column[0] for column in result.description]
        for line in result.fetchall():
            row = dict(zip(names, line, strict=True))
            for i, check in enumerate(group):
                if check.rows and row["row"] not in check.rows:
                    continue
                parts = [row[f"v_{i}_{j}_{k}"] for j, level in enumerate(check.levels) for k in range(len(level.parts))]
                verdict = False if False in parts else None if None in parts else True
                found[row["ret"], check.id, row["instance"] or "", row["row"] or ""] = verdict
    return found


def _for_office(value: Value) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if value is not None and not isinstance(value, str):
        return (value - type(value)(1899, 12, 30)).days
    return value


def _office_word(seen: object) -> str:
    if seen == "":
        return "none"
    return (
        {1.0: "pass", 0.0: "fail", 0.5: "not_executable"}.get(seen, f"?{seen!r}")
        if isinstance(seen, float)
        else f"?{seen!r}"
    )


def report(suite: Suite, bench: Bench, tally: Tally, seed: int, seconds: float) -> str:
    """The results as Markdown."""
    lines = [
        f"# The law: {suite.id}",
        "",
        f"`python -m bench.law {suite.id} {tally.fills} {seed}`: {tally.fills} fills, {sum(tally.verdicts.values())} verdicts of "
        f"{len(bench.checks)} checks, {tally.cells} computed cells; {len(tally.disagreements)} disagreements; {seconds:.0f} s.",
        "",
        "| check | pass | fail | not executable | within 0.005 | 0.005 to 0.01 |",
        "|---|---|---|---|---|---|",
    ]
    for check in bench.checks:
        counts = [tally.verdicts[check.id, kind] for kind in ("pass", "fail", "not_executable")]
        near = [tally.near[check.id, side] for side in ("inside", "outside")]
        lines.append(f"| {check.id} | " + " | ".join(str(n) for n in (*counts, *near)) + " |")
    scarce = tally.scarce(bench.checks)
    lines += ["", f"Fewer than {ENOUGH} of one kind: {len(scarce)}.", "", *(f"- {line}" for line in scarce)]
    lines += ["", *(f"- {line}" for line in tally.disagreements[:MOST_SHOWN])]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Run the long form; exit 1 on any disagreement."""
    arguments = sys.argv[1:]
    suite = load_suite(arguments[0] if arguments else "hebei-2021")
    fills = int(arguments[1]) if len(arguments) > 1 else 2000
    seed = int(arguments[2]) if len(arguments) > 2 else 20210101
    started = time.monotonic()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, Office() as office:
        bench = Bench(suite, office, Path(folder))
        bench.run(fills, seed, tally)
    text = report(suite, bench, tally, seed, time.monotonic() - started)
    target = Path(__file__).parent / "results" / f"law-{suite.id}.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(json.dumps({"disagreements": len(tally.disagreements), "report": str(target.relative_to(Path.cwd()))}))
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
