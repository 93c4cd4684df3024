"""The law, half of it: the SELECT's verdicts and sides equal the evaluator's for any values."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.formula import Cells, Check, Domain, Program, compile_suite, compute, evaluate_check, homes, select_checks
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Suite
from toolkit.model.rule import Rule

Returns = Mapping[str, Mapping[Key, Value]]
Marks = Mapping[str, frozenset[Key]]
Answers = dict[tuple[str, str, str, str], list[tuple[Any, ...]]]
MakeSuite = Callable[..., Suite]
MakeRule = Callable[..., Rule]
ToValues = Callable[[Mapping[str, Any]], dict[Key, Value]]


def _columns(name: str, field: Field) -> list[str]:
    """The column of a field and, of a number or date, the flag that a word stands there."""
    made = [f'"{name}" {"DECIMAL(18,6)" if field.type.is_number else "VARCHAR"}']
    return [*made, f'"{name}#" BOOLEAN'] if _has_mark(field) else made


def _has_mark(field: Field) -> bool:
    return field.type.is_number or field.type is FieldType.DATE


def _held(cells: Cells, key: Key, field: Field) -> list[Any]:
    value = _stored(cells.value(key))
    return [value, value is None and not cells.blank(key)] if _has_mark(field) else [value]


def _fill(db: duckdb.DuckDBPyConnection, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    db.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    if rows:
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)


def _stored(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _rows(block: Block, cells: Cells, instance: str) -> list[tuple[str, str]]:
    fixed = [(r.id, r.role.value) for r in block.rows]
    if block.kind is BlockKind.LIST:
        return [*fixed, *((row, "item") for row in cells.rows(block.id, instance))]
    return fixed if block.kind is BlockKind.GRID else [("", "item")]


def indexed(suite: Suite, returns: Returns, marks: Marks) -> dict[str, Cells]:
    return {ret: Cells(suite, values, marked=marks.get(ret, ())) for ret, values in returns.items()}


def relations(db: duckdb.DuckDBPyConnection, suite: Suite, every: Mapping[str, Cells], prefix: str = "") -> None:
    """The tables of the rule language's SQL, made from values."""
    for block in suite.blocks.values():
        form = suite.form_of_block[block.id]
        fixed = [(r.id, f) for r in block.rows for f in block.fields if block.has_cell(r.id, f.id)]
        rows, wide = [], []
        for ret, cells in every.items():
            for at in cells.instances(form.id):
                for row, role in _rows(block, cells, at):
                    held = [v for f in block.fields for v in _held(cells, Key(block.id, at, row, f.id), f)]
                    rows.append((ret, at, row, role, *held))
                wide.append((ret, at, *(v for row, f in fixed for v in _held(cells, Key(block.id, at, row, f.id), f))))
        columns = [c for f in block.fields for c in _columns(f.id, f)]
        _fill(db, f"{prefix}row_{block.id}", ["ret TEXT", "instance TEXT", '"row" TEXT', "role TEXT", *columns], rows)
        columns = [c for row, f in fixed for c in _columns(f"{row}.{f.id}", f)]
        _fill(db, f"{prefix}cell_{block.id}", ["ret TEXT", "instance TEXT", *columns], wide)
    if not prefix:
        submitted = [
            (ret, f.id, at) for ret, cells in every.items() for f in suite.forms for at in cells.instances(f.id)
        ]
        _fill(db, "submitted", ["ret TEXT", "form TEXT", "instance TEXT"], submitted)
        homes_of = [(ret, "某区" if number % 3 else "另区", 2021, "批复") for number, ret in enumerate(every)]
        _fill(db, "returns", ["ret TEXT", "region TEXT", "year INT", "stage TEXT"], homes_of)


def asked(db: duckdb.DuckDBPyConnection, program: Program, checks: list[Check]) -> Answers:
    """Check id, ret, instance, row → (verdict, actual, expected) of each part."""
    found: Answers = {}
    result = db.execute(select_checks(program, checks))
    names = [d[0] for d in result.description or ()]
    for line in result.fetchall():
        at = dict(zip(names, line, strict=True))
        for i, check in enumerate(checks):
            if check.rows and at["row"] not in check.rows:
                continue
            parts = [(j, k) for j, level in enumerate(check.levels) for k in range(len(level.parts))]
            sides = [tuple(at[f"{c}_{i}_{j}_{k}"] for c in "vae") for j, k in parts]
            found[(check.id, at["ret"], at["instance"], at["row"])] = sides
    return found


