"""The styles part: formats are only added to it, never changed, so that what refers to them stays right.

A marked cell has its own format with another fill. The last digit of the fill's colour says which fill it had
before (``palette``, kept in the record): the mark can be taken off wherever the cell went, and whoever saved the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.annotate.markup import (
    Edit,
    PatchError,
    Tag,
    closed,
    edited,
    element,
    first,
    into,
    masked,
    root_prefix,
    tags,
)
from toolkit.model.rule import Severity

COLOURS = {Severity.ERROR: "F2A58", Severity.WARNING: "F7CF6", Severity.INFO: "CBBDE"}
"""Five of the six digits of a mark's colour; the sixth is the place of the former fill in the palette."""

_UNKNOWN = 15
_MARK = re.compile(r"FF(?:" + "|".join(COLOURS.values()) + r")([0-9A-F])\Z")
Look = tuple[object, ...]


class _Collection:
    """``fonts``, ``fills``, ``borders`` or ``cellXfs``: its items as they are written, and those that are added."""

    def __init__(self, data: bytes, quiet: bytes, prefix: bytes, name: str, item: str) -> None:
        found = element(quiet, prefix, name)
        if found is None:
            raise PatchError(f"样式部件缺少 {name}")
        self.name, self.found = name, found
        spans = [
            closed(quiet, prefix, item, tag)
            for tag in tags(quiet, prefix, item, start=found.tag.end, end=max(found.inner, found.tag.end))
        ]
        self.items = [data[one.tag.start : one.end] for one in spans]
        self.issued = len(self.items)

    def add(self, item: bytes) -> int:
        """The index of an item, which is added where there is none like it."""
        if item not in self.items:
            self.items.append(item)
        return self.items.index(item)

    def edits(self, data: bytes, prefix: bytes) -> list[Edit]:
        """What adds the new items."""
        new = self.items[self.issued :]
        if not new:
            return []
        tag = self.found.tag
        counted = tag.having("count", str(len(self.items)))
        if tag.is_empty:
            return [
                (tag.start, tag.end, counted[:-2] + b">" + b"".join(new) + b"</" + prefix + self.name.encode() + b">")
            ]
        return [(tag.start, tag.end, counted), into(data, prefix, self.name, self.found, b"".join(new))]


