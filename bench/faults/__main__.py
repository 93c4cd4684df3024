"""``python -m bench.faults [RETURNS] [STRIDE] [WORKERS] [MINUTES]``: every STRIDE-th change to the output folder goes
wrong, in each of the four ways, on a first collection and on one over earlier results. Writes
``bench/results/faults-RETURNS.md``. The faults are made in an order of chance: after MINUTES (none: all of them) those
made so far are spread over the whole run, and the page says how many they are.
"""

from __future__ import annotations

import itertools
import math
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from bench.faults.injector import KINDS, Injector
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


def run(returns: int, stride: int, workers: int, until: float) -> tuple[list[Case], list[Judged], int]:
    """The faults made until then, shared out among ``workers`` injectors; and how many there were to make."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        with Injector() as injector:
            found = cases(injector, folder, returns)
        wanted = points(found, stride)
        Random(returns).shuffle(wanted)

        def some(worker: int) -> list[Judged]:
            with Injector() as injector:
                mine = itertools.takewhile(lambda _: time.monotonic() < until, wanted[worker::workers])
                return [disturb(injector, *point, folder / f"out-{worker}") for point in mine]

        with ThreadPoolExecutor(workers) as pool:
            return found, [judged for part in pool.map(some, range(workers)) for judged in part], len(wanted)


def report(found: list[Case], judged: list[Judged], wanted: int, returns: int, stride: int, seconds: float) -> str:
    """The table, and every fault after which something was wrong."""
    made: Counter[tuple[str, str]] = Counter((one.case, one.kind) for one in judged)
    wrong: Counter[tuple[str, str]] = Counter((one.case, one.kind) for one in judged if one.wrong)
    lines = [
        "# Faults while collecting",
        "",
        f"{returns} returns; every {stride}. change to the output folder goes wrong (`python -m bench.faults {returns} {stride}`,"
        f" {seconds / 60:.0f} minutes). After each: what is visible is the old set or the new one, the next run ends well,"
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
    returns, stride, workers, minutes = (int(a) for a in (*arguments, *("3", "1", "2", "0")[len(arguments) :]))
    began = time.monotonic()
    found, judged, wanted = run(returns, stride, workers, began + minutes * 60 if minutes else math.inf)
    page = report(found, judged, wanted, returns, stride, time.monotonic() - began)
    (RESULTS / f"faults-{returns}.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main(sys.argv[1:])
