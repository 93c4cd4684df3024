"""What a run of the law saw: verdicts per check and how close to its tolerance, disagreements; and the report of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bench.edges import EDGES, EXACT, comparisons, edge_of, gap_of
from bench.kinds import ALL, KINDS, Truth, possible, why_not, word
from toolkit.formula import Cells, Check, Op, Spot

ENOUGH = 30
MOST_SHOWN = 20


@dataclass
class Tally:
    """Counts of one run; those of several are added with ``add``."""

    fills: int = 0
    verdicts: Counter[tuple[str, Truth]] = field(default_factory=Counter)
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    least: dict[str, Decimal] = field(default_factory=dict)
    tried: Counter[tuple[str, object]] = field(default_factory=Counter)
    missed: Counter[tuple[str, object]] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)
    cells: int = 0
    marks: int = 0
    typed_over: int = 0

    def add(self, other: Tally) -> None:
        """Take in what another run of the same checks saw."""
        for mine, theirs in (
            (self.verdicts, other.verdicts),
            (self.edges, other.edges),
            (self.tried, other.tried),
            (self.missed, other.missed),
        ):
            mine.update(theirs)  # type: ignore[arg-type]
        for check, gap in other.least.items():
            self.least[check] = min(gap, self.least.get(check, gap))
        self.disagreements += other.disagreements
        self.fills += other.fills
        self.cells += other.cells
        self.marks += other.marks
        self.typed_over += other.typed_over

    def measure(self, check: Check, terms: Sequence[Op], cells: Cells, home: tuple[str, str]) -> None:
        """Note how far apart the two sides of the check's comparisons of numbers are."""
        spot = Spot(cells, *home)
        for term in terms:
            gap = gap_of(term, spot)
            if gap is None:
                continue
            if gap > (term.tolerance or 0):
                self.least[check.id] = min(gap, self.least.get(check.id, gap))
            edge = edge_of(term, gap)
            if edge is not None:
                self.edges[check.id, edge] += 1


def wanted(check: Check, kinds: Mapping[str, frozenset[Truth]]) -> list[Truth | str]:
    """The verdicts the check can have, and the sides of its tolerance if it compares numbers."""
    return [*(k for k in KINDS if k in kinds[check.id]), *(EDGES if comparisons(check) else ())]


def seen(tally: Tally, check: str, aim: Truth | str) -> int:
    return tally.edges[check, aim] if isinstance(aim, str) else tally.verdicts[check, aim]


def scarce(tally: Tally, checks: Sequence[Check], enough: int = ENOUGH) -> list[str]:
    """What was seen less often than ``enough`` although the terms leave it open."""
    kinds = {check.id: possible(check) for check in checks}
    lines = []
    for check in checks:
        for aim in wanted(check, kinds):
            count = seen(tally, check.id, aim)
            if count < enough:
                name = f"{aim} its tolerance" if isinstance(aim, str) else word(aim)
                least = f", least difference seen {tally.least[check.id]}" if check.id in tally.least else ""
                tried = f"; {tally.tried[check.id, aim]} attempts, {tally.missed[check.id, aim]} in vain"
                lines.append(f"{check.id}: {name} {count}{least if isinstance(aim, str) else ''}{tried}")
    return lines


def report(title: str, checks: Sequence[Check], tally: Tally, notes: Sequence[str] = ()) -> str:
    """The results as Markdown."""
    lines = [
        f"# The law: {title}",
        "",
        f"{tally.fills} fills, {sum(tally.verdicts.values())} verdicts of {len(checks)} checks and {tally.cells} computed "
        f"cells, {tally.marks} marks (—, 涉密, 无) in cells for numbers, {tally.typed_over} formulas typed over: "
        f"**{len(tally.disagreements)} disagreements** between LibreOffice, SQL and the reference evaluator.",
        "",
        *notes,
        "",
        "*Inside* counts comparisons of numbers that differ by no more than the tolerance, though by something; "
        "*outside* those that differ by more, up to twice as much. Without tolerance: equal, and apart by 0.01 at most "
        "(whole numbers: by what they can least differ). *Least*: the least difference beyond the tolerance. Nothing is put "
        f"at its tolerance beside a number of {EXACT:,} or more: there a double no longer tells six decimals apart, and "
        "the workbook may judge the other way.",
        "",
        "| check | pass | fail | not executable | inside | outside | least |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    kinds = {check.id: possible(check) for check in checks}
    for check in checks:
        counts = [str(tally.verdicts[check.id, k]) if k in kinds[check.id] else "–" for k in KINDS]
        near = [str(tally.edges[check.id, side]) if comparisons(check) else "–" for side in EDGES]
        least = f"{tally.least[check.id]:f}" if check.id in tally.least else "–"
        lines.append(f"| {check.id} | " + " | ".join((*counts, *near, least)) + " |")
    rare = scarce(tally, checks)
    lines += ["", f"## Seen fewer than {ENOUGH} times: {len(rare)}", "", *(f"- {line}" for line in rare)]
    cannot = [f"{c.id}: {word(k)}: {why_not(c, k)}" for c in checks for k in KINDS if k in ALL - kinds[c.id]]
    lines += ["", f"## Cannot be (– above): {len(cannot)}", "", *(f"- {line}" for line in cannot)]
    shown = tally.disagreements[:MOST_SHOWN]
    lines += ["", "## Disagreements", "", *(f"- {line}" for line in shown or ["none"])]
    return "\n".join(lines).rstrip() + "\n"
