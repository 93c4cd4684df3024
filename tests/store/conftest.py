from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.model.fact import Fact, Identity, Key, Remark, Return, State, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form, Row, RowRole, Suite
from toolkit.store import Accepted
from toolkit.store.parsed import facts_path, read_head, write_parsed


def amount(field: str, **more: object) -> Field:
    return Field(field, (field,), FieldType.AMOUNT, unit="万元", **more)  # type: ignore[arg-type]


def text(field: str, **more: object) -> Field:
    return Field(field, (field,), FieldType.TEXT, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def suite() -> Suite:
    """One form with a record, a grid and a list with a total; one repeated form with a record."""
    cover = Block(
        "cover", "封面", BlockKind.RECORD, (text("name"), amount("budget"), Field("day", ("日期",), FieldType.DATE))
    )
    grid = Block(
        "income",
        "收入",
        BlockKind.GRID,
        (amount("this_year"), amount("last_year", prefill=True)),
        (
            Row("total", "合计", RowRole.TOTAL),
            Row("general", "一般公共预算"),
            Row("other", "其中：其他", RowRole.OF_WHICH, closed=frozenset({"last_year"})),
        ),
    )
    items = Block(
        "items",
        "采购",
        BlockKind.LIST,
        (text("item"), amount("price"), text("code", prefill=True)),
        (Row("total", "合计", RowRole.TOTAL, formulas={"price": "SUM(items[].price)"}),),
        capacity=5,
        key=("item",),
    )
    goal = Block("goal", "目标", BlockKind.RECORD, (text("goal"),))
    forms = (
        Form("finance", "收支", "收支总体情况表", (cover, grid, items), number="表02"),
        Form("target", "P{n:02d}", "绩效目标表", (goal,), repeat=2),
    )
    return Suite("s", "套表", 2021, "高新区", "批复", forms, {}, (), {}, {}, edition="e" * 16)


def made_return(
    unit: str,
    values: Mapping[tuple[str, str, str, str], Value | State],
    submitted: Iterable[tuple[str, str]] = (("finance", ""),),
    year: int = 2021,
    remarks: tuple[Remark, ...] = (),
    edition: str = "e" * 16,
) -> Return:
    facts = {}
    for place, given in values.items():
        key, state = Key(*place), State.VALUE
        value: Value = None if isinstance(given, State) else given
        if isinstance(given, State):
            state = given
        elif value is None:
            state = State.BLANK
        elif value == Decimal(0):
            state = State.ZERO
        facts[key] = Fact(key, value, state, str(value or ""), "收支", "C5", None, False)
    identity = Identity("高新区", year, "批复", unit, f"单位{unit}", edition, "s")
    return Return(identity, facts, remarks, frozenset(submitted), "test", "2021-03-01T00:00:00")


@pytest.fixture
def accept(tmp_path: Path) -> Callable[[Return, str], Accepted]:
    """Keep a return as the reader does, and name it accepted under a content hash made of one letter."""

    def keep(found: Return, letter: str) -> Accepted:
        sha256, folder = letter * 64, tmp_path / "parsed"
        write_parsed(folder, sha256, found)
        head = read_head(folder, sha256)
        assert head is not None
        file = f"{found.identity.unit}.xlsx"
        return Accepted(sha256, file, f"报送/{file}", "", head, facts_path(folder, sha256))

    return keep


@pytest.fixture
def make() -> Callable[..., Return]:
    """``make(unit, {(block, instance, row, field): value or state}, …)``."""
    return made_return
