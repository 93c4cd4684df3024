"""Which hidden anchors no longer say where a block's cells were found: ids of rows and columns, defined names."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model.form import BlockKind
from toolkit.read.binding import Binding
from toolkit.read.witness import SheetText


def lost_ids(binding: Binding, text: SheetText) -> tuple[int, int]:
    """(rows, columns) of a block that was found whose ids are gone or stand elsewhere."""
    place = binding.place
    rows = {row: at for (row, _), (at, _) in binding.cells.items()}
    columns = {f: column for (_, f), (_, column) in binding.cells.items()}
    if place.block.kind is BlockKind.RECORD:
        rows = {f: at for (_, f), (at, _) in binding.cells.items()}
    lost_rows = 0
    for row_id in place.row_ids.values():
        at = rows.get(row_id.partition("/")[2])
        lost_rows += at is not None and text.raw.text(at, 0) != row_id
    lost_columns = 0
    for ids in place.id_rows.values():
        for name in ids.values():
            column = columns.get(name.partition(".")[2])
            lost_columns += column is not None and all(at[1] != column for at in text.positions.get(name, []))
    return lost_rows, lost_columns


def stray_names(binding: Binding, areas: Mapping[str, tuple[int, int, int, int]]) -> int:
    """How many defined names of a block that was found are gone or begin elsewhere. ``areas``: by field."""
    place = binding.place
    if binding.doubt or not binding.cells:
        return 0
    extra = set(binding.extra_rows)
    tops: dict[str, tuple[int, int]] = {}
    for (row, field_id), at in binding.cells.items():
        counted = place.block.kind is not BlockKind.LIST or row not in place.block.rows_by_id
        if counted and row not in extra:
            tops[field_id] = min(tops.get(field_id, at), at)
    return sum(field_id not in areas or areas[field_id][:2] != at for field_id, at in tops.items())
