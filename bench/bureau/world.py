"""The bureau itself: units, projects and what becomes of them over the years. Amounts in hundredths of 万元."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.bureau.kinds import SECRET, Kind
from bench.bureau.words import OFFICES, Trade

REGION = "示例市"
AREA = "130201"
FIRST, LAST = 2025, 2027
YEARS = tuple(range(FIRST, LAST + 1))
"""Years with returns; figures begin a year before, for the columns of last year."""

ADMINISTRATIVE, INSTITUTION = "行政单位", "事业单位"


@dataclass
class Budget:
    """A project in one year. ``parts``: what each part of its kind gets; ``plan``: percent paid by four points."""

    fiscal: int
    other: int
    plan: tuple[int, int, int, int]
    targets: tuple[int, ...]
    note: str = ""

    @property
    def total(self) -> int:
        return self.fiscal + self.other


@dataclass
class Project:
    """A project with its name and the lasting part of its code by year (either may change, with an entry in the mapping)."""

    kind: Kind
    topic: str
    fund: str
    names: dict[int, str]
    codes: dict[int, str]
    first: int
    price: int
    estimate: int = 0
    budgets: dict[int, Budget] = field(default_factory=dict)
    shortfall: bool = False

    @property
    def secret(self) -> bool:
        return self.kind is SECRET

    def runs(self, year: int) -> bool:
        return year in self.budgets


@dataclass
class Year:
    """What a unit has in one year besides projects: operating items, personnel, vehicles and travel abroad, assets."""

    operating: dict[str, int]
    personnel: int
    abroad: int
    purchase: int
    assets: dict[str, tuple[int, int, int]]
    """class → opening, purchased, disposed"""


@dataclass
class Unit:
    """A unit that files. ``codes``: by year, for a unit may be recoded; ``carry``: what is carried from year to year."""

    codes: dict[int, str]
    name: str
    department: str
    department_name: str
    parent: str
    trade: Trade
    nature: str
    level: str
    quota: int
    staff: int
    legacy: bool
    carry: int
    people: tuple[str, str]
    vehicles: int
    projects: list[Project] = field(default_factory=list)
    years: dict[int, Year] = field(default_factory=dict)

    def code(self, year: int) -> str:
        return self.codes[year]

    def running(self, year: int) -> list[Project]:
        return [p for p in self.projects if p.runs(year)]


@dataclass(frozen=True)
class Transfer:
    """Money that one unit pays another in one year: the lines the payer writes and those the receiver writes."""

    year: int
    payer: Unit
    receiver: Unit
    paid: tuple[int, ...]
    received: tuple[int, ...]
    project: str
    purpose: str


@dataclass
class Bureau:
    """All of it. ``renamed``: entries of the mapping (kind, old, new, year since when)."""

    seed: int
    units: list[Unit]
    transfers: list[Transfer] = field(default_factory=list)
    renamed: list[tuple[str, str, str, int]] = field(default_factory=list)

    def by_code(self, year: int) -> dict[str, Unit]:
        return {u.code(year): u for u in self.units}


def full_code(unit: Unit, project: Project, year: int) -> str:
    """The code as written in a year: region and year before the lasting part, or the department before an old one."""
    lasting = project.codes[year]
    return f"{unit.department}-{lasting}" if unit.legacy else f"{AREA}{year % 100:02d}{lasting}"


def offices(unit: Unit) -> tuple[str, ...]:
    """The offices of a unit: more where there are more people."""
    return OFFICES[: 2 + (unit.quota > 20) + (unit.quota > 40)]
