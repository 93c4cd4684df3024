"""Other returns of the same units as the coded rules see them: of the year before, or this year's approved plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from toolkit.check.submissions import Group
from toolkit.model.fact import Value
from toolkit.model.form import Suite
from toolkit.model.money import normal
from toolkit.store import Book, PriorRow
from toolkit.store.bureau import MappingEntry
from toolkit.store.prior import listed_values

_ROWS = """
SELECT f.unit, f.stage, r.file, f.instance, f."row", f.field, f.value_decimal, f.value_text
FROM facts f JOIN returns r ON r.ret = f.file_sha256
WHERE f.block = $block AND f.region = $region AND f.year = $year AND f.state IN ('value', 'zero') AND f."row" <> 'total'
ORDER BY ALL
"""
_STAGES = ("批复", "调整", "二上", "一下", "一上", "决算", "自评")
"""Whose figures count for a year: what was approved first."""
_PLAN = ("批复", "调整", "二上")
"""Whose targets a self-evaluation is held against: in the order in which its workbooks are issued filled in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of another return: its values by field, the sheet it is of, the file and stage it stands in."""

    values: Mapping[str, Value]
    instance: str = ""
    file: str = ""
    stage: str = ""

    def text(self, field: str) -> str:
        """A text, "" where there is none."""
        value = self.values.get(field)
        return value if isinstance(value, str) else ""

    def number(self, field: str) -> Decimal | None:
        value = self.values.get(field)
        return value if isinstance(value, Decimal) else None


@dataclass(frozen=True)
class Other:
    """The returns of one region and year in some books: of each unit those of one stage, the first of ``stages``.

    ``was``: unit code → its code there, where that was another. ``given``: block → unit → rows, besides the books.
    """

    books: Sequence[Book]
    region: str
    year: int
    stages: Sequence[str]
    was: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, list[Row]]] = field(default_factory=dict)

    @cached_property
    def _held(self) -> dict[str, Mapping[str, list[Row]]]:
        return dict(self.given)

    def rows(self, unit: str, block: str) -> list[Row]:
        """The rows of a unit's block, in the order of its sheets and rows; none where it has no such return.

        A unit that is not there under the code it had stands there under the one it has (the change was made before).
        """
        held = self._of(block)
        found = held.get(self.was.get(unit, unit), [])
        return found or ([] if unit in self.was.values() else held.get(unit, []))

    def has(self, *blocks: str) -> bool:
        """Whether any unit has rows of each of these blocks: without them nothing can be compared."""
        return all(self._of(block) for block in blocks)

    def _of(self, block: str) -> Mapping[str, list[Row]]:
        if block not in self._held:
            self._held[block] = self._load(block)
        return self._held[block]

    def _load(self, block: str) -> dict[str, list[Row]]:
        asked = {"block": block, "region": self.region, "year": self.year}
        found: dict[str, dict[str, dict[tuple[str, str, str], dict[str, Value]]]] = {}
        for book in reversed(self.books):  # what the first book holds wins
            now: dict[tuple[str, str], dict[tuple[str, str, str], dict[str, Value]]] = {}
            for unit, stage, file, instance, row, name, number, text in book.connection.execute(
                _ROWS, asked
            ).fetchall():
                at = (file, instance or "", row or "")
                now.setdefault((unit, stage or ""), {}).setdefault(at, {})[name] = (
                    text if number is None else normal(number)
                )
            for (unit, stage), rows in now.items():
                found.setdefault(unit, {})[stage] = rows
        made = {}
        for unit, stages in found.items():
            stage = next((s for s in self.stages if s in stages), None)
            if stage is not None:
                made[unit] = [Row(v, at[1], at[0], stage) for at, v in stages[stage].items()]
        return made


def last_year(
    prior: Book | Sequence[PriorRow], group: Group, mapping: Sequence[MappingEntry], suite: Suite | None = None
) -> Other | None:
    """The returns of the year before a collection, of the same region; None where the book has none of them.

    Of a plain sheet the rows of lists, as ``suite`` places them. Raises InputError for one it does not know.
    """
    renamed = {entry.new: entry.old for entry in mapping if entry.kind == "unit" and entry.applies(group.year)}
    if not isinstance(prior, Book):
        given = _of_sheet(prior, suite) if suite is not None else {}
        return Other((), group.region, group.year - 1, _STAGES, renamed, given) if given else None
    asked = "SELECT count(*) FROM returns WHERE region = $region AND year = $year"
    if prior.connection.execute(asked, {"region": group.region, "year": group.year - 1}).fetchone() == (0,):
        return None
    return Other((prior,), group.region, group.year - 1, _STAGES, renamed)


def _of_sheet(rows: Sequence[PriorRow], suite: Suite) -> dict[str, dict[str, list[Row]]]:
    """Block → unit → rows, in the order of the sheet."""
    sources = {(row.unit, row.row): row.where for row in reversed(rows)}
    made: dict[str, dict[str, list[Row]]] = {}
    for (unit, block, at), values in listed_values(rows, suite).items():
        row = Row(values, file=sources.get((unit, at), ""))
        made.setdefault(block, {}).setdefault(unit, []).append(row)
    return made


def approved_plan(book: Book, prior: Book | None, group: Group) -> Other:
    """The budgets of the collection's own region and year, as approved: in this book, else in the one handed in."""
    books = (book,) if prior is None else (book, prior)
    return Other(books, group.region, group.year, tuple(stage for stage in _PLAN if stage != group.stage))
