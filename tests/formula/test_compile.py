"""What a suite is compiled to, and what its author is told where it cannot be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from toolkit.formula import Cells, Check, Program, Ref, compile_suite, compute, evaluate_check, homes
from toolkit.formula.syntax import parse
from toolkit.model.errors import FormulaError, Source, SuiteError
from toolkit.model.fact import Key
from toolkit.model.form import Block, Suite
from toolkit.model.rule import Level, Rule

MakeSuite = Callable[..., Suite]
MakeRule = Callable[..., Rule]

FAULTS = [
    ("incom.total.this_year > 1", "没有区块“incom”；是不是 income"),
    ("income.total.this_yaer > 1", "没有栏目“this_yaer”；是不是 this_year"),
    ("income.totl.this_year > 1", "没有行“totl”；是不是 total？可用的有：total、general、of_which、fund、other"),
    ("income.this_year > 1", "income 有多行：请写 income.行.this_year 或 income[].this_year"),
    ("cover.x.spent > 1", "cover 没有行：请写 cover.spent"),
    ("cover[].spent > 1", "cover 没有行"),
    ("SUM(cover[].spent) > 1", "只有一份"),
    ("income.of_which.last_year > 1", "没有单元格"),
    ("SUM(cover.cash, cover.spent) > 1", "SUM 的各栏计量单位不同（万元、元）：请用 + 相加"),
    ("ADD(cover.cash, cover.spent) > 1", "ADD 的各栏计量单位不同"),
    ("cover.spent > target.budget AND projects[].price > 1", "target.budget 在重复表 goal 中，从 list 看不知是哪一张"),
    (
        "projects[].price > indicators[].points",
        "只能逐行检查一个区块，此处有两个（projects[].price 与 indicators[].points）",
    ),
    ("1 > 0", "没有任何栏目"),
    ("cover.spent", "规则要条件（真假），表达式给出数字"),
    ("cover.spent = cover.note", "两边类型不同：数字与文本"),
    ('cover.note > "a"', "文本只能比较相等"),
    ("(cover.spent > 1) = (cover.spent > 2)", "条件不能用“=”比较"),
    ('cover.date > "2021-02-30"', "“2021-02-30”不是日期"),
    ("cover.note + 1 > 2", "“+”要数字，这里是文本"),
    ("cover.spent / 2 > 1", "除法要写在 ROUND 里"),
    ("ROUND(cover.spent / 2 + 1, 2) > 1", "除法要写在 ROUND 里"),
    ("ROUND(cover.spent / (2 / cover.spent), 2) > 1", "除数里不能再有除法"),
    ("ROUND(cover.spent, cover.spent) > 1", "ROUND 的位数要直接写出，是 0 到 6 的整数"),
    ("SUM(cover.spent + 1) > 1", "SUM 只能对栏目取值，不能对算式取值；几项相加请直接用 +"),
    ("SUM(cover.note) > 1", "SUM 要数字，这里是文本"),
    ("COUNT(projects[].name) > 1", "数文本的个数请用 COUNTA"),
    ("SUMIFS(projects[].price, cover.note, cover.note) > 1", "此处要整列：请写 cover[].note"),
    ("SUMIFS(projects[].price, projects[].kind) > 1", "SUMIFS 要至少 3 个参数"),
    ("COUNTIFS(projects[].kind, cover.spent) > 1", "COUNTIFS 要文本，这里是数字"),
    ('COUNTIFS(projects[].kind, "a", indicators[].name, "b") > 1', "同一区块"),
    ("COUNTIFS(income[].change, 1, income[].this_year, 2) > 1 AND NOT(cover.spent)", "NOT 要条件（真假），这里是数字"),
    ("cover.spent * cover.spent * cover.spent * cover.spent > 1", "连乘的栏目太多"),
    ("VLOOKUP(cover.spent) > 1", "没有函数“VLOOKUP”；是不是 LOOKUP"),
    ('IN_LIST(cover.note, "kind")', "没有代码表“kind”；是不是 kinds"),
    ('cover.spent > PARAM("limits")', "没有参数“limits”；是不是 limit"),
    ("ISBLANK(cover.spent + 1)", "ISBLANK 只能问一个栏目是否未填"),
    ('IF(cover.spent > 1, 1, "a") = 1', "IF 的两个结果类型不同"),
    ("UNITS(cover.spent) > 1", "UNITS 只能写在 SUM"),
    ("SUM(UNITS(target.budget)) > 1", "UNITS 不能取重复表中的栏目"),
    ("PRIOR(projects[].price) > projects[].price", "PRIOR 不能取明细表的逐行"),
    ('MATCHES(cover.note, "9\\")', "以 \\ 结尾"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_is_named_where_it_is(make_suite: MakeSuite, make_rule: MakeRule, text: str, message: str) -> None:
    rule = replace(make_rule("T-01", text), source=Source("rules/t.yaml", 7, 3))
    with pytest.raises(SuiteError) as caught:
        compile_suite(make_suite(rule))
    ((where, what),) = caught.value.problems
    assert str(where) == "rules/t.yaml:7:3"
    assert message in what
    assert text in what, "the expression is shown with a pointer"


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("cover.spent >", 13, "不完整"),
        ("SUM(cover.spent", 15, "不完整"),
        ("cover.spent = ＝ 1", 14, "不认识“＝”：请写半角的 ="),
        ("1 <= cover.spent <= 3", 17, "比较不能连写"),
        ("cover > 1", 0, "“cover”不完整"),
        ("cover.spent = SUM", 14, "“SUM”：函数名后须有左括号"),
        ("cover.spent ! 1", 12, "看不懂“!”"),
        ("cover[].row.spent > 1", 0, "不是名称"),
    ],
)
def test_text_that_is_no_expression_is_pointed_at(text: str, offset: int, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert message in caught.value.message
    assert caught.value.offset == offset


def test_all_faults_are_listed_at_once_each_at_its_own_level(make_suite: MakeSuite, make_rule: MakeRule) -> None:
    levels = make_rule("T-01", "cover.spent > 1", "cover.spnt > 1").levels
    placed = tuple(Level(x.severity, x.expression, Source("r.yaml", n, 1)) for n, x in enumerate(levels, 1))
    broken = (replace(make_rule("T-01"), levels=placed), make_rule("T-02", "cover.spent >"))
    with pytest.raises(SuiteError) as caught:
        compile_suite(make_suite(*broken))
    assert [(str(where), what[:4]) for where, what in caught.value.problems] == [
        ("r.yaml:2:1", "T-01"),
        ("None", "T-02"),
    ]


def _with_formula(suite: Suite, block_id: str, **formulas: str) -> Suite:
    def block(one: Block) -> Block:
        fields = tuple(replace(f, formula=formulas.get(f.id, f.formula)) for f in one.fields)
        return replace(one, fields=fields) if one.id == block_id else one

    return replace(suite, forms=tuple(replace(f, blocks=tuple(map(block, f.blocks))) for f in suite.forms))


def test_a_circle_of_formulas_is_shown_as_one(make_suite: MakeSuite) -> None:
    suite = _with_formula(make_suite(), "projects", price="projects[].quantity * 2", quantity="projects.total.price")
    with pytest.raises(SuiteError) as caught:
        compile_suite(suite)
    circle = "projects[].price → projects[].quantity → projects.total.price → projects[].price"
    assert any(circle in what for _, what in caught.value.problems)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("projects[].price + 1", "cover.spent 不在 projects 的行里"),
        ("target.budget", "从那里看不知是重复表 goal 的哪一张"),
        ("PRIOR(cover.spent)", "计算栏目不能用 PRIOR"),
        ('"a"', "栏目 cover.spent 要数字，表达式给出文本"),
    ],
)
def test_a_formula_that_does_not_fit_its_field_names_the_field(
    make_suite: MakeSuite, formula: str, message: str
) -> None:
    with pytest.raises(SuiteError) as caught:
        compile_suite(_with_formula(make_suite(), "cover", spent=formula))
    assert caught.value.problems[0][1].startswith("field cover.spent：")
    assert message in caught.value.problems[0][1]


def test_the_domain_follows_from_the_names(make_suite: MakeSuite, make_rule: MakeRule) -> None:
    texts = {
        "cover.spent = SUM(target[].budget)": ("return", "finance", ""),
        "SUM(projects[].price) > 1": ("return", "list", ""),
        "SUM(indicators[].points) = 100": ("instance", "goal", ""),
        "target.budget <= cover.spent": ("instance", "goal", ""),
        "indicators[].points <= target.budget": ("row", "goal", "indicators"),
        "projects[].price <= cover.spent": ("row", "list", "projects"),
        "income[].change > 0": ("row", "finance", "income"),
    }
    rules = [make_rule(f"T-{n}", text) for n, text in enumerate(texts)]
    checks = {c.code: c for c in compile_suite(make_suite(*rules)).checks}
    found = {r.levels[0].expression: checks[r.code].domain for r in rules}
    assert {text: (d.kind, d.form, d.block) for text, d in found.items()} == texts
    assert checks["T-6"].rows == ("total", "general", "fund", "other"), "rows that have the cell"


def _derived(program: Program) -> dict[str, Check]:
    return {c.id: c for c in program.checks if not c.rule.levels}


def test_checks_follow_from_the_fields(everything: Program) -> None:
    checks = _derived(everything)
    assert set(checks) == {
        "STR-02:cover", "STR-02:income", "STR-02:projects[]", "TYP-01:income", "NAR-01:income", "SUM-01:income",
        "SUM-01:projects", "COD-02:projects[]", "ENU-01:projects[]", "ENU-03:projects[]", "SUM-09:projects[]",
        "XF-03:target", "PLN-04:target",
    }  # fmt: skip
    places = [p.places[0] for p in checks["STR-02:income"].levels[0].parts]
    rows = ("general", "of_which", "fund", "other")
    assert places == [Ref("income", row, "this_year", many=False) for row in rows], "computed cells are not asked for"


def test_a_bureau_without_the_rule_does_not_run_the_check(make_suite: MakeSuite) -> None:
    suite = make_suite()
    fewer = replace(suite, rules=tuple(r for r in suite.rules if r.code not in ("TYP-01", "STR-02")))
    codes = {c.code for c in compile_suite(fewer).checks}
    assert codes.isdisjoint({"TYP-01", "STR-02"})
    assert "SUM-01" in codes


def test_a_rule_of_other_years_is_left_out(make_suite: MakeSuite, make_rule: MakeRule) -> None:
    old = make_rule("T-01", "cover.spent > 1", years=(2018, 2020))
    now = make_rule("T-02", "cover.spent > 1", years=(2021, 2030))
    codes = {c.code for c in compile_suite(make_suite(old, now)).checks}
    assert "T-02" in codes
    assert "T-01" not in codes


def _verdict(program: Program, check_id: str, values: dict[Key, Any]) -> list[bool | None]:
    cells = Cells(program.suite, values)
    check = program.checks_by_id[check_id]
    (home, *_) = homes(check, cells)
    return [p.value for p in evaluate_check(check, cells, *home).parts]


@pytest.mark.parametrize(
    ("check", "data", "verdicts"),
    [
        ("STR-02:cover", {"cover.unit_code": "1", "cover.spent": 1}, [True, True]),
        ("STR-02:cover", {"cover.spent": 101}, [False, False]),
        ("PLN-04:target", {"target@01.mar": 100}, [True]),
        ("PLN-04:target", {"target@01.mar": 101}, [False]),
        ("PLN-04:target", {"target@01.jun": 1}, [True]),
        ("COD-02:projects[]", {"projects[]": [{"code": "123-BA"}]}, [True]),
        ("COD-02:projects[]", {"projects[]": [{"code": "123-BB"}]}, [False]),
        ("COD-02:projects[]", {"projects[]": [{"price": 1}]}, [None]),
        ("ENU-01:projects[]", {"projects[]": [{"price": 1}]}, [True]),
        ("ENU-03:projects[]", {"projects[]": [{"part": "设备"}]}, [None]),
        ("XF-03:target", {"target@01.code": "XX", "projects[]": [{"code": "XX"}]}, [True]),
        ("XF-03:target", {"target@01.code": "XX", "projects[]": [{"code": "X"}]}, [False]),
        ("SUM-09:projects[]", {"projects[]": [{"price": 2, "quantity": 3, "amount": 6}]}, [True]),
        ("SUM-09:projects[]", {"projects[]": [{"price": 2, "quantity": 3, "amount": 7}]}, [False]),
        ("SUM-09:projects[]", {"projects[]": [{"price": 2}]}, [None]),
        ("SUM-09:projects[]", {"projects[]": [{"name": "甲"}]}, [True]),
    ],
)
def test_derived_checks_have_verdicts(
    everything: Program, to_values: Callable[..., Any], check: str, data: dict[str, Any], verdicts: list[bool | None]
) -> None:
    assert _verdict(everything, check, to_values(data)) == verdicts


def test_formulas_are_computed_in_order_and_constants_typed_over_them_stay(
    everything: Program, to_values: Callable[..., Any]
) -> None:
    rows = [{"price": 1, "quantity": 3}, {"price": 2, "quantity": Decimal("0.5"), "amount": 9}]
    data = to_values({"projects[]": rows, "income.general.this_year": 5, "indicators@02[]": [{"name": "甲"}]})
    over = frozenset({Key("projects", "", "002", "amount")})
    values = compute(everything, data, over)
    assert values[Key("projects", "", "001", "amount")] == 3
    assert values[Key("projects", "", "002", "amount")] == 9
    assert values[Key("projects", "", "total", "amount")] == 12
    assert values[Key("projects", "", "001", "share")] == Decimal("33.33")
    assert values[Key("income", "", "total", "this_year")] == 5
    assert values[Key("income", "", "general", "change")] is None
    assert values[Key("target", "02", "", "count")] == 1
    assert ("target", "01") not in {(k.block, k.instance) for k in values}


def test_a_program_is_kept_for_its_edition(make_suite: MakeSuite, make_rule: MakeRule) -> None:
    first = compile_suite(make_suite(make_rule("T-01", "cover.spent > 1"), edition="e1"))
    assert compile_suite(make_suite(make_rule("T-01", "cover.spent > 1"), edition="e1")) is first
    assert compile_suite(make_suite(make_rule("T-01", "cover.spent > 2"), edition="e1")) is not first


def test_the_parser_is_loaded_when_it_is_needed() -> None:
    code = "import sys, toolkit.formula; sys.exit('lark' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_computed_cell_is_in_the_unit_of_its_field(make_suite: Callable[..., Suite]) -> None:
    """万元 times 10 000 are 元; 元 are not rounded to 万元 unasked."""

    def with_formula(unit: str, formula: str) -> Suite:
        suite = make_suite()
        cover = suite.blocks["cover"]
        fields = tuple(replace(f, unit=unit, formula=formula) if f.id == "cash" else f for f in cover.fields)
        form = suite.form_of_block["cover"]
        blocks = tuple(replace(b, fields=fields) if b.id == "cover" else b for b in form.blocks)
        return replace(suite, forms=tuple(replace(f, blocks=blocks) if f.id == form.id else f for f in suite.forms))

    key, spent = Key("cover", "", "", "cash"), Key("cover", "", "", "spent")
    yuan = with_formula("元", "cover.spent + income.general.this_year")
    values = {spent: Decimal("1.5"), Key("income", "", "general", "this_year"): Decimal("0.25")}
    assert compute(compile_suite(yuan), values, frozenset())[key] == 17500
    with pytest.raises(SuiteError, match=r"公式得出万元，栏目以亿元计：请写 ROUND\(… / 10000, 2\)"):
        compile_suite(with_formula("亿元", "cover.spent + income.general.this_year"))
