"""Part of XD-02: the consolidated return of a department against the sum of its units' returns, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.open_lines import PAID
from toolkit.check.registry import Mark, Scene, Spot
from toolkit.check.scale import slip, slip_words
from toolkit.check.submissions import Submission
from toolkit.check.tiers import Tiers, amount_at, amounts
from toolkit.check.wording import inner, listed, number, places_of, quote, shown, with_unit
from toolkit.model.fact import Key
from toolkit.model.form import Block, Field
from toolkit.model.money import round_half_up
from toolkit.model.rule import Severity

_APART = 3
"""Cells told one by one; where more differ it is one fault: a unit left out, or an older version of its return."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount of the consolidated return that is not the sum of the units'."""

    label: str
    own: Decimal
    total: Decimal
    unit: str | None
    spots: tuple[Spot, ...]
    row: str

    @property
    def told(self) -> str:
        gap = with_unit(number(round_half_up(self.own - self.total, 6), places_of(self.unit)), self.unit)
        words = slip_words(slip(self.own, self.total), "各单位之和")
        return f"“{self.label}”填 {shown(self.own, self.unit)}，各单位之和为 {shown(self.total, self.unit)}，相差 {gap}{words}"


def against_units(scene: Scene, tree: Tiers, code: str) -> Iterator[Mark]:
    """Every amount units type, in the roll-up of ``code`` and in the returns it holds. A unit without a return makes
    any figure too small: then only what is less than the sum is told."""
    upper = tree.filed[code]
    lower = [s for child in tree.below[code] for s in tree.units(child)]
    some_missing = bool(tree.missing(code))
    inside = _among(scene, lower)
    wrong: list[Cell] = []
    offset: list[Cell] = []
    for block, row, field in amounts(scene):
        cell = _compared(scene, upper, lower, block, row, field)
        if cell is None or (some_missing and cell.own > cell.total):
            continue
        (offset if inside and abs(cell.total - cell.own - inside) <= Decimal("0.005") else wrong).append(cell)
    title = f"{quote(upper.identity.unit_name or code, 20)}的汇总表"
    for cell in offset:
        message = f"{title}{cell.told}，恰为所属单位之间的往来，可能已经抵销。"
        yield _mark(upper, message, cell, Severity.INFO)
    if len(wrong) <= _APART:
        for cell in wrong:
            yield _mark(upper, f"{title}{cell.told}。", cell, None)
        return
    each = listed(
        [f"“{c.label}”{shown(c.own, decimals=2)}（各单位之和 {shown(c.total, decimals=2)}）" for c in wrong], 4, "处"
    )
    message = (
        f"{title}有 {len(wrong)} 个金额不等于所属 {len(lower)} 个单位之和：{each}{_left_out(scene, lower, wrong)}。"
    )
    yield Mark(
        message, [c.spots[0] for c in wrong], upper, actual=wrong[0].own, expected=wrong[0].total,
        unit_of_measure=wrong[0].unit, identity=f"rolled|{code}",
    )  # fmt: skip


def _mark(upper: Submission, message: str, cell: Cell, severity: Severity | None) -> Mark:
    return Mark(
        message, cell.spots, upper, severity=severity, actual=cell.own, expected=cell.total, unit_of_measure=cell.unit,
        identity=f"rolled|{cell.row}",
    )  # fmt: skip


def _compared(
    scene: Scene, upper: Submission, lower: Sequence[Submission], block: Block, row: str, field: Field
) -> Cell | None:
    """The cell where the two differ; None where they agree, or the roll-up left the cell blank as its units did."""
    at = (block.id, row, field.id)
    own = amount_at(scene, upper, *at)
    held = [(s, v) for s in lower if (v := amount_at(scene, s, *at)) is not None]
    total = sum((v for _, v in held), Decimal(0))
    if (own is None and not total) or (own is None and not _has_any(scene, upper, block)):
        return None
    gap = (own or Decimal(0)) - total
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    if abs(gap) <= tolerance:
        return None
    key = Key(block.id, "", row, field.id)
    label = inner(f"{block.rows_by_id[row].label.strip()}·{field.label}")
    spots = ((upper, key), *((s, key) for s, v in held if v))
    return Cell(label, own or Decimal(0), total, field.unit, spots, ".".join(at))


def _has_any(scene: Scene, submission: Submission, block: Block) -> bool:
    """Whether the return fills in anything of the block."""
    facts = scene.cells(block.id).facts.get(submission.ret, {})
    return any(isinstance(f.value, Decimal) and f.key.block == block.id for f in facts.values())


def _among(scene: Scene, lower: Sequence[Submission]) -> Decimal:
    """What the units pay to each other: a department that consolidates properly leaves it out."""
    if not scene.has("transfers.counterparty", "transfers.direction", "transfers.amount"):
        return Decimal(0)
    codes, table = {s.identity.unit for s in lower}, scene.cells("transfers")
    total = Decimal(0)
    for submission in lower:
        for fact in table.column(submission.ret, "transfers", "amount"):
            other = table.value(submission.ret, fact.key._replace(field="counterparty"))
            direction = table.value(submission.ret, fact.key._replace(field="direction"))
            if isinstance(fact.value, Decimal) and other in codes and direction == PAID:
                total += fact.value
    return total


def _left_out(scene: Scene, lower: Sequence[Submission], wrong: Sequence[Cell]) -> str:
    """The one unit whose figures are what is lacking (or too much) everywhere."""
    for submission in lower:
        gaps = []
        for cell in wrong:
            block, row, field = cell.row.split(".")
            gaps.append((cell.total - cell.own, amount_at(scene, submission, block, row, field) or Decimal(0)))
        name = quote(submission.identity.unit_name or submission.identity.unit, 20)
        if all(abs(gap - part) <= Decimal("0.005") for gap, part in gaps):
            return f"，差额处处恰为{name}的数，可能漏计了该单位"
        if all(abs(gap + part) <= Decimal("0.005") for gap, part in gaps):
            return f"，差额处处恰为{name}的数，可能重计了该单位"
    return ""
