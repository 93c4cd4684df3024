"""toolkit trace: a table for people, a line of JSON for scripts, one clear message where there is nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
Refused = Callable[..., str]


def test_a_total_with_its_cells_and_the_proof(run: Run, collected: Path) -> None:
    ran = run("trace", collected, "expenditure.basic.this_year")
    assert ran.code == 0
    assert ran.lines[0] == "支出预算 · 基本支出 · 本年预算（expenditure.basic.this_year）　示例开发区 2021 年 批复"
    assert ran.lines[1].split() == ["单位", "文件", "单元格", "值", "原文", "状态", "来源", "sha256"]
    assert "102 办公室.xlsx" in ran.lines[2]
    assert "60 万元" in ran.lines[2]
    assert "手填" in ran.lines[2]
    assert ran.lines[4].startswith("2 个单元格之和 = 120 万元，与 summary.xlsx ")
    assert ran.lines[4].endswith(" 的 120 一致")


def test_a_cell_with_what_it_enters(run: Run, collected: Path) -> None:
    (line,) = run("trace", collected, "102:expenditure.basic.this_year", "--format", "json").lines
    at = json.loads(line)["cells"][0]
    ran = run("trace", collected, f"102 办公室.xlsx!{at['sheet']}!{at['cell']}")
    assert ran.code == 0
    assert "计入的汇总数：" in ran.out
    assert "用到它的公式：" in ran.out
    assert "SUM-02" in ran.out


def test_deep_reaches_further(run: Run, collected: Path) -> None:
    flat = run("trace", collected, "102:expenditure.total.change")
    deep = run("trace", collected, "102:expenditure.total.change", "--deep")
    assert len(deep.lines) > len(flat.lines)


def test_json_is_one_number_a_line(run: Run, collected: Path) -> None:
    ran = run("trace", collected, "projects[].fiscal", "--format", "json")
    (data,) = map(json.loads, ran.lines)
    assert data["value"] == "80"
    assert {cell["unit"] for cell in data["cells"]} == {"102", "103"}


def test_what_there_is_not_ends_with_2(refused: Refused, collected: Path, tmp_path: Path) -> None:
    assert "expenditure.basic.this_year" in refused("trace", collected, "expenditure.basik.this_year")
    assert "102 办公室.xlsx" in refused("trace", collected, "102_办公室.xlsx!01_收支!C7")
    assert "没有总账" in refused("trace", tmp_path, "expenditure.basic.this_year")


def test_in_english(run: Run, collected: Path) -> None:
    ran = run("trace", collected, "expenditure.basic.this_year", "--lang", "en")
    assert "2 cells add up to 120 万元" in ran.out
    assert ran.lines[1].split()[0] == "Unit"
