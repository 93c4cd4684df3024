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
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from toolkit.annotate import Row, Slip, Spot, annotate_workbook
from toolkit.catalog import load_edition, load_suite
from toolkit.formula import compile_suite
from toolkit.model.fact import Identity, UnitData
from toolkit.model.form import Suite
from toolkit.model.rule import Severity
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


Line = tuple[str, str, Callable[[], object]]
"""(group, what is done by whom, the doing); the first of a group is ours."""


def reading(content: bytes) -> list[Line]:
    """Read a return."""

    def by_openpyxl() -> None:
        for values in (False, True):
            openpyxl.load_workbook(io.BytesIO(content), data_only=values)

    def by_pandas() -> None:
        pd.read_excel(io.BytesIO(content), None, engine="calamine")

    ours = "toolkit: values, formulas, names, anchors, identity"
    return [
        ("read", ours, lambda: read_bytes(content, "a.xlsx", load_edition)),
        ("read", "openpyxl twice (formulas, values)", by_openpyxl),
        ("read", "pandas + calamine (values only)", by_pandas),
    ]


def making(content: bytes, suite: Suite, data: UnitData) -> list[Line]:
    """Make the filled workbook."""

    def by_openpyxl() -> None:
        openpyxl.load_workbook(io.BytesIO(content)).save(io.BytesIO())

    ours = "toolkit: the filled workbook from its definition"
    return [
        ("make", ours, lambda: workbook_bytes(suite, data=data)),
        ("make", "openpyxl load and save of the same workbook", by_openpyxl),
    ]


def marking(content: bytes, identity: Identity) -> list[Line]:
    """Put marks and notes at cells."""
    cells = cells_of_projects(content)
    slip = Slip(identity, EXAMPLE.name, "2021-03-01T01:02:03.000Z", tuple(map(told_at, cells)))

    def by_openpyxl() -> None:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet, cell in cells:
            book[sheet][cell].fill = PatternFill("solid", fgColor="F2A58A")
            book[sheet][cell].comment = Comment("不相等。", "审核")
        book.save(io.BytesIO())

    ours = f"toolkit: a list, {len(cells)} marks and notes, the rest byte for byte"
    return [
        ("mark", ours, lambda: annotate_workbook(content, slip)),
        ("mark", f"openpyxl: {len(cells)} marks and notes, no list, what it does not know dropped", by_openpyxl),
    ]


def cells_of_projects(content: bytes) -> list[tuple[str, str]]:
    """(sheet, cell): forty cells of each sheet of a project."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = [sheet for sheet in book if sheet.title.startswith("P")]
    cells = {s.title: [c.coordinate for line in s["B6:H40"] for c in line if isinstance(c, Cell)] for s in sheets}
    return [(sheet, cell) for sheet, found in cells.items() for cell in found[:40]]


def told_at(spot: tuple[str, str]) -> Row:
    """A finding at a cell."""
    return Row(Severity.ERROR, (Spot(*spot),), "不相等。", "", "", "", "", "请核对。", "SUM-01")


def main() -> int:
    """Measure, print and write the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    content = EXAMPLE.read_bytes()
    found = read_bytes(content, EXAMPLE.name, load_edition)
    suite = load_suite(found.identity.suite)
    compile_suite(suite)
    rows = [*reading(content), *making(content, suite, extract(found, suite)), *marking(content, found.identity)]
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
