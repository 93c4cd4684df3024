"""A kind of mistake, and the return it is planted into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from bench.bureau.site import Document, Site
from bench.detection.ground import Ground
from toolkit.layout import Layout, SheetPlace, a1
from toolkit.model.fact import Fact, Key, UnitData, Value
from toolkit.write import write_workbook

EASY, HARD, WHOLE = "easy", "hard", "whole"
"""The file contradicts itself; it does not; its identity, its structure or its kind is wrong."""

Typed = dict[Key, Value]


@dataclass
class Work:
    """One return in which a mistake is made.

    A kind changes the unit's document (``site``), what is typed (``typing``), the workbook as issued (``before``), does
    ``steps`` in LibreOffice, and last ``after`` the file that LibreOffice saved. ``cells``: where the mistake stands.
    ``wrong``: what stands there.
    """

    ground: Ground
    site: Site
    layout: Layout
    clean: Mapping[Key, Fact]
    name: str
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    typing: list[Callable[[Typed], None]] = field(default_factory=list)
    before: list[Callable[[Path], object]] = field(default_factory=list)
    after: list[Callable[[Path], object]] = field(default_factory=list)
    extra: list[tuple[str, Callable[[Path], bytes]]] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    wrong: str = ""
    suffix: str = ".xlsx"
    saved: bool = True
    data: UnitData | None = None

    @property
    def rng(self) -> Random:
        return self.site.rng

    @property
    def sheets(self) -> int:
        """Project sheets of the workbook."""
        return max(int(place.instance or 0) for place in self.layout.sheets)

    @property
    def forms(self) -> Document:
        return self.site.forms

    def value(self, key: Key) -> Value:
        """What should stand there."""
        fact = self.clean.get(key)
        return fact.value if fact is not None else None

    def amount(self, key: Key) -> Decimal:
        value = self.value(key)
        return value if isinstance(value, Decimal) else Decimal(0)

    def spot(self, key: Key) -> tuple[str, int, int]:
        """Sheet, row and column (0-based)."""
        spot = self.layout.spot(key)
        assert spot is not None, key
        return spot.sheet, spot.row, spot.column

    def cell(self, key: Key) -> tuple[str, str]:
        sheet, row, column = self.spot(key)
        return sheet, a1(row, column)

    def place(self, block: str, instance: str = "") -> SheetPlace:
        return self.layout.sheet_of(block, instance)

    def here(self, *keys: Key, wrong: object = "") -> bool:
        """The mistake stands in these cells."""
        self.keys += keys
        self.cells += [self.cell(key) for key in keys]
        self.wrong = self.wrong or str(wrong)
        return True

    def on(self, *sheets: str, wrong: str = "") -> bool:
        """The mistake is about these sheets."""
        self.cells += [(sheet, "") for sheet in sheets]
        self.wrong = self.wrong or wrong
        return True

    def type(self, key: Key, value: Decimal | str) -> bool:
        """Type a number or a text (``=…``: a formula) into a cell, in LibreOffice."""
        self.steps.append(("set", *self.spot(key), float(value) if isinstance(value, Decimal) else value))
        return self.here(key, wrong=value)

    def clear(self, key: Key) -> bool:
        sheet, row, column = self.spot(key)
        self.steps.append(("clear", sheet, (row, column, row, column)))
        return self.here(key, wrong="（空白）")

    def any(self, keys: Iterator[Key] | list[Key]) -> Key | None:
        """One of the cells, by chance."""
        found = list(keys)
        return self.rng.choice(found) if found else None

    def rows(self, block: str, instance: str = "") -> list[str]:
        """The rows of a list that hold something, in order."""
        fixed = self.layout.suite.blocks[block].rows_by_id
        own = {k.row for k, f in self.clean.items() if (k.block, k.instance) == (block, instance) and f.raw}
        return sorted(row for row in own if row not in fixed)

    def write(self, path: Path) -> None:
        """The workbook as the unit would have it before the mistake is made in it."""
        data = self.data or self.ground.data(self.site.code)
        typed = dict(data.values)
        for change in self.typing:
            change(typed)
        with path.open("wb") as file:
            write_workbook(
                file, self.layout.suite, data=UnitData(data.suite, data.identity, typed, data.marks),
                instances=self.sheets,
            )  # fmt: skip


Make = Callable[[Work], bool]


@dataclass(frozen=True)
class Kind:
    """A kind of mistake. ``make`` answers False where it does not apply to the unit, and has changed nothing then.

    ``codes``: rules (or groups, ``SUM-``) of which a finding counts as telling it. ``status``: what the ledger says of
    the file where it is not accepted. ``unit_of_measure``: of the hard ones that have a bar of their own.
    """

    id: str
    title: str
    tier: str
    means: str
    make: Make
    codes: tuple[str, ...] = ()
    status: tuple[str, ...] = ("accepted",)
    unit_of_measure: bool = False
    quiet: bool = False


KINDS: dict[str, Kind] = {}

OFFICE, XML, DATA, OPENPYXL = "LibreOffice", "XML", "填报", "openpyxl"


def kind(tier: str, id: str, title: str, codes: str, means: str = OFFICE, **options: Any) -> Callable[[Make], Make]:  # noqa: A002
    """Register a kind. ``codes``: separated by spaces."""

    def register(make: Make) -> Make:
        assert id not in KINDS, id
        KINDS[id] = Kind(id, title, tier, means, make, tuple(codes.split()), **options)
        return make

    return register
