"""What a trace finds: a number with the cells behind it, or a cell with the numbers it enters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from toolkit.check.submissions import Group
from toolkit.messages import N_
from toolkit.store.lineage import Source

TYPED, FORMULA, TYPED_OVER = N_("手填"), N_("公式"), N_("公式被改成手填数")


@dataclass(frozen=True)
class Cell:
    """A cell of a received file. ``how``: TYPED, FORMULA or TYPED_OVER. ``line``: the line of its file in the ledger."""

    source: Source
    how: str
    line: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Adjusted:
    """An adjustment that is part of the number: the unit or node it is booked on, amount, author, reason, its place."""

    where: str
    amount: Decimal
    author: str
    reason: str
    place: str


@dataclass(frozen=True)
class Input:
    """What a computed number is computed from: a key, its value (of all units: the sum), and the cells of one return.

    ``formula``: how it is itself computed, "" where it is typed; ``inputs``: one level further down.
    """

    key: str
    label: str
    value: Decimal | str | None
    unit_of_measure: str
    cells: tuple[Cell, ...] = ()
    formula: str = ""
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True)
class Trace:
    """A number and what is behind it. ``value`` is Σ ``cells`` + Σ ``adjustments``; None where nothing is added up.

    ``node``: the node of the tree it is of, "" for all returns. ``place``: where summary.xlsx shows it, "" where it does
    not; ``shown``: what stands there; ``known``: whether that file is still the one that was written; ``agrees``: it
    shows the same. ``blank``: cells that are blank.
    """

    group: Group
    key: str
    label: str
    value: Decimal | None
    unit_of_measure: str
    cells: tuple[Cell, ...]
    adjustments: tuple[Adjusted, ...] = ()
    node: str = ""
    blank: int = 0
    place: str = ""
    shown: Decimal | str | None = None
    known: bool = True
    agrees: bool = True
    formula: str = ""
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A number that a cell enters: where summary.xlsx shows it (``place``), of which node, and its key."""

    place: str
    node: str
    key: str


@dataclass(frozen=True, slots=True)
class Reader:
    """A computed cell that reads a cell: its key, label, and its place in the same return ("" for a whole column).

    ``level``: 1 reads it, 2 reads one that does …
    """

    key: str
    label: str
    place: str
    formula: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class ReadBy:
    """A rule that reads a cell. ``failed``: the messages of its findings at this very cell."""

    code: str
    severity: str
    statement: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entered:
    """The other way: a cell of a return, and the totals, computed cells and rules it enters."""

    group: Group
    cell: Cell
    key: str
    label: str
    totals: tuple[Total, ...]
    readers: tuple[Reader, ...]
    rules: tuple[ReadBy, ...]
