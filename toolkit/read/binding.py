"""Where every cell of a block stands on a returned sheet: the witnesses weighed, doubt refused (decisions 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from toolkit.layout.places import BlockPlace, Label, LabelRole
from toolkit.model.form import BlockKind
from toolkit.read.witness import Position, SheetText, Sighting, by_ids, by_labels, by_names, interpolated, numbered

_T = TypeVar("_T", int, Position)


@dataclass
class Binding:
    """The cells of one block as found. ``missing``: issued cells that no witness knows.

    ``doubt`` names what the witnesses disagree about: the block is not read. ``extra_rows``: ids given to rows
    that were inserted into a list or appended to it. ``strangers``: sheet rows with content inserted into a grid.
    ``changed``: labels whose text was altered, with where they should stand. ``untouched``: every anchor and label stands as
    issued. ``witnessed``: ids and labels both speak for the block.
    """

    place: BlockPlace
    cells: dict[tuple[str, str], Position] = field(default_factory=dict)
    missing: set[tuple[str, str]] = field(default_factory=set)
    doubt: str = ""
    extra_rows: list[str] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    changed: list[tuple[Label, Position]] = field(default_factory=list)
    untouched: bool = False
    moved: bool = False
    witnessed: bool = False


def bind_block(
    place: BlockPlace,
    text: SheetText,
    areas: Mapping[str, tuple[int, int, int, int]],
    labels: Callable[[], Mapping[Label, Position]],
) -> Binding:
    """Weigh the witnesses of one block. ``labels`` is asked only when something is not where it was issued."""
    binding = Binding(place)
    if _untouched(place, text):
        binding.cells, binding.untouched = dict(place.cells), True
        if place.block.kind is BlockKind.LIST:
            columns = {f: column for (_, f), (_, column) in place.cells.items()}
            _inserted_rows(binding, place.row_numbers, columns, text)
        return binding
    found = labels()
    witnesses = (by_ids(place, text), by_names(place, areas), by_labels(place, found))
    if not any(witnesses):
        binding.doubt = "隐藏标识、定义名称和印刷标题均已丢失"
        return binding
    binding.witnessed = bool(witnesses[0]) and bool(witnesses[2])
    if place.block.kind is BlockKind.RECORD:
        _record(binding, witnesses)
    else:
        _table(binding, witnesses, text, found)
    if not binding.doubt:
        _unique(binding)
        _changed_labels(binding, found)
        rows = {row for row, _ in binding.cells}
        fewer = any(row not in rows for row in place.list_rows)
        binding.moved = fewer or any(place.cells.get(cell) != at for cell, at in binding.cells.items())
    return binding


def _untouched(place: BlockPlace, text: SheetText) -> bool:
    """Whether every id and every label with a meaning stands exactly as issued: two witnesses agree."""
    raw = text.raw.text
    return (
        all(raw(at, 0) == row_id for at, row_id in place.row_ids.items())
        and all(raw(at, column) == name for at, ids in place.id_rows.items() for column, name in ids.items())
        and all(text.says((lb.top, lb.left), lb.text) for lb in place.labels if lb.subject)
    )


def _weigh(votes: tuple[_T | None, _T | None, _T | None], binding: Binding, subject: str) -> _T | None:
    """The place two witnesses agree on, or the only one there is; None (with a doubt or not) otherwise."""
    ids, names, label = votes
    present = {v for v in votes if v is not None}
    if len(present) < 2:
        # A name keeps pointing at the place of a row or column that was deleted, with its id and its label.
        gone = binding.witnessed and ids is None and label is None
        return None if gone else next(iter(present), None)
    if label is not None and label in (ids, names):
        return label
    if label is not None and ids is not None and ids == names:
        binding.doubt = binding.doubt or f"“{subject}”的标题已移到别处，与隐藏标识和定义名称不符（疑似排序或错行）"
    else:
        binding.doubt = binding.doubt or f"“{subject}”的隐藏标识、定义名称和印刷标题互相矛盾"
    return None


_Witnesses = tuple[Sighting, Sighting, Sighting]


def _record(binding: Binding, witnesses: _Witnesses) -> None:
    block = binding.place.block
    for f in block.fields:
        ids, names, labels = (seen.cells.get(f.id) for seen in witnesses)
        at = _weigh((ids, names, labels), binding, f.label)
        if at is None:
            binding.missing.add(("", f.id))
        else:
            binding.cells[("", f.id)] = at


def _table(binding: Binding, witnesses: _Witnesses, text: SheetText, found: Mapping[Label, Position]) -> None:
    place, block = binding.place, binding.place.block
    columns: dict[str, int] = {}
    for f in block.fields:
        ids, names, labels = (seen.columns.get(f.id) for seen in witnesses)
        at = _weigh((ids, names, labels), binding, f.label)
        if at is not None:
            columns[f.id] = at
    rows: dict[str, int] = {}
    for row in block.rows:
        ids, names, labels = (seen.rows.get(row.id) for seen in witnesses)
        at = _weigh((ids, names, labels), binding, row.label)
        if at is not None:
            rows[row.id] = at
    fixed = {row.id: place.row_numbers[row.id] for row in block.rows if row.id in place.row_numbers}
    rows |= interpolated(fixed, rows)
    columns |= interpolated({f: column for (_, f), (_, column) in place.cells.items()}, columns)
    if block.kind is BlockKind.LIST:
        rows |= _list_rows(binding, witnesses, found, text)
    if len(set(columns.values())) < len(columns) or len(set(rows.values())) < len(rows):
        binding.doubt = binding.doubt or "不同的行或列被认作同一处"
    if binding.doubt:
        return
    for row_id, f_id in place.cells:
        if row_id in rows and f_id in columns:
            binding.cells[(row_id, f_id)] = (rows[row_id], columns[f_id])
        elif row_id in block.rows_by_id or f_id not in columns:
            binding.missing.add((row_id, f_id))
    if block.kind is BlockKind.LIST and columns:
        _inserted_rows(binding, rows, columns, text)
    if block.kind is BlockKind.GRID and rows and columns:
        between = set(range(min(rows.values()), max(rows.values()))) - set(rows.values())
        binding.strangers = sorted(at for at in between if _used(text, at, columns))


def _list_rows(
    binding: Binding, witnesses: _Witnesses, found: Mapping[Label, Position], text: SheetText
) -> dict[str, int]:
    """The allotted rows of a list. Rows of a list are alike: ids first, then names, then the header's offset."""
    place = binding.place
    ids, names, _ = witnesses
    fixed = place.block.rows_by_id
    by_id = {row: at for row, at in ids.rows.items() if row not in fixed}
    by_name = {row: at for row, at in names.rows.items() if row not in fixed}
    if by_id:
        agreed = all(by_name.get(row, at) == at for row, at in by_id.items())
        # A row with another row's id (filled down): the names tell which it was.
        copied = {
            r: at for r, at in by_name.items() if agreed and text.raw.text(at, 0).startswith(place.block.id + "/")
        }
        issued = {row: place.row_numbers[row] for row in place.list_rows}
        return {**interpolated(issued, by_id), **copied, **by_id}
    offsets = {
        at[0] - label.top for label, at in found.items() if label in place.labels and label.role is LabelRole.HEADER
    }
    offset = offsets.pop() if len(offsets) == 1 else None
    by_header = {} if offset is None else {row: place.row_numbers[row] + offset for row in place.list_rows}
    said = [rows for rows in (by_name, by_header) if rows]
    if len(said) == 2 and by_name != by_header:
        # Names and header disagree: the running numbers printed beside the rows decide.
        said = [rows for rows in said if numbered(place, rows, text)]
    if len(said) == 0 or (len(said) == 2 and by_name != by_header):
        binding.doubt = binding.doubt or "清单的行无法定位"
        return {}
    return said[0]


