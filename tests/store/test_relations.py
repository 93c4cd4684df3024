from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from toolkit.model.errors import InputError
from toolkit.model.fact import Return, State, Value
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, PriorRow, build_book

Make = Callable[..., Return]
Accept = Callable[[Return, str], Accepted]
Cells = dict[tuple[str, str, str, str], Value | State]
A, B, C = "a" * 64, "b" * 64, "c" * 64

VALUES: Cells = {
    ("cover", "", "", "name"): "办公室",
    ("cover", "", "", "budget"): Decimal("2994.7"),
    ("cover", "", "", "day"): None,
    ("income", "", "total", "this_year"): Decimal("10.5"),
    ("income", "", "total", "last_year"): State.INVALID,
    ("income", "", "general", "this_year"): Decimal(0),
    ("income", "", "general", "last_year"): State.CLASSIFIED,
    ("income", "", "other", "this_year"): None,
    ("items", "", "total", "price"): Decimal(7),
    ("items", "", "001", "item"): "台式机",
    ("items", "", "001", "price"): Decimal("3.5"),
    ("items", "", "001", "code"): "A01",
    ("items", "", "002", "item"): None,
    ("items", "", "002", "price"): None,
    ("items", "", "002", "code"): "A02",
    ("items", "", "003", "item"): None,
    ("items", "", "003", "price"): State.INVALID,
    ("items", "", "003", "code"): None,
    ("goal", "02", "", "goal"): "改善营商环境",
}


@pytest.fixture
def book(tmp_path: Path, suite: Suite, make: Make, accept: Accept) -> Book:
    accepted = [
        accept(make("101", VALUES, [("finance", ""), ("target", "02")]), "a"),
        accept(make("102", {("cover", "", "", "name"): "财政局"}), "b"),
        accept(make("103", {("cover", "", "", "name"): "别的版本"}, edition="f" * 16), "c"),
    ]
    build_book(tmp_path / "out", accepted, lambda _: suite)
    return Book(tmp_path / "out")


def rows(connection: Any, table: str) -> list[tuple[Any, ...]]:
    """The rows without the flags of marked cells."""
    picked = ", ".join(f'"{name}"' for name in columns(connection, table))
    return list(connection.execute(f'SELECT {picked} FROM "{table}" ORDER BY ALL').fetchall())


def columns(connection: Any, table: str) -> Sequence[str]:
    names = [row[0] for row in connection.execute(f'DESCRIBE "{table}"').fetchall()]
    return [name for name in names if not name.endswith("#")]


