"""SE-23: the projects of a self-evaluation against the approved budget of the same year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import run_checks
from toolkit.model.finding import Finding
from toolkit.model.form import Suite

Typed = dict[str, object]


def listed(*projects: tuple[str, str], evaluated: bool = False) -> Typed:
    typed: Typed = {}
    for n, (name, budget) in enumerate(projects, 1):
        typed |= {f"projects[{n}].name": name, f"projects[{n}].fiscal": budget}
        if evaluated:
            typed |= {f"evaluations[{n}].project": name, f"evaluations[{n}].executed": budget}
    return typed


APPROVED = [("政务网络运行", "300"), ("养老补贴", "170")]
CASES: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "as approved": (APPROVED, []),
    "half a cent": ([("政务网络运行", "300.005"), APPROVED[1]], []),
    "one left out": ([APPROVED[0]], ["批复（101.xlsx）的项目没有列入自评：“养老补贴” 170.00 万元。"]),
    "one more": ([*APPROVED, ("慰问活动", "5")], ["项目“慰问活动”不在批复（101.xlsx）的预算中。"]),
    "another budget": (
        [("政务网络运行", "280"), APPROVED[1]],
        ["项目“政务网络运行”的预算数为 280.00 万元，批复（101.xlsx）为 300.00 万元。"],
    ),
    "in 元": ([("政务网络运行", "3000000"), APPROVED[1]], ["约为批复数的一万倍，可能按“元”填列，应为万元。"]),
}


@pytest.fixture(scope="module")
def found(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Finding]]:
    """The findings of a case: each a region of its own, with the approved budget beside it but for the last."""
    units = [
        Unit("101", bare=True, typed=listed(*now, evaluated=True), region=case, stage="自评")
        for case, (now, _) in {**CASES, "nothing approved": (APPROVED, [])}.items()
    ]
    # the classified one is in no case: it is evaluated apart
    approved = listed(*APPROVED, ("机要经费", "9")) | {"projects[3].classified": "是"}
    units += [Unit("101", bare=True, typed=approved, region=case) for case in CASES]
    with make_book(hebei, tuple(units), tmp_path_factory.mktemp("approved"), ()) as book:
        every = run_checks(book, {hebei.edition: hebei}, few=len(units))
    return lambda case: [f for f in every if (f.code, f.region) == ("SE-23", case)]


@pytest.mark.parametrize("case", CASES)
def test_se_23(found: Callable[[str], list[Finding]], case: str) -> None:
    expected, said = CASES[case][1], [f.message for f in found(case)]
    assert len(said) == len(expected), said
    assert all(part in message for part, message in zip(expected, said, strict=True)), said


def test_without_an_approved_budget_it_did_not_run(found: Callable[[str], list[Finding]]) -> None:
    assert [(f.result, f.unit) for f in found("nothing approved")] == [("not_executable", "")]
