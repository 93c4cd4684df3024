"""The journal: one SQLite file that moves each receipt forward only, in the order of arrival.

seen → stored → gated → parsed → checked → merged, or an end: ignored, refused, unreadable, not_a_return,
duplicate, pending. ``steps`` is never changed, only added to. Order is by ``seq``, never by a clock.
One writer: whoever holds the folder's lock. WAL on local disks, a rollback journal on network shares,
because WAL needs shared memory; ``TOOLKIT_JOURNAL=wal|rollback`` overrides the guess.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from toolkit.model.errors import OutputError
from toolkit.model.fact import Status
from toolkit.store.shares import is_local

VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL, finished TEXT);
CREATE TABLE IF NOT EXISTS receipts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, location BLOB NOT NULL, inner_raw BLOB NOT NULL,
    path TEXT NOT NULL, inner_path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    received_at TEXT NOT NULL, stage TEXT NOT NULL, engine TEXT NOT NULL, reason TEXT NOT NULL,
    UNIQUE (location, inner_raw, sha256));
CREATE TABLE IF NOT EXISTS steps (
    step INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, stage TEXT NOT NULL, engine TEXT NOT NULL,
    reason TEXT NOT NULL, at TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS steps_stay BEFORE UPDATE ON steps BEGIN SELECT RAISE(ABORT, 'forward only'); END;
CREATE TRIGGER IF NOT EXISTS steps_last BEFORE DELETE ON steps BEGIN SELECT RAISE(ABORT, 'forward only'); END;
CREATE TABLE IF NOT EXISTS parses (
    sha256 TEXT NOT NULL, engine TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (sha256, engine));
CREATE TABLE IF NOT EXISTS decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, sha256 TEXT NOT NULL, decision TEXT NOT NULL, who TEXT NOT NULL,
    decided TEXT NOT NULL, why TEXT NOT NULL, UNIQUE (sha256, decision, who, decided, why));
CREATE TABLE IF NOT EXISTS origins (seq INTEGER PRIMARY KEY, book INTEGER NOT NULL, line TEXT NOT NULL);
"""


class Stage(StrEnum):
    """How far a receipt has come. The last six are ends."""

    SEEN = "seen"
    STORED = "stored"
    GATED = "gated"
    PARSED = "parsed"
    CHECKED = "checked"
    MERGED = "merged"
    PENDING = "pending"
    IGNORED = "ignored"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    NOT_A_RETURN = "not_a_return"
    DUPLICATE = "duplicate"


_RANK = {stage: rank for rank, stage in enumerate(Stage)}
_RANK[Stage.PENDING] = _RANK[Stage.SEEN]  # a pending file may still be stored


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file as it was received: one per place and content. ``path`` is for people, ``location`` for us.

    ``size`` in bytes; ``sha256`` "" where the content was never taken in; ``run``: the collection it came in.
    """

    seq: int
    run: int
    location: bytes
    inner_raw: bytes
    path: str
    inner_path: str
    size: int
    sha256: str
    received_at: str
    stage: Stage
    engine: str
    reason: str

    @property
    def name(self) -> str:
        """The file's own name, wherever it stood."""
        return (self.inner_path or self.path).replace("\\", "/").rpartition("/")[2]

    @property
    def shown(self) -> str:
        """Path and inner path as one text."""
        return f"{self.path}!{self.inner_path}" if self.inner_path else self.path


