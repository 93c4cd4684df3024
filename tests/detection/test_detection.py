"""Mistakes that units make are found: a sample of the benchmark, with its own LibreOffice, collector and score."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.detection.planting import kinds
from bench.detection.run import run_round
from bench.detection.score import by_kind, same
from bench.detection.work import EASY, HARD, WHOLE

SAMPLE = ("amount-yuan", "number-full-width", "total-typed-wrong", "plan-increments", "cover-of-another-unit")


def test_there_are_enough_kinds_in_every_tier() -> None:
    tiers = Counter(kind.tier for kind in kinds())
    assert len(kinds()) >= 60
    assert tiers[EASY] >= 60
    assert tiers[HARD] >= 15
    assert tiers[WHOLE] >= 15
    assert sum(kind.id.startswith("number-") for kind in kinds()) >= 15


def test_every_kind_says_what_counts_as_finding_it() -> None:
    assert [kind.id for kind in kinds() if not kind.codes and not kind.quiet and kind.status == ("accepted",)] == []


@pytest.mark.parametrize(
    ("said", "meant", "right"), [("2994.70", "2994.7", True), ("2994.7", "2995.7", False), ("货物", "货物", True)]
)
def test_a_repair_is_right_where_it_says_the_value_that_was_meant(said: str, meant: str, right: bool) -> None:
    assert same(said, meant) is right


@pytest.mark.slow
def test_planted_mistakes_are_told_at_their_cells_and_clean_returns_raise_no_alarm(tmp_path: Path) -> None:
    wanted = [kind for kind in kinds() if kind.id in SAMPLE]
    found = run_round(1, tmp_path, wanted, units=8, say=lambda _: None)
    judged = by_kind([found])
    assert set(judged) == set(SAMPLE)
    for held in judged.values():
        for one in held:
            assert one.found, one.planted.work.cells
            assert one.cell is not False, one.planted.work.cells
            assert one.wrong_repairs == ()
    assert found.alarms == ()
    assert found.clean >= 2
