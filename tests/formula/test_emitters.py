"""What the emitters write: safe functions only, never too long; sentences a unit can read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from toolkit.formula import (
    Bound,
    Check,
    Op,
    Program,
    Ref,
    compile_suite,
    level_to_excel,
    to_chinese,
    to_excel,
    verdict_to_excel,
)
from toolkit.model.errors import FormulaError, SuiteError
from toolkit.model.form import Suite
from toolkit.model.rule import Rule

SAFE = {
    "IF", "IFERROR", "ISERROR", "AND", "ISNUMBER", "SUM", "SUMPRODUCT", "COUNT", "MIN", "MAX", "ABS", "ROUND", "CHOOSE", "LEN",
    "LEFT", "RIGHT", "MID", "EXACT", "FIND", "SUBSTITUTE", "INDEX", "ROW", "DATE", "NA",
}  # fmt: skip


class Places:
    """Every cell at an address of its own name's length."""

    def scalar(self, ref: Ref) -> str:
        return "C5"

    def ranges(self, ref: Ref) -> list[str]:
        return ["A1:A9", "A11:A12"] if ref.across else ["D6:D10"]

    def list_values(self, list_id: str) -> str:
        return "_lists!$A$1:$A$9"

    def list_parents(self, list_id: str) -> str:
        return "_lists!$B$1:$B$9"


def _check(suite: Suite) -> Check:
    return next(c for c in compile_suite(suite).checks if c.code == "T-01")


def _bound(suite: Suite) -> Bound:
    return _check(suite).levels[0].parts[0].bound


def test_only_functions_that_every_client_has(everything: Program) -> None:
    for check in everything.checks:
        formula = verdict_to_excel(check, Places())
        assert len(formula) < 8192
        bare = re.sub(r'"[^"]*"', '""', formula)
        assert set(re.findall(r"([A-Z]+)\(", bare)) <= SAFE, formula


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("cover.spent <= 5", "IFERROR(IF(ROUND(IF(ISNUMBER(C5),C5,NA())-5,6)<=0.005,1,0),0.5)"),
        ("ISBLANK(cover.spent)", "IFERROR(IF(LEN(C5)=0,1,0),0)"),
        ('cover.note = "是"', 'IFERROR(IF(EXACT(IF(LEN(C5)=0,NA(),C5&""),"是"),1,0),0.5)'),
        (
            "COUNTA(target[].budget) > cover.spent",
            "IFERROR(IF(ROUND((COUNT(A1:A9,A11:A12))-IF(ISNUMBER(C5),C5,NA()),6)>0.005,1,0),0.5)",
        ),
    ],
)
def test_conditions_are_numbers(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule], text: str, formula: str
) -> None:
    assert to_excel(_bound(make_suite(make_rule("T-01", text))), Places()) == formula


def test_a_computed_cell_is_blank_where_unknown(everything: Program) -> None:
    bounds = {(c.block, c.row, c.field): c.bound for c in everything.computed}
    total = to_excel(bounds[("income", "total", "this_year")], Places())
    assert total == 'IFERROR(ROUND(IF(COUNT(C5,C5,C5)=0,NA(),SUM(C5,C5,C5)),6),"")', "a sum of doubles leaves noise"
    number = "IF(ISNUMBER(C5),C5,NA())"
    amount = to_excel(bounds[("projects", "*", "amount")], Places())
    assert amount == f'IFERROR(ROUND(({number}*{number}),6),"")', "no more than six places"


def test_only_numbers_are_rounded(make_suite: Callable[..., Suite], make_rule: Callable[..., Rule]) -> None:
    condition = _bound(make_suite(make_rule("T-01", 'IF(cover.spent + 1 > 2, "多", "少") = cover.note')))
    assert isinstance(condition, Op)
    assert to_excel(condition.args[0], Places()).startswith("IFERROR(CHOOSE(")


def test_levels_and_the_whole(make_suite: Callable[..., Suite], make_rule: Callable[..., Rule]) -> None:
    check = _check(make_suite(make_rule("T-01", "cover.spent <= 5", "cover.spent <= 3")))
    levels = [level_to_excel(level, Places()) for level in check.levels]
    assert verdict_to_excel(check, Places()) == f"MIN({levels[0]},{levels[1]})"


