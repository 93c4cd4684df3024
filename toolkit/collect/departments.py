"""A department's book as a return of its own: verified whole, then its accepted returns are taken in with their lineage.

A folder of results (MANIFEST.json and state), or the same in a zip. Nothing in it is believed: every output must be what
its manifest says, every original what its ledger says, and the originals are read again here. What does not fit refuses
the whole book. Its own outputs (findings.xlsx …) are never taken for returns.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from toolkit.collect.bounds import Bounds
from toolkit.collect.containers import ArchiveError, Container, Member
from toolkit.model.fact import Status
from toolkit.store.disk import CHUNK, long_path
from toolkit.store.folder import MANIFEST
from toolkit.store.journal import Journal, Stage
from toolkit.store.objects import Objects
from toolkit.store.outputs import Committed, parse_manifest

LEDGER = "received.jsonl"
_JOURNAL = "state/journal.sqlite"
_UNFINISHED = f".staging/{MANIFEST}"
_INSIDE = re.compile(r"(?:^|/)state/(?:objects/[0-9a-f]{64}|journal\.sqlite)$")
_SHA = re.compile(r"[0-9a-f]{64}\Z")
_MANIFEST_LIMIT, _LEDGER_LIMIT, _LINE_LIMIT = 1 << 20, 1 << 28, 1 << 16
_KEPT = ("path", "inner_path", "received_at", "decision", "origin")
AGAIN = "请部门运行 toolkit report 重新生成后，将整个结果文件夹（含 state）原样报送"
LOOSE = "收表结果文件夹的内部文件；部门的结果请以文件夹或 zip 报送"


class BookError(Exception):
    """Why a book is refused."""


class WaitError(Exception):
    """Why a book in a folder cannot be read now: it is being written, or the share went away."""


class Source(Protocol):
    """Where a book's files are read from; names are as in its folder, with ``/``."""

    def has(self, name: str) -> bool: ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file. Raises BookError where it is missing or not a plain file, WaitError where it cannot
        be read now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a book was received: ``location`` and ``raw`` for us, ``path`` and ``inner`` for people.

    ``front``: what stands before the paths of its returns.
    """

    location: bytes
    raw: bytes
    path: str
    inner: str
    front: str = ""


class FolderSource:
    """A book in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, name: str) -> bool:
        try:
            return stat.S_ISREG(os.lstat(long_path(self._root / name)).st_mode)
        except OSError:
            return False

    def chunks(self, name: str) -> Iterator[bytes]:
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            with os.fdopen(os.open(long_path(self._root / name), flags), "rb") as handle:
                if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                    raise BookError(f"{name} 不是普通文件")
                while chunk := handle.read(CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise BookError(f"缺少 {name}") from error
        except OSError as error:
            raise WaitError(f"{name} 无法读取（{error.strerror or error}）") from error


class ZipSource:
    """A book in an archive; ``members`` by their names in its folder."""

    def __init__(self, archive: Container, members: Mapping[str, Member]) -> None:
        self._archive, self._members = archive, members

    def has(self, name: str) -> bool:
        return name in self._members

    def chunks(self, name: str) -> Iterator[bytes]:
        member = self._members.get(name)
        if member is None or member.refused or member.ignored:
            raise BookError(f"{name}：{member.refused or member.ignored}" if member else f"缺少 {name}")
        try:
            yield from self._archive.chunks(member)
        except ArchiveError as error:
            raise BookError(f"{name}：{error.reason}") from error


def is_book(folder: Path) -> bool:
    """Whether a folder is what ``collect -o`` left: with its journal, or with a manifest that names a ledger."""
    source = FolderSource(folder)
    return source.has(_JOURNAL) or (source.has(MANIFEST) and _names_ledger(source))


def _names_ledger(source: Source) -> bool:
    try:
        committed = parse_manifest(_read(source, MANIFEST, _MANIFEST_LIMIT))
    except (BookError, WaitError):
        return False
    return committed is not None and any(o.name == LEDGER for o in committed.outputs)


def is_loose(name: str) -> bool:
    """Whether a member of an archive is the inside of a book, where the archive as a whole is not read as one."""
    return _INSIDE.search(name.replace("\\", "/")) is not None


def books_in(archive: Container, listing: Iterable[Member]) -> dict[str, ZipSource]:
    """The books in a zip by the folder they stand in (``""`` or with a ``/`` at its end)."""
    members = {member.name.replace("\\", "/"): member for member in listing}
    roots = {name[: -len(MANIFEST)] for name in members if PurePosixPath(name).name == MANIFEST}
    roots |= {name[: -len(_JOURNAL)] for name in members if name == _JOURNAL or name.endswith(f"/{_JOURNAL}")}
    found: dict[str, ZipSource] = {}
    for root in sorted(roots):
        if any(root.startswith(outer) for outer in found):
            continue
        source = ZipSource(archive, {n.removeprefix(root): m for n, m in members.items() if n.startswith(root)})
        if source.has(_JOURNAL) or _names_ledger(source):
            found[root] = source
    return found


def take_book(objects: Objects, journal: Journal, run: int, source: Source, place: Place, bounds: Bounds) -> None:
    """Enter a book and its accepted returns, each with the line of the book's ledger it comes from.

    One that was taken in before and is the same is left alone. Raises WaitError, and OSError of our own store.
    """
    where = (place.location, place.raw, place.path, place.inner)
    manifest, new = b"", list[str]()
    try:
        if source.has(_UNFINISHED):
            raise (WaitError if isinstance(source, FolderSource) else BookError)("结果还没有写完，或写结果时中断")
        manifest = _read(source, MANIFEST, _MANIFEST_LIMIT) if source.has(MANIFEST) else b""
        if journal.stands(*where[:2], hashlib.sha256(manifest).hexdigest()):
            return
        committed = _verified(source, manifest)
        lines = _accepted(source, committed, bounds)
        for line in lines:
            _original(objects, source, line, bounds, new)
    except (BookError, WaitError) as error:
        for sha256 in new:
            objects.remove(sha256)
        if isinstance(error, WaitError):
            raise
        _refuse(objects, journal, run, where, manifest, f"部门的结果文件夹未通过核对：{error}。{AGAIN}")
        return
    stored = objects.add_chunks([manifest])
    book = journal.receive(run, *where, size=len(manifest), sha256=stored.sha256)
    journal.advance(book, Stage.STORED)
    journal.set_origin(book, book, json.dumps({"counts": dict(committed.counts)}, ensure_ascii=False))
    for line in lines:
        seq = _enter(journal, run, place, line)
        journal.set_origin(seq, book, json.dumps({k: line.get(k) for k in _KEPT}, ensure_ascii=False))
    left = committed.counts.get("received", len(lines)) - len(lines)
    more = f"；它登记的另外 {left} 个文件没有被它接收（见其 {LEDGER}）" if left > 0 else ""
    journal.advance(book, Stage.IGNORED, f"部门的结果文件夹本身；其中 {len(lines)} 份已接收的报送已逐份收取{more}")


def _enter(journal: Journal, run: int, place: Place, line: Mapping[str, Any]) -> int:
    inner = place.front + "/".join(part for part in (line["path"], line["inner_path"]) if part)
    raw = b"!".join(part for part in (place.raw, inner.encode()) if part)
    seq = journal.receive(run, place.location, raw, place.path, inner, size=line["size"], sha256=line["sha256"])
    journal.advance(seq, Stage.STORED)
    return seq


def _refuse(
    objects: Objects, journal: Journal, run: int, where: tuple[bytes, bytes, str, str], manifest: bytes, reason: str
) -> None:
    """What is kept of a refused book is its manifest and what was wrong: mended, it is another receipt."""
    stored = objects.add_chunks([manifest, b"\n", reason.encode("utf-8", "backslashreplace")])
    seq = journal.receive(run, *where, size=len(manifest), sha256=stored.sha256)
    journal.advance(seq, Stage.REFUSED, reason)


def _verified(source: Source, manifest: bytes) -> Committed:
    """The manifest, where every output is there and is what it says. Raises BookError that names the first that is not."""
    committed = parse_manifest(manifest)
    if committed is None or not all(isinstance(count, int) for count in committed.counts.values()):
        raise BookError(f"{MANIFEST} {'无法读懂' if manifest else '不在，上次收表没有完成'}")
    if not source.has(_JOURNAL):
        raise BookError("缺少 state 文件夹，收到的原件都在其中")
    outputs = (*committed.outputs, *committed.kept)
    if not any(output.name == LEDGER for output in outputs):
        raise BookError(f"{MANIFEST} 里没有 {LEDGER}")
    for output in outputs:
        if not _stays_inside(output.file):
            raise BookError(f"{MANIFEST} 里的“{output.file}”指向文件夹之外")
        digest, size = hashlib.sha256(), 0
        for chunk in source.chunks(output.file):
            size += len(chunk)
            digest.update(chunk)
        if (size, digest.hexdigest()) != (output.size, output.sha256):
            raise BookError(f"{output.file} 与 {MANIFEST} 中登记的哈希不符，生成之后被改动过")
    return committed


def _stays_inside(name: object) -> bool:
    if not isinstance(name, str) or not name or "\\" in name or ":" in name or "\0" in name:
        return False
    return not name.startswith("/") and ".." not in name.split("/")


def _accepted(source: Source, committed: Committed, bounds: Bounds) -> list[dict[str, Any]]:
    """The lines of the accepted returns in the book's ledger. Raises BookError for a ledger that is not one."""
    output = next(o for o in (*committed.outputs, *committed.kept) if o.name == LEDGER)
    content = _read(source, output.file, _LEDGER_LIMIT)
    if hashlib.sha256(content).hexdigest() != output.sha256:
        raise BookError(f"{output.file} 与 {MANIFEST} 中登记的哈希不符，核对期间有改动")
    try:
        lines = [_line(text) for text in content.decode("utf-8").split("\n") if text]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BookError(f"{output.file} 不是收件登记（{type(error).__name__}）") from error
    if len(lines) > bounds.entries:
        raise BookError(f"{output.file} 超过 {bounds.entries} 行")
    accepted = [line for line in lines if line["status"] == Status.ACCEPTED]
    if committed.counts.get(str(Status.ACCEPTED)) != len(accepted):
        raise BookError(f"{output.file} 中已接收的份数与 {MANIFEST} 不一致")
    return accepted


def _line(text: str) -> dict[str, Any]:
    """A line of the ledger, of which nothing can hurt later. Raises ValueError, KeyError or TypeError."""
    if len(text) > _LINE_LIMIT:
        raise ValueError(len(text))
    said = json.dumps(json.loads(text, parse_constant=_no_number), ensure_ascii=False)
    line: dict[str, Any] = json.loads(said.encode("utf-8", "replace"))  # no halves of characters
    path, inner, status = line["path"], line.get("inner_path"), line["status"]
    fits = isinstance(path, str) and isinstance(inner, str | None) and isinstance(line["size"], int)
    if not fits or not path or (status == Status.ACCEPTED and not _SHA.match(line["sha256"])):
        raise ValueError(path)
    return line | {"inner_path": inner or ""}


def _no_number(text: str) -> float:
    raise ValueError(text)


def _original(objects: Objects, source: Source, line: Mapping[str, Any], bounds: Bounds, new: list[str]) -> None:
    """Copy an original into our store. Raises BookError where it is not what the ledger says."""
    sha256 = line["sha256"]

    def counted() -> Iterator[bytes]:
        size = 0
        for chunk in source.chunks(f"state/objects/{sha256}"):
            size += len(chunk)
            if size > bounds.file:
                raise BookError(f"{line['path']} 的原件超过 {bounds.file} 字节")
            yield chunk

    stored = objects.add_chunks(counted())
    if stored.new:
        new.append(stored.sha256)
    if stored.sha256 != sha256 or stored.size != line["size"]:
        raise BookError(f"{line['path']} 的原件与登记的哈希不符，收到之后被改动过")


def _read(source: Source, name: str, limit: int) -> bytes:
    content = bytearray()
    for chunk in source.chunks(name):
        content += chunk
        if len(content) > limit:
            raise BookError(f"{name} 超过 {limit} 字节")
    return bytes(content)
