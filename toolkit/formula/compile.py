"""Suite → Program: every expression parsed, bound and put in order, or all faults in one SuiteError."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from toolkit.formula.bind import Scope, require
from toolkit.formula.excel import LONGEST, typical_length
from toolkit.formula.fields import Condition, bind_computed, bind_conditions
from toolkit.formula.order import in_order
from toolkit.formula.program import Check, CheckLevel, Computation, Computed, Part, Program
from toolkit.formula.scope import Position, home_rows, infer_domain, resolve, uses
from toolkit.formula.syntax import name_of, parse
from toolkit.formula.terms import Bound, Cell, Domain, Op, Range, Ref, Type, cells_of, conjuncts, is_comparison
from toolkit.model.errors import FormulaError, Source, SuiteError
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, RuleKind

_Bound = TypeVar("_Bound", bound=Computation)
_KEPT = 8
_programs: list[Program] = []
_computations: list[Computation] = []


def compile_suite(suite: Suite) -> Program:
    """All expressions of the suite, bound (kept for the last few editions).

    Raises SuiteError that lists every bad expression with its place in the definitions.
    """
    return _kept(_programs, suite, _compile)


def compile_cells(suite: Suite) -> Computation:
    """The computed cells of the suite, bound (kept for the last few editions): a good half of the work is in the rules.

    Raises SuiteError that lists every bad formula of a field.
    """
    return _kept(_computations, suite, _compile_cells)


def _kept(recent: list[_Bound], suite: Suite, make: Callable[[Suite], _Bound]) -> _Bound:
    for known in recent:
        if known.suite is suite or (known.suite.edition == suite.edition != "" and known.suite == suite):
            return known
    made = make(suite)
    recent.insert(0, made)
    del recent[_KEPT:]
    return made


def _compile_cells(suite: Suite) -> Computation:
    computed, faults = bind_computed(suite)
    ordered, cycles = in_order(suite, computed)
    if faults or cycles:
        raise SuiteError([(None, fault) for fault in dict.fromkeys([*faults, *cycles])])
    return Computation(suite, ordered)


def _compile(suite: Suite) -> Program:
    problems: list[tuple[Source | None, str]] = []
    computed: tuple[Computed, ...] = ()
    try:
        computed = compile_cells(suite).computed
    except SuiteError as error:
        problems += error.problems
    conditions, faults = bind_conditions(suite)
    problems += [(None, fault) for fault in faults]
    checks: list[Check] = []
    for rule in suite.rules:
        if rule.off or (rule.years is not None and not rule.years[0] <= suite.year <= rule.years[1]):
            continue
        if rule.kind is RuleKind.EXPRESSION and rule.levels:
            with _noted(problems, rule):
                checks.append(compile_rule(suite, rule))
        with _noted(problems, rule):
            checks += _derived(rule, [c for c in conditions if c.code == rule.code])
    if problems:
        raise SuiteError(list(dict.fromkeys(problems)))
    return Program(suite, computed, tuple(checks))


@contextmanager
def _noted(problems: list[tuple[Source | None, str]], rule: Rule) -> Iterator[None]:
    """A fault of the rule becomes a problem of the suite, at the level that holds the text at fault."""
    try:
        yield
    except FormulaError as error:
        sources = [level.source for level in rule.levels if level.expression == error.text and level.source]
        problems.append((sources[0] if sources else rule.source, f"{rule.code}：{error}"))


def compile_rule(suite: Suite, rule: Rule) -> Check:
    """The check of one rule with expressions. Raises FormulaError; its ``text`` is the expression at fault."""
    domain, rows, bounds = _bind_levels(suite, rule)
    places = tuple(_place(suite, domain, text) for text in rule.places)
    levels = tuple(
        CheckLevel(level.severity, tuple(_part(c, places) for c in conjuncts(bound)))
        for level, bound in zip(rule.levels, bounds, strict=True)
    )
    check = _check(rule.code, rule, domain, levels, rows)
    if check.in_workbook and sum(typical_length(p.bound) for level in levels for p in level.parts) > LONGEST:
        raise FormulaError("规则写成 Excel 公式太长：请拆成几条", rule.levels[0].expression)
    return check


def _bind_levels(suite: Suite, rule: Rule) -> tuple[Domain, tuple[str, ...], list[Bound]]:
    """The levels bound over their common domain, and the grid rows that domain has."""
    texts = [level.expression for level in rule.levels]
    nodes = [parse(text) for text in texts]
    found = []
    for node, text in zip(nodes, texts, strict=True):
        with located(text):
            found += list(uses(suite, node))
    with located(texts[0]):
        domain = infer_domain(suite, found)
        rows = home_rows(suite, domain, found)
    scope = Scope(suite, domain, {**suite.parameters, **rule.parameters}, rule.tolerance)
    bounds = []
    for node, text in zip(nodes, texts, strict=True):
        with located(text):
            bounds.append(require(scope, node, Type.BOOLEAN, "规则"))
    return domain, rows, bounds


@contextmanager
def located(text: str) -> Iterator[None]:
    """Gives a FormulaError the text its offset is meant in."""
    try:
        yield
    except FormulaError as error:
        raise FormulaError(error.message, error.text or text, error.offset) from None


def _place(suite: Suite, domain: Domain, text: str) -> Ref:
    name = name_of(text)
    column = name.many and not (domain.kind == "row" and domain.block == name.block)
    with located(text):
        return resolve(suite, name, Position.RANGE if column else Position.SCALAR).ref


def _part(bound: Bound, places: tuple[Ref, ...]) -> Part:
    """A part that is marked at ``places``, or else at its own cells (single ones before columns)."""
    found = cells_of(bound)
    mine = [c.ref for c in found if isinstance(c, Cell) and not c.prior]
    marked = places or tuple(dict.fromkeys(mine)) or tuple(dict.fromkeys(c.ref for c in found))
    if isinstance(bound, Op) and is_comparison(bound):
        lhs, rhs = bound.args
        return Part(bound, marked, lhs, rhs, lhs.unit or rhs.unit)
    units = [c.unit for c in found if c.unit]
    return Part(bound, marked, unit_of_measure=units[0] if units else None)


def _derived(rule: Rule, conditions: Sequence[Condition]) -> Iterator[Check]:
    """The derived checks of one rule: one per domain and block, more where Excel's formula would be too long."""
    groups: dict[tuple[Domain, str], list[list[Condition]]] = {}
    filled: dict[tuple[Domain, str], int] = {}
    for condition in conditions:
        key = (condition.domain, condition.block)
        length = typical_length(condition.part.bound)
        if key not in groups or filled[key] + length > LONGEST:
            groups.setdefault(key, []).append([])
            filled[key] = 0
        groups[key][-1].append(condition)
        filled[key] += length
    for (domain, block), chunks in groups.items():
        for number, chunk in enumerate(chunks, 1):
            name = (
                f"{rule.code}:{block}" + ("[]" if domain.kind == "row" else "") + (f"#{number}" if number > 1 else "")
            )
            level = CheckLevel(rule.severity, tuple(c.part for c in chunk))
            yield _check(name, rule, domain, (level,), ())


def _check(name: str, rule: Rule, domain: Domain, levels: tuple[CheckLevel, ...], rows: tuple[str, ...]) -> Check:
    found = [c for level in levels for part in level.parts for c in cells_of(part.bound)]
    outside = any((isinstance(c, Cell) and c.prior) or (isinstance(c, Range) and c.units) for c in found)
    return Check(name, rule.code, rule, domain, levels, not outside, tuple(dict.fromkeys(c.ref for c in found)), rows)
