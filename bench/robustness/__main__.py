"""``python -m bench.robustness [MUTANTS]``: hostile files, MUTANTS damaged returns and the test files of public
libraries, each folder collected by the real collector. Writes ``bench/results/robustness.md``; exit code 1 where anything broke.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.faults.returns import SUITE, make_returns
from bench.office import convert
from bench.robustness.collecting import FAULT, STATUSES, Run, collect
from bench.robustness.foreign import fetch
from bench.robustness.mutate import mutants
from bench.robustness.others import lay, others
from bench.robustness.packages import hostile

RESULTS = Path(__file__).resolve().parents[1] / "results"
SEED = 20_220
SECONDS, MEMORY = 21.0, (1 << 30) + (64 << 20)
"""20 s and 1 GiB, and what a reader may still do between two looks of its parent."""


def good_returns(folder: Path) -> dict[str, bytes]:
    """One return by extension: as filled, and saved by LibreOffice as xls and ods."""
    (path,) = make_returns(folder / "good", 1)
    made = {"xlsx": path.read_bytes()}
    for kind in ("xls", "ods"):
        made[kind] = convert(path, kind, folder / "saved").read_bytes()
    return made


def build(folder: Path, good: dict[str, bytes]) -> None:
    """All hostile files in ``folder``, the good return among them."""
    folder.mkdir(parents=True)
    for name, data in (("good.xlsx", good["xlsx"]), *hostile(good["xlsx"]), *others(good)):
        (folder / name).write_bytes(data)
    lay(folder, good["xlsx"])


def damaged(folder: Path, good: dict[str, bytes], count: int) -> None:
    """``count`` mutants, shared out among the formats."""
    folder.mkdir(parents=True)
    for kind, data in good.items():
        for number, mutant in enumerate(mutants(data, count // len(good), SEED)):
            (folder / f"{kind}-{number:05}.{kind}").write_bytes(mutant)


def entries(folder: Path) -> int:
    """Files, links and pipes at and below a folder, links not followed."""
    return sum(
        len(files) + sum((Path(at) / one).is_symlink() for one in folders) for at, folders, files in os.walk(folder)
    )


def judged(name: str, run: Run, there: int) -> Iterator[str]:
    """What is wrong with a collection of ``there`` entries, in words."""
    yield from (f"{name}: {words}" for words in run.wrong)
    if (listed := sum(not line["inner_path"] for line in run.lines)) != there:
        yield f"{name}: {there} files, but {listed} in the ledger"
    if run.slowest[0] > SECONDS:
        yield f"{name}: {run.slowest[1]} took {run.slowest[0]:.1f} s"
    if run.peak > MEMORY:
        yield f"{name}: a reader took {run.peak >> 20} MiB"


def report(runs: dict[str, Run], wrong: list[str], count: int, libraries: str) -> str:
    """The table, and everything that was wrong."""
    order = sorted(STATUSES)
    lines = [
        "# Hostile, damaged and foreign files",
        "",
        f"`python -m bench.robustness {count}`: each folder is collected by `toolkit collect`, one reader at a time."
        " Received is the sum of the statuses; a fault is an exception of ours that reached the ledger.",
        "",
        f"| folder | received | {' | '.join(order)} | faults | readers that died | slowest file | peak of a reader | peak of the collector |",
        "|---|" + "---|" * (len(order) + 6),
    ]
    for name, run in runs.items():
        counts = " | ".join(str(run.statuses[status]) for status in order)
        slowest = f"{run.slowest[0]:.1f} s ({run.slowest[1].rpartition('/')[2][:40]})"
        faults, died = len(run.told(FAULT)), len(run.told("异常终止"))
        lines.append(
            f"| {name} | {len(run.lines)} | {counts} | {faults} | {died} | {slowest} | {run.peak >> 20} MiB | {run.parent >> 20} MiB |"
        )
    lines += ["", f"Damaged: xlsx, xls and ods, seed {SEED}. Foreign: {libraries}.", "", "## Wrong", ""]
    return "\n".join([*lines, *(f"- {one}" for one in wrong or ["nothing"])]) + "\n"


def main(count: int) -> int:
    """Build, collect, report."""
    runs: dict[str, Run] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="robustness-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        good = good_returns(place)
        build(place / "hostile", good)
        damaged(place / "damaged", good, count)
        found = fetch(place / "foreign", place / "sources")
        for folder in ("hostile", "damaged", "foreign"):
            runs[folder] = collect(place / folder, place / f"out-{folder}", [SUITE])
            wrong += judged(folder, runs[folder], entries(place / folder))
            print(folder, dict(runs[folder].statuses), runs[folder].slowest, *runs[folder].wrong, sep="\n  ")
        if os.name != "nt":
            (place / "hostile" / "locked.xlsx").chmod(0o600)
    libraries = ", ".join(f"{library} ({number})" for library, number in sorted(found.items()))
    text = report(runs, wrong, count, libraries)
    (RESULTS / "robustness.md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500))