def _inserted_rows(binding: Binding, rows: dict[str, int], columns: dict[str, int], text: SheetText) -> None:
    """Rows with content between the rows of a list, or right below them, that carry no id of their own."""
    place = binding.place
    taken = set(rows.values())
    listed = [at for row, at in rows.items() if row not in place.block.rows_by_id]
    if not listed:
        return

    inserted = [at for at in range(min(listed), max(listed)) if at not in taken and _used(text, at, columns)]
    below = max(listed) + 1
    while below not in taken and _used(text, below, columns) and not _occupied(text, below):
        inserted.append(below)
        below += 1
    number = len(place.list_rows)
    for at in inserted:
        number += 1
        row_id = f"{number:03d}"
        binding.extra_rows.append(row_id)
        for f_id, column in columns.items():
            binding.cells[(row_id, f_id)] = (at, column)


def _used(text: SheetText, row: int, columns: Mapping[str, int]) -> bool:
    """Whether anything stands in a row, in the columns of the block."""
    return any(text.raw.text(row, column).strip() for column in columns.values())


def _occupied(text: SheetText, row: int) -> bool:
    """Whether a row belongs to something else: an id stands in its first column or in the row itself."""
    first = text.raw.text(row, 0)
    return bool(first) or any("." in text.raw.text(row, c) and text.raw.text(row, c).islower() for c in range(1, 8))


def _unique(binding: Binding) -> None:
    if len(set(binding.cells.values())) < len(binding.cells):
        binding.doubt = "不同的栏目被认作同一单元格"


def _changed_labels(binding: Binding, found: Mapping[Label, Position]) -> None:
    """Labels that are nowhere to be found, while two anchors say where they should stand."""
    labels = binding.place.labels
    headers = [found[lb][0] - lb.top for lb in labels if lb.role is LabelRole.HEADER and lb in found]
    for label in labels:
        if label.subject and label not in found:
            at = _where(label, binding, headers[0] if headers else 0)
            if at is not None:
                binding.changed.append((label, at))


def _where(label: Label, binding: Binding, shift: int) -> Position | None:
    """``shift``: rows by which the headers moved down."""
    place = binding.place
    for (row, f), (top, left) in place.cells.items():
        if label.subject in {row, f} and (row, f) in binding.cells:
            now = binding.cells[(row, f)]
            down, right = now[0] - top, now[1] - left
            if label.role is LabelRole.FIELD:
                return label.top + down, label.left + right
            if label.role is LabelRole.HEADER:
                return label.top + shift, label.left + right
            return now[0], label.left
    return None
