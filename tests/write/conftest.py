"""Suites, a filled return, and LibreOffice as the oracle of what a workbook shows once it is recalculated."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from toolkit.catalog import load_suite
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.model.form import Suite
from toolkit.write import write_workbook

MINI = Path(__file__).parents[1] / "suites" / "mini"

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>
"""

Grid = dict[tuple[str, str], object]
"""(sheet, address) → what the cell holds."""


class Book:
    """A written workbook, read back with another library."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.formulas: Workbook = openpyxl.load_workbook(io.BytesIO(content))
        self.values: Workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)


@pytest.fixture(scope="session")
def mini() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="session")
def office() -> Identity:
    return Identity("示例开发区", 2021, "批复", "102", "办公室", "", "mini")


@pytest.fixture(scope="session")
def filled(office: Identity) -> UnitData:
    """A return with faults of every kind: a required cell empty, a total typed over, a wrong code, a falling plan."""
    values: dict[Key, Value] = {
        Key("cover", "", "", "date"): datetime.date(2021, 3, 1),
        Key("cover", "", "", "signed"): "否",
        Key("expenditure", "", "basic", "this_year"): Decimal("100.5"),
        Key("expenditure", "", "basic", "last_year"): Decimal(90),
        Key("expenditure", "", "project", "this_year"): Decimal(30),
        Key("expenditure", "", "travel", "this_year"): Decimal(200),
        Key("expenditure", "", "basic", "reason"): "=1+1 不是公式",
        Key("expenditure", "", "total", "this_year"): Decimal(131),
        Key("projects", "", "001", "code"): "102-A1",
        Key("projects", "", "001", "name"): "信息系统运行维护",
        Key("projects", "", "001", "fiscal"): Decimal(10),
        Key("projects", "", "002", "code"): "错误编码",
        Key("projects", "", "002", "name"): "办公设备购置",
        Key("projects", "", "002", "fiscal"): Decimal("20.125"),
        Key("projects", "", "002", "budget"): Decimal(99),
        Key("purchases", "", "003", "project"): "办公设备购置",
        Key("purchases", "", "003", "quantity"): Decimal(3),
        Key("purchases", "", "003", "price"): Decimal("0.5"),
    }
    for instance, last in (("01", 100), ("03", 40)):
        values |= {
            Key("target", instance, "", "name"): "信息系统运行维护",
            Key("target", instance, "", "budget"): Decimal(10),
            Key("plan", instance, "", "jun"): Decimal(50),
            Key("plan", instance, "", "dec"): Decimal(last),
            Key("indicators", instance, "001", "level1"): "产出指标",
            Key("indicators", instance, "001", "level2"): "经济效益指标",
            Key("indicators", instance, "002", "target_op"): "≥",
        }
    return UnitData("mini", office, values)


@pytest.fixture(scope="session")
def write(mini: Suite) -> Callable[..., Book]:
    """Write the mini suite (or ``suite``) and read it back."""

    def made(suite: Suite = mini, **options: object) -> Book:
        buffer = io.BytesIO()
        write_workbook(buffer, suite, **options)  # type: ignore[arg-type]
        return Book(buffer.getvalue())

    return made


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LibreOffice profile of our own that recalculates every workbook it loads."""
    folder = tmp_path_factory.mktemp("office")
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def recalculate(profile: Path) -> Callable[[bytes], Grid]:
    """What every cell shows once LibreOffice has recalculated the workbook from nothing."""

    def run(content: bytes) -> Grid:
        source = profile / "book.xlsx"
        source.write_bytes(content)
        program = shutil.which("soffice")
        assert program is not None, "LibreOffice is needed"
        settings = f"-env:UserInstallation={(profile / 'profile').as_uri()}"
        arguments = ["--headless", "--convert-to", "xlsx", "--outdir", str(profile / "out"), str(source)]
        subprocess.run([program, settings, *arguments], check=True, capture_output=True, timeout=300)
        return grid(openpyxl.load_workbook(profile / "out" / "book.xlsx", data_only=True))

    return run


def grid(book: Workbook) -> Grid:
    """Every cell that is not empty."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.fixture(scope="session")
def stale() -> Callable[[Book, Grid], list[str]]:
    """The formula cells whose cached value is not the recalculated one."""

    def compare(book: Book, recalculated: Mapping[tuple[str, str], object]) -> list[str]:
        cached = grid(book.values)
        found = []
        for at, formula in grid(book.formulas).items():
            if isinstance(formula, str) and formula.startswith("=") and cached.get(at) != formula:
                ours, theirs = cached.get(at, ""), recalculated.get(at, "")
                if not _same(ours, theirs):
                    found.append(f"{at[0]}!{at[1]} {formula}: {ours!r}, LibreOffice {theirs!r}")
        return found

    return compare


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) < 1e-6
    return ours == theirs