class Styles:
    """The styles of one workbook. Raises PatchError where a needed collection is missing."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        quiet = masked(data)
        self.prefix = root_prefix(quiet)
        self.fonts, self.fills, self.borders, self.xfs = (
            _Collection(data, quiet, self.prefix, *names)
            for names in (("fonts", "font"), ("fills", "fill"), ("borders", "border"), ("cellXfs", "xf"))
        )
        self.palette: list[str] = []
        self._marks: dict[tuple[int, Severity], int] = {}
        self._formers: dict[int, int] = {}

    def content(self) -> bytes:
        """The part with what was added."""
        kinds = (self.fonts, self.fills, self.borders, self.xfs)
        return edited(self.data, [edit for kind in kinds for edit in kind.edits(self.data, self.prefix)])

    def mark(self, base: int, severity: Severity) -> int:
        """The format ``base`` with the fill of a mark: number format, borders, font, protection as they were."""
        base = base if base < len(self.xfs.items) else 0
        known = self._marks.get((base, severity))
        if known is not None:
            return known
        former = self._fill_of(base).decode("utf-8")
        if former not in self.palette and len(self.palette) < _UNKNOWN:
            self.palette.append(former)
        at = self.palette.index(former) if former in self.palette else _UNKNOWN
        fill = self.fills.add(self.solid(f"{COLOURS[severity]}{at:X}"))
        marked = self._with_fill(base, fill)
        self._marks[(base, severity)] = self._add_like(marked)
        return self._marks[(base, severity)]

    def solid(self, colour: str) -> bytes:
        """A fill of one colour (six digits)."""
        inside = (
            '<{p}patternFill patternType="solid"><{p}fgColor rgb="FF{c}"/><{p}bgColor indexed="64"/></{p}patternFill>'
        )
        return f"<{{p}}fill>{inside}</{{p}}fill>".format(p=self.prefix.decode(), c=colour).encode()

    @property
    def marked(self) -> dict[int, int]:
        """The formats that carry a mark, each with the place of its former fill in the palette."""
        digits = ((index, self._mark_digit(index)) for index in range(len(self.xfs.items)))
        return {index: digit for index, digit in digits if digit is not None}

    def former(self, index: int, palette: Sequence[str]) -> int:
        """The format a marked one was before; ``palette`` is that of the record, empty where it is lost."""
        if index not in self._formers:
            digit = self._mark_digit(index)
            fill = palette[digit] if digit is not None and digit < len(palette) else None
            self._formers[index] = self._former(index, fill)
        return self._formers[index]

    def _former(self, index: int, fill: str | None) -> int:
        wanted = None if fill is None else _look(fill.encode("utf-8"))
        alike = [
            other
            for other in range(len(self.xfs.items))
            if self._shape(other) == self._shape(index) and self._mark_digit(other) is None
        ]
        for other in alike:
            if wanted is None or _look(self._fill_of(other)) == wanted:
                return other
        if fill is None:
            return self._add_like(self._with_fill(index, 0))
        same = [at for at, item in enumerate(self.fills.items) if _look(item) == wanted]
        at = same[0] if same else self.fills.add(fill.encode("utf-8"))
        return self._add_like(self._with_fill(index, at))

    def _with_fill(self, index: int, fill: int) -> bytes:
        item = self.xfs.items[index]
        tag = _split(item, self.prefix)[0]
        changed = Tag(0, 0, tag.having("fillId", str(fill), after="fontId")).having("applyFill", "1", after="xfId")
        return changed + item[tag.end :]

    def _add_like(self, item: bytes) -> int:
        """As ``add``, but formats that differ only in how they are written are one."""
        wanted = _split(item, self.prefix)[1:]
        for index, other in enumerate(self.xfs.items):
            if _split(other, self.prefix)[1:] == wanted:
                return index
        return self.xfs.add(item)

    def _shape(self, index: int) -> Look:
        return _split(self.xfs.items[index], self.prefix)[1]

    def _fill_of(self, index: int) -> bytes:
        at = _split(self.xfs.items[index], self.prefix)[2]
        return self.fills.items[at] if at < len(self.fills.items) else self.fills.items[0]

    def _mark_digit(self, index: int) -> int | None:
        look = _look(self._fill_of(index))
        found = _MARK.match(str(look[1])) if look[0] == "solid" else None
        return int(found[1], 16) if found else None


@lru_cache(maxsize=4096)
def _split(item: bytes, prefix: bytes) -> tuple[Tag, Look, int]:
    """A format: its tag, all of it but its fill (however it is written), and the number of its fill."""
    tag = first(masked(item), prefix, "xf")
    if tag is None:
        raise PatchError("样式部件中有不完整的格式")
    pairs = re.findall(rb"\s([\w:.-]+)\s*=\s*[\"'](.*?)[\"']", tag.text)
    number = tag.get("fillId") or "0"
    fill = int(number) if number.isascii() and number.isdigit() else 0
    return tag, (tuple(sorted(p for p in pairs if p[0] not in {b"fillId", b"applyFill"})), item[tag.end :]), fill


@lru_cache(maxsize=1024)
def _look(fill: bytes) -> Look:
    """What a fill shows: one colour, whatever colour it names behind it; else as it is written."""
    solid = re.search(rb"patternType\s*=\s*[\"']solid[\"']", fill)
    front = re.search(rb"fgColor\s+([^>]*?)\s*/?>", fill)
    if solid is None or front is None:
        return ("written", fill)
    rgb = re.fullmatch(rb"rgb\s*=\s*[\"']([0-9A-Fa-f]{8})[\"']", front[1])
    return ("solid", rgb[1].decode().upper() if rgb else front[1].decode("utf-8", "replace"))
