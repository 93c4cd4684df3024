"""The bureau and its mistakes are the same for equal seeds, and a mistake touches only whom it says."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from bench.bureau.evaluation import score
from bench.bureau.forms import DRAFT, EVALUATED
from bench.bureau.making import make_bureau
from bench.bureau.planting import BUDGET_PLANS, EVALUATION_PLANS, drafts, plant
from bench.bureau.slips import exchanged, in_yuan, lost, mistyped
from bench.bureau.truth import read_truth, write_truth
from bench.bureau.world import LAST


def test_equal_seeds_give_equal_bureaus_and_others_give_others() -> None:
    one, again, other = (json.dumps(drafts(make_bureau(seed, 40), DRAFT).documents) for seed in (5, 5, 7))
    assert one == again != other


def test_a_whole_bureau_has_forty_departments_three_hundred_units_and_a_third_tier() -> None:
    bureau = make_bureau(2)
    codes = {unit.code(LAST): unit for unit in bureau.units}
    assert len(codes) == 300
    assert len({unit.department for unit in bureau.units}) == 40
    assert any(unit.parent and codes[unit.parent].parent for unit in bureau.units)
    assert any(len(t.paid) != len(t.received) for t in bureau.transfers)
    assert {kind for kind, *_ in bureau.renamed} == {"project", "code"}


def test_both_sides_of_every_transfer_add_to_the_same() -> None:
    assert all(sum(t.paid) == sum(t.received) for t in make_bureau(2).transfers)


@pytest.mark.parametrize("stage", [DRAFT, EVALUATED])
def test_only_units_with_a_mistake_send_something_else(stage: str) -> None:
    bureau = make_bureau(3, 60)
    before, (after, truths) = drafts(bureau, stage), plant(bureau, stage)
    changed = {code for code in before.documents if before.documents[code] != after.documents[code]}
    first = [truth.unit or truth.units[1] for truth in truths]
    assert changed <= set(first)
    assert len(first) == len(set(first))


def test_every_kind_of_mistake_is_planted_in_a_whole_bureau() -> None:
    bureau = make_bureau(2)
    for stage, plans in ((DRAFT, BUDGET_PLANS), (EVALUATED, EVALUATION_PLANS)):
        assert {plan.what for plan in plans} <= {truth.what for truth in plant(bureau, stage)[1]}


def test_a_truth_comes_back_from_its_file(tmp_path: Path) -> None:
    truths = plant(make_bureau(3, 40), DRAFT)[1]
    write_truth(truths, tmp_path / "truth.jsonl")
    assert read_truth(tmp_path / "truth.jsonl") == truths


def test_slips_give_another_number() -> None:
    assert in_yuan("12.5", Random(1)) == "125000"
    assert lost("12", Random(1)) is None
    for typed in ("1280.5", "36", "7.05"):
        wrong = mistyped(typed, Random(2))
        assert wrong is not None
        assert float(wrong[0]) != float(typed)
    assert exchanged("77", Random(1)) is None


def test_scores_are_full_when_met_and_in_proportion_otherwise() -> None:
    from decimal import Decimal  # noqa: PLC0415

    assert score("≥", 95, Decimal(96), 10) == 10
    assert score("≥", 92, Decimal(90), 10) == Decimal("9.78")
    assert score("≤", 15, Decimal(18), 10) == Decimal(8)
    assert score("≤", 15, Decimal(30), 10) == 0
