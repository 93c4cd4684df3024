"""Hints on a suite that loads but could serve its readers better, or says something without effect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.formula import Cell, Check, Literal, Op, Program, Range, cells_of, compile_suite, compute, walk
from toolkit.formula.cases import case_verdict
from toolkit.formula.derive import REQUIRED
from toolkit.formula.terms import COMPARISONS
from toolkit.model.errors import FormulaError
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, Suite
from toolkit.model.printout import Printout
from toolkit.model.rule import Rule, RuleKind

MESSAGE_LIMIT = 255
"""Characters Excel takes in the message of a validation, and in one entry of its list."""

TITLE_LIMIT = 32
_PARAM = re.compile(r'PARAM\(\s*"([^"]*)"', re.IGNORECASE)
DIGITS = 15


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark. ``place`` names what it is about, as in ``diff``: ``fields.income.this_year``."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"


def lint(suite: Suite, layouts: Iterable[Printout] = ()) -> list[Hint]:
    """All hints on the suite, in the order of its forms, lists and rules. Empty: nothing to improve.

    ``layouts``: its print layouts, which may use its parameters.
    """
    program = compile_suite(suite)
    asked = _asked(program)
    return [
        *(hint for block in suite.blocks.values() for hint in _block(block, asked)),
        *_not_blank(suite),
        *_lists(suite),
        *_rules(suite),
        *(hint for check in program.checks for hint in _constant(check)),
        *_cases(suite),
        *_without_cases(suite),
        *_parameters(suite, layouts),
        *_long_numbers(suite, program),
    ]


def _asked(program: Program) -> set[tuple[str, str]]:
    """(block, field) that any rule or formula looks at."""
    computed = {(term.ref.block, term.ref.field) for one in program.computed for term in cells_of(one.bound)}
    return computed | {(ref.block, ref.field) for check in program.checks for ref in check.refs}


def _block(block: Block, asked: set[tuple[str, str]]) -> Iterator[Hint]:
    printed: dict[tuple[str, ...], str] = {}
    for f in block.fields:
        place = f"fields.{block.id}.{f.id}"
        if f.labels in printed:
            yield Hint(place, f"标签与栏目 {printed[f.labels]} 相同，读取时无法凭标签区分")
        printed[f.labels] = f.id
        if f.formula is None and not f.help:
            alone = (block.id, f.id) not in asked
            yield Hint(place, "没有填报提示（help）" + ("，也没有规则或公式用到" if alone else ""))
        if len(f.help) > MESSAGE_LIMIT:
            yield Hint(place, f"填报提示有 {len(f.help)} 个字符，Excel 最多显示 {MESSAGE_LIMIT} 个")
        if len(f.label) > TITLE_LIMIT:
            yield Hint(place, f"标签有 {len(f.label)} 个字符，作提示标题最多 {TITLE_LIMIT} 个")
        if f.formula is not None and f.required is not False:
            yield Hint(place, "由公式计算的栏目不必设为必填（required）")


def _codes(f: Field) -> set[str]:
    return {code for code in (f.check, f.member_check, f.parent_check, f.range_check) if code}


def blank_cells(suite: Suite) -> dict[Key, Value]:
    """Every cell of a return nobody has filled, with one row in every list and one instance of every form."""
    keys: dict[Key, Value] = {}
    for form in suite.forms:
        instance = "01" if form.repeat else ""
        for block in form.blocks:
            own = ["001"] if block.kind is BlockKind.LIST else [""] if block.kind is BlockKind.RECORD else []
            for row in (*(r.id for r in block.rows), *own):
                keys |= {Key(block.id, instance, row, f.id): None for f in block.fields if block.has_cell(row, f.id)}
    return keys


def _not_blank(suite: Suite) -> Iterator[Hint]:
    """A formula that gives a value where nothing was typed would make an empty sheet look filled in."""
    for key, value in compute(compile_suite(suite), blank_cells(suite)).items():
        if value is not None and value != "":
            yield Hint(f"fields.{key.block}.{key.field}", f"没有填任何数据时，公式得出“{value}”而不是空白")


def _lists(suite: Suite) -> Iterator[Hint]:
    fields = [f for block in suite.blocks.values() for f in block.fields]
    used = {f.lookup for f in fields} | {name for rule in suite.rules for name in rule.lists}
    texts = list(_expressions(suite))
    for code_list in suite.lists.values():
        if code_list.id not in used and not any(f'"{code_list.id}"' in text for text in texts):
            yield Hint(f"lists.{code_list.id}", "代码表没有被任何栏目或规则使用")
        for entry in code_list.entries:
            if len(entry.value) > MESSAGE_LIMIT:
                yield Hint(
                    f"lists.{code_list.id}", f"条目“{entry.value[:20]}……”超过 {MESSAGE_LIMIT} 个字符，无法作下拉选项"
                )


def _rules(suite: Suite) -> Iterator[Hint]:
    named = {code for b in suite.blocks.values() for f in b.fields for code in _codes(f)} | {REQUIRED}
    named |= {code for b in suite.blocks.values() for row in b.rows for code in row.checks.values()}
    for rule in suite.rules:
        if rule.kind is RuleKind.DERIVED and rule.code not in named:
            yield Hint(f"rules.{rule.code}", "没有栏目引用这条派生规则（kind: derived），它不会执行")


def _constant(check: Check) -> Iterator[Hint]:
    """What is true or false whatever is filled in. A rule without any cell does not compile, let alone."""
    place = f"rules.{check.code}"
    seen: list[object] = []
    for level in check.levels:
        parts = [part.bound for part in level.parts]
        if parts in seen:
            yield Hint(place, "两级的条件相同，较轻的一级永远不会单独成立")
        seen.append(parts)
        for term in (term for part in parts for term in walk(part)):
            if not isinstance(term, Op) or term.name not in COMPARISONS:
                continue
            if not any(isinstance(inner, Cell | Range) for inner in walk(term)):
                yield Hint(place, "条件中有一处比较不涉及任何栏目，结果总是一样")
            elif term.args[0] == term.args[1]:
                yield Hint(place, "条件中有一处比较的两边相同，结果总是一样")


def _without_cases(suite: Suite) -> Iterator[Hint]:
    """What no example fails may never fail. A rule that is inherited was shown where it was written."""
    for rule in suite.rules:
        inherited = rule.source is not None and rule.source.file.partition("/")[0] != suite.id
        verdicts = {case.verdict for case in rule.cases}
        missing = [_SAYS[verdict] for verdict in ("pass", "fail") if verdict not in verdicts]
        if missing and not inherited and rule.kind is not RuleKind.DERIVED:
            yield Hint(f"rules.{rule.code}", f"没有{'、'.join(missing)}的示例（cases）")


def _parameters(suite: Suite, layouts: Iterable[Printout]) -> Iterator[Hint]:
    used = {name for rule in suite.rules for name in rule.parameters}
    used |= {name for text in _expressions(suite) for name in _PARAM.findall(text)}
    used |= {name for layout in layouts for name in _printed(layout)}
    for name in suite.parameters:
        if name not in used:
            yield Hint(f"parameters.{name}", "参数没有被任何规则、公式或版式使用")


def _expressions(suite: Suite) -> Iterator[str]:
    yield from (level.expression for rule in suite.rules for level in rule.levels)
    for block in suite.blocks.values():
        yield from (text for row in block.rows for text in row.formulas.values())
        yield from (text for f in block.fields for text in (f.formula, f.required) if isinstance(text, str))


def _printed(layout: Printout) -> Iterator[str]:
    """The parameters that a layout prints."""
    for cell in (cell for row in layout.rows for cell in row.cells):
        for template in (*([cell.text] if cell.text else []), *(s.template for s in cell.sentences)):
            for piece in template.pieces:
                if not isinstance(piece, str) and piece.function == "parameter" and piece.ref is not None:
                    yield piece.ref.block


_SAYS = {"pass": "通过", "fail": "不通过", "not_executable": "未执行", None: "不执行（没有填到规则所在的表）"}


def _cases(suite: Suite) -> Iterator[Hint]:
    """Every example of a rule must get the verdict it states."""
    program = compile_suite(suite)
    for rule in suite.rules:
        if rule.kind not in (RuleKind.EXPRESSION, RuleKind.DERIVED):
            continue
        for number, case in enumerate(rule.cases, 1):
            place = f"rules.{rule.code}.cases[{number}]"
            try:
                found = case_verdict(program, rule, case)
            except FormulaError as error:
                yield Hint(place, str(error))
                continue
            if found != case.verdict:
                yield Hint(place, f"示例写的是“{_SAYS[case.verdict]}”，实际{_SAYS[found]}")


def _long_numbers(suite: Suite, program: Program) -> Iterator[Hint]:
    """Excel keeps 15 significant digits of a number."""
    numbers: list[tuple[str, object]] = [(f"parameters.{k}", v) for k, v in suite.parameters.items()]
    for block in suite.blocks.values():
        for f in block.fields:
            place = f"fields.{block.id}.{f.id}"
            numbers += [(f"{place}.minimum", f.minimum), (f"{place}.maximum", f.maximum)]
            numbers.append((f"{place}.tolerance", f.tolerance))
    for one in program.computed:
        numbers += [
            (f"fields.{one.block}.{one.field}.formula", t.value) for t in walk(one.bound) if isinstance(t, Literal)
        ]
    for rule in suite.rules:
        numbers.append((f"rules.{rule.code}.tolerance", rule.tolerance))
        numbers += _numbers_of(rule, program)
    for place, number in dict.fromkeys(numbers):
        if isinstance(number, Decimal) and len(number.normalize().as_tuple().digits) > DIGITS:
            yield Hint(place, f"数值 {number} 超过 {DIGITS} 位有效数字，Excel 无法精确保存")


def _numbers_of(rule: Rule, program: Program) -> Iterator[tuple[str, object]]:
    """The numbers in its expressions and examples."""
    if rule.kind is RuleKind.EXPRESSION:
        bounds = [part.bound for level in program.checks_by_id[rule.code].levels for part in level.parts]
        yield from ((f"rules.{rule.code}", t.value) for b in bounds for t in walk(b) if isinstance(t, Literal))
    for number, case in enumerate(rule.cases, 1):
        place = f"rules.{rule.code}.cases[{number}]"
        for value in (*case.data.values(), *case.prior.values()):
            rows = value if isinstance(value, list) else [{"": value}]
            yield from ((place, held) for row in rows if isinstance(row, dict) for held in row.values())
