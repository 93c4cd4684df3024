"""YAML → Rule. What the expressions mean is the room ``formula``'s matter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from toolkit.catalog.fields import Context, rule_code
from toolkit.catalog.node import Node
from toolkit.model.rule import Case, Level, Rule, RuleKind, Severity

RULE_KEYS = frozenset(
    {"code", "kind", "severity", "statement", "statement_en", "why", "action", "rule", "levels", "tolerance"}
    | {"places", "parameters", "years", "beta", "cases", "lists"}
)
_SEVERITIES = [s.value for s in Severity]
_VERDICTS = ("pass", "fail", "not_executable")
_IN_WORDS = (RuleKind.READER, RuleKind.CODED)
"""Rules about more than values of one return: their examples are told in a sentence."""


def read_rules(node: Node, context: Context) -> list[Rule]:
    """The rules of one file: a list at top level."""
    rules: list[Rule] = []
    for at in node.items():
        rule = _rule(at, context)
        if rule is None:
            continue
        if any(r.code == rule.code for r in rules):
            at.fault(f"规则代码“{rule.code}”重复")
        rules.append(rule)
    return rules


def _rule(at: Node, context: Context) -> Rule | None:
    keys = at.mapping(RULE_KEYS)
    missing = [k for k in ("code", "statement", "action") if k not in keys]
    if missing:
        at.fault(f"规则缺少：{'、'.join(missing)}")
    if "code" not in keys:
        return None
    code = rule_code(keys["code"])
    context.places["rule", code] = at.source
    context.places.update({("rule", code, k): v.source for k, v in keys.items()})
    kind = RuleKind.EXPRESSION if "rule" in keys or "levels" in keys else None
    if "kind" in keys:
        kind = RuleKind(keys["kind"].choice([k.value for k in RuleKind]) or "expression")
    levels = _levels(keys, at)
    if kind is None or (kind is RuleKind.EXPRESSION) != bool(levels):
        at.fault("规则须写 rule 或 levels；由程序执行的规则写 kind: derived、reader 或 coded，不写表达式")
    severity = levels[0].severity if levels else Severity.ERROR
    if "severity" in keys:
        severity = Severity(keys["severity"].choice(_SEVERITIES) or "error")
    elif "levels" not in keys:
        at.fault("规则缺少：severity")
    beta = "beta" in keys and keys["beta"].flag()
    if beta:  # on trial: what its precision does not bear out yet is a remark, whatever severity it is meant to get
        severity, levels = Severity.INFO, tuple(replace(level, severity=Severity.INFO) for level in levels)
    return Rule(
        code=code,
        kind=kind or RuleKind.EXPRESSION,
        severity=severity,
        statement=_text(keys, "statement"),
        action=_text(keys, "action"),
        why=_text(keys, "why"),
        statement_en=_text(keys, "statement_en"),
        levels=levels,
        tolerance=keys["tolerance"].number() if "tolerance" in keys else None,
        places=keys["places"].texts() if "places" in keys else (),
        years=_years(keys["years"]) if "years" in keys else None,
        beta=beta,
        cases=_cases(keys["cases"], code, context, in_words=kind in _IN_WORDS) if "cases" in keys else (),
        parameters=read_numbers(keys["parameters"]) if "parameters" in keys else {},
        source=at.source,
        lists=keys["lists"].texts() if "lists" in keys else (),
    )


def read_numbers(node: Node) -> dict[str, Decimal]:
    """Parameters: name → number, in the order of names so that equal suites are alike."""
    return {name: at.number() for name, at in sorted(node.mapping().items())}


def _text(keys: dict[str, Node], key: str) -> str:
    return keys[key].text().strip() if key in keys else ""


def _levels(keys: dict[str, Node], at: Node) -> tuple[Level, ...]:
    if "rule" in keys and "levels" in keys:
        at.fault("rule 与 levels 只能写一个")
    if "rule" in keys:
        severity = keys["severity"].choice(_SEVERITIES) if "severity" in keys else ""
        return (Level(Severity(severity or "error"), keys["rule"].text(), keys["rule"].source),)
    levels = []
    for node in keys["levels"].items() if "levels" in keys else []:
        parts = node.mapping({"severity", "rule"})
        if len(parts) != 2:
            node.fault("levels 的每一级须有 severity 和 rule")
            continue
        severity = Severity(parts["severity"].choice(_SEVERITIES) or "error")
        levels.append(Level(severity, parts["rule"].text(), parts["rule"].source))
    if [_SEVERITIES.index(lv.severity) for lv in levels] != sorted(_SEVERITIES.index(lv.severity) for lv in levels):
        keys["levels"].fault("levels 须由重到轻排列：error、warning、info")
    return tuple(levels)


def _years(node: Node) -> tuple[int, int] | None:
    years = [n.integer(1990, 2100) for n in node.items()]
    if len(years) != 2 or years[0] > years[1]:
        node.fault("years 应为 [起始年, 终止年]")
        return None
    return years[0], years[1]


def _cases(node: Node, code: str, context: Context, *, in_words: bool) -> tuple[Case, ...]:
    nodes = node.items()
    context.places.update({("rule", code, "case", str(i)): n.source for i, n in enumerate(nodes)})
    return tuple(_case(n, in_words=in_words) for n in nodes)


def _case(node: Node, *, in_words: bool) -> Case:
    keys = node.mapping({"data", "verdict", "why", "prior"})
    if in_words and ("data" in keys or "verdict" not in keys or "why" not in keys):
        node.fault("由程序执行的规则（reader、coded），示例写 verdict 和 why（一句话），不写 data")
    elif not in_words and ("data" not in keys or "verdict" not in keys):
        node.fault("示例须有 data 和 verdict")
    return Case(
        data={name: at.value() for name, at in keys["data"].mapping().items()} if "data" in keys else {},
        verdict=keys["verdict"].choice(_VERDICTS) if "verdict" in keys else "pass",
        why=_text(keys, "why"),
        prior={name: at.value() for name, at in keys["prior"].mapping().items()} if "prior" in keys else {},
    )
