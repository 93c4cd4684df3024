"""XD-03: the same project in two units, by exact and near name, with its amount; names that all have say nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.check.conftest import Unit, make_book
from toolkit.check import run_checks
from toolkit.check.names import likeness, similar_pairs
from toolkit.model.finding import Finding
from toolkit.model.form import Suite

Project = tuple[str, str]
"""Name and budget."""

CASES: dict[str, tuple[list[Project], str]] = {
    "the same name": (
        [("智慧城市指挥中心", "120"), ("智慧城市指挥中心", "118.5")],
        "单位101、单位102都申报了“智慧城市指挥中心”，预算分别为：单位101 120.00 万元、单位102 118.50 万元。",
    ),
    "and the same amount": ([("智慧城市指挥中心", "120"), ("智慧城市指挥中心", "120")], "，预算都是 120.00 万元。"),
    "of another year": ([("2021年智慧城市指挥中心", "120"), ("智慧城市指挥中心（2020年度）", "90")], "名称相近"),
    "a word put in": ([("老旧小区雨污分流改造", "300"), ("老旧小区的雨污分流改造工程", "280")], "名称相近"),
    "another word for the same": ([("垃圾分类宣传运维", "30"), ("垃圾分类宣传运行维护", "28")], "名称相近"),
    "another phase": ([("滨河公园改造一期", "300"), ("滨河公园改造二期", "280")], ""),
    "another place": ([("高新区红旗小学校舍维修改造工程", "30"), ("高新区向阳小学校舍维修改造工程", "28")], ""),
    "another place, one amount": (
        [("高新区红旗小学校舍维修改造工程", "30.37"), ("高新区向阳小学校舍维修改造工程", "30.37")], "名称相近",
    ),
    "the other side of town": ([("东部片区排水管网整治", "30"), ("西部片区排水管网整治", "28")], ""),
    "a name that all have": ([("信息化运维", "20"), ("信息化运维", "35")], ""),
    "a name that all have, a round amount": ([("办公设备购置", "20"), ("办公设备购置经费", "20")], ""),
    "a name that all have, an amount that none has": (
        [("业务培训经费", "37.46"), ("业务培训", "37.46"), ("业务培训", "12")], "2 个单位的项目名称相近",
    ),
    "less alike, one amount": ([("春晖养老服务中心设施提升", "46.82"), ("春晖养老中心设施改造提升", "46.82")], "名称相近"),
    "less alike, other amounts": ([("春晖养老服务中心设施提升", "46.82"), ("春晖养老机构补助", "40")], ""),
    "in every unit": ([("路灯亮化", str(10 + n)) for n in range(8)], ""),
    "three units": ([("路灯亮化", "10"), ("路灯亮化", "11"), ("路灯亮化", "12")], "单位101、单位102、单位103都申报了“路灯亮化”"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Finding]]:
    """The findings of a case: each is a region of its own, with one project in each of its units."""
    units = tuple(
        Unit(str(n), f"单位{n}", bare=True, region=case,
             typed={"projects[1].name": name, "projects[1].fiscal": budget})
        for case, (projects, _) in CASES.items()
        for n, (name, budget) in enumerate(projects, 101)
    )  # fmt: skip
    with make_book(hebei, units, tmp_path_factory.mktemp("projects"), ()) as book:
        every = run_checks(book, {hebei.edition: hebei}, few=len(units))
    return lambda case: [f for f in every if (f.code, f.region) == ("XD-03", case)]


@pytest.mark.parametrize("case", CASES)
def test_xd_03(found: Callable[[str], list[Finding]], case: str) -> None:
    expected, said = CASES[case][1], [f.message for f in found(case)]
    assert len(said) == bool(expected), said
    assert all(expected in message for message in said), said


def test_all_cells_are_named(found: Callable[[str], list[Finding]]) -> None:
    (finding,) = found("three units")
    assert [(p.unit, p.field) for p in finding.places] == [("101", "name"), ("102", "name"), ("103", "name")]


def test_projects_of_one_unit_are_its_own_affair(hebei: Suite, tmp_path: Path) -> None:
    typed = {f"projects[{n}].{k}": v for n in (1, 2) for k, v in (("name", "路灯亮化"), ("fiscal", "10.55"))}
    with make_book(hebei, (Unit("101", bare=True, typed=typed),), tmp_path) as book:
        assert [f for f in run_checks(book, {hebei.edition: hebei}, few=9) if f.code == "XD-03"] == []


@pytest.mark.parametrize("at_least", [0.67, 0.8, 0.85, 0.95])
@pytest.mark.parametrize("seed", range(5))
def test_near_names_by_the_index_are_those_of_comparing_all(seed: int, at_least: float) -> None:
    rng = random.Random(seed)
    words = ("城区", "道路", "维修", "改造", "养老", "服务", "社区", "项目", "经费", "网络", "运维", "的", "一", "二期")
    names = sorted({"".join(rng.choices(words, k=rng.randint(2, 7))) for _ in range(150)})
    names = [name for name in names if len(name) > 2]
    every = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :] if likeness(a, b) >= at_least]
    assert list(similar_pairs(names, at_least)) == every
