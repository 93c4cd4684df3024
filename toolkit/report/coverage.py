"""The coverage page of a suite: each rule of the catalogue, where it runs and what shows that it works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from toolkit.catalog import Scope
from toolkit.formula import compile_suite
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, RuleKind
from toolkit.report.manual import SEVERITIES

_KINDS = {
    RuleKind.EXPRESSION: "表达式",
    RuleKind.DERIVED: "栏目定义",
    RuleKind.READER: "读取",
    RuleKind.CODED: "程序",
}
_HEADS = ("编号", "规则", "级别", "种类", "在哪里检查", "示例 通过/不通过/未执行", "端到端", "备注")
_LINE = "|---|---|---|---|---|---|---|---|"
_BOTH, _COLLECTED, _READ, _NOWHERE = "工作簿＋汇总", "汇总", "读取", "不适用"


def coverage_page(suite: Suite, scope: Scope, breaks: Mapping[str, int]) -> list[str]:
    """The page as Markdown. ``breaks``: code → how many collected workbooks show that the rule fails.

    In scope is a rule of the suite with at least one such workbook.
    """
    own = {code: suite.rules_by_code[code] for code in scope.titles if code in suite.rules_by_code}
    extra = [suite.rules_by_code[code] for code in scope.beyond(suite)]
    shown = [code for code in own if breaks.get(code)]
    where = Counter(where_checked(suite, rule) for code, rule in own.items() if breaks.get(code))
    lines = [
        f"# 规则覆盖表：{suite.title}",
        "",
        f"- 目录共 {len(scope.titles)} 条规则，在检查范围之内 {len(shown)} 条"
        f"（{'，'.join(f'{name} {where[name]} 条' for name in (_BOTH, _COLLECTED, _READ) if where[name])}）。",
        f"- 不在检查范围 {len(scope.reasons)} 条，原因见备注；尚未落实 {len(scope.titles) - len(shown) - len(scope.reasons)} 条。",
        f"- 目录之外另有 {len(extra)} 条规则，列在第二张表。试行的规则共 {sum(r.beta for r in suite.rules)} 条，只作提示。",
        f"- 端到端：填好的标准套表经读取、汇总而得出该条不通过的份数，合计 {sum(breaks.values())} 份，"
        "见 [tests/every_rule](../../../tests/every_rule/README.md)。",
        "- 示例：规则手册中的示例数。表达式和栏目定义的示例逐条执行，读取和程序的示例以文字说明。",
        "",
        "## 目录中的规则",
        "",
        f"| {' | '.join(_HEADS)} |",
        _LINE,
        *(_line(suite, scope, breaks, code) for code in scope.titles),
    ]
    if extra:
        lines += ["", "## 目录之外的规则", "", f"| {' | '.join(_HEADS)} |", _LINE]
        lines += [_of_rule(suite, rule, rule.statement, breaks) for rule in extra]
    return [*lines, ""]


def where_checked(suite: Suite, rule: Rule) -> str:
    """Workbook and collector, collector alone, or while the file is read."""
    if rule.kind is RuleKind.READER:
        return _READ
    checks = [check for check in compile_suite(suite).checks if check.code == rule.code]
    return _BOTH if any(check.in_workbook for check in checks) else _COLLECTED


def _line(suite: Suite, scope: Scope, breaks: Mapping[str, int], code: str) -> str:
    title = scope.titles[code]
    if code in suite.rules_by_code:
        return _of_rule(suite, suite.rules_by_code[code], title, breaks)
    return _row(code, title, "", "", _NOWHERE, "", "", scope.reasons.get(code, "尚未落实"))


def _of_rule(suite: Suite, rule: Rule, title: str, breaks: Mapping[str, int]) -> str:
    counts = Counter(case.verdict for case in rule.cases)
    cases = "/".join(str(counts[verdict]) for verdict in ("pass", "fail", "not_executable"))
    severity = (
        "、".join(dict.fromkeys(SEVERITIES[level.severity] for level in rule.levels)) or SEVERITIES[rule.severity]
    )
    made = str(breaks[rule.code]) if breaks.get(rule.code) else "—"
    note = "试行" if rule.beta else ""
    return _row(rule.code, title, severity, _KINDS[rule.kind], where_checked(suite, rule), cases, made, note)


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.replace('|', chr(92) + '|').split()) for cell in cells)} |"
