"""The fixed amounts of returns and of last year's, for the rules that judge a return as a whole.

They are asked of the book in one statement: the facts of all fixed blocks of hundreds of returns, with where each
stands, would take longer to load than all these rules take together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.check.categories import Category
from toolkit.check.registry import Mark, Scene, Spot
from toolkit.check.submissions import Submission
from toolkit.check.tiers import amounts
from toolkit.model.fact import Key
from toolkit.model.finding import NOT_EXECUTABLE

if TYPE_CHECKING:
    import duckdb

AFTER = ("决算", "自评")
"""Accounts and self-evaluations hold no new budget."""
MOST_SPOTS = 6
_FIRST = Key("expenditure", "", "personnel", "this_year")
"""The amount that is shown first: every unit has it, and everybody knows about how much it is."""

_FIGURES = """
SELECT file_sha256, block, "row", field, value_decimal FROM main.facts
WHERE region = $region AND year = $year AND state = 'value' AND value_decimal <> 0
AND list_contains($blocks::VARCHAR[], block) AND list_contains($fields::VARCHAR[], field)
"""
_RETURNS = "SELECT ret, unit, stage, file FROM main.returns WHERE region = $region AND year = $year ORDER BY ret"

Amounts = dict[Key, Decimal]


@dataclass(frozen=True, slots=True)
class Filed:
    """What one return says in its fixed cells: amounts other than zero."""

    stage: str
    file: str
    amounts: Amounts = field(default_factory=dict)

    @property
    def source(self) -> str:
        """``上年（批复，433001.xlsx）``, of a return of last year."""
        return f"上年（{'，'.join(part for part in (self.stage, self.file) if part)}）"


NOTHING = Filed("", "")


@dataclass(frozen=True)
class Whole:
    """The fixed cells of the suite, what each return has in them, and each unit's return of last year."""

    scene: Scene
    cells: Mapping[Key, Category]
    now: Mapping[str, Filed]

    @cached_property
    def blocks(self) -> frozenset[str]:
        return frozenset(key.block for key in self.cells)

    @cached_property
    def before(self) -> Mapping[str, Filed]:
        """Last year's returns by unit."""
        return _before(self.scene, self.cells)

    def last(self, submission: Submission) -> Filed:
        """The return of the year before of the unit, under the code it had then; of one without any it is empty."""
        unit, was = submission.identity.unit, self.scene.last_year.was if self.scene.last_year is not None else {}
        found = self.before.get(was.get(unit, unit))
        return found or (NOTHING if unit in was.values() else self.before.get(unit, NOTHING))

    def typed(self, submission: Submission) -> Amounts:
        return self.now.get(submission.ret, NOTHING).amounts

    def preset(self, key: Key) -> str:
        """Of a cell for last year's figure the field of last year's return that it repeats; "" of any other."""
        return self.cells[key].field.prefill


def whole(scene: Scene) -> Whole:
    """Reads all of it; the amounts of the returns that the rule is about only."""
    cells = {Key(block.id, "", row, one.id): Category(block, row, one) for block, row, one in amounts(scene)}
    now: dict[str, Filed] = {}
    if scene.connection is not None:
        found = _figures(scene.connection, scene.group.region, scene.group.year, cells)
        now = {ret: filed for (ret, _), filed in found.items() if filed.stage == scene.group.stage}
    return Whole(scene, cells, now)


def _before(scene: Scene, cells: Mapping[Key, Category]) -> dict[str, Filed]:
    """Last year's returns by unit: of each the one whose stage counts. A plain sheet of last year has lists only."""
    last = scene.last_year
    made: dict[str, Filed] = {}
    if last is None:
        return made
    for book in last.books:
        for (_, unit), filed in _figures(book.connection, last.region, last.year, cells).items():
            if filed.stage not in last.stages:
                continue
            held = made.get(unit)
            if held is None or last.stages.index(filed.stage) < last.stages.index(held.stage):
                made[unit] = filed
    return made


def _figures(
    connection: duckdb.DuckDBPyConnection, region: str, year: int, cells: Mapping[Key, Category]
) -> dict[tuple[str, str], Filed]:
    """By return and unit the amounts in these cells; returns without any are left out."""
    at = {"region": region, "year": year}
    blocks, fields = sorted({key.block for key in cells}), sorted({key.field for key in cells})
    returns = connection.execute(_RETURNS, at).fetchall()
    filed = {ret: Filed(stage or "", file or "") for ret, _, stage, file in returns}
    named = {(key.block, key.row, key.field): key for key in cells}
    asked = connection.execute(_FIGURES, {**at, "blocks": blocks, "fields": fields})
    for ret, block, row, name, amount in asked.fetchall():
        key = named.get((block, row or "", name))
        if key is not None and ret in filed:
            filed[ret].amounts[key] = amount
    return {(ret, unit): filed[ret] for ret, unit, *_ in returns if filed[ret].amounts}


def largest(submission: Submission, held: Mapping[Key, Decimal]) -> list[Spot]:
    """The cells to point at: the largest amounts, what is spent on personnel first if it is one of these cells."""
    order = sorted(held, key=lambda key: (key != _FIRST, -held[key], key))
    return [(submission, key) for key in order[:MOST_SPOTS]]


def skipped(scene: Scene, why: str) -> Mark:
    """The rule could not run at all."""
    return Mark(f"因{why}，未能检查：{scene.rule.statement.rstrip('。')}。", result=NOT_EXECUTABLE)


def without_last_year(scene: Scene) -> str:
    """Why a rule that needs last year's returns could not run."""
    return f"没有提供上年（{scene.group.year - 1} 年）的汇总结果"
