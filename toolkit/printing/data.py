"""What is printed: the values of one return, as they stand on one page and in one repeated row."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from toolkit.model.fact import Identity, Key, Value
from toolkit.model.form import BlockKind, FieldType, Suite
from toolkit.model.money import convert, normal, plain
from toolkit.model.printout import CellRef, Condition, Mask, Printout, Template

MASKED = "涉密"
Content = Decimal | str | None
"""What a printed cell holds: a number in the layout's unit, a text, or nothing."""


@dataclass(frozen=True)
class Filled:
    """One unit's return: all its values, computed ones too; ``marks`` is what stands where no value could be read."""

    suite: Suite
    identity: Identity
    values: Mapping[Key, Value]
    marks: Mapping[Key, str]

    @cached_property
    def used(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(block, instance) → the rows in which anything stands, in order."""
        found: dict[tuple[str, str], set[str]] = {}
        for key in (*(k for k, v in self.values.items() if v is not None), *self.marks):
            found.setdefault((key.block, key.instance), set()).add(key.row)
        return {where: tuple(sorted(rows)) for where, rows in found.items()}

    def instances(self, form: str) -> tuple[str, ...]:
        """The instances of a repeated form in which anything stands."""
        blocks = self.suite.forms_by_id[form].by_id
        return tuple(sorted({instance for block, instance in self.used if block in blocks}))

    def rows(self, block_id: str, instance: str) -> tuple[str, ...]:
        """The fixed rows of a grid; the rows of a list in which anything stands."""
        block = self.suite.blocks[block_id]
        if block.kind is BlockKind.GRID:
            return tuple(row.id for row in block.rows)
        return tuple(r for r in self.used.get((block_id, instance), ()) if r not in block.rows_by_id)


def as_text(content: Value) -> str:
    """A value within a text: 2994.7, 2021年1月5日."""
    if content is None:
        return ""
    if isinstance(content, Decimal):
        return plain(normal(content))
    if isinstance(content, datetime.date):
        return f"{content.year}年{content.month}月{content.day}日"
    return content


@dataclass(frozen=True)
class Scope:
    """Where on paper we are: the page's instance, and of each block that is being repeated the row at hand.

    Every value passes here, so that none escapes its mask.
    """

    filled: Filled
    layout: Printout
    public: bool
    instance: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    row: int = 0

    def at(self, block: str, row: str, number: int) -> Scope:
        """The same with one row of ``block`` at hand, the ``number``-th."""
        return replace(self, rows={**self.rows, block: row}, row=number)

    def instance_of(self, block_id: str) -> str:
        return self.instance if self.filled.suite.form_of_block[block_id].repeat else ""

    def rows_of(self, block_id: str) -> tuple[str, ...]:
        return self.filled.rows(block_id, self.instance_of(block_id))

    def key(self, ref: CellRef) -> Key:
        block = self.filled.suite.blocks[ref.block]
        row = ref.row or ("" if block.kind is BlockKind.RECORD else self.rows.get(ref.block, ""))
        return Key(ref.block, self.instance_of(ref.block), row, ref.field)

    def raw(self, ref: CellRef) -> Value:
        """The value as filed, or what stands where none could be read; never printed without its mask."""
        key = self.key(ref)
        return self.filled.marks.get(key) or self.filled.values.get(key)

    def content(self, ref: CellRef) -> Content:
        """What is printed for a cell: masked, in the layout's unit of money and words."""
        masks = [mask for mask in self._masks if (ref.block, ref.field) in mask.hide | mask.blank]
        if any((ref.block, ref.field) in mask.blank for mask in masks):
            return None
        if masks:
            return MASKED
        value, f = self.raw(ref), self.filled.suite.blocks[ref.block].by_id[ref.field]
        if isinstance(value, Decimal):
            money = f.type is FieldType.AMOUNT and f.unit is not None
            return convert(value, f.unit, self.layout.unit) if money and f.unit else value
        return None if value is None else self.layout.aliases.get(as_text(value), as_text(value))

    @cached_property
    def _masks(self) -> list[Mask]:
        """The masks in force here. Without ``public`` there are none."""
        masks = (self.layout.masks or ()) if self.public else ()
        return [mask for mask in masks if any(self.holds(condition) for condition in mask.when)]

    def word(self, name: str) -> str:
        """A word of ``WORDS``."""
        who = self.filled.identity
        return {
            "unit": who.unit,
            "unit_name": who.unit_name,
            "region": who.region,
            "year": str(who.year),
            "last_year": str(who.year - 1),
            "stage": who.stage,
            "money": self.layout.unit,
            "page": str(self.page),
            "row": str(self.row),
        }[name]

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds for what was filed, whatever the masks."""
        ref = condition.ref
        if not ref.field:
            return bool(self.filled.used.get((ref.block, self.instance_of(ref.block)))) is condition.wanted
        form = self.filled.suite.form_of_block[ref.block]
        if form.repeat and not self.instance:  # on a page that is none of its instances: search them all
            sheets = (replace(self, instance=instance) for instance in self.filled.instances(form.id))
            return any(one.holds(condition) for one in sheets)
        block = self.filled.suite.blocks[ref.block]
        if not ref.row and block.kind is BlockKind.LIST and ref.block not in self.rows:
            rows = (self.at(ref.block, row, 0) for row in self.rows_of(ref.block))
            return any(one._fits(condition) for one in rows)
        return self._fits(condition)

    def _fits(self, condition: Condition) -> bool:
        if not all(map(self.holds, condition.where)):
            return False
        held = as_text(self.raw(condition.ref))
        if isinstance(condition.wanted, Template):
            return held != "" and held == self._plain(condition.wanted)
        return bool(held) is condition.wanted

    def _plain(self, template: Template) -> str:
        """The text of a condition's template: cells as filed, and words."""
        return "".join(
            piece if isinstance(piece, str) else as_text(self.raw(piece.ref)) if piece.ref else self.word(piece.word)
            for piece in template.pieces
        )
