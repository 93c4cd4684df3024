"""STR-12: a unit without projects owes no form about projects, where it says so or the approved budget does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.catalog import load_suite
from toolkit.check import run_checks

SUITE = load_suite("standard")
SPENT = "expenditure.project.this_year"
PROJECT = {"projects[1].name": "政务网络运行维护", "projects[1].fiscal": "40", "projects[1].classified": "否"}
SECRET = {**PROJECT, "projects[1].classified": "是"}
FORMS = {"projects", "target"}


def absent(tmp_path: Path, *units: Unit) -> dict[tuple[str, str], set[str]]:
    """By unit and stage the forms about projects that STR-12 misses."""
    with make_book(SUITE, units, tmp_path) as book:
        found = [f for f in run_checks(book, {SUITE.edition: SUITE}, few=99) if f.code == "STR-12"]
    told: dict[tuple[str, str], set[str]] = {}
    for f in found:
        told.setdefault((f.unit, f.stage), set()).update(p.form for p in f.places)
    return told


def budget(code: str, **typed: object) -> Unit:
    return Unit(code, bare=True, typed={"expenditure.personnel.this_year": "60", **typed}, stage="批复")


def test_a_budget_says_with_a_zero_that_there_are_no_projects(tmp_path: Path) -> None:
    told = absent(tmp_path, budget("101", **{SPENT: "0"}), budget("102"), budget("103", **{SPENT: "40"}))
    assert not told["101", "批复"] & {"project_list", *FORMS}
    assert told["102", "批复"] - told["101", "批复"] == told["103", "批复"] - told["101", "批复"] != set()


@pytest.mark.parametrize(
    ("approved", "owed"),
    [({SPENT: "40", **PROJECT}, True), ({SPENT: "40", **SECRET}, False), ({}, False), (None, True)],
    ids=["a project", "a classified one", "none", "no approved budget"],
)
def test_a_self_evaluation_is_owed_where_a_project_was_approved(
    tmp_path: Path, approved: dict[str, object] | None, owed: bool
) -> None:
    weighed = Unit("101", bare=True, typed={"cover.preparer": "甲"}, stage="自评")
    before = () if approved is None else (budget("101", **approved),)
    assert ("evaluation" in absent(tmp_path, weighed, *before).get(("101", "自评"), set())) is owed
