"""A unit's return with faults, made with the toolkit's own commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import toolkit

MINI = Path(__file__).parents[1] / "suites" / "mini"

DATA = """\
suite: mini
unit: {code: "%(code)s", name: %(name)s}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  budget:
    expenditure:
      basic: {this_year: "60", last_year: "50", %(change)sreason: 人员增加}
      project: {this_year: "%(project)s", last_year: "40"}
      travel: {this_year: "5"}
  items:
    projects: {rows: [{code: "%(code)s-XA", name: 大屏升级改造, fiscal: "40"}]}
  project:
  - target: {name: 大屏升级改造, budget: "40", classified: 否, purpose: 升级大屏}
    plan: {jun: "60", dec: "100"}
    indicators: [{level1: 产出指标, level2: 质量指标, name: 验收合格率, target_op: ≥, target_value: "95", target_unit: "%%"}]
"""
"""``change: 99`` is a typed-over difference (NAR-01 and WBK-04 at E7), ``project: 41`` does not fit the project (XF-01 at C8)."""

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("空表") / "空表.xlsx"
    toolkit.generate(path, suite=MINI, projects=2)
    return path


@pytest.fixture(scope="session")
def make(blank: Path) -> Make:
    """``make(path, code="102", change="99")``: a filled workbook; it has nothing wrong unless the values say otherwise."""

    def make(path: Path, **values: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {"code": "102", "name": "办公室", "change": "", "project": "40", **values}
        told["change"] = f'change: "{told["change"]}", ' if told["change"] else ""
        data = path.with_suffix(".yaml")
        data.write_text(DATA % told, encoding="utf-8")
        toolkit.fill(blank, data, path, suites=[MINI])
        data.unlink()
        return path

    return make


@pytest.fixture(scope="session")
def returned(make: Make, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a return with three faults."""
    return make(tmp_path_factory.mktemp("报来") / "102.xlsx", change="99", project="41").read_bytes()
