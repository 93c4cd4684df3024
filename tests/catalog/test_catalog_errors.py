"""Whoever writes a definition is told every mistake at once, each with file, line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.catalog import load_suite
from toolkit.model.errors import SuiteError
from toolkit.model.rule import Severity

MONEY, PEOPLE, RULES = "forms/money.yaml", "forms/people.yaml", "rules/all.yaml"

SAYS = [
    # an unknown key is likely a slip of the pen: the near one is named
    (MONEY, "title: 收支表", "titel: 收支表", "tiny/forms/money.yaml:3:1: 未知的键“titel”，是否为“title”？"),
    (MONEY, "title: 收支表", "titel: 收支表", "tiny/forms/money.yaml:1:1: 缺少：title"),
    (MONEY, "minimum: 0", "minimun: 0", "tiny/forms/money.yaml:9:41: 未知的键“minimun”，是否为“minimum”？"),
    ("suite.yaml", "year: 2021", "jahr: 2021\nyear: 2021", "tiny/suite.yaml:3:1: 未知的键“jahr”。可用：extends、"),
    (RULES, "  kind: derived", "  sort: derived", "tiny/rules/all.yaml:2:3: 未知的键“sort”"),
    # wrong types
    (MONEY, "title: 收支表", "title: 2021", "tiny/forms/money.yaml:3:8: 此处应为文本，实为数字（请加引号）"),
    (MONEY, "title: 收支表", "title: [收支表]", "tiny/forms/money.yaml:3:8: 此处应为文本，实为列表"),
    (MONEY, "minimum: 0", "minimum: 零", "此处应为数字，实为文本"),
    (MONEY, "minimum: 0", "minimum: 0x1F", "此处应为数字"),
    (PEOPLE, "rows: 3", "rows: 3.5", "应为 1 至 999 的整数，实为 3.5"),
    (PEOPLE, "rows: 3", "rows: 0", "应为 1 至 999 的整数，实为 0"),
    (PEOPLE, "required: true", "required: [true]", "此处应为文本，实为列表"),
    (PEOPLE, "type: date", "type: datum", "未知的取值“datum”，是否为“date”？"),
    ("suite.yaml", "forms: [money, people]", "forms: money", "此处应为列表，实为文本"),
    # what must be there
    (MONEY, "label: 本年, ", "", "tiny/forms/money.yaml:9:15: 缺少标签 label"),
    (MONEY, "    label: 支出\n", "", "tiny/forms/money.yaml:6:5: 缺少标签 label"),
    (MONEY, "{label: 工资}", "{indent: 1}", "tiny/forms/money.yaml:13:14: 缺少标签 label"),
    (MONEY, "label: 本年", 'label: ""', "标签 label 不得为空"),
    (MONEY, "label: 本年, type: amount", "label: 本年", "缺少类型 type"),
    (PEOPLE, "    rows: 3\n", "", "list 须写明行数 rows"),
    (RULES, "  action: 请核对。\n", "", "tiny/rules/all.yaml:6:3: 规则缺少：action"),
    (RULES, "  rule: spending.wages.amount <= spending.total.amount\n", "", "规则须写 rule 或 levels"),
    ("suite.yaml", "title: 小套表\n", "", "tiny/suite.yaml:1:1: 套表缺少：title"),
    (MONEY, "unit: 万元\n", "", "金额栏目须有计量单位"),
    (MONEY, "unit: 万元\n", "unit: 美元\n", "金额单位“美元”不可换算，应为 元、千元、万元 或 亿元"),
    # ids and keys
    (
        MONEY,
        "      goods: {label: 商品}",
        "      goods: {label: 商品}\n      goods: {label: 货物}",
        "15:7: 键“goods”重复",
    ),
    (MONEY, "wages", "Wages", "行代号“Wages”不合规"),
    (PEOPLE, "list: staff", "list: spending", "区块代号“spending”重复：区块代号在整个套表中须唯一"),
    (PEOPLE, "form: people", "form: persons", "表代号“persons”须与文件名“people”一致"),
    (RULES, "code: SUM-03", "code: STR-02", "tiny/rules/all.yaml:6:3: 规则代码“STR-02”重复"),
    (RULES, "code: SUM-03", "code: SUM-03\n  lists: [nowhere]", "未知的代码表“nowhere”"),
    (RULES, "code: SUM-03", "code: SUM3", "规则代码“SUM3”不合规，应形如 SUM-01"),
    # sheets
    (MONEY, "sheet: 01_收支", "sheet: 收支/总体", "工作表名“收支/总体”不合规"),
    (MONEY, "sheet: 01_收支", f"sheet: {'收' * 32}", "有 32 个字符，不得超过 31 个"),
    (MONEY, "sheet: 01_收支", "sheet: 02_人员", "工作表名“02_人员”与表“money”的工作表同名"),
    (MONEY, "sheet: 01_收支", "sheet: 填报说明", "tiny/forms/money.yaml:2:8: 工作表名“填报说明”是系统保留的工作表名"),
    (MONEY, "sheet: 01_收支", 'sheet: "P{n}_收支"', "工作表名含 {n}，但表未设 repeat"),
    (MONEY, "sheet: 01_收支", "sheet: 01_收支\nrepeat: 3", "重复表的工作表名须含 {n}"),
    (MONEY, "sheet: 01_收支", 'sheet: "P{x}_收支"', "只可使用 {n} 或 {n:02d}"),
    # references
    (PEOPLE, "lookup: kinds", "lookup: kind", "未知的代码表“kind”，是否为“kinds”？可用：kinds、levels"),
    (PEOPLE, "parent: kind,", "parent: king,", "本区块没有上级栏目“king”，是否为“kind”？"),
    (PEOPLE, "source: staff.name", "source: staff.nam", "未知的取值来源“staff.nam”，是否为“staff.name”？"),
    (PEOPLE, "source: staff.name", "source: spending.amount", "取值来源“spending.amount”须是列表（list）的栏目"),
    (PEOPLE, "key: [name]", "key: [nam]", "未知的栏目“nam”，是否为“name”？"),
    (PEOPLE, "lines: [[person, since]]", "lines: [[person]]", "栏目“since”未列入 lines，表上不会出现"),
    (PEOPLE, "fields: [age]", "fields: [name]", "未知的数值栏目“name”"),
    (
        MONEY,
        "total: [wages, goods]",
        "total: [wages, good]",
        "tiny/forms/money.yaml:12:41: 未知的行“good”，是否为“goods”？",
    ),
    ("lists/levels.yaml", "parent: 聘用", "parent: 临聘", "tiny/lists/levels.yaml:1:1: 代码表“levels”的上级“临聘”不在"),
    (PEOPLE, "lookup: levels, parent: kind", "lookup: kinds, parent: kind", "代码表“kinds”的条目没有 parent"),
    ("suite.yaml", "forms: [money, people]", "forms: [money, peeple]", "没有表“peeple”，是否为“people”？"),
    ("suite.yaml", "forms: [money, people]", "forms: [money]", "tiny/suite.yaml:6:8: 表 people 未列入 forms"),
    ("suite.yaml", "suite: tiny", "suite: tinny", "套表代号“tinny”须与文件夹名“tiny”一致"),
    ("suite.yaml", "stage: 批复", "stage: 三上", "未知的取值“三上”"),
    # keys without effect
    (PEOPLE, "lookup: kinds, ", "", "choice 类型须有 lookup（代码表）或 source（取值来源栏目）"),
    (PEOPLE, "type: date,", "type: date, minimum: 1,", "minimum 只用于数值类型"),
    (PEOPLE, "type: date,", "type: date, dash: true,", "dash 只用于数值类型"),
    (PEOPLE, "type: integer,", "type: integer, pattern: 99,", "pattern 只用于文本类型"),
    (PEOPLE, "type: text,", "type: text, lookup: kinds,", "lookup 只用于 choice 类型"),
    (PEOPLE, "type: integer,", "type: integer, check: SUM-09,", "check 只用于有 formula 的栏目"),
    (PEOPLE, "type: integer,", "type: integer, range_check: TYP-01,", "range_check 须与 minimum 或 maximum 同用"),
    (PEOPLE, "type: integer,", "type: integer, minimum: 9, maximum: 1,", "maximum 1 小于 minimum 9"),
    (MONEY, "wages: {label: 工资}", "wages: {label: 工资, check: SUM-01}", "行的 check 须与 total 同用"),
    # code lists
    ("lists/kinds.yaml", "[在编, 聘用]", "[在编, 在编]", "tiny/lists/kinds.yaml:3:15: 条目“在编”重复"),
    ("lists/levels.yaml", "甲级", "二级", "别名“二级”本身就是一个条目"),
    ("lists/kinds.yaml", "entries: [在编, 聘用]", "csv: kinds.csv", "找不到代码表文件“kinds.csv”"),
    ("lists/kinds.yaml", "entries: [在编, 聘用]", "open: true", "代码表须有 list、label，以及 entries 或 csv 之一"),
    # expressions and examples
    (MONEY, "+ spending[].amount", "+ spending[].amout", "tiny/forms/money.yaml:10:50: field spending.total.double"),
    (RULES, "<= spending.total.amount\n", "<= spending.totl.amount\n", "tiny/rules/all.yaml:10:9: "),
    (
        RULES,
        "{spending.wages.amount: 1",
        "{spending.wage.amount: 1",
        "12:7: 示例中的单元格“spending.wage.amount”不存在",
    ),
    (RULES, "verdict: pass", "verdict: ok", "未知的取值“ok”"),
    (RULES, "{spending.wages.amount: 1", '{"staff[]": [{nam: 1}]', "示例中的区块“staff”没有栏目“nam”，是否为“name”？"),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), SAYS, ids=[f"{n:02d}" for n in range(len(SAYS))])
def test_a_mistake_is_reported_where_it_stands(
    problems: Callable[[str, str, str], list[str]], file: str, old: str, new: str, expected: str
) -> None:
    found = problems(file, old, new)
    assert any(expected in line for line in found), "\n".join(found)


def test_all_mistakes_of_all_files_are_reported_in_one_go(tiny: Path) -> None:
    for name, old, new in [("money", "unit: 万元", "unti: 万元"), ("people", "rows: 3", "rows: -3")]:
        path = tiny / "forms" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SuiteError) as error:
        load_suite(tiny)
    assert {str(where).partition(":")[0] for where, _ in error.value.problems} == {
        "tiny/forms/money.yaml",
        "tiny/forms/people.yaml",
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"form: [", "tiny/forms/money.yaml:2:1: 不是有效的 YAML"),
        ("form: 收支".encode("gb18030"), "tiny/forms/money.yaml:1:1: 文件不是 UTF-8 编码"),
        (b"", "tiny/forms/money.yaml:1:1: 文件为空"),
        (b"- form\n", "tiny/forms/money.yaml:1:1: 此处应为键值对，实为列表"),
    ],
)
def test_a_file_that_is_not_a_definition_is_named(tiny: Path, content: bytes, expected: str) -> None:
    (tiny / "forms" / "money.yaml").write_bytes(content)
    with pytest.raises(SuiteError) as error:
        load_suite(tiny)
    assert expected in str(error.value)


def test_an_unknown_suite_is_answered_with_those_there_are() -> None:
    with pytest.raises(SuiteError, match="找不到套表“hebei-2012”，是否为“hebei-2021”？"):
        load_suite("hebei-2012")


def test_the_levels_of_a_rule_go_from_severe_to_mild(problems: Callable[[str, str, str], list[str]]) -> None:
    found = problems(
        RULES,
        "  rule: spending.wages.amount <= spending.total.amount",
        "  levels:\n"
        "    - {severity: info, rule: spending.wages.amount <= spending.total.amount}\n"
        "    - {severity: error, rule: spending.wages.amount <= spending.total.amount}",
    )
    assert any("levels 须由重到轻排列" in line for line in found)


def test_a_rule_on_trial_is_a_remark_whatever_severity_it_is_written_with(tiny: Path) -> None:
    rules = tiny / RULES
    written = rules.read_text(encoding="utf-8")
    rules.write_text(written.replace("- code: SUM-03\n", "- code: SUM-03\n  beta: true\n"), encoding="utf-8")
    rule = load_suite(tiny).rules_by_code["SUM-03"]
    assert rule.beta
    assert {rule.severity, *(level.severity for level in rule.levels)} == {Severity.INFO}
