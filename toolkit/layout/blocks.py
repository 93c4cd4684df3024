"""Where one block stands on its sheet: ids, labels, cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.layout.columns import fit, record_lines, record_spans, table_slots
from toolkit.layout.headers import depth, header_labels, printed_labels
from toolkit.layout.places import BlockPlace, Box, Label, LabelRole
from toolkit.model.form import Block, BlockKind, Form, Row


@dataclass
class _Draft:
    """What a block gathers while it is placed; ``first`` is the first visible sheet column (1)."""

    block: Block
    columns: Sequence[float]
    unit_line: str
    cells: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    id_rows: dict[int, dict[int, str]] = field(default_factory=dict)
    row_ids: dict[int, str] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    spans: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    closed: list[Box] = field(default_factory=list)
    numbers: dict[str, Box] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return len(self.columns)

    def span(self, slots: Sequence[float]) -> list[tuple[int, int]]:
        """Sheet columns (first, last) of each slot."""
        return [(a + 1, b + 1) for a, b in fit(slots, self.columns)]

    def put(self, row: str, field_id: str, at: int, span: tuple[int, int]) -> None:
        """One cell of the block, merged where its slot has several columns."""
        self.cells[(row, field_id)] = (at, span[0])
        if span[1] > span[0]:
            self.spans[(row, field_id)] = (at, span[1])


@dataclass(frozen=True)
class Placed:
    """A block's place, the first free sheet row after it, and its header rows (first, last) if it has any."""

    place: BlockPlace
    next_row: int
    header: tuple[int, int] | None
    frozen_columns: int


def place_block(form: Form, block: Block, top: int, columns: Sequence[float], hidden_from: int) -> Placed:
    """Place ``block`` from sheet row ``top`` on."""
    draft = _Draft(block, columns, form.unit_line)
    at = top
    if block.label and block.label != form.title and len(form.blocks) > 1:
        draft.labels.append(Label(block.label, LabelRole.SECTION, at, 1, at, draft.last))
        at += 1
    if block.note:
        draft.labels.append(Label(block.note, LabelRole.NOTE, at, 1, at, draft.last))
        at += 1
    header: tuple[int, int] | None = None
    frozen = 0
    if block.kind is BlockKind.RECORD:
        at = _record(draft, at)
    else:
        start = at
        at, frozen = _table(draft, at)
        header = (start, start + depth(block.fields))
    place = BlockPlace(
        block=block,
        cells=draft.cells,
        id_rows=draft.id_rows,
        row_ids=draft.row_ids,
        labels=tuple(draft.labels),
        spans=draft.spans,
        check_column=hidden_from - 1,
        used_column=hidden_from,
        closed=tuple(draft.closed),
        numbers=draft.numbers,
    )
    return Placed(place, at, header, frozen)


def _record(draft: _Draft, at: int) -> int:
    """Each line: a hidden row of ids, then label, value, label, value …"""
    block = draft.block
    pairs = max(1, len(draft.columns) // 2)
    lines = [line[n : n + pairs] for line in record_lines(block) for n in range(0, len(line), pairs)]
    for line, slots in zip(lines, record_spans(block, lines, draft.columns), strict=True):
        spans = [(first + 1, last + 1) for first, last in slots]
        ids: dict[int, str] = {}
        for index, field_id in enumerate(line):
            label, value = spans[2 * index], spans[2 * index + 1]
            text = printed_labels(block.by_id[field_id], draft.unit_line)[-1]
            draft.labels.append(Label(text, LabelRole.FIELD, at + 1, label[0], at + 1, label[1], field_id))
            draft.put("", field_id, at + 1, value)
            ids[value[0]] = f"{block.id}.{field_id}"
        draft.id_rows[at] = ids
        draft.row_ids[at + 1] = f"{block.id}/{line[0]}"
        at += 2
    return at


def _table(draft: _Draft, at: int) -> tuple[int, int]:
    """A hidden row of ids, the header, then the rows. Returns the next row and the columns to freeze."""
    block = draft.block
    spans = draft.span(table_slots(block))
    stub, fields = spans[0], spans[1:]
    draft.id_rows[at] = {span[0]: f"{block.id}.{f.id}" for f, span in zip(block.fields, fields, strict=True)}
    at += 1
    rows = depth(block.fields)
    corner = block.stub or ("序号" if block.kind is BlockKind.LIST else "项目")
    draft.labels.append(Label(corner, LabelRole.STUB, at, stub[0], at + rows - 1, stub[1]))
    draft.labels.extend(header_labels(block.fields, fields, at, draft.unit_line))
    at += rows
    for row in block.rows:
        if block.kind is BlockKind.LIST:
            _total_row(draft, row, at, stub, fields)
        else:
            _grid_row(draft, row, at, stub, fields)
        draft.row_ids[at] = f"{block.id}/{row.id}"
        at += 1
    if block.kind is BlockKind.LIST:
        for number in range(1, block.capacity + 1):
            row_id = f"{number:03d}"
            draft.numbers[row_id] = Box(at, stub[0], at, stub[1])
            for f, span in zip(block.fields, fields, strict=True):
                draft.put(row_id, f.id, at, span)
            draft.row_ids[at] = f"{block.id}/{row_id}"
            at += 1
    return at, stub[1] + 1


def _grid_row(draft: _Draft, row: Row, at: int, stub: tuple[int, int], fields: list[tuple[int, int]]) -> None:
    text = f"{row.code} {row.label}" if row.code else row.label
    draft.labels.append(Label(text, LabelRole.ROW, at, stub[0], at, stub[1], row.id))
    for f, span in zip(draft.block.fields, fields, strict=True):
        if draft.block.has_cell(row.id, f.id):
            draft.put(row.id, f.id, at, span)
        else:
            draft.closed.append(Box(at, span[0], at, span[1]))


def _total_row(draft: _Draft, row: Row, at: int, stub: tuple[int, int], fields: list[tuple[int, int]]) -> None:
    """The label 合计 reaches to the first totalled column; other columns without a total are closed."""
    has = [draft.block.has_cell(row.id, f.id) for f in draft.block.fields]
    first = has.index(True) if True in has else len(has)
    right = fields[first - 1][1] if first else stub[1]
    draft.labels.append(Label(row.label, LabelRole.ROW, at, stub[0], at, right, row.id))
    for index, (f, span) in enumerate(zip(draft.block.fields, fields, strict=True)):
        if has[index]:
            draft.put(row.id, f.id, at, span)
        elif index > first:
            draft.closed.append(Box(at, span[0], at, span[1]))
