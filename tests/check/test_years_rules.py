"""Rules across years: projects, targets and money against last year's book, and what the mapping says was renamed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store.bureau import MappingEntry

Typed = dict[str, object]
Pair = tuple[str, str, Typed, Typed, list[str]]

NOW, THEN, OLD = "13020121NETRUN0000001", "13020120NETRUN0000001", "102-1002-JBN-DCDC"
OTHER = "13020121OTHER00000009"


def project(name: str, code: str, budget: object = "10", last_year: object = None, n: int = 1) -> Typed:
    typed: Typed = {f"projects[{n}].name": name, f"projects[{n}].code": code, f"projects[{n}].fiscal": budget}
    return {**typed, f"projects[{n}].last_year": last_year} if last_year is not None else typed


def target(value: str, op: str = "≥", name: str = "政务网络运行", unit: str = "%", level3: str = "用户满意度") -> Typed:
    at = "P01:indicators[1]"
    typed: Typed = {"P01:target.name": name, f"{at}.level3": level3, f"{at}.target_op": op}
    return {**typed, f"{at}.target_value": value, f"{at}.target_unit": unit}


def graded(executed: str, score: str, name: str = "政务网络运行") -> Typed:
    """Last year's self-evaluation of 10 万元: ``score`` points of 90, and one for each tenth that was spent."""
    line = {"project": name, "original": "10", "adjusted": "10", "executed": executed}
    typed: Typed = {f"evaluations[1].{k}": v for k, v in line.items()}
    return {**typed, "results[1].project": name, "results[1].score": score}


CASES: list[Pair] = [
    ("XY-02", "the same", project("政务网络运行", NOW), project("政务网络运行", THEN), []),
    ("XY-02", "a new project", project("养老补贴", OTHER), project("政务网络运行", THEN), []),
    ("XY-02", "another name", project("政务内网", NOW), project("政务网络运行", THEN), [
        f"项目编码 {NOW} 的名称为“政务内网”，上年（批复，103.xlsx）为“政务网络运行”。"]),
    ("XY-02", "another code", project("政务网络运行", OTHER), project("政务网络运行", THEN), [
        f"的编码为 {OTHER}，上年（批复，104.xlsx）为 {THEN}。"]),
    ("XY-02", "nearly the name, another code", project("政务网络运行费", OTHER), project("政务网络运行", THEN), ["是否为同一项目？"]),
    ("XY-02", "nearly the name of one that goes on", {**project("政务网络运行", NOW), **project("政务网络运行费", OTHER, n=2)},
     project("政务网络运行", THEN), []),
    ("XY-02", "no return last year", project("政务网络运行", NOW), {}, []),
    ("XY-03", "higher", target("92"), target("90"), []),
    ("XY-03", "lower", target("90"), target("92"), ["目标值为“≥90%”，上年（批复，109.xlsx）为“≥92%”，低于上年水平。"]),
    ("XY-03", "lower under an older sign", target("90"), target("92", "＝"), ["低于上年水平。"]),
    ("XY-03", "lower, with a reason", {**target("90"), "P01:indicators[1].basis": "服务对象扩大，指标值下调"}, target("92"), [
        "低于上年水平；确定依据为“服务对象扩大，指标值下调”。"]),
    ("XY-03", "a limit that is drawn closer", target("3", "≤", unit="天"), target("5", "≤", unit="天"), []),
    ("XY-03", "a limit that gives way", target("5", "≤", unit="天"), target("3", "≤", unit="天"), ["为“≤3天”"]),
    ("XY-03", "in another unit of measure", target("5", unit="次"), target("92"), []),
    ("XY-03", "of another project", target("90"), target("92", name="养老补贴"), []),
    ("XY-08", "graded 中, less money", project("政务网络运行", NOW, "9"), graded("10", "60"), []),
    ("XY-08", "graded 中, as much money", project("政务网络运行", NOW), graded("10", "60"), [
        "的等级为“中”（70 分），本年预算 10.00 万元，没有少于上年的 10.00 万元。"]),
    ("XY-08", "graded 差", project("政务网络运行", NOW, "12"), graded("0", "50"), ["的等级为“差”（50 分）"]),
    ("XY-08", "graded 良", project("政务网络运行", NOW), graded("10", "75"), []),
    ("XY-10", "as approved", project("政务网络运行", NOW, last_year="10"), project("政务网络运行", THEN), []),
    ("XY-10", "half a cent apart", project("政务网络运行", NOW, last_year="10.005"), project("政务网络运行", THEN), []),
    ("XY-10", "otherwise", project("政务网络运行", NOW, last_year="8"), project("政务网络运行", THEN), [
        "的上年预算数填 8.00 万元，上年（批复，122.xlsx）为 10.00 万元。"]),
    ("XY-10", "left out", project("政务网络运行", NOW), project("政务网络运行", THEN), ["的上年预算数空白"]),
    ("XY-10", "a new project", project("养老补贴", OTHER), project("政务网络运行", THEN), []),
]  # fmt: skip


