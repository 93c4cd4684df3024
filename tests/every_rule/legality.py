"""Whether a unit at its keyboard can put a value into the issued workbook: what its cells' validations take."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from toolkit.model.fact import Key, UnitData, Value
from toolkit.model.form import Field, FieldType, Suite
from toolkit.write.workbook import identity_values

_TEXT = 2000
"""Characters a text cell takes where its field says no other limit (toolkit.write.validations)."""


def refused(suite: Suite, data: UnitData, base: Mapping[Key, Value]) -> dict[Key, str]:
    """The cells whose value is not that of ``base`` and that the workbook does not take, with the reason."""
    issued = identity_values(suite, data.identity)
    found = {}
    for key, value in data.values.items():
        if value is None or base.get(key) == value:
            continue
        why = "issued filled in: the cell is locked" if key in issued else _refusal(suite, data.values, key, value)
        if why:
            found[key] = why
    for key in data.marks:
        found[key] = "text in a cell for numbers or dates"
    return found


def _refusal(suite: Suite, values: Mapping[Key, Value], key: Key, value: Value) -> str:
    """Why the workbook does not take a value, "" where it does."""
    block = suite.blocks[key.block]
    field = block.by_id[key.field]
    if block.formula(key.row, key.field) is not None:
        return "computed: the cell is locked"
    if field.source is not None:
        return "" if not field.strict or value in _typed(values, field.source) else "not in the list it is chosen from"
    if field.lookup is not None:
        return _outside(suite, values, key, field, value)
    if field.type.is_number:
        return _out_of_range(field, value)
    if field.type is FieldType.DATE:
        inside = isinstance(value, datetime.date) and 1990 <= value.year <= 2099
        return "" if inside else "no date from 1990 to 2099"
    return "" if len(str(value)) <= (field.max_length or _TEXT) else "too long"


def _typed(values: Mapping[Key, Value], source: str) -> set[Value]:
    """What is typed in the column that a field chooses from."""
    block, column = source.split(".")
    return {value for key, value in values.items() if (key.block, key.field) == (block, column)}


def _outside(suite: Suite, values: Mapping[Key, Value], key: Key, field: Field, value: Value) -> str:
    codes = suite.lists[field.lookup or ""]
    if codes.open or not field.strict:
        return ""  # Excel asks back, and takes it
    if field.parent is None:
        return "" if value in codes.values else f"not in {codes.id}"
    pair = (values.get(key._replace(field=field.parent)), value)
    return "" if pair in codes.pairs else f"{pair[1]} is not under {pair[0]}"


def _out_of_range(field: Field, value: Value) -> str:
    if not isinstance(value, Decimal):
        return "no number"
    if field.type is FieldType.INTEGER and value != value.to_integral_value():
        return "no whole number"
    low, high = field.minimum, field.maximum
    inside = (low is None or value >= low) and (high is None or value <= high)
    return "" if inside else f"outside {low}…{high}"
