"""The files that were received, out of the store, opened with the passwords at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.store.disk import long_path
from toolkit.store.folder import Folder

if TYPE_CHECKING:
    from toolkit.read import Password
    from toolkit.store import Accepted


@dataclass(frozen=True, slots=True)
class Original:
    """What was received. ``kind``: what it is by its content, below its password; "" where the store lost it.

    ``data``: without its password; as it came where ``locked``: it has one, and none of those given opens it.
    ``password``: the one it came with, "" for none.
    """

    kind: str
    data: bytes = field(default=b"", repr=False)
    password: str = field(default="", repr=False)
    locked: bool = False


def original(out: Path, one: Accepted, passwords: Sequence[Password] = ()) -> Original:
    """The file of an accepted return, byte by byte as it was received but for its password."""
    from toolkit.read import ReadFailure, needs_password, sniff_bytes, unlock  # noqa: PLC0415

    try:
        data = long_path(Folder(out).objects / one.sha256).read_bytes()
    except OSError:
        return Original("")
    if hashlib.sha256(data).hexdigest() != one.sha256:
        return Original("")
    kind = sniff_bytes(data)
    try:
        if kind != "encrypted" and not needs_password(data, kind):
            return Original(kind, data)
        opened = unlock(data, one.file, passwords)
    except ReadFailure:
        return Original(kind, data, locked=True)
    return Original(sniff_bytes(opened.data), opened.data, opened.password)
