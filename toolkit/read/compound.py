"""Compound files (OLE): their streams, the properties of the document, the time of the last save."""

from __future__ import annotations

import datetime
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from toolkit.read.failures import ReadFailure, Unreadable

_SUMMARY, _MORE = "\x05SummaryInformation", "\x05DocumentSummaryInformation"
_USER_DEFINED = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_MOST = 200
_SAVED, _FILE_TIME = 0x0D, 0x40
_EPOCH = datetime.datetime(1601, 1, 1)  # noqa: DTZ001 - UTC, told by its Z
_TEXT, _WIDE, _BYTES, _BOOL = 0x1E, 0x1F, 0x08, 0x0B
_INTEGERS = {0x02: "<h", 0x03: "<i", 0x12: "<H", 0x13: "<I", 0x16: "<i", 0x17: "<I"}


@dataclass(frozen=True)
class Compound:
    """A compound file in memory."""

    ole: Any

    @cached_property
    def paths(self) -> list[list[str]]:
        return list(self.ole.listdir(streams=True, storages=True))

    def has(self, name: str) -> bool:
        """Whether a stream of that name stands at the top."""
        return bool(self.ole.exists(name)) and self.ole.get_type(name) == 2

    def holds(self, start: str) -> bool:
        """Whether a storage at the top has a name that starts so."""
        return any(path[0].startswith(start) for path in self.paths)

    def read(self, name: str) -> bytes:
        """The bytes of a stream. Raises Unreadable."""
        try:
            content: bytes = self.ole.openstream(name).read()
        except Exception as error:  # olefile raises what it stumbles over
            raise Unreadable(f"复合文档中的“{name}”已损坏，请重新发送") from error
        return content

    @property
    def saved(self) -> str | None:
        """The time of the last save, UTC, as the file claims."""
        if not self.has(_SUMMARY):
            return None
        try:
            return _last_saved(self.read(_SUMMARY))
        except (ReadFailure, struct.error, OverflowError):  # a damaged property says nothing
            return None


def open_compound(data: bytes) -> Compound:
    """The compound file. Raises Unreadable where its tables are damaged."""
    import olefile  # noqa: PLC0415 - only for these files

    try:
        return Compound(olefile.OleFileIO(io.BytesIO(data)))
    except Exception as error:  # olefile raises what it stumbles over
        raise Unreadable("复合文档（.xls、.et）的结构已损坏或不完整，请重新发送") from error


def _last_saved(stream: bytes) -> str | None:
    """[MS-OLEPS] 2.20: property 13 of the first section. olefile would parse all of them, and loop over declared counts."""
    section = stream[struct.unpack_from("<I", stream, 44)[0] :]
    for number in range(min(struct.unpack_from("<I", section, 4)[0], _MOST)):
        identifier, at = struct.unpack_from("<II", section, 8 + 8 * number)
        if identifier != _SAVED:
            continue
        kind, ticks = struct.unpack_from("<IQ", section, at)
        if kind == _FILE_TIME and ticks:
            return (_EPOCH + datetime.timedelta(microseconds=ticks // 10)).isoformat() + "Z"
    return None


def custom_properties(compound: Compound) -> dict[str, str]:
    """The properties users and programs added, names as written; {} where there are none or they are damaged."""
    if not compound.has(_MORE):
        return {}
    stream = compound.read(_MORE)
    try:
        return dict(_properties(stream))
    except (struct.error, IndexError, ValueError, LookupError):
        return {}


def _properties(stream: bytes) -> Iterator[tuple[str, str]]:
    """[MS-OLEPS] 2.21, the section of user-defined properties."""
    for number in range(min(struct.unpack_from("<I", stream, 24)[0], 4)):
        if stream[28 + 20 * number : 44 + 20 * number] != _USER_DEFINED:
            continue
        section = stream[struct.unpack_from("<I", stream, 44 + 20 * number)[0] :]
        count = min(struct.unpack_from("<I", section, 4)[0], _MOST)
        places = dict(struct.unpack_from("<II", section, 8 + 8 * n) for n in range(count))
        page = struct.unpack_from("<h", section, places[1] + 4)[0] & 0xFFFF if 1 in places else 1252
        for identifier, name in _dictionary(section, places.get(0), page).items():
            if identifier in places:
                value = _value(section, places[identifier], page)
                if value is not None:
                    yield name, value


def _dictionary(section: bytes, at: int | None, page: int) -> dict[int, str]:
    names: dict[int, str] = {}
    if at is None:
        return names
    count = min(struct.unpack_from("<I", section, at)[0], _MOST)
    at += 4
    for _ in range(count):
        identifier, size = struct.unpack_from("<II", section, at)
        size *= 2 if page == 1200 else 1
        names[identifier] = _decoded(section[at + 8 : at + 8 + size], page)
        at += 8 + size
        if page == 1200:
            at += -at % 4
    return names


def _value(section: bytes, at: int, page: int) -> str | None:
    kind = struct.unpack_from("<I", section, at)[0]
    if kind in {_TEXT, _BYTES}:
        size = struct.unpack_from("<I", section, at + 4)[0]
        return _decoded(section[at + 8 : at + 8 + size], page)
    if kind == _WIDE:
        size = 2 * struct.unpack_from("<I", section, at + 4)[0]
        return _decoded(section[at + 8 : at + 8 + size], 1200)
    if kind == _BOOL:
        return "true" if struct.unpack_from("<H", section, at + 4)[0] else "false"
    return str(struct.unpack_from(_INTEGERS[kind], section, at + 4)[0]) if kind in _INTEGERS else None


def _decoded(raw: bytes, page: int) -> str:
    encoding = {1200: "utf-16-le", 65001: "utf-8", 936: "gb18030", 54936: "gb18030"}.get(page, f"cp{page}")
    return raw.decode(encoding, "replace").partition("\0")[0]
