"""Lists by a code list (subjects, classes) consolidated as they are printed: one row for each code, over all units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, Form, Row, RowRole, Suite
from toolkit.report.summary_blocks import adds_up, is_beside
from toolkit.report.summary_data import Consolidated

UNNAMED = "（未填）"
"""The row of what was listed without a code."""


def as_printed(form: Form, data: Consolidated) -> tuple[list[Block], Consolidated]:
    """The blocks of a form that are shown as printed, in their order, and the values to show them with.

    A list whose one key is a code of a code list becomes a grid: a row for each code that any unit lists (in the order
    of the code list), and under the row id "" the sum of all.
    """
    blocks, values = [], {unit.ret: dict[Key, Value]() for unit in data.units}
    for block in form.blocks:
        key = merging_key(form, block)
        if is_beside(form, block):
            blocks.append(block)
            _copy(block, data, values)
        elif key is not None and any(data.rows(n, block) for n in range(len(data.units))):
            blocks.append(_merge(block, key, data, values))
    return blocks, replace(data, values=values)


def merging_key(form: Form, block: Block) -> str | None:
    """The field of a list by whose codes its rows are brought together; None where they are not."""
    if block.kind is not BlockKind.LIST or form.repeat or len(block.key) != 1:
        return None
    key = block.by_id[block.key[0]]
    return key.id if key.lookup and any(adds_up(block, f) for f in block.fields) else None


def _copy(block: Block, data: Consolidated, values: dict[str, dict[Key, Value]]) -> None:
    for unit in data.units:
        held = data.values.get(unit.ret, {})
        values[unit.ret] |= {key: value for key, value in held.items() if key.block == block.id}


def _merge(block: Block, key: str, data: Consolidated, values: dict[str, dict[Key, Value]]) -> Block:
    adding = tuple(f for f in block.fields if adds_up(block, f))
    codes: set[str] = set()
    for n, unit in enumerate(data.units):
        own = values[unit.ret]
        for instance, row in data.rows(n, block):
            code = str(data.value(n, Key(block.id, instance, row, key)) or UNNAMED)
            for field in adding:
                amount = data.value(n, Key(block.id, instance, row, field.id))
                if isinstance(amount, Decimal):
                    codes.add(code)
                    _add(own, Key(block.id, "", code, field.id), amount)
                    _add(own, Key(block.id, "", "", field.id), amount)
    return _grid(block, block.by_id[key], adding, _in_order(codes, block.by_id[key], data.suite))


def _add(values: dict[Key, Value], key: Key, amount: Decimal) -> None:
    held = values.get(key)
    values[key] = amount + held if isinstance(held, Decimal) else amount


def _in_order(codes: set[str], key: Field, suite: Suite) -> list[str]:
    """As the code list has them; what it does not know after them."""
    known = suite.lists.get(key.lookup or "")
    rank = {entry.value: n for n, entry in enumerate(known.entries)} if known is not None else {}
    return sorted(codes, key=lambda code: (rank.get(code, len(rank)), code))


def _grid(block: Block, key: Field, adding: tuple[Field, ...], codes: Sequence[str]) -> Block:
    total = Row("", block.rows[0].label if block.rows else "合计", RowRole.TOTAL)
    rows = (total, *(Row(code, code) for code in codes))
    return replace(block, kind=BlockKind.GRID, fields=adding, rows=rows, stub=key.label, key=())
