"""One unit, one year, two stages: the approved budget, and the self-evaluation that is issued filled in from it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import toolkit
from toolkit.model.fact import Key

BASES = Path(__file__).parents[1] / "every_rule"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A roster of one unit, its approved budget collected into 批复, and its workbook of 自评 issued from that."""
    here = tmp_path_factory.mktemp("阶段")
    (here / "名册.csv").write_text("单位代码,单位名称\n433001,示例区考核办公室\n", encoding="utf-8")
    approved = (BASES / "legal.yaml").read_text(encoding="utf-8").replace("stage: 二上", "stage: 批复")
    (here / "批复.yaml").write_text(approved, encoding="utf-8")
    (here / "自评.yaml").write_text((BASES / "evaluated.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    told: dict[str, Any] = {"suite": "standard", "projects": 3}
    blank = here / "下发" / toolkit.distribute(here / "名册.csv", here / "下发", stage="批复", **told)[0].file
    (here / "收").mkdir()
    toolkit.fill(blank, here / "批复.yaml", here / "收" / "批复.xlsx")
    toolkit.collect([here / "收"], here / "批复").close()
    toolkit.distribute(here / "名册.csv", here / "下发自评", stage="自评", prefill=here / "批复", **told)
    return here


def issued(folder: Path) -> Path:
    return folder / "下发自评" / "433001_示例区考核办公室.xlsx"


def test_the_stage_stands_in_the_ledger_and_in_the_workbook(folder: Path) -> None:
    line = json.loads((folder / "下发自评" / "issued.jsonl").read_text(encoding="utf-8"))
    assert (line["stage"], line["year"], line["unit"]) == ("自评", 2027, "433001")
    assert toolkit.extract(issued(folder)).identity.stage == "自评"


def test_a_self_evaluation_is_issued_with_the_approved_projects_and_indicators(folder: Path) -> None:
    values = toolkit.extract(issued(folder)).values
    projects = [values.get(Key("evaluations", "", f"{n:03d}", "project")) for n in (1, 2, 3, 4)]
    assert projects == ["政务网络运行维护", "社区居家养老服务补助", "机要工作经费", None]
    assert values[Key("evaluations", "", "001", "original")] == Decimal(300)
    first = {name: values.get(Key("results", "", "001", name)) for name in ("project", "level1", "level3", "points")}
    assert first == {"project": "政务网络运行维护", "level1": "产出指标", "level3": "更新核心交换机台数", "points": 15}
    target = [values.get(Key("results", "", "001", f"target_{name}")) for name in ("op", "value", "unit")]
    assert target == ["＝", Decimal(2), "台"]
    assert len([key for key in values if key.block == "results" and key.field == "level3"]) == 12


def test_a_workbook_that_comes_back_as_it_was_issued_is_told_what_is_still_to_fill(folder: Path) -> None:
    """What the bureau filled in counts as used rows: the unit owes scores and figures for them, told once for all."""
    errors = [f for f in toolkit.check([issued(folder)]).results.failed if f.severity == "error"]
    assert sorted(f.code for f in errors) == ["SE-14", "STR-02", "STR-12"]
    unfilled = next(f for f in errors if f.code == "STR-02")
    assert "“得分”第 1—12 行" in unfilled.message
    assert "“全年执行数”第 1—3 行" in unfilled.message


def test_both_returns_count_and_each_owes_the_forms_of_its_stage(folder: Path) -> None:
    toolkit.fill(issued(folder), folder / "自评.yaml", folder / "收" / "自评.xlsx")
    with toolkit.collect([folder / "收"], folder / "结果", roster=folder / "名册.csv") as book:
        returns = book.returns
        findings = book.findings
        totals = book.sql("SELECT stage, count(*) AS n FROM returns GROUP BY stage ORDER BY stage")
    assert sorted(returns["stage"]) == ["批复", "自评"]
    assert list(totals["n"]) == [1, 1]
    ledger = [json.loads(x) for x in (folder / "结果" / "received.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["status"] for line in ledger] == ["accepted", "accepted"]
    missing = findings[findings["code"] == "STR-12"]
    assert [m for m in missing["message"] if "自评" in m] == [], "no evaluation is due with the budget"
    assert missing[missing["stage"] == "自评"].empty, list(missing["message"])
