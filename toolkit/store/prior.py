"""Last year's numbers from a plain sheet: unit, form, row, field, value, by ids or by printed labels.

A row of a list is named by its own name or code (``表=项目清单，行=政务网络运行维护，栏=预算数``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.model.errors import InputError
from toolkit.model.form import Block, BlockKind, FieldType, Suite

if TYPE_CHECKING:
    import pyarrow as pa


_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{4,}")


@dataclass(frozen=True, slots=True)
class PriorRow:
    """One value of last year. ``where`` names file and row for messages; ``value`` is None for a blank."""

    unit: str
    form: str
    row: str
    field: str
    value: str | None
    where: str


def prior_table(rows: Sequence[PriorRow], suite: Suite) -> pa.Table:
    """The rows as facts (region, stage and year NULL: they apply to any). Raises InputError, see ``place``."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    placed = [*_placed(rows, suite)]
    text, number = pa.string(), pa.decimal128(20, 6)
    numbers = [_number(row) if block.by_id[field].type.is_number else None for row, block, _, field in placed]
    texts = [None if block.by_id[field].type.is_number else row.value for row, block, _, field in placed]
    nothing = pa.nulls(len(placed), text)
    return pa.table(
        {
            "region": nothing,
            "year": pa.nulls(len(placed), pa.int32()),
            "stage": nothing,
            "unit": pa.array([row.unit for row, *_ in placed], text),
            "block": pa.array([block.id for _, block, _, _ in placed], text),
            "instance": pa.array([""] * len(placed), text),
            "row": pa.array([found for _, _, found, _ in placed], text),
            "field": pa.array([field for *_, field in placed], text),
            "value_decimal": pa.array(numbers, number),
            "value_text": pa.array(texts, text),
            "state": pa.array(["blank" if row.value is None else "value" for row, *_ in placed], text),
        }
    )


def listed_values(
    rows: Sequence[PriorRow], suite: Suite
) -> dict[tuple[str, str, str], dict[str, str | Decimal | None]]:
    """(unit, block, row) → value by field: what the rows tell of lists. Raises InputError, see ``place``."""
    found: dict[tuple[str, str, str], dict[str, str | Decimal | None]] = {}
    for row, block, at, field in _placed(rows, suite):
        if block.kind is BlockKind.LIST and at not in block.rows_by_id:
            value = _number(row) if block.by_id[field].type.is_number else row.value
            found.setdefault((row.unit, block.id, at), {})[field] = value
    return found


def _placed(rows: Sequence[PriorRow], suite: Suite) -> Iterator[tuple[PriorRow, Block, str, str]]:
    """The rows where they belong; of a row of a list also the name or code that tells which row it is."""
    told: set[tuple[str, str, str, str]] = set()
    for row in rows:
        block, at, field = place(row, suite)
        yield row, block, at, field
        told.add((row.unit, block.id, at, field))
        key = _key_of(block, at)
        if key is not None and (row.unit, block.id, at, key) not in told:
            told.add((row.unit, block.id, at, key))
            yield replace(row, field=key, value=at), block, at, key


def _key_of(block: Block, row: str) -> str | None:
    """The field of a list whose value tells a row: its code where it looks like one, else its name."""
    if block.kind is not BlockKind.LIST or row in block.rows_by_id or not block.key:
        return None
    codes = [k for k in block.key if block.by_id[k].type is FieldType.CODE]
    texts = [k for k in block.key if not block.by_id[k].type.is_number and k not in codes]
    return next(iter(codes if _CODE.fullmatch(row) else texts), None)


def place(row: PriorRow, suite: Suite) -> tuple[Block, str, str]:
    """(block, row id, field id) that a row means: form by id, sheet, title, number or block; then row and field.

    Raises InputError, naming file, row and what is expected, where none fits or several do.
    """
    found = [hit for block in _blocks(row, suite) for hit in _cells(row, block)]
    if len(found) == 1:
        return found[0]
    wrong = "在本套表中找不到" if not found else f"不唯一（{'、'.join(f'{b.id}.{r}.{f}' for b, r, f in found)}）"
    raise InputError(
        f"{row.where}：表“{row.form}”、行“{row.row}”、栏“{row.field}”{wrong}。"
        "请填写表、行、栏的标识或表上印的名称（toolkit forms 可查）。"
    )


def _blocks(row: PriorRow, suite: Suite) -> Iterator[Block]:
    for form in suite.forms:
        whole = row.form in {form.id, form.sheet, form.title, form.number}
        yield from (b for b in form.blocks if not form.repeat and (whole or row.form in {b.id, b.label}))


def _cells(row: PriorRow, block: Block) -> Iterator[tuple[Block, str, str]]:
    rows = [r.id for r in block.rows if row.row in {r.id, r.label, r.code}]
    if block.kind is BlockKind.LIST and not rows and _key_of(block, row.row):
        rows = [row.row] if row.row else []
    if block.kind is BlockKind.RECORD and row.row in {"", block.id, block.label}:
        rows = [""]
    for found in rows:
        for field in block.fields:
            if row.field in {field.id, field.label, "/".join(field.labels)} and block.has_cell(found, field.id):
                yield block, found, field.id


def _number(row: PriorRow) -> Decimal | None:
    if row.value is None:
        return None
    text = row.value.replace(",", "").strip()
    if not text.isascii() or not text.lstrip("-").replace(".", "", 1).isdigit() or len(text) > 20:
        raise InputError(f"{row.where}，数值列：“{row.value}”不是数字。请只填数字，例如 2994.70。")
    return Decimal(text)
