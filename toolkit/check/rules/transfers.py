"""XD-07: what one unit says it pays to another, the other says it gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.submissions import Submission
from toolkit.check.wording import quote, shown
from toolkit.model.finding import NOT_EXECUTABLE

PAID, RECEIVED = "付", "收"
_OTHER = {PAID: RECEIVED, RECEIVED: PAID}

Pair = tuple[str, str]
"""Unit codes of payer and receiver."""


@coded("XD-07", reads=("transfers.counterparty", "transfers.direction", "transfers.amount"))
def transfers_agree(scene: Scene) -> Iterator[Mark]:
    """Lines matched one to one by payer, receiver and amount; what is left over is told to both units."""
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    held: dict[Pair, dict[str, list[tuple[Line, Decimal]]]] = defaultdict(lambda: {PAID: [], RECEIVED: []})
    for line in scene.lines("transfers"):
        own, other = line.submission.identity.unit, normal_name(line.text("counterparty"))
        direction, amount = line.text("direction"), line.value("amount")
        if not other or direction not in _OTHER or not isinstance(amount, Decimal):
            continue
        if other not in scene.by_unit:
            message = f"因对方单位 {other} 没有报送，未能核对与其往来的 {shown(amount, '万元')}。"
            spots = [line.spot("amount")]
            yield Mark(message, spots, line.submission, result=NOT_EXECUTABLE, identity=f"{line.row}|{other}")
            continue
        held[(own, other) if direction == PAID else (other, own)][direction].append((line, amount))
    for pair, sides in sorted(held.items()):
        yield from _left_over(scene, pair, sides, tolerance)


def _left_over(
    scene: Scene, pair: Pair, sides: dict[str, list[tuple[Line, Decimal]]], tolerance: Decimal
) -> Iterator[Mark]:
    """Marks for the lines of one pair without their like: differing amounts side by side, then single ones."""
    paid, received = sorted(sides[PAID], key=_by_amount), sorted(sides[RECEIVED], key=_by_amount)
    alone = []
    for line, amount in paid:
        match = next((other for other in received if abs(other[1] - amount) <= tolerance), None)
        if match is None:
            alone.append((line, amount))
        else:
            received.remove(match)
    for (line, amount), (other, its) in zip(alone, received, strict=False):
        yield from _told(scene, pair, [line, other], amount, its)
    for line, amount in alone[len(received) :]:
        yield from _told(scene, pair, [line], amount, None)
    for line, amount in received[len(alone) :]:
        yield from _told(scene, pair, [line], None, amount)


def _by_amount(one: tuple[Line, Decimal]) -> tuple[Decimal, str]:
    return one[1], one[0].row


def _told(
    scene: Scene, pair: Pair, lines: list[Line], paid: Decimal | None, received: Decimal | None
) -> Iterator[Mark]:
    """The same fault to payer and to receiver, each with its own line first."""
    payer, receiver = (scene.by_unit[code] for code in pair)
    gap = f"，相差 {shown(abs(paid - received), '万元')}" if paid is not None and received is not None else ""
    head = (
        f"{_name(payer)}填报付给{_name(receiver)}{_said(paid)}"
        if paid is not None
        else f"{_name(payer)}没有填报付给{_name(receiver)}的一笔"
    )
    message = f"{head}，"
    message += f"对方填报收到{_said(received)}{gap}。" if received is not None else "对方没有填报收到这一笔。"
    for submission, mine, its in ((payer, paid, received), (receiver, received, paid)):
        own = [x.spot("amount") for x in lines if x.submission is submission]
        rest = [x.spot("amount") for x in lines if x.submission is not submission]
        rows = "|".join(f"{x.submission.identity.unit}.{x.row}" for x in lines)
        yield Mark(
            message, [*own, *rest], submission, actual=mine, expected=its, unit_of_measure="万元",
            identity=f"{pair[0]}>{pair[1]}|{rows}",
        )  # fmt: skip


def _said(amount: Decimal | None) -> str:
    return "" if amount is None else f" {shown(amount, '万元')}"


def _name(submission: Submission) -> str:
    return quote(submission.identity.unit_name or submission.identity.unit, 20)