@pytest.fixture(scope="module")
def findings(held_against: Callable[..., list[list[Finding]]]) -> list[list[Finding]]:
    return held_against(CASES, "二上", (2020, "批复"))


@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{code} {about}" for code, about, *_ in CASES])
def test_what_is_said_beside_last_years_return(findings: list[list[Finding]], case: int) -> None:
    expected = CASES[case][4]
    said = [f.message for f in findings[case]]
    assert len(said) == len(expected), said
    assert all(part in message for part, message in zip(expected, said, strict=True)), said


def test_the_mapping_says_which_project_of_last_year_it_was(held_against: Callable[..., list[list[Finding]]]) -> None:
    def entry(kind: str, old: str, new: str, year: int | None = 2021) -> MappingEntry:
        return MappingEntry(kind, old, new, year, "对照.csv 第 2 行")

    renamed = project("智慧政务网络", NOW)
    cases: list[Pair] = [
        ("XY-02", "renamed", renamed, project("政务网络运行", THEN), []),
        ("XY-02", "recoded", project("养老补贴", OTHER), project("养老补贴", OLD), []),
        ("XY-02", "renamed in another year", project("养老补助", NOW), project("养老补贴", THEN), ["为“养老补贴”。"]),
        ("XY-03", "renamed", target("90", name="智慧政务网络"), target("92"), ["低于上年水平。"]),
        ("XY-08", "renamed", renamed, graded("10", "60"), ["的等级为“中”"]),
        ("COD-06", "an old code that was told of", {**project("甲", NOW), **project("乙", OLD, n=2)}, {}, []),
        ("COD-06", "one that was not", {**project("甲", NOW), **project("乙", "102-1002-JBN-AAAA", n=2)}, {}, ["AAAA"]),
        ("XY-10", "renamed", renamed, project("政务网络运行", THEN), ["的上年预算数空白"]),
    ]
    mapping = (
        entry("project", "政务网络运行", "智慧政务网络"),
        entry("code", OLD, OTHER, None),
        entry("project", "养老补贴", "养老补助", 2019),
    )
    found = held_against(cases, "二上", (2020, "批复"), mapping)
    assert [len(hits) for hits in found] == [len(case[4]) for case in cases], [[f.message for f in h] for h in found]
    assert all(
        part in finding.message
        for case, hits in zip(cases, found, strict=True)
        for part, finding in zip(case[4], hits, strict=True)
    )


def test_without_last_years_book_the_rules_did_not_run(collect: Any, unit: Any, hebei: Suite) -> None:
    typed = {**project("政务网络运行", NOW), **target("90"), **graded("1", "1")}
    found = collect(unit("102", bare=True, typed=typed), suite=hebei)
    skipped = {f.code: f.message for f in found if f.result == "not_executable" and f.unit == ""}
    assert {"XY-02", "XY-03", "XY-08", "XY-10"} <= skipped.keys()
    assert skipped["XY-03"] == "因没有提供上年（2020 年）的汇总结果，未能检查：同一指标的目标值不应低于上年。"


def test_a_lowered_target_that_is_explained_is_only_shown(findings: list[list[Finding]]) -> None:
    severity = {about: [str(f.severity) for f in found] for (_, about, *_), found in zip(CASES, findings, strict=True)}
    assert (severity["lower"], severity["lower, with a reason"]) == (["warning"], ["info"])
