"""Last year's figures for the cells that are issued filled in."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from toolkit.distribute.sources import return_of, returns_of
from toolkit.model.errors import InputError
from toolkit.model.fact import Key, Value
from toolkit.model.form import Field, FieldType, Suite
from toolkit.model.money import in_range
from toolkit.store import Book, PriorRow
from toolkit.store.bureau import RosterEntry
from toolkit.store.prior import place

Figures = dict[str, dict[Key, Value]]
"""Unit code → the values of its prefilled cells."""

_FIGURES = """
SELECT block, "row", field, value_decimal, value_text FROM facts
WHERE file_sha256 = $ret AND state IN ('value', 'zero') AND instance = '' ORDER BY ALL
"""


def prefill_from_sheet(suite: Suite, rows: Sequence[PriorRow]) -> Figures:
    """What a plain sheet of last year's figures fills. Raises InputError for a row that fits no cell."""
    found: Figures = {}
    for row in rows:
        block, row_id, field_id = place(row, suite)
        value = _typed(block.by_id[field_id], row)
        for target in _targets(suite, block.id, row_id, field_id):
            if found.setdefault(row.unit, {}).setdefault(target, value) != value:
                raise InputError(f"{row.where}：同一单元格出现两个不同的上年数，请保留一个。")
    return found


def prefill_from_book(suite: Suite, book: Book, roster: Iterable[RosterEntry], *, needed: bool = True) -> Figures:
    """What the book of the year before fills: the same block, row and field of the same unit and region.

    Of several stages the approved budget comes first. What a unit is (its department's code and name) comes from its
    budget of the suite's own year where the book has one. Raises InputError where the book has no year before and it
    is ``needed``, or where it knows the unit in several regions and the roster does not say which.
    """
    last, now = returns_of(book, suite.year - 1), returns_of(book, suite.year, budget_only=True)
    if not last and needed:
        raise InputError(f"上年数：结果文件夹里没有 {suite.year - 1} 年的报送，不能作为 {suite.year} 年的上年数。")
    found: Figures = {}
    for entry in roster:
        before, own = return_of(entry, last), return_of(entry, now)
        if before is not None:
            found[entry.unit] = _figures(suite, book, before)
        if own is not None:
            found.setdefault(entry.unit, {}).update(_figures(suite, book, own, lasting=True))
    return found


def _figures(suite: Suite, book: Book, ret: str, *, lasting: bool = False) -> dict[Key, Value]:
    """The cells that a return fills; ``lasting``: only those that stay what they are from year to year."""
    found: dict[Key, Value] = {}
    for block, row, name, number, text in book.connection.execute(_FIGURES, {"ret": ret}).fetchall():
        # last year's own 上年预算 is the figure of the year before it
        for target in _targets(suite, block, row, name, from_book=True):
            kind = suite.blocks[target.block].by_id[target.field].type
            if kind.is_number == (number is not None) and (target.field == name or not lasting):
                found[target] = number if number is not None else _dated(kind, text)
    return found


def _targets(suite: Suite, block_id: str, row_id: str, field_id: str, *, from_book: bool = False) -> list[Key]:
    """The prefilled cells that last year's (block, row, field) fills; in a sheet they may be named themselves."""
    block = suite.blocks.get(block_id)
    if block is None or (row_id and row_id not in block.rows_by_id):
        return []
    return [
        Key(block.id, "", row_id, field.id)
        for field in block.fields
        if field.prefill
        and field_id in ({field.prefill} if from_book else {field.prefill, field.id})
        and block.has_cell(row_id, field.id)
        and not block.formula(row_id, field.id)
    ]


def _typed(field: Field, row: PriorRow) -> Value:
    """The value of a row as its field holds it. Raises InputError."""
    if row.value is None:
        return None
    if not field.type.is_number:
        return _dated(field.type, row.value)
    text = row.value.replace(",", "").replace("，", "").strip()
    try:
        value = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not in_range(value):
        raise InputError(f"{row.where}“数值”列：“{row.value}”不是数字。请只填数字，例如 2994.70。")
    return value


def _dated(kind: FieldType, text: str) -> Value:
    if kind is not FieldType.DATE:
        return text
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
