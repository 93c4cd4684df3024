"""What holds several files (archives, mails): one row for each kind, judged by content; members are streams.

A member never becomes a file under its own name. What it is called, where it wants to stand and what it declares are
data for the ledger; only bytes really read count against the bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from toolkit.collect.bounds import Bounds
from toolkit.model.fact import Status
from toolkit.read.failures import LOCKED
from toolkit.read.sniff import HEAD, sniff_head
from toolkit.store.disk import CHUNK, long_path


class ArchiveError(Exception):
    """A container or a member that is not taken; ``status`` and ``reason`` go to the ledger."""

    def __init__(self, status: Status, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


@dataclass
class Budget:
    """What is left for one file that was handed in, with everything inside it."""

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
    """A file in a container: raw and decoded name, declared size, and why it is ignored or refused, if it is.

    ``at``: where its container finds it.
    """

    raw: bytes
    name: str
    size: int
    at: object = None
    ignored: str | None = None
    refused: str | None = None


class Container(Protocol):
    """An open container. Its members must be taken in order, each before the next."""

    def __enter__(self) -> Container: ...

    def __exit__(self, *_: object) -> None: ...

    def members(self) -> Iterator[Member]:
        """Every member that is not a folder. Raises ArchiveError where the container ends in damage."""
        ...

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, counted as they come. Raises ArchiveError."""
        ...


@dataclass(frozen=True, slots=True)
class ContainerKind:
    """A kind of container: ``module:class`` that opens (path, name, budget), and what the ledger calls it.

    ``empty``: what is said of one without members, and the status it gets.
    """

    opener: str
    word: str = "压缩包"
    members: str = "文件"
    empty: tuple[Status, str] = (Status.IGNORED, "空的压缩包")

    def open(self, path: Path, name: str, budget: Budget) -> Container:
        """The container at ``path``, handed in under ``name``. Raises ArchiveError."""
        module, _, function = self.opener.partition(":")
        found: Container = getattr(import_module(module), function)(path, name, budget)
        return found


_MAIL = (Status.NOT_A_RETURN, "邮件中没有附件，报表请以附件报送")
_ZIP = ContainerKind("toolkit.collect.archives:Archive")
KINDS: dict[str, ContainerKind] = {
    "tar": ContainerKind("toolkit.collect.tarballs:Tarball"),
    "gzip": ContainerKind("toolkit.collect.tarballs:Compressed"),
    "bzip2": ContainerKind("toolkit.collect.tarballs:Compressed"),
    "xz": ContainerKind("toolkit.collect.tarballs:Compressed"),
    "7z": ContainerKind("toolkit.collect.foreign:Foreign"),
    "rar": ContainerKind("toolkit.collect.foreign:Foreign"),
    "eml": ContainerKind("toolkit.collect.foreign:Mail", "邮件", "附件", _MAIL),
    "msg": ContainerKind("toolkit.collect.foreign:Mail", "邮件", "附件", _MAIL),
}

_SPLIT = b"PK\x07\x08"
_PIECE = re.compile(r"\.(?:7z|zip|rar|tar|gz)\.\d{3}$|\.[rz]\d{2}$|\.part\d+\.rar$", re.IGNORECASE)
_MESSAGE = "__properties_version1.0".encode("utf-16-le")
VOLUME = "分卷压缩包的一卷，不能单独读取；请合并解压后报送其中的文件，或压成一个文件"
ENCRYPTED = f"压缩包{LOCKED}，请解密后重新报送"


def container_of(path: Path, name: str, bounds: Bounds) -> ContainerKind | None:
    """What kind of container a stored file is; None where it is none (a workbook is a zip as well).

    Raises ArchiveError for a volume of a split archive.
    """
    with long_path(path).open("rb") as handle:
        head = handle.read(HEAD)
    kind = sniff_head(head)
    if head.startswith(_SPLIT) or (kind == "unknown" and _PIECE.search(name)):
        raise ArchiveError(Status.REFUSED, VOLUME)
    if kind == "zip" or head.startswith(b"PK\x05\x06"):
        from toolkit.collect.archives import is_archive  # noqa: PLC0415 - it stands on this module

        return _ZIP if is_archive(path, name, bounds) else None
    if kind == "ole" and _holds(path, _MESSAGE):
        kind = "msg"
    return KINDS.get(kind)


def _holds(path: Path, mark: bytes) -> bool:
    """Whether the bytes stand anywhere in the file."""
    tail = b""
    with long_path(path).open("rb") as handle:
        while chunk := handle.read(CHUNK):
            if mark in tail + chunk:
                return True
            tail = chunk[-len(mark) :]
    return False
