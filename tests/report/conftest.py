"""A bureau of four units, made by hand: what the reports are written from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from toolkit.check import Received, Submission
from toolkit.model.fact import Identity, Key, Value
from toolkit.model.finding import FAIL, NOT_EXECUTABLE, Finding, Likely, Place
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form, Row, RowRole, Suite
from toolkit.model.rule import Rule, RuleKind, Severity
from toolkit.report import Results
from toolkit.store.bureau import RosterEntry

UNITS = (("102", "办公室", "a" * 64), ("106", "财政局", "b" * 64), ("110", "督查考核办公室", "c" * 64))
REGION, YEAR, STAGE = "唐山高新区", 2021, "批复"
STATEMENTS = {
    "SUM-02": (Severity.ERROR, "支出合计 = 基本支出 + 项目支出", "请核对支出合计与两项明细，改正填错的一项。"),
    "STR-02": (Severity.ERROR, "必填单元格不得为空", "请补填；确实没有的填 0 或“无”。"),
    "PLN-05": (Severity.WARNING, "年末集中支出预警", "请调整支出计划，或说明 10 月底后集中支出的原因。"),
    "XD-03": (Severity.WARNING, "同名、近名项目不得跨部门重复申报", "请两个部门核对是否同一项目，由一个部门申报。"),
    "IND-02": (Severity.INFO, "产出指标宜含数量、质量、时效", "建议补充所缺的二级指标。"),
    "XD-05": (Severity.ERROR, "部门申报数不得超过控制数", "请压减到控制数以内。"),
}


def _field(field_id: str, label: str, kind: FieldType, **more: object) -> Field:
    return Field(field_id, (label,), kind, **more)  # type: ignore[arg-type]


def make_suite() -> Suite:
    money = {"unit": "万元"}
    finance = Block(
        "expenditure",
        "支出预算",
        BlockKind.GRID,
        (
            _field("this_year", "本年预算", FieldType.AMOUNT, **money),
            _field("share", "占比", FieldType.PERCENT, unit="%"),
        ),
        rows=(
            Row("total", "支出合计", RowRole.TOTAL),
            Row("basic", "基本支出", RowRole.ITEM),
            Row("staff", "其中：人员经费", RowRole.OF_WHICH, indent=1, closed=frozenset({"share"})),
            Row("project", "项目支出", RowRole.ITEM),
        ),
        stub="支出项目",
    )
    buying = Block(
        "procurement",
        "政府采购明细",
        BlockKind.LIST,
        (
            _field("item", "物品名称", FieldType.TEXT),
            _field("category", "类别", FieldType.CHOICE, lookup="categories"),
            _field("price", "单价", FieldType.AMOUNT, **money),
            _field("amount", "金额", FieldType.AMOUNT, **money),
        ),
        rows=(Row("total", "合计", RowRole.TOTAL, formulas={"amount": "SUM(procurement[].amount)"}),),
        capacity=20,
        key=("item",),
    )
    plan = Block(
        "plan",
        "资金支出计划",
        BlockKind.RECORD,
        tuple(
            _field(k, v, FieldType.PERCENT, unit="%")
            for k, v in {"mar": "3月底", "jun": "6月底", "oct": "10月底", "dec": "12月底"}.items()
        ),
    )
    forms = (
        Form("finance", "02_收支总体", "部门收支总体情况表", (finance,), unit_line="万元", number="表02"),
        Form("target", "P{n:02d}_项目绩效", "项目绩效目标表", (plan,), repeat=2),
        Form("buying", "07_政府采购", "部门政府采购预算表", (buying,), unit_line="万元"),
    )
    rules = tuple(Rule(c, RuleKind.CODED, s, text, action) for c, (s, text, action) in STATEMENTS.items())
    return Suite("hand", "开发区部门预算绩效套表", YEAR, REGION, STAGE, forms, {}, rules, {}, {}, edition="e1")


def make_values() -> dict[str, dict[Key, Value]]:
    values: dict[str, dict[Key, Value]] = {}
    for n, (_, _, ret) in enumerate(UNITS, 1):
        cells: dict[Key, Value] = {
            Key("expenditure", "", "total", "this_year"): Decimal("1298.87") * n,
            Key("expenditure", "", "basic", "this_year"): Decimal("786.76") * n,
            Key("expenditure", "", "staff", "this_year"): Decimal("500.1") * n,
            Key("expenditure", "", "project", "this_year"): Decimal("512.11") * n,
            Key("expenditure", "", "basic", "share"): Decimal("60.57"),
        }
        for row, (item, category, amount) in enumerate((("打印机", "货物", "1.9"), ("保洁", "服务", "22.5")), 1):
            at = f"{row:03d}"
            cells[Key("procurement", "", at, "item")] = item
            cells[Key("procurement", "", at, "category")] = category
            cells[Key("procurement", "", at, "price")] = Decimal(amount)
            cells[Key("procurement", "", at, "amount")] = Decimal(amount) * n
        for month, share in {"mar": 10 * n, "jun": 45, "oct": 75, "dec": 100}.items():
            cells[Key("plan", "01", "", month)] = Decimal(share)
        values[ret] = cells
    return values


def finding(code: str, unit: int | None, message: str, result: str = FAIL, **more: object) -> Finding:
    severity, _, action = STATEMENTS[code]
    code_of, name, _ = UNITS[unit] if unit is not None else ("", "", "")
    file = f"{code_of}_{name}.xlsx" if unit is not None else ""
    return Finding(
        code, result, severity, REGION, YEAR, STAGE, code_of, name, file, message=message, what_to_do=action,
        fingerprint="f" * 64, **{"places": (), **more},  # type: ignore[arg-type]
    )  # fmt: skip


def place(unit: int, sheet: str, cell: str, label: str) -> Place:
    code, name, _ = UNITS[unit]
    return Place(code, f"{code}_{name}.xlsx", sheet, cell, "finance", "expenditure", "", "total", "this_year", label)


def make_findings() -> tuple[Finding, ...]:
    return (
        finding(
            "SUM-02", 0,
            "《部门收支总体情况表》“支出合计·本年预算”填 1297.87 万元，应为 1298.87 万元（支出合计 = 基本支出 + 项目支出），相差 -1.00 万元。",
            places=(place(0, "02_收支总体", "C12", "支出预算 · 支出合计 · 本年预算"), place(0, "02_收支总体", "C13", "基本支出"),
                    place(0, "02_收支总体", "C15", "项目支出")),
            actual="1297.87", expected="1298.87", difference="-1.00", unit_of_measure="万元",
            likely=(Likely(0, "1298.87", "相邻数字颠倒或漏改合计"),),
        ),
        finding(
            "STR-02", 0, "《项目绩效目标表》有 2 个必填单元格未填：“3月底”“6月底”。",
            places=tuple(place(0, "P01_项目绩效", c, label) for c, label in (("D9", "3月底"), ("E9", "6月底"))),
        ),
        finding("PLN-05", 1, "“12月底”比“10月底”多 60 个百分点，超过 50。", places=(place(1, "P01_项目绩效", "G9", "12月底"),),
                actual="60", expected="50", difference="10", unit_of_measure="%"),
        finding("IND-02", 2, "产出指标缺“时效指标”。", places=(place(2, "P01_项目绩效", "B14", "二级指标"),)),
        finding("XD-03", 0, "“智慧高新指挥中心建设资金”与财政局（106）的“智慧高新指挥中心建设”名称相近（相似度 0.92）。",
                places=(place(0, "04_项目清单", "C8", "项目名称"), place(1, "04_项目清单", "C5", "项目名称"))),
        finding("XD-05", None, "没有提供控制数，“部门申报数不得超过控制数”未执行。", NOT_EXECUTABLE),
    )  # fmt: skip


def make_results(**changes: object) -> Results:
    submissions = tuple(
        Submission(ret, Identity(REGION, YEAR, STAGE, code, name, "e1", "hand"), f"{code}_{name}.xlsx")
        for code, name, ret in UNITS
    )
    settings: dict[str, object] = {
        "suites": {"e1": make_suite()},
        "submissions": submissions,
        "findings": make_findings(),
        "received": (
            *(Received(ret, f"{code}_{name}.xlsx", "accepted", code) for code, name, ret in UNITS),
            Received(
                "d" * 64, "102_办公室(旧).xlsx", "superseded", "102", reason="已有较新版本", superseded_by="a" * 64
            ),
            Received("e" * 64, "照片.jpg", "not_a_return", reason="不是工作簿（JPEG 图片）"),
        ),
        "roster": tuple(
            RosterEntry(code, name, "", "", "", "", {}, "单位名册") for code, name, _ in (*UNITS, ("115", "科技局", ""))
        ),
        "values": make_values(),
        "links": {"102_办公室.xlsx": "../returned/102_办公室.xlsx"},
    }
    return Results(**{**settings, **changes})  # type: ignore[arg-type]


@pytest.fixture
def results() -> Results:
    return make_results()


@pytest.fixture
def make() -> Callable[..., Results]:
    return make_results
