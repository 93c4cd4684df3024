"""The two filled workbooks that are mutilated: the small suite of the tests and a published budget."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from toolkit.catalog import load_suite, read_data
from toolkit.formula import compile_suite, compute
from toolkit.layout import Layout, a1
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.model.form import Suite
from toolkit.write import write_workbook

ROOT = Path(__file__).resolve().parents[2]
MINI, BUDGET = "mini", "hebei-2021"


@dataclass(frozen=True)
class Targets:
    """Cells the mutilations aim at. ``grid`` and ``list``: block, two filled rows, an amount column and the one
    beside it. ``percent`` holds 50, ``choice`` a value of a closed list, ``computed`` a formula."""

    grid: tuple[str, str, str, str, str]
    list: tuple[str, str, str, str, str]
    grid_text: str
    percent: Key
    choice: Key
    code: Key
    name: Key
    date: Key
    computed: Key


@dataclass(frozen=True)
class Sample:
    """A filled workbook: its bytes, what was typed into it, and where everything stands."""

    name: str
    suite: Suite
    layout: Layout
    data: bytes
    given: Mapping[Key, Value]
    identity: Identity
    targets: Targets
    file_name: str = "102_办公室.xlsx"

    def truth(self, given: Mapping[Key, Value], marked: frozenset[Key]) -> dict[Key, Value]:
        """All values that are no blanks, computed ones included, of a workbook with ``given`` typed into it.

        ``marked``: cells where something stands that is no value.
        """
        blocks = self.suite.blocks
        typed_over = frozenset(k for k in given if blocks[k.block].formula(k.row, k.field) is not None)
        values = compute(compile_suite(self.suite), given, typed_over, dict.fromkeys(marked, ""))
        return {k: v for k, v in values.items() if v is not None and k not in marked}

    def at(self, key: Key) -> tuple[str, str]:
        """Sheet and cell as issued."""
        spot = self.layout.spot(key)
        assert spot is not None, key
        return spot.sheet, a1(spot.row, spot.column)


def _grid(block: str, row: str, field: str) -> Key:
    return Key(block, "", row, field)


_DATE = Key("cover", "", "", "date")
_SHARED = {
    "choice": Key("indicators", "01", "001", "level1"),
    "code": Key("projects", "", "001", "code"),
    "name": Key("projects", "", "001", "name"),
    "date": _DATE,
    "computed": Key("projects", "", "001", "budget"),
}
_LIST = ("projects", "001", "002", "fiscal", "other")
_TARGETS = {
    MINI: Targets(
        ("expenditure", "basic", "project", "this_year", "last_year"), _LIST, "reason",
        Key("plan", "01", "", "jun"), **_SHARED,
    ),
    BUDGET: Targets(
        ("operating", "office", "printing", "this_year", "last_year"), _LIST, "reason",
        Key("plan", "01", "", "oct"), **_SHARED,
    ),
}  # fmt: skip


@cache
def sample(name: str) -> Sample:
    """``mini`` or ``hebei-2021``, filled and written; the last spare project sheets are left out."""
    suite = load_suite(ROOT / "tests" / "suites" / "mini" if name == MINI else ROOT / "templates" / "catalog" / name)
    identity, given = _mini(suite) if name == MINI else _budget(suite)
    buffer = io.BytesIO()
    instances = max(int(key.instance or 0) for key in given) + 1
    layout = write_workbook(buffer, suite, data=UnitData(suite.id, identity, given), instances=instances)
    given = {**given, **{k: v for k, v in _prefilled(suite, identity).items() if k not in given}}
    return Sample(name, suite, layout, buffer.getvalue(), given, identity, _TARGETS[name])


def _prefilled(suite: Suite, who: Identity) -> dict[Key, Value]:
    from toolkit.write.workbook import identity_values  # noqa: PLC0415 - the writer's own

    return identity_values(suite, who)


def _budget(suite: Suite) -> tuple[Identity, dict[Key, Value]]:
    """The first six projects of the published budget: enough of each form, and LibreOffice is done sooner."""
    data = read_data(ROOT / "examples" / "data" / "102_办公室_2021.yaml", lambda _: suite)
    given = {k: _normal(suite, k, v) for k, v in data.values.items() if int(k.instance or 0) <= 6}
    given[_DATE] = datetime.date(2021, 3, 1)
    return data.identity, given


def _normal(suite: Suite, key: Key, value: Value) -> Value:
    """A listed value by its proper name, as it will be read."""
    codes = suite.lists.get(suite.blocks[key.block].by_id[key.field].lookup or "")
    return codes.aliases.get(value, value) if codes is not None and isinstance(value, str) else value


def _mini(suite: Suite) -> tuple[Identity, dict[Key, Value]]:
    rows: dict[tuple[str, str, str], dict[str, Value]] = {
        ("cover", "", ""): {"date": datetime.date(2021, 3, 1), "signed": "是"},
        ("expenditure", "", "basic"): {"this_year": Decimal("2994.7"), "last_year": Decimal(2800), "reason": "增人"},
        ("expenditure", "", "project"): {"this_year": Decimal("705.37"), "last_year": Decimal(0)},
        ("expenditure", "", "travel"): {"this_year": Decimal("12.5")},
        ("projects", "", "001"): {
            "code": "001-A1",
            "name": "信息化运维",
            "fiscal": Decimal("500.37"),
            "other": Decimal(5),
        },
        ("projects", "", "002"): {"code": "002-B2", "name": "会议保障", "fiscal": Decimal(200)},
        ("purchases", "", "001"): {
            "project": "信息化运维",
            "item": "服务器",
            "quantity": Decimal(3),
            "price": Decimal("1.25"),
        },
        ("purchases", "", "002"): {"item": "办公椅", "quantity": Decimal(40), "price": Decimal("0.05")},
    }
    for instance, name, budget in (("01", "信息化运维", "505.37"), ("02", "会议保障", "200")):
        rows["target", instance, ""] = {"name": name, "budget": Decimal(budget), "purpose": f"用于{name}\n分两期实施"}
        rows["plan", instance, ""] = {"jun": Decimal(50), "dec": Decimal(100)}
        rows["indicators", instance, "001"] = {
            "level1": "产出指标", "name": "完成数量", "target_op": "≥", "target_value": Decimal(98),
        }  # fmt: skip
    identity = Identity("示例开发区", 2021, "批复", "102", "办公室", suite.edition, suite.id)
    given = {Key(b, i, r, f): v for (b, i, r), fields in rows.items() for f, v in fields.items()}
    return identity, given
