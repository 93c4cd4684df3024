"""The manual of a suite: its forms, rules and code lists as Markdown and as JSON data, from the definitions alone."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.catalog import Scope
from toolkit.formula import Check, compile_suite, to_chinese
from toolkit.messages import N_, _, language
from toolkit.model.form import Block, CodeList, Field, Form, ListEntry, Suite
from toolkit.model.rule import Case, Rule, RuleKind

SEVERITIES = {"error": N_("错误（退回）"), "warning": N_("警告（须说明）"), "info": N_("提示")}
TYPES = {
    "text": N_("文本"),
    "long_text": N_("长文本"),
    "code": N_("代码"),
    "choice": N_("选择"),
    "yes_no": N_("是/否"),
    "date": N_("日期"),
    "amount": N_("金额"),
    "decimal": N_("小数"),
    "integer": N_("整数"),
    "percent": N_("百分数"),
}
_WHERE = {
    RuleKind.READER: N_("收表时（读取文件）"),
    RuleKind.CODED: N_("收表时（程序）"),
    RuleKind.DERIVED: N_("工作簿内、收表时（由栏目定义得出）"),
}
_KINDS = {"record": N_("单项"), "grid": N_("固定行列"), "list": N_("逐行填报")}
_VERDICTS = {"pass": N_("通过"), "fail": N_("不通过"), "not_executable": N_("未执行")}


def where_it_runs(suite: Suite, rule: Rule) -> str:
    """In which of workbook and collector the rule gives verdicts."""
    if rule.kind is not RuleKind.EXPRESSION:
        return _WHERE[rule.kind]
    mine = _checks(suite).get(rule.code, ())
    return N_("工作簿内、收表时") if any(c.in_workbook for c in mine) else N_("收表时（需要其他单位或上年的数据）")


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


def statement(rule: Rule) -> str:
    """The rule's sentence in the language in use, Chinese where it has no other."""
    return (rule.statement_en if language() == "en" else "") or rule.statement


def rule_page(suite: Suite, rule: Rule) -> list[str]:
    """One rule as Markdown, in fixed headings."""
    lines = [f"### {rule.code} {rule.statement}", ""]
    if rule.statement_en:
        lines += [rule.statement_en, ""]
    about = [
        (_("级别"), _(SEVERITIES[rule.severity]) + (_("（试行）") if rule.beta else "")),
        (_("执行"), _(where_it_runs(suite, rule))),
        (_("容差"), "" if rule.tolerance is None else str(rule.tolerance)),
        (_("为什么"), rule.why),
        (_("怎么改"), rule.action),
    ]
    for level in rule.levels:
        graded = f"（{_(SEVERITIES[level.severity])}）" if len(rule.levels) > 1 else ""
        about.append((_("表达式") + graded, f"`{' '.join(level.expression.split())}`"))
    for check in _checks(suite).get(rule.code, ())[:1] if rule.levels else ():
        about += [(_("读作"), to_chinese(part.bound, suite)) for content in check.levels for part in content.parts]
    lines += [_("- {name}：{text}").format(name=name, text=text) for name, text in about if text]
    return [*lines, *_cases(rule), ""]


def _cases(rule: Rule) -> list[str]:
    """The examples as a table; of a rule that code runs, in words."""
    if not rule.cases:
        return []
    if rule.kind in (RuleKind.READER, RuleKind.CODED):
        told = [f"| {_cell(case.why)} | {_(_VERDICTS[case.verdict])} |" for case in rule.cases]
        return ["", f"| {_('情形')} | {_('结论')} |", "|---|---|", *told]
    heads = (_("数据"), _("结论"), _("说明"))
    return ["", f"| {' | '.join(heads)} |", "|---|---|---|", *map(_case, rule.cases)]


