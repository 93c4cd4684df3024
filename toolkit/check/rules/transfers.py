"""XD-07: what one unit says it pays to another, the other says it gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.open_lines import PAID, RECEIVED, Account, Open, Pair, astray, left_over, total, turned
from toolkit.check.registry import Line, Mark, Scene, Spot, coded
from toolkit.check.scale import AS_YUAN, as_meant, slip, slip_words
from toolkit.check.submissions import Submission
from toolkit.check.tiers import own_lines, tiers
from toolkit.check.wording import listed, number, quote, shown
from toolkit.model.finding import NOT_EXECUTABLE

_OTHER = {PAID: RECEIVED, RECEIVED: PAID}
_UNIT = "万元"


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
    left = [one for pair, account in sorted(accounts.items()) for one in left_over(pair, account, tolerance)]
    both = turned(left, tolerance)
    for mine, its in both:
        yield from _turned(scene, mine, its)
    told = {id(one) for pair_of in both for one in pair_of}
    left = [one for one in left if id(one) not in told]
    partners = astray(left, tolerance)
    for one in left:
        yield from _told(scene, one, partners)


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


def _turned(scene: Scene, one: Open, other: Open) -> Iterator[Mark]:
    """Both have the same direction: which of them is wrong they have to find out."""
    said = PAID if one.paid else RECEIVED
    lines = [line for line, _ in (*one.paid, *one.received, *other.paid, *other.received)]
    names = "、".join(_name(scene.by_unit[code]) for code in one.pair)
    message = (
        f"{names}互填对方为往来单位，都填“{said}” {shown(total(one.paid or one.received), _UNIT)}："
        "有一方的收付方向填反。"
    )
    for submission in (scene.by_unit[code] for code in one.pair):
        in_order = sorted(lines, key=lambda line: line.submission is not submission)
        spots = [line.spot(field) for line in in_order for field in ("direction", "amount")]
        rows = "|".join(f"{line.submission.identity.unit}.{line.row}" for line in lines)
        yield Mark(message, spots, submission, identity=f"turned|{rows}")


def _told(scene: Scene, one: Open, partners: dict[int, list[Open]]) -> Iterator[Mark]:
    """The same fault to payer and to receiver, each with its own lines first."""
    payer, receiver = (scene.by_unit[code] for code in one.pair)
    paid, received = (total(lines) if lines else None for lines in (one.paid, one.received))
    lines = [*one.paid, *one.received]
    message = _message(payer, receiver, one, paid, received)
    other = partners.get(id(one), [])
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
    amount = shown(total(other.paid or other.received), _UNIT)
    told = f"{payer}填报付给{receiver}" if other.paid else f"{receiver}填报从{payer}收到"
    return f"另有{told} {amount}也没有对应，可能有一方的对方单位代码填错。"


def _said(lines: Sequence[tuple[Line, Decimal]], amount: Decimal | None) -> str:
    if amount is None:
        return ""
    each = f"（{listed([shown(value, decimals=2) for _, value in lines], 6, '笔')}）" if len(lines) > 1 else ""
    return f" {shown(amount, _UNIT)}{each}"


def _name(submission: Submission) -> str:
    return quote(submission.identity.unit_name or submission.identity.unit, 20)
