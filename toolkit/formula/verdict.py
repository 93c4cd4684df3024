"""Verdicts of checks and values of computed cells, for one return."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from toolkit.formula.cells import Cells
from toolkit.formula.evaluate import Result, Spot, evaluate, kleene_and, truth
from toolkit.formula.program import Check, Computation, Computed
from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, Suite
from toolkit.model.money import in_range, normal
from toolkit.model.rule import Severity


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """The truth of one part, with the values of its two sides where it compares."""

    value: bool | None
    actual: Result = None
    expected: Result = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """True passes, False fails, None is not executable.

    ``severity`` is that of the first level that fails (or, if none fails, that cannot run), None for a pass.
    ``parts`` are in order of the levels and their parts.
    """

    value: bool | None
    severity: Severity | None
    parts: tuple[PartVerdict, ...]


def evaluate_check(check: Check, cells: Cells, instance: str = "", row: str = "") -> Verdict:
    """The verdict of a check at one of its homes (see ``homes``)."""
    spot = Spot(cells, instance, row)
    parts: list[PartVerdict] = []
    levels: list[tuple[Severity, bool | None]] = []
    for level in check.levels:
        mine = []
        for part in level.parts:
            actual, expected = (None if side is None else evaluate(side, spot) for side in (part.lhs, part.rhs))
            mine.append(PartVerdict(truth(part.bound, spot), actual, expected))
        levels.append((level.severity, kleene_and(p.value for p in mine)))
        parts += mine
    value = kleene_and(v for _, v in levels)
    severity = None if value else next(s for s, v in levels if v is value)
    return Verdict(value, severity, tuple(parts))


def homes(check: Check, cells: Cells) -> list[tuple[str, str]]:
    """Where the check has verdicts in this return: (instance, row), "" where there is none."""
    domain = check.domain
    found = cells.instances(domain.form)
    if domain.kind != "row":
        return [(instance, "") for instance in found]
    if check.rows:
        return [(instance, row) for instance in found for row in check.rows]
    return [(instance, row) for instance in found for row in cells.rows(domain.block, instance)]


def compute(
    computation: Computation,
    values: Mapping[Key, Value],
    typed_over: frozenset[Key] = frozenset(),
    marked: Collection[Key] = (),
) -> dict[Key, Value]:
    """All values, those of computed cells included (None where blank, at most 6 places).

    ``values`` holds what was typed; a list row or instance exists where it holds any key of it. Cells in
    ``typed_over`` keep the value given and feed it to the others. ``marked``: as for ``Cells``.
    """
    result = dict(values)
    cells = Cells.every(computation.suite, result, marked)
    for item in computation.computed:
        for instance, row in _places(computation.suite, item, cells):
            key = Key(item.block, instance, row, item.field)
            if key not in typed_over:
                result[key] = _stored(evaluate(item.bound, Spot(cells, instance, row)))
    return result


def _places(suite: Suite, item: Computed, cells: Cells) -> list[tuple[str, str]]:
    form = suite.form_of_block[item.block]
    instances = cells.instances(form.id) if form.repeat else ("",)
    if suite.blocks[item.block].kind is BlockKind.LIST and item.row == "*":
        return [(instance, row) for instance in instances for row in cells.rows(item.block, instance)]
    return [(instance, item.row) for instance in instances]


def _stored(value: Result) -> Value:
    if isinstance(value, Decimal):
        # Beyond the range of what may be typed there is no value: no query may overflow (decisions 1).
        return normal(value) if in_range(value) else None
    return None if isinstance(value, bool) or value == "" else value
