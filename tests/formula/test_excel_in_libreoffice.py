"""The law, other half: LibreOffice computes from the emitted formulas what the evaluator says."""

from __future__ import annotations

import math
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from toolkit.formula import Cells, Program, Ref, compute, evaluate_check, homes, to_excel, verdict_to_excel
from toolkit.formula.evaluate import Result
from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, RowRole, Suite

pytestmark = pytest.mark.slow

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
INSTANCES = ("01", "02")
VERDICTS = 20


class Grid:
    """All cells of a suite one below the other on one sheet: row of the sheet by (block, instance, row)."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.rows: dict[tuple[str, str, str], int] = {}
        for form in suite.forms:
            for instance in INSTANCES if form.repeat else ("",):
                for block in form.blocks:
                    ids = [r.id for r in block.rows] if block.kind is not BlockKind.RECORD else [""]
                    if block.kind is BlockKind.LIST:
                        ids += [f"{n:03d}" for n in range(1, block.capacity + 1)]
                    for row in ids:
                        self.rows[(block.id, instance, row)] = len(self.rows)

    def at(self, key: Key) -> tuple[int, int]:
        fields = [f.id for f in self.suite.blocks[key.block].fields]
        return self.rows[key[:3]], fields.index(key.field)

    def every_key(self) -> Iterator[Key]:
        for block, instance, row in self.rows:
            found = self.suite.blocks[block]
            for field in found.fields:
                if found.has_cell(row, field.id):
                    yield Key(block, instance, row, field.id)


class Here:
    """The addresses seen from one instance and row."""

    def __init__(self, grid: Grid, instance: str, row: str) -> None:
        self.grid, self.instance, self.row = grid, instance, row

    def _a1(self, block: str, instance: str, row: str, field: str) -> str:
        line, column = self.grid.at(Key(block, instance, row, field))
        return f"${chr(65 + column)}${line + 1}"

    def _repeats(self, block: str) -> bool:
        return self.grid.suite.form_of_block[block].repeat > 0

    def scalar(self, ref: Ref) -> str:
        instance = self.instance if self._repeats(ref.block) else ""
        return self._a1(ref.block, instance, self.row if ref.many else ref.row or "", ref.field)

    def ranges(self, ref: Ref) -> list[str]:
        instances = (INSTANCES if ref.across else (self.instance,)) if self._repeats(ref.block) else ("",)
        block = self.grid.suite.blocks[ref.block]
        fixed = {r.id: r.role for r in block.rows}
        pieces: list[str] = []
        for instance in instances:
            run: list[str] = []
            rows = [row for b, i, row in self.grid.rows if b == block.id and i == instance]
            for row in (*rows, None):
                if row is not None and fixed.get(row, RowRole.ITEM) is RowRole.ITEM:
                    run.append(row)
                elif run:
                    ends = (self._a1(block.id, instance, end, ref.field) for end in (run[0], run[-1]))
                    pieces.append(":".join(ends))
                    run = []
        return pieces

    def list_values(self, list_id: str) -> str:
        column, count = self._list(list_id)
        return f"lists!${column}$1:${column}${count}"

    def list_parents(self, list_id: str) -> str:
        column, count = self._list(list_id)
        after = chr(ord(column) + 1)
        return f"lists!${after}$1:${after}${count}"

    def _list(self, list_id: str) -> tuple[str, int]:
        lists = self.grid.suite.lists
        return chr(65 + 2 * list(lists).index(list_id)), len(lists[list_id].entries)


def _lists(book: xlsxwriter.Workbook, suite: Suite) -> None:
    sheet = book.add_worksheet("lists")
    for number, codes in enumerate(suite.lists.values()):
        for row, entry in enumerate(codes.entries):
            sheet.write_string(row, 2 * number, entry.value)
            sheet.write_string(row, 2 * number + 1, entry.parent or "")


def _constant(sheet: Any, at: tuple[int, int], value: Value, day: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(*at, float(value))
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, day)
    elif value is not None:
        sheet.write_string(*at, value)


def _write(path: Path, program: Program, cases: list[dict[Key, Value]], over: list[frozenset[Key]]) -> list[Any]:
    """One sheet a case; gives (case, cell, what, expected) of every formula."""
    suite, grid, asked = program.suite, Grid(program.suite), []
    computed = {(c.block, c.row, c.field): c for c in program.computed}
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheets = [book.add_worksheet(f"c{n}") for n in range(len(cases))]
        _lists(book, suite)
        for number, (sheet, typed, kept) in enumerate(zip(sheets, cases, over, strict=True)):
            every = dict.fromkeys(grid.every_key()) | typed
            values = compute(program, every, kept)
            for key in grid.every_key():
                item = computed.get((key.block, key.row, key.field)) or computed.get((key.block, "*", key.field))
                item = None if key.row == "total" and item is not None and item.row == "*" else item
                if item is None or key in kept:
                    _constant(sheet, grid.at(key), typed.get(key), day)
                    continue
                formula = to_excel(item.bound, Here(grid, key.instance, key.row))
                sheet.write_formula(*grid.at(key), f"={formula}")
                asked.append((number, grid.at(key), str(key), values[key]))
            cells = Cells(suite, values)
            line = 0
            for check in program.checks:
                for instance, row in homes(check, cells):
                    formula = verdict_to_excel(check, Here(grid, instance, row))
                    at = (line % 60, VERDICTS + line // 60)
                    sheet.write_formula(*at, f"={formula}")
                    line += 1
                    verdict = evaluate_check(check, cells, instance, row)
                    number_of = {True: Decimal(1), False: Decimal(0), None: Decimal("0.5")}
                    said = [level.expression for level in check.rule.levels] or check.id
                    asked.append((number, at, f"{said} at {instance}/{row}: {verdict}", number_of[verdict.value]))
    return asked


def _recalculated(path: Path, folder: Path) -> Path:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    office = shutil.which("soffice") or "soffice"
    command = [
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run([*command, "--outdir", str(folder / "out"), str(path)], check=True, capture_output=True, timeout=500)
    return folder / "out" / path.name


def _same(shown: object, expected: Result) -> bool:
    if expected is None:
        return shown in (None, "")
    if isinstance(expected, Decimal):
        return isinstance(shown, int | float) and math.isclose(shown, float(expected), rel_tol=1e-12, abs_tol=5e-7)
    return shown == expected


def test_libreoffice_agrees_with_the_evaluator(
    everything: Program, random_return: Callable[..., Any], tmp_path: Path
) -> None:
    rng = random.Random(20210131)
    drawn = [random_return(everything.suite, rng) for _ in range(150)]
    asked = _write(tmp_path / "law.xlsx", everything, [d[0] for d in drawn], [d[1] for d in drawn])
    book = openpyxl.load_workbook(_recalculated(tmp_path / "law.xlsx", tmp_path), data_only=True)
    wrong = []
    for case, (row, column), what, expected in asked:
        shown = book[f"c{case}"].cell(row + 1, column + 1).value
        if not _same(shown, expected):
            wrong.append(f"case {case} {what}: LibreOffice {shown!r}, expected {expected!r}")
    assert len(asked) > 20_000
    assert not wrong, f"{len(wrong)} of {len(asked)}\n" + "\n".join(wrong[:20])
