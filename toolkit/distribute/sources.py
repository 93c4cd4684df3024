"""Which earlier return of a unit a workbook is filled from."""

from __future__ import annotations

from toolkit.model.errors import InputError
from toolkit.store import Book
from toolkit.store.bureau import RosterEntry

APPROVED_FIRST = ("批复", "调整", "二上", "一下", "一上")
"""The stages of a budget: what was approved counts before what was asked for."""

Known = dict[str, dict[str, str]]
"""Unit code → region → the return (sha256 of its file)."""

_RETURNS = """
SELECT unit, region, ret FROM returns WHERE year = $year AND ($any OR list_contains($stages, stage))
QUALIFY row_number() OVER (PARTITION BY unit, region
                           ORDER BY coalesce(list_position($stages, stage), 99), stage, ret) = 1
ORDER BY unit, region
"""


def returns_of(book: Book, year: int, *, budget_only: bool = False) -> Known:
    """The one return of each unit and region that counts for a year: the approved budget first.

    ``budget_only``: settled accounts and self-evaluations of that year do not count.
    """
    known: Known = {}
    asked = {"year": year, "any": not budget_only, "stages": list(APPROVED_FIRST)}
    for unit, region, ret in book.connection.execute(_RETURNS, asked).fetchall():
        known.setdefault(unit, {})[region] = ret
    return known


def return_of(entry: RosterEntry, known: Known) -> str | None:
    """The return of a unit of the roster, None where it has none.

    Raises InputError where the book knows the unit in several regions and the roster does not say which.
    """
    returns = known.get(entry.unit, {})
    if len(returns) > 1 and not entry.region:
        raise InputError(f"{entry.where}“区划”列：上年数里 {entry.unit} 见于{'、'.join(returns)}，请在名册中写明区划。")
    return returns.get(entry.region) if entry.region else next(iter(returns.values()), None)
