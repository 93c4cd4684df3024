"""XD-04, XD-06, XD-08: unit prices, the three public expenses of all units together, and what units spend per head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, Spot, coded
from toolkit.check.scale import as_meant, slip, slip_words
from toolkit.check.spread import middle, score
from toolkit.check.submissions import Submission
from toolkit.check.tiers import own_lines, tiers
from toolkit.check.wording import listed, number, quote, shown
from toolkit.model.fact import Key
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.money import round_half_up

LOTS = frozenset({"批", "项", "宗", "笔", "组", "次"})
"""Units of quantity whose prices cannot be compared: each is as large as the unit makes it."""

_THREE = ("three_public", "total", "this_year")
_PER_HEAD = (("expenditure", "operating", "this_year", "公用经费"), (*_THREE, "“三公”经费"))
_PEERS = 4
"""Peers named in a message: those nearest to the median."""

Priced = tuple[Line, Decimal]


@coded("XD-04", reads=("procurement.catalog_code", "procurement.price"))
def price_outliers(scene: Scene) -> Iterator[Mark]:
    """Unit prices far from those of the same catalogue code and unit of quantity in several units.

    Where enough lines have the same name too, they are compared among themselves: a code may hold switches and servers.
    The price of a lot (批, 项 …) says nothing about that of another, nor do the lines of one unit about each other.
    """
    fewest = int(scene.parameter("xd04_fewest", "3"))
    by_code: dict[tuple[str, ...], list[Priced]] = defaultdict(list)
    by_name: dict[tuple[str, ...], list[Priced]] = defaultdict(list)
    for line in own_lines(scene, "procurement"):
        price = line.value("price")
        code, per = line.text("catalog_code"), normal_name(line.text("qty_unit"))
        if code and per and per not in LOTS and isinstance(price, Decimal) and price > 0:
            by_code[(code, per)].append((line, price))
            by_name[(code, per, normal_name(line.text("item_name")))].append((line, price))
    named = {at: rows for at, rows in by_name.items() if at[2] and _enough(rows, fewest)}
    for at, rows in sorted(by_code.items()):
        if _enough(rows, fewest):
            rest = [one for one in rows if (*at, normal_name(one[0].text("item_name"))) not in named]
            yield from _far(scene, at, rest, rows, "同品目")
    for at, rows in sorted(named.items()):
        yield from _far(scene, at, rows, rows, "同品目同名")


def _enough(rows: Sequence[Priced], fewest: int) -> bool:
    return len(rows) >= fewest and len({line.submission.ret for line, _ in rows}) >= 2


def _far(
    scene: Scene, at: tuple[str, ...], judged: Sequence[Priced], rows: Sequence[Priced], what: str
) -> Iterator[Mark]:
    """Marks for the prices far off among ``rows``, by share of the median and by the spread of the others."""
    limit, least = scene.parameter("xd04_deviation", "50"), scene.parameter("xd04_score", "3.5")
    unit = scene.suite.blocks["procurement"].by_id["price"].unit
    peers = _one_a_unit(rows, int(scene.parameter("xd04_fewest", "3")))
    usual, logs = middle(peers), [peer.ln() for peer in peers]
    for line, price in judged:
        share = round_half_up((price / usual - 1) * 100, 1)
        if abs(share) <= limit or score(price.ln(), logs) <= least:
            continue
        item, wrong = line.text("item_name"), slip(price, usual, near=True)
        message = (
            f"{quote(item, 20) if item else '采购物品'}（品目 {at[0]}）单价 {shown(price, unit)}/{at[1]}，"
            f"各单位{what} {len(rows)} 行的中位数为 {shown(usual, unit)}（{_others(line, rows, usual)}），"
            f"偏离 {share:+}%{slip_words(wrong, '同品目单价')}。"
        )
        meant = [(0, number(as_meant(price, wrong), 2), slip_words(wrong, "同品目单价")[1:])] if wrong else []
        yield Mark(
            message, [line.spot("price")], line.submission, actual=price, expected=usual, unit_of_measure=unit,
            likely=meant,
        )  # fmt: skip


def _one_a_unit(rows: Sequence[Priced], fewest: int) -> list[Decimal]:
    """One price for each unit where there are units enough, so that one with many lines does not set the measure."""
    held: dict[str, list[Decimal]] = defaultdict(list)
    for line, price in rows:
        held[line.submission.ret].append(price)
    return [middle(own) for own in held.values()] if len(held) >= fewest else [price for _, price in rows]


def _others(line: Line, rows: Sequence[Priced], usual: Decimal) -> str:
    """The prices of other units nearest to the median, with their names."""
    rest = [
        (abs(p - usual), x.submission.identity.unit, x.submission, p)
        for x, p in rows
        if x.submission is not line.submission
    ]
    rest.sort(key=lambda one: one[:2])
    return listed([f"{s.identity.unit_name} {shown(p, decimals=2)}" for *_, s, p in rest], _PEERS, "行")


@coded("XD-06", reads=("three_public.this_year", "three_public.last_year"))
def three_public_of_all(scene: Scene) -> Iterator[Mark]:
    """Σ this year against Σ last year, over the units that give both figures; names those that give one only."""
    now = last = Decimal(0)
    risen: list[tuple[Decimal, str, Spot]] = []
    without: list[Submission] = []
    rolled = tiers(scene).rolled
    for submission in scene.submissions:
        this = _number(scene, submission, *_THREE)
        before = _number(scene, submission, "three_public", "total", "last_year")
        if this is None or submission.identity.unit in rolled:
            continue
        if before is None:
            without.append(submission)
            continue
        now, last = now + this[0], last + before[0]
        if this[0] > before[0]:
            risen.append((this[0] - before[0], submission.identity.unit_name, this[1]))
    if now - last > (scene.rule.tolerance or Decimal(0)):
        risen.sort(key=lambda one: (-one[0], one[1]))
        who = listed([f"{name}增加 {shown(more, '万元')}" for more, name, _ in risen], what="个单位")
        message = f"全区“三公”经费本年 {shown(now, '万元')}，上年 {shown(last, '万元')}，增加 {shown(now - last, '万元')}：{who}。"
        yield Mark(
            message, [spot for *_, spot in risen], actual=now, expected=last, unit_of_measure="万元", identity="all"
        )
    if without:
        who = listed([quote(s.identity.unit_name, 20) for s in without], what="个单位")
        message = f"因{who}没有上年数，未计入全区“三公”经费与上年的比较。"
        yield Mark(message, result=NOT_EXECUTABLE, identity="without")


@dataclass(frozen=True, slots=True)
class PerHead:
    """What a unit spends for each of its people: the account, and its kind of unit."""

    submission: Submission
    nature: str
    each: Decimal
    log: Decimal
    spots: tuple[Spot, ...]
    account: str


@coded("XD-08", reads=("expenditure.this_year", "cover.staff_quota"))
def per_head(scene: Scene) -> Iterator[Mark]:
    """Each unit against the others of its nature, or all others where those are too few.

    Little operating cost may be a wrong count of people; little for the three public expenses is what is wanted.
    """
    limit, fewest = scene.parameter("xd08_deviation", "2"), int(scene.parameter("xd08_fewest", "5"))
    least = scene.parameter("xd08_share", "50")
    rolled = tiers(scene).rolled
    units = [s for s in scene.submissions if s.identity.unit not in rolled]
    staff = {s.ret: _staff(scene, s) for s in units}
    for block, row, field, label in _PER_HEAD:
        held = [one for s in units if (one := _each(scene, s, (block, row, field), staff[s.ret])) is not None]
        for one in held:
            same = [x for x in held if x.nature == one.nature] if one.nature else held
            group, kind = (same, one.nature or "单位") if len(same) >= fewest else (held, "单位")
            if len(group) < fewest:
                continue
            others = [x for x in group if x is not one]
            peers = [x.each for x in others]
            usual = round_half_up(middle(peers), 2)
            deviation = score(one.log, [x.log for x in others])
            share = round_half_up((one.each / middle(peers) - 1) * 100, 1)
            if deviation <= limit or abs(share) <= least or (share < 0 and block == _THREE[0]):
                continue
            near = sorted(others, key=lambda x: (abs(x.each - usual), x.submission.identity.unit))
            named = listed(
                [f"{x.submission.identity.unit_name} {shown(x.each, decimals=2)}" for x in near], _PEERS, "个"
            )
            message = (
                f"人均{label} {shown(one.each, '万元')}（{one.account}），其他 {len(others)} 个{kind}的中位数为 "
                f"{shown(usual, '万元')}（{named}），偏离 {share:+}%。"
            )
            yield Mark(
                message,
                one.spots,
                one.submission,
                actual=one.each,
                expected=usual,
                unit_of_measure="万元",
                identity=label,
            )


def _each(scene: Scene, s: Submission, at: tuple[str, str, str], staff: tuple[Decimal, Spot] | None) -> PerHead | None:
    """None where the unit spends nothing, or does not say on how many people."""
    spent = _number(scene, s, *at)
    if spent is None or staff is None or spent[0] <= 0:
        return None
    each = round_half_up(spent[0] / staff[0], 2)
    account = f"{shown(spent[0], '万元')} ÷ {shown(staff[0])} 人"
    nature = _text(scene, s, Key("cover", "", "", "unit_nature"))
    return PerHead(s, nature, each, each.ln(), (spent[1], staff[1]), account) if each else None


def _staff(scene: Scene, s: Submission) -> tuple[Decimal, Spot] | None:
    """The people of a unit: in post in its own row of the list of units, else in all rows; else its quota."""
    found: list[tuple[Decimal, Spot] | None] = []
    if scene.has("budget_units.staff_actual", "budget_units.code"):
        for fact in scene.cells("budget_units").column(s.ret, "budget_units", "code"):
            if fact.value == s.identity.unit:
                found.append(_number(scene, s, "budget_units", fact.key.row, "staff_actual"))
    found.append(_number(scene, s, "budget_units", "total", "staff_actual"))
    found.append(_number(scene, s, "cover", "", "staff_quota"))
    return next((one for one in found if one is not None and one[0] > 0), None)


def _number(scene: Scene, submission: Submission, block: str, row: str, field: str) -> tuple[Decimal, Spot] | None:
    key = Key(block, "", row, field)
    value = scene.cells(block).value(submission.ret, key) if scene.has(f"{block}.{field}") else None
    return (value, (submission, key)) if isinstance(value, Decimal) else None


def _text(scene: Scene, submission: Submission, key: Key) -> str:
    value = scene.cells(key.block).value(submission.ret, key) if scene.has(f"{key.block}.{key.field}") else None
    return value if isinstance(value, str) else ""