def rules_manual(suite: Suite, scope: Scope | None = None) -> list[str]:
    """The whole rule manual as Markdown; with the ``scope``, what is not checked stands at the end."""
    lines = [f"# 规则手册：{suite.title}（{suite.year}）", "", f"共 {len(suite.rules)} 条规则。", ""]
    lines += ["| 编号 | 级别 | 规则 | 执行 |", "|---|---|---|---|"]
    lines += [
        f"| {r.code} | {SEVERITIES[r.severity]} | {_cell(r.statement)} | {where_it_runs(suite, r)} |"
        for r in suite.rules
    ]
    lines.append("")
    for rule in suite.rules:
        lines += rule_page(suite, rule)
    if scope is not None and scope.reasons:
        lines += ["## 不检查的规则", "", "| 编号 | 规则 | 原因 |", "|---|---|---|"]
        lines += [f"| {code} | {scope.titles[code]} | {_cell(why)} |" for code, why in scope.reasons.items()]
        lines.append("")
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
    sheet = _("工作表“{name}”").format(name=form.sheet)
    lines = [f"## {form.number} {form.title}（`{form.id}`，{sheet}）".replace("##  ", "## "), ""]
    about = [(_("由谁填报"), form.who), (_("依据"), form.basis), (_("计量单位"), form.unit_line)]
    lines += [_("- {name}：{text}").format(name=name, text=text) for name, text in about if text]
    lines += [f"- {text}" for text in form.help]
    heads = (_("栏目"), _("编号"), _("类型"), _("必填"), _("说明"))
    for block in form.blocks:
        lines += ["", f"### {block.label}（`{block.id}`，{_(_KINDS[block.kind])}）", ""]
        if block.rows:
            lines += [_("行：") + "、".join(f"{row.label}（`{row.id}`）" for row in block.rows), ""]
        lines += [f"| {' | '.join(heads)} |", "|---|---|---|---|---|", *(_field(f) for f in block.fields)]
    return [*lines, ""]


def forms_manual(suite: Suite) -> list[str]:
    """The whole form manual as Markdown."""
    lines = [f"# 表样手册：{suite.title}（{suite.year}）", ""]
    for form in suite.forms:
        lines += form_page(form)
    return lines


def lists_manual(suite: Suite) -> list[str]:
    """Every code list of the suite as Markdown: entries, codes, parents, aliases, years, source and confidence."""
    lines = [
        f"# 代码表：{suite.title}（{suite.year}）",
        "",
        f"共 {len(suite.lists)} 个代码表，所列为 {suite.year} 年度有效的条目。别名在读取时改为规范的值；只写代码的也按该条目读取。",
        "可信度：高，见于所注文件或按其编制的公开资料；中，见于多处资料，未与原文核对；低，待核实。",
        "",
        "| 代码表 | 名称 | 条目 | 是否列全 |",
        "|---|---|---|---|",
        *(
            f"| `{c.id}` | {c.label} | {len(c.entries)} | {'节录' if c.open else '列全'} |"
            for c in suite.lists.values()
        ),
    ]
    for codes in suite.lists.values():
        lines += ["", f"## {codes.label}（`{codes.id}`）", ""]
        lines += [f"- 来源：{codes.source}"] if codes.source else []
        lines += ["- 节录：列表以外的值不判为错误，有关检查记为未执行"] if codes.open else []
        lines += [""] if codes.source or codes.open else []
        lines += _entries(codes)
    return [*lines, ""]


_ENTRY_COLUMNS: tuple[tuple[str, Callable[[ListEntry], str]], ...] = (
    ("值", lambda e: e.value),
    ("代码", lambda e: e.code or ""),
    ("上级", lambda e: e.parent or ""),
    ("别名", lambda e: "、".join(e.aliases)),
    ("有效年度", lambda e: "" if e.years is None else "—".join("" if y is None else str(y) for y in e.years)),
    ("说明", lambda e: e.note),
    ("来源", lambda e: e.source),
    ("可信度", lambda e: e.confidence),
)


def _entries(codes: CodeList) -> list[str]:
    """The entries as a table of the columns that any of them fills."""
    columns = [(head, told) for head, told in _ENTRY_COLUMNS if any(told(e) for e in codes.entries)]
    rows = [f"| {' | '.join(_cell(told(e)) for _, told in columns)} |" for e in codes.entries]
    return [f"| {' | '.join(head for head, _ in columns)} |", "|" + "---|" * len(columns), *rows]


def _field(field: Field) -> str:
    kind = _(TYPES[field.type]) + (f"（{field.unit}）" if field.unit else "")
    when = _("按条件") if isinstance(field.required, str) else _("是") if field.required else ""
    needed = _("计算") if field.formula else when
    return f"| {_cell(' / '.join(field.labels))} | `{field.id}` | {kind} | {needed} | {_cell(field.help)} |"


def _case(case: Case) -> str:
    data = "；".join(
        [f"{name} = {_shown(value)}" for name, value in case.data.items()]
        + [f"上年 {name} = {_shown(value)}" for name, value in case.prior.items()]
    )
    return f"| {_cell(data)} | {_(_VERDICTS[case.verdict])} | {_cell(case.why)} |"


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
