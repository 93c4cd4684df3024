"""Taking in: each file found is copied into the store and entered into the journal, archives member by member."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from toolkit.collect.archives import Archive
from toolkit.collect.bounds import Bounds
from toolkit.collect.containers import KINDS, ArchiveError, Budget, Container, ContainerKind, Member, container_of
from toolkit.collect.departments import LOOSE, FolderSource, Place, WaitError, books_in, is_loose, take_book
from toolkit.collect.scan import Found, scan
from toolkit.model.fact import Status
from toolkit.read.sniff import HEAD, sniff_head
from toolkit.store.disk import CHUNK, long_path
from toolkit.store.folder import MANIFEST
from toolkit.store.journal import Journal, Stage
from toolkit.store.objects import Objects, Stored

Progress = Callable[[int, int, str], None]
"""Called with (done, total, name); total 0 while it is not known yet."""

_BATCH = 64
_MAY_BE_BIG = frozenset({"zip", *KINDS})
_CHANGED = "读取期间文件有变化（可能正在复制或编辑），稍后再收"
_STAGE = {
    Status.REFUSED: Stage.REFUSED,
    Status.UNREADABLE: Stage.UNREADABLE,
    Status.NOT_A_RETURN: Stage.NOT_A_RETURN,
    Status.IGNORED: Stage.IGNORED,
}


class ChangedError(Exception):
    """A file was written to while it was copied."""


class SourceError(Exception):
    """A file could be opened but not read to its end (a share that went away, a bad disk)."""


class TooBigError(Exception):
    """A file that is no archive is bigger than any return."""


def stage_of(status: Status) -> Stage:
    """The journal's word for a failure."""
    return _STAGE[status]


def copy_in(objects: Objects, path: Path, limit: int, *, known: bool = False) -> Stored:
    """Copy a regular file into the store. Keeps nothing where it raises. ``known``: look first if it is there.

    Raises ChangedError, SourceError, TooBigError; OSError where it cannot be opened or the store cannot be written.
    """
    before = os.lstat(long_path(path))
    # Between the scan and now a pipe may have taken the file's place: never wait for one, never follow a link.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(long_path(path), flags), "rb") as source:
        opened = os.fstat(source.fileno())
        if not stat.S_ISREG(opened.st_mode):
            raise ChangedError
        if opened.st_size > limit and sniff_head(source.read(HEAD)) not in _MAY_BE_BIG:
            raise TooBigError
        stored = _find(objects, source) if known else None
        if stored is None:
            source.seek(0)
            stored = objects.add_chunks(_chunks(source))
    after = os.lstat(long_path(path))
    if len({_signature(s) for s in (before, opened, after)}) > 1 or stored.size != after.st_size:
        if stored.new:
            objects.remove(stored.sha256)
        raise ChangedError
    return stored


