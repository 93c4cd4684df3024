"""The same hits as ``verdicts.run``, by the reference evaluator: for a few returns, where planning the SQL costs more
than the whole answer. That both agree is the law (``bench/law.py``), and a test compares their findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from toolkit.check.cells import load
from toolkit.check.submissions import Submission
from toolkit.check.verdicts import Hit, Outcome, batches, by_domain, hits_of, plain_value
from toolkit.formula import Cells as Values
from toolkit.formula import Check, Part, PartVerdict, Program, evaluate_check, homes
from toolkit.model.fact import Fact, Key, State, Value
from toolkit.model.form import FieldType, Suite

if TYPE_CHECKING:
    import duckdb

_USABLE = (State.VALUE, State.ZERO)


def run_directly(
    connection: duckdb.DuckDBPyConnection, program: Program, submissions: Sequence[Submission]
) -> Iterator[Hit]:
    """All hits of these returns of one edition, without last year's book."""
    suite = program.suite
    facts = load(connection, ((s.ret, block) for s in submissions for block in suite.blocks)).facts
    groups: dict[object, list[Values]] = defaultdict(list)
    held: dict[str, Values] = {}
    for submission in submissions:
        together = groups[submission.group]
        held[submission.ret] = values_of(suite, facts[submission.ret], submission.submitted, together)
        together.append(held[submission.ret])
    for checks in by_domain(program):
        for batch in batches(checks):
            for ret, cells in sorted(held.items()):
                yield from _of_return(ret, batch, cells)


def values_of(
    suite: Suite, facts: Mapping[Key, Fact], submitted: frozenset[tuple[str, str]], units: Sequence[Values] = ()
) -> Values:
    """The facts of one return as the rules see them. ``units``: the returns UNITS runs over (may still grow)."""
    values: dict[Key, Value] = {}
    marked: list[Key] = []
    unusable: list[Key] = []
    for key, fact in facts.items():
        kind = suite.blocks[key.block].by_id[key.field].type
        valued = kind.is_number or kind is FieldType.DATE
        usable = fact.state in _USABLE if valued else fact.state not in (State.BLANK, State.INVALID)
        if usable and fact.value is not None:
            values[key] = fact.value
        elif fact.state is not State.BLANK:
            (marked if valued else unusable).append(key)
    return Values(suite, values, None, units, marked, unusable, submitted)


def _of_return(ret: str, checks: Sequence[Check], cells: Values) -> Iterator[Hit]:
    at = [(home, check) for check in checks for home in homes(check, cells)]
    for home, check in sorted(at, key=lambda pair: pair[0]):  # by home as the SQL does, then as the checks stand
        found = evaluate_check(check, cells, *home)
        if found.value is True:
            continue
        parts = iter(found.parts)
        levels = [[_outcome(part, next(parts)) for part in level.parts] for level in check.levels]
        yield from hits_of(check, (ret, *home), levels)


def _outcome(part: Part, found: PartVerdict) -> Outcome:
    return Outcome(part, found.value, plain_value(found.actual), plain_value(found.expected))
