"""What an expression means: typed trees bound to the names of a suite, and the domain they are asked over."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal as OneOf

from toolkit.model.form import CodeList


class Type(StrEnum):
    """The type of a bound term. Codes and choices are TEXT; integers, amounts and percents NUMBER."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Ref:
    """The cell or cells a name stands for.

    ``row`` is a row id of a grid (or a list's total row), None for a record's field and for ``block[]``.
    ``many`` is True for ``block[].field``: the current row in scalar position, the item rows in range position.
    ``across``: a range over all instances of a repeated form, not only over the one the rule is asked for.
    """

    block: str
    row: str | None
    field: str
    many: bool
    across: bool = False

    def __str__(self) -> str:
        if self.many:
            return f"{self.block}[].{self.field}"
        return f"{self.block}.{self.field}" if self.row is None else f"{self.block}.{self.row}.{self.field}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: a number, a text or a date."""

    type: Type
    value: Decimal | str | datetime.date
    amount: bool = False
    unit: str | None = None

    @property
    def scale(self) -> int:
        """Places after the point of a number."""
        if not isinstance(self.value, Decimal):
            return 0
        exponent = self.value.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one cell. ``zero``: a blank counts as 0. ``prior``: of last year's book."""

    ref: Ref
    type: Type
    amount: bool = False
    unit: str | None = None
    zero: bool = False
    prior: bool = False

    @property
    def scale(self) -> int:
        return 6 if self.type is Type.NUMBER else 0


@dataclass(frozen=True, slots=True)
class Range:
    """Many cells, only as an argument. ``units``: one cell in each return of the same region, year and stage."""

    ref: Ref
    type: Type
    amount: bool = False
    unit: str | None = None
    units: bool = False

    @property
    def scale(self) -> int:
        return 6 if self.type is Type.NUMBER else 0


@dataclass(frozen=True, slots=True)
class Op:
    """An operator or function applied to its arguments.

    ``name`` is the operator or the function's name; ``NEG`` is unary minus. ``/`` stands only directly below
    ``ROUND``. ``tolerance`` is given for comparisons of numbers. ``scale``: the most places after the point
    that the exact result can have. ``vacuous``: a comparison is true where all of these are blank.
    """

    name: str
    args: tuple[Bound, ...]
    type: Type
    amount: bool = False
    unit: str | None = None
    tolerance: Decimal | None = None
    scale: int = 0
    vacuous: tuple[Cell | Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """Whether ``value`` is in a code list or, with ``parent``, whether the pair is. Open lists never deny."""

    value: Bound
    parent: Bound | None
    codes: CodeList = field(compare=False)
    list_id: str = ""
    type: Type = Type.BOOLEAN
    amount: bool = False
    unit: str | None = None
    scale: int = 0


Bound = Literal | Cell | Range | Op | Member
"""A typed term. Each has ``type``, ``amount`` (an amount is somewhere in it), ``unit`` and ``scale``."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Where an expression gives a value: once a return, for each instance of a repeated ``form``, or for each row.

    ``form`` is the home form, ``block`` (for rows) the home block.
    """

    kind: OneOf["return", "instance", "row"]
    form: str
    block: str = ""


COMPARISONS = ("=", "<>", "<=", "<", ">=", ">")
AGGREGATES = ("SUM", "MIN", "MAX", "COUNT", "COUNTA")


def walk(term: Bound) -> Iterator[Bound]:
    """The term and everything below it, left to right."""
    yield term
    if isinstance(term, Op):
        for arg in term.args:
            yield from walk(arg)
    elif isinstance(term, Member):
        yield from walk(term.value)
        if term.parent is not None:
            yield from walk(term.parent)


def cells_of(term: Bound) -> tuple[Cell | Range, ...]:
    """The cells and ranges of the term in order of appearance, each once."""
    return tuple(dict.fromkeys(t for t in walk(term) if isinstance(t, Cell | Range)))


def conjuncts(term: Bound) -> tuple[Bound, ...]:
    """The terms joined by AND at the top."""
    if isinstance(term, Op) and term.name == "AND":
        return tuple(part for arg in term.args for part in conjuncts(arg))
    return (term,)


def is_comparison(term: Bound) -> bool:
    """Whether the term compares two sides."""
    return isinstance(term, Op) and term.name in COMPARISONS
