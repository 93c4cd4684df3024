"""The shipped suites: what a finance bureau relies on in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.catalog import diff, edition_json, lint, load_suite, read_data, suite_from_json, suite_ids
from toolkit.formula import compile_suite, compute
from toolkit.model.fact import Key
from toolkit.model.form import Block, Field, Form, RowRole, Suite

IDS = ("hebei-2021", "shijiazhuang-2020", "standard")


@pytest.fixture(params=IDS)
def suite(request: pytest.FixtureRequest) -> Suite:
    return load_suite(str(request.param))


@pytest.fixture
def hebei() -> Suite:
    return load_suite("hebei-2021")


def fields(suite: Suite) -> Iterator[tuple[Form, Block, Field]]:
    yield from ((form, block, f) for form in suite.forms for block in form.blocks for f in block.fields)


def test_these_suites_are_shipped() -> None:
    assert suite_ids() == IDS


def test_a_shipped_suite_leaves_nothing_to_improve(suite: Suite) -> None:
    assert [str(hint) for hint in lint(suite)] == []


def test_a_shipped_suite_survives_the_archive(suite: Suite) -> None:
    assert suite_from_json(edition_json(suite)) == suite


def test_every_field_helps_and_every_form_says_who_fills_it_and_why(suite: Suite) -> None:
    assert [f"{b.id}.{f.id}" for _, b, f in fields(suite) if not f.help] == []
    assert [form.id for form in suite.forms if not (form.who and form.basis and form.help and form.number)] == []


def test_every_amount_is_in_wan_yuan(suite: Suite) -> None:
    assert {f.unit for _, _, f in fields(suite) if f.type == "amount"} == {"万元"}


def test_sheets_are_named_as_units_know_them(suite: Suite) -> None:
    assert [(form.id, form.sheet) for form in suite.forms] == [
        ("cover", "00_封面"),
        ("organisation", "01_机构职责"),
        ("finance", "02_收支总体"),
        ("operating", "03_运行与三公"),
        ("projects", "04_项目清单"),
        ("duties", "05_职责活动"),
        ("dept_goals", "06_部门整体绩效"),
        ("target", "P{n:02d}_项目绩效"),
        ("procurement", "07_政府采购"),
        ("assets", "08_国有资产"),
        ("statements", "09_文字说明"),
        ("evaluation", "10_绩效自评"),
        ("public_1", "公开01_收支总表"),
        ("public_2", "公开02_收入总表"),
        ("public_3", "公开03_支出总表"),
        ("public_4", "公开04_财政拨款收支"),
        ("public_5", "公开05_一般公共预算"),
        ("public_6", "公开06_基本支出"),
        ("public_7", "公开07_三公经费"),
        ("public_8", "公开08_政府性基金"),
        ("public_9", "公开09_国资预算"),
    ]


def test_totals_follow_the_structure_of_the_budget(hebei: Suite) -> None:
    assert {
        f"{block}.{row.id}": (row.formulas["this_year"].replace(f"{block}.", "").replace(".this_year", ""), code)
        for block in ("income", "expenditure", "three_public")
        for row in hebei.blocks[block].rows
        if (code := row.checks.get("this_year"))
    } == {
        "income.total": ("SUM(general, gov_fund, special_account, other)", "SUM-01"),
        "expenditure.total": ("SUM(basic, project)", "SUM-02"),
        "expenditure.basic": ("SUM(personnel, operating)", "SUM-03"),
        "three_public.total": ("SUM(abroad, vehicle, reception)", "SUM-08"),
        "three_public.vehicle": ("SUM(purchase, running)", "SUM-08"),
    }


def test_operating_cost_is_listed_by_economic_code(hebei: Suite) -> None:
    rows = hebei.blocks["operating"].rows
    items = [row for row in rows if row.role is RowRole.ITEM]
    assert len(items) >= 14
    assert all(re.fullmatch(r"302\d\d|310\d\d", row.code or "") for row in items)
    assert hebei.blocks["operating"].rows_by_id["total"].checks["this_year"] == "SUM-07"
    assert hebei.blocks["operating"].rows_by_id["total"].formulas["this_year"].count("operating.") == len(items)


def test_the_procurement_table_prints_fourteen_columns_under_three_header_rows(hebei: Suite) -> None:
    printed = [" / ".join(f.labels) for f in hebei.blocks["procurement"].fields]
    assert printed == [
        "政府采购项目来源 / 项目名称",
        "政府采购项目来源 / 预算资金",
        "采购物品名称",
        "政府采购目录序号",
        "数量单位",
        "数量",
        "单价",
        "政府采购金额 / 总计",
        "政府采购金额 / 当年部门预算安排资金 / 合计",
        "政府采购金额 / 当年部门预算安排资金 / 一般公共预算拨款",
        "政府采购金额 / 当年部门预算安排资金 / 基金预算拨款",
        "政府采购金额 / 当年部门预算安排资金 / 财政专户核拨",
        "政府采购金额 / 当年部门预算安排资金 / 其他来源收入",
        "政府采购金额 / 其他渠道资金",
        "采购类别",
    ]


def test_both_names_of_the_benefit_indicator_lead_to_the_same_classes(hebei: Suite) -> None:
    pairs = hebei.lists["indicator_level2"].pairs
    under = {parent: {value for p, value in pairs if p == parent} for parent in hebei.lists["indicator_level1"].values}
    assert under["效益指标"] == under["效果指标"]
    assert under["产出指标"] == {"数量指标", "质量指标", "时效指标", "成本指标"}
    assert all(under.values())


@pytest.mark.parametrize(
    ("written", "canonical"), [(">=", "≥"), (">", "＞"), ("=", "＝"), ("<", "＜"), ("<=", "≤"), ("定性", "文字描述")]
)
def test_every_way_to_write_an_operator_has_one_spelling(hebei: Suite, written: str, canonical: str) -> None:
    operators = hebei.lists["operators"]
    assert operators.aliases[written] == canonical
    assert canonical in operators.values


def test_lists_that_are_only_partly_known_are_open(hebei: Suite) -> None:
    assert {c.id for c in hebei.lists.values() if c.open} >= {"procurement_catalog", "units", "quantity_units"}
    assert not hebei.lists["indicator_level2"].open


def test_what_the_bureau_fills_in_is_marked_as_prefilled(hebei: Suite) -> None:
    cover = hebei.blocks["cover"].by_id
    assert all(cover[f].prefill for f in ("region", "year", "stage", "unit_code", "unit_name"))
    assert {b.id for _, b, f in fields(hebei) if f.id == "last_year" and f.prefill == "this_year"} == {
        "income",
        "expenditure",
        "operating",
        "three_public",
        "pub7",
    }


PUBLISHED = """\
suite: hebei-2021
unit: {code: "102", name: 办公室}
region: 唐山高新区
year: 2021
stage: 批复
forms:
  projects:
    projects:
      - {code: 13021121FT0S5BET5SX95, name: 火炬大厦楼顶LED大屏升级改造, fiscal: "190.00"}
      - {code: 102-1002-JBN-DCDC, name: 订阅报刊杂志费, fiscal: "80.00"}
  operating:
    three_public:
      abroad: {this_year: "0"}
      purchase: {this_year: "0"}
      running: {this_year: "36", last_year: "49.5"}
      reception: {this_year: "3.8"}
  finance:
    expenditure:
      personnel: {this_year: "786.76"}
      operating: {this_year: "512.11"}
      project: {this_year: "2401.2"}
  target:
    - target: {name: 订阅报刊杂志费, fiscal: "80.00", purpose: 根据省市文件要求订阅报刊杂志}
      plan: {mar: "10", jun: "10", oct: "10.00", dec: "100.00"}
      goals: [{goal: 保证工作顺利开展}]
      indicators:
        - {level1: 产出指标, level2: 质量指标, level3: 差错数量, target_op: ＜, target_value: "3"}
  procurement:
    procurement:
      - {project_name: 火炬大厦楼顶LED大屏升级改造, item_name: 货物, catalog_code: A020207, qty_unit: 项, qty: "1",
         price: "190", fund_general: "190"}
      - {project_name: 智慧高新指挥中心建设资金, item_name: 工程, catalog_code: B07, qty_unit: 项, qty: "1",
         price: "600", fund_general: "600"}
