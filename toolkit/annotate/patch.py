"""A received workbook → the same workbook with its findings in place. What was put in by an earlier round goes first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial

from toolkit.annotate.grid import Grid, Position, without_marks
from toolkit.annotate.listing import make_listing
from toolkit.annotate.notes import Note, Sheet, add_notes, main_namespace, remove_notes
from toolkit.annotate.package import Parts
from toolkit.annotate.slip import Row, Slip, Spot
from toolkit.annotate.styles import Styles
from toolkit.annotate.workbook import Entry, Workbook
from toolkit.layout import quoted
from toolkit.layout.annotation import FINDINGS, SIGN
from toolkit.layout.hidden import CHECKS
from toolkit.read.annotated import record_in
from toolkit.read.package import open_package
from toolkit.read.rawcell import parse_area
from toolkit.read.sheet import read_sheet
from toolkit.read.strings import shared_strings
from toolkit.read.workbook import open_workbook
from toolkit.write.style import SEVERITY_LABELS

PART = "xl/worksheets/sheetToolkit.xml"
MOST_NOTES = 1_000
"""Notes in one workbook, the gravest findings first; every marked cell keeps its colour, and the list has all."""
_LONGEST_NOTE = 1_200


def annotate_workbook(data: bytes, slip: Slip) -> bytes:
    """The workbook with the list of the slip's findings, marks and notes.

    Parts that are not touched keep their bytes. ``annotate_workbook(annotate_workbook(d, s), s)`` is
    ``annotate_workbook(d, s)``. Raises PatchError where the package is not built so that it can be patched,
    ReadFailure where it is no workbook.
    """
    package = open_package(data)
    part = open_workbook(package).part
    book = Workbook(Parts(package), part)
    _restore(book)
    _annotate(book, slip)
    return book.parts.content()


def restore_workbook(data: bytes) -> bytes:
    """The workbook without what an earlier round put in. Raises as ``annotate_workbook``."""
    package = open_package(data)
    book = Workbook(Parts(package), open_workbook(package).part)
    _restore(book)
    return book.parts.content()


def _restore(book: Workbook) -> None:
    parts, palette = book.parts, list[str]()
    ours = [(at, record) for at, entry in enumerate(book.sheets()) if (record := _record(book, entry)) is not None]
    for at, record in reversed(ours):
        palette = _palette(record)
        book.take_out(at)
    styles = Styles(parts.read(book.styles_part()))
    marked = styles.marked
    for entry in book.sheets():
        if not entry.part:
            continue
        remove_notes(parts, entry.part)
        if marked:
            former = partial(styles.former, palette=palette)
            parts.write(entry.part, without_marks(parts.read(entry.part), marked, former))
    parts.write(book.styles_part(), styles.content())


def _record(book: Workbook, entry: Entry) -> str | None:
    """What our sheet keeps in its hidden cell; None for any other sheet."""
    if not entry.part:
        return None
    links = [link.target for link in book.parts.links(book.part) if link.kind == "sharedStrings"]
    content = book.parts.read(entry.part)
    if not entry.name.startswith(FINDINGS) and SIGN.encode() not in content:
        return None
    strings = shared_strings(book.parts.read(links[0]), links[0]) if links and links[0] in book.parts else []
    said = record_in(entry.name, read_sheet(content, entry.part, strings))
    return "" if said is None and entry.part.lower() == PART.lower() else said


def _palette(record: str) -> list[str]:
    """The former fills, as the record says them; empty where somebody changed it."""
    try:
        said = json.loads(record.removeprefix(SIGN))["fills"]
    except (ValueError, KeyError, TypeError):
        return []
    return [fill for fill in said if isinstance(fill, str)] if isinstance(said, list) else []


def _annotate(book: Workbook, slip: Slip) -> None:
    parts, entries = book.parts, book.sheets()
    styles = Styles(parts.read(book.styles_part()))
    where = {entry.name: entry for entry in entries}
    grids, marks = _marks(book, slip, where)
    noted = {(name, at) for name, at, _ in marks[:MOST_NOTES]}
    for number, entry in enumerate(entries, 1):
        if entry.name in grids:
            told = {at: rows for name, at, rows in marks if name == entry.name}
            looks = {at: partial(styles.mark, severity=rows[0].severity) for at, rows in told.items()}
            parts.write(entry.part, grids[entry.name].restyled(looks))
            notes = {at: _note(rows) for at, rows in told.items() if (entry.name, at) in noted}
            add_notes(parts, Sheet(entry.part, number, book.schema), grids[entry.name], notes)
    name = _free_name(where)
    listing = make_listing(
        slip,
        styles,
        name,
        _targets(slip, where),
        SIGN + json.dumps({"fills": styles.palette}, ensure_ascii=False),
        main_namespace(book.schema),
        _advice(bool(marks), CHECKS in where, len(marks) - len(noted)),
    )
    parts.write(book.styles_part(), styles.content())
    book.put_first(name, PART, listing.content, listing.names)


def _marks(
    book: Workbook, slip: Slip, where: Mapping[str, Entry]
) -> tuple[dict[str, Grid], list[tuple[str, Position, list[Row]]]]:
    """The sheets to be marked, and what to mark on them: sheet, cell, rows; the gravest first."""
    grids: dict[str, Grid] = {}
    found: dict[tuple[str, Position], list[Row]] = {}
    for spot, rows in slip.marks.items():
        area = parse_area(spot.cell)
        if area is None or spot.sheet not in where or not where[spot.sheet].part:
            continue
        if spot.sheet not in grids:
            grids[spot.sheet] = Grid(book.parts.read(where[spot.sheet].part))
        found.setdefault((spot.sheet, grids[spot.sheet].seen(area[:2])), []).extend(rows)
    return grids, [(name, at, list(dict.fromkeys(rows))) for (name, at), rows in found.items()]


def _note(rows: Sequence[Row]) -> Note:
    """What is wrong with one cell, and what to do."""
    head = "、".join(dict.fromkeys(SEVERITY_LABELS[row.severity] for row in rows))
    told = [f"{row.message}\n怎么改：{row.what_to_do}（{row.code}）" for row in rows]
    body = "\n\n".join(told)
    if len(body) > _LONGEST_NOTE:
        body = body[:_LONGEST_NOTE] + f"……（全文见“{FINDINGS}”）"
    return Note(head, body)


def _targets(slip: Slip, where: Mapping[str, Entry]) -> dict[Spot, str]:
    """Where the links lead: to cells of sheets that can be seen."""
    spots = {spot for row in slip.rows for spot in row.spots}
    seen = {s for s in spots if s.sheet in where and not where[s.sheet].hidden}
    return {s: f"{quoted(s.sheet)}!{s.cell or 'A1'}" for s in seen if not s.cell or parse_area(s.cell) is not None}


def _advice(marked: bool, checked: bool, unnoted: int) -> list[str]:
    lines = ["点单元格地址可跳到出错处，再点本表标签回来。"]
    if marked:
        lines[0] += "出错的单元格已标底色，并附有批注（鼠标停在格上可看）。"
        kept = "改好以后底色和批注不会自动消失，下次核对时由财政部门更新"
        lines.append(f"{kept}；是否改好，以“{CHECKS}”表和变色提示为准。" if checked else f"{kept}。")
    if unnoted:
        lines.append(f"出错的单元格太多，另有 {unnoted} 个只标了底色，没有批注。")
    lines.append("全部改好后把本工作簿报回即可，不必删除本表。")
    return lines


def _free_name(where: Mapping[str, Entry]) -> str:
    taken = {name.casefold() for name in where}
    return next(n for n in (FINDINGS, *(f"{FINDINGS}({k})" for k in range(2, 600))) if n.casefold() not in taken)
