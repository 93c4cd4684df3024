"""Running the compiled checks over one edition: SQL in, hits (false or unknown verdicts) out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.formula import Check, Domain, Part, Program, select_checks
from toolkit.model.fact import Value
from toolkit.model.money import normal
from toolkit.model.rule import Severity

if TYPE_CHECKING:
    import duckdb

TOGETHER = 40
"""Parts asked for in one statement: wider ones cost DuckDB more to plan than they save."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One part of a check that is not true: False with what is there and what was expected, or unknown (None)."""

    part: Part
    value: bool | None
    actual: Value = None
    expected: Value = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A check that failed (``failed``) or could not run, at one home: a return, an instance or a row."""

    ret: str
    check: Check
    instance: str
    row: str
    failed: bool
    severity: Severity
    outcomes: tuple[Outcome, ...]

    @property
    def first(self) -> Outcome:
        return self.outcomes[0]


def is_derived(check: Check) -> bool:
    """Whether the check follows from the definitions of fields. A rule may have such checks beside its expression."""
    return check.id != check.code


def run(connection: duckdb.DuckDBPyConnection, program: Program) -> Iterator[Hit]:
    """All hits of the edition whose relations stand on the connection."""
    for checks in by_domain(program):
        for batch in batches(checks):
            yield from _select(connection, program, batch)


def by_domain(program: Program) -> list[list[Check]]:
    """The checks that have the same homes, together."""
    domains: dict[Domain, list[Check]] = defaultdict(list)
    for check in program.checks:
        domains[check.domain].append(check)
    return list(domains.values())


def batches(checks: Sequence[Check]) -> Iterator[list[Check]]:
    """So many checks as are asked for in one statement."""
    batch: list[Check] = []
    width = 0
    for check in checks:
        parts = sum(len(level.parts) for level in check.levels)
        if batch and width + parts > TOGETHER:
            yield batch
            batch, width = [], 0
        batch.append(check)
        width += parts
    if batch:
        yield batch


def _select(connection: duckdb.DuckDBPyConnection, program: Program, checks: list[Check]) -> Iterator[Hit]:
    """Only rows where something is not true travel to Python."""
    names = [
        f'"v_{i}_{j}_{k}"'
        for i, check in enumerate(checks)
        for j, level in enumerate(check.levels)
        for k in range(len(level.parts))
    ]
    wanted = " OR ".join(f"{name} IS NOT TRUE" for name in names)
    query = f'SELECT * FROM ({select_checks(program, checks)}) WHERE {wanted} ORDER BY ret, instance, "row"'  # noqa: S608
    result = connection.execute(query)
    columns = {name: at for at, (name, *_) in enumerate(result.description or ())}
    while batch := result.fetchmany(10_000):
        for line in batch:
            home = (line[columns["ret"]], line[columns["instance"]] or "", line[columns["row"]] or "")
            for i, check in enumerate(checks):
                yield from hits_of(check, home, _levels(check, i, line, columns))


def _levels(check: Check, i: int, line: tuple[object, ...], columns: dict[str, int]) -> list[list[Outcome]]:
    return [
        [_outcome(part, (i, j, k), line, columns) for k, part in enumerate(level.parts)]
        for j, level in enumerate(check.levels)
    ]


def hits_of(check: Check, home: tuple[str, str, str], levels: Sequence[Sequence[Outcome]]) -> Iterator[Hit]:
    """What of a check's outcomes at (return, instance, row), by level, is not true.

    The parts of a derived check are independent cells; those of a written rule are one verdict (Kleene AND).
    """
    ret, instance, row = home
    if is_derived(check):
        for level, outcomes in zip(check.levels, levels, strict=True):
            for outcome in outcomes:
                if outcome.value is not True:
                    failed = outcome.value is False
                    yield Hit(ret, check, instance, row, failed, level.severity, (outcome,))
        return
    for level, outcomes in zip(check.levels, levels, strict=True):
        false = tuple(o for o in outcomes if o.value is False)
        if false:
            yield Hit(ret, check, instance, row, True, level.severity, false)
            return
    unknown = tuple(o for outcomes in levels for o in outcomes if o.value is None)
    if unknown:
        yield Hit(ret, check, instance, row, False, Severity.INFO, unknown)


def _outcome(part: Part, at: tuple[int, int, int], line: tuple[object, ...], columns: dict[str, int]) -> Outcome:
    tail = "_".join(map(str, at))
    value = line[columns[f"v_{tail}"]]
    actual, expected = (
        plain_value(line[columns[f"{side}_{tail}"]]) if f"{side}_{tail}" in columns else None for side in "ae"
    )
    return Outcome(part, None if value is None else bool(value), actual, expected)


def plain_value(value: object) -> Value:
    """A side of a comparison as shown: a truth value is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Decimal | int):
        return normal(Decimal(value))
    return normal(Decimal(repr(value))) if isinstance(value, float) else str(value)