def _find(objects: Objects, source: BinaryIO) -> Stored | None:
    """The copy that is there already, without writing anything."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
    sha256 = digest.hexdigest()
    return Stored(sha256, size, new=False) if objects.has(sha256) else None


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := source.read(CHUNK):
            yield chunk
    except OSError as error:
        raise SourceError(error.strerror or str(error)) from error


def _signature(found: os.stat_result) -> tuple[int, int, int]:
    # Windows tells no file number from a path alone in all versions: size and time must do there.
    return (found.st_size, found.st_mtime_ns, found.st_ino if os.name != "nt" else 0)


class Intake:
    """One run's taking in. ``pending`` are the files to try again at the end."""

    def __init__(self, objects: Objects, journal: Journal, run: int, bounds: Bounds) -> None:
        self.objects, self.journal, self.run, self.bounds = objects, journal, run, bounds
        self.pending: list[Found] = []

    def take(self, paths: Sequence[Path | str], out: Path, progress: Progress) -> None:
        """Take in all that lies at ``paths``, except below ``out``."""
        batch: list[Found] = []
        for found in scan(paths, out):
            batch.append(found)
            if len(batch) >= _BATCH:
                self._take_batch(batch, progress)
                batch = []
        self._take_batch(batch, progress)

    def retry(self, progress: Progress) -> None:
        """Try the pending ones once more."""
        again, self.pending = self.pending, []
        self._take_batch(again, progress)

    def _take_batch(self, batch: Sequence[Found], progress: Progress) -> None:
        with self.journal.batch():
            for found in batch:
                progress(0, 0, found.path)
                self._take(found)
            self.objects.sync()

    def _take(self, found: Found) -> None:
        if found.ignored:
            self._enter(found, Stage.IGNORED, found.ignored)
            return
        if found.trouble:
            self._wait(found, found.trouble)
            return
        if found.book:
            self._take_book(found)
            return
        try:
            stored = copy_in(self.objects, Path(found.full), self.bounds.file, known=self._known(found))
        except ChangedError:
            self._wait(found, _CHANGED)
        except SourceError as error:
            self._wait(found, f"读取中断（{error}），稍后再收")
        except TooBigError:
            self._enter(found, Stage.REFUSED, f"文件超过 {self.bounds.file} 字节，不是报送文件")
        except FileNotFoundError:
            self._wait(found, "收取时文件已不在原处")
        except OSError as error:
            if self._ours(error):
                raise
            self._wait(found, f"无法读取（{error.strerror or error}）；若正被打开，请关闭后再收")
        else:
            place = (found.location, b"", found.path, "")
            self._keep(place, stored.sha256, stored.size, Budget(self.bounds), 1)

    def _take_book(self, found: Found) -> None:
        place, source = Place(found.location, b"", found.path, ""), FolderSource(Path(found.full))
        try:
            take_book(self.objects, self.journal, self.run, source, place, self.bounds)
        except WaitError as error:
            self._wait(found, f"部门的结果文件夹暂时不能收取：{error}")

    def _known(self, found: Found) -> bool:
        return self.journal.knows(found.location, _size(found))

    def _ours(self, error: OSError) -> bool:
        """Whether it was the store, not the input, that failed: a full disk stops the run."""
        return error.filename is None or str(self.objects.root) in str(error.filename)

    def _enter(self, found: Found, stage: Stage, reason: str) -> None:
        seq = self.journal.receive(self.run, found.location, b"", found.path, "", size=_size(found), sha256="")
        self.journal.advance(seq, stage, reason)

    def _wait(self, found: Found, reason: str) -> None:
        self.pending.append(found)
        self._enter(found, Stage.PENDING, reason)

    def _keep(self, place: tuple[bytes, bytes, str, str], sha256: str, size: int, budget: Budget, depth: int) -> None:
        """Enter a stored content; an archive is taken apart, once for each place it was found in."""
        seq = self.journal.receive(self.run, *place, size=size, sha256=sha256)
        path = self.objects.path(sha256)
        self.journal.advance(seq, Stage.STORED)
        if self.journal.stage(seq) is not Stage.STORED:
            return
        try:
            kind = container_of(path, place[3] or place[2], self.bounds)
            if kind is None:
                return
            if depth > self.bounds.depth:
                raise ArchiveError(Status.REFUSED, f"压缩包套压缩包超过 {self.bounds.depth} 层，未展开")
            count = self._expand(kind, place, path, budget, depth)
            if not count:
                raise ArchiveError(*kind.empty)
        except ArchiveError as error:
            self.journal.advance(seq, stage_of(error.status), error.reason)
        else:
            self.journal.advance(seq, Stage.IGNORED, f"{kind.word}本身；其中 {count} 个{kind.members}已逐个收取")

    def _expand(
        self, kind: ContainerKind, place: tuple[bytes, bytes, str, str], path: Path, budget: Budget, depth: int
    ) -> int:
        location, outer_raw, shown, outer = place
        count = 0
        with kind.open(path, outer or shown, budget) as archive:
            books = books_in(archive, archive.listing()) if isinstance(archive, Archive) else {}
            for root, source in books.items():
                count += 1
                front = f"{outer}!{root}" if outer else root
                raw = b"!".join(part for part in (outer_raw, root.encode() + MANIFEST.encode()) if part)
                inside = Place(location, raw, shown, front + MANIFEST, front)
                take_book(self.objects, self.journal, self.run, source, inside, self.bounds)
            for member in archive.members():
                if member.name.replace("\\", "/").startswith(tuple(books)):
                    continue
                count += 1
                raw = outer_raw + b"!" + member.raw if outer_raw else member.raw
                inner = (location, raw, shown, f"{outer}!{member.name}" if outer else member.name)
                self._take_member(archive, member, inner, budget, depth)
        return count

    def _take_member(
        self, archive: Container, member: Member, place: tuple[bytes, bytes, str, str], budget: Budget, depth: int
    ) -> None:
        refused = LOOSE if is_loose(member.name) else member.refused
        stage, reason = (Stage.IGNORED, member.ignored) if member.ignored else (Stage.REFUSED, refused)
        if reason is None:
            try:
                stored = self.objects.add_chunks(archive.chunks(member))
            except ArchiveError as error:
                stage, reason = stage_of(error.status), error.reason
            else:
                self._keep(place, stored.sha256, stored.size, budget, depth + 1)
                return
        seq = self.journal.receive(self.run, *place, size=member.size, sha256="")
        self.journal.advance(seq, stage, reason)
        if budget.spent:
            raise ArchiveError(Status.REFUSED, reason)


def _size(found: Found) -> int:
    try:
        return os.lstat(long_path(Path(found.full))).st_size
    except OSError:
        return 0
