"""What a line of the control table is about: one cell of each return, or the sum of a list column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.names import bare_name
from toolkit.check.registry import Scene
from toolkit.check.submissions import Submission
from toolkit.check.wording import inner
from toolkit.model.errors import InputError
from toolkit.model.fact import Fact, Key, State
from toolkit.model.form import Block, BlockKind, Field, FieldType, RowRole, Suite
from toolkit.model.money import convert, is_money
from toolkit.store.bureau import ControlEntry

WHOLE = ("合计", "总计", "全区", "汇总", "*")
"""Unit codes of a control table that mean the bureau's own consolidated figure."""

_ORDINAL = re.compile(r"^[一二三四五六七八九十]+、")
_THIS_YEAR = re.compile(r"^(?:其中|本年)")


@dataclass(frozen=True, slots=True)
class Category:
    """One cell of each return, or (``row`` is "") the sum of a list column."""

    block: Block
    row: str
    field: Field

    @property
    def id(self) -> str:
        return f"{self.block.id}.{self.row}.{self.field.id}"

    @property
    def label(self) -> str:
        fixed = self.block.rows_by_id.get(self.row)
        return inner(f"{fixed.label.strip() if fixed else self.block.label}·{self.field.label}")


def category(suite: Suite, entry: ControlEntry) -> Category:
    """The cell a control line means: by ids (``block.row.field``, ``block.row``, ``block.field``, ``block``) or a label.

    A block stands for its total. Labels count without 其中, 本年 and punctuation where none is met exactly; the same
    label on a form that must be filed and on others (public tables) means the former.
    Raises InputError, naming file and row, for a category that fits nothing or several cells.
    """
    wanted = entry.category.strip()
    blocks = [b for form in suite.forms if not form.repeat for b in form.blocks]
    found = [c for b in blocks for c in _exact(b, wanted)]
    found = found or [c for b in blocks for c in _loose(b, _bare(wanted))]
    due = [c for c in found if suite.form_of_block[c.block.id].required]
    if len(found) == 1 or len(due) == 1:
        return (due or found)[0]
    problem = "在本套表中找不到" if not found else f"不唯一（{'、'.join(f'{c.block.id}.{c.row}' for c in found[:4])}）"
    raise InputError(
        f"{entry.where}“类别”列：“{wanted}”{problem}。请填写栏目标识（如 finance.project）或表中印的行名称。"
    )


def _exact(block: Block, wanted: str) -> Iterator[Category]:
    amounts = [f for f in block.fields if f.type is FieldType.AMOUNT]
    usual = _usual(block)
    for field in amounts if block.kind is not BlockKind.GRID else ():
        if wanted in (f"{block.id}.{field.id}", f"{block.label}·{field.label}"):
            yield Category(block, _total_of(block, field), field)
    for row in block.rows if block.kind is BlockKind.GRID else ():
        for field in amounts:
            if wanted == f"{block.id}.{row.id}.{field.id}" and block.has_cell(row.id, field.id):
                yield Category(block, row.id, field)
        if wanted in (f"{block.id}.{row.id}", row.label.strip(), row.label.strip().removeprefix("其中：")) and usual:
            yield Category(block, row.id, usual)
    if wanted == block.id and usual is not None and block.rows:
        yield Category(block, _total_of(block, usual), usual)


def _loose(block: Block, wanted: str) -> Iterator[Category]:
    usual = _usual(block)
    if usual is None or not wanted:
        return
    rows = [row for row in block.rows if block.kind is BlockKind.GRID and _bare(row.label) == wanted]
    for row in rows:
        yield Category(block, row.id, usual)
    if not rows and block.rows and wanted == _bare(_ORDINAL.sub("", block.label)):
        yield Category(block, _total_of(block, usual), usual)


def _bare(label: str) -> str:
    return _THIS_YEAR.sub("", bare_name(label))


def _usual(block: Block) -> Field | None:
    """The amount that is meant where none is named: the first that units type, of a list the first that is totalled."""
    amounts = [f for f in block.fields if f.type is FieldType.AMOUNT]
    if block.kind is BlockKind.LIST:
        return next((f for f in amounts if _total_of(block, f)), None)
    return next((f for f in amounts if not f.prefill), next(iter(amounts), None))


def _total_of(block: Block, field: Field) -> str:
    """The row that totals a field; "" where there is none."""
    totals = [row.id for row in block.rows if row.role is RowRole.TOTAL or block.kind is BlockKind.LIST]
    return next((row for row in totals if block.has_cell(row, field.id)), "")


def declared(scene: Scene, what: Category, submission: Submission) -> tuple[Decimal | None, Fact | None]:
    """What the return declares for a category, and the cell."""
    cells = scene.cells(what.block.id)
    if what.block.kind is BlockKind.LIST and not what.row:
        items = [
            f
            for f in cells.column(submission.ret, what.block.id, what.field.id)
            if f.key.row not in what.block.rows_by_id
        ]
        numbers = [f.value for f in items if isinstance(f.value, Decimal)]
        return (sum(numbers, Decimal(0)) if numbers else None), (items[0] if items else None)
    fact = cells.get(submission.ret, Key(what.block.id, "", what.row, what.field.id))
    usable = fact is not None and fact.state in (State.VALUE, State.ZERO) and isinstance(fact.value, Decimal)
    return (fact.value if usable and fact and isinstance(fact.value, Decimal) else None), fact


def ceiling(entry: ControlEntry, field: Field) -> Decimal:
    """The amount of a control line in the field's unit. Raises InputError for a unit of measure that is no money."""
    unit = entry.unit_of_measure or field.unit or "万元"
    if not is_money(unit) or not is_money(field.unit or "万元"):
        raise InputError(f"{entry.where}“计量单位”列：“{unit}”不是金额单位。请填 元、千元、万元 或 亿元。")
    return convert(entry.amount, unit, field.unit or "万元")
