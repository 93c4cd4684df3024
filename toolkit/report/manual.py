"""The manual of a suite: its forms and rules as Markdown and as JSON data, from the definitions alone."""

from __future__ import annotations

from toolkit.formula import Check, compile_suite, to_chinese
from toolkit.model.form import Block, Field, Form, Suite
from toolkit.model.rule import Case, Rule, RuleKind

SEVERITIES = {"error": "错误（退回）", "warning": "警告（须说明）", "info": "提示"}
TYPES = {
    "text": "文本",
    "long_text": "长文本",
    "code": "代码",
    "choice": "选择",
    "yes_no": "是/否",
    "date": "日期",
    "amount": "金额",
    "decimal": "小数",
    "integer": "整数",
    "percent": "百分数",
}
_WHERE = {
    RuleKind.READER: "收表时（读取文件）",
    RuleKind.CODED: "收表时（程序）",
    RuleKind.DERIVED: "工作簿内、收表时（由栏目定义得出）",
}
_KINDS = {"record": "单项", "grid": "固定行列", "list": "逐行填报"}
_VERDICTS = {"pass": "通过", "fail": "不通过", "not_executable": "未执行"}


def where_it_runs(suite: Suite, rule: Rule) -> str:
    """In which of workbook and collector the rule gives verdicts."""
    if rule.kind is not RuleKind.EXPRESSION:
        return _WHERE[rule.kind]
    mine = _checks(suite).get(rule.code, ())
    return "工作簿内、收表时" if any(c.in_workbook for c in mine) else "收表时（需要其他单位或上年的数据）"


def rule_data(suite: Suite, rule: Rule) -> dict[str, object]:
    """One rule as JSON data (contract: ``toolkit rules --json``)."""
    return {
        "code": rule.code,
        "severity": str(rule.severity),
        "kind": str(rule.kind),
        "statement": rule.statement,
        "statement_en": rule.statement_en,
        "why": rule.why,
        "what_to_do": rule.action,
        "expressions": [{"severity": str(level.severity), "expression": level.expression} for level in rule.levels],
        "runs": where_it_runs(suite, rule),
        "tolerance": None if rule.tolerance is None else str(rule.tolerance),
        "beta": rule.beta,
    }


def rule_page(suite: Suite, rule: Rule) -> list[str]:
    """One rule as Markdown, in fixed headings."""
    lines = [f"### {rule.code} {rule.statement}", ""]
    if rule.statement_en:
        lines += [rule.statement_en, ""]
    lines.append(f"- 级别：{SEVERITIES[rule.severity]}{'（试行）' if rule.beta else ''}")
    lines.append(f"- 执行：{where_it_runs(suite, rule)}")
    if rule.tolerance is not None:
        lines.append(f"- 容差：{rule.tolerance}")
    if rule.why:
        lines.append(f"- 为什么：{rule.why}")
    lines.append(f"- 怎么改：{rule.action}")
    for level in rule.levels:
        graded = f"（{SEVERITIES[level.severity]}）" if len(rule.levels) > 1 else ""
        lines.append(f"- 表达式{graded}：`{' '.join(level.expression.split())}`")
    for check in _checks(suite).get(rule.code, ())[:1] if rule.levels else ():
        for content in check.levels:
            lines += [f"- 读作：{to_chinese(part.bound, suite)}" for part in content.parts]
    if rule.cases:
        lines += ["", "| 数据 | 结论 | 说明 |", "|---|---|---|", *map(_case, rule.cases)]
    return [*lines, ""]


def rules_manual(suite: Suite) -> list[str]:
    """The whole rule manual as Markdown."""
    lines = [f"# 规则手册：{suite.title}（{suite.year}）", "", f"共 {len(suite.rules)} 条规则。", ""]
    lines += ["| 编号 | 级别 | 规则 | 执行 |", "|---|---|---|---|"]
    lines += [
        f"| {r.code} | {SEVERITIES[r.severity]} | {_cell(r.statement)} | {where_it_runs(suite, r)} |"
        for r in suite.rules
    ]
    lines.append("")
    for rule in suite.rules:
        lines += rule_page(suite, rule)
    return lines


def field_data(block: Block, field: Field) -> dict[str, object]:
    """One field as JSON data (contract: ``toolkit forms --json``)."""
    return {
        "id": f"{block.id}.{field.id}",
        "label": " / ".join(field.labels),
        "type": str(field.type),
        "unit_of_measure": field.unit,
        "required": field.required,
        "formula": field.formula,
        "list": field.lookup or field.source,
        "help": field.help,
    }


def form_data(form: Form) -> dict[str, object]:
    """One form as JSON data."""
    return {
        "id": form.id,
        "sheet": form.sheet,
        "title": form.title,
        "repeat": form.repeat,
        "blocks": [
            {
                "id": block.id,
                "kind": str(block.kind),
                "label": block.label,
                "rows": [{"id": row.id, "label": row.label} for row in block.rows],
                "capacity": block.capacity,
                "fields": [field_data(block, field) for field in block.fields],
            }
            for block in form.blocks
        ],
    }


def form_page(form: Form) -> list[str]:
    """One form as Markdown: what each field is and how to fill it."""
    lines = [f"## {form.number} {form.title}（`{form.id}`，工作表“{form.sheet}”）".replace("##  ", "## "), ""]
    about = [("由谁填报", form.who), ("依据", form.basis), ("计量单位", form.unit_line)]
    lines += [f"- {name}：{text}" for name, text in about if text]
    lines += [f"- {text}" for text in form.help]
    for block in form.blocks:
        lines += ["", f"### {block.label}（`{block.id}`，{_KINDS[block.kind]}）", ""]
        if block.rows:
            lines += ["行：" + "、".join(f"{row.label}（`{row.id}`）" for row in block.rows), ""]
        lines += ["| 栏目 | 编号 | 类型 | 必填 | 说明 |", "|---|---|---|---|---|", *(_field(f) for f in block.fields)]
    return [*lines, ""]


def forms_manual(suite: Suite) -> list[str]:
    """The whole form manual as Markdown."""
    lines = [f"# 表样手册：{suite.title}（{suite.year}）", ""]
    for form in suite.forms:
        lines += form_page(form)
    return lines


def _field(field: Field) -> str:
    kind = TYPES[field.type] + (f"（{field.unit}）" if field.unit else "")
    needed = (
        "计算" if field.formula else "按条件" if isinstance(field.required, str) else "是" if field.required else ""
    )
    return f"| {_cell(' / '.join(field.labels))} | `{field.id}` | {kind} | {needed} | {_cell(field.help)} |"


def _case(case: Case) -> str:
    data = "；".join(f"{name} = {_shown(value)}" for name, value in case.data.items())
    return f"| {_cell(data)} | {_VERDICTS[case.verdict]} | {_cell(case.why)} |"


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + "; ".join(_shown(item) for item in value) + "]"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(item)}" for name, item in value.items())
    return "空" if value is None else str(value)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _checks(suite: Suite) -> dict[str, tuple[Check, ...]]:
    found: dict[str, tuple[Check, ...]] = {}
    for check in compile_suite(suite).checks:
        found[check.code] = (*found.get(check.code, ()), check)
    return found
