"""A kind of mutilation, and the workbook it works on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from bench.mutilation.package import Package
from bench.mutilation.sample import Sample
from toolkit.layout import SheetPlace
from toolkit.model.fact import Identity, Key, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from bench.office import Office

XML, OPENPYXL, OFFICE, GNUMERIC = "XML", "openpyxl", "LibreOffice", "gnumeric"


@dataclass
class Work:
    """One workbook being mutilated, with what a perfect reader would now find in it.

    ``given``: what stands typed in it. ``marked``: cells with something that is no value. ``gone``: cells that are
    no longer there at all. ``places``: where it was done. A kind changes these along with the file.
    """

    sample: Sample
    path: Path
    office: Office | None
    given: dict[Key, Value]
    identity: Identity
    marked: set[Key] = field(default_factory=set)
    gone: Callable[[Key], bool] = lambda _key: False
    places: list[tuple[str, str]] = field(default_factory=list)
    key: bytes | None = None

    def package(self) -> Package:
        return Package(self.path)

    @contextmanager
    def openpyxl(self) -> Iterator[openpyxl.Workbook]:
        """The workbook in openpyxl, saved back."""
        book = openpyxl.load_workbook(self.path)
        yield book
        book.save(self.path)

    def edit(self, *steps: tuple[Any, ...], kind: str = "xlsx", unprotect: bool = True) -> None:
        """Take the steps (``bench.office_edits``) in LibreOffice and save."""
        assert self.office is not None, "this mutilation needs LibreOffice"
        first = [("unprotect",)] if unprotect else []
        target = self.path.with_name(f"saved.{kind}")
        self.office.edit(self.path, [*first, *steps], target)
        self.path.unlink()
        self.path = target.rename(self.path.with_suffix(f".{kind}"))

    def gnumeric(self) -> None:
        """Save by gnumeric."""
        target = self.path.with_name("saved.xlsx")
        command = ["ssconvert", "--export-type=Gnumeric_Excel:xlsx2", str(self.path), str(target)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        target.replace(self.path)

    def sheet(self, block: str, instance: str = "") -> SheetPlace:
        return self.sample.layout.sheet_of(block, instance)

    def spot(self, key: Key) -> tuple[str, int, int]:
        """Sheet, row and column (0-based) as issued."""
        spot = self.sample.layout.spot(key)
        assert spot is not None
        return spot.sheet, spot.row, spot.column

    def here(self, *keys: Key) -> None:
        """It was done at these cells."""
        self.places += [self.sample.at(key) for key in keys]

    def on(self, *sheets: str) -> None:
        """It was done to these sheets."""
        self.places += [(sheet, "") for sheet in sheets]

    def swap_rows(self, block: str, one: str, other: str) -> None:
        """Rows of a list changed places."""
        names = {one: other, other: one}
        self._map(block, lambda row: names.get(row, row))

    def order(self, block: str, rows: Iterable[str]) -> None:
        """The rows of a list now stand in this order."""
        now = {old: f"{number:03d}" for number, old in enumerate(rows, 1)}
        self._map(block, lambda row: now.get(row, row))

    def _map(self, block: str, turn: Callable[[str], str]) -> None:
        self.given = {(k._replace(row=turn(k.row)) if k.block == block else k): v for k, v in self.given.items()}

    def drop(self, gone: Callable[[Key], bool]) -> None:
        """These cells are gone with what they held."""
        self.gone = gone
        self.given = {k: v for k, v in self.given.items() if not gone(k)}


Make = Callable[[Work], None]


@dataclass(frozen=True)
class Kind:
    """A kind of mutilation. ``code`` and ``says``: the finding that has to name it ("": nothing need be said).

    ``intact``: whoever looks at the file can still tell every value, so all of it has to be read.
    ``clean``: nothing was done that deserves a warning.
    """

    id: str
    title: str
    family: str
    means: str
    make: Make
    code: str = ""
    says: str = ""
    intact: bool = True
    clean: bool = False
    samples: tuple[str, ...] = ("mini", "hebei-2021")


KINDS: dict[str, Kind] = {}


def kind(family: str, id: str, title: str, means: str, finding: str = "", **options: Any) -> Callable[[Make], Make]:  # noqa: A002
    """Register a mutilation. ``finding``: ``CODE words the message contains``."""

    def register(make: Make) -> Make:
        assert id not in KINDS, id
        code, _, says = finding.partition(" ")
        KINDS[id] = Kind(id, title, family, means, make, code, says, **options)
        return make

    return register


def unmerge(sheet: Worksheet) -> None:
    """openpyxl moves no merged cells along: a mutilation that moves rows or columns undoes them first."""
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
