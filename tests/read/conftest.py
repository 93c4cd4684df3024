"""The small suite, filled, written, and mutilated the way returns are."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest

from toolkit.catalog import load_suite
from toolkit.model.fact import Fact, Identity, Key, Remark, Return, UnitData, Value
from toolkit.model.form import Suite
from toolkit.read import read_workbook
from toolkit.write import write_workbook

SUITES = Path(__file__).parent.parent / "suites"


@pytest.fixture(scope="session")
def suite() -> Suite:
    return load_suite(SUITES / "mini")


@pytest.fixture(scope="session")
def identity(suite: Suite) -> Identity:
    return Identity("示例开发区", 2021, "批复", "102", "办公室", suite.edition, suite.id)


def _cell(block: str, row: str, field: str, value: Value, instance: str = "") -> tuple[Key, Value]:
    return Key(block, instance, row, field), value


@pytest.fixture(scope="session")
def values() -> dict[Key, Value]:
    """A plausible filling of the suite: every form, two projects, three purchases."""
    d = Decimal
    cells: list[tuple[Key, Value]] = [
        _cell("cover", "", "date", datetime.date(2021, 3, 1)),
        _cell("cover", "", "signed", "是"),
        _cell("expenditure", "basic", "this_year", d("2994.7")),
        _cell("expenditure", "basic", "last_year", d("2800")),
        _cell("expenditure", "basic", "reason", "人员增加"),
        _cell("expenditure", "project", "this_year", d("705.37")),
        _cell("expenditure", "project", "last_year", d("0")),
        _cell("expenditure", "travel", "this_year", d("12.5")),
        _cell("projects", "001", "code", "001-A1"),
        _cell("projects", "001", "name", "信息化运维"),
        _cell("projects", "001", "fiscal", d("500.37")),
        _cell("projects", "001", "other", d("5")),
        _cell("projects", "002", "code", "002-B2"),
        _cell("projects", "002", "name", "会议保障"),
        _cell("projects", "002", "fiscal", d("200")),
        _cell("purchases", "001", "project", "信息化运维"),
        _cell("purchases", "001", "item", "服务器"),
        _cell("purchases", "001", "quantity", d("3")),
        _cell("purchases", "001", "price", d("1.25")),
        _cell("purchases", "002", "item", "办公椅"),
        _cell("purchases", "002", "quantity", d("40")),
        _cell("purchases", "002", "price", d("0.05")),
    ]
    for instance, name, budget in (("01", "信息化运维", "505.37"), ("02", "会议保障", "200")):
        cells += [
            _cell("target", "", "name", name, instance),
            _cell("target", "", "budget", d(budget), instance),
            _cell("target", "", "purpose", f"用于{name}\n分两期实施", instance),
            _cell("plan", "", "jun", d(50), instance),
            _cell("plan", "", "dec", d(100), instance),
            _cell("indicators", "001", "level1", "产出指标", instance),
            _cell("indicators", "001", "name", "完成数量", instance),
            _cell("indicators", "001", "target_op", "≥", instance),
            _cell("indicators", "001", "target_value", d(98), instance),
        ]
    return dict(cells)


@pytest.fixture(scope="session")
def filled_bytes(suite: Suite, identity: Identity, values: dict[Key, Value]) -> bytes:
    buffer = io.BytesIO()
    write_workbook(buffer, suite, data=UnitData(suite.id, identity, values))
    return buffer.getvalue()


class Returned:
    """A returned workbook on disk: mutilate it, then read it."""

    def __init__(self, path: Path, suite: Suite) -> None:
        self.path, self._suite = path, suite

    def read(self) -> Return:
        return read_workbook(self.path, lambda edition: self._suite if edition == self._suite.edition else None)

    def facts(self) -> dict[Key, tuple[object, ...]]:
        """What the facts mean, without their places: value, state, typed over or not."""
        return {key: (f.value, f.state, f.typed_over) for key, f in self.read().facts.items()}

    def fact(self, block: str, row: str, field: str, instance: str = "") -> Fact:
        return self.read().facts[Key(block, instance, row, field)]

    def remarks(self, code: str) -> list[Remark]:
        return [r for r in self.read().remarks if r.code == code]

    def severities(self, code: str) -> set[str | None]:
        return {r.severity for r in self.remarks(code)}

    @contextmanager
    def openpyxl(self) -> Iterator[openpyxl.Workbook]:
        """The workbook in openpyxl, saved back."""
        book = openpyxl.load_workbook(self.path)
        yield book
        book.save(self.path)

    def part_of(self, sheet: str) -> str:
        """The part of a sheet, by its name."""
        with zipfile.ZipFile(self.path) as package:
            names = re.findall(r'<sheet name="([^"]+)"', package.read("xl/workbook.xml").decode("utf-8"))
        return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"

    def rewrite(self, part: str, change: Callable[[str], str]) -> None:
        """Change the text of one part of the package and leave the others as they are."""
        with zipfile.ZipFile(self.path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        changed = change(parts[part].decode("utf-8")).encode("utf-8")
        assert changed != parts[part], f"nothing changed in {part}"
        parts[part] = changed
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as new:
            for name, data in parts.items():
                new.writestr(name, data)

    def type_into(self, sheet: str, cell: str, content: str) -> None:
        """Put a raw cell (``t="str"><v>约100</v>`` …) in place of the one that is there, its style kept."""

        def change(xml: str) -> str:
            pattern = rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
            assert re.search(pattern, xml), f"no cell {cell}"
            return re.sub(pattern, lambda m: f'<c r="{cell}"{m[1] or ""} {content}</c>', xml, count=1)

        self.rewrite(self.part_of(sheet), change)

    def type_text(self, sheet: str, cell: str, text: str) -> None:
        self.type_into(sheet, cell, f't="str"><v>{escape(text)}</v>')

    def libreoffice(self, folder: Path) -> None:
        """The workbook as LibreOffice saves it."""
        target = folder / "converted"
        command = ["soffice", f"-env:UserInstallation=file://{folder / 'profile'}", "--headless"]
        subprocess.run(
            [*command, "--convert-to", "xlsx", "--outdir", target, self.path],
            check=True,
            capture_output=True,
            timeout=180,
        )
        self.path = target / self.path.name


@pytest.fixture
def returned(tmp_path: Path, filled_bytes: bytes, suite: Suite) -> Returned:
    """The filled workbook as a file of this test's own."""
    path = tmp_path / "102_办公室.xlsx"
    path.write_bytes(filled_bytes)
    return Returned(path, suite)


@pytest.fixture
def issued_facts(returned: Returned) -> dict[Key, tuple[object, ...]]:
    """What the untouched workbook says."""
    return returned.facts()