@dataclass(frozen=True, slots=True)
class Parse:
    """Why reading one content gave no return."""

    outcome: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A bureau's decision about one content: accept or withdraw, who, when, why, entered in which run."""

    number: int
    run: int
    sha256: str
    decision: str
    who: str
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A receipt that came in with a department's book: the book's receipt, and the line of its ledger (JSON)."""

    book: int
    line: str


class Journal:
    """The journal of one output folder. Raises OutputError where it cannot be opened or is not ours."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise OutputError(f"收件日志“{path}”由另一版本（{version}）的工具写成，本版本不能使用。")
            self._db.execute(f"PRAGMA journal_mode={_mode(path)}")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version={VERSION}")
        except sqlite3.Error as error:
            raise OutputError(f"收件日志“{path}”不可用：{error}。") from error

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction: all of the block's entries are kept, or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def begin_run(self) -> int:
        """The number of this collection: that of an interrupted one is taken up again."""
        row = self._db.execute("SELECT max(run) FROM runs WHERE finished IS NULL").fetchone()
        if row[0] is not None:
            return int(row[0])
        return int(self._db.execute("INSERT INTO runs (started) VALUES (?)", (_now(),)).lastrowid or 0)

    def finish_run(self, run: int) -> None:
        self._db.execute("UPDATE runs SET finished = ? WHERE run = ?", (_now(), run))

    def receive(
        self, run: int, location: bytes, inner_raw: bytes, path: str, inner_path: str, *, size: int, sha256: str
    ) -> int:
        """Enter a file (again) and return its number. A pending entry of the same place is taken over."""
        place = (location, inner_raw)
        here = "SELECT seq FROM receipts WHERE location = ? AND inner_raw = ? AND sha256 = "
        found = self._db.execute(here + "?", (*place, sha256)).fetchone()
        waiting = self._db.execute(here + "'' AND stage IN ('seen', 'pending')", place).fetchone()
        if found:
            if waiting and waiting != found:
                self.advance(int(waiting[0]), Stage.DUPLICATE, "后来读到的内容与此前收到的相同")
            return int(found[0])
        if waiting:
            self._db.execute("UPDATE receipts SET size = ?, sha256 = ? WHERE seq = ?", (size, sha256, waiting[0]))
            return int(waiting[0])
        values = (run, *place, path, inner_path, size, sha256, _now())
        cursor = self._db.execute(
            "INSERT INTO receipts (run, location, inner_raw, path, inner_path, size, sha256, received_at,"
            " stage, engine, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'seen', '', '')",
            values,
        )
        seq = int(cursor.lastrowid or 0)
        self._step(seq, Stage.SEEN, "", "")
        return seq

    def knows(self, location: bytes, size: int) -> bool:
        """Whether a file of this size was stored from this place before."""
        query = "SELECT 1 FROM receipts WHERE location = ? AND inner_raw = x'' AND sha256 <> '' AND size = ?"
        return self._db.execute(query, (location, size)).fetchone() is not None

    def stands(self, location: bytes, inner_raw: bytes, sha256: str) -> bool:
        """Whether this content was taken apart here before: there is nothing more to be had from it."""
        query = "SELECT 1 FROM receipts WHERE location = ? AND inner_raw = ? AND sha256 = ? AND stage = 'ignored'"
        return self._db.execute(query, (location, inner_raw, sha256)).fetchone() is not None

    def set_origin(self, seq: int, book: int, line: str) -> None:
        """Note that a receipt came in with a department's book; of its versions the latest counts."""
        self._db.execute("INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", (seq, book, line))

    def origins(self) -> dict[int, Origin]:
        """What came in with departments' books, by receipt; a book itself is its own."""
        rows = self._db.execute("SELECT seq, book, line FROM origins")
        return {int(row[0]): Origin(int(row[1]), str(row[2])) for row in rows}

    def stage(self, seq: int) -> Stage:
        """How far a receipt has come."""
        return Stage(self._db.execute("SELECT stage FROM receipts WHERE seq = ?", (seq,)).fetchone()[0])

    def advance(self, seq: int, stage: Stage, reason: str = "", engine: str = "") -> None:
        """Move a receipt forward; a step back or the same one is no step. A new engine reads anew."""
        row = self._db.execute("SELECT stage, engine FROM receipts WHERE seq = ?", (seq,)).fetchone()
        current, known = Stage(row[0]), row[1]
        renewed = bool(engine) and engine != known
        if not renewed and (_RANK[stage] < _RANK[current] or stage is current):
            return
        self._db.execute(
            "UPDATE receipts SET stage = ?, reason = ?, engine = ? WHERE seq = ?", (stage, reason, engine or known, seq)
        )
        self._step(seq, stage, engine, reason)

    def receipts(self) -> list[Receipt]:
        """Every receipt ever, in order of arrival."""
        rows = self._db.execute(
            "SELECT seq, run, location, inner_raw, path, inner_path, size, sha256, received_at, stage, engine, reason"
            " FROM receipts ORDER BY seq"
        )
        return [Receipt(*(*row[:9], Stage(row[9]), *row[10:])) for row in rows]

    def steps(self, seq: int) -> list[tuple[str, str, str]]:
        """(stage, reason, time) of each step a receipt took."""
        rows = self._db.execute("SELECT stage, reason, at FROM steps WHERE seq = ? ORDER BY step", (seq,))
        return [(str(stage), str(reason), str(at)) for stage, reason, at in rows]

    def parses(self) -> dict[tuple[str, str], Parse]:
        """The contents that gave no return, by (sha256, engine)."""
        rows = self._db.execute("SELECT sha256, engine, outcome, reason FROM parses")
        return {(row[0], row[1]): Parse(Status(row[2]), row[3]) for row in rows}

    def record_parse(self, sha256: str, engine: str, outcome: Status, reason: str) -> None:
        """Keep why a content gave no return."""
        self._db.execute("INSERT OR REPLACE INTO parses VALUES (?, ?, ?, ?)", (sha256, engine, outcome, reason))

    def decide(self, run: int, sha256: str, decision: str, *, who: str, when: str, why: str) -> None:
        """Keep a decision (once); the later of two about one content holds."""
        self._db.execute(
            "INSERT OR IGNORE INTO decisions (run, sha256, decision, who, decided, why) VALUES (?, ?, ?, ?, ?, ?)",
            (run, sha256, decision, who, when, why),
        )

    def decisions(self) -> dict[str, Decision]:
        """The decision that holds for each content."""
        rows = self._db.execute(
            "SELECT number, run, sha256, decision, who, decided, why FROM decisions ORDER BY number"
        )
        return {row[2]: Decision(*row) for row in rows}

    def _step(self, seq: int, stage: Stage, engine: str, reason: str) -> None:
        self._db.execute(
            "INSERT INTO steps (seq, stage, engine, reason, at) VALUES (?, ?, ?, ?, ?)",
            (seq, stage, engine, reason, _now()),
        )


def _mode(path: Path) -> str:
    wish = os.environ.get("TOOLKIT_JOURNAL", "")
    wal = wish == "wal" if wish in {"wal", "rollback"} else is_local(path)
    return "WAL" if wal else "DELETE"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
