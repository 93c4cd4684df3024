from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.catalog import load_suite
from toolkit.formula import Program, compile_suite
from toolkit.layout import Layout, Spot, arrange
from toolkit.layout.hidden import Mirror, place_lists
from toolkit.layout.verdicts import Zone, home_rows, plan_zones, verdict_spot
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

MINI = Path(__file__).parents[1] / "suites" / "mini"


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="module")
def program(suite: Suite) -> Program:
    return compile_suite(suite)


@pytest.fixture(scope="module")
def layout(suite: Suite) -> Layout:
    return arrange(suite)


@pytest.fixture(scope="module")
def zones(suite: Suite, program: Program) -> dict[str, Zone]:
    return plan_zones(suite, program)


def test_every_verdict_of_the_workbook_has_a_cell_of_its_own(
    program: Program, layout: Layout, zones: dict[str, Zone]
) -> None:
    spots: list[Spot] = []
    for check in program.checks:
        if not check.in_workbook:
            continue
        for sheet in layout.sheets:
            if sheet.form.id != check.domain.form:
                continue
            rows = [""] if check.domain.kind != "row" else list(home_rows(check, sheet.by_block[check.domain.block]))
            spots += [verdict_spot(layout, zones[check.domain.form], check, sheet.instance, row) for row in rows]
    assert spots
    assert len(spots) == len(set(spots))
    hidden = {s.name: s.hidden_from for s in layout.sheets}
    assert all(spot.column >= hidden[spot.sheet] for spot in spots)


def test_rules_the_workbook_cannot_know_have_no_cell(program: Program, zones: dict[str, Zone], layout: Layout) -> None:
    prior = next(c for c in program.checks if c.code == "XY-01")
    with pytest.raises(KeyError):
        verdict_spot(layout, zones[prior.domain.form], prior, "", "basic")


def test_a_graded_check_has_a_summary_line_per_level(zones: dict[str, Zone]) -> None:
    levels = [s.severity for s in zones["project"].summary if s.check.code == "PLN-05"]
    assert levels == [Severity.WARNING, Severity.INFO]


def test_a_list_is_sorted_by_parent_so_that_choices_are_neighbours(suite: Suite) -> None:
    place = place_lists(suite)["level2"]
    parents = [e.parent for e in place.entries]
    starts = [p for n, p in enumerate(parents) if n == 0 or parents[n - 1] != p]
    assert len(starts) == len(set(starts))


def test_the_mirror_repeats_a_field_of_every_instance_and_row(layout: Layout) -> None:
    mirror = Mirror(layout)
    assert mirror.range("indicators", "level1") == "'_mirror'!$A$2:$A$19"
    assert mirror.range("target", "budget") == "'_mirror'!$B$2:$B$4"
    assert mirror.range("indicators", "level1") == "'_mirror'!$A$2:$A$19"
    assert [i for i, _, _ in mirror.sources("target", "budget")] == ["01", "02", "03"]
