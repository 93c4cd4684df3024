"""The list of findings that ``annotate`` puts into a workbook, known again when the workbook comes back."""

from __future__ import annotations

from toolkit.layout.annotation import FINDINGS, RECORD, TITLES, is_annotation
from toolkit.read.sheet import RawSheet


def record_in(name: str, sheet: RawSheet) -> str | None:
    """What our list on a sheet says of itself, "" where that was lost; None where the sheet is not our list.

    The record may have moved with rows or columns that somebody put in; where it was deleted, the sheet's name
    and the titles of its columns are enough.
    """
    said = sheet.text(*RECORD)
    if is_annotation(said):
        return said
    if not name.startswith(FINDINGS):
        return None
    rows: dict[int, set[str]] = {}
    for (row, _), cell in sheet.cells.items():
        if is_annotation(cell.text):
            return cell.text
        rows.setdefault(row, set()).add(cell.text)
    return "" if any(set(TITLES) <= texts for texts in rows.values()) else None
