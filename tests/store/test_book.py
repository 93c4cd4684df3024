from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from toolkit.model.errors import InputError, SuiteError
from toolkit.model.fact import Key, Remark, Return, State
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book

Make = Callable[..., Return]
Accept = Callable[[Return, str], Accepted]


@pytest.fixture
def accepted(make: Make, accept: Accept) -> list[Accepted]:
    remark = Remark("TYP-01", "文本", Key("cover", "", "", "budget"), "收支", "C5", severity="warning")
    values = {
        ("cover", "", "", "name"): "财政局",
        ("cover", "", "", "budget"): Decimal("2994.7"),
        ("items", "", "total", "price"): Decimal("3.5"),
        ("items", "", "002", "item"): "打印机",
        ("items", "", "002", "price"): Decimal("3.5"),
        ("items", "", "001", "item"): None,
        ("items", "", "001", "code"): "A01",
    }
    return [
        accept(make("102", values, remarks=(remark,)), "b"),
        accept(make("101", {("cover", "", "", "name"): "办公室", ("cover", "", "", "budget"): State.CLASSIFIED}), "a"),
    ]


@pytest.fixture
def book(tmp_path: Path, suite: Suite, accepted: list[Accepted]) -> Book:
    line = {"seq": 1, "sha256": "a" * 64, "path": "报送/101.xlsx", "status": "accepted", "size": 7}
    build_book(tmp_path / "out", accepted, lambda _: suite, [line])
    return Book(tmp_path / "out")


def test_facts_have_the_columns_of_the_contract_in_the_order_of_their_key(tmp_path: Path, book: Book) -> None:
    table = pq.read_table(tmp_path / "out" / "facts" / "facts.parquet", partitioning=None)
    assert table.column_names == [
        *("region", "year", "stage", "unit", "form", "block", "instance", "row", "field", "value_decimal"),
        *("value_text", "state", "raw", "unit_of_measure", "file_sha256", "sheet", "cell", "edition", "typed_over"),
    ]
    assert str(table.schema.field("value_decimal").type) == "decimal128(20, 6)"
    keys = [tuple(row[name] for name in ("unit", "form", "block", "row", "field")) for row in table.to_pylist()]
    assert keys == sorted(keys)
    assert len(keys) == 9
    assert book.facts["field"].tolist() == table.column("field").to_pylist()


def test_equal_inputs_give_equal_facts_whatever_their_order(
    tmp_path: Path, suite: Suite, accepted: list[Accepted]
) -> None:
    build_book(tmp_path / "1", accepted, lambda _: suite)
    build_book(tmp_path / "2", accepted[::-1], lambda _: suite)
    assert (tmp_path / "1/facts/facts.parquet").read_bytes() == (tmp_path / "2/facts/facts.parquet").read_bytes()


def test_a_block_is_a_table_of_used_rows_with_the_total_first(book: Book) -> None:
    table = book.table("items")
    assert table.columns.tolist() == [
        *("region", "year", "stage", "unit", "unit_name", "instance", "row", "role", "item", "price", "code")
    ]
    assert table[["unit", "row", "role"]].to_numpy().tolist() == [["102", "total", "total"], ["102", "002", "item"]]
    assert table["price"].tolist() == [Decimal("3.5"), Decimal("3.5")]
    assert table.loc[table["role"] == "item", "price"].sum() == Decimal("3.5")


def test_a_record_is_a_table_with_blanks_where_nothing_usable_stands(book: Book) -> None:
    table = book.table("cover")
    assert table["name"].tolist() == ["办公室", "财政局"]
    assert table["budget"].isna().tolist() == [True, False]


def test_sql_sees_returns_remarks_and_the_ledger(book: Book) -> None:
    query = "SELECT r.unit_name, m.code, m.field FROM remarks m JOIN returns r USING (ret)"
    assert book.sql(query).to_numpy().tolist() == [["单位102", "TYP-01", "budget"]]
    assert book.sql("SELECT path FROM received WHERE status = ?", ["accepted"])["path"].tolist() == ["报送/101.xlsx"]
    assert book.returns["unit"].tolist() == ["101", "102"]
    assert book.editions() == ("e" * 16,)


def test_the_relations_of_an_edition_do_not_disturb_sql(book: Book, suite: Suite) -> None:
    book.relations(suite)
    with pytest.raises(InputError, match="row_cover"):
        book.sql("SELECT * FROM row_cover")


def test_findings_are_those_of_the_last_run(tmp_path: Path, book: Book) -> None:
    assert book.findings.empty
    assert "fingerprint" in book.findings.columns
    line = json.dumps({"code": "SUM-02", "severity": "error", "places": [{"cell": "C5"}]})
    (tmp_path / "out" / "findings.jsonl").write_text(line + "\n", encoding="utf-8")
    findings = book.findings
    assert findings["code"].tolist() == ["SUM-02"]
    assert findings["places"].tolist() == [[{"cell": "C5"}]]


def test_questions_that_cannot_be_answered_are_errors_of_the_caller(tmp_path: Path, book: Book) -> None:
    with pytest.raises(InputError, match=r"没有“nothing”这个区块。现有：cover、goal、income、items"):
        book.table("nothing")
    with pytest.raises(InputError, match="查询无法执行"):
        book.sql("SELEKT 1")
    with pytest.raises(InputError, match="没有总账"):
        Book(tmp_path / "elsewhere")
    (tmp_path / "book.duckdb").write_bytes(b"?" * 5000)
    with pytest.raises(InputError, match="打不开"):
        Book(tmp_path)


def test_the_book_cannot_be_written_to(book: Book) -> None:
    with pytest.raises(InputError, match="read-only"):
        book.sql("DELETE FROM facts")


def test_an_unknown_edition_stops_the_book(tmp_path: Path, accepted: list[Accepted]) -> None:
    with pytest.raises(SuiteError, match="eeeeeeeeeeeeeeee"):
        build_book(tmp_path / "out", accepted, lambda _: None)


def test_nothing_accepted_is_an_empty_book(tmp_path: Path, suite: Suite) -> None:
    build_book(tmp_path / "out", [], lambda _: suite)
    with Book(tmp_path / "out") as book:
        assert book.facts.empty
        assert book.editions() == ()
        book.relations(suite)
        with pytest.raises(InputError, match="总账是空的"):
            book.table("cover")
