"""A bureau with the small suite, its roster, and last year's returns as a book."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from toolkit.catalog import load_suite
from toolkit.model.fact import Fact, Identity, Key, Return, State, Value
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.bureau import RosterEntry
from toolkit.store.parsed import facts_path, read_head, write_parsed

MINI = Path(__file__).parents[1] / "suites" / "mini"
Entry = Callable[..., RosterEntry]


@pytest.fixture(scope="session")
def mini() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="session")
def entry() -> Entry:
    """``entry("102", "办公室", region=…)``: a line of a roster."""

    def make(unit: str, name: str, region: str = "") -> RosterEntry:
        return RosterEntry(unit, name, "", region, "", "", {}, f"名册.csv 第 {unit} 行")

    return make


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """``table("控制数.csv", "单位代码,…", "102,…")`` writes a table of the bureau."""

    def write(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def prior_book(mini: Suite, tmp_path: Path) -> Callable[..., Book]:
    """``prior_book({("102", "示例开发区", "批复"): {"expenditure.basic.this_year": "60"}}, year=2020)``."""

    def make(returns: dict[tuple[str, str, str], dict[str, str]], year: int = 2020) -> Book:
        folder = tmp_path / f"上年{year}"
        folder.mkdir()
        accepted = []
        for number, ((unit, region, stage), figures) in enumerate(returns.items()):
            name = f"{number:064d}"
            who = Identity(region, year, stage, unit, "去年的名称", mini.edition, mini.id)
            facts = {key: _fact(mini, key, text) for key, text in ((_key(n), t) for n, t in figures.items())}
            write_parsed(folder / "parsed", name, Return(who, facts))
            head = read_head(folder / "parsed", name)
            assert head is not None
            accepted.append(
                Accepted(name, f"{unit}.xlsx", f"{unit}.xlsx", "", head, facts_path(folder / "parsed", name))
            )
        build_book(folder, accepted, lambda _: mini)
        return Book(folder)

    return make


def _key(name: str) -> Key:
    block, *rest = name.split(".")
    return Key(block, "", rest[0] if len(rest) == 2 else "", rest[-1])


def _fact(suite: Suite, key: Key, text: str) -> Fact:
    value: Value = Decimal(text) if suite.blocks[key.block].by_id[key.field].type.is_number else text
    return Fact(key, value, State.VALUE, text, "表", "A1")


@pytest.fixture(scope="session")
def texts() -> Callable[[Path], list[str]]:
    """Everything printed on the instructions of a workbook."""

    def read(path: Path) -> list[str]:
        sheet = openpyxl.load_workbook(path)["填报说明"]
        return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]

    return read


REVIEW = """\
form: review
sheet: 03_自评
title: 自评表
unit: 万元
required: [自评]
help: [年度终了后填报。]
blocks:
  - list: reviews
    label: 项目
    rows: 3
    key: [project]
    prefill:
      - {from: target, year: this, at: [自评], fields: {project: name, planned: budget, goal: indicators.name, office: cover.unit_name}, open: [office]}
    columns:
      project: {label: 项目名称, type: choice, source: projects.name, required: true, help: 从项目清单中选取。}
      planned: {label: 预算数, type: amount, required: true, help: 批复数。}
      goal: {label: 目标, type: text, help: 批复的目标。}
      office: {label: 实施单位, type: text, help: 单位全称。}
      spent: {label: 执行数, type: amount, required: true, help: 全年执行数。}
    total: {label: 合计, fields: [planned, spent], check: SUM-11}
  - list: results
    label: 指标
    rows: 4
    key: [project, name]
    prefill:
      - {from: indicators, year: this, at: [自评], fields: {project: target.name, name: name, target_op: target_op, target_value: target_value, target_unit: target_unit}}
    columns:
      project: {label: 项目名称, type: choice, source: projects.name, required: true, help: 从项目清单中选取。}
      name: {label: 三级指标, type: text, required: true, help: 指标名称。}
      target: {label: 指标值, type: target, help: 批复的指标值。}
      actual: {label: 实际完成值, type: decimal, required: true, help: 实际数。}
"""
PROJECTS = """\
    prefill:
      - {from: projects, year: last, at: [一上, 二上], fields: {code: code, name: name}, open: [code, name]}
      - {from: projects, year: this, at: [自评], fields: {code: code, name: name, fiscal: fiscal, other: other}}
"""


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small suite with a self-evaluation, whose lists are issued filled in."""
    folder = Path(shutil.copytree(MINI, tmp_path_factory.mktemp("套表") / "mini"))
    (folder / "forms" / "review.yaml").write_text(REVIEW, encoding="utf-8")
    for file, old, new in (
        ("suite.yaml", "forms: [basic, budget, items, project]", "forms: [basic, budget, items, project, review]"),
        ("forms/items.yaml", "    key: [code]\n", "    key: [code]\n" + PROJECTS),
        ("forms/items.yaml", "who: 财务\n", "who: 财务\nrequired: [二上, 批复]\n"),
        ("forms/budget.yaml", "who: 财务\n", "who: 财务\nrequired: [二上, 批复]\n"),
    ):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder
