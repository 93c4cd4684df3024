"""A small suite with one block of every kind, values in short notation, and the rules all engines are asked."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.formula import Program, compile_suite
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, CodeList, Field, FieldType, Form, ListEntry, Row, RowRole, Suite
from toolkit.model.rule import Level, Rule, RuleKind, Severity

LEVELS = ("产出指标", "效益指标", "满意度指标")


def field(field_id: str, kind: FieldType = FieldType.AMOUNT, label: str = "", **more: Any) -> Field:
    return Field(
        field_id, (label or field_id,), kind, more.pop("unit", "万元" if kind is FieldType.AMOUNT else None), **more
    )


def income() -> Block:
    totals = {f: f"SUM(income.general.{f}, income.fund.{f}, income.other.{f})" for f in ("this_year", "last_year")}
    return Block(
        "income",
        "收入预算",
        BlockKind.GRID,
        (
            field("this_year", label="本年预算", required=True, minimum=Decimal(0), range_check="TYP-01"),
            field("last_year", label="上年预算", prefill=True),
            field("change", label="增减", formula="income[].this_year - income[].last_year", check="NAR-01"),
        ),
        (
            Row("total", "收入合计", RowRole.TOTAL, formulas=totals, checks=dict.fromkeys(totals, "SUM-01")),
            Row("general", "一般公共预算"),
            Row("of_which", "其中：专项", RowRole.OF_WHICH, closed=frozenset({"last_year", "change"})),
            Row("fund", "政府性基金"),
            Row("other", "其他收入"),
        ),
    )


def projects() -> Block:
    return Block(
        "projects",
        "项目清单",
        BlockKind.LIST,
        (
            field(
                "code", FieldType.CODE, "项目代码", required=True, patterns=(r"999-A\A", "XX"), member_check="COD-02"
            ),
            field("name", FieldType.TEXT, "项目名称"),
            field("kind", FieldType.CHOICE, "类别", lookup="kinds", member_check="ENU-01"),
            field("part", FieldType.CHOICE, "分类", lookup="parts", parent="kind", parent_check="ENU-03"),
            field("price", label="单价"),
            field("quantity", FieldType.DECIMAL, "数量"),
            field("extra", label="追加", blank_is_zero=True),
            field("amount", label="金额", formula="projects[].price * projects[].quantity", check="SUM-09"),
            field(
                "share", FieldType.PERCENT, "占比", formula="ROUND(100 * projects[].price / projects.total.price, 2)"
            ),
            field("due", FieldType.DATE, "完成日期"),
        ),
        (
            Row(
                "total",
                "合计",
                RowRole.TOTAL,
                formulas={"price": "SUM(projects[].price)", "amount": "SUM(projects[].amount)"},
                checks={"price": "SUM-01", "amount": "SUM-01"},
            ),
        ),
        capacity=6,
        key=("code",),
    )


def forms() -> tuple[Form, ...]:
    percent = FieldType.PERCENT
    cover = Block(
        "cover",
        "封面",
        BlockKind.RECORD,
        (
            field("unit_code", FieldType.CODE, "单位代码", required=True),
            field("note", FieldType.TEXT, "备注", required="cover.spent > 100"),
            field("spent", label="已支出"),
            field("cash", label="现金", unit="元"),
            field("date", FieldType.DATE, "填报日期"),
        ),
    )
    target = Block(
        "target",
        "项目绩效",
        BlockKind.RECORD,
        (
            field("code", FieldType.CODE, "项目代码", source="projects.code", member_check="XF-03"),
            field("budget", label="预算数"),
            field("mar", percent, "3月底", minimum=Decimal(0), maximum=Decimal(100), range_check="PLN-04"),
            field("jun", percent, "6月底"),
            field("dec", percent, "12月底"),
            field("count", FieldType.INTEGER, "指标个数", formula="COUNTA(indicators[].name)"),
        ),
    )
    indicators = Block(
        "indicators",
        "绩效指标",
        BlockKind.LIST,
        (
            field("level", FieldType.CHOICE, "一级指标"),
            field("name", FieldType.TEXT, "指标名称"),
            field("points", FieldType.DECIMAL, "分值"),
        ),
        capacity=4,
    )
    return (
        Form("finance", "收支", "收支总体", (cover, income())),
        Form("list", "项目", "项目清单", (projects(),)),
        Form("goal", "P{n:02d}", "项目绩效表", (target, indicators), repeat=2),
    )


def code_lists() -> dict[str, CodeList]:
    kinds = CodeList("kinds", "项目类别", tuple(map(ListEntry, ("货物", "工程", "服务", "A*"))))
    pairs = (("货物", "设备"), ("货物", "家具"), ("工程", "房屋"), ("服务", "设备"))
    parts = CodeList("parts", "项目分类", tuple(ListEntry(v, parent=p) for p, v in pairs))
    catalog = CodeList("catalog", "品目（部分）", (ListEntry("2.1"), ListEntry("设备")), open=True)
    return {c.id: c for c in (kinds, parts, catalog)}


DERIVED = ("STR-02", "TYP-01", "NAR-01", "SUM-01", "COD-02", "ENU-01", "ENU-03", "SUM-09", "XF-03", "PLN-04")


def rule(code: str, *expressions: str, **more: Any) -> Rule:
    grades = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    levels = tuple(Level(s, e) for s, e in zip(grades, expressions, strict=False))
    return Rule(code, RuleKind.EXPRESSION, Severity.ERROR, f"{code} 的要求", "请核对", levels=levels, **more)


def suite(*rules: Rule, edition: str = "") -> Suite:
    derived = tuple(Rule(code, RuleKind.DERIVED, Severity.ERROR, f"{code} 的要求", "请核对") for code in DERIVED)
    parameters = {"limit": Decimal(50)}
    return Suite(
        "small", "小套表", 2021, "某区", "批复", forms(), code_lists(), (*derived, *rules), parameters, {}, edition
    )


def values(data: Mapping[str, Any]) -> dict[Key, Value]:
    """``block.field``, ``block.row.field`` and ``block[]`` (a list of rows); ``block@01`` for an instance."""
    found: dict[Key, Value] = {}
    for name, content in data.items():
        block, _, rest = name.partition(".")
        block, _, instance = block.removesuffix("[]").partition("@")
        if name.endswith("[]"):
            for number, row in enumerate(content, 1):
                found |= {Key(block, instance, f"{number:03d}", f): typed(v) for f, v in row.items()}
        else:
            row_id, _, field_id = rest.rpartition(".")
            found[Key(block, instance, row_id, field_id)] = typed(content)
    return found


def typed(value: object) -> Value:
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, datetime.date | Decimal) or value is None:
        return value
    return str(value)


TEXTS = (
    "A",
    "a",
    "A*",
    "?",
    "XX",
    "2.1",
    "2.10",
    "123-BA",
    "货物",
    "服务",
    "设备",
    "房屋",
    "产出指标",
    'a"b',
    "是",
    " b",
)
NUMBERS = (
    "0",
    "1",
    "2",
    "-1",
    "3",
    "0.005",
    "10.005",
    "9.995",
    "0.125",
    "2.5",
    "33.33",
    "100",
    "0.000001",
    "123456.78",
)
DATES = (datetime.date(2021, 1, 31), datetime.date(2021, 2, 1), datetime.date(2020, 2, 29))


def a_value(form_field: Field, rng: random.Random) -> Value:
    """Blank, or a value that is likely to equal, nearly equal or resemble another one."""
    if rng.random() < 0.25:
        return None
    if form_field.type is FieldType.DATE:
        return rng.choice(DATES)
    if form_field.type.is_number:
        return Decimal(rng.choice(NUMBERS)) if rng.random() < 0.7 else Decimal(rng.randint(-99999, 99999)).scaleb(-2)
    return rng.choice(TEXTS)


def a_return(small: Suite, rng: random.Random) -> tuple[dict[Key, Value], frozenset[Key]]:
    """Typed values of a return, and the computed cells among them that were typed over."""
    found: dict[Key, Value] = {}
    over: set[Key] = set()
    for form in small.forms:
        for instance in ("01", "02") if form.repeat else ("",):
            if rng.random() < 0.15:
                continue
            for block in form.blocks:
                rows = [r.id for r in block.rows] if block.kind is not BlockKind.RECORD else [""]
                if block.kind is BlockKind.LIST:
                    rows += [f"{n:03d}" for n in range(1, rng.randint(0, block.capacity) + 1)]
                for row in rows:
                    for f in block.fields:
                        key = Key(block.id, instance, row, f.id)
                        computed = block.formula(row, f.id) is not None
                        if not block.has_cell(row, f.id) or (computed and rng.random() < 0.8):
                            continue
                        found[key] = a_value(f, rng)
                        if computed and found[key] is not None:
                            over.add(key)
    return found, frozenset(over)


def read_cases(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = yaml.safe_load(text)
    return cases


def every_rule() -> list[Rule]:
    """Each rule of the cases once, with its own code: what all engines must agree on for any values."""
    found: dict[tuple[str, str], Rule] = {}
    for case in read_cases("rules.yaml"):
        tolerance = Decimal(str(case["tolerance"])) if "tolerance" in case else None
        levels = case["rule"] if isinstance(case["rule"], list) else [case["rule"]]
        found.setdefault((str(levels), str(tolerance)), rule(f"T-{len(found) + 1:03d}", *levels, tolerance=tolerance))
    return list(found.values())


@pytest.fixture(scope="session")
def make_suite() -> Callable[..., Suite]:
    return suite


@pytest.fixture(scope="session")
def make_rule() -> Callable[..., Rule]:
    return rule


@pytest.fixture(scope="session")
def to_values() -> Callable[[Mapping[str, Any]], dict[Key, Value]]:
    return values


@pytest.fixture(scope="session")
def everything() -> Program:
    """A program with every rule of the cases and all derived checks."""
    return compile_suite(suite(*every_rule()))


@pytest.fixture(scope="session")
def random_return() -> Callable[[Suite, random.Random], tuple[dict[Key, Value], frozenset[Key]]]:
    return a_return
