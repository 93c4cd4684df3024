"""The facts that findings point at, loaded for a few returns and blocks at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.model.fact import Fact, Key, State, Value
from toolkit.model.money import normal

if TYPE_CHECKING:
    import duckdb

_COLUMNS = (
    'file_sha256, block, instance, "row", field, value_decimal, value_text, state, raw, sheet, cell, '
    "unit_of_measure, typed_over"
)
Table = dict[str, dict[Key, Fact]]
"""Facts by return and key."""


class Cells:
    """Facts by return and key, in the order of the sheet (instance, row, field as stored)."""

    def __init__(self, facts: Table) -> None:
        self.facts = facts
        self._columns: dict[tuple[str, str, str], list[Fact]] = {}
        for ret, held in facts.items():
            for key in sorted(held):
                self._columns.setdefault((ret, key.block, key.field), []).append(held[key])

    def get(self, ret: str, key: Key) -> Fact | None:
        return self.facts.get(ret, {}).get(key)

    def value(self, ret: str, key: Key) -> Value:
        """The value, None where the cell is blank, unusable or not there."""
        fact = self.get(ret, key)
        return fact.value if fact is not None and fact.state in (State.VALUE, State.ZERO) else None

    def column(self, ret: str, block: str, field: str, instance: str | None = None) -> list[Fact]:
        """All cells of a column; of one instance, or of all where ``instance`` is None."""
        found = self._columns.get((ret, block, field), [])
        return found if instance is None else [f for f in found if f.key.instance == instance]

    def first(self, ret: str, blocks: Iterable[str], instance: str | None = None) -> Fact | None:
        """Some cell of these blocks, the first there is: where a finding has no better place."""
        wanted = set(blocks)
        held = [k for k in self.facts.get(ret, {}) if k.block in wanted and instance in (None, k.instance)]
        return self.facts[ret][min(held)] if held else None


def load(connection: duckdb.DuckDBPyConnection, wanted: Iterable[tuple[str, str]]) -> Cells:
    """The facts of these (return, block) pairs."""
    pairs = sorted(set(wanted))
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM main.facts f JOIN (SELECT unnest($rets::VARCHAR[]) AS ret, unnest($blocks::VARCHAR[]) AS b) w "  # noqa: S608
        "ON f.file_sha256 = w.ret AND f.block = w.b",
        {"rets": [ret for ret, _ in pairs], "blocks": [block for _, block in pairs]},
    )
    facts: Table = {ret: {} for ret, _ in pairs}
    while batch := rows.fetchmany(50_000):
        for ret, block, instance, row, field, number, text, state, raw, sheet, cell, unit, typed_over in batch:
            key = Key(block, instance or "", row or "", field)
            value = _value(number, text)
            facts[ret][key] = Fact(key, value, State(state), raw or "", sheet or "", cell or "", unit, bool(typed_over))
    return Cells(facts)


def _value(number: Decimal | None, text: str | datetime.date | None) -> Value:
    return normal(number) if number is not None else text
