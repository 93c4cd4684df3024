"""Facts: one typed value with its key and its place; and what one returned file is (a Return)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

Value = Decimal | str | datetime.date | None
"""A value as the rule language knows it: an exact decimal, text, a date, or None for a blank."""


class Key(NamedTuple):
    """Where a value belongs in the suite, wherever it was found.

    ``instance`` is "" unless the form repeats (then "01", "02" …). ``row`` is "" in a record, the row id in
    a grid, "total" (its id) in a list's total row, "001", "002" … in the rows of a list.
    """

    block: str
    instance: str
    row: str
    field: str


class State(StrEnum):
    """Value, blank, zero, not applicable, classified and invalid are six different things."""

    VALUE = "value"
    BLANK = "blank"
    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"
    CLASSIFIED = "classified"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell of a return. ``raw`` is what stood there; ``typed_over``: a constant in a computed cell."""

    key: Key
    value: Value
    state: State
    raw: str
    sheet: str
    cell: str
    unit_of_measure: str | None = None
    typed_over: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and what a return is for: region + year + stage + unit, and the edition it was made from."""

    region: str
    year: int
    stage: str
    unit: str
    unit_name: str
    edition: str
    suite: str = ""

    @property
    def key(self) -> tuple[str, int, str, str]:
        return (self.region, self.year, self.stage, self.unit)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader noticed about the file or a cell; becomes a finding of rule ``code``.

    ``key`` is None where it is about the file or a sheet. ``detail`` completes the sentence in Chinese.
    ``repair`` is the value the reader took in place of what stood there; ``likely`` one it did not take.
    """

    code: str
    detail: str
    key: Key | None = None
    sheet: str = ""
    cell: str = ""
    actual: str | None = None
    expected: str | None = None
    repair: str | None = None
    likely: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a unit wrote beside a check of the sheet 校验. ``check``: the check's id, "" for a rule as a whole."""

    code: str
    check: str
    text: str
    sheet: str = ""
    cell: str = ""


class Status(StrEnum):
    """What became of a file that was received."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    NOT_A_RETURN = "not_a_return"
    IGNORED = "ignored"
    PENDING = "pending"


@dataclass(frozen=True)
class Return:
    """All that was read from one file. ``facts`` holds every cell of every submitted row, blanks included.

    ``submitted``: (form id, instance) of each sheet that holds any input. ``saved`` is the time of the last
    save the file itself claims, if any (ISO), used only to order two versions. ``said``: explanations of warnings.
    """

    identity: Identity
    facts: Mapping[Key, Fact]
    remarks: tuple[Remark, ...] = ()
    submitted: frozenset[tuple[str, str]] = frozenset()
    engine: str = ""
    saved: str | None = None
    said: tuple[Said, ...] = ()

    @property
    def values(self) -> dict[Key, Value]:
        """The values alone, for the evaluator."""
        return {k: f.value for k, f in self.facts.items()}


@dataclass(frozen=True)
class UnitData:
    """A unit's data for ``fill``: the values of the cells that are not blank, keyed as facts are.

    A value for a computed cell replaces its formula (decisions 8). Amounts are in the fields' units.
    """

    suite: str
    identity: Identity
    values: Mapping[Key, Value]
    marks: Mapping[Key, str] = field(default_factory=dict)
