"""The whole way with the reader of workbooks: written, filled, collected, and found in the book."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from toolkit.catalog import load_edition, load_suite
from toolkit.collect import Failure, read_files, receive
from toolkit.model.fact import Identity, Key, UnitData
from toolkit.model.form import Suite
from toolkit.store import Book, build_book
from toolkit.write import write_workbook

TOTAL = Key("income", "", "general", "this_year")


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite("hebei-2021")


def fill(path: Path, suite: Suite, unit: str, amount: str) -> Path:
    identity = Identity("唐山高新区", 2021, "批复", unit, f"单位{unit}", suite.edition, suite.id)
    data = UnitData(suite.id, identity, {TOTAL: Decimal(amount)})
    write_workbook(path, suite, identity=identity, data=data)
    return path


def test_workbooks_become_facts_with_their_places(tmp_path: Path, returned: Path, suite: Suite) -> None:
    for unit, amount in (("101", "2994.7"), ("102", "0.1")):
        fill(returned / f"{unit}_单位.xlsx", suite, unit, amount)
    shutil.copy(returned / "101_单位.xlsx", returned / "又一份.xlsx")
    (returned / "断了.xlsx").write_bytes((returned / "101_单位.xlsx").read_bytes()[:5000])
    received = receive([returned], tmp_path / "out")
    counts = {status: count for status, count in received.counts.items() if count}
    assert counts.pop("received") == sum(counts.values()) == 4
    assert (counts["accepted"], counts["duplicate"]) == (2, 1)
    assert not [r for a in received.accepted for r in a.head.remarks if "文件名" in r.detail]

    build_book(tmp_path / "book", received.accepted, load_edition, [line.as_dict() for line in received.lines])
    with Book(tmp_path / "book") as book:
        query = "SELECT unit, value_decimal, sheet, cell FROM facts WHERE block = 'income' AND row = 'general' AND field = 'this_year'"
        found = book.sql(query)
        assert found["value_decimal"].tolist() == [Decimal("2994.7"), Decimal("0.1")]
        sheet, cell = found["sheet"][0], found["cell"][0]
        assert load_workbook(returned / "101_单位.xlsx", read_only=True)[sheet][cell].value == 2994.7
        rows = book.relations(suite).execute('SELECT "general.this_year" FROM cell_income ORDER BY ret').fetchall()
        assert sorted(rows) == [(Decimal("0.100000"),), (Decimal("2994.700000"),)]


def test_the_name_a_file_was_received_under_is_a_witness(tmp_path: Path, returned: Path, suite: Suite) -> None:
    fill(returned / "305_别人.xlsx", suite, "101", "1")
    (accepted,) = receive([returned], tmp_path / "out").accepted
    assert [r.actual for r in accepted.head.remarks if r.code == "WBK-08"] == ["305"]


def test_a_few_workbooks_without_a_folder(tmp_path: Path, returned: Path, suite: Suite) -> None:
    good, bad = fill(returned / "101.xlsx", suite, "101", "7"), returned / "x.pdf"
    bad.write_bytes(b"%PDF-1.4")
    (_, found), (_, failure) = read_files([good, bad])
    assert not isinstance(found, Failure)
    assert found.values[TOTAL] == Decimal(7)
    assert isinstance(failure, Failure)
