"""Whether a folder lies on a disk of this machine or on a network share."""

from __future__ import annotations

import os
from pathlib import Path

_REMOTE_KINDS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs", "fuse.sshfs"})
_WINDOWS_REMOTE = 4


def is_local(path: Path) -> bool:
    """False on a network share, as far as the system tells; True where it does not."""
    full = os.path.abspath(path)  # noqa: PTH100 - the path as given, links not followed
    return _local_on_windows(full) if os.name == "nt" else _local_on_linux(os.path.realpath(full))


def _local_on_windows(full: str) -> bool:
    if full.startswith("\\\\") and not full.startswith("\\\\?\\"):
        return False
    import ctypes  # noqa: PLC0415 - needed on Windows only

    root = os.path.splitdrive(full.removeprefix("\\\\?\\"))[0] + "\\"
    kind = getattr(ctypes, "windll").kernel32.GetDriveTypeW(root)  # noqa: B009 - the name exists on Windows only
    return bool(kind != _WINDOWS_REMOTE)


def _local_on_linux(full: str) -> bool:
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return True
    best, kind = "", ""
    for line in mounts:
        point, found = line.split(" ")[1].replace("\\040", " "), line.split(" ")[2]
        inside = full == point or full.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind not in _REMOTE_KINDS
