"""Hints: the suite loads, but something in it has no effect or will trouble those who fill it in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.catalog import lint, load_suite

MONEY, PEOPLE = "forms/money.yaml", "forms/people.yaml"


def test_a_good_suite_gets_no_hint(tiny: Path) -> None:
    assert lint(load_suite(tiny)) == []
    assert lint(load_suite(Path(__file__).parents[1] / "suites" / "mini")) == []


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
    assert [str(hint) for hint in lint(replace(suite, rules=rules, edition=""))] == [
        "rules.XF-01.cases[1]：示例写的是“不通过”，实际通过",
        "rules.XF-01.cases[3]：示例写的是“不通过”，实际未执行",
    ]
