"""Writing so that a power cut leaves the old bytes or the new ones: sync, then rename. Works on Windows."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
_LONG = 240


def long_path(path: Path) -> Path:
    r"""``path`` in the ``\\?\`` form where Windows would stop at 260 characters; unchanged elsewhere."""
    if os.name != "nt":
        return path
    text = str(Path(os.path.abspath(path)))  # noqa: PTH100 - resolve() would follow links
    if len(text) < _LONG or text.startswith("\\\\?\\"):
        return path
    return Path("\\\\?\\UNC\\" + text[2:] if text.startswith("\\\\") else "\\\\?\\" + text)


def sync_file(handle: BinaryIO) -> None:
    """Flush ``handle`` down to the disk."""
    handle.flush()
    os.fsync(handle.fileno())


def sync_path(path: Path) -> None:
    """Flush a file that another library wrote down to the disk."""
    with long_path(path).open("rb+") as handle:
        sync_file(handle)


def sync_folder(path: Path) -> None:
    """Make the renames inside a folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # Some network file systems cannot sync a folder; the rename itself is still atomic there.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(source: Path, target: Path, *, durable: bool = True) -> None:
    """Rename ``source`` over ``target`` in one step. Raises OSError.

    Not ``durable``: a power cut may undo the rename (never half of it); for what can be made again.
    """
    os.replace(long_path(source), long_path(target))  # noqa: PTH105 - the name says that it overwrites
    if durable:
        sync_folder(target.parent)


def write_atomic(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a whole file: temporary beside it, sync, rename. Raises OSError and leaves the old file then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with long_path(temporary).open("wb") as handle:
            handle.write(content)
            sync_file(handle)
        replace(temporary, path, durable=durable)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hex. Raises OSError."""
    with long_path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def make_read_only(path: Path) -> None:
    """Take the right to write from a file; a file system without rights keeps it."""
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IREAD)


def make_writable(path: Path) -> None:
    """Give the right to write back, which Windows asks for before a file can be replaced."""
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IREAD | stat.S_IWRITE)
