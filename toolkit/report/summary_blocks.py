"""Which blocks of a suite the consolidated workbook shows and how: which columns add up, formats, short names."""

from __future__ import annotations

import re
from decimal import Decimal

from toolkit.model.fact import Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form

_PATTERN = re.compile(r"\{[^}]*\}")
_COUNTING = re.compile(r"^[一二三四五六七八九十]+、")
_REMARKS = re.compile(r"（[^）]*）")
_NUMBERING = re.compile(r"^[A-Za-z]?\d*[_\-]+")


def is_beside(form: Form, block: Block) -> bool:
    """Shown as printed, with a column per unit beside: grids of forms that do not repeat."""
    return block.kind is BlockKind.GRID and not form.repeat and bool(numbers(block))


def is_stacked(form: Form, block: Block) -> bool:
    """Shown as one long table with the unit in front: lists, records, and grids that hold texts."""
    return not is_beside(form, block)


def has_numbers(form: Form, block: Block) -> bool:
    """Whether a stacked block is shown even where nobody filled it in: it holds amounts, or a plan in per cent."""
    types = {f.type for f in block.fields}
    return FieldType.AMOUNT in types or (bool(form.repeat) and FieldType.PERCENT in types)


def numbers(block: Block) -> tuple[Field, ...]:
    """The columns of a block that hold amounts or counts, and percentages beside them."""
    if not any(f.type is FieldType.AMOUNT for f in block.fields):
        return ()
    return tuple(f for f in block.fields if f.type.is_number)


def adds_up(block: Block, field: Field) -> bool:
    """Whether the column's values of several units make sense as a sum (no percentages, no prices)."""
    if not field.type.is_number or field.type is FieldType.PERCENT:
        return False
    if block.kind is BlockKind.LIST and block.rows:
        return any(block.has_cell(row.id, field.id) for row in block.rows)
    return field.type is FieldType.AMOUNT or block.kind is BlockKind.GRID


def number_format(field: Field) -> str:
    """The printed format of a number column."""
    if field.type is FieldType.INTEGER:
        return "#,##0"
    if field.type is FieldType.AMOUNT:
        return "#,##0." + "0" * max(field.decimals, 1)
    return "#,##0.######" if field.type is FieldType.DECIMAL else "0.00"


def heading(field: Field) -> str:
    """The header on one cell: nested labels joined, equal neighbours once."""
    parts: list[str] = []
    for label in field.labels:
        if not parts or parts[-1] != label:
            parts.append(label)
    return "／".join(parts)


def sheet_name(form: Form) -> str:
    """The form's sheet name without its number: ``收支总体`` of ``02_收支总体``, ``项目绩效`` of ``P{n:02d}_项目绩效``."""
    return _NUMBERING.sub("", _PATTERN.sub("", form.sheet)) or form.title


def plain_label(label: str) -> str:
    """A block's label without its number and remarks: ``资金支出计划`` of ``二、资金支出计划（累计进度%）``."""
    return _REMARKS.sub("", _COUNTING.sub("", label)) or label


def total(values: list[Value]) -> Decimal:
    """The exact sum of the numbers among ``values``."""
    return sum((v for v in values if isinstance(v, Decimal)), Decimal(0))
