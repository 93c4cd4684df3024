"""A zip package whose members can be replaced, added and taken out; those that are not touched keep their bytes."""

from __future__ import annotations

import posixpath
import struct
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.annotate.markup import attribute as quoted_attribute
from toolkit.annotate.markup import check, edited, element, into, masked, plain, root_prefix, tags
from toolkit.read.package import Package

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8, _LEVEL, _DEFLATED, _VERSION = 0x800, 0x6, 8, 20
_NO_DATE = 0x21
"""1980-01-01, the first day a zip knows: bytes must not depend on the clock."""

TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class _Member:
    name: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    size: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of a part: id, last word of its type, target part ("" where it leads out of the package)."""

    id: str
    kind: str
    target: str


class Parts:
    """The parts of a package. Names ignore case, as in the package's own rules."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {name.replace("\\", "/").lower(): name for name in package.names}
        self._written: dict[str, bytes] = {}
        self._received: dict[str, bytes] = {}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    @property
    def names(self) -> list[str]:
        return list(self._names.values())

    def read(self, part: str) -> bytes:
        """The content of a part as it stands now, XML as UTF-8."""
        key = part.lower()
        if key in self._written:
            return self._written[key]
        if key not in self._received:
            self._received[key] = plain(self._package.read(part))
        return self._received[key]

    def write(self, part: str, content: bytes) -> None:
        """Replace a part, or add it as the last one. What does not change is not touched."""
        key = part.lower()
        if key in self._names and self.read(part) == content:
            return
        self._names.setdefault(key, part)
        self._written[key] = content

    def remove(self, part: str) -> None:
        """Take a part out, and what the list of content types says of it."""
        key = part.lower()
        if self._names.pop(key, None) is None:
            return
        self._written.pop(key, None)
        types = self.read(TYPES)
        quiet = masked(types)
        found = tags(quiet, root_prefix(quiet), "Override")
        own = [t for t in found if (t.get("PartName") or "").lstrip("/").lower() == key]
        self.write(TYPES, edited(types, [(t.start, t.end, b"") for t in own]))

    def typed(self, part: str, kind: str) -> None:
        """Enter the content type of one part."""
        tag = f'Override PartName="/{part}" ContentType="{kind}"'
        self._insert(TYPES, "Types", tag)

    def typed_by_suffix(self, suffix: str, kind: str) -> None:
        """Enter the content type of all parts with a suffix, if there is none yet."""
        quiet = masked(self.read(TYPES))
        known = (t.get("Extension") or "" for t in tags(quiet, root_prefix(quiet), "Default"))
        if suffix not in {extension.lower() for extension in known}:
            self._insert(TYPES, "Types", f'Default Extension="{suffix}" ContentType="{kind}"', at_start=True)

    def _insert(self, part: str, root: str, tag: str, *, at_start: bool = False) -> None:
        data = self.read(part)
        quiet = masked(data)
        prefix = root_prefix(quiet)
        found = element(quiet, prefix, root)
        if found is None:
            return
        new = b"<" + prefix + tag.encode() + b"/>"
        at = found.tag.end
        edit = (at, at, new) if at_start and not found.tag.is_empty else into(data, prefix, root, found, new)
        self.write(part, edited(data, [edit]))

    def links(self, part: str) -> list[Link]:
        """The relationships of a part, in order."""
        rels = rels_of(part)
        if rels not in self:
            return []
        quiet = masked(self.read(rels))
        links = []
        for tag in tags(quiet, root_prefix(quiet), "Relationship"):
            target = unquote((tag.get("Target") or "").partition("#")[0]).replace("\\", "/")
            inside = tag.get("TargetMode") != "External"
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            links.append(Link(tag.get("Id") or "", (tag.get("Type") or "").rpartition("/")[2], path if inside else ""))
        return links

    def link(self, part: str, identifier: str, kind: str, target: str) -> str:
        """Add a relationship (``kind`` is the whole type) and return its id; its part is made where there is none."""
        rels = rels_of(part)
        if rels not in self:
            empty = (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
            self.write(rels, DECLARATION + empty.encode())
        taken = {link.id for link in self.links(part)}
        while identifier in taken:
            identifier += "x"
        about = f'Id="{identifier}" Type="{kind}" Target="{quoted_attribute("/" + target).decode()}"'
        self._insert(rels, "Relationships", f"Relationship {about}")
        return identifier

    def free(self, part: str) -> str:
        """A name for a new part: the one given, if no part has it."""
        stem, dot, suffix = part.rpartition(".")
        while f"{stem}{dot}{suffix}" in self:
            stem += "x"
        return f"{stem}{dot}{suffix}"

    def unlink(self, part: str, target: str) -> None:
        """Take out the relationships that lead to ``target``, and their part where none is left."""
        rels = rels_of(part)
        data = self.read(rels)
        quiet = masked(data)
        found = list(tags(quiet, root_prefix(quiet), "Relationship"))
        gone = {one.id for one in self.links(part) if one.target.lower() == target.lower()}
        own = [t for t in found if t.get("Id") in gone]
        if len(own) == len(found):
            self.remove(rels)
        else:
            self.write(rels, edited(data, [(t.start, t.end, b"") for t in own]))

    def content(self) -> bytes:
        """The package as it stands now. Raises PatchError where a part that was edited is not well formed."""
        for key, data in self._written.items():
            if not key.endswith(".vml"):
                check(data, self._names[key])
        pieces, directory, at = [], [], 0
        for key, name in self._names.items():
            member = self._member(key, name)
            about = (member.flags, member.method, member.time, member.date, member.crc, len(member.packed), member.size)
            local = _LOCAL.pack(b"PK\x03\x04", _VERSION, *about, len(member.name), 0)
            directory.append(
                _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *about, len(member.name), 0, 0, 0, 0, 0, at)
                + member.name
            )
            pieces += [local, member.name, member.packed]
            at += len(local) + len(member.name) + len(member.packed)
        listing = b"".join(directory)
        count = len(directory)
        return b"".join([*pieces, listing, _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), at, 0)])

    def _member(self, key: str, name: str) -> _Member:
        """One member: as it was received, or packed anew."""
        entry, written = self._package.entries.get(key), self._written.get(key)
        raw, flags, time, date = name.encode(), 0 if name.isascii() else _UTF8, 0, _NO_DATE
        if entry is not None:
            local = _LOCAL.unpack_from(self._package.data, entry.header)
            start = entry.header + _LOCAL.size
            raw, flags, time, date = self._package.data[start : start + local[9]], local[2], local[4], local[5]
            if written is None:
                packed = self._package.data[entry.start : entry.start + entry.packed]
                return _Member(raw, flags & (_UTF8 | _LEVEL), entry.method, time, date, entry.crc, entry.size, packed)
        content = written or b""
        squeezer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = squeezer.compress(content) + squeezer.flush()
        return _Member(raw, flags & _UTF8, _DEFLATED, time, date, zlib.crc32(content), len(content), packed)


DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def rels_of(part: str) -> str:
    """The part that holds the relationships of ``part``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
