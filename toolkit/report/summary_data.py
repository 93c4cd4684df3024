"""Which blocks the consolidated workbook shows, which of their columns add up, and the values of each unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.check.submissions import Group, Submission
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form, Suite
from toolkit.report.results import Results

_PATTERN = re.compile(r"\{[^}]*\}")
_COUNTING = re.compile(r"^[一二三四五六七八九十]+、")
_REMARKS = re.compile(r"（[^）]*）")
_NUMBERING = re.compile(r"^[A-Za-z]?\d*[_\-]+")


@dataclass(frozen=True)
class Consolidated:
    """One collection: its units in order and what each typed. ``tail`` tells its sheets from another's."""

    group: Group
    suite: Suite
    units: tuple[Submission, ...]
    values: Mapping[str, Mapping[Key, Value]]
    tail: str = ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Short names for column heads: the unit's name, with its code where two are called the same."""
        plain = [s.identity.unit_name or s.identity.unit for s in self.units]
        return tuple(
            name if plain.count(name) == 1 else f"{name}（{s.identity.unit}）"
            for name, s in zip(plain, self.units, strict=True)
        )

    def value(self, unit: int, key: Key) -> Value:
        """What unit number ``unit`` (0-based) has in the cell, or None."""
        return self.values.get(self.units[unit].ret, {}).get(key)

    @cached_property
    def _keys(self) -> dict[tuple[int, str], list[tuple[str, str]]]:
        found: dict[tuple[int, str], set[tuple[str, str]]] = {}
        for n, unit in enumerate(self.units):
            for key in self.values.get(unit.ret, {}):
                found.setdefault((n, key.block), set()).add((key.instance, key.row))
        return {at: sorted(rows) for at, rows in found.items()}

    def rows(self, unit: int, block: Block) -> list[tuple[str, str]]:
        """(instance, row) of the unit's rows in a block, fixed rows in printed order, totals of lists left out."""
        found = self._keys.get((unit, block.id), [])
        if block.kind is BlockKind.LIST:
            return [at for at in found if at[1] not in block.rows_by_id]
        order = {row.id: n for n, row in enumerate(block.rows)}
        return sorted(found, key=lambda at: (at[0], order.get(at[1], -1), at[1]))


def consolidate(results: Results) -> list[Consolidated]:
    """The collections of a run, each with its own sheets."""
    groups = results.groups
    return [
        Consolidated(
            group, results.suite_of(group), results.of_group(group), results.values, f"·{n}" if len(groups) > 1 else ""
        )
        for n, group in enumerate(groups, 1)
    ]


def is_beside(form: Form, block: Block) -> bool:
    """Shown as printed, with a column per unit beside: grids of forms that do not repeat."""
    return block.kind is BlockKind.GRID and not form.repeat and bool(numbers(block))


def is_stacked(form: Form, block: Block) -> bool:
    """Shown as one long table with the unit in front: lists and records that hold amounts."""
    if is_beside(form, block):
        return False
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