def expected(
    program: Program, checks: list[Check], returns: Returns, prior: Returns, marks: Marks, groups: int = 3
) -> Answers:
    every = indexed(program.suite, returns, marks)
    before = indexed(program.suite, prior, {})
    found: Answers = {}
    for number, (ret, cells) in enumerate(every.items()):
        same = [c for other, c in enumerate(every.values()) if bool(other % groups) == bool(number % groups)]
        whole = Cells(program.suite, returns[ret], before.get(ret), same, marks.get(ret, ()))
        for check in checks:
            for instance, row in homes(check, cells):
                parts = evaluate_check(check, whole, instance, row).parts
                sides = [(p.value, _stored(p.actual), _stored(p.expected)) for p in parts]  # type: ignore[arg-type]
                found[(check.id, ret, instance, row)] = sides
    return found


def agree(program: Program, returns: Returns, prior: Returns, marks: Marks) -> None:
    with duckdb.connect(":memory:") as db:
        relations(db, program.suite, indexed(program.suite, returns, marks))
        relations(db, program.suite, indexed(program.suite, prior, {}), "prior_")
        domains: dict[Domain, list[Check]] = defaultdict(list)
        for check in program.checks:
            domains[check.domain].append(check)
        for checks in domains.values():
            wanted = expected(program, checks, returns, prior, marks)
            got = asked(db, program, checks)
            assert got.keys() == wanted.keys()
            for at, sides in wanted.items():
                assert got[at] == sides, (at, next(c for c in checks if c.id == at[0]).rule.levels)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_sql_agrees_with_the_evaluator_on_every_rule(
    everything: Program, random_return: Callable[..., Any], seed: int
) -> None:
    returns: dict[str, dict[Key, Value]] = {}
    marks: dict[str, frozenset[Key]] = {}
    rng = random.Random(seed)
    for number in range(40):
        typed, over = random_return(everything.suite, rng)
        empty = [
            k for k, v in typed.items() if v is None and _has_mark(everything.suite.blocks[k.block].by_id[k.field])
        ]
        ret = f"r{number:02d}"
        marks[ret] = frozenset(k for k in empty if rng.random() < 0.3)
        returns[ret] = compute(everything, typed, over, marks[ret])
    agree(everything, returns, {}, marks)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_sql_agrees_on_last_year_and_other_units(
    make_suite: MakeSuite, make_rule: MakeRule, random_return: Callable[..., Any], seed: int
) -> None:
    texts = (
        "income.general.last_year = PRIOR(income.general.this_year)",
        "income[].last_year = PRIOR(income[].this_year)",
        "target.budget <= PRIOR(target.budget) AND NOT ISBLANK(PRIOR(cover.spent))",
        "SUM(UNITS(cover.spent)) >= cover.spent",
        "COUNT(UNITS(income.total.this_year)) > 2 AND MAX(UNITS(cover.spent), cover.spent) >= projects[].price",
    )
    program = compile_suite(make_suite(*(make_rule(f"T-{n}", text) for n, text in enumerate(texts))))
    rng = random.Random(seed)
    returns = {f"r{n}": compute(program, *random_return(program.suite, rng)) for n in range(12)}
    prior = {f"r{n}": compute(program, *random_return(program.suite, rng)) for n in range(0, 12, 2)}
    agree(program, returns, prior, {})


@pytest.mark.parametrize(
    ("text", "data", "verdict"),
    [
        ("cover.spent * income.fund.this_year * income.other.this_year >= 0", ("999999999999.999999",) * 3, None),
        ("cover.spent * income.fund.this_year >= 0", ("999999999999.999999", "-999999999999.999999", "0"), False),
        ("cover.spent * income.fund.this_year = income.other.this_year", ("0.000001", "0.000001", "0"), True),
        ("ROUND(cover.spent / income.fund.this_year, 6) = 0", ("0.000001", "999999999999.999999", "0"), True),
        ("ROUND(cover.spent / income.fund.this_year, 2) > 0", ("999999999999.999999", "0.000001", "0"), True),
    ],
)
def test_extreme_numbers_are_exact_or_unknown_but_never_an_error(
    make_suite: MakeSuite,
    make_rule: MakeRule,
    to_values: ToValues,
    text: str,
    data: tuple[str, ...],
    verdict: bool | None,
) -> None:
    program = compile_suite(make_suite(make_rule("T-01", text)))
    checks = [c for c in program.checks if c.code == "T-01"]
    names = ("cover.spent", "income.fund.this_year", "income.other.this_year")
    values = to_values(dict(zip(names, map(Decimal, data), strict=True)))
    with duckdb.connect(":memory:") as db:
        relations(db, program.suite, indexed(program.suite, {"r": values}, {}))
        (sides,) = asked(db, program, checks).values()
    assert sides[0][0] is verdict


def test_the_select_is_the_same_text_every_time(everything: Program) -> None:
    checks = [c for c in everything.checks if c.domain == everything.checks[0].domain]
    assert select_checks(everything, checks) == select_checks(everything, list(checks))
    with pytest.raises(ValueError, match="one domain"):
        select_checks(everything, everything.checks)
