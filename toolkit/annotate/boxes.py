"""The boxes that notes appear in (VML): an old drawing format, no XML a parser need accept, so edited as bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from toolkit.annotate.grid import Grid, Position
from toolkit.annotate.markup import PatchError, Tag, element, first, masked, root_prefix

_WIDE, _WIDEST, _LINE = 300, 16_384, 17
"""Pixels of a box, the columns there are, and the pixels of a line of its text."""
_FULL = re.compile("[\u2e80-\uffff]")
_SHAPE = re.compile(rb"<v:shape(?=[\s>]).*?</v:shape>", re.DOTALL)
_ID = re.compile(rb"""\s[\w.-]+:id\s*=\s*["']([^"']*)["']""")
_AFTER = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
     "AlternateContent"}
)  # fmt: skip
"""What stands behind ``legacyDrawing`` in a worksheet."""

NO_BOXES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/>'
    "</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def with_boxes(data: bytes, number: int, grid: Grid, notes: Mapping[Position, str]) -> bytes:
    """The drawing with one hidden box for each note (its whole text)."""
    at = data.rfind(b"</xml>")
    if at < 0:
        raise PatchError("批注的图形部件不完整")
    used = [int(n) for n in re.findall(rb'["\']_x0000_s(\d{1,9})["\']', data)]
    shape = max([*used, 1024 * number])
    new = "" if b"_x0000_t202" in data else _SHAPE_TYPE
    for layer, ((row, column), note) in enumerate(sorted(notes.items()), 1):
        new += _shape(shape + layer, layer, row, column, _anchor(grid, row, grid.last_column((row, column)), note))
    return data[:at] + new.encode() + data[at:]


def _shape(identifier: int, layer: int, row: int, column: int, anchor: str) -> str:
    return (
        f'<v:shape id="_x0000_s{identifier}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
        f'margin-top:5pt;width:225pt;height:80pt;z-index:{layer};visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        f'</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _anchor(grid: Grid, row: int, column: int, note: str) -> str:
    """Left, top, right and bottom of the box (cell and pixels in it): right of the cell, or left where columns end."""
    tall = _LINE * (1 + sum(1 + _width(line) * 7 // (_WIDE - 12) for line in note.split("\n")))
    bottom, down = _reach(grid.height, row, min(tall, 420), 1_048_575)
    right, over = _reach(grid.width, column + 1, _WIDE, _WIDEST - 1)
    left = column + 1
    if grid.width(right) == 0 or right == _WIDEST - 1:  # only hidden columns to the right
        left = max(0, column - 1)
        while left > 0 and sum(grid.width(c) for c in range(left, column)) < _WIDE:
            left -= 1
        right, over = column, 0
    return f"{left}, 12, {row}, 4, {right}, {over}, {bottom}, {down}"


def _width(line: str) -> int:
    """Halves of a full-width character."""
    return len(line) + len(_FULL.findall(line))


def _reach(size: Callable[[int], float], start: int, pixels: int, last: int) -> tuple[int, int]:
    """The row or column in which so many pixels after ``start`` end, and how far in it."""
    left, at = float(pixels), start
    while at < min(start + 400, last) and left > size(at):
        left -= size(at)
        at += 1
    return at, int(min(left, size(at)))


def without_boxes(data: bytes, gone: Iterable[Position]) -> bytes:
    """The drawing without the boxes of the notes that stood there, and without the kind of box if none is left."""
    places = set(gone)

    def kept(found: re.Match[bytes]) -> bytes:
        row, column = (re.search(rb"<x:%s>\s*(\d+)" % name, found[0]) for name in (b"Row", b"Column"))
        is_gone = row is not None and column is not None and (int(row[1]), int(column[1])) in places
        return b"" if is_gone and b'ObjectType="Note"' in found[0] else found[0]

    return _SHAPE.sub(kept, data)


def drawn(sheet: bytes, schema: str, identifier: str) -> bytes:
    """The worksheet with the element that shows the boxes, where its schema wants it."""
    quiet = masked(sheet)
    prefix = root_prefix(quiet)
    tag = f'legacyDrawing xmlns:r="{schema}" r:id="{identifier}"/>'
    at = _behind(quiet, prefix)
    return sheet[:at] + b"<" + prefix + tag.encode() + sheet[at:]


def drawn_by(sheet: bytes) -> str | None:
    """The relationship of the drawing that holds the worksheet's boxes; not the one of its headers and footers."""
    found = _drawing(sheet)
    identifier = _ID.search(found.text) if found else None
    return identifier[1].decode() if identifier else None


def undrawn(sheet: bytes) -> bytes:
    """The worksheet without the element that shows boxes."""
    found = _drawing(sheet)
    return sheet if found is None else sheet[: found.start] + sheet[found.end :]


def _drawing(sheet: bytes) -> Tag | None:
    if b"legacyDrawing" not in sheet:
        return None
    quiet = masked(sheet)
    return first(quiet, root_prefix(quiet), "legacyDrawing")


_ANY = re.compile(rb"""<(/?)([\w.-]+:)?([\w.-]+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""")


def _behind(quiet: bytes, prefix: bytes) -> int:
    """Where ``legacyDrawing`` stands: before the first element of the worksheet itself that comes behind it."""
    depth = 0
    rows = element(quiet, prefix, "sheetData")
    for found in _ANY.finditer(quiet, rows.end if rows else 0):
        if found[1]:
            depth -= 1
            if depth < 0:
                return found.start()
            continue
        if depth == 0 and found[3].decode() in _AFTER:
            return found.start()
        depth += not found[4].endswith(b"/")
    raise PatchError("工作表部件不完整")


def is_empty(data: bytes) -> bool:
    """Whether a drawing holds nothing any more: no box, no control, no picture."""
    return b"<x:ClientData" not in data and b"<v:imagedata" not in data