def test_what_a_workbook_cannot_know_is_refused(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule]
) -> None:
    for text in ("cover.spent = PRIOR(cover.spent)", "SUM(UNITS(cover.spent)) > 1"):
        check = _check(make_suite(make_rule("T-01", text)))
        assert not check.in_workbook
        with pytest.raises(FormulaError, match="不能写进工作簿"):
            verdict_to_excel(check, Places())


def test_a_rule_too_long_for_excel_is_refused_at_once(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule]
) -> None:
    text = " OR ".join(f'CONTAINS(cover.note, "第{n}次")' for n in range(80))
    with pytest.raises(SuiteError, match="太长"):
        compile_suite(make_suite(make_rule("T-01", text)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("income.total.this_year = income.general.this_year + income.fund.this_year",
         "「收入合计·本年预算」=「一般公共预算·本年预算」＋「政府性基金·本年预算」"),
        ("income.total.this_year = SUM(income.general.this_year, income.fund.this_year)",
         "「收入合计·本年预算」=「一般公共预算·本年预算」＋「政府性基金·本年预算」"),
        ("cover.spent - (projects.total.price - 2) * 3 >= SUM(projects[].price)",
         "「已支出」－（「项目清单合计·单价」－2）×3≥「项目清单·单价」合计"),
        ("cover.spent = SUM(target[].budget)", "「已支出」=各表「项目绩效·预算数」合计"),
        ("target.dec = ROUND(100 * target.budget / cover.spent, 2)",
         "「12月底」=100×「预算数」÷「已支出」（四舍五入到 2 位小数）"),
        ("NOT(cover.spent > 100) OR NOT ISBLANK(cover.note)", "当「已支出」>100时，「备注」已填"),
        ('projects[].kind = "货物" AND projects[].code <> target.code OR ISBLANK(projects[].due)', None),
        ('SUMIFS(projects[].price, projects[].kind, "货物") <= 5', "「项目清单·类别」为“货物”的各行「项目清单·单价」合计≤5"),
        ("COUNTIFS(projects[].code, projects[].code) = 1", "「项目清单·项目代码」为「项目代码」的行数=1"),
        ('LOOKUP(cover.note, projects[].code, projects[].name) = "甲"',
         "「项目清单·项目代码」为「备注」的那一行的「项目清单·项目名称」为“甲”"),
        ('CHILD_OF(projects[].part, projects[].kind, "parts")', "「分类」属于「类别」（按《项目分类》）"),
        ('NOT IN_LIST(projects[].kind, "kinds")', "「类别」不在《项目类别》中"),
        ('IF(cover.spent > 1, cover.spent, 1) = 2', "（当「已支出」>1时为「已支出」，否则为1）=2"),
        ("IF(cover.spent > 1 AND cover.spent < 9, ISBLANK(cover.note), ISBLANK(cover.date))",
         "当「已支出」>1且「已支出」<9时，「备注」未填；否则，「填报日期」未填"),
        ("ABS(cover.spent) <= PARAM(\"limit\") AND cover.spent < PRIOR(cover.spent)", "「已支出」的绝对值≤50"),
        ("SUM(UNITS(cover.spent)) <= cover.spent", "各单位「已支出」合计≤「已支出」"),
        ('LEFT(cover.note, 2) & MID(cover.note, 3, 1) = "abc"', "「备注」的前 2 位与「备注」从第 3 位起的 1 位相连为“abc”"),
        ('cover.date < "2021-03-01"', "「填报日期」<2021年3月1日"),
        ('MATCHES(cover.note, "99") OR STARTS(cover.note, "A") OR LEN(cover.note) > 3',
         "「备注」符合样式“99”，或「备注」以“A”开头，或「备注」的字数>3"),
    ],
)  # fmt: skip
def test_sentences_use_the_printed_labels(
    make_suite: Callable[..., Suite], make_rule: Callable[..., Rule], text: str, sentence: str | None
) -> None:
    if sentence is None:
        with pytest.raises(SuiteError, match="重复表"):
            compile_suite(make_suite(make_rule("T-01", text)))
        return
    suite = make_suite(make_rule("T-01", text))
    assert to_chinese(_bound(suite), suite) == sentence
