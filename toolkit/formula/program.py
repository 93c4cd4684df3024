"""What a suite's expressions are compiled to: checks with their levels and parts, and computed cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.formula.terms import Bound, Domain, Ref
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, Severity


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of a check.

    ``places``: the cells to mark, the primary one first (``many``: the current row's). ``lhs`` and ``rhs``
    are the sides of a comparison (what is there, what is expected), None where there is none to show.
    """

    bound: Bound
    places: tuple[Ref, ...]
    lhs: Bound | None = None
    rhs: Bound | None = None
    unit_of_measure: str | None = None


@dataclass(frozen=True, slots=True)
class CheckLevel:
    """Fails with ``severity`` where any of its parts is false."""

    severity: Severity
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Check:
    """A rule ready to run over one domain.

    ``id`` is unique in the program. ``in_workbook`` is False where the workbook cannot know the answer
    (last year's book, other units). ``rows``: for a row check over a grid, the rows that have all the cells
    it asks for; otherwise empty.
    """

    id: str
    code: str
    rule: Rule
    domain: Domain
    levels: tuple[CheckLevel, ...]
    in_workbook: bool
    refs: tuple[Ref, ...]
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell the workbook computes. ``row`` is "" in a record, a row id, or "*" for every row of a list."""

    block: str
    row: str
    field: str
    bound: Bound


@dataclass(frozen=True)
class Computation:
    """The computed cells of a suite in dependency order: all that reading a workbook needs."""

    suite: Suite
    computed: tuple[Computed, ...]


@dataclass(frozen=True)
class Program(Computation):
    """All expressions of a suite, bound."""

    checks: tuple[Check, ...]

    @cached_property
    def checks_by_id(self) -> dict[str, Check]:
        return {c.id: c for c in self.checks}
