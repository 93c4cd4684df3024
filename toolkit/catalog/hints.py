"""Hints on a suite that loads but could serve its readers better, or says something without effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.formula import compile_suite, compute
from toolkit.formula.cases import case_verdict
from toolkit.formula.derive import REQUIRED
from toolkit.model.errors import FormulaError
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, Suite
from toolkit.model.rule import RuleKind

MESSAGE_LIMIT = 255
"""Characters Excel takes in the message of a validation, and in one entry of its list."""

TITLE_LIMIT = 32
DIGITS = 15


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark. ``place`` names what it is about, as in ``diff``: ``fields.income.this_year``."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"


def lint(suite: Suite) -> list[Hint]:
    """All hints on the suite, in the order of its forms, lists and rules. Empty: nothing to improve."""
    return [
        *(hint for block in suite.blocks.values() for hint in _block(block)),
        *_not_blank(suite),
        *_lists(suite),
        *_rules(suite),
        *_cases(suite),
        *_long_numbers(suite),
    ]


def _block(block: Block) -> Iterator[Hint]:
    printed: dict[tuple[str, ...], str] = {}
    for f in block.fields:
        place = f"fields.{block.id}.{f.id}"
        if f.labels in printed:
            yield Hint(place, f"标签与栏目 {printed[f.labels]} 相同，读取时无法凭标签区分")
        printed[f.labels] = f.id
        if f.formula is None and not f.help:
            yield Hint(place, "没有填报提示（help）")
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
    texts = [lv.expression for rule in suite.rules for lv in rule.levels]
    texts += [text for f in fields for text in (f.formula, f.required) if isinstance(text, str)]
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


def _long_numbers(suite: Suite) -> Iterator[Hint]:
    """Excel keeps 15 significant digits of a number."""
    numbers: dict[str, Decimal | None] = {f"parameters.{k}": v for k, v in suite.parameters.items()}
    for block in suite.blocks.values():
        for f in block.fields:
            numbers[f"fields.{block.id}.{f.id}.minimum"] = f.minimum
            numbers[f"fields.{block.id}.{f.id}.maximum"] = f.maximum
    for place, number in numbers.items():
        if number is not None and len(number.normalize().as_tuple().digits) > DIGITS:
            yield Hint(place, f"数值 {number} 超过 {DIGITS} 位有效数字，Excel 无法精确保存")
