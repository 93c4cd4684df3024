"""``python -m bench.detection``: plant, save, collect, score, and write bench/results/detection.md (minutes)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.detection.clean import check_clean
from bench.detection.planting import kinds
from bench.detection.report import shortfalls, text
from bench.detection.run import run_round
from bench.detection.score import Judged, Round

RESULTS = Path(__file__).resolve().parent.parent / "results" / "detection.md"
PUBLISHED = (2, 4, 6)
CLEAN_UNITS = 250
"""Of each seed: four returns a unit, so that three seeds give 3,000."""


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(PUBLISHED), help="odd ones are for development")
    parser.add_argument("--quick", action="store_true", help="one seed, a fifth of the kinds, few clean returns")
    parser.add_argument("--kinds", nargs="*", help="kinds whose names begin so")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep everything here; otherwise a temporary folder")
    parser.add_argument("--again", action="store_true", help="with --folder: collect and judge what is there already")
    parser.add_argument("--result", type=Path, help=f"where to write the table; {RESULTS.name} of a whole even run")
    return parser.parse_args()


def main() -> int:
    """The exit code: 1 where a bar was not reached; the page is written all the same."""
    given = _given()
    seeds = given.seeds[:1] if given.quick else given.seeds
    wanted = [k for k in kinds() if not given.kinds or k.id.startswith(tuple(given.kinds))]
    wanted = wanted[:: 5 if given.quick else 1]
    with tempfile.TemporaryDirectory(prefix="detection-") as temporary:
        folder = given.folder or Path(temporary)
        rounds = [
            run_round(seed, folder / str(seed), wanted, workers=given.workers, again=given.again) for seed in seeds
        ]
        units = 20 if given.quick else CLEAN_UNITS
        clean = [check_clean(seed, units, folder / f"clean-{seed}", given.workers) for seed in seeds]
    _say(rounds)
    page = text(seeds, rounds, clean)
    whole = not given.quick and not given.kinds and not any(seed % 2 for seed in seeds)
    target = given.result or (RESULTS if whole else None)
    if target is None:
        print(page)
    else:
        target.write_text(page, encoding="utf-8", newline="\n")
        print(f"→ {target}")
    return 1 if shortfalls(rounds, clean) else 0


def _say(rounds: Sequence[Round]) -> None:
    """What went wrong, one by one."""
    for one in (judged for found in rounds for judged in found.judged):
        if not one.found or one.cell is False or one.wrong_repairs:
            print(_line(one))
    for alarm in (alarm for found in rounds for alarm in found.alarms):
        print(f"误报 {alarm['code']} {alarm['unit']} {alarm['message']}")


def _line(one: Judged) -> str:
    kind = one.planted.kind
    what = "漏报" if not one.found else "单元格不对" if one.cell is False else "修改建议错误"
    at = "、".join(f"{sheet}!{cell}" for sheet, cell in one.planted.work.cells[:3])
    return (
        f"{what} {kind.id if kind else ''} {one.planted.code} {at} {one.planted.work.wrong} {one.wrong_repairs or ''}"
    )


if __name__ == "__main__":
    sys.exit(main())
