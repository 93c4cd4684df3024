"""Notes at cells (legacy comments): beside those of the unit, known again by their author or their first words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.annotate.boxes import NO_BOXES, drawn, drawn_by, is_empty, undrawn, with_boxes, without_boxes
from toolkit.annotate.grid import Grid, Position
from toolkit.annotate.markup import (
    Edit,
    Element,
    PatchError,
    Tag,
    edited,
    element,
    elements,
    into,
    masked,
    root_prefix,
    tags,
    text,
)
from toolkit.annotate.package import DECLARATION, Parts
from toolkit.layout import a1
from toolkit.read.rawcell import parse_area

AUTHOR = "财政部门退回意见"
SIGN = "【退回意见】"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its bold first line and the text under it."""

    head: str
    body: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a worksheet's notes go: its part, its number in the workbook, the schema's relationship types."""

    part: str
    number: int
    schema: str


def add_notes(parts: Parts, sheet: Sheet, grid: Grid, notes: Mapping[Position, Note]) -> None:
    """Add notes to a worksheet; a cell that has one of the unit's keeps that one. Cells stay as they are."""
    comments, drawing = _comments_of(parts, sheet.part), _drawing_of(parts, sheet.part)
    if comments:
        taken = _taken(parts.read(comments))
        notes = {at: note for at, note in notes.items() if at not in taken}
    if not notes:
        return
    if not comments:
        comments = parts.free(f"xl/commentsToolkit{sheet.number}.xml")
        parts.write(comments, _NO_COMMENTS.format(main=main_namespace(sheet.schema)).encode())
        parts.typed(comments, _COMMENTS)
        parts.link(sheet.part, "rIdToolkitNotes", f"{sheet.schema}/comments", comments)
    if not drawing:
        drawing = parts.free(f"xl/drawings/vmlDrawingToolkit{sheet.number}.vml")
        parts.write(drawing, NO_BOXES.format(block=sheet.number).encode())
        parts.typed_by_suffix("vml", _DRAWING)
        link = parts.link(sheet.part, "rIdToolkitBoxes", f"{sheet.schema}/vmlDrawing", drawing)
        parts.write(sheet.part, drawn(parts.read(sheet.part), sheet.schema, link))
    parts.write(comments, _with_comments(parts.read(comments), notes))
    words = {at: f"{SIGN}{note.head}\n{note.body}" for at, note in notes.items()}
    parts.write(drawing, with_boxes(parts.read(drawing), sheet.number, grid, words))


def remove_notes(parts: Parts, part: str) -> None:
    """Take our notes off a worksheet, with the parts that then hold nothing any more."""
    comments, drawing = _comments_of(parts, part), _drawing_of(parts, part)
    if not comments:
        return
    gone, rest = _without_comments(parts.read(comments))
    if not gone:
        return
    if rest is None:
        parts.unlink(part, comments)
        parts.remove(comments)
    else:
        parts.write(comments, rest)
    if not drawing:
        return
    left = without_boxes(parts.read(drawing), gone)
    if is_empty(left):
        parts.write(part, undrawn(parts.read(part)))
        parts.unlink(part, drawing)
        parts.remove(drawing)
    else:
        parts.write(drawing, left)


def _comments_of(parts: Parts, part: str) -> str:
    """The part with a worksheet's notes, "" where there is none."""
    return next((link.target for link in parts.links(part) if link.kind == "comments" and link.target in parts), "")


def _drawing_of(parts: Parts, part: str) -> str:
    """The part with the boxes of a worksheet's notes, "" where there is none."""
    own = drawn_by(parts.read(part))
    return next((link.target for link in parts.links(part) if link.id == own and link.target in parts), "")


def main_namespace(schema: str) -> str:
    """The namespace of worksheets that goes with the schema of relationships."""
    strict = "purl.oclc.org" in schema
    return f"http://{'purl.oclc.org/ooxml' if strict else 'schemas.openxmlformats.org'}/spreadsheetml/{'' if strict else '2006/'}main"


_NO_COMMENTS = (
    DECLARATION.decode() + '<comments xmlns="{main}"><authors></authors><commentList></commentList></comments>'
)


def _taken(data: bytes) -> set[Position]:
    quiet = masked(data)
    found = (parse_area(t.get("ref") or "") for t in tags(quiet, root_prefix(quiet), "comment"))
    return {area[:2] for area in found if area is not None}


def _with_comments(data: bytes, notes: Mapping[Position, Note]) -> bytes:
    quiet = masked(data)
    prefix = root_prefix(quiet)
    p = prefix.decode()
    authors, listing = element(quiet, prefix, "authors"), element(quiet, prefix, "commentList")
    if authors is None or listing is None:
        raise PatchError("批注部件不完整")
    known = _authors(quiet, prefix)
    edits: list[Edit] = []
    if AUTHOR not in known:
        known.append(AUTHOR)
        edits.append(into(data, prefix, "authors", authors, f"<{p}author>{AUTHOR}</{p}author>".encode()))
    author = known.index(AUTHOR)
    new = "".join(_comment(p, at, author, note) for at, note in sorted(notes.items()))
    return edited(data, [*edits, into(data, prefix, "commentList", listing, new.encode("utf-8"))])


def _comment(p: str, at: Position, author: int, note: Note) -> str:
    def run(words: str, bold: str) -> str:
        look = f'{bold}<{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="宋体"/><{p}charset val="134"/>'
        return f'<{p}r><{p}rPr>{look}</{p}rPr><{p}t xml:space="preserve">{text(words)}</{p}t></{p}r>'

    runs = run(f"{SIGN}{note.head}\n", f"<{p}b/>") + run(note.body, "")
    return f'<{p}comment ref="{a1(*at)}" authorId="{author}"><{p}text>{runs}</{p}text></{p}comment>'


def _authors(quiet: bytes, prefix: bytes) -> list[str]:
    return [quiet[one.tag.end : one.inner].decode("utf-8") for one in elements(quiet, prefix, "author")]


def _without_comments(data: bytes) -> tuple[set[Position], bytes | None]:
    """Where ours stood, and the part without them: None where nothing else is left."""
    quiet = masked(data)
    prefix = root_prefix(quiet)
    authors = _authors(quiet, prefix)
    ours = str(authors.index(AUTHOR)) if AUTHOR in authors else None
    gone: list[Element] = []
    kept: list[Tag] = []
    for one in elements(quiet, prefix, "comment"):
        words = re.sub(rb"<[^>]*>", b"", quiet[one.tag.end : one.inner]).decode("utf-8").lstrip()
        is_ours = one.tag.get("authorId") == ours or words.startswith(SIGN)
        gone += [one] if is_ours else []
        kept += [] if is_ours else [one.tag]
    areas = (parse_area(one.tag.get("ref") or "") for one in gone)
    where = {area[:2] for area in areas if area is not None}
    if not kept:
        return where, None
    edits: list[Edit] = [(one.tag.start, one.end, b"") for one in gone]
    last = list(elements(quiet, prefix, "author"))[-1:]
    if authors[-1:] == [AUTHOR] and all(tag.get("authorId") != ours for tag in kept):
        edits += [(one.tag.start, one.end, b"") for one in last]
    return where, edited(data, edits)