def test_a_word_in_a_number_is_no_value_and_not_blank(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    marked = db.execute(
        'SELECT ret, "row", this_year, "this_year#", last_year, "last_year#" FROM row_income ORDER BY ALL'
    )
    assert (A, "general", Decimal("0.000000"), False, None, True) in marked.fetchall()


def test_only_the_returns_of_the_edition_are_there(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    assert [(row[0], row[4], row[5], row[8]) for row in rows(db, "returns")] == [
        (A, "101", "单位101", "101.xlsx"),
        (B, "102", "单位102", "102.xlsx"),
    ]
    assert rows(db, "submitted") == [(A, "finance", ""), (A, "target", "02"), (B, "finance", "")]


def test_a_record_is_one_row_of_each_submitted_sheet(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    assert columns(db, "row_cover") == ["ret", "instance", "row", "role", "name", "budget", "day"]
    assert rows(db, "row_cover") == [
        (A, "", "", "item", "办公室", Decimal("2994.700000"), None),
        (B, "", "", "item", "财政局", None, None),
    ]
    assert rows(db, "row_goal") == [(A, "02", "", "item", "改善营商环境")]


def test_a_grid_has_every_fixed_row_and_only_usable_values(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    assert rows(db, "row_income") == [
        (A, "", "general", "item", Decimal("0.000000"), None),
        (A, "", "other", "of_which", None, None),
        (A, "", "total", "total", Decimal("10.500000"), None),
        (B, "", "general", "item", None, None),
        (B, "", "other", "of_which", None, None),
        (B, "", "total", "total", None, None),
    ]


def test_the_cells_of_a_grid_stand_in_one_row_without_the_closed_ones(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    assert columns(db, "cell_income") == [
        *("ret", "instance", "total.this_year", "total.last_year"),
        *("general.this_year", "general.last_year", "other.this_year"),
    ]
    assert rows(db, "cell_income") == [
        (A, "", Decimal("10.500000"), None, Decimal("0.000000"), None, None),
        (B, "", None, None, None, None, None),
    ]


def test_a_list_has_its_used_rows_and_its_total(book: Book, suite: Suite) -> None:
    """Row 002 holds only what was pre-filled; row 003 holds something, though not a number."""
    db = book.relations(suite)
    assert rows(db, "row_items") == [
        (A, "", "001", "item", "台式机", Decimal("3.500000"), "A01"),
        (A, "", "003", "item", None, None, None),
        (A, "", "total", "total", None, Decimal("7.000000"), None),
        (B, "", "total", "total", None, None, None),
    ]
    assert columns(db, "cell_items") == ["ret", "instance", "total.price"]
    assert rows(db, "cell_items") == [(A, "", Decimal("7.000000")), (B, "", None)]


def test_numbers_are_exact_decimals(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    kinds = {row[0]: row[1] for row in db.execute("DESCRIBE row_cover").fetchall()}
    assert (kinds["budget"], kinds["name"], kinds["day"]) == ("DECIMAL(18,6)", "VARCHAR", "VARCHAR")


def test_without_last_year_the_tables_are_there_and_empty(book: Book, suite: Suite) -> None:
    db = book.relations(suite)
    for block in ("cover", "income", "items", "goal"):
        assert rows(db, f"prior_row_{block}") == []
        assert columns(db, f"prior_row_{block}") == columns(db, f"row_{block}")
    assert rows(db, "prior_cell_income") == []
    assert columns(db, "prior_cell_income") == columns(db, "cell_income")


def test_last_years_book_answers_under_this_years_returns(
    tmp_path: Path, book: Book, suite: Suite, make: Make, accept: Accept
) -> None:
    last: Cells = {
        ("income", "", "general", "this_year"): Decimal(8),
        ("cover", "", "", "budget"): Decimal(5),
        ("items", "", "007", "item"): "台式机",
        ("items", "", "007", "price"): Decimal("3.25"),
        ("items", "", "008", "item"): "打印机",
        ("goal", "02", "", "goal"): "另一个项目",
    }
    sheets = [("finance", ""), ("target", "02")]
    before = [
        accept(make("101", last, sheets, year=2020), "d"),
        accept(make("101", {("cover", "", "", "budget"): Decimal(1)}, year=2019), "e"),
        accept(make("999", last, year=2020), "f"),
    ]
    build_book(tmp_path / "last", before, lambda _: suite)
    db = book.relations(suite, Book(tmp_path / "last"))
    assert rows(db, "prior_row_cover") == [(A, "", "", "item", None, Decimal("5.000000"), None)]
    assert db.execute('SELECT ret, "general.this_year" FROM prior_cell_income').fetchall() == [(A, Decimal("8.000000"))]
    assert rows(db, "prior_row_items") == [(A, "", "001", "item", "台式机", Decimal("3.250000"), None)]
    assert rows(db, "prior_row_goal") == []  # the second project of last year is another project


def at_stage(found: Return, stage: str) -> Return:
    return replace(found, identity=replace(found.identity, stage=stage))


@pytest.mark.parametrize(("stages", "wanted"), [(("一上", "二上", "批复", "自评"), "批复"), (("一上", "二上"), "二上")])
def test_of_last_years_stages_the_approved_budget_answers(
    tmp_path: Path, book: Book, suite: Suite, make: Make, accept: Accept, stages: tuple[str, ...], wanted: str
) -> None:
    before = [
        accept(at_stage(make("101", {("cover", "", "", "name"): stage}, year=2020), stage), letter)
        for letter, stage in zip("defg", stages, strict=False)
    ]
    build_book(tmp_path / "last", before, lambda _: suite)
    db = book.relations(suite, Book(tmp_path / "last"))
    assert db.execute("SELECT ret, name FROM prior_row_cover").fetchall() == [(A, wanted)]


def test_a_unit_with_a_new_code_is_found_under_its_old_one(
    tmp_path: Path, book: Book, suite: Suite, make: Make, accept: Accept
) -> None:
    last: Cells = {("cover", "", "", "budget"): Decimal(5)}
    build_book(tmp_path / "last", [accept(make("0101", last, [("finance", "")], year=2020), "d")], lambda _: suite)
    prior = Book(tmp_path / "last")
    for since, known in ((2021, [(A, Decimal(5))]), (None, [(A, Decimal(5))]), (2020, [])):
        db = book.relations(suite, prior, {("0101", since): "101"})
        assert db.execute("SELECT ret, budget FROM prior_row_cover").fetchall() == known


def test_a_plain_sheet_of_last_year_answers_by_ids_or_labels(book: Book, suite: Suite) -> None:
    prior = [
        PriorRow("101", "income", "general", "this_year", "1,008.5", "上年数.csv 第 2 行"),
        PriorRow("101", "表02", "合计", "this_year", "9", "上年数.csv 第 3 行"),
        PriorRow("102", "收支", "", "name", "财政局", "上年数.csv 第 4 行"),
    ]
    db = book.relations(suite, prior)
    assert rows(db, "prior_cell_income") == [
        (A, "", Decimal("9.000000"), None, Decimal("1008.500000"), None, None),
        (B, "", None, None, None, None, None),
    ]
    assert rows(db, "prior_row_cover") == [
        (A, "", "", "item", None, None, None),
        (B, "", "", "item", "财政局", None, None),
    ]


@pytest.mark.parametrize(
    ("form", "row", "field"),
    [("表09", "合计", "this_year"), ("表02", "小计", "this_year"), ("表02", "其中：其他", "last_year")],
)
def test_a_plain_row_that_means_no_cell_is_named(book: Book, suite: Suite, form: str, row: str, field: str) -> None:
    with pytest.raises(InputError, match=r"上年数\.csv 第 3 行：.*找不到"):
        book.relations(suite, [PriorRow("101", form, row, field, "1", "上年数.csv 第 3 行")])


def test_a_plain_value_that_is_no_number_is_named(book: Book, suite: Suite) -> None:
    with pytest.raises(InputError, match=r"上年数\.csv 第 3 行.*不是数字"):
        book.relations(suite, [PriorRow("101", "表02", "合计", "price", "约十万", "上年数.csv 第 3 行")])
