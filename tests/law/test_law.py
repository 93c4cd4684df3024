"""For any fill: verdicts of the live workbook = SQL = reference evaluator, and what a reader finds is what we say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from bench.fills import Fill, Filler
from bench.law import Bench
from bench.office import Office
from bench.returns import as_return, identity
from bench.steer import steer
from bench.tally import Tally
from toolkit.catalog import load_suite
from toolkit.formula import Check, Op, Type, compile_suite
from toolkit.layout import arrange
from toolkit.model.fact import Key, Return, UnitData
from toolkit.model.form import Suite
from toolkit.read import read_bytes
from toolkit.write import write_workbook

pytestmark = pytest.mark.slow

SUITES = Path(__file__).parents[1] / "suites"
MINI, HEBEI, SHIJIAZHUANG = str(SUITES / "mini"), "hebei-2021", "shijiazhuang-2020"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office() as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def filler(suite: Suite) -> Filler:
    return Filler(arrange(suite, 2), compile_suite(suite))


def steered(filler: Filler, rng: Random) -> Fill:
    """A random fill pushed at the boundaries of some checks."""
    fill = filler.fill(rng)
    checks = [c for c in filler.program.checks if c.in_workbook]
    for check in rng.sample(checks, min(8, len(checks))):
        steer(filler, check, rng.choice((True, False, None)), fill, rng)
    return fill


def read_back(path: Path, suite: Suite) -> Return:
    return read_bytes(path.read_bytes(), path.name, lambda edition: suite if edition == suite.edition else None)


def essence(found: Return) -> dict[object, object]:
    """What the rules see of a return, and what is said about how it got there."""
    facts: dict[object, object] = {k: (f.value, f.state, f.typed_over) for k, f in found.facts.items()}
    return facts | {"submitted": found.submitted}


@pytest.mark.parametrize(
    ("name", "fills"), [(MINI, 60), (HEBEI, 25), (SHIJIAZHUANG, 10)], ids=lambda v: Path(str(v)).name
)
def test_workbook_sql_and_evaluator_agree(name: str, fills: int, office: Office, folder: Path) -> None:
    bench, tally = Bench(load_suite(name), office, folder), Tally()
    bench.run(fills, 20210101, tally)
    assert tally.disagreements == []
    assert tally.fills == fills
    assert {verdict for _, verdict in tally.verdicts} == {True, False, None}
    assert min(tally.cells, tally.marks, tally.typed_over) > 0


def test_a_rule_that_means_something_else_is_noticed_in_the_workbook_and_in_the_sql(
    office: Office, folder: Path
) -> None:
    bench, tally = Bench(load_suite(MINI), office, folder), Tally()
    at = next(n for n, check in enumerate(bench.checks) if bench.comparisons[check.id])
    bench.checks[at] = denied(bench.checks[at])
    bench.run(10, 7, tally)
    mine = [line for line in tally.disagreements if bench.checks[at].id in line]
    assert mine == tally.disagreements
    assert any(": office " in line for line in mine)
    assert any(": sql " in line for line in mine)


def test_a_computed_cell_that_shows_something_else_is_noticed(office: Office, folder: Path) -> None:
    bench, tally = Bench(load_suite(MINI), office, folder), Tally()
    computed = next(c for c in bench.program.computed if c.row not in ("", "*"))
    spot = bench.layout.spot(Key(computed.block, "", computed.row, computed.field))
    assert spot is not None
    office.set([(*spot, -123.0)])
    bench.run(5, 7, tally)
    assert any("computed" in line and "-123" in line for line in tally.disagreements)


def test_the_noise_of_a_sum_of_doubles_is_not_magnified_by_a_share(office: Office, folder: Path) -> None:
    """2549.2 − 2549.197 is 0.00299999999970 in doubles: a share of it would be wrong in the second place."""
    bench, tally = Bench(load_suite(HEBEI), office, folder), Tally()
    amounts = {"personnel": "2549.2", "project": "-2549.197"}
    fill = Fill({Key("expenditure", "", row, "this_year"): Decimal(v) for row, v in amounts.items()})
    shares = bench.judge("noise", fill, tally).full
    assert shares[Key("expenditure", "", "personnel", "share")] == Decimal("84973333.33")
    assert tally.disagreements == []


def denied(check: Check) -> Check:
    """The opposite of a check, under its name."""
    levels = tuple(
        replace(level, parts=tuple(replace(p, bound=Op("NOT", (p.bound,), Type.BOOLEAN)) for p in level.parts))
        for level in check.levels
    )
    return replace(check, levels=levels)


@pytest.mark.parametrize("name", [MINI, HEBEI], ids=lambda v: Path(v).name)
def test_what_we_take_for_the_return_is_what_the_reader_finds(name: str, folder: Path) -> None:
    suite, rng = load_suite(name), Random(11)
    made = filler(suite)
    for number in range(6):
        fill = steered(made, rng)
        data = UnitData(suite.id, identity(suite, ""), fill.values, fill.marks)
        path = folder / f"{number}.xlsx"
        write_workbook(path, suite, data=data, instances=2)
        assert essence(read_back(path, suite)) == essence(as_return(made, fill, ""))


@pytest.mark.parametrize("name", [MINI, HEBEI], ids=lambda v: Path(v).name)
def test_the_collector_reads_what_libreoffice_saves(name: str, office: Office, folder: Path) -> None:
    suite, rng = load_suite(name), Random(12)
    bench = Bench(suite, office, folder)
    for number in range(3):
        fill = steered(bench.filler, rng)
        bench.type_in(fill)
        path = office.save(folder / f"saved{number}.xlsx", "Calc MS Excel 2007 XML")
        assert essence(read_back(path, suite)) == essence(as_return(bench.filler, fill, ""))
