"""Where a mistake is planted: one unit's data file, the others', and the bureau's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, cast

from bench.bureau.slips import mistyped, plain
from bench.bureau.tables import Row
from bench.bureau.truth import Cell, Truth
from bench.bureau.world import Bureau, Project, Unit

Document = dict[str, Any]
Told = tuple[Cell | None, str | None, str | None, str]
"""The cell, what stands there now, what stood there, and how it came."""


@dataclass
class Drafts:
    """One collection before it is sent: data files by unit code, tables. Planting changes it in place."""

    bureau: Bureau
    year: int
    stage: str
    documents: dict[str, Document]
    roster: list[Row]
    control: list[Row]
    withheld: set[str] = field(default_factory=set)


@dataclass
class Site:
    """One unit, and the means to change its file. A slip that does not apply returns None and has changed nothing."""

    drafts: Drafts
    unit: Unit
    rng: Random
    others: list[Unit]
    """Units that have no mistake yet."""
    concerned: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.unit.code(self.drafts.year)

    @property
    def forms(self) -> Document:
        held: Document = self.drafts.documents[self.code]["forms"]
        return held

    @property
    def open_projects(self) -> list[tuple[int, Project]]:
        """Sheets (from 0) of projects that are not classified."""
        return [(n, p) for n, p in enumerate(self.unit.running(self.drafts.year)) if not p.secret]

    @property
    def secret_projects(self) -> list[tuple[int, Project]]:
        return [(n, p) for n, p in enumerate(self.unit.running(self.drafts.year)) if p.secret]

    def row(self, cell: Cell) -> Document | None:
        """The row a cell stands in; None where the form does not have it."""
        body = self.forms.get(cell.form)
        if isinstance(body, list):
            number = int(cell.instance) - 1
            body = body[number] if number < len(body) else None
        block = (body or {}).get(cell.block)
        if block is None:
            return None
        if isinstance(block, list) or (isinstance(block, dict) and "rows" in block and cell.row.isdigit()):
            rows = block if isinstance(block, list) else block["rows"]
            number = int(cell.row) - 1 if cell.row.isdigit() else -1
            return rows[number] if 0 <= number < len(rows) else None
        found: Document | None = block if not cell.row else block.get(cell.row)
        return found

    def value(self, cell: Cell) -> str | None:
        return (self.row(cell) or {}).get(cell.field)

    def put(self, cell: Cell, value: str | None) -> None:
        """Type into a cell, or clear it. A fixed row that nobody typed in yet comes to be."""
        row = self.row(cell)
        if row is None:
            row = self._fixed(cell)
        if value is None:
            row.pop(cell.field, None)
        else:
            row[cell.field] = value

    def _fixed(self, cell: Cell) -> Document:
        body = self.forms[cell.form]
        block = body.setdefault(cell.block, {})
        if not cell.row:
            return cast("Document", block)
        if isinstance(block, list):
            block = body[cell.block] = {"rows": block}
        made: Document = block.setdefault(cell.row, {})
        return made

    def change(self, cell: Cell, value: str | None, slip: str) -> Told | None:
        """Another value; None where it would be the same."""
        before = self.value(cell)
        if before == value:
            return None
        self.put(cell, value)
        return cell, value, before, slip

    def mistype(self, cell: Cell, *allowed: str) -> Told | None:
        """An amount mistyped."""
        before = self.value(cell)
        made = None if before is None else mistyped(before, self.rng, allowed)
        if made is None:
            return None
        self.put(cell, made[0])
        return cell, made[0], before, made[1]

    def type_over(self, cell: Cell, right: str) -> Told | None:
        """A figure typed over a formula, mistyped."""
        made = mistyped(right, self.rng, ("相邻数字颠倒", "漏一位数字", "按错一位", "多一位数字"))
        if made is None:
            return None
        self.put(cell, made[0])
        return cell, made[0], right, f"公式改填数值，{made[1]}"

    def rows(self, form: str, block: str) -> list[Document]:
        """The rows of a list."""
        held = (self.forms.get(form) or {}).get(block, [])
        found: list[Document] = held if isinstance(held, list) else held.get("rows", [])
        return found

    def any_row(
        self, form: str, block: str, fit: Callable[[Document], bool] | None = None
    ) -> tuple[str, Document] | None:
        """The id and content of some row that fits."""
        found = [(f"{n:03d}", row) for n, row in enumerate(self.rows(form, block), 1) if fit is None or fit(row)]
        return self.rng.choice(found) if found else None

    def sheet(self) -> str | None:
        """The sheet (01, 02 …) of some open project."""
        found = self.open_projects
        return f"{self.rng.choice(found)[0] + 1:02d}" if found else None


def added(amounts: Iterator[str | None]) -> str:
    """The sum of what is typed."""
    return plain(sum((Decimal(a) for a in amounts if a), Decimal(0)))


@dataclass(frozen=True)
class Plan:
    """A kind of mistake: its group, what should say it, and how it is made."""

    group: str
    rules: tuple[str, ...]
    what: str
    make: Callable[[Site], Told | None]


def truth(number: int, plan: Plan, site: Site, told: Told) -> Truth:
    cell, wrong, right, slip = told
    units = (site.code, *(code for code in site.concerned if code != site.code))
    if cell is None and site.concerned[:1] == [""]:
        units = ("", site.code)
    return Truth(
        number, plan.group, plan.what, plan.rules, site.drafts.year, site.drafts.stage, units, cell, wrong, right, slip
    )
