"""Tar archives and compressed single files (gz, bz2, xz), read once from front to back within bounds."""

from __future__ import annotations

import bz2
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from toolkit.collect.bounds import MEGA, Bounds
from toolkit.collect.containers import ArchiveError, Budget, Member
from toolkit.collect.names import LINK, SPECIAL, decode, why_ignored
from toolkit.model.fact import Status
from toolkit.read.sniff import sniff_head
from toolkit.store.disk import CHUNK, long_path

_BLOCK = 512
_MAGIC = 8
_LONGEST_NAME = MEGA
_WINDOW = 128 * MEGA
"""Memory an xz stream may ask for."""


class Source(Protocol):
    """Bytes from front to back: up to ``size`` at a time, b"" at the end."""

    def read(self, size: int) -> bytes: ...


@dataclass
class Inflated:
    """A compressed file as the bytes it really inflates to; a bomb is cut off by the ratio met so far."""

    source: BinaryIO
    bounds: Bounds
    packed: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self._rest = b""
        self._machine: _Machine | None = None
        self._ended = False

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes. Raises ArchiveError."""
        size = min(size, CHUNK)
        try:
            while True:
                if self._machine is None:
                    while len(self._rest) < _MAGIC and self._fill():
                        pass
                    self._machine = _machine(self._rest)
                    if self._machine is None and (self._ended or not self._rest):
                        return b""  # padding behind the last stream is none of the file
                    if self._machine is None:
                        raise EOFError
                piece, self._rest = self._machine.feed(self._rest, size)
                if self._machine.done:
                    self._machine, self._ended = None, True
                if piece:
                    self._count(len(piece))
                    return piece
                if self._machine is not None and not self._fill():
                    raise EOFError
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise ArchiveError(Status.UNREADABLE, f"压缩包已损坏或不完整（{type(error).__name__}）") from error

    def _fill(self) -> bool:
        fresh = self.source.read(CHUNK)
        self.packed += len(fresh)
        self._rest += fresh
        return bool(fresh)

    def _count(self, size: int) -> None:
        self.size += size
        if self.size > max(self.bounds.ratio_above, self.packed * self.bounds.ratio):
            raise ArchiveError(Status.REFUSED, f"展开后超过压缩前的 {self.bounds.ratio} 倍，疑为压缩炸弹")


class _Machine(Protocol):
    """One compressed stream. ``done``: it ended; what stands behind it may be another one."""

    done: bool

    def feed(self, data: bytes, size: int) -> tuple[bytes, bytes]:
        """(up to ``size`` bytes, what was not used yet)."""
        ...


class _Gzip:
    def __init__(self) -> None:
        self._machine, self.done = zlib.decompressobj(31), False

    def feed(self, data: bytes, size: int) -> tuple[bytes, bytes]:
        piece = self._machine.decompress(data, size)
        self.done = self._machine.eof
        return piece, self._machine.unused_data if self.done else self._machine.unconsumed_tail


class _Stepwise:
    """bz2 and xz keep what they were fed."""

    def __init__(self, machine: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._machine, self.done = machine, False

    def feed(self, data: bytes, size: int) -> tuple[bytes, bytes]:
        piece = self._machine.decompress(data, size)
        self.done = self._machine.eof
        return piece, self._machine.unused_data if self.done else b""


def _machine(start: bytes) -> _Machine | None:
    kind = sniff_head(start[:_MAGIC])
    if kind == "bzip2":
        return _Stepwise(bz2.BZ2Decompressor())
    if kind == "xz":
        return _Stepwise(lzma.LZMADecompressor(memlimit=_WINDOW))
    return _Gzip() if kind == "gzip" else None


class Tarball:
    """An open tar archive."""

    def __init__(self, path: Path, _: str, budget: Budget) -> None:
        self._file = long_path(path).open("rb")
        self._tar = TarStream(self._file, budget)

    def __enter__(self) -> Tarball:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def members(self) -> Iterator[Member]:
        return self._tar.members()

    def chunks(self, member: Member) -> Iterator[bytes]:
        return self._tar.chunks(member)


class Compressed:
    """A compressed file: a tar archive inside is opened as one, anything else is its only member."""

    def __init__(self, path: Path, name: str, budget: Budget) -> None:
        self._budget, self._name = budget, name
        self._file = long_path(path).open("rb")
        try:
            self._source = _Ahead(Inflated(self._file, budget.bounds))
            self._tar = TarStream(self._source, budget) if sniff_head(self._source.head) == "tar" else None
        except ArchiveError:
            self._file.close()
            raise

    def __enter__(self) -> Compressed:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def members(self) -> Iterator[Member]:
        if self._tar is not None:
            yield from self._tar.members()
            return
        self._budget.enter()
        name = PurePosixPath(self._name.replace("\\", "/")).name
        stem = name.rpartition(".")[0] or name
        yield Member(stem.encode("utf-8", "surrogateescape"), stem, 0, None, why_ignored(stem))

    def chunks(self, member: Member) -> Iterator[bytes]:
        if self._tar is not None:
            yield from self._tar.chunks(member)
            return
        size = 0
        while chunk := self._source.read(CHUNK):
            size += len(chunk)
            self._budget.spend(len(chunk))
            if size > self._budget.bounds.file:
                raise ArchiveError(Status.REFUSED, f"展开后超过 {self._budget.bounds.file} 字节")
            yield chunk


class _Ahead:
    """A source whose first block was looked at."""

    def __init__(self, source: Source) -> None:
        self._source, self.head = source, b""
        while len(self.head) < _BLOCK and (piece := source.read(_BLOCK - len(self.head))):
            self.head += piece
        self._left = self.head

    def read(self, size: int) -> bytes:
        if not self._left:
            return self._source.read(size)
        piece, self._left = self._left[:size], self._left[size:]
        return piece


@dataclass(frozen=True, slots=True)
class _Long:
    """What an extended header says of the member behind it. ``sparse``: its bytes are not what they seem."""

    name: bytes = b""
    size: int | None = None
    sparse: bool = False


class TarStream:
    """The members of a tar archive, in order; each must be taken before the next."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self._source, self._budget = source, budget
        self._left = self._padding = 0

    def members(self) -> Iterator[Member]:
        """Every member that is not a folder. Raises ArchiveError."""
        about = _Long()
        while (header := self._header()) is not None:
            if header.type in _EXTENDED:
                about = self._extended(header, about)
                continue
            size = header.size if about.size is None else about.size
            if size < 0:
                raise ArchiveError(Status.UNREADABLE, "压缩包已损坏：文件头中的长度无效，其后的未读取")
            raw = about.name or header.name.encode("utf-8", "surrogateescape")
            sparse, about = about.sparse or header.type == tarfile.GNUTYPE_SPARSE, _Long()
            holds = header.type in _FILES or sparse
            self._left, self._padding = (size, -size % _BLOCK) if holds else (0, 0)
            if header.type != tarfile.DIRTYPE and not (raw.endswith(b"/") and not size):
                self._budget.enter()
                name = decode(raw)
                refused = "稀疏文件，不能读取" if sparse else None
                yield Member(raw, name, size, None, why_ignored(name) or _not_a_file(header.type, holds), refused)
            for _ in self._data():
                pass
            self._exactly(self._padding)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The bytes of the member last met. Raises ArchiveError."""
        bounds = self._budget.bounds
        if member.size > bounds.file:
            raise ArchiveError(Status.REFUSED, f"展开后超过 {bounds.file} 字节")
        return self._data()

    def _data(self) -> Iterator[bytes]:
        while self._left:
            chunk = self._source.read(min(self._left, CHUNK))
            if not chunk:
                self._left = 0
                raise ArchiveError(Status.UNREADABLE, "压缩包不完整：这个文件被截断")
            self._left -= len(chunk)
            self._budget.spend(len(chunk))
            yield chunk

    def _header(self) -> tarfile.TarInfo | None:
        block = self._exactly(_BLOCK, or_end=True)
        if not block.strip(b"\0"):
            return None
        try:
            return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError) as error:
            raise ArchiveError(Status.UNREADABLE, "压缩包已损坏：文件头的校验和不符，其后的未读取") from error

    def _extended(self, header: tarfile.TarInfo, about: _Long) -> _Long:
        if header.size > _LONGEST_NAME:
            raise ArchiveError(Status.REFUSED, f"压缩包的扩展文件头超过 {_LONGEST_NAME} 字节，疑似恶意构造")
        body = self._exactly(header.size + -header.size % _BLOCK)[: header.size]
        if header.type == tarfile.GNUTYPE_LONGNAME:
            return _Long(body.rstrip(b"\0"), about.size, about.sparse)
        return _pax(body, about) if header.type == tarfile.XHDTYPE else about

    def _exactly(self, size: int, *, or_end: bool = False) -> bytes:
        data = b""
        while len(data) < size and (piece := self._source.read(size - len(data))):
            data += piece
        if len(data) < size and (data or not or_end):
            raise ArchiveError(Status.UNREADABLE, "压缩包不完整，可能在传输中被截断，请重新发送")
        return data


_EXTENDED = frozenset({tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE})
_FILES = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})


def _not_a_file(kind: bytes, holds: bool) -> str | None:
    if kind in {tarfile.SYMTYPE, tarfile.LNKTYPE}:
        return LINK
    return None if holds else SPECIAL


def _pax(body: bytes, about: _Long) -> _Long:
    """The records ``length key=value`` of an extended header."""
    name, size, sparse = about.name, about.size, about.sparse
    while body:
        digits, _, _ = body.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        record = body[len(digits) + 1 : length - 1]
        if not 0 < length <= len(body):
            raise ArchiveError(Status.UNREADABLE, "压缩包已损坏：扩展文件头无法识别，其后的未读取")
        body = body[length:]
        key, _, value = record.partition(b"=")
        if key == b"path":
            name = value
        elif key == b"size" and value.isdigit() and len(value) < 16:
            size = int(value)
        elif key.startswith(b"GNU.sparse"):
            sparse = True
    return _Long(name, size, sparse)
