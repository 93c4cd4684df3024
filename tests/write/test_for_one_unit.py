"""A workbook for one unit: its identity wins over last year's figures, and it reads what it alone has to know."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from toolkit.layout import a1, arrange
from toolkit.layout.hidden import INSTRUCTIONS
from toolkit.model.fact import Identity, Key
from toolkit.model.form import Suite

Write = Callable[..., Any]
NAME, LAST = Key("cover", "", "", "unit_name"), Key("expenditure", "", "basic", "last_year")


def test_who_it_is_for_wins_over_what_last_years_cover_said(mini: Suite, write: Write, office: Identity) -> None:
    book = write(identity=office, prefill={NAME: "去年的名称", LAST: Decimal(5)})
    layout = arrange(mini)
    found = []
    for key in (NAME, LAST):
        spot = layout.spot(key)
        assert spot is not None
        cell = book.formulas[spot.sheet][a1(spot.row, spot.column)]
        found.append((cell.value, cell.protection.locked))
    assert found == [("办公室", True), (5, True)]


def test_notes_stand_at_the_top_of_the_instructions(write: Write, office: Identity) -> None:
    notes = ["控制数：不得超过 45.00 万元。", "=1+1 是文字，不是公式"]
    book = write(identity=office, notes=notes)
    printed = [cell.value for row in book.formulas[INSTRUCTIONS].iter_rows() for cell in row if cell.value is not None]
    at = printed.index(notes[0])
    assert printed[at : at + 2] == notes
    assert at < printed.index("一、填报步骤")
    assert book.formulas[INSTRUCTIONS].protection.sheet


def test_a_workbook_for_everybody_is_as_it_was(write: Write, office: Identity) -> None:
    assert write(identity=office, notes=()).content == write(identity=office).content
    assert write(identity=office, notes=["甲"]).content == write(identity=office, notes=["甲"]).content
