"""Containers that are taken apart in a process of its own, which hands their members over as a tar stream.

Mails are parsed by libraries that believe what they read; rar and 7z need native code. Neither runs in the
collector's own process: a child with bounded memory and time writes tar to a pipe, and only what comes out of the
pipe is counted and kept. 7z and rar are left to bsdtar (libarchive), which macOS and Windows bring along as ``tar``;
where there is none they are refused with what to do.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from toolkit.collect.bounds import Bounds
from toolkit.collect.containers import ENCRYPTED, VOLUME, ArchiveError, Budget, Member
from toolkit.collect.names import why_ignored
from toolkit.collect.tarballs import TarStream
from toolkit.model.fact import Status
from toolkit.read.sniff import HEAD, sniff_head
from toolkit.store.disk import long_path

_NO_TOOL = "本机没有能读取 {kind} 压缩包的程序（bsdtar）；请解压后报送其中的文件，改用 zip 压缩，或安装 bsdtar 后再收"
_UNREAD = "未能读完：压缩包可能已损坏或不完整，可能有密码，也可能压缩方式不受支持；请解压后报送其中的文件"
_LOCKED_WORDS = (b"passphrase", b"encrypt", b"password")
_WORDS = 4096
_AES = b"\x06\xf1\x07\x01"
"""The cipher's name in the table of contents of a 7z archive, which stands at its end."""
_TABLE = 1 << 20
_RAR4, _RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"


class _Piped:
    """The tar stream of a child process, as the source of a TarStream."""

    def __init__(self, command: Sequence[str], packed: int, bounds: Bounds) -> None:
        self._bounds, self._packed, self._size, self.late = bounds, packed, 0, False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._process = subprocess.Popen(  # noqa: S603 - nothing of the command comes from a file received
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            start_new_session=os.name != "nt",
        )
        with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
            import resource  # noqa: PLC0415 - not on Windows

            resource.prlimit(self._process.pid, resource.RLIMIT_AS, (2 * bounds.memory, 2 * bounds.memory))
        self._clock = threading.Timer(bounds.unpack_seconds, self._end)
        self._clock.daemon = True
        self._clock.start()

    def read(self, size: int) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        piece = self._process.stdout.read(size)
        self._size += len(piece)
        if self._size > max(self._bounds.ratio_above, self._packed * self._bounds.ratio):
            raise ArchiveError(Status.REFUSED, f"展开后超过压缩前的 {self._bounds.ratio} 倍，疑为压缩炸弹")
        return piece

    def finish(self) -> tuple[int, bytes]:
        """(exit code, what it wrote to stderr) once it has ended."""
        while self.read(1 << 16):
            pass
        code = self._process.wait()
        self._errors.seek(0)
        return code, self._errors.read(_WORDS)

    def close(self) -> None:
        self._clock.cancel()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def _end(self) -> None:
        self.late = True
        self._process.kill()


class _Apart:
    """A container taken apart by ``command``."""

    def __init__(self, command: Sequence[str], path: Path, budget: Budget) -> None:
        self._source = _Piped(command, long_path(path).stat().st_size, budget.bounds)
        self._tar = TarStream(self._source, budget)

    def __enter__(self) -> _Apart:
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()

    def members(self) -> Iterator[Member]:
        """Every member. Raises ArchiveError, also at the end where the child says that there is more."""
        try:
            yield from self._tar.members()
        except ArchiveError as error:
            if error.status is not Status.UNREADABLE:
                raise
            self._explain()
            raise
        self._explain()

    def chunks(self, member: Member) -> Iterator[bytes]:
        return self._tar.chunks(member)

    def _explain(self) -> None:
        """Raise the reason the child had to stop early, if it had one."""
        code, words = self._source.finish()
        if self._source.late:
            raise ArchiveError(Status.REFUSED, "解压超过时间上限，其后的未读取")
        if code:
            raise self.reason(words)

    def reason(self, words: bytes) -> ArchiveError:
        """What the child's last words mean."""
        if any(word in words.lower() for word in _LOCKED_WORDS):
            return ArchiveError(Status.REFUSED, ENCRYPTED)
        return ArchiveError(Status.UNREADABLE, _UNREAD)


