"""A bureau with the small suite, its roster, and last year's returns as a book."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from toolkit.catalog import load_suite
from toolkit.model.fact import Fact, Identity, Key, Return, State, Value
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.bureau import RosterEntry
from toolkit.store.parsed import facts_path, read_head, write_parsed

MINI = Path(__file__).parents[1] / "suites" / "mini"
Entry = Callable[..., RosterEntry]


@pytest.fixture(scope="session")
def mini() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="session")
def entry() -> Entry:
    """``entry("102", "办公室", region=…)``: a line of a roster."""

    def make(unit: str, name: str, region: str = "") -> RosterEntry:
        return RosterEntry(unit, name, "", region, "", "", {}, f"名册.csv 第 {unit} 行")

    return make


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """``table("控制数.csv", "单位代码,…", "102,…")`` writes a table of the bureau."""

    def write(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def prior_book(mini: Suite, tmp_path: Path) -> Callable[..., Book]:
    """``prior_book({("102", "示例开发区", "批复"): {"expenditure.basic.this_year": "60"}}, year=2020)``."""

    def make(returns: dict[tuple[str, str, str], dict[str, str]], year: int = 2020) -> Book:
        folder = tmp_path / f"上年{year}"
        folder.mkdir()
        accepted = []
        for number, ((unit, region, stage), figures) in enumerate(returns.items()):
            name = f"{number:064d}"
            who = Identity(region, year, stage, unit, "去年的名称", mini.edition, mini.id)
            facts = {key: _fact(mini, key, text) for key, text in ((_key(n), t) for n, t in figures.items())}
            write_parsed(folder / "parsed", name, Return(who, facts))
            head = read_head(folder / "parsed", name)
            assert head is not None
            accepted.append(
                Accepted(name, f"{unit}.xlsx", f"{unit}.xlsx", "", head, facts_path(folder / "parsed", name))
            )
        build_book(folder, accepted, lambda _: mini)
        return Book(folder)

    return make


def _key(name: str) -> Key:
    block, *rest = name.split(".")
    return Key(block, "", rest[0] if len(rest) == 2 else "", rest[-1])


def _fact(suite: Suite, key: Key, text: str) -> Fact:
    value: Value = Decimal(text) if suite.blocks[key.block].by_id[key.field].type.is_number else text
    return Fact(key, value, State.VALUE, text, "表", "A1")


@pytest.fixture(scope="session")
def texts() -> Callable[[Path], list[str]]:
    """Everything printed on the instructions of a workbook."""

    def read(path: Path) -> list[str]:
        sheet = openpyxl.load_workbook(path)["填报说明"]
        return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]

    return read
