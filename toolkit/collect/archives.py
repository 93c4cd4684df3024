"""Zip archives: their members as streams, never as files under their own names, and only within bounds."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from toolkit.collect.bounds import Bounds
from toolkit.collect.containers import ENCRYPTED, VOLUME, ArchiveError, Budget, Member
from toolkit.collect.names import LINK, SPECIAL, member_name, why_ignored
from toolkit.model.fact import Status
from toolkit.store.disk import CHUNK, long_path

_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "OFD.xml", "Index/Document.iwa"})
"""Members that make a zip a document: Office, OpenDocument, OFD, Numbers."""
_END = b"PK\x05\x06"
_LOCKED_FLAG = 0x1


def is_archive(path: Path, name: str, bounds: Bounds) -> bool:
    """Whether a stored zip is one of files, not a document (which is a zip as well); judged by content.

    Only of one that is too broken to look into does the name decide who says so.
    """
    try:
        with _open(path, bounds) as archive:
            return not _DOCUMENTS & set(archive.namelist())
    except ArchiveError:
        return PurePosixPath(name.replace("\\", "/")).suffix.casefold() == ".zip"


class Archive:
    """An open zip archive. Raises ArchiveError where it is broken or beyond bounds."""

    def __init__(self, path: Path, _: str, budget: Budget) -> None:
        self.budget = budget
        self._zip = _open(path, budget.bounds)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """Every member that is not a folder, in the archive's order."""
        for member in self.listing():
            self.budget.enter()
            yield member

    def listing(self) -> Iterator[Member]:
        """The same, as the table of contents has them: nothing is inflated, nothing counted."""
        for info in self._zip.infolist():
            raw, name = member_name(info)
            if name.endswith(("/", "\\")) and not info.file_size:
                continue
            refused = ENCRYPTED if info.flag_bits & _LOCKED_FLAG else None
            yield Member(raw, name, info.file_size, info, why_ignored(name) or _special(info), refused)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, counted as they come. Raises ArchiveError; the checksum is checked at the end."""
        bounds, size, info = self.budget.bounds, 0, member.at
        assert isinstance(info, zipfile.ZipInfo)  # noqa: S101 - a member of this archive
        allowed = max(bounds.ratio_above, info.compress_size * bounds.ratio)
        try:
            with self._zip.open(info) as stream:
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


def _special(info: zipfile.ZipInfo) -> str | None:
    """Why a member that Unix wrote as something else than a file is not read."""
    mode = info.external_attr >> 16 if info.create_system == 3 else 0  # 3: Unix
    if stat.S_ISLNK(mode):
        return LINK
    return SPECIAL if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR} else None


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
    disk, first, here, count, size = struct.unpack_from("<4HI", tail, at + 4)
    if 0 < disk < 0xFFFF or 0 < first < 0xFFFF or here != count:
        raise ArchiveError(Status.REFUSED, VOLUME)
    if size > bounds.directory:
        raise ArchiveError(Status.REFUSED, f"压缩包的目录超过 {bounds.directory} 字节")


def _check_overlap(archive: zipfile.ZipFile) -> None:
    """Members that share bytes are a bomb's trick; older Pythons let them through."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise ArchiveError(Status.REFUSED, "压缩包内的文件互相重叠")
        end = info.header_offset + 30 + info.compress_size
