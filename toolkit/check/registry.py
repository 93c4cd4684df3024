"""Rules that an expression cannot say: one decorated function each, given one collection at a time.

::

    @coded("XD-03", reads=("projects.name",))
    def similar_projects(scene: Scene) -> Iterator[Mark]: …

``reads`` are the ids it needs; in a suite that lacks one of them the rule does not run. What the function
yields becomes findings with the rule's metadata (severity, statement, action) from the suite.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

from toolkit.check.cells import Cells, load
from toolkit.check.last_year import Other
from toolkit.check.submissions import Group, Received, Submission
from toolkit.model.fact import Fact, Key, State, Value
from toolkit.model.finding import FAIL
from toolkit.model.form import Block, Suite
from toolkit.model.rule import Rule, Severity
from toolkit.store.bureau import ControlEntry, MappingEntry, RosterEntry

if TYPE_CHECKING:
    import duckdb

ELSEWHERE: Mapping[str, str] = {
    "WBK-07": "toolkit.collect says so in a remark when it settles which version counts",
    "STR-12": "toolkit.check.absent, from the submitted forms",
}
"""Rules of kind CODED that have no function here, and who finds them."""


@dataclass(frozen=True)
class Line:
    """One used row of a block in one return: its facts by field."""

    submission: Submission
    instance: str
    row: str
    facts: Mapping[str, Fact]

    def value(self, field_id: str) -> Value:
        """The value of a field, None where blank or unusable."""
        fact = self.facts.get(field_id)
        return fact.value if fact is not None and fact.state in (State.VALUE, State.ZERO) else None

    def text(self, field_id: str) -> str:
        """The value of a text field, "" where there is none."""
        value = self.value(field_id)
        return value if isinstance(value, str) else ""

    def spot(self, field_id: str) -> Spot:
        return self.submission, self.facts[field_id].key


Spot = tuple[Submission, Key]
"""A cell of a return."""


@dataclass(frozen=True)
class Mark:
    """What a coded rule found. ``spots``: the cells, the primary one first.

    ``owner``: the return it is told to; None for the collection, then ``unit`` gives code and name if it is
    about one unit. ``identity`` tells it from the rule's other marks on the same cells ("" mostly).
    ``likely``: (index into the spots, value, reason). Decimals are in ``unit_of_measure``. ``whole``: it is about the
    return from end to end, the spots are examples.
    """

    message: str
    spots: Sequence[Spot] = ()
    owner: Submission | None = None
    unit: tuple[str, str] = ("", "")
    severity: Severity | None = None
    result: str = FAIL
    actual: Value = None
    expected: Value = None
    unit_of_measure: str | None = None
    likely: Sequence[tuple[int, str, str]] = ()
    identity: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Scene:
    """One collection as a coded rule sees it: its returns, the bureau's tables, and rows of any block.

    ``submissions``: the returns whose edition has the rule; ``everyone``: all accepted returns. ``last_year``: the
    returns of the year before (None: no book of it); ``plan``: the approved budgets of this year; ``mapping``: what was
    renamed since last year. ``sizes``: how many returns each collection of the book has. ``connection``: the book's,
    for what would take too long by the cells of one block after the other.
    """

    group: Group
    rule: Rule
    suite: Suite
    submissions: tuple[Submission, ...]
    cells: Callable[[str], Cells]
    everyone: tuple[Submission, ...] = ()
    roster: tuple[RosterEntry, ...] | None = None
    control: tuple[ControlEntry, ...] | None = None
    received: tuple[Received, ...] = ()
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    last_year: Other | None = None
    plan: Other | None = None
    mapping: tuple[MappingEntry, ...] = ()
    sizes: Mapping[Group, int] = field(default_factory=dict)
    connection: duckdb.DuckDBPyConnection | None = None

    def parameter(self, name: str, default: str) -> Decimal:
        """A threshold: the bureau's, else the rule's, else the suite's, else ``default``."""
        for held in (self.parameters, self.rule.parameters, self.suite.parameters):
            if name in held:
                return held[name]
        return Decimal(default)

    def has(self, *names: str) -> bool:
        """Whether the suite has all of these (``block.field``)."""
        return all(known(self.suite, name) for name in names)

    def lines(self, block: str) -> Iterator[Line]:
        """The used item rows of a block, return by return in order; of a record one per instance."""
        table = self.cells(block)
        defined = self.suite.blocks[block]
        for submission in self.submissions:
            rows: dict[tuple[str, str], dict[str, Fact]] = {}
            for key, fact in sorted(table.facts.get(submission.ret, {}).items()):
                rows.setdefault((key.instance, key.row), {})[key.field] = fact
            for (instance, row), facts in rows.items():
                if row not in defined.rows_by_id and _used(defined, facts):
                    yield Line(submission, instance, row, facts)

    @cached_property
    def by_unit(self) -> dict[str, Submission]:
        return {s.identity.unit: s for s in self.everyone}


def _used(block: Block, facts: Mapping[str, Fact]) -> bool:
    return any(f.state is not State.BLANK and not block.by_id[k].prefill for k, f in facts.items() if k in block.by_id)


def known(suite: Suite, name: str) -> bool:
    """Whether the suite has the field ``block.field``."""
    block, _, field_id = name.partition(".")
    return block in suite.blocks and field_id in suite.blocks[block].by_id


Body = Callable[[Scene], Iterable[Mark]]


@dataclass(frozen=True, slots=True)
class CodedRule:
    """A registered rule: its code, what it reads, and the function."""

    code: str
    reads: tuple[str, ...]
    body: Body


_registered: dict[str, CodedRule] = {}


def coded(code: str, *, reads: Sequence[str] = ()) -> Callable[[Body], Body]:
    """Register the function of a rule of kind CODED. Raises ValueError for a code that has one already."""

    def register(body: Body) -> Body:
        if code in _registered:
            raise ValueError(f"two functions for rule {code}")
        _registered[code] = CodedRule(code, tuple(reads), body)
        return body

    return register


@cache
def _loaded() -> bool:
    package = importlib.import_module("toolkit.check.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return True


def registry() -> dict[str, CodedRule]:
    """Every coded rule by code, in the order of codes."""
    _loaded()
    return dict(sorted(_registered.items()))


def table_loader(connection: duckdb.DuckDBPyConnection, submissions: Sequence[Submission]) -> Callable[[str], Cells]:
    """Loads a block's facts of these returns, each block once."""
    held: dict[str, Cells] = {}

    def cells(block: str) -> Cells:
        if block not in held:
            held[block] = load(connection, ((s.ret, block) for s in submissions))
        return held[block]

    return cells
