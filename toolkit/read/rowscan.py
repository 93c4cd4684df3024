"""The fast way through the rows of a worksheet written the way every common client writes it.

Returned workbooks hold tens of thousands of cells; calling back for each element takes longer than everything else
together. Where the rows are exactly a sequence of the few shapes below — no comments, no CDATA, no processing
instructions, so that ``<`` can only begin a tag — one regular expression reads them as well as a parser does.
Anything else is left to the parser in ``sheet``: this never guesses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.read.rawcell import MAX_ROW, RawCell, column_number
from toolkit.read.strings import unescape

_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="([a-zA-Z]{1,9})")?'
    r"(?:/>|>(?:(<f(?: [^<>]*)?)(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|<v ?/>)?</c>)"
    r'|<row r="([1-9][0-9]{0,6})"([^<>]*)>|</row>'
)
_REFERENCE = re.compile(
    r"&(?:amp|lt|gt|quot|apos|#(?:9|10|1[0-9]{2,4}|[2-9][0-9]{1,3})|#x(?:9|A|a|[2-9A-Fa-f][0-9A-Fa-f]{1,2}));"
)
"""References the fast way reads: XML's own five and characters far from those XML forbids."""
_CONTROLS = bytes([*range(9), *range(0x0B, 0x20)])
_HIDDEN = re.compile(r' hidden="(?:1|true)"')


@dataclass
class Scanned:
    """What the rows say. ``rest``: the part without its rows. ``hidden``: 0-based rows.

    ``last_row``, ``last_column``: 0-based, of any row or cell element.
    """

    rest: bytes
    cells: dict[tuple[int, int], RawCell] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1


class _Uncommon(Exception):  # noqa: N818 - a signal between two functions, not an error
    """Something the fast way does not read."""


def scan(data: bytes, strings: Sequence[str]) -> Scanned | None:
    """The rows of a worksheet part, or None where they are not written the common way or anything is amiss."""
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0 or end < start or not _common(data):
        return None
    start += len(b"<sheetData>")
    scanned = Scanned(data[:start] + data[end:])
    try:
        body = data[start:end].decode("utf-8")
        if body.count("&") != len(_REFERENCE.findall(body)):
            return None
        _rows(body, strings, scanned)
    except (UnicodeDecodeError, IndexError, _Uncommon):
        return None
    return scanned


def _common(data: bytes) -> bool:
    """UTF-8 without comments, CDATA, DOCTYPE, instructions or characters XML forbids; one ``sheetData``."""
    declaration = data[:100].lower()
    return (
        data.count(b"sheetData") == 2
        and b"<!" not in data
        and data.count(b"<?") <= 1
        and (b"encoding" not in declaration or b'encoding="utf-8"' in declaration)
        and len(data.translate(None, _CONTROLS)) == len(data)
        and b"\xef\xbf\xbe" not in data
        and b"\xef\xbf\xbf" not in data
    )


def _rows(body: str, strings: Sequence[str], scanned: Scanned) -> None:
    position, row, inside, number, stored = 0, "", False, -1, 0
    cells, rows = scanned.cells, set[int]()
    columns = _Columns()
    for match in _TOKEN.finditer(body):
        if match.start() != position:
            raise _Uncommon
        position = match.end()
        letters, at, style, kind, opened, formula, value, new_row, attributes = match.groups()
        if letters is not None:
            if at != row or not inside:
                raise _Uncommon
            column = columns[letters]
            if value or opened:
                text = value or ""
                if kind is not None:
                    kind, text = _resolved(kind, text, strings)
                cells[(number, column)] = RawCell(
                    kind or "n", text, (formula or "") if opened else None, int(style) if style else 0
                )
                stored += 1
        elif new_row is not None:
            number = int(new_row) - 1
            if inside or number in rows or number >= MAX_ROW:
                raise _Uncommon
            row, inside = new_row, not attributes.endswith("/")
            rows.add(number)
            if _HIDDEN.search(attributes):
                scanned.hidden.add(number)
        elif inside:
            inside = False
        else:
            raise _Uncommon
    if position != len(body) or inside or stored != len(cells):
        raise _Uncommon
    scanned.last_row, scanned.last_column = max(rows, default=-1), max(columns.values(), default=-1)


class _Columns(dict[str, int]):
    """Letters → 0-based column, worked out once."""

    def __missing__(self, letters: str) -> int:
        column = column_number(letters)
        if column is None:
            raise _Uncommon
        self[letters] = column
        return column


def _resolved(kind: str, text: str, strings: Sequence[str]) -> tuple[str, str]:
    """Kind and value of a typed cell; IndexError for a string that is not there."""
    if kind == "s":
        if text and not (text.isascii() and text.isdigit()):
            raise _Uncommon
        return "s", strings[int(text)] if text else ""
    if kind == "str":
        return "s", unescape(without_references(text))
    if kind in {"n", "b", "e", "d"}:
        return kind, without_references(text)
    raise _Uncommon


_ENTITY = re.compile(r"&(?:#([0-9]+)|#x([0-9A-Fa-f]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def without_references(text: str) -> str:
    """``A1&amp;"x"`` → ``A1&"x"``."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda m: _NAMED[m[3]] if m[3] else chr(int(m[1]) if m[1] else int(m[2], 16)), text)
