"""What a unit sees printed beside a cell, and where a finding points."""

from __future__ import annotations

from toolkit.check.cells import Cells
from toolkit.check.submissions import Submission
from toolkit.check.wording import inner, quote
from toolkit.model.fact import Fact, Key
from toolkit.model.finding import Place
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form, Suite


def field_label(block: Block, field: Field) -> str:
    """The leaf label; the nested labels too where another column of the block has the same leaf."""
    if sum(f.label == field.label for f in block.fields) == 1:
        return field.label
    parts = list(dict.fromkeys(field.labels))
    return "／".join(parts)


def row_label(block: Block, row: str) -> str:
    """The printed row label; ``第 3 行`` of a list; "" in a record."""
    fixed = block.rows_by_id.get(row)
    if fixed is not None:
        return fixed.label.strip()
    return "" if block.kind is BlockKind.RECORD or not row else f"第 {int(row) if row.isdigit() else row} 行"


def cell_label(suite: Suite, key: Key) -> str:
    """Block, row and field as printed: ``支出预算 · 支出合计 · 本年预算``."""
    block = suite.blocks[key.block]
    field = block.by_id.get(key.field)
    parts = (block.label, row_label(block, key.row), field_label(block, field) if field else "")
    return " · ".join(part for part in parts if part)


def short_label(suite: Suite, key: Key) -> str:
    """The cell in a sentence: ``“支出合计·本年预算”``, ``第 3 行“单价”``, ``“项目名称”``."""
    block = suite.blocks[key.block]
    label = field_label(block, block.by_id[key.field])
    fixed = block.rows_by_id.get(key.row)
    if fixed is not None:
        return f"“{inner(fixed.label.strip())}·{inner(label)}”"
    return f"{row_label(block, key.row)}“{inner(label)}”"


def place(suite: Suite, submission: Submission, fact: Fact) -> Place:
    """Where a fact stands, as a finding says it."""
    key = fact.key
    form = suite.form_of_block[key.block]
    return Place(
        submission.identity.unit, submission.file, fact.sheet, fact.cell, form.id, key.block, key.instance,
        key.row or None, key.field, cell_label(suite, key),
    )  # fmt: skip


def sheet_place(suite: Suite, submission: Submission, form: Form, instance: str = "") -> Place:
    """A whole sheet: its first cell."""
    number = int(instance) if instance.isdigit() else 1
    sheet = form.sheet.format(n=number) if form.repeat else form.sheet
    return Place(submission.identity.unit, submission.file, sheet, "A1", form.id, instance=instance, label=form.title)


def row_name(block: Block, key: Key, cells: Cells, ret: str) -> str:
    """What names a list row beside its number: the last text among its key fields, else the last choice."""
    if block.kind is not BlockKind.LIST or key.row in block.rows_by_id:
        return ""
    texts_first = (FieldType.TEXT, FieldType.CHOICE)
    named = next((held for t in texts_first if (held := [f for f in block.key if block.by_id[f].type is t])), block.key)
    values = [cells.value(ret, key._replace(field=f)) for f in named]
    texts = [v for v in values if isinstance(v, str) and v.strip()]
    return texts[-1] if texts else ""


def natural_row(block: Block, key: Key, cells: Cells, ret: str) -> str:
    """The row as fingerprints know it: its key values, so that sorting or inserting rows changes nothing."""
    if block.kind is not BlockKind.LIST or key.row in block.rows_by_id:
        return key.row
    values = [cells.value(ret, key._replace(field=f)) for f in block.key]
    return "|".join(str(v) for v in values) if any(v is not None for v in values) else key.row


def title_key(form: Form) -> Key | None:
    """The cell that names an instance of a repeated form: the first key or text field of its first record."""
    for block in form.blocks:
        if block.kind is not BlockKind.RECORD:
            continue
        texts = [f.id for f in block.fields if f.type in (FieldType.TEXT, FieldType.CHOICE)]
        named = [*block.key, *texts]
        if named:
            return Key(block.id, "", "", named[0])
    return None


def instance_name(form: Form, instance: str, cells: Cells, ret: str) -> str:
    """The project (or whatever repeats) by name; "" where none is typed or the form does not repeat."""
    key = title_key(form) if form.repeat else None
    value = cells.value(ret, key._replace(instance=instance)) if key else None
    return value if isinstance(value, str) else ""


def form_phrase(form: Form, instance: str, sheet: str, cells: Cells, ret: str) -> str:
    """``《收支预算表》``; of a repeated form with its sheet and name: ``《项目绩效目标表》（P02，慰问活动经费）``."""
    if not form.repeat:
        return f"《{form.title}》"
    name = instance_name(form, instance, cells, ret)
    inside = "，".join(part for part in (sheet, quote(name) if name else "") if part)
    return f"《{form.title}》" + (f"（{inside}）" if inside else "")
