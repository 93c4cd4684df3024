"""The column 说明 of the sheet 校验: open where a warning can be explained, read back by its hidden id, part of no verdict."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.catalog import load_suite
from toolkit.formula import compile_suite
from toolkit.layout.explaining import ANCHOR, COLUMN, TITLE, anchor, parse_anchor
from toolkit.layout.hidden import CHECKS
from toolkit.model.fact import Identity, Key, Return, UnitData
from toolkit.model.form import Suite
from toolkit.model.rule import Severity
from toolkit.read import read_bytes
from toolkit.write import write_workbook

MINI = Path(__file__).parents[1] / "suites" / "mini"
TEXT = "按合同约定，年底验收后付款"


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="module")
def filled(suite: Suite) -> Callable[..., bytes]:
    def filled(said: dict[str, str] | None = None) -> bytes:
        who = Identity("示例开发区", 2021, "批复", "102", "办公室", suite.edition, suite.id)
        values = {Key("expenditure", "", "basic", "this_year"): Decimal(60)}
        buffer = io.BytesIO()
        write_workbook(buffer, suite, data=UnitData(suite.id, who, values), said=said)
        return buffer.getvalue()

    return filled


def sheet(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))[CHECKS]


def lines(at: Worksheet) -> dict[int, tuple[str, str]]:
    """Sheet row (from 1) → rule and check of the rows that have an id."""
    ids = {row: str(at.cell(row, ANCHOR + 1).value or "") for row in range(1, at.max_row + 1)}
    return {row: known for row, text in ids.items() if (known := parse_anchor(text)) is not None}


def read(content: bytes, suite: Suite) -> Return:
    return read_bytes(content, "102.xlsx", lambda edition: suite if edition == suite.edition else None)


def test_every_warning_that_may_fail_has_an_open_cell_and_an_error_has_none(
    filled: Callable[..., bytes], suite: Suite
) -> None:
    at = sheet(filled())
    found = lines(at)
    checks = compile_suite(suite).checks
    wanted = {c.id for c in checks if c.in_workbook and any(lv.severity is Severity.WARNING for lv in c.levels)}
    assert {check for _, check in found.values() if check} == wanted
    assert {code for code, check in found.values() if not check} == {"XD-03"}  # a warning that only the collector finds
    assert all(at.cell(row, COLUMN + 1).protection.locked is False for row in found)
    closed = [row for row in range(1, at.max_row + 1) if at.cell(row, COLUMN + 1).value == "—"]
    assert closed
    assert all(at.cell(row, COLUMN + 1).protection.locked for row in closed)
    assert all(at.cell(row, 4).value != "警告" for row in closed)
    assert at.column_dimensions["L"].hidden


def test_what_a_unit_writes_comes_back_with_its_rule_and_check(filled: Callable[..., bytes], suite: Suite) -> None:
    found = read(filled({anchor("PLN-05", "PLN-05"): TEXT, anchor("XD-03"): "=1+1 <b>"}), suite)
    assert [(s.code, s.check, s.text, s.sheet) for s in found.said] == [
        ("PLN-05", "PLN-05", TEXT, CHECKS),
        ("XD-03", "", "=1+1 <b>", CHECKS),
    ]


@pytest.mark.parametrize("text", ["无", "—", "  ", "不适用"])
def test_a_dash_or_nothing_explains_nothing(filled: Callable[..., bytes], suite: Suite, text: str) -> None:
    assert read(filled({anchor("PLN-05", "PLN-05"): text}), suite).said == ()


def test_no_formula_reads_the_column(filled: Callable[..., bytes]) -> None:
    """So no verdict of the live workbook can depend on it."""
    package = zipfile.ZipFile(io.BytesIO(filled()))
    parts = [name for name in package.namelist() if name.startswith("xl/worksheets/") or name == "xl/workbook.xml"]
    formulas = [f for name in parts for f in re.findall(r"<f[^>]*>([^<]+)</f>", package.read(name).decode())]
    assert formulas
    here = [f for f in formulas if re.search(r"校验'?!\$?K\$?\d", f)]
    checklist = openpyxl.load_workbook(io.BytesIO(filled()))[CHECKS]
    here += [
        str(cell.value)
        for row in checklist.iter_rows()
        for cell in row
        if str(cell.value).startswith("=") and re.search(r"(?<![A-Z!$])\$?K\$?\d", str(cell.value))
    ]
    assert here == []


def test_a_text_does_not_change_what_is_read_otherwise(filled: Callable[..., bytes], suite: Suite) -> None:
    plain, said = read(filled(), suite), read(filled({anchor("PLN-05", "PLN-05"): TEXT}), suite)
    assert dataclasses.replace(said, said=()) == plain


def changed(content: bytes, change: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book[CHECKS])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def row_of(at: Worksheet, code: str) -> int:
    return next(row for row, (rule, _) in lines(at).items() if rule == code)


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [(ANCHOR, None, "隐藏标识丢失"), (2, "SUM-99", "编号与隐藏标识不符")],
    ids=["no id", "another rule in the row"],
)
def test_a_text_whose_row_is_in_doubt_is_not_taken_and_that_is_said(
    filled: Callable[..., bytes], suite: Suite, column: int, value: str | None, why: str
) -> None:
    content = filled({anchor("PLN-05", "PLN-05"): TEXT})

    def change(at: Worksheet) -> None:
        at.cell(row_of(at, "PLN-05"), column + 1).value = value

    found = read(changed(content, change), suite)
    assert found.said == ()
    (remark,) = [r for r in found.remarks if "说明没有读取" in r.detail]
    assert why in remark.detail
    assert (remark.sheet, remark.severity) == (CHECKS, "warning")


def test_a_workbook_issued_before_there_was_the_column_is_read_as_ever(
    filled: Callable[..., bytes], suite: Suite
) -> None:
    def change(at: Worksheet) -> None:
        at.delete_cols(COLUMN + 1, 2)

    old = read(changed(filled(), change), suite)
    assert old.said == ()
    assert not [r for r in old.remarks if "说明" in r.detail]
    assert TITLE not in {cell.value for row in sheet(changed(filled(), change)).iter_rows() for cell in row}
