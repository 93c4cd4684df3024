"""XD-07: what one unit says it pays to another, the other says it gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, Spot, coded
from toolkit.check.scale import AS_YUAN, as_meant, slip, slip_words
from toolkit.check.settle import settle
from toolkit.check.submissions import Submission
from toolkit.check.tiers import own_lines, tiers
from toolkit.check.wording import listed, number, quote, shown
from toolkit.model.finding import NOT_EXECUTABLE

PAID, RECEIVED = "付", "收"
_OTHER = {PAID: RECEIVED, RECEIVED: PAID}
_UNIT = "万元"

Pair = tuple[str, str]
"""Unit codes of payer and receiver."""


@dataclass
class Account:
    """The lines of two units about each other, by direction."""

    paid: list[tuple[Line, Decimal]] = field(default_factory=list)
    received: list[tuple[Line, Decimal]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Open:
    """What nobody answers: lines of the payer and of the receiver that do not tell the same money, if both are there."""

    pair: Pair
    paid: tuple[tuple[Line, Decimal], ...] = ()
    received: tuple[tuple[Line, Decimal], ...] = ()


@coded("XD-07", reads=("transfers.counterparty", "transfers.direction", "transfers.amount"))
def transfers_agree(scene: Scene) -> Iterator[Mark]:
    """Lines matched by payer, receiver and amount, also one to several; what is left over is told to both units."""
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    accounts: dict[Pair, Account] = defaultdict(Account)
    rolled = tiers(scene).rolled
    for line in own_lines(scene, "transfers"):
        own, other = line.submission.identity.unit, _other(scene, line)
        direction, amount = line.text("direction"), line.value("amount")
        if not other or direction not in _OTHER or not isinstance(amount, Decimal):
            continue
        if other == own:
            message = f"往来的对方单位代码 {other} 是本单位自己的。"
            yield Mark(message, [line.spot("counterparty")], line.submission, actual=other, identity=f"self|{line.row}")
        elif other not in scene.by_unit or other in rolled:
            yield _unknown(scene, line, other, amount)
        elif direction == PAID:
            accounts[own, other].paid.append((line, amount))
        else:
            accounts[other, own].received.append((line, amount))
    left = [one for pair, account in sorted(accounts.items()) for one in _left_over(pair, account, tolerance)]
    astray = _astray(left, tolerance)
    for one in left:
        yield from _told(scene, one, astray)


def _other(scene: Scene, line: Line) -> str:
    """The other unit's code; by its name where the code is none that reported but the name is one's."""
    code = normal_name(line.text("counterparty"))
    if code in scene.by_unit or not line.text("counterparty_name"):
        return code
    name = normal_name(line.text("counterparty_name"))
    named = [s.identity.unit for s in scene.everyone if normal_name(s.identity.unit_name) == name]
    known = {e.unit for e in scene.roster or ()}
    return named[0] if len(named) == 1 and code not in known else code


def _unknown(scene: Scene, line: Line, other: str, amount: Decimal) -> Mark:
    """The other unit did not report; or the roster does not know it, then the code is wrong."""
    roster = {e.unit for e in scene.roster or () if e.region in ("", scene.group.region)}
    if roster and other not in roster and other not in scene.by_unit:
        message = f"往来的对方单位代码 {other} 不在单位名册中，{shown(amount, _UNIT)}无从核对。"
        return Mark(message, [line.spot("counterparty"), line.spot("amount")], line.submission, actual=other,
                    identity=f"unknown|{line.row}")  # fmt: skip
    why = "报送的是部门汇总表" if other in scene.by_unit else "没有报送"
    message = f"因对方单位 {other} {why}，未能核对与其往来的 {shown(amount, _UNIT)}。"
    return Mark(message, [line.spot("amount")], line.submission, result=NOT_EXECUTABLE, identity=f"{line.row}|{other}")


def _left_over(pair: Pair, account: Account, tolerance: Decimal) -> Iterator[Open]:
    """What is not matched: differing amounts side by side, the nearest first, then single lines."""
    paid, received = sorted(account.paid, key=_by_amount), sorted(account.received, key=_by_amount)
    result = settle(_numbered(paid), _numbered(received), tolerance)
    mine, its = [paid[n] for n, _ in result.paid], [received[n] for n, _ in result.received]
    if _one_to_several(mine, its):
        yield Open(pair, tuple(mine), tuple(its))
        return
    while mine and its:
        _, a, b = min((_apart(x, y), n, m) for n, x in enumerate(mine) for m, y in enumerate(its))
        yield Open(pair, (mine.pop(a),), (its.pop(b),))
    yield from (Open(pair, paid=(line,)) for line in mine)
    yield from (Open(pair, received=(line,)) for line in its)


def _one_to_several(paid: Sequence[tuple[Line, Decimal]], received: Sequence[tuple[Line, Decimal]]) -> bool:
    """Whether the one line of a side is nearer to all lines of the other together than to any of them."""
    one, several = (paid, received) if len(paid) == 1 else (received, paid)
    if len(one) != 1 or len(several) < 2:
        return False
    return abs(one[0][1] - _total(several)) < min(abs(one[0][1] - amount) for _, amount in several)


def _numbered(lines: Sequence[tuple[Line, Decimal]]) -> tuple[tuple[int, Decimal], ...]:
    return tuple((n, amount) for n, (_, amount) in enumerate(lines))


def _by_amount(one: tuple[Line, Decimal]) -> tuple[Decimal, str]:
    return one[1], one[0].row


def _apart(paid: tuple[Line, Decimal], received: tuple[Line, Decimal]) -> tuple[int, int, Decimal]:
    """Lines about one project first, then one a slip of the other, then by difference."""
    projects = [normal_name(line.text("project")) for line, _ in (paid, received)]
    return (
        not (projects[0] and projects[0] == projects[1]),
        slip(paid[1], received[1]) is None,
        abs(paid[1] - received[1]),
    )


def _astray(left: Sequence[Open], tolerance: Decimal) -> dict[int, list[Open]]:
    """By the id of an open line without answer: those of the other direction and another partner, of the same amount.

    A pays to B, but it is C who says it got the money from A (or B that names C as the payer): one of them has the
    wrong partner.
    """
    single = [one for one in left if not (one.paid and one.received)]
    found: dict[int, list[Open]] = defaultdict(list)
    by_unit: dict[tuple[str, str], list[Open]] = defaultdict(list)
    for one in single:
        for code in one.pair:
            by_unit[code, PAID if one.paid else RECEIVED].append(one)
    for one in single:
        amount = _total(one.paid or one.received)
        ways = (
            ((one.pair[0], RECEIVED), (one.pair[1], RECEIVED))
            if one.paid
            else ((one.pair[0], PAID), (one.pair[1], PAID))
        )
        for way in ways:
            for other in by_unit.get(way, []):
                shared = one.pair[0] == other.pair[0] or one.pair[1] == other.pair[1]
                if (
                    shared
                    and one.pair != other.pair
                    and abs(_total(other.paid or other.received) - amount) <= tolerance
                ):
                    found[id(one)].append(other)
    return found


def _total(lines: Sequence[tuple[Line, Decimal]]) -> Decimal:
    return sum((amount for _, amount in lines), Decimal(0))


def _told(scene: Scene, one: Open, astray: dict[int, list[Open]]) -> Iterator[Mark]:
    """The same fault to payer and to receiver, each with its own lines first."""
    payer, receiver = (scene.by_unit[code] for code in one.pair)
    paid, received = (_total(lines) if lines else None for lines in (one.paid, one.received))
    lines = [*one.paid, *one.received]
    message = _message(payer, receiver, one, paid, received)
    other = astray.get(id(one), [])
    more: list[Spot] = []
    if len(other) == 1:
        message += _partner(scene, other[0])
        more = [line.spot("amount") for line, _ in (*other[0].paid, *other[0].received)]
    for submission, mine, its in ((payer, paid, received), (receiver, received, paid)):
        own = [x.spot("amount") for x, _ in lines if x.submission is submission]
        rest = [x.spot("amount") for x, _ in lines if x.submission is not submission]
        rows = "|".join(f"{x.submission.identity.unit}.{x.row}" for x, _ in lines)
        likely = _meant(mine, its) if len(own) == 1 else []
        yield Mark(
            message, [*own, *rest, *more], submission, actual=mine, expected=its, unit_of_measure=_UNIT, likely=likely,
            identity=f"{one.pair[0]}>{one.pair[1]}|{rows}",
        )  # fmt: skip


def _message(payer: Submission, receiver: Submission, one: Open, paid: Decimal | None, received: Decimal | None) -> str:
    gap = slipped = ""
    if paid is not None and received is not None:
        gap = f"，相差 {shown(abs(paid - received), _UNIT)}"
        slipped = _slipped(payer, receiver, paid, received)
    head = (
        f"{_name(payer)}填报付给{_name(receiver)}{_said(one.paid, paid)}"
        if paid is not None
        else f"{_name(payer)}没有填报付给{_name(receiver)}的一笔"
    )
    if received is None:
        return f"{head}，对方没有填报收到这一笔。"
    return f"{head}，对方填报收到{_said(one.received, received)}{gap}{slipped}。"


def _slipped(payer: Submission, receiver: Submission, paid: Decimal, received: Decimal) -> str:
    """Of two figures 10 000 apart the larger was typed in 元; where the smaller is below 1 it may be either."""
    if slip(paid, received) is None:
        return ""
    if min(paid, received) < 1:
        return "，两数相差一万倍，有一方的计量单位有误"
    return f"，{_name(payer if paid > received else receiver)}的数{slip_words(AS_YUAN, '对方数')[1:]}"


def _meant(mine: Decimal | None, its: Decimal | None) -> list[tuple[int, str, str]]:
    """What the first cell should hold where it holds 元."""
    if mine is None or its is None or slip(mine, its) != AS_YUAN or its < 1:
        return []
    return [(0, number(as_meant(mine, AS_YUAN), 2), "可能按“元”填列，应为万元")]


def _partner(scene: Scene, other: Open) -> str:
    payer, receiver = (_name(scene.by_unit[code]) for code in other.pair)
    amount = shown(_total(other.paid or other.received), _UNIT)
    told = f"{payer}填报付给{receiver}" if other.paid else f"{receiver}填报从{payer}收到"
    return f"另有{told} {amount}也没有对应，可能有一方的对方单位代码填错。"


def _said(lines: Sequence[tuple[Line, Decimal]], amount: Decimal | None) -> str:
    if amount is None:
        return ""
    each = f"（{listed([shown(value, decimals=2) for _, value in lines], 6, '笔')}）" if len(lines) > 1 else ""
    return f" {shown(amount, _UNIT)}{each}"


def _name(submission: Submission) -> str:
    return quote(submission.identity.unit_name or submission.identity.unit, 20)
