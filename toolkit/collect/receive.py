"""Receiving, from top to bottom: take in, read what is new, try pending files again, settle versions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.collect.bounds import BOUNDS, Bounds
from toolkit.collect.decide import settle
from toolkit.collect.engine import engine_of
from toolkit.collect.intake import Intake, Progress, stage_of
from toolkit.collect.ledger import Received
from toolkit.collect.pool import Job, Pool
from toolkit.collect.resolve import Known, first_of_content, resolve
from toolkit.collect.scan import require
from toolkit.model.errors import OutputError
from toolkit.model.fact import Status
from toolkit.read.failures import LOCKED
from toolkit.read.passwords import Password
from toolkit.store.bureau import read_decisions
from toolkit.store.folder import Folder
from toolkit.store.journal import Journal, Parse, Receipt, Stage
from toolkit.store.lock import hold
from toolkit.store.objects import Objects
from toolkit.store.parsed import facts_path, read_head

PARSER = "toolkit.collect.worker:read_return"


@dataclass(frozen=True)
class _Reader:
    """How contents are read in this run. ``failed_as``: the name that failures are kept under."""

    parser: str
    engine: str
    failed_as: str
    bounds: Bounds
    workers: int
    editions: Sequence[Path]
    passwords: Sequence[Password] = ()
    key: bytes | None = None

    def again(self, failure: Parse) -> bool:
        """Whether a file that failed before is worth another try: a password may fit now."""
        return bool(self.passwords) and LOCKED in failure.reason


def receive(
    paths: Sequence[Path | str],
    out: Path | str,
    *,
    workers: int | None = None,
    decisions: Path | None = None,
    progress: Progress | None = None,
    editions: Sequence[Path] = (),
    passwords: Sequence[Password] = (),
    key: bytes | None = None,
    parser: str = PARSER,
    bounds: Bounds = BOUNDS,
) -> Received:
    """Take in all files at ``paths`` and say what became of every file ever received in ``out``.

    ``editions``: folders with more archived editions. ``passwords``: for files that ask for one; kept nowhere.
    ``key``: the bureau's, where identities are signed; kept nowhere.
    Interrupted at any point, the same call goes on.
    Raises InputError (no files; a wrong decisions file) and OutputError (``out`` held or not writable).
    """
    require(paths, Path(out))
    entries = read_decisions(decisions) if decisions else ()
    out = Path(out)
    engine, failed_as = engine_of(parser, editions, key)
    reader = _Reader(parser, engine, failed_as, bounds, workers or os.cpu_count() or 1, editions, passwords, key)
    show = progress or (lambda _done, _total, _name: None)
    with hold(out) as folder, Journal(folder.journal) as journal:
        try:
            objects = Objects(folder.objects)
            objects.clean()
            run = journal.begin_run()
            intake = Intake(objects, journal, run, bounds)
            intake.take(paths, out, show)
            parsed = _read_new(folder, journal, objects, reader, show)
            if intake.pending:
                intake.retry(show)
                parsed += _read_new(folder, journal, objects, reader, show)
            settle(journal, entries, run)
            received = _settled(folder, journal, parsed)
            journal.finish_run(run)
        except (OSError, sqlite3.Error) as error:
            raise _unwritable(out, error) from error
    return received


def recall(out: Path | str) -> Received:
    """What was received in ``out`` so far, without looking for more. Raises InputError, OutputError."""
    folder = Folder(Path(out))
    folder.expect()
    with Journal(folder.journal) as journal:
        return _settled(folder, journal, 0)


def record_merged(out: Path | str, received: Received) -> None:
    """Note in the journal that the accepted returns were checked and stand in the committed set."""
    accepted = {line.seq for line in received.lines if line.status is Status.ACCEPTED}
    try:
        with hold(Path(out)) as folder, Journal(folder.journal) as journal, journal.batch():
            for seq in sorted(accepted):
                journal.advance(seq, Stage.CHECKED)
                journal.advance(seq, Stage.MERGED)
    except (OSError, sqlite3.Error) as error:
        raise _unwritable(Path(out), error) from error


def _unwritable(out: Path, error: Exception) -> OutputError:
    what = getattr(error, "strerror", None) or error
    return OutputError(f"无法写入“{out}”：{what}。排除后再运行一次即可继续。")


def _read_new(folder: Folder, journal: Journal, objects: Objects, reader: _Reader, show: Progress) -> int:
    """Read every stored content that this engine has not read yet; returns how many."""
    results = folder.parsed / reader.engine
    receipts = journal.receipts()
    same: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        same.setdefault(receipt.sha256, []).append(receipt)
    failures, first = journal.parses(), first_of_content(receipts)
    jobs = []
    with journal.batch():
        for sha256, receipt in first.items():
            failure = failures.get((sha256, reader.failed_as))
            if read_head(results, sha256) is not None:
                _note(journal, same[sha256], reader.failed_as, None)
            elif failure is not None and not reader.again(failure):
                _note(journal, same[sha256], reader.failed_as, failure)
            else:
                jobs.append(Job(sha256, objects.path(sha256), receipt.name, receipt.shown))
    secrets = (reader.passwords, reader.key)
    with Pool(reader.parser, results, reader.bounds, reader.workers, reader.editions, *secrets) as pool:
        for done, (job, outcome) in enumerate(pool.run(jobs), 1):
            failure = None if outcome.status is Status.ACCEPTED else Parse(outcome.status, outcome.reason)
            with journal.batch():
                if failure is not None:
                    journal.record_parse(job.sha256, reader.failed_as, failure.outcome, failure.reason)
                _note(journal, same[job.sha256], reader.failed_as, failure)
            show(done, len(jobs), job.shown)
    return len(jobs)


def _note(journal: Journal, receipts: Iterable[Receipt], engine: str, failure: Parse | None) -> None:
    """Move the receipts of one content on: read, not read, or the same as another one."""
    first, *others = receipts
    if failure is None:
        journal.advance(first.seq, Stage.GATED, engine=engine)
        journal.advance(first.seq, Stage.PARSED, engine=engine)
    else:
        journal.advance(first.seq, stage_of(failure.outcome), failure.reason, engine)
    for other in others:
        journal.advance(other.seq, Stage.DUPLICATE, f"与 {first.shown} 逐字节相同")


def _settled(folder: Folder, journal: Journal, parsed: int) -> Received:
    """The state of everything, from the journal and the parsed results alone."""
    receipts, failures = journal.receipts(), journal.parses()
    known = Known({}, {}, {}, journal.decisions(), journal.origins())
    for sha256, receipt in first_of_content(receipts).items():
        results = folder.parsed / receipt.engine.partition("+")[0]
        if receipt.engine and (head := read_head(results, sha256)) is not None:
            known.heads[sha256], known.facts[sha256] = head, facts_path(results, sha256)
        elif (failure := failures.get((sha256, receipt.engine))) is not None:
            known.failures[sha256] = failure
    lines, accepted = resolve(receipts, known)
    return Received(lines, accepted, parsed)
