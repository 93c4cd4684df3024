"""What must hold after a collection that went wrong, and after the same command is given again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults.injector import Ended, Injector

STABLE = ("findings.jsonl", "findings.xlsx", "summary.xlsx", "report.html")
"""Outputs that are the same bytes for the same returns."""


@dataclass(frozen=True)
class Case:
    """A collection to be disturbed: into an empty folder, or into one that holds earlier results (``before``)."""

    name: str
    paths: tuple[Path, ...]
    suites: tuple[Path, ...]
    before: Path | None
    after: Path
    """What the undisturbed run leaves."""
    calls: int
    """How many changes to the folder it makes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One fault: how the run ended, and what is wrong with what it left (nothing, if all is well).

    ``of``: the changes of the undisturbed run; where that number is another one, ``at`` is another change.
    """

    case: str
    kind: str
    at: int
    of: int
    ended: Ended
    wrong: tuple[str, ...]


def prepare(
    injector: Injector, name: str, paths: Sequence[Path], suites: Sequence[Path], folder: Path, before: Path | None
) -> Case:
    """Run the collection undisturbed, and count."""
    after = _start(folder / f"{name}-after", before)
    ended = injector.collect(paths, after, suites)
    assert ended.well, ended
    return Case(name, tuple(paths), tuple(suites), before, after, ended.calls)


def disturb(injector: Injector, case: Case, kind: str, at: int, out: Path) -> Judged:
    """Let the ``at``-th change go wrong; look at what is visible; run again; compare. ``out`` is removed."""
    out = _start(out, case.before)
    ended = injector.collect(case.paths, out, case.suites, kind, at)
    wrong = [f"visible {name} is neither old nor new" for name in STABLE if not _whole(name, out, case)]
    if ended.code == 3:
        wrong.append(f"the run ended in an exception of its own: {ended.said}")
    again = injector.collect(case.paths, out, case.suites)
    if not again.well:
        wrong.append(f"the next run ended with {again}")
    else:
        wrong += [
            f"{name} differs after the next run" for name in STABLE if _bytes(out, name) != _bytes(case.after, name)
        ]
        wrong += ["the ledger differs"] if ledger(out) != ledger(case.after) else []
    shutil.rmtree(out, ignore_errors=True)
    return Judged(case.name, kind, at, case.calls, ended, tuple(wrong))


def ledger(out: Path) -> list[dict[str, object]]:
    """Every receipt, but for its time and its number: those of a run that was cut off may come in another order."""
    lines = [json.loads(line) for line in (out / "received.jsonl").read_text("utf-8").splitlines()]
    kept = [{k: v for k, v in line.items() if k not in {"received_at", "seq"}} for line in lines]
    return sorted(kept, key=lambda line: (line["path"], line["sha256"]))


def _start(out: Path, before: Path | None) -> Path:
    shutil.rmtree(out, ignore_errors=True)
    if before is not None:
        shutil.copytree(before, out)
    return out


def _whole(name: str, out: Path, case: Case) -> bool:
    found = _bytes(out, name)
    old = None if case.before is None else _bytes(case.before, name)
    return found in (old, _bytes(case.after, name)) or (found is None and case.before is None)


def _bytes(folder: Path, name: str) -> bytes | None:
    path = folder / name
    return path.read_bytes() if path.is_file() else None
