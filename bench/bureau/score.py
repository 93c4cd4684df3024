"""Findings held against what was planted. A finding is owed to a mistake when it came with it.

The same bureau is judged twice, without and with its mistakes. What is told of the consistent bureau is a false alarm, by
construction; what is told beside that, in a unit with a mistake, that mistake brought about; what is told beside that of
other units is a false alarm again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bench.bureau.truth import Cell, Truth

ERROR, WARNING, INFO = "error", "warning", "info"
FEW_UNITS = 4
"""A finding over more units is about a sum or a median of many: it says something of the mistakes it is meant for only."""


@dataclass(frozen=True)
class Found:
    """A finding, as far as it is scored. ``places``: unit and cell; ``likely``: index of a place, value."""

    code: str
    severity: str
    unit: str
    places: tuple[tuple[str, Cell], ...]
    expected: str | None
    likely: tuple[tuple[int, str], ...]
    identity: str
    message: str

    @property
    def group(self) -> str:
        return self.code.partition("-")[0]

    @property
    def units(self) -> frozenset[str]:
        return frozenset({self.unit, *(unit for unit, _ in self.places)})


@dataclass(frozen=True)
class Judged:
    """One mistake and the findings it brought about. ``told``: those of a rule that should say it, or, where none is named,
    errors and warnings."""

    truth: Truth
    caused: tuple[Found, ...]
    told: tuple[Found, ...]

    @property
    def named(self) -> bool:
        """A finding names the very cell."""
        return any((self.truth.unit, self.truth.cell) in f.places for f in self.caused)

    @property
    def mended(self) -> bool:
        """A finding says the right value: as what is expected, or as a likely one for the cell."""
        right = self.truth.right
        if right is None:
            return False
        said = [f.expected for f in self.caused if f.expected is not None]
        at = (self.truth.unit, self.truth.cell)
        said += [value for f in self.caused for n, value in f.likely if n < len(f.places) and f.places[n] == at]
        return any(same(value, right) for value in said)

    @property
    def cells(self) -> int:
        """Distinct cells named by what it brought about."""
        return len({place for f in self.caused for place in f.places})


@dataclass(frozen=True)
class Score:
    """``judged``: each mistake. ``false``: findings on consistent data. ``stray``: new ones no mistake accounts for.

    ``together``: what several mistakes brought about in a sum over many units, so that it is owed to none alone.
    """

    judged: tuple[Judged, ...]
    false: tuple[Found, ...]
    stray: tuple[Found, ...]
    together: tuple[Found, ...]


def same(one: str, other: str) -> bool:
    """Whether two texts say one value."""
    try:
        return Decimal(one.replace(",", "")) == Decimal(other)
    except InvalidOperation:
        return one == other


def judge(truths: Sequence[Truth], clean: Iterable[Found], found: Iterable[Found]) -> Score:
    """Each finding with the mistake that brought it about."""
    before = {f.identity for f in clean}
    by_unit: dict[str, list[Truth]] = defaultdict(list)
    for truth in truths:
        for unit in truth.units:
            by_unit[unit].append(truth)
    caused: dict[int, list[Found]] = defaultdict(list)
    stray, together = [], []
    for finding in found:
        if finding.identity in before:
            continue
        due = {t.number: t for unit in sorted({*finding.units, finding.unit}) for t in by_unit.get(unit, ())}
        if len(finding.units - {""}) > FEW_UNITS:
            meant = {n: t for n, t in due.items() if finding.code in t.rules}
            together += [finding] if due and not meant else []
            stray += [] if due else [finding]
            due = meant
        elif not due:
            stray.append(finding)
        for number in due:
            caused[number].append(finding)
    judged = []
    for truth in truths:
        own = tuple(caused[truth.number])
        told = tuple(f for f in own if f.code in truth.rules or (not truth.rules and f.severity != INFO))
        judged.append(Judged(truth, own, told))
    return Score(tuple(judged), tuple(clean), tuple(stray), tuple(together))


@dataclass(frozen=True)
class Line:
    """The figures of one group. ``findings``: errors and warnings of its rules; ``wrong`` of them were not owed."""

    group: str
    planted: int
    told: int
    noticed: int
    with_cell: int
    named: int
    findings: int
    wrong: int
    hints: int
    wrong_hints: int

    @property
    def recall(self) -> float:
        return self.told / self.planted if self.planted else 0.0

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.findings if self.findings else 1.0


def owed(score: Score) -> list[Found]:
    """Everything the mistakes brought about."""
    return [*(f for j in score.judged for f in j.caused), *score.together]


def lines(scores: Sequence[Score]) -> list[Line]:
    """A line a group, in order, over one or several collections."""
    judged = [j for s in scores for j in s.judged]
    wrong = [f for s in scores for f in (*s.false, *s.stray)]
    right = {(n, f.identity): f for n, s in enumerate(scores) for f in owed(s)}.values()
    groups = sorted({j.truth.group for j in judged} | {f.group for f in (*wrong, *right)})
    return [_line(group, judged, wrong, list(right)) for group in groups]


def _line(group: str, judged: Sequence[Judged], wrong: Sequence[Found], right: Sequence[Found]) -> Line:
    own = [j for j in judged if j.truth.group == group]
    bad, good = ([f for f in held if f.group == group] for held in (wrong, right))
    loud_bad, loud_good = (sum(f.severity != INFO for f in held) for held in (bad, good))
    return Line(
        group,
        len(own),
        sum(bool(j.told) for j in own),
        sum(bool(j.caused) for j in own),
        sum(j.truth.cell is not None for j in own),
        sum(j.truth.cell is not None and j.named for j in own),
        loud_bad + loud_good,
        loud_bad,
        len(bad) + len(good) - loud_bad - loud_good,
        len(bad) - loud_bad,
    )


def missed(scores: Sequence[Score]) -> Counter[str]:
    """Kinds of mistakes that nothing told of, with how often."""
    return Counter(
        f"{j.truth.what}（{'、'.join(j.truth.rules) or '任意'}）" for s in scores for j in s.judged if not j.told
    )
