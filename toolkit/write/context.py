"""What every part of the writer needs: the suite, where things are, their values, and the look."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.formula import Bound, Cells, Computed, Program, to_excel
from toolkit.layout.addresses import SheetAddresses
from toolkit.layout.hidden import ListPlace, Mirror
from toolkit.layout.places import Layout, SheetPlace
from toolkit.layout.verdicts import Verdict, Zone
from toolkit.model.fact import Identity, Key, Value
from toolkit.model.form import RowRole, Suite
from toolkit.write.engine import Book, Cached, Sheet
from toolkit.write.style import COMPUTED, INPUT, PREFILLED, Style

_EPOCH = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class Count:
    """What a line of a sheet's summary shows: checked, failed, not executable, address of the first failure."""

    checked: int = 0
    failed: int = 0
    unknown: int = 0
    first: str = ""


@dataclass
class Context:
    """One workbook while it is written.

    ``given``: the constants to write, of the data file and the prefill; ``prefilled``: those of the prefill.
    ``values``: with everything computed. ``counts``: sheet name → summary lines; ``used``: sheet name → how
    many cells hold something. ``sheets``: all sheets by name, in order. ``notes``: lines for this unit. ``said``:
    its explanations of warnings, by the hidden ids of their rows.
    """

    suite: Suite
    layout: Layout
    program: Program
    identity: Identity
    zones: Mapping[str, Zone]
    lists: Mapping[str, ListPlace]
    mirror: Mirror
    book: Book
    style: Style
    given: Mapping[Key, Value]
    marks: Mapping[Key, str]
    prefilled: frozenset[Key]
    values: Mapping[Key, Value]
    cells: Cells
    sheets: dict[str, Sheet] = field(default_factory=dict)
    counts: dict[str, tuple[Count, ...]] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    key: bytes | None = None
    signature: str = ""
    _addresses: dict[tuple[str, bool], SheetAddresses] = field(default_factory=dict)
    _formulas: dict[tuple[str, str], str] = field(default_factory=dict)
    _computed: dict[tuple[str, str, str], Computed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._computed = {(c.block, c.row, c.field): c for c in self.program.computed}

    def role(self, key: Key) -> str:
        """What the cell is to the unit. A prefilled cell that got no value is left open."""
        block = self.suite.blocks[key.block]
        if block.formula(key.row, key.field) is not None:
            return COMPUTED
        if block.by_id[key.field].prefill or key in self.prefilled:
            return PREFILLED
        return INPUT

    def is_open(self, key: Key) -> bool:
        """Whether the unit may type here."""
        return self.role(key) in (INPUT, PREFILLED) and key not in self.prefilled

    def is_validated(self, key: Key) -> bool:
        """Whether the cell has a validation: every open one, and what is locked in rows that were issued filled in.

        The columns of those stay whole, so that a missing validation still says that something was pasted over it.
        """
        return self.is_open(key) or (
            key in self.prefilled and not self.suite.blocks[key.block].by_id[key.field].prefill
        )

    def strong(self, key: Key) -> bool:
        """Whether the cell is in a total row, printed bold."""
        row = self.suite.blocks[key.block].rows_by_id.get(key.row)
        return row is not None and row.role is RowRole.TOTAL

    def computed_formula(self, at: SheetPlace, key: Key) -> str:
        """The live formula of a computed cell; rows of lists share one with ROW_MARK for the row."""
        found = self._computed.get((key.block, key.row, key.field)) or self._computed[(key.block, "*", key.field)]
        name = f"{found.block}.{found.row}.{found.field}"
        return self._emit(at, name, found.bound)

    def part_formula(self, at: SheetPlace, verdict: Verdict) -> str:
        """The number 1, 0 or 0.5 of one part of a check."""
        return self._emit(at, verdict.id, verdict.parts[0].bound, anchored=True)

    def shown(self, block: str, instance: str, row: str, field_id: str) -> str:
        """The text a cell shows, "" where it is blank or a number."""
        key = Key(block, instance, row, field_id)
        value = self.marks.get(key) or self.values.get(key)
        return value if isinstance(value, str) else ""

    def _emit(self, at: SheetPlace, name: str, bound: Bound, *, anchored: bool = False) -> str:
        key = (at.form.id, name)
        if key not in self._formulas:
            addresses = self._addresses.get((at.form.id, anchored))
            if addresses is None:
                addresses = SheetAddresses(self.layout, at, self.mirror, self.lists, anchored=anchored)
                self._addresses[(at.form.id, anchored)] = addresses
            self._formulas[key] = to_excel(bound, addresses)
        return self._formulas[key]


def cached(value: Value) -> Cached:
    """The value as a formula cell stores it: a number, text, a date's serial number, "" for a blank."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.date):
        return float((value - _EPOCH).days)
    return value
