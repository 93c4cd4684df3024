from __future__ import annotations

import pytest

from toolkit.model.errors import OutputError
from toolkit.write.engine import Book, Sheet


@pytest.fixture
def book() -> Book:
    return Book("宋体", 10.5)


@pytest.fixture
def sheet(book: Book) -> Sheet:
    return book.sheet("表")


def test_text_that_looks_like_a_formula_or_a_link_stays_text(book: Book, sheet: Sheet) -> None:
    for row, text in enumerate(("=1+1", "http://example.org", "007", "＝1")):
        sheet.text(row, 0, text, book.format())
    assert sheet.raw.table[0][0].__class__.__name__ == "String"
    assert {cell[0].__class__.__name__ for cell in sheet.raw.table.values()} == {"String"}


def test_a_cell_outside_the_sheet_is_an_error(book: Book, sheet: Sheet) -> None:
    with pytest.raises(OutputError, match="拒绝写入"):
        sheet.number(1_048_576, 0, 1, book.format())


def test_text_longer_than_a_cell_is_an_error(book: Book, sheet: Sheet) -> None:
    with pytest.raises(OutputError, match="超过 32767 字"):
        sheet.text(0, 0, "字" * 32768, book.format())


def test_a_formula_longer_than_excel_takes_is_an_error(book: Book, sheet: Sheet) -> None:
    with pytest.raises(OutputError, match="公式长"):
        sheet.formula(0, 0, "=" + "+".join(["1"] * 4200), book.format(), 4200)


def test_a_validation_that_would_be_left_out_is_an_error(sheet: Sheet) -> None:
    too_long = {"validate": "list", "source": ["选项" * 200]}
    with pytest.raises(OutputError, match="表"):
        sheet.validation(0, 0, 0, 0, too_long)


def test_overlapping_merges_are_an_error(book: Book, sheet: Sheet) -> None:
    sheet.merge(0, 0, 1, 1, book.format())
    with pytest.raises(OutputError):
        sheet.merge(1, 1, 2, 2, book.format())


def test_a_name_excel_would_refuse_is_an_error(book: Book) -> None:
    book.sheet("表")
    with pytest.raises(OutputError, match="A1"):
        book.name("A1", "'表'!$A$1")


def test_formats_are_made_once(book: Book) -> None:
    assert book.format(bold=True) is book.format(bold=True)
    assert book.format(bold=True) is not book.format(bold=True, locked=False)
