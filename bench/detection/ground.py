"""What the mistakes are planted into: a bureau whose returns agree in themselves, with last year's and with each other's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from bench.bureau.collection import Document, as_read, collect, parse, suite, write_data_files
from bench.bureau.forms import APPROVED, DRAFT, budget
from bench.bureau.making import make_bureau
from bench.bureau.planting import drafts
from bench.bureau.site import Drafts, Site
from bench.bureau.tables import CONTROL, MAPPING, ROSTER, WHOLE, mapping, write_table
from bench.bureau.world import LAST, Unit
from toolkit.catalog import read_data
from toolkit.layout import Layout, arrange
from toolkit.model.fact import Fact, Key, UnitData

YEAR = LAST
STAGE = DRAFT
MOST_SHEETS = 6

__all__ = ["MOST_SHEETS", "STAGE", "YEAR", "Ground", "layout", "make_ground", "suite"]


@cache
def layout(sheets: int) -> Layout:
    """Where everything stands in a workbook with so many project sheets."""
    return arrange(suite(), instances=min(sheets, MOST_SHEETS))


@dataclass
class Ground:
    """The bureau of one seed and what it knows: last year's book, ceilings, roster, what was renamed."""

    seed: int
    held: Drafts
    folder: Path
    prior: Path

    def site(self, unit: Unit, others: Sequence[Unit]) -> Site:
        return Site(self.held, unit, Random(f"detection {self.seed} {unit.code(YEAR)}"), list(others))

    def data(self, code: str) -> UnitData:
        """What the unit types, as its document stands now."""
        return read_data(self._file(code), lambda _: suite())

    def facts(self, code: str) -> Mapping[Key, Fact]:
        """What a perfect reader would find in the unit's workbook, as its document stands now."""
        return as_read(self._file(code)).facts

    def before(self, code: str) -> Document:
        """What the unit's approved budget of last year was."""
        unit = next(u for u in self.held.bureau.units if u.code(YEAR) == code)
        return budget(self.held.bureau, unit, YEAR - 1, APPROVED)

    def roster(self) -> Path:
        """The roster that the bureau hands in."""
        return write_table(self.folder / "roster.csv", ROSTER, self.held.roster)

    def control(self) -> Path:
        """The ceilings of the units. Their sum is not told: each mistake would make it wrong once more."""
        rows = [row for row in self.held.control if row[0] != WHOLE]
        return write_table(self.folder / "control.csv", CONTROL, rows)

    def mapping(self) -> Path:
        """What was renamed or recoded."""
        return write_table(self.folder / "mapping.csv", MAPPING, mapping(self.held.bureau))

    def _file(self, code: str) -> Path:
        path = self.folder / "typed" / f"{code}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.held.documents[code], ensure_ascii=False), encoding="utf-8")
        return path


def make_ground(seed: int, units: int, folder: Path) -> Ground:
    """The drafts of a bureau and the book of its approved budgets of the year before."""
    bureau = make_bureau(seed, units)
    approved = [budget(bureau, unit, YEAR - 1, APPROVED) for unit in bureau.units]
    files = write_data_files(approved, folder / "approved")
    prior = collect(parse(files, folder / "parsed"), folder / "prior")
    return Ground(seed, drafts(bureau, STAGE), folder, prior)
