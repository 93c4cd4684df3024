"""One run at a time in an output folder; the second is told who holds it.

The lock is SQLite's own on ``state/lock.sqlite`` (the operating system drops it with the process), and
``state/lock.json`` says whose it is. Where a file system does not honour locks, the note alone decides:
it is stale only if its process is known to be gone.
"""

from __future__ import annotations

import contextlib
import datetime
import getpass
import json
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from toolkit.model.errors import OutputError
from toolkit.store.disk import write_atomic
from toolkit.store.folder import Folder


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an output folder: user, machine, process id and the time it began (ISO, local)."""

    owner: str
    host: str
    pid: int
    start: str
    ticks: str = ""

    def __str__(self) -> str:
        return f"{self.owner}@{self.host}，进程 {self.pid}，始于 {self.start}"


_held: dict[str, tuple[int, int]] = {}
_guard = threading.Lock()


@contextlib.contextmanager
def hold(out: Path) -> Iterator[Folder]:
    """Hold the output folder ``out`` (made if need be) until the block ends.

    The same thread may hold it again inside. Raises OutputError if another run holds it, naming it.
    """
    folder = Folder(out)
    folder.create()
    name, me = str(out.resolve()), threading.get_ident()
    with _guard:
        owner, depth = _held.get(name, (me, 0))
        if depth and owner != me:
            raise OutputError(_held_message(out, _read(folder)))
        connection = None if depth else _acquire(folder)
        _held[name] = (me, depth + 1)
    try:
        yield folder
    finally:
        with _guard:
            _held[name] = (me, depth)
            if connection is not None:
                del _held[name]
                with contextlib.suppress(OSError):  # a note that stays is seen to be stale by the next run
                    _note(folder).unlink(missing_ok=True)
                connection.close()


def _acquire(folder: Folder) -> sqlite3.Connection:
    connection = None
    try:
        connection = sqlite3.connect(
            folder.state / "lock.sqlite", timeout=0, isolation_level=None, check_same_thread=False
        )
        connection.execute("BEGIN EXCLUSIVE")
        holder = _read(folder)
        if holder is not None and not _gone(holder):
            raise OutputError(_held_message(folder.out, holder))
        write_atomic(_note(folder), json.dumps(asdict(_myself()), ensure_ascii=False).encode())
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise OutputError(_held_message(folder.out, _read(folder))) from error
        if isinstance(error, sqlite3.Error | OSError):
            raise OutputError(f"输出文件夹“{folder.out}”不可写：{error}。") from error
        raise
    return connection


def _note(folder: Folder) -> Path:
    return folder.state / "lock.json"


def _read(folder: Folder) -> Holder | None:
    try:
        return Holder(**json.loads(_note(folder).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _held_message(out: Path, holder: Holder | None) -> str:
    who = str(holder) if holder else "另一次运行"
    note = Folder(out).state / "lock.json"
    return f"输出文件夹“{out}”正被占用：{who}。请等它结束；若确知它已不在运行，请删除“{note}”后重试。"


def _myself() -> Holder:
    try:
        owner = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id without a name, as in some containers
        owner = "?"
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    return Holder(owner, socket.gethostname(), os.getpid(), now, _ticks(os.getpid()))


def _gone(holder: Holder) -> bool:
    """Whether the process of a note is known to be gone. Only its own machine can know."""
    if holder.host != socket.gethostname():
        return False
    if holder.pid == os.getpid() or not Path("/proc/self/stat").exists():
        return True  # we hold the operating system's lock, so whoever wrote the note does not
    ticks = _ticks(holder.pid)
    return ticks == "" or holder.ticks not in {"", ticks}


def _ticks(pid: int) -> str:
    """When a process began, in clock ticks since boot: tells a reused process id. "" where unknown or gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    after_name = text.rpartition(")")[2].split()
    return "" if after_name[0] in {"Z", "X"} else after_name[19]
