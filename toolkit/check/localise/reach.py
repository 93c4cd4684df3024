"""Which comparisons of a suite hang together, by the columns they read: so that only those near a fault are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.formula import Bound, Cell, Check, Op, Part, Program, Range, Type, cells_of
from toolkit.formula.terms import is_comparison
from toolkit.model.rule import Severity

Column = tuple[str, str]
"""Block and field."""


@dataclass(frozen=True)
class Comparison:
    """One comparison of numbers in a check. ``columns``: what it reads, formulas looked through.

    ``binding``: it is an identity, or an inequality at error level: what a correct return cannot fail.
    ``local``: it reads nothing of its home block but the row it is asked for, so that other rows do not matter.
    """

    check: Check
    part: Part
    severity: Severity
    columns: frozenset[Column]
    numeric: bool
    binding: bool
    local: bool


class Reach:
    """The comparisons of a program by the columns they read."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._formulas: dict[Column, list[Bound]] = {}
        for item in program.computed:
            self._formulas.setdefault((item.block, item.field), []).append(item.bound)
        self._columns: dict[Column, frozenset[Column]] = {}
        self.comparisons = tuple(self._comparisons())
        self.of_part: dict[int, Comparison] = {id(c.part): c for c in self.comparisons}
        self._by_column: dict[Column, list[int]] = {}
        for number, one in enumerate(self.comparisons):
            for column in one.columns:
                self._by_column.setdefault(column, []).append(number)

    def near(self, columns: Iterable[Column]) -> list[Comparison]:
        """The parts that read any of these columns, in the order of the suite."""
        found = {n for column in columns for n in self._by_column.get(column, ())}
        return [self.comparisons[n] for n in sorted(found)]

    def _comparisons(self) -> Iterator[Comparison]:
        for check in self.program.checks:
            for level in check.levels:
                for part in level.parts:
                    bound = part.bound
                    numeric = is_comparison(bound) and isinstance(bound, Op) and bound.args[0].type is Type.NUMBER
                    sure = numeric and (
                        level.severity is Severity.ERROR or (isinstance(bound, Op) and bound.name == "=")
                    )
                    columns = frozenset(c for t in cells_of(bound) if not _foreign(t) for c in self._read(_column(t)))
                    yield Comparison(check, part, level.severity, columns, numeric, sure, _is_local(check, bound))

    def _read(self, column: Column, above: frozenset[Column] = frozenset()) -> frozenset[Column]:
        """The column and all that its formulas read."""
        if column in above:
            return frozenset()
        if column not in self._columns:
            found = {column}
            for bound in self._formulas.get(column, ()):
                for term in cells_of(bound):
                    found |= self._read(_column(term), above | {column})
            if above:
                return frozenset(found)
            self._columns[column] = frozenset(found)
        return self._columns[column]


def _foreign(term: Cell | Range) -> bool:
    return (isinstance(term, Cell) and term.prior) or (isinstance(term, Range) and term.units)


def _column(term: Cell | Range) -> Column:
    return term.ref.block, term.ref.field


def _is_local(check: Check, bound: Bound) -> bool:
    home = check.domain.block
    return check.domain.kind == "row" and all(
        isinstance(t, Cell) and t.ref.many and t.ref.block == home for t in cells_of(bound)
    )


_kept: list[Reach] = []


def reach_of(program: Program) -> Reach:
    """The reach of a program, kept for the last few."""
    for known in _kept:
        if known.program is program:
            return known
    made = Reach(program)
    _kept.insert(0, made)
    del _kept[8:]
    return made
