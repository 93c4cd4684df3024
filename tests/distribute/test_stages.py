"""A workbook is for one stage: its identity and its cover say so, and what must be filed depends on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import toolkit
from toolkit.model.errors import InputError


def identity(path: Path) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(path)["_meta"]
    return {str(a): b for a, b in sheet.iter_rows(max_col=2, values_only=True) if a}


def test_a_blank_is_for_the_stage_and_region_that_are_asked_for(reviewed: Path, tmp_path: Path) -> None:
    toolkit.generate(tmp_path / "空表.xlsx", suite=reviewed, projects=1, stage="自评", region="甲区")
    who = identity(tmp_path / "空表.xlsx")
    assert (who["stage"], who["region"]) == ("自评", "甲区")
    cover = openpyxl.load_workbook(tmp_path / "空表.xlsx")["00_封面"]
    assert "甲区" in [c.value for row in cover.iter_rows() for c in row]


def test_without_asking_it_is_for_that_of_the_suite(reviewed: Path, tmp_path: Path) -> None:
    toolkit.generate(tmp_path / "空表.xlsx", suite=reviewed, projects=1)
    who = identity(tmp_path / "空表.xlsx")
    assert (who["stage"], who["region"]) == ("批复", "示例开发区")


def test_the_rosters_region_comes_before_the_one_asked_for(reviewed: Path, tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text("单位代码,单位名称,区划\n102,办公室,乙区\n103,财政所,\n", encoding="utf-8")
    toolkit.distribute(
        tmp_path / "名册.csv", tmp_path / "下发", suite=reviewed, projects=1, stage="二上", region="甲区"
    )
    said = [identity(tmp_path / "下发" / name) for name in ("102_办公室.xlsx", "103_财政所.xlsx")]
    assert [(who["stage"], who["region"]) for who in said] == [("二上", "乙区"), ("二上", "甲区")]


def test_an_unknown_stage_is_named_with_those_there_are(reviewed: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有“二下”这个编报阶段，应为 一上、一下、二上、批复、调整、决算、自评 之一"):
        toolkit.generate(tmp_path / "空表.xlsx", suite=reviewed, stage="二下")


@pytest.mark.parametrize(("stage", "missing"), [("二上", {"budget", "items"}), ("自评", {"review"})])
def test_only_what_is_due_at_its_stage_is_missed(reviewed: Path, tmp_path: Path, stage: str, missing: set[str]) -> None:
    (tmp_path / "102.yaml").write_text(
        f'suite: mini\nunit: {{code: "102", name: 办公室}}\nregion: 示例开发区\nyear: 2021\nstage: {stage}\n'
        "forms: {basic: {cover: {date: 2021-01-15, signed: 是}}}\n",
        encoding="utf-8",
    )
    toolkit.generate(tmp_path / "空表.xlsx", suite=reviewed, projects=1, stage=stage)
    toolkit.fill(tmp_path / "空表.xlsx", tmp_path / "102.yaml", tmp_path / "102.xlsx", suites=[reviewed])
    found = toolkit.check([tmp_path / "102.xlsx"], suites=[reviewed]).results.findings
    assert {f.places[0].form for f in found if f.code == "STR-12"} == missing
