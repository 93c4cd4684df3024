"""Whether a print layout fits a suite: every name it uses is there, and every row fills its columns."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.catalog.node import near
from toolkit.model.errors import Source
from toolkit.model.form import Block, BlockKind, Suite
from toolkit.model.printout import (
    OF_BLOCKS,
    OF_LISTS,
    CellRef,
    Condition,
    Piece,
    PrintCell,
    Printout,
    PrintRow,
    Template,
)

Fault = tuple[Source | None, str]


def layout_faults(layout: Printout, suite: Suite) -> list[Fault]:
    """Everything in ``layout`` that ``suite`` has no place for, and rows that do not fill the columns."""
    return [*_widths(layout), *_Check(layout, suite).faults()]


def _widths(layout: Printout) -> Iterator[Fault]:
    """Cells fill a row from the left, around those that reach down from above; they must fill it exactly."""
    held = [0] * len(layout.columns)  # how many more rows each column is taken
    for row in layout.rows:
        if any(held) and (row.each or row.when):
            yield row.source, "上面有单元格跨行（down）到本行，本行不能是重复行或有条件的行"
        taken = sum(1 for rows in held if rows) + sum(cell.span for cell in row.cells)
        if taken != len(held):
            yield row.source, f"本行各单元格共占 {taken} 列，版式有 {len(held)} 列"
            held = [0] * len(held)
            continue
        held = _after(row, held)
    if any(held):
        yield layout.rows[-1].source, "单元格跨行（down）超出最后一行"


def _after(row: PrintRow, held: list[int]) -> list[int]:
    free = [column for column, rows in enumerate(held) if not rows]
    left = [max(0, rows - 1) for rows in held]
    for cell in row.cells:
        for column in free[: cell.span]:
            left[column] = cell.down - 1
        free = free[cell.span :]
    return left


class _Check:
    """One layout against one suite. ``bound``: the blocks of which a row is at hand."""

    def __init__(self, layout: Printout, suite: Suite) -> None:
        self.layout, self.suite = layout, suite
        self.page_form = layout.each if layout.each in suite.forms_by_id else ""
        self.page_list = "" if self.page_form else layout.each

    def faults(self) -> Iterator[Fault]:
        layout, source = self.layout, self.layout.source
        page = {self.page_list} - {""}
        if self.page_form and not self.suite.forms_by_id[self.page_form].repeat:
            yield source, f"each：表“{self.page_form}”不是重复表"
        if self.page_list:
            yield from self.listed(self.page_list, source, (BlockKind.LIST,))
        if layout.name is not None:
            yield from self.ref(layout.name, source, page)
        for row in layout.rows:
            yield from self.row(row, page)
        anything = set(self.suite.blocks)
        for mask in layout.masks or ():
            for condition in mask.when:
                yield from self.condition(condition, anything)
            for block, name in sorted(mask.hide | mask.blank):
                yield from self.ref(CellRef(block, "", name), mask.source, anything)

    def row(self, row: PrintRow, page: set[str]) -> Iterator[Fault]:
        bound = page | ({row.each} - {""})
        if row.each:
            yield from self.listed(row.each, row.source, (BlockKind.LIST, BlockKind.GRID))
        for condition in row.where:
            yield from self.condition(condition, bound)
        for condition in row.when:
            yield from self.condition(condition, page)
        for cell in row.cells:
            yield from self.cell(cell, row, bound)

    def cell(self, cell: PrintCell, row: PrintRow, bound: set[str]) -> Iterator[Fault]:
        block = self.suite.blocks.get(row.each)
        if cell.label and (block is None or block.kind is not BlockKind.GRID):
            yield cell.source, "label 只用于重复固定行的区块（grid）的行"
        if cell.merge and not row.each:
            yield cell.source, "merge 只用于重复行（each）"
        if cell.value is not None:
            yield from self.ref(cell.value, cell.source, bound)
        if cell.text is not None:
            yield from self.template(cell.text, bound)
        for sentence in cell.sentences:
            yield from self.template(sentence.template, bound)
            for condition in sentence.when:
                yield from self.condition(condition, bound)

    def condition(self, condition: Condition, bound: set[str]) -> Iterator[Fault]:
        block = self.suite.blocks.get(condition.ref.block)
        searched = {block.id} if block is not None and block.kind is BlockKind.LIST else set()
        within = self if block is None or self.page_form else self.on_sheets_of(block)
        if condition.ref.field:
            yield from within.ref(condition.ref, condition.source, bound | searched)
        else:
            yield from self.known(condition.ref.block, condition.source)
        if isinstance(condition.wanted, Template):
            yield from self.template(condition.wanted, bound)
        for inner in condition.where:
            if inner.ref.block != condition.ref.block:
                yield inner.source, f"where 只能用区块“{condition.ref.block}”的栏目"
            yield from within.condition(inner, bound | searched)

    def on_sheets_of(self, block: Block) -> _Check:
        """The same where the sheets of a repeated form are searched, one at a time."""
        form = self.suite.form_of_block[block.id]
        within = _Check(self.layout, self.suite)
        within.page_form = form.id if form.repeat else ""
        return within

    def template(self, template: Template, bound: set[str]) -> Iterator[Fault]:
        for piece in template.pieces:
            if isinstance(piece, Piece) and piece.ref is not None:
                yield from self.piece(piece, piece.ref, template.source, bound)

    def piece(self, piece: Piece, ref: CellRef, source: Source, bound: set[str]) -> Iterator[Fault]:
        if piece.function == "parameter":
            if ref.block not in self.suite.parameters:
                yield source, f"套表没有参数“{ref.block}”{near(ref.block, self.suite.parameters)}"
        elif piece.function in OF_BLOCKS:
            yield from self.listed(ref.block, source, (BlockKind.LIST,))
        elif piece.function in OF_LISTS:
            faults = list(self.listed(ref.block, source, (BlockKind.LIST,)))
            yield from faults or self.ref(ref, source, bound | {ref.block})
        elif piece.function == "target":
            yield from self.ref(ref._replace(field=f"{ref.field}_op"), source, bound)
        else:
            yield from self.ref(ref, source, bound)
            block = self.suite.blocks.get(ref.block)
            f = block.by_id.get(ref.field) if block is not None else None
            if piece.function == "change" and f is not None and not f.type.is_number:
                yield source, f"change 只用于数值栏目，“{ref}”不是"

    def listed(self, block_id: str, source: Source, kinds: tuple[BlockKind, ...]) -> Iterator[Fault]:
        """``block_id`` must be a block of one of the kinds, at hand on the page."""
        block = self.suite.blocks.get(block_id)
        if block is None or block.kind not in kinds:
            known = [b.id for b in self.suite.blocks.values() if b.kind in kinds]
            yield source, f"没有可重复的区块“{block_id}”{near(block_id, known)}"
        else:
            yield from self.at_hand(block, source)

    def known(self, block_id: str, source: Source) -> Iterator[Fault]:
        block = self.suite.blocks.get(block_id)
        if block is None:
            yield source, f"没有区块“{block_id}”{near(block_id, self.suite.blocks)}"
        else:
            yield from self.at_hand(block, source)

    def at_hand(self, block: Block, source: Source) -> Iterator[Fault]:
        form = self.suite.form_of_block[block.id]
        if form.repeat and form.id != self.page_form:
            yield source, f"区块“{block.id}”在重复表“{form.id}”中，版式须写 each: {form.id}"

    def ref(self, ref: CellRef, source: Source, bound: set[str]) -> Iterator[Fault]:
        block = self.suite.blocks.get(ref.block)
        if block is None:
            yield source, f"没有区块“{ref.block}”{near(ref.block, self.suite.blocks)}"
            return
        yield from self.at_hand(block, source)
        if ref.field not in block.by_id:
            yield source, f"区块“{ref.block}”没有栏目“{ref.field}”{near(ref.field, block.by_id)}"
        elif ref.row and ref.row not in block.rows_by_id:
            yield source, f"区块“{ref.block}”没有行“{ref.row}”{near(ref.row, block.rows_by_id)}"
        elif ref.row and not block.has_cell(ref.row, ref.field):
            yield source, f"“{ref}”没有单元格"
        elif not ref.row and block.kind is not BlockKind.RECORD and block.id not in bound:
            yield source, f"“{ref}”须写在重复该区块的行里（each: {block.id}），或写明行"
