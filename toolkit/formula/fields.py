"""The expressions inside field definitions, bound: computed cells and the conditions derived from fields."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.formula.bind import Scope, cell, in_unit, require, type_of
from toolkit.formula.derive import Derived, Subject, derived, subjects
from toolkit.formula.program import Computed, Part
from toolkit.formula.scope import Position, infer_domain, resolve, uses
from toolkit.formula.syntax import Node, parse
from toolkit.formula.terms import Cell, Domain, Op, Range, Type, cells_of
from toolkit.model.errors import FormulaError
from toolkit.model.form import Suite


@dataclass(frozen=True, slots=True)
class Condition:
    """One derived condition, bound, with the domain and block it belongs to."""

    code: str
    domain: Domain
    block: str
    part: Part


def bind_computed(suite: Suite) -> tuple[list[Computed], list[str]]:
    """Computed cells, and what is wrong (each with the path of its field)."""
    computed: list[Computed] = []
    faults: list[str] = []
    for subject in subjects(suite):
        if subject.formula is not None:
            with _noted(faults, subject):
                computed.append(_computed(suite, subject))
    return computed, faults


def bind_conditions(suite: Suite) -> tuple[list[Condition], list[str]]:
    """Conditions derived from fields, and what is wrong (each with the path of its field).

    A condition whose rule the suite does not have (a bureau removed it) is not asked.
    """
    conditions: list[Condition] = []
    faults: list[str] = []
    for subject in subjects(suite):
        with _noted(faults, subject):
            conditions += [_condition(suite, d) for d in derived(suite, subject) if d.code in suite.rules_by_code]
    return conditions, faults


@contextmanager
def _noted(faults: list[str], subject: Subject) -> Iterator[None]:
    try:
        yield
    except FormulaError as error:
        faults.append(f"{subject.label}：{error}")


def _computed(suite: Suite, subject: Subject) -> Computed:
    text = subject.formula or ""
    node = parse(text)
    try:
        scope = _scope(suite, subject, node, None)
        bound = in_unit(require(scope, node, type_of(subject.field), f"栏目 {subject.name} "), subject.field.unit)
    except FormulaError as error:
        raise FormulaError(error.message, text, error.offset) from None
    if any((isinstance(c, Cell) and c.prior) or (isinstance(c, Range) and c.units) for c in cells_of(bound)):
        raise FormulaError("计算栏目不能用 PRIOR、UNITS：工作簿里没有去年和别的单位的数", text)
    return Computed(subject.block.id, subject.row, subject.field.id, bound)


def _scope(suite: Suite, subject: Subject, node: Node, tolerance: Decimal | None, code: str = "") -> Scope:
    """The scope of an expression of the subject's field: its home is the cell itself."""
    own = resolve(suite, subject.name, Position.SCALAR)
    domain = infer_domain(suite, [own, *uses(suite, node, subject.here)])
    if domain.kind == "row" and not subject.name.many:
        raise FormulaError(f"{subject.name} 不在 {domain.block} 的行里：整列请用 SUM、LOOKUP 等取值")
    home = suite.form_of_block[subject.block.id]
    if domain.form != home.id:
        raise FormulaError(
            f"{subject.name} 在 {home.id} 中，从那里看不知是重复表 {domain.form} 的哪一张：请用 SUM 等取值"
        )
    rule = suite.rules_by_code.get(code)
    parameters = {**suite.parameters, **(rule.parameters if rule else {})}
    return Scope(suite, domain, parameters, tolerance, subject.here)


def _condition(suite: Suite, item: Derived) -> Condition:
    rule = suite.rules_by_code[item.code]
    subject, tolerance = item.subject, item.tolerance
    if item.typed_over and rule.tolerance is not None:
        tolerance = rule.tolerance
    try:
        scope = _scope(suite, subject, item.condition, tolerance, item.code)
        bound = require(scope, item.condition, Type.BOOLEAN, item.code)
    except FormulaError as error:
        raise FormulaError(error.message, item.text, error.offset) from None
    own = cell(resolve(suite, subject.name, Position.SCALAR))
    if item.typed_over and isinstance(bound, Op):
        # Where nothing is entered there is nothing to compare; where something is missing it is not executable.
        equation = replace(bound, vacuous=cells_of(bound))
        part = Part(equation, (own.ref,), bound.args[0], bound.args[1], subject.field.unit)
    else:
        part = Part(bound, (own.ref,), own, None, subject.field.unit)
    return Condition(item.code, scope.domain, subject.block.id, part)
