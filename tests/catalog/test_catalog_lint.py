"""Hints: the suite loads, but something in it has no effect or will trouble those who fill it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from toolkit import api
from toolkit.api import generate
from toolkit.catalog import lint, load_layouts, load_suite

MONEY, PEOPLE, RULES, SUITE = "forms/money.yaml", "forms/people.yaml", "rules/all.yaml", "suite.yaml"
SUM_03 = "rule: spending.wages.amount <= spending.total.amount"


MINI = Path(__file__).parents[1] / "suites" / "mini"
NO_CASES = "没有通过、不通过的示例（cases）"


def test_a_good_suite_gets_no_hint(tiny: Path) -> None:
    path = tiny / RULES
    passing = "spending.total.amount: 2}, verdict: pass}"
    failing = "    - {data: {spending.wages.amount: 3, spending.total.amount: 2}, verdict: fail}"
    path.write_text(path.read_text("utf-8").replace(passing, f"{passing}\n{failing}"), "utf-8")
    assert lint(load_suite(tiny)) == []


def test_rules_without_examples_are_named_unless_their_fields_say_all(tiny: Path) -> None:
    assert [str(hint) for hint in lint(load_suite(tiny))] == ["rules.SUM-03：没有不通过的示例（cases）"]
    assert [str(hint) for hint in lint(load_suite(MINI))] == [
        f"rules.{code}：{NO_CASES}" for code in ("XY-01", "WBK-04", "XD-03")
    ]


def test_a_rule_that_is_inherited_was_shown_where_it_was_written(tiny: Path) -> None:
    heir = tiny.parent / "heir"
    heir.mkdir()
    (heir / "suite.yaml").write_text("suite: heir\nextends: tiny\n", "utf-8")
    assert lint(load_suite(heir)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (PEOPLE, ", help: 全名", "", "fields.staff.name：没有填报提示（help）"),
        (
            PEOPLE,
            "help: 全名",
            f"help: {'长' * 256}",
            "fields.staff.name：填报提示有 256 个字符，Excel 最多显示 255 个",
        ),
        (
            PEOPLE,
            "label: 姓名, type: text",
            f"label: {'名' * 33}, type: text",
            "标签有 33 个字符，作提示标题最多 32 个",
        ),
        (PEOPLE, "label: 年龄", "label: 姓名", "fields.staff.age：标签与栏目 name 相同，读取时无法凭标签区分"),
        (
            PEOPLE,
            "lookup: kinds, member_check: ENU-01",
            "source: staff.name",
            "lists.kinds：代码表没有被任何栏目或规则使用",
        ),
        (
            MONEY,
            '"spending[].amount + spending[].amount"',
            '"COUNT(spending[].amount)"',
            "没有填任何数据时，公式得出“0”而不是空白",
        ),
        (MONEY, "minimum: 0", "minimum: 0.1234567890123456", "超过 15 位有效数字，Excel 无法精确保存"),
        (MONEY, 'amount", check: NAR-01', 'amount", required: true, check: NAR-01', "由公式计算的栏目不必设为必填"),
        (MONEY, ", check: NAR-01", "", "rules.NAR-01：没有栏目引用这条派生规则"),
        (PEOPLE, ", help: 周岁", "", "fields.staff.age：没有填报提示（help）"),
        (PEOPLE, ", help: 日期", "", "fields.chief.since：没有填报提示（help），也没有规则或公式用到"),
        (RULES, SUM_03, f"{SUM_03} OR 2 > 1", "rules.SUM-03：条件中有一处比较不涉及任何栏目，结果总是一样"),
        (
            RULES,
            SUM_03,
            "rule: spending.wages.amount <= spending.wages.amount",
            "rules.SUM-03：条件中有一处比较的两边相同，结果总是一样",
        ),
        (
            RULES,
            f"  severity: error\n  statement: 工资不得超过合计\n  action: 请核对。\n  {SUM_03}",
            "  statement: 工资不得超过合计\n  action: 请核对。\n  levels:\n"
            f"    - {{severity: error, {SUM_03}}}\n    - {{severity: info, {SUM_03}}}",
            "rules.SUM-03：两级的条件相同，较轻的一级永远不会单独成立",
        ),
        (
            RULES,
            "spending.total.amount: 2}, verdict: pass",
            "spending.total.amount: 2}, verdict: fail",
            "没有通过的示例",
        ),
        (
            SUITE,
            "stage: 批复",
            "stage: 批复\nparameters: {share: 5}",
            "parameters.share：参数没有被任何规则、公式或版式使用",
        ),
        (RULES, SUM_03, f"{SUM_03} + 1234567890123456", "rules.SUM-03：数值 1234567890123456 超过 15 位有效数字"),
        (
            RULES,
            "spending.wages.amount: 1,",
            "spending.wages.amount: 1.000000000000001,",
            "rules.SUM-03.cases[1]：数值",
        ),
        (
            MONEY,
            '"spending[].amount + spending',
            '"1234567890123456 + spending',
            "fields.spending.double.formula：数值",
        ),
    ],
)
def test_a_hint_says_what_and_where(tiny: Path, file: str, old: str, new: str, expected: str) -> None:
    path = tiny / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    if "source" in new:  # the cascade needs its list: without it the other column goes too
        path.write_text(path.read_text(encoding="utf-8").replace(", parent: kind, parent_check: ENU-03", ""), "utf-8")
    found = [str(hint) for hint in lint(load_suite(tiny))]
    assert any(expected in hint for hint in found), found


def test_a_list_that_only_a_rule_names_is_used(tiny: Path) -> None:
    with (tiny / "rules" / "all.yaml").open("a", encoding="utf-8") as rules:
        rules.write(
            "- code: ENU-07\n  severity: info\n  statement: 名称应在列表中\n  action: 请核对。\n"
            '  rule: IN_LIST(staff[].name, "kinds")\n'
        )
    people = tiny / "forms" / "people.yaml"
    text = people.read_text(encoding="utf-8").replace(", parent: kind, parent_check: ENU-03", "")
    people.write_text(text.replace("lookup: kinds, member_check: ENU-01", "source: staff.name"), encoding="utf-8")
    assert not [hint for hint in lint(load_suite(tiny)) if hint.place.startswith("lists.")]


def test_an_example_that_does_not_get_its_verdict_is_named() -> None:
    suite = load_suite(Path(__file__).parents[1] / "suites" / "mini")
    rule = suite.rules_by_code["XF-01"]
    wrong = replace(rule, cases=tuple(replace(case, verdict="fail") for case in rule.cases))
    rules = tuple(wrong if r.code == rule.code else r for r in suite.rules)
    found = [str(hint) for hint in lint(replace(suite, rules=rules, edition=""))]
    assert [hint for hint in found if "示例写的是" in hint] == [
        "rules.XF-01.cases[1]：示例写的是“不通过”，实际通过",
        "rules.XF-01.cases[3]：示例写的是“不通过”，实际未执行",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (RULES, SUM_03, "rule: 1 = 1", "SUM-03：表达式里没有任何栏目"),
        (MONEY, "goods: {label: 商品}", "goods: {label: 商品, closed: [amount]}", "该行不填此栏"),
        (MONEY, "sheet: 01_收支", f"sheet: {'长' * 32}", "有 32 个字符，不得超过 31 个"),
        (MONEY, "sheet: 01_收支", "sheet: 收/支", "工作表名“收/支”不合规"),
    ],
)
def test_what_could_never_run_and_sheets_excel_does_not_take_are_errors_already(
    problems: Callable[[str, str, str], list[str]], file: str, old: str, new: str, expected: str
) -> None:
    assert any(expected in problem for problem in problems(file, old, new))


def test_a_parameter_that_only_a_layout_prints_is_used(tiny: Path) -> None:
    path = tiny / SUITE
    path.write_text(path.read_text("utf-8") + "parameters: {share: 5, rest: 1}\n", "utf-8")
    (tiny / "layouts").mkdir()
    (tiny / "layouts" / "note.yaml").write_text(
        'layout: note\ntitle: 说明\ncolumns: [40]\nrows:\n  - ["不超过 {parameter share}%"]\n'
        '  - [{sentences: ["共 {parameter rest} 项"]}]\n',
        "utf-8",
    )
    suite, layouts = load_suite(tiny), load_layouts(tiny).values()
    unused = "参数没有被任何规则、公式或版式使用"
    assert [hint.place for hint in lint(suite) if hint.message == unused] == ["parameters.rest", "parameters.share"]
    assert [hint.place for hint in lint(suite, layouts) if hint.message == unused] == []
    assert not [line for line in api.lint(str(tiny)) if unused in line]


def test_no_validation_formula_is_over_255_characters_however_long_the_names_are(tiny: Path) -> None:
    """Choices stand in hidden lists, so that a formula holds addresses and sheet names only: nothing to hint at."""
    sheet = f"{'“' * 15}'{'长' * 15}"
    for file, old, new in (
        (PEOPLE, "sheet: 02_人员", f'sheet: "{sheet}"'),
        (PEOPLE, "rows: 3", "rows: 999"),
        ("lists/kinds.yaml", "在编", "在" * 255),
        ("lists/levels.yaml", "parent: 在编", f"parent: {'在' * 255}"),
    ):
        path = tiny / file
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    made = generate(tiny.parent / "blank.xlsx", suite=tiny)
    validations = [v for s in openpyxl.load_workbook(made.path) for v in s.data_validations.dataValidation]
    lengths = [len(str(formula)) for v in validations for formula in (v.formula1, v.formula2) if formula]
    assert len([v for v in validations if v.type == "list"]) >= 3
    assert max(lengths) <= 255
