"""The small suite as a workbook, and the small edits that an officer makes in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.api.authoring import export_suite
from toolkit.cli import main

MINI = Path(__file__).parents[1] / "suites" / "mini"

Edit = tuple[str, str, str, Any]
"""Sheet; the words in the key columns of the row, parted by spaces ("+ words" for a new row); YAML key; new content."""

_KEYS = {
    "套表": ("suite",), "参数": ("name",), "表": ("form",), "区块": ("block",), "栏目": ("block", "field"),
    "行": ("block", "row"), "预置": ("block",), "代码表目录": ("list",), "代码表": ("list", "value"),
    "规则": ("code",), "样例": ("rule",),
}  # fmt: skip


class Book:
    """The workbook as an officer has it open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def column(self, sheet: str, key: str) -> int:
        return next(c.column for c in self.book[sheet][2] if c.value == key)

    def row(self, sheet: str, words: str) -> int:
        """The row with these words in its key columns; a new one below all others, the words filled in, for ``+ …``."""
        made = self.book[sheet]
        keys = [self.column(sheet, key) for key in _KEYS[sheet]]
        wanted = words.removeprefix("+ ").split()
        if words.startswith("+ "):
            number = made.max_row + 1
            for column, word in zip(keys, wanted, strict=False):
                made.cell(number, column, word)
            return number
        for number in range(made.max_row, 2, -1):
            if [made.cell(number, column).value for column in keys] == wanted:
                return number
        raise AssertionError(f"{sheet}: no row {words}")

    def edit(self, edits: Sequence[Edit]) -> list[int]:
        """Make the edits and save; returns the row of each. ``++`` is the row of the edit before."""
        rows: list[int] = []
        for sheet, words, key, content in edits:
            rows.append(rows[-1] if words == "++" else self.row(sheet, words))
            if key:
                self.book[sheet].cell(rows[-1], self.column(sheet, key)).value = content
        self.book.save(self.path)
        return rows


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("export") / "套表.xlsx"
    export_suite(MINI, path)
    return path.read_bytes()


@pytest.fixture
def book(exported: bytes, tmp_path: Path) -> Book:
    path = tmp_path / "套表.xlsx"
    path.write_bytes(exported)
    return Book(path)


@dataclass(frozen=True)
class Ran:
    """What a command line left on the terminal."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def command(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return command
