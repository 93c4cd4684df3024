"""What a check can be at all is read off its terms; what is steered to really has the verdict that was wanted."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from bench.edges import INSIDE
from bench.fills import Fill, Filler
from bench.kinds import KINDS, possible, why_not
from bench.steer import steer
from toolkit.catalog import load_suite
from toolkit.formula import Check, Program, compile_suite
from toolkit.layout import arrange
from toolkit.model.fact import Key, Value
from toolkit.model.form import Suite

HERE = Path(__file__).parents[1] / "suites" / "mini"


@pytest.fixture(scope="module")
def hebei() -> Suite:
    return load_suite("hebei-2021")


@pytest.fixture(scope="module")
def checks(hebei: Suite) -> dict[str, Check]:
    return {check.id: check for check in compile_suite(hebei).checks}


def test_a_rule_about_blanks_alone_is_always_executable(checks: dict[str, Check]) -> None:
    assert possible(checks["COD-01"]) == {True, False}
    assert why_not(checks["COD-01"], None) == "it asks only whether cells are blank, which is always known"


def test_a_guarded_comparison_is_always_executable(checks: dict[str, Check]) -> None:
    assert possible(checks["TYP-01:cover"]) == {True, False}


def test_an_open_list_denies_nothing(checks: dict[str, Check]) -> None:
    assert possible(checks["ENU-06:procurement[]"]) == {True, None}
    assert "procurement_catalog" in why_not(checks["ENU-06:procurement[]"], False)


def test_a_comparison_of_two_cells_can_be_everything(checks: dict[str, Check]) -> None:
    assert possible(checks["SUM-04"]) == set(KINDS)


def test_whatever_is_possible_can_be_steered_to() -> None:
    program: Program = compile_suite(load_suite(HERE))
    filler, rng = Filler(arrange(program.suite, 2), program), Random(3)
    reached: Counter[tuple[str, bool | None]] = Counter()
    wanted = [(c, kind) for c in program.checks if c.in_workbook for kind in possible(c)]
    for check, kind in wanted:
        for _ in range(5):
            reached[check.id, kind] += steer(filler, check, kind, filler.fill(rng), rng)
    assert [(c.id, kind) for c, kind in wanted if not reached[c.id, kind]] == []


def test_a_fill_that_cannot_be_steered_is_left_alone(hebei: Suite, checks: dict[str, Check]) -> None:
    filler, rng = Filler(arrange(hebei, 2), compile_suite(hebei)), Random(4)
    fill = filler.fill(rng)
    before = fill.copy()
    assert not steer(filler, checks["COD-01"], None, fill, rng)
    assert fill == before


@pytest.mark.parametrize(("adjusted", "reached"), [("-0.1", True), ("-0.0001", False)])
def test_nothing_is_put_at_a_tolerance_that_doubles_do_not_tell_apart(
    hebei: Suite, checks: dict[str, Check], adjusted: str, reached: bool
) -> None:
    """88,408 over −0.0001 is −88,408,000,000 %: half a cent beside it, a double is off by more than the sixth decimal."""
    filler, rng, check = Filler(arrange(hebei, 2), compile_suite(hebei)), Random(5), checks["SE-18:evaluations[]"]
    row: dict[str, Value] = {"project": "甲", "adjusted": Decimal(adjusted), "arrived": Decimal(88408)}
    start = Fill({Key("evaluations", "", "001", field): value for field, value in row.items()})
    near = 0
    for _ in range(40):
        fill = start.copy()
        steer(filler, check, True, fill, rng, INSIDE)
        typed = {
            key.field: value for key, value in fill.values.items() if (key.block, key.row) == ("evaluations", "001")
        }
        near += "arrival_rate" in typed and typed.items() >= row.items()
    assert bool(near) is reached
