"""Every case of every rule of the catalogue gets the verdict it states, by the evaluator and by SQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import duckdb
import pyarrow
import pytest

from toolkit.catalog import load_suite
from toolkit.formula import Cells, Check, Program, evaluate_check, select_checks
from toolkit.formula.cases import case_verdict, overall, prior_values
from toolkit.model.fact import Key, Value
from toolkit.model.form import Suite
from toolkit.model.rule import Case, RuleKind, Severity
from toolkit.store.relations import build_relations

RULES = [rule for rule in load_suite("hebei-2021").rules if rule.kind is RuleKind.EXPRESSION]
CASES = [(rule.code, case) for rule in RULES for case in rule.cases]
IDS = [f"{rule.code}-{number}" for rule in RULES for number, _ in enumerate(rule.cases, 1)]

Filled = Callable[[Case], dict[Key, Value]]


@pytest.mark.parametrize(("code", "case"), CASES, ids=IDS)
def test_case_gets_the_verdict_it_states(code: str, case: Case, program: Program) -> None:
    assert case_verdict(program, program.checks_by_id[code].rule, case) == case.verdict, case.why


def test_graded_rule_takes_the_severity_of_the_first_level_that_fails(program: Program, filled: Filled) -> None:
    def severity(oct_end: int) -> Severity | None:
        case = next(c for c in program.checks_by_id["PLN-05"].rule.cases if c.data.get("plan.oct") == oct_end)
        return evaluate_check(program.checks_by_id["PLN-05"], Cells(program.suite, filled(case)), "01").severity

    assert severity(60) is None
    assert severity(50) is Severity.INFO
    assert severity(10) is Severity.WARNING


def test_sql_gives_the_same_verdicts(program: Program, filled: Filled) -> None:
    connection = duckdb.connect()
    stored(connection, program, [filled(case) for _, case in CASES])
    last_year(connection, program, [case for _, case in CASES])
    build_relations(connection, program.suite, "prior_facts")
    found: dict[tuple[str, str], list[bool | None]] = {}
    for rule in RULES:
        for ret, verdict in by_sql(connection, program, program.checks_by_id[rule.code]):
            found.setdefault((rule.code, ret), []).append(verdict)
    mismatches = [
        f"{name}：SQL {overall(found[code, ret])}，应为 {case.verdict}"
        for name, ret, (code, case) in zip(IDS, names(len(CASES)), CASES, strict=True)
        if overall(found[code, ret]) != case.verdict
    ]
    assert mismatches == []


def names(count: int) -> list[str]:
    return [f"case{number:04d}" for number in range(count)]


def by_sql(connection: duckdb.DuckDBPyConnection, program: Program, check: Check) -> Iterable[tuple[str, bool | None]]:
    """(return, verdict) of every home of the check in the tables of the connection."""
    cursor = connection.execute(select_checks(program, [check]))
    at = [i for i, column in enumerate(cursor.description or ()) if column[0].startswith("v_")]
    for row in cursor.fetchall():
        parts = [row[i] for i in at]
        yield row[0], False if False in parts else None if None in parts else True


_COLUMNS = ("block", "instance", "row", "field", "number", "text", "state")
_TYPED = "block, instance, row, field, number::DECIMAL(20, 6) AS value_decimal, text AS value_text, state"


def last_year(connection: duckdb.DuckDBPyConnection, program: Program, cases: Sequence[Case]) -> None:
    """The book of the year before: what the cases say of it, for the same units."""
    suite = program.suite
    told = [
        (unit, suite.edition, *cell(suite, key, value))
        for unit, case in zip(names(len(cases)), cases, strict=True)
        for key, value in prior_values(program, case).items()
    ]
    made(connection, "given", ("unit", "edition", *_COLUMNS), told)
    connection.execute(
        "CREATE TABLE prior_facts AS SELECT NULL::VARCHAR AS region, NULL::INTEGER AS year, NULL::VARCHAR AS stage,"
        f" unit, edition, {_TYPED} FROM given"
    )


def stored(connection: duckdb.DuckDBPyConnection, program: Program, returns: Sequence[dict[Key, Value]]) -> None:
    """A book with one return per case: the columns of ``returns``, ``submitted`` and ``facts`` that the rules read."""
    suite = program.suite
    heads: list[tuple[object, ...]] = []
    sheets: list[tuple[object, ...]] = []
    facts: list[tuple[object, ...]] = []
    for ret, values in zip(names(len(returns)), returns, strict=True):
        heads.append((ret, suite.region, suite.year, suite.stage, ret, suite.edition))
        cells = Cells(suite, values)
        sheets += [(ret, form.id, instance) for form in suite.forms for instance in cells.instances(form.id)]
        facts += [(ret, suite.edition, *cell(suite, key, value)) for key, value in values.items()]
    made(connection, "returns", ("ret", "region", "year", "stage", "unit", "edition"), heads)
    made(connection, "submitted", ("ret", "form", "instance"), sheets)
    made(connection, "typed", ("file_sha256", "edition", *_COLUMNS), facts)
    connection.execute(f"CREATE TABLE facts AS SELECT file_sha256, edition, {_TYPED} FROM typed")


def cell(suite: Suite, key: Key, value: Value) -> tuple[object, ...]:
    """The columns of one fact; its number as text, to be taken exactly."""
    number = value if suite.blocks[key.block].by_id[key.field].type.is_number else None
    text = None if value is None or number is not None else str(value)
    return (*key, None if number is None else f"{number:f}", text, "blank" if value is None else "value")


def made(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """A table of these rows, taken over at once: one by one they take minutes."""
    held = pyarrow.table({name: [row[at] for row in rows] for at, name in enumerate(columns)})
    connection.register("rows_of_it", held)
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM rows_of_it")
    connection.unregister("rows_of_it")
