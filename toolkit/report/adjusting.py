"""Adjustments bound to what they adjust: a collection, a node of its tree, a cell of a consolidated form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.submissions import Group
from toolkit.model.errors import InputError
from toolkit.model.form import Block, BlockKind, Field, Form, Suite
from toolkit.model.money import convert, is_money
from toolkit.report.results import Results
from toolkit.report.summary_blocks import adds_up, is_beside, plain_label, sheet_name
from toolkit.store.adjustments import Adjustment
from toolkit.store.tree import Tree

_LOOK = "请填标识或表上印的名称（toolkit forms 可查）。"


@dataclass(frozen=True, slots=True)
class Booked:
    """One entry where it counts. ``row`` is "" for the sum of a list or of records; ``amount`` in the field's unit."""

    node: str
    form: str
    block: str
    row: str
    field: str
    amount: Decimal
    entry: Adjustment


def book_adjustments(results: Results, trees: Mapping[Group, Tree]) -> dict[Group, tuple[Booked, ...]]:
    """The entries by collection, in their order. Raises InputError, naming file and row, for one that fits none
    or several.
    """
    booked: dict[Group, list[Booked]] = {group: [] for group in trees}
    for entry in results.adjustments:
        group = _group(entry, trees)
        booked[group].append(_book(entry, results.suite_of(group)))
    return {group: tuple(own) for group, own in booked.items()}


def _group(entry: Adjustment, trees: Mapping[Group, Tree]) -> Group:
    meant = [
        group
        for group, tree in trees.items()
        if entry.region in ("", group.region)
        and entry.year in (None, group.year)
        and entry.stage in ("", group.stage)
        and entry.node in tree.nodes
    ]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise InputError(
            f"{entry.where}“单位代码”列：没有“{entry.node}”这个单位或节点。"
            "请填名册中的单位代码、上级代码或区划名称，与名册逐字相同；写了区划、年度、阶段的，也须与报表一致。"
        )
    raise InputError(
        f"{entry.where}：有 {len(meant)} 个批次含“{entry.node}”（{'、'.join(g.title for g in meant)}）。"
        "请加填“区划”“年度”“阶段”列，指明调整哪一个。"
    )


def _book(entry: Adjustment, suite: Suite) -> Booked:
    blocks = [*_blocks(entry, suite)]
    rows = [(form, block, row) for form, block in blocks for row in _rows(entry, form, block)]
    found = [(form, block, row, field) for form, block, row in rows for field in _fields(entry, form, block, row)]
    if not blocks:
        raise InputError(f"{entry.where}“表”列：没有“{entry.form}”。{_LOOK}")
    if not rows:
        raise InputError(
            f"{entry.where}“行”列：《{blocks[0][0].title}》没有“{entry.row}”这一行可调整。"
            f"清单和分项目的表只调整合计数，行留空或填“合计”。{_LOOK}"
        )
    if not found:
        raise InputError(
            f"{entry.where}“栏”列：《{rows[0][0].title}》的“{entry.row or '合计'}”行没有“{entry.field}”这一栏，或该栏不相加。{_LOOK}"
        )
    if len(found) > 1:
        several = "、".join(f"{b.id} 的 {r or '合计'}·{f.id}" for _, b, r, f in found)
        raise InputError(
            f"{entry.where}“表”列：“{entry.form}”中有 {len(found)} 处符合（{several}）。请改填区块的标识。"
        )
    form, block, row, field = found[0]
    amount, unit = entry.amount, field.unit
    if entry.unit_of_measure:
        if not is_money(unit) or unit is None:
            raise InputError(f"{entry.where}“计量单位”列：该栏以“{unit or '个数'}”计，不是金额，请留空。")
        amount = convert(amount, entry.unit_of_measure, unit)
    return Booked(entry.node, form.id, block.id, row, field.id, amount, entry)


def _blocks(entry: Adjustment, suite: Suite) -> Iterator[tuple[Form, Block]]:
    for form in suite.forms:
        whole = entry.form in {form.id, form.sheet, sheet_name(form), form.title, form.number}
        yield from ((form, b) for b in form.blocks if whole or entry.form in {b.id, b.label, plain_label(b.label)})


def _rows(entry: Adjustment, form: Form, block: Block) -> list[str]:
    """The row of a form as printed that is meant; of a list or of records "", their sum."""
    if is_beside(form, block):
        return [r.id for r in block.rows if entry.row in {r.id, r.label, r.code}]
    totals = {name for row in block.rows for name in (row.id, row.label)}
    return [""] if block.kind is not BlockKind.GRID and entry.row in {"", "合计", *totals} else []


def _fields(entry: Adjustment, form: Form, block: Block, row: str) -> Iterator[Field]:
    """The columns that are meant, of those that add up and have a cell in the row."""
    for field in block.fields:
        named = entry.field in {field.id, field.label, "/".join(field.labels), "／".join(field.labels)}
        closed = is_beside(form, block) and not block.has_cell(row, field.id)
        if named and adds_up(block, field) and not closed:
            yield field
