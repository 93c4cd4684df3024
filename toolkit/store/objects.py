"""The content store: every input is copied here once, by content, and everything later reads the copy."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from toolkit.store.disk import CHUNK, long_path, make_read_only, make_writable, replace, sync_file, sync_folder

_INCOMING = "incoming-"


@dataclass(frozen=True, slots=True)
class Stored:
    """A copy in the store: its content hash (hex) and size in bytes; ``new``: it was not there before."""

    sha256: str
    size: int
    new: bool


class Objects:
    """Files named by the SHA-256 of their content, written once and read-only from then on.

    One flat folder: it can be made durable with one call for many files (``sync``).
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._count = 0

    def path(self, sha256: str) -> Path:
        """Where the copy with this hash stands, whether or not it is there."""
        return self.root / sha256

    def has(self, sha256: str) -> bool:
        return long_path(self.path(sha256)).is_file()

    def add(self, source: BinaryIO) -> Stored:
        """Copy a stream in. Raises OSError, and leaves nothing behind then."""
        return self.add_chunks(iter(lambda: source.read(CHUNK), b""))

    def add_chunks(self, chunks: Iterable[bytes]) -> Stored:
        """Copy pieces of bytes in. What the iterator raises goes through, and nothing is left behind."""
        with self._incoming() as temporary:
            digest, size = hashlib.sha256(), 0
            with long_path(temporary).open("xb") as handle:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    handle.write(chunk)
                sync_file(handle)
            sha256 = digest.hexdigest()
            return Stored(sha256, size, self._keep(temporary, sha256, size))

    def remove(self, sha256: str) -> None:
        """Take out a copy that turned out to be torn (its file changed while it was copied)."""
        path = long_path(self.path(sha256))
        make_writable(path)
        path.unlink(missing_ok=True)

    def sync(self) -> None:
        """Make what was added durable; call it before the journal says that it is there. Raises OSError."""
        if self.root.is_dir():
            sync_folder(self.root)

    def clean(self) -> None:
        """Drop the unfinished copies of a run that was killed. Only the holder of the lock may call it."""
        if self.root.is_dir():
            for leftover in self.root.glob(f"{_INCOMING}*"):
                leftover.unlink(missing_ok=True)

    def _keep(self, temporary: Path, sha256: str, size: int) -> bool:
        target = self.path(sha256)
        known = long_path(target)
        if known.is_file() and known.stat().st_size == size:
            return False
        if known.exists():  # a damaged copy: the bytes at hand are the right ones
            make_writable(known)
        make_read_only(temporary)
        replace(temporary, target, durable=False)
        return True

    @contextlib.contextmanager
    def _incoming(self) -> Iterator[Path]:
        self.root.mkdir(parents=True, exist_ok=True)
        self._count += 1
        temporary = self.root / f"{_INCOMING}{os.getpid()}-{self._count}"
        try:
            yield temporary
        finally:
            if long_path(temporary).exists():
                make_writable(temporary)
                long_path(temporary).unlink(missing_ok=True)
