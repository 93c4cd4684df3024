"""XML edited in place: tags are found, everything between them keeps its bytes.

Parts come through the gate of ``toolkit.read``: they are well formed and have no DOCTYPE. With comments, CDATA and
instructions blanked out (``masked``, same offsets), ``<`` can only begin a tag and patterns find what a parser finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, unescape

from toolkit.model.cell_text import cell_text

_INSIDE = rb"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
_QUIET = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*:)?[A-Za-z_]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class PatchError(Exception):
    """The package is not built so that it can be patched; ``str`` says why, in Chinese, for the bureau."""


class Tag(NamedTuple):
    """A start tag or an empty element: where it stands, and its bytes."""

    start: int
    end: int
    text: bytes

    @property
    def is_empty(self) -> bool:
        return self.text.endswith(b"/>")

    def get(self, name: str) -> str | None:
        """The value of an attribute (prefix included), None where there is none."""
        found = _attribute(name).search(self.text)
        return None if found is None else unescape(found[2].decode("utf-8"), _NAMED)

    def having(self, name: str, value: str, after: str = "") -> bytes:
        """The tag with the attribute set: in its place, else after the attribute ``after``, else the first."""
        found = _attribute(name).search(self.text)
        if found is not None:
            return self.text[: found.start(2)] + attribute(value) + self.text[found.end(2) :]
        before = _attribute(after).search(self.text) if after else None
        at = before.end() if before else _name_end(self.text)
        return self.text[:at] + f' {name}="'.encode() + attribute(value) + b'"' + self.text[at:]

    def without(self, name: str) -> bytes:
        """The tag without the attribute."""
        found = _attribute(name).search(self.text)
        return self.text if found is None else self.text[: found.start()] + self.text[found.end() :]


_NAMED = {"&quot;": '"', "&apos;": "'"}


@cache
def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + re.escape(name.encode()) + rb"\s*=\s*([\"'])(.*?)\1", re.DOTALL)


def _name_end(text: bytes) -> int:
    found = re.match(rb"<[^\s/>]+", text)
    return found.end() if found else 1


@cache
def _pattern(prefix: bytes, names: tuple[str, ...]) -> re.Pattern[bytes]:
    either = b"|".join(re.escape(name.encode()) for name in names)
    return re.compile(rb"<" + re.escape(prefix) + rb"(?:" + either + rb")(?=[\s/>])" + _INSIDE + rb">")


def masked(data: bytes) -> bytes:
    """The same bytes with comments, CDATA and instructions blanked out: offsets stay."""
    if b"<!" not in data and data.count(b"<?") <= 1:
        return data
    return _QUIET.sub(lambda m: b" " * len(m[0]), data)


def plain(data: bytes) -> bytes:
    """A part as UTF-8: what is written in UTF-16 is recoded."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    text = re.sub(r"""(<\?xml[^>]*?encoding=["'])[^"']*""", r"\1UTF-8", data.decode("utf-16"), count=1)
    return text.encode("utf-8")


def root_prefix(quiet: bytes) -> bytes:
    """The prefix of the root element, its colon included; b"" where there is none."""
    at = quiet.find(b"?>") + 2 if quiet[:60].lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else 0
    found = _ROOT.search(quiet, at)
    return (found[1] or b"") if found else b""


def tags(quiet: bytes, prefix: bytes, *names: str, start: int = 0, end: int | None = None) -> Iterator[Tag]:
    """The start tags of these names, in order."""
    for found in _pattern(prefix, names).finditer(quiet, start, len(quiet) if end is None else end):
        yield Tag(found.start(), found.end(), found[0])


def first(quiet: bytes, prefix: bytes, name: str, start: int = 0) -> Tag | None:
    """The first start tag of that name."""
    return next(tags(quiet, prefix, name, start=start), None)


class Element(NamedTuple):
    """An element: its start tag, and where its content and itself end (an empty one has no content)."""

    tag: Tag
    inner: int
    end: int


def closed(quiet: bytes, prefix: bytes, name: str, tag: Tag) -> Element:
    """The whole element of a start tag; for names that do not nest."""
    if tag.is_empty:
        return Element(tag, tag.end, tag.end)
    closing = b"</" + prefix + name.encode()
    inner = quiet.find(closing, tag.end)
    return Element(tag, inner, quiet.index(b">", inner) + 1)


def element(quiet: bytes, prefix: bytes, name: str, start: int = 0) -> Element | None:
    """The first element of that name; for names that do not nest."""
    tag = first(quiet, prefix, name, start)
    return None if tag is None else closed(quiet, prefix, name, tag)


def elements(quiet: bytes, prefix: bytes, name: str, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """All elements of that name, in order; for names that do not nest."""
    for tag in tags(quiet, prefix, name, start=start, end=end):
        yield closed(quiet, prefix, name, tag)


Edit = tuple[int, int, bytes]
"""Start, end, and what stands there instead."""


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """``data`` with the edits made; they do not overlap. Several at one point stand in the order given."""
    pieces, at = [], 0
    for start, end, new in sorted(edits, key=lambda e: (e[0], e[1])):
        pieces += [data[at:start], new]
        at = end
    return b"".join([*pieces, data[at:]])


def into(data: bytes, prefix: bytes, name: str, found: Element, content: bytes) -> Edit:
    """The edit that adds ``content`` at the end of an element, opening it where it is empty."""
    if found.tag.is_empty:
        return (found.tag.end - 2, found.tag.end, b">" + content + b"</" + prefix + name.encode() + b">")
    return (found.inner, found.inner, content)


def text(value: str) -> str:
    """Text as the content of a ``t`` element: nothing hidden acts, nothing is too long, nothing is decoded twice."""
    return escape(_ESCAPE.sub("_x005F_", cell_text(value)))


def attribute(value: str) -> bytes:
    """An attribute's value between quotes."""
    return escape(value, {'"': "&quot;", "'": "&apos;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}).encode("utf-8")


def check(data: bytes, part: str) -> None:
    """Raise PatchError where a part that was edited is not well formed."""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise PatchError(f"部件 {part} 改写后不完整（第 {error.lineno} 行）") from None
