"""Copies of the accepted returns under names of people, in ``OUT/returned``: what links in the reports open.

Made from the content store, so the folder that was collected need not be there any more. A name carries the start of
the content's hash: it always means the same bytes, and nothing that is open somewhere has to be replaced.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from toolkit.read.sniff import sniff
from toolkit.store.disk import file_hash, long_path, make_read_only, make_writable, replace, write_atomic
from toolkit.store.folder import Folder

RETURNED = "returned"
_NOTED = "returned.json"
_TEMPORARY = ".copying"
_OTHER = re.compile(r"[^\w()（）-]+")
_LONGEST = 60
_SUFFIXES = {
    "xlsx": ".xlsx", "xlsm": ".xlsm", "xls": ".xls", "xlsb": ".xlsb", "ods": ".ods", "fods": ".fods",
    "encrypted": ".xlsx",
}  # fmt: skip
"""By content: a name that says otherwise is not believed. A web page or XML is not opened by a click: no copy."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An accepted return: its content, the unit's code and the name it was received under."""

    sha256: str
    unit: str
    file: str


def copy_name(wanted: Wanted, suffix: str) -> str:
    """``102_办公室_3f2a9c1b.xlsx``: of letters, digits and a few signs alone, so that it can stand in any link."""
    stem = _plain(PurePosixPath(wanted.file.replace("\\", "/")).stem)
    unit = _plain(wanted.unit)
    front = "" if stem.startswith(unit) else f"{unit}_"
    return f"{front}{stem}"[:_LONGEST].strip("_") + f"_{wanted.sha256[:8]}{suffix}"


def _plain(text: str) -> str:
    return _OTHER.sub("_", unicodedata.normalize("NFC", text)).strip("_")


def put_copies(out: Path, wanted: Iterable[Wanted]) -> dict[str, str]:
    """Write the copies that are not there yet; content → path from ``out``. Use inside ``hold(out)``.

    What the store has lost, and what no office program opens, has none. Raises OSError where one cannot be written.
    """
    folder = Folder(out)
    found: dict[str, str] = {}
    for one in wanted:
        source = folder.objects / one.sha256
        suffix = _SUFFIXES.get(sniff(long_path(source))) if long_path(source).is_file() else None
        if suffix is None:
            continue
        name = copy_name(one, suffix)
        if _stands(out / RETURNED / name, source) or _copy(source, out / RETURNED / name, one.sha256):
            found[one.sha256] = f"{RETURNED}/{name}"
    return found


def _stands(target: Path, source: Path) -> bool:
    """Whether the copy is as it was written: read-only and of the same size, or else of the same content."""
    try:
        now = long_path(target).stat()
        if now.st_size != long_path(source).stat().st_size:
            return False
        return not now.st_mode & 0o222 or file_hash(target) == source.name
    except OSError:
        return False


def _copy(source: Path, target: Path, sha256: str) -> bool:
    """Copy by way of a temporary; False where the store's own copy is damaged."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(_TEMPORARY)
    make_writable(temporary)
    shutil.copyfile(long_path(source), long_path(temporary))
    if file_hash(temporary) != sha256:
        temporary.unlink()
        return False
    make_read_only(temporary)
    if target.exists():  # somebody changed it: the report must open what was received
        make_writable(target)
    replace(temporary, target, durable=False)
    return True


def drop_copies(out: Path, kept: Mapping[str, str]) -> None:
    """Note the copies in use and drop those of earlier runs that no report links to any more.

    One that is held open, or was changed by somebody, stays. Use inside ``hold(out)``, after the commit.
    """
    note = Folder(out).state / _NOTED
    before: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        before = json.loads(note.read_text("utf-8"))
    left = {}
    for sha256, name in before.items():
        path = out / name
        if name in kept.values() or not long_path(path).is_file():
            continue
        with contextlib.suppress(OSError):
            if file_hash(path) == sha256:
                make_writable(path)
                long_path(path).unlink()
        if path.exists():
            left[sha256] = name
    with contextlib.suppress(OSError):
        (out / RETURNED / _TEMPORARY).unlink(missing_ok=True)
    write_atomic(note, json.dumps(left | dict(kept), ensure_ascii=False, sort_keys=True).encode(), durable=False)
