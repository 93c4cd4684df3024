"""Speed beside named peers, in one run on the same file: ``python -m bench.speed [RUNS]``.

The file is the largest example as returned. A ratio above 1 means that the peer takes longer.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd

from toolkit.catalog import load_edition, load_suite
from toolkit.formula import compile_suite
from toolkit.read import extract, read_bytes
from toolkit.write.workbook import workbook_bytes

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "returned" / "102_办公室.xlsx"
RESULTS = Path(__file__).parent / "results" / "speed.md"


def measure(action: Callable[[], object], runs: int) -> float:
    """Median milliseconds of ``runs`` calls after one that is not counted."""
    action()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main() -> int:
    """Measure, print and write the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    content = EXAMPLE.read_bytes()
    found = read_bytes(content, EXAMPLE.name, load_edition)
    suite = load_suite(found.identity.suite)
    compile_suite(suite)
    data = extract(found, suite)

    def by_openpyxl() -> None:
        for values in (False, True):
            openpyxl.load_workbook(io.BytesIO(content), data_only=values)

    def again_by_openpyxl() -> None:
        openpyxl.load_workbook(io.BytesIO(content)).save(io.BytesIO())

    rows: list[tuple[str, str, Callable[[], object]]] = [
        (
            "read",
            "toolkit: values, formulas, names, anchors, identity",
            lambda: read_bytes(content, "a.xlsx", load_edition),
        ),
        ("read", "openpyxl twice (formulas, values)", by_openpyxl),
        (
            "read",
            "pandas + calamine (values only)",
            lambda: pd.read_excel(io.BytesIO(content), None, engine="calamine"),
        ),
        ("make", "toolkit: the filled workbook from its definition", lambda: workbook_bytes(suite, data=data)),
        ("make", "openpyxl load and save of the same workbook", again_by_openpyxl),
    ]
    lines = [
        "# Speed beside peers",
        "",
        f"`python -m bench.speed {runs}` on {EXAMPLE.name} ({len(content) // 1000} kB, {len(found.facts)} facts): medians.",
        "",
        "| | what | ms | ratio |",
        "|---|---|---|---|",
    ]
    ours: dict[str, float] = {}
    for group, name, action in rows:
        taken = measure(action, runs)
        base = ours.setdefault(group, taken)
        lines.append(f"| {group} | {name} | {taken:.0f} | {taken / base:.1f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
