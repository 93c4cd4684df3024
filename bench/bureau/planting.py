"""Which mistakes go where: at most one for a unit, so that what is found there is owed to it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random

from bench.bureau import (
    plant_across,
    plant_blind,
    plant_evaluation,
    plant_forms,
    plant_indicators,
    plant_money,
    plant_projects,
    tables,
)
from bench.bureau.evaluation import evaluation
from bench.bureau.forms import DRAFT, EVALUATED, budget
from bench.bureau.site import Drafts, Plan, Site, truth
from bench.bureau.truth import Truth
from bench.bureau.world import LAST, Bureau, Unit

BUDGET_PLANS: tuple[Plan, ...] = (
    *plant_money.PLANS, *plant_projects.PLANS, *plant_indicators.PLANS, *plant_forms.PLANS, *plant_across.PLANS,
)  # fmt: skip
EVALUATION_PLANS = plant_evaluation.PLANS
SHARE = 80
"""Percent of the units that may have a mistake or be concerned by one."""


def drafts(bureau: Bureau, stage: str) -> Drafts:
    """The consistent files: the draft budgets of the last year, or the self-evaluations of the year before."""
    if stage == DRAFT:
        year = LAST
        documents = {u.code(year): budget(bureau, u, year, DRAFT) for u in bureau.units}
    elif stage == EVALUATED:
        year = LAST - 1
        documents = {u.code(year): evaluation(bureau, u, year) for u in bureau.units}
    else:
        raise ValueError(stage)
    control = tables.control(bureau, year) if stage == DRAFT else []
    return Drafts(bureau, year, stage, documents, tables.roster(bureau, year), control)


def plant(bureau: Bureau, stage: str) -> tuple[Drafts, list[Truth]]:
    """The files with mistakes, and what they are. Equal bureaus give equal mistakes."""
    held = drafts(bureau, stage)
    rng = Random(f"mistakes {bureau.seed} {stage}")
    plans: Sequence[Plan] = BUDGET_PLANS if stage == DRAFT else EVALUATION_PLANS
    free = rng.sample(bureau.units, len(bureau.units))
    least = len(free) * (100 - SHARE) // 100
    found: list[Truth] = []
    while True:
        before = len(found)
        blind = [plant_blind.PLAN] * max(1, len(plans) // 3)
        for plan in [*rng.sample(plans, len(plans)), *blind]:
            if len(free) <= least:
                return held, found
            made = _one(held, plan, free, rng, len(found) + 1)
            if made is not None:
                found.append(made)
                gone = {made.unit, *made.units}
                free = [u for u in free if u.code(held.year) not in gone]
        if len(found) == before:
            return held, found


def _one(held: Drafts, plan: Plan, free: list[Unit], rng: Random, number: int) -> Truth | None:
    """One mistake of a kind in the first unit it applies to."""
    for unit in free:
        code = unit.code(held.year)
        kept, roster, control = copy.deepcopy(held.documents[code]), list(held.roster), list(held.control)
        site = Site(held, unit, rng, [u for u in free if u is not unit])
        told = plan.make(site)
        if told is not None:
            return truth(number, plan, site, told)
        held.documents[code], held.roster, held.control = kept, roster, control
    return None
