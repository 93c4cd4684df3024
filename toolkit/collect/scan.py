"""What lies at the paths given: every entry is told, links and pipes included, and only regular files are opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.collect.departments import is_book
from toolkit.collect.names import shown, why_ignored
from toolkit.model.errors import InputError
from toolkit.store.disk import long_path
from toolkit.store.folder import MANIFEST


@dataclass(frozen=True, slots=True)
class Found:
    """An entry: ``full`` path on this machine, ``path`` for people (as given). ``ignored``: why it is not read.

    ``trouble``: why it could not be looked at (yet). ``book``: a folder that is a department's results.
    """

    full: str
    path: str
    ignored: str | None = None
    trouble: str | None = None
    book: bool = False

    @property
    def location(self) -> bytes:
        return os.fsencode(self.full)


def require(paths: Sequence[Path | str], out: Path) -> None:
    """Raise InputError where there is no path, one that does not exist, or nothing at any of them."""
    if not paths:
        raise InputError("没有给出要收取的文件或文件夹。例如：toolkit collect 报送/ -o 结果/")
    for path in paths:
        if not os.path.lexists(path):
            raise InputError(f"“{shown(str(path))}”不存在。请检查路径。")
    if next(scan(paths, out), None) is None:
        raise InputError(f"{'、'.join(f'“{shown(str(path))}”' for path in paths)}里没有任何文件。请检查路径。")


def scan(paths: Sequence[Path | str], out: Path) -> Iterator[Found]:
    """Every entry at and below ``paths``, each once, in order of names; the folder ``out`` is left out.

    A folder with a department's results is one entry.
    """
    skip, seen = os.path.abspath(out), set[str]()  # noqa: PTH100 - links are not followed
    for path in paths:
        full = os.path.abspath(path)  # noqa: PTH100
        for found in _walk(full, Path(path).as_posix(), skip):
            if found.full not in seen:
                seen.add(found.full)
                yield found


def _walk(full: str, path: str, skip: str) -> Iterator[Found]:
    if full == skip:
        return
    try:
        mode = os.lstat(long_path(Path(full))).st_mode
        ignored = why_ignored(os.path.basename(full)) or _not_a_file(mode)  # noqa: PTH119
        if ignored or stat.S_ISREG(mode):
            yield Found(full, shown(path), ignored)
            return
        with os.scandir(long_path(Path(full))) as entries:
            names = sorted((entry.name for entry in entries), key=os.fsencode)
    except OSError as error:
        yield Found(full, shown(path), trouble=f"无法打开（{error.strerror or error}）")
        return
    if {MANIFEST, "state"} & set(names) and is_book(Path(full)):
        yield Found(full, shown(path), book=True)
        return
    for name in names:
        yield from _walk(os.path.join(full, name), name if path == "." else f"{path.rstrip('/')}/{name}", skip)  # noqa: PTH118


def _not_a_file(mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "符号链接，未跟随；请直接给出它所指的文件"
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "不是普通文件（管道、设备等），未打开"