"""


def test_a_published_budget_is_held_and_computed(hebei: Suite, tmp_path: Path) -> None:
    path = tmp_path / "102.yaml"
    path.write_text(PUBLISHED, encoding="utf-8")
    values = compute(compile_suite(hebei), read_data(path, load_suite).values)

    def at(block: str, row: str, field: str, instance: str = "") -> object:
        return values[Key(block, instance, row, field)]

    assert at("expenditure", "basic", "this_year") == Decimal("1298.87")
    assert at("expenditure", "total", "this_year") == Decimal("3700.07")
    assert at("expenditure", "project", "share") == Decimal("64.9")
    assert at("three_public", "total", "this_year") == Decimal("39.8")
    assert at("three_public", "running", "change") == Decimal("-13.5")
    assert at("target", "", "code", "01") == "102-1002-JBN-DCDC"
    assert at("target", "", "budget_total", "01") == Decimal(80)
    assert at("projects", "total", "budget") == Decimal(270)
    assert [at("procurement", row, "category") for row in ("001", "002")] == ["货物", "工程"]
    assert at("procurement", "001", "project_budget") == Decimal(190)
    assert at("procurement", "total", "amount_total") == Decimal(790)
    assert {f: at("procurement_summary", "", f) for f in ("project_count", "amount", "goods", "works", "services")} == {
        "project_count": Decimal(2),
        "amount": Decimal(790),
        "goods": Decimal(190),
        "works": Decimal(600),
        "services": Decimal(0),
    }


def test_a_years_suite_lists_only_what_differs(hebei: Suite) -> None:
    changed = {c.path for c in diff(hebei, load_suite("shijiazhuang-2020"))}
    own = ("forms.assets.", "rules.SUM-13.", "lists.")  # the lists follow the year by themselves
    elsewhere = {path for path in changed if not path.startswith(own) and not path.endswith(".cases")}
    assert elsewhere == {"id", "title", "year", "region", "notes"}
    assert [row.id for row in load_suite("shijiazhuang-2020").blocks["assets"].rows] == [
        "total",
        "houses",
        "office_space",
        "vehicles",
        "large_equipment",
        "other",
    ]
