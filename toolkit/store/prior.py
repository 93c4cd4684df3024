"""Last year's numbers from a plain sheet: unit, form, row, field, value, by ids or by printed labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.model.errors import InputError
from toolkit.model.form import Block, BlockKind, Suite

if TYPE_CHECKING:
    import pyarrow as pa


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

    placed = [(row, *place(row, suite)) for row in rows]
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
