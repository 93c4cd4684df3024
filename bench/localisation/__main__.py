"""``python -m bench.localisation [N]``: N planted returns of even seeds, the table into ``bench/results``.

``--dev`` takes odd seeds (those the weights were chosen on), prints and writes nothing; ``--misses`` names what was missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.fills import Filler
from bench.localisation.ceiling import ceiling
from bench.localisation.measure import Told, findings_of, named, told
from bench.localisation.plant import FROZEN, LIVE, PASTED, Planted, plant, plant_two
from bench.localisation.slips import KINDS
from toolkit.catalog import load_suite
from toolkit.formula import compile_suite
from toolkit.layout import arrange
from toolkit.model.finding import Finding

SUITE = "hebei-2021"
SHEETS = 6
RESULTS = Path(__file__).parent.parent / "results" / "localisation.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.localisation")
    parser.add_argument("count", nargs="?", type=int, default=400)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    suite = load_suite(SUITE)
    filler = Filler(arrange(suite, SHEETS), compile_suite(suite))
    seeds = [2 * n + (1 if asked.dev else 2) for n in range(asked.count)]
    planted = [plant(filler, seed) for seed in seeds]
    with tempfile.TemporaryDirectory() as folder:
        found = told(filler, planted, Path(folder))
    most = [ceiling(filler, one) for one in planted]
    pairs = [plant_two(filler, seed) for seed in seeds[: asked.count // 4]]
    with tempfile.TemporaryDirectory() as folder:
        said = findings_of(filler, [second for _, second in pairs], Path(folder))
    table = report(found, most, asked.count) + two(pairs, said)
    sys.stdout.write(table)
    if asked.misses:
        for one, chances in zip(found, most, strict=True):
            if one.rank != 1:
                sys.stdout.write(f"{missed(one)} ceiling {chances[0]:.2f}\n")
    if not asked.dev:
        RESULTS.write_text(table, "utf-8", newline="\n")
    return 0


def missed(one: Told) -> str:
    """One line about a planted fault that was not named first."""
    p = one.planted
    named = ", ".join(f"{k.block}.{k.row}.{k.field}={v}" for k, v in one.guesses)
    at = f"{p.key.block}.{p.key.row}.{p.key.field}"
    return f"{p.seed} {p.mode} {p.kind} {at}: {p.meant} → {p.typed}, {p.broken} broken; rank {one.rank}: {named}"


def two(pairs: list[tuple[Planted, Planted]], said: list[list[Finding]]) -> str:
    """How often both of two wrong cells are named, and at least one."""
    rows = []
    for most in (1, 3):
        cells = [set().union(*named(findings, most)) for findings in said]
        hits = [(a.key in held) + (b.key in held) for (a, b), held in zip(pairs, cells, strict=True)]
        rows.append((most, sum(h == 2 for h in hits) / len(hits), sum(h > 0 for h in hits) / len(hits)))
    lines = [
        "",
        f"Two wrong numbers in each of {len(pairs)} returns, the second breaking more than the first did alone. What the",
        "findings of the return name, each by its first guess or its first three:",
        "",
        "| guesses | both cells | at least one |",
        "|---|--:|--:|",
        *(f"| {most} | {100 * both:.1f} % | {100 * one:.1f} % |" for most, both, one in rows),
    ]
    return "\n".join(lines) + "\n"


def report(found: list[Told], most: list[tuple[float, float]], count: int) -> str:
    """The table: all, by slip, by kind of return and of cell."""
    every = list(zip(found, most, strict=True))
    wrong = sum((k, v) != (t.planted.key, t.planted.meant) for t in found for k, v in t.repairs)
    lines = [
        "# Localisation of single faults",
        "",
        f"{count} random consistent returns of {SUITE}, one wrong number in each that breaks at least one identity or",
        "inequality at error level; even seeds, the weights were chosen on odd ones. Through `run_checks`: what the findings",
        "say. *First*: the cell at fault is named first; *among three*; *value*: first, and with the value that was meant.",
        "*Ceiling*: the most a method could reach that knows the slips and their shares exactly, but of the figures only the",
        "identities; where one identity alone is broken and both sides are explained alike, it is a toss-up.",
        "",
        "| | faults | first | ceiling | among three | ceiling | value |",
        "|---|--:|--:|--:|--:|--:|--:|",
        _line("**all**", every),
    ]
    for name, (label, *_) in KINDS.items():
        lines.append(_line(label, [e for e in every if e[0].planted.kind == name]))
    groups: dict[str, Callable[[Planted], bool]] = {
        "formulas live, an entry wrong": lambda p: p.mode == LIVE and not p.total,
        "formulas live, one typed over": lambda p: p.mode == LIVE and p.total,
        "all values pasted, then an entry wrong": lambda p: p.mode == PASTED and not p.total,
        "all values pasted, then a total wrong": lambda p: p.mode == PASTED and p.total,
        "an entry wrong, then all values pasted": lambda p: p.mode == FROZEN,
        "one identity broken": lambda p: p.broken == 1,
        "two or three": lambda p: p.broken in (2, 3),
        "four and more": lambda p: p.broken > 3,
    }
    for label, chosen in groups.items():
        lines.append(_line(label, [e for e in every if chosen(e[0].planted)]))
    repairs = sum(len(t.repairs) > 0 for t in found)
    lines += [
        "",
        f"Certain repairs: in {repairs} returns, {wrong} wrong.",
        f"`python -m bench.localisation {count}`",
    ]
    return "\n".join(lines) + "\n"


def _line(label: str, held: list[tuple[Told, tuple[float, float]]]) -> str:
    n = len(held)
    if not n:
        return f"| {label} | 0 | – | – | – | – | – |"
    first = sum(t.rank == 1 for t, _ in held) / n
    three = sum(t.rank is not None and t.rank <= 3 for t, _ in held) / n
    value = sum(t.valued for t, _ in held) / n
    tops = [sum(c[i] for _, c in held) / n for i in (0, 1)]
    shown = (first, tops[0], three, tops[1], value)
    return f"| {label} | {n} | " + " | ".join(f"{100 * x:.1f} %" for x in shown) + " |"


if __name__ == "__main__":
    raise SystemExit(main())
