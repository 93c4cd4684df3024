"""Archives: their members as streams, never as files under their own names, and only within bounds."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from toolkit.collect.bounds import Bounds
from toolkit.collect.names import member_name, why_ignored
from toolkit.model.fact import Status
from toolkit.store.disk import CHUNK, long_path

_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods", ".et", ".xls", ".docx", ".pptx"})
_END = b"PK\x05\x06"
_ENCRYPTED = 0x1


class ArchiveError(Exception):
    """An archive or a member that is not taken; ``status`` and ``reason`` go to the ledger."""

    def __init__(self, status: Status, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


@dataclass
class Budget:
    """What is left for one archive that was handed in, with everything inside it."""

    bounds: Bounds
    entries: int = 0
    inflated: int = 0

    @property
    def spent(self) -> bool:
        """Nothing more may be inflated."""
        return self.inflated > self.bounds.inflated

    def enter(self) -> None:
        self.entries += 1
        if self.entries > self.bounds.entries:
            raise ArchiveError(Status.REFUSED, f"压缩包内的文件超过 {self.bounds.entries} 个，其后的未读取")

    def spend(self, size: int) -> None:
        self.inflated += size
        if self.inflated > self.bounds.inflated:
            raise ArchiveError(Status.REFUSED, f"压缩包展开后超过 {self.bounds.inflated} 字节，其后的未读取")


@dataclass(frozen=True)
class Member:
    """A file in an archive: raw and decoded name, declared size, and why it is ignored or refused, if it is."""

    raw: bytes
    name: str
    size: int
    info: zipfile.ZipInfo
    ignored: str | None = None
    refused: str | None = None


def is_archive(path: Path, name: str, bounds: Bounds) -> bool:
    """Whether a stored file is a zip of files, not a workbook (which is a zip as well); judged by content."""
    with long_path(path).open("rb") as handle:
        if handle.read(4) not in {b"PK\x03\x04", _END}:
            return False
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.casefold()
    if suffix in _WORKBOOKS:
        return False
    try:
        with _open(path, bounds) as archive:
            names = set(archive.namelist())
    except ArchiveError:
        return suffix == ".zip"
    return "[Content_Types].xml" not in names and "mimetype" not in names


class Archive:
    """An open archive. Raises ArchiveError where it is broken or beyond bounds."""

    def __init__(self, path: Path, budget: Budget) -> None:
        self.budget = budget
        self._zip = _open(path, budget.bounds)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """Every member that is not a folder, in the archive's order."""
        for info in self._zip.infolist():
            raw, name = member_name(info)
            if name.endswith(("/", "\\")) and not info.file_size:
                continue
            self.budget.enter()
            refused = "有打开密码，请解密后重新报送" if info.flag_bits & _ENCRYPTED else None
            yield Member(raw, name, info.file_size, info, why_ignored(name), refused)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, counted as they come. Raises ArchiveError; the checksum is checked at the end."""
        bounds, size = self.budget.bounds, 0
        allowed = max(bounds.ratio_above, member.info.compress_size * bounds.ratio)
        try:
            with self._zip.open(member.info) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self.budget.spend(len(chunk))
                    if size > bounds.file:
                        raise ArchiveError(Status.REFUSED, f"展开后超过 {bounds.file} 字节")
                    if size > allowed:
                        raise ArchiveError(Status.REFUSED, f"展开后超过压缩前的 {bounds.ratio} 倍，疑为压缩炸弹")
                    yield chunk
        except _BROKEN as error:
            raise ArchiveError(Status.UNREADABLE, f"压缩包内的这个文件已损坏（{type(error).__name__}）") from error


def _open(path: Path, bounds: Bounds) -> zipfile.ZipFile:
    try:
        _check_directory(path, bounds)
        archive = zipfile.ZipFile(long_path(path))
    except _BROKEN as error:
        raise ArchiveError(Status.UNREADABLE, f"压缩包已损坏（{type(error).__name__}）") from error
    try:
        _check_overlap(archive)
    except ArchiveError:
        archive.close()
        raise
    return archive


def _check_directory(path: Path, bounds: Bounds) -> None:
    """The table of contents is read whole into memory: look at its size before."""
    with long_path(path).open("rb") as handle:
        handle.seek(0, 2)
        handle.seek(max(0, handle.tell() - 66_000))
        tail = handle.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    if struct.unpack_from("<I", tail, at + 12)[0] > bounds.directory:
        raise ArchiveError(Status.REFUSED, f"压缩包的目录超过 {bounds.directory} 字节")


def _check_overlap(archive: zipfile.ZipFile) -> None:
    """Members that share bytes are a bomb's trick; older Pythons let them through."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise ArchiveError(Status.REFUSED, "压缩包内的文件互相重叠")
        end = info.header_offset + 30 + info.compress_size
