"""XD-11, XY-11: returns that are copies of another unit's return, or of the unit's own of last year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

from toolkit.check.registry import Mark, Scene, coded
from toolkit.check.rules.whole_return import AFTER, Amounts, Whole, largest, skipped, whole, without_last_year
from toolkit.check.submissions import Submission
from toolkit.check.tiers import tiers
from toolkit.check.wording import listed, quote
from toolkit.model.fact import Key

_FEWEST, _FEWEST_DISTINCT = 20, 10
"""Fewer amounts, or the same few over and over, may be alike by chance."""
_ALMOST_ALL = Decimal("0.9")
_STOCKS = ("assets",)
"""Blocks of what is there and stays: it is no budget, and may be as it was."""

_RARE = 8
_SHARED = 8
_FEWEST_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Copy:
    """``same`` amounts of the ``common`` ones of a return and of ``other``."""

    other: Submission
    same: Amounts
    common: int


@coded("XD-11")
def copies_of_a_peer(scene: Scene) -> Iterator[Mark]:
    """Two units with the same amounts nearly everywhere: told to both, unless last year's figures show whose they are."""
    held = whole(scene)
    pairs = [(a, b, found) for a, b in _alike(held) if (found := _same(held, a, b)) is not None]
    rolled = tiers(scene).rolled if pairs else frozenset()
    copies: dict[str, list[Copy]] = defaultdict(list)
    for a, b, (same, common) in pairs:
        if rolled & {a.identity.unit, b.identity.unit}:
            continue  # a department repeats the figures of its one unit
        own, others = _owns(held, a), _owns(held, b)
        if not (own is True and others is False):
            copies[a.ret].append(Copy(b, same, common))
        if not (others is True and own is False):
            copies[b.ret].append(Copy(a, same, common))
    for submission in scene.submissions:
        if submission.ret in copies:
            yield _copied(held, submission, copies[submission.ret])


def _alike(held: Whole) -> Iterator[tuple[Submission, Submission]]:
    """The pairs of returns worth comparing: those that share some amounts which few others have.

    Of an amount that many have only neighbours and the first are paired, so that many copies of one are met too.
    """
    having: dict[tuple[Key, Decimal], list[int]] = defaultdict(list)
    for at, submission in enumerate(held.scene.submissions):
        typed = held.typed(submission)
        if len(typed) >= _FEWEST:
            for one in typed.items():
                having[one].append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for who in having.values():
        if len(who) <= _RARE:
            shared.update(combinations(who, 2))
        else:
            shared.update({*pairwise(who), *((who[0], one) for one in who[1:])})
    submissions = held.scene.submissions
    for (a, b), count in sorted(shared.items()):
        if count >= _SHARED and submissions[a].identity.unit != submissions[b].identity.unit:
            yield submissions[a], submissions[b]


def _same(held: Whole, a: Submission, b: Submission) -> tuple[Amounts, int] | None:
    """The equal amounts of two returns and how many they have in common, where one is a copy of the other.

    Who copies into a form that the bureau has issued with last year's figures has these right: then this year's count.
    """
    mine, theirs = held.typed(a), held.typed(b)
    for this_year in (False, True):
        keys = [key for key in mine if not (this_year and held.preset(key))]
        larger = max(len(keys), sum(not (this_year and held.preset(key)) for key in theirs))
        common = [key for key in keys if key in theirs]
        same = {key: mine[key] for key in common if mine[key] == theirs[key]}
        if 2 * len(common) >= larger and _enough(same, len(common)):
            return same, len(common)
    return None


def _enough(same: Mapping[Key, Decimal], of: int) -> bool:
    """Whether so many of the amounts are equal, and different among themselves, that it cannot be chance."""
    return of >= _FEWEST and len(same) >= _ALMOST_ALL * of and len(set(same.values())) >= _FEWEST_DISTINCT


def _owns(held: Whole, submission: Submission) -> bool | None:
    """Whether the columns of last year are the unit's own by last year's returns; None where that is unclear."""
    last = held.last(submission).amounts
    typed = {k: v for k, v in held.typed(submission).items() if held.preset(k)}
    if not held.before or len(typed) < _FEWEST_COLUMNS:
        return None
    agree = sum(last.get(key._replace(field=held.preset(key))) == value for key, value in typed.items())
    return True if 5 * agree >= 4 * len(typed) else False if 2 * agree <= len(typed) else None


def _copied(held: Whole, submission: Submission, copies: Sequence[Copy]) -> Mark:
    most = max(copies, key=lambda one: len(one.same))
    others = [c.other.identity for c in sorted(copies, key=lambda one: one.other.identity.unit)]
    who = listed([f"{quote(o.unit_name, 20)}（{o.unit}）" for o in others], 4, "个单位")
    why = "可能照抄了对方的报送，或误报了对方的文件"
    if _owns(held, submission) is False and all(_owns(held, c.other) is True for c in copies):
        why += "；上年数也是对方的，与本单位上年的报送不符"
    elif all(_owns(held, submission) is _owns(held, c.other) for c in copies):
        why = "可能一方照抄了另一方的报送，或误报了另一方的文件"
    same = f"{most.common} 个金额{f'中有 {len(most.same)} 个' if len(most.same) < most.common else ''}"
    spots = largest(submission, most.same)
    return Mark(
        f"整份报送的 {same}与{who}报送的完全相同，{why}。", [*spots, (most.other, spots[0][1])], submission,
        identity="same", whole=True,
    )  # fmt: skip


@coded("XY-11")
def copy_of_last_year(scene: Scene) -> Iterator[Mark]:
    """This year's amounts are last year's, item by item: the form was handed in again, or never filled in anew."""
    if scene.group.stage in AFTER:
        return
    held = whole(scene)
    if not held.before:
        yield skipped(scene, without_last_year(scene))
        return
    for submission in scene.submissions:
        last, every = held.last(submission), held.typed(submission)
        typed = {k: v for k, v in every.items() if not held.preset(k) and k.block not in _STOCKS}
        same = {key: value for key, value in typed.items() if last.amounts.get(key) == value}
        if _enough(same, len(typed)):
            of_all = f"{len(typed)} 个金额{f'中有 {len(same)} 个' if len(same) < len(typed) else ''}"
            message = f"整份报送的 {of_all}与{last.source}完全相同，可能照抄了上年的报送，没有按本年情况编制。"
            yield Mark(message, largest(submission, same), submission, identity="copy", whole=True)
