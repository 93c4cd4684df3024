"""``python -m bench.faults [RETURNS] [STRIDE] [WORKERS] [MINUTES] [FILE]``: every STRIDE-th change to the output folder
goes wrong, in each of the four ways, on a first collection and on one over earlier results. Writes
``bench/results/faults-RETURNS.md``. The faults are made in an order of chance: after MINUTES (0: all of them) those
made so far are spread over the whole run, and the page says how many they are. FILE holds them: the same command goes on.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from random import Random

from bench.faults.injector import KINDS, Ended, Injector
from bench.faults.judge import Case, Judged, disturb, prepare
from bench.faults.returns import SUITE, make_returns

RESULTS = Path(__file__).resolve().parents[1] / "results"
WAYS = tuple(kind for kind in KINDS if kind != "count")
WORDS = {
    "kill": "killed before the call",
    "torn": "killed in the middle of a write",
    "full": "no space left, from this call on",
    "error": "this call fails with an I/O error",
}


def cases(injector: Injector, folder: Path, returns: int) -> list[Case]:
    """A first collection of all returns, and one of the later half over the results of the earlier half."""
    made = make_returns(folder / "returned", returns)
    first = prepare(injector, "first", made, [SUITE], folder, None)
    half = prepare(injector, "half", made[: (returns + 1) // 2], [SUITE], folder, None)
    return [first, prepare(injector, "more", made, [SUITE], folder, half.after)]


def points(found: list[Case], stride: int) -> list[tuple[Case, str, int]]:
    """The faults to make: the four ways take turns with where they begin, so that together they meet more calls."""
    return [
        (case, kind, at)
        for case in found
        for turn, kind in enumerate(WAYS)
        for at in range(1 + turn * stride // len(WAYS), case.calls + 1, stride)
    ]


class Made:
    """The faults that were made, one a line of a file (None: nowhere), so that another run may go on.

    Those of a version that makes more or fewer changes are left out: their numbers mean other changes.
    """

    def __init__(self, path: Path | None) -> None:
        self._path, self._lock = path, threading.Lock()
        lines = path.read_text("utf-8").splitlines() if path is not None and path.is_file() else []
        held = [json.loads(line) for line in lines]
        self.judged = [Judged(**one | {"ended": Ended(**one["ended"]), "wrong": tuple(one["wrong"])}) for one in held]

    def add(self, judged: Judged) -> None:
        with self._lock:
            self.judged.append(judged)
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(judged), ensure_ascii=False) + "\n")

    def left(self, wanted: list[tuple[Case, str, int]]) -> list[tuple[Case, str, int]]:
        """What is still to be made; forgets what is none of it."""
        points = {(case.name, kind, at, case.calls): (case, kind, at) for case, kind, at in wanted}
        self.judged = [one for one in self.judged if (one.case, one.kind, one.at, one.of) in points]
        for one in self.judged:
            points.pop((one.case, one.kind, one.at, one.of), None)
        return list(points.values())


def run(returns: int, stride: int, workers: int, until: float, made: Made) -> tuple[list[Case], int]:
    """Make faults until then, shared out among ``workers`` injectors; the cases, and how many there were to make."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        with Injector() as injector:
            found = cases(injector, folder, returns)
        wanted = points(found, stride)
        Random(returns).shuffle(wanted)
        left = made.left(wanted)

        def some(worker: int) -> None:
            with Injector() as injector:
                for point in itertools.takewhile(lambda _: time.monotonic() < until, left[worker::workers]):
                    made.add(disturb(injector, *point, folder / f"out-{worker}"))

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(some, range(workers)))
        return found, len(wanted)


def report(found: list[Case], judged: list[Judged], wanted: int, returns: int, stride: int) -> str:
    """The table, and every fault after which something was wrong."""
    made: Counter[tuple[str, str]] = Counter((one.case, one.kind) for one in judged)
    wrong: Counter[tuple[str, str]] = Counter((one.case, one.kind) for one in judged if one.wrong)
    lines = [
        "# Faults while collecting",
        "",
        f"`python -m bench.faults {returns} {stride}`: {returns} returns; each of the four ways meets every {stride}. change"
        " to the output folder. After each fault: what is visible is the old set or the new one, the next run ends well,"
        " its outputs are byte for byte those of an undisturbed run, and no receipt is lost.",
        "",
        "| collection | changes | what goes wrong | faults | something wrong after it |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {case.name} | {case.calls} | {WORDS[kind]} | {made[case.name, kind]} | {wrong[case.name, kind]} |"
        for case in found
        for kind in WAYS
    ]
    met = len({(one.case, one.at) for one in judged})
    changes = sum(case.calls for case in found)
    lines += [
        "",
        f"{len(judged)} of {wanted} faults made, at {met} of {changes} changes; {sum(wrong.values())} with something wrong.",
        "",
    ]
    lines += [f"- {one.case}, {one.kind} at {one.at}: {'; '.join(one.wrong)}" for one in judged if one.wrong]
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> None:
    numbers, rest = arguments[:4], arguments[4:]
    returns, stride, workers, minutes = (int(a) for a in (*numbers, *("3", "1", "2", "0")[len(numbers) :]))
    made = Made(Path(rest[0]) if rest else None)
    found, wanted = run(returns, stride, workers, time.monotonic() + minutes * 60 if minutes else math.inf, made)
    page = report(found, made.judged, wanted, returns, stride)
    (RESULTS / f"faults-{returns}.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main(sys.argv[1:])
