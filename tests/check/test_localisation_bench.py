"""The published figures of localisation rest on these: consistent returns, faults that are noticed, an honest count."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from bench.fills import Filler
from bench.localisation.books import PROJECTS, consistent
from bench.localisation.ceiling import ceiling
from bench.localisation.measure import Told, told
from bench.localisation.plant import broken, plant, plant_two
from bench.localisation.slips import KINDS, chance
from toolkit.formula import compile_suite
from toolkit.layout import arrange
from toolkit.model.form import Suite

BENCH = Path(__file__).parents[2] / "bench" / "localisation"


@pytest.fixture(scope="module")
def filler(hebei: Suite) -> Filler:
    return Filler(arrange(hebei, PROJECTS), compile_suite(hebei))


@pytest.mark.parametrize("name", ["books", "slips", "plant"])
def test_what_plants_the_faults_knows_nothing_of_what_finds_them(name: str) -> None:
    tree = ast.parse((BENCH / f"{name}.py").read_text("utf-8"))
    imported = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    imported += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert imported
    assert not [one for one in imported if one.startswith("toolkit.check")]


def test_a_planted_return_was_consistent_and_one_entry_broke_it(filler: Filler) -> None:
    for seed in (1, 3):
        one = plant(filler, seed)
        assert one.typed != one.meant
        assert len(list(broken(filler.program, filler.cells(one.fill)))) == one.broken > 0
        mended = one.fill.copy()
        mended.put(one.key, one.meant)
        assert not list(broken(filler.program, filler.cells(mended)))


def test_a_second_fault_breaks_more_than_the_first(filler: Filler) -> None:
    first, second = plant_two(filler, 1)
    assert first.key != second.key
    assert first.fill is second.fill
    assert second.broken > first.broken


def test_the_same_seed_plants_the_same_fault(filler: Filler) -> None:
    assert plant(filler, 5) == plant(filler, 5)
    assert consistent(Random(1)).values != consistent(Random(2)).values


def test_the_chance_of_a_slip_is_its_share_over_the_ways_it_can_go() -> None:
    assert chance(Decimal("-12.5"), Decimal("12.5"), []) == pytest.approx(KINDS["sign"][2])
    assert chance(Decimal(125000), Decimal("12.5"), []) == pytest.approx(KINDS["units"][2] * 3 / 4)
    assert chance(Decimal(7777), Decimal("12.5"), []) == 0


@pytest.mark.slow
def test_planted_faults_are_found_as_far_as_can_be_known(filler: Filler, tmp_path: Path) -> None:
    planted = [plant(filler, seed) for seed in range(1, 41, 2)]
    found = told(filler, planted, tmp_path)
    assert _share(found, 1) >= 0.8
    assert _share(found, 3) >= 0.95
    assert sum(one.valued for one in found) >= 0.7 * len(found)
    assert all(repair == (one.planted.key, one.planted.meant) for one in found for repair in one.repairs)
    for one in planted[:5]:
        first, three = ceiling(filler, one)
        assert 0 < first <= three <= 1


def _share(found: list[Told], most: int) -> float:
    return sum(one.rank is not None and one.rank <= most for one in found) / len(found)
