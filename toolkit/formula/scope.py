"""From names to cells: which field a name stands for, and over which domain an expression is asked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from toolkit.formula.syntax import Apply, Name, Node
from toolkit.formula.terms import AGGREGATES, Domain, Ref
from toolkit.model.errors import FormulaError
from toolkit.model.form import Block, BlockKind, Field, RowRole, Suite


class Position(Enum):
    """How a name is used: one value, the values of many rows, or one value of each return."""

    SCALAR = auto()
    RANGE = auto()
    UNITS = auto()


@dataclass(frozen=True, slots=True)
class Use:
    """A name as it is used, with the field it stands for."""

    ref: Ref
    field: Field
    position: Position
    at: int


def known(wanted: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest names, and what there is."""
    there = list(names)
    near = difflib.get_close_matches(wanted, there, n=3, cutoff=0.6)
    meant = f"是不是 {'、'.join(near)}？" if near else ""
    shown = "、".join(there[:40]) + ("……" if len(there) > 40 else "")
    return f"{meant}可用的有：{shown or '（无）'}"


def position_of(function: str, index: int, arg: Node) -> Position:
    """How the name at argument ``index`` of ``function`` is used."""
    if function == "UNITS":
        return Position.UNITS
    ranged = (
        (function in AGGREGATES and isinstance(arg, Name) and arg.many)
        or (function == "SUMIFS" and (index == 0 or index % 2 == 1))
        or (function == "COUNTIFS" and index % 2 == 0)
        or (function == "LOOKUP" and index > 0)
    )
    return Position.RANGE if ranged else Position.SCALAR


def uses(suite: Suite, node: Node, here: tuple[str, str] | None = None) -> Iterator[Use]:
    """Every name of the tree in order. ``here``: (block, row) where ``block[]`` in scalar position is that row."""
    if isinstance(node, Name):
        yield resolve(suite, node, Position.SCALAR, here)
    elif isinstance(node, Apply):
        for index, arg in enumerate(node.args):
            if isinstance(arg, Name):
                yield resolve(suite, arg, position_of(node.name, index, arg), here)
            else:
                yield from uses(suite, arg, here)


def resolve(suite: Suite, name: Name, position: Position, here: tuple[str, str] | None = None) -> Use:
    """The field a name stands for. Raises FormulaError that lists what is known where the name is not."""
    block = suite.blocks.get(name.block)
    if block is None:
        raise FormulaError(f"没有区块“{name.block}”；{known(name.block, suite.blocks)}", "", name.at)
    if position is Position.SCALAR and name.many and here is not None and here[0] == name.block:
        name = Name(name.block, here[1], name.field, many=False, at=name.at)
    field = block.by_id.get(name.field)
    if field is None:
        raise FormulaError(f"区块 {block.id} 没有栏目“{name.field}”；{known(name.field, block.by_id)}", "", name.at)
    if position is Position.RANGE:
        if not name.many:
            raise FormulaError(f"{name} 是一个单元格，此处要整列：请写 {block.id}[].{field.id}", "", name.at)
        _check_column(suite, block, name)
    elif name.many:
        if position is Position.UNITS:
            raise FormulaError("UNITS 只取一个单元格，不取整列", "", name.at)
        if block.kind is BlockKind.RECORD:
            raise FormulaError(f"{block.id} 没有行：请写 {block.id}.{field.id}", "", name.at)
    else:
        _check_cell(block, name)
    if position is Position.UNITS and suite.form_of_block[block.id].repeat:
        raise FormulaError("UNITS 不能取重复表中的栏目", "", name.at)
    return Use(Ref(block.id, name.row, field.id, name.many), field, position, name.at)


def _check_column(suite: Suite, block: Block, name: Name) -> None:
    if block.kind is BlockKind.RECORD and not suite.form_of_block[block.id].repeat:
        raise FormulaError(f"{block.id} 只有一份，没有多行：请写 {block.id}.{name.field}", "", name.at)
    if block.kind is BlockKind.GRID and not item_rows(block, name.field):
        raise FormulaError(f"{name} 一个可汇总的明细行也没有", "", name.at)


def _check_cell(block: Block, name: Name) -> None:
    rows = block.rows_by_id
    if block.kind is BlockKind.RECORD:
        if name.row is not None:
            raise FormulaError(f"{block.id} 没有行：请写 {block.id}.{name.field}", "", name.at)
        return
    if name.row is None:
        either = f"{block.id}.行.{name.field} 或 {block.id}[].{name.field}"
        raise FormulaError(f"{block.id} 有多行：请写 {either}；行：{'、'.join(rows) or '（无固定行）'}", "", name.at)
    if name.row not in rows:
        raise FormulaError(f"区块 {block.id} 没有行“{name.row}”；{known(name.row, rows)}", "", name.at)
    if not block.has_cell(name.row, name.field):
        raise FormulaError(f"{name} 处没有单元格（该行不填此栏）", "", name.at)


def item_rows(block: Block, *fields: str) -> tuple[str, ...]:
    """The rows of a grid that ``block[]`` stands for in range position: items that have all the ``fields``."""
    return tuple(r.id for r in block.rows if r.role is RowRole.ITEM and all(block.has_cell(r.id, f) for f in fields))


def infer_domain(suite: Suite, found: Sequence[Use]) -> Domain:
    """The domain of an expression with these names. Raises FormulaError where they do not go together."""
    if not found:
        raise FormulaError("表达式里没有任何栏目")
    scalars = [u for u in found if u.position is Position.SCALAR]
    rows = [u for u in scalars if u.ref.many]
    for use in rows[1:]:
        if use.ref.block != rows[0].ref.block:
            two = f"{rows[0].ref} 与 {use.ref}"
            raise FormulaError(
                f"一条规则只能逐行检查一个区块，此处有两个（{two}）：另一个请用 SUM、LOOKUP 等", "", use.at
            )
    repeated = [u for u in scalars if suite.form_of_block[u.ref.block].repeat]
    home = suite.form_of_block[(rows or repeated or scalars or list(found))[0].ref.block]
    for use in repeated:
        form = suite.form_of_block[use.ref.block]
        if form is not home:
            hint = f"请写 SUM({use.ref.block}[].{use.ref.field}) 等"
            raise FormulaError(f"{use.ref} 在重复表 {form.id} 中，从 {home.id} 看不知是哪一张：{hint}", "", use.at)
    if rows:
        return Domain("row", home.id, rows[0].ref.block)
    return Domain("instance" if home.repeat else "return", home.id)


def home_rows(suite: Suite, domain: Domain, found: Sequence[Use]) -> tuple[str, ...]:
    """For a row domain over a grid: the rows that have every cell asked for. Raises FormulaError if none has."""
    if domain.kind != "row" or suite.blocks[domain.block].kind is not BlockKind.GRID:
        return ()
    block = suite.blocks[domain.block]
    asked = {u.ref.field for u in found if u.position is Position.SCALAR and u.ref.many}
    rows = tuple(r.id for r in block.rows if all(block.has_cell(r.id, f) for f in asked))
    if not rows:
        raise FormulaError(f"区块 {block.id} 没有一行同时有这些栏目：{'、'.join(sorted(asked))}")
    return rows
