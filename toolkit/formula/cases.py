"""The examples of a rule: the values they name, and the verdict the evaluator gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import cast

from toolkit.formula.cells import Cells
from toolkit.formula.program import Check, Program
from toolkit.formula.verdict import compute, evaluate_check, homes
from toolkit.model.errors import FormulaError
from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, Field, Suite
from toolkit.model.rule import Case, Rule, RuleKind

WORDS = {True: "pass", False: "fail", None: "not_executable"}


def case_values(program: Program, case: Case) -> dict[Key, Value]:
    """All values of a case, computed cells included; a computed cell the case names is typed over.

    Rows of a list are 001, 002 …; sheets of a repeated form 01, 02 …: ``block[]`` of a record on a repeated
    form gives one sheet each, everything else there is on sheet 01. Raises FormulaError for what fits no cell.
    """
    return _values(program, case.data)


def prior_values(program: Program, case: Case) -> dict[Key, Value]:
    """The same of last year's return; nothing where the case tells nothing of it."""
    return _values(program, case.prior)


def _values(program: Program, data: Mapping[str, object]) -> dict[Key, Value]:
    given: dict[Key, Value] = {}
    for name, content in data.items():
        given |= _named(program.suite, name, content)
    return compute(program, given, typed_over=frozenset(given))


def case_verdict(program: Program, rule: Rule, case: Case) -> str | None:
    """ "pass", "fail" or "not_executable" over all homes of the rule; None where the case gives it no home."""
    prior = Cells(program.suite, prior_values(program, case)) if case.prior else None
    cells = Cells(program.suite, case_values(program, case), prior)
    checks = [program.checks_by_id[rule.code]] if rule.kind is RuleKind.EXPRESSION else _derived(program, rule)
    return overall(evaluate_check(check, cells, *home).value for check in checks for home in homes(check, cells))


def _derived(program: Program, rule: Rule) -> list[Check]:
    """The checks that the definitions of fields make under the rule's code."""
    return [check for check in program.checks if check.code == rule.code]


def overall(verdicts: Iterable[bool | None]) -> str | None:
    """One word for several homes: any failure fails, then anything that cannot run; None for no home."""
    found = list(verdicts)
    return WORDS[False if False in found else None if None in found else True] if found else None


def _named(suite: Suite, name: str, content: object) -> dict[Key, Value]:
    block_id, _, rest = name.partition(".")
    block = suite.blocks[block_id.removesuffix("[]")]
    sheet = "01" if suite.form_of_block[block.id].repeat else ""
    if not name.endswith("[]"):
        row_id, _, field_id = rest.rpartition(".")
        if not block.has_cell(row_id, field_id):
            raise FormulaError(f"{name} 不是套表的单元格")
        return {Key(block.id, sheet, row_id, field_id): _typed(block.by_id[field_id], content)}
    found: dict[Key, Value] = {}
    for number, row in enumerate(cast("list[Mapping[str, object]]", content), 1):
        at = (f"{number:02d}", "") if block.kind is BlockKind.RECORD else (sheet, f"{number:03d}")
        found |= {Key(block.id, *at, f): _typed(block.by_id[f], v) for f, v in row.items()}
    return found


def _typed(field: Field, value: object) -> Value:
    """The value as read from a cell of the field: cases write numbers as numbers and text as text."""
    if field.type.is_number and isinstance(value, Decimal):
        return value
    if not field.type.is_number and isinstance(value, str):
        return value
    raise FormulaError(f"示例中“{field.label}”应写{'数字' if field.type.is_number else '文本（加引号）'}：{value!r}")