class Foreign(_Apart):
    """A 7z or rar archive."""

    def __init__(self, path: Path, _: str, budget: Budget) -> None:
        with long_path(path).open("rb") as handle:
            head, size = handle.read(HEAD), handle.seek(0, os.SEEK_END)
            handle.seek(max(0, size - _TABLE))
            tail = handle.read()
        kind = sniff_head(head)
        _look(head, tail, size, kind)
        tool = archiver()
        if tool is None:
            raise ArchiveError(Status.REFUSED, _NO_TOOL.format(kind=kind))
        # -P: names stay as they are, being data only; nothing is ever written under them.
        super().__init__([tool, "-c", "-P", "-f", "-", "--format", "pax", f"@{path}"], path, budget)


class Mail(_Apart):
    """A mail: its attachments."""

    def __init__(self, path: Path, _: str, budget: Budget) -> None:
        size, most = long_path(path).stat().st_size, budget.bounds.mail
        if size > most:
            raise ArchiveError(Status.REFUSED, f"邮件有 {size} 字节，超过 {most} 字节的上限")
        command = [sys.executable, "-X", "utf8", "-m", "toolkit.collect.unmail", str(path), str(budget.bounds.memory)]
        super().__init__(command, path, budget)

    def members(self) -> Iterator[Member]:
        for member in super().members():
            mark, name = member.name[:1], member.name[2:]
            ignored = IGNORED_IN_TEXT if mark == IN_TEXT else why_ignored(name)
            yield Member(name.encode("utf-8", "surrogateescape"), name, member.size, None, ignored)

    def reason(self, _: bytes) -> ArchiveError:
        return ArchiveError(Status.UNREADABLE, "邮件已损坏或不完整，附件未能全部读取；请重新发送附件")


ATTACHED, IN_TEXT = "a", "t"
"""The folder a member of the stream stands in: attached to the mail, or part of its text (pictures of a signature)."""
IGNORED_IN_TEXT = "邮件正文中的图片，按规则忽略"


@cache
def archiver() -> str | None:
    """A program of this machine that reads 7z and rar: bsdtar under its own name, or as ``tar``."""
    for name in ("bsdtar", "tar"):
        found = shutil.which(name)
        if found is None:
            continue
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run([found, "--version"], capture_output=True, timeout=10, check=False)  # noqa: S603
            if b"bsdtar" in said.stdout:
                return found
    return None


def _look(head: bytes, tail: bytes, size: int, kind: str) -> None:
    """Refuse what the headers say cannot be read: volumes alone, and what is encrypted."""
    if kind == "7z":
        at, length = struct.unpack_from("<QQ", head, 12) if len(head) >= 32 else (size, 0)
        if 32 + at + length > size:
            raise ArchiveError(Status.REFUSED, f"7z 压缩包不完整：可能是{VOLUME}")
        _told(volume=False, locked=_AES in tail[-length:] if length else False)
    elif head.startswith(_RAR4):
        flags = struct.unpack_from("<H", head, 10)[0] if len(head) >= 12 else 0
        _told(volume=bool(flags & 0x0001), locked=bool(flags & 0x0080))
    elif head.startswith(_RAR5):
        block, flags = _rar5(head)
        _told(volume=block == 1 and bool(flags & 0x0001), locked=block == 4)


def _told(*, volume: bool, locked: bool) -> None:
    if locked:
        raise ArchiveError(Status.REFUSED, ENCRYPTED)
    if volume:
        raise ArchiveError(Status.REFUSED, VOLUME)


def _rar5(head: bytes) -> tuple[int, int]:
    """(type of the first block, flags of the archive where it is the main one)."""
    numbers: list[int] = []
    at = 12
    while len(numbers) < 5 and at < len(head):
        value = shift = 0
        while at < len(head):
            byte = head[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        numbers.append(value)
    # Size, type, flags, then (flag 1) the size of an extra area, then the archive's own flags.
    if len(numbers) < 5:
        return 0, 0
    return numbers[1], numbers[4] if numbers[2] & 1 else numbers[3]
