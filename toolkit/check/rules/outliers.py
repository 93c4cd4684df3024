"""XD-06, XD-08: the three public expenses of all units together, and what units spend per head."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.registry import Mark, Scene, Spot, coded
from toolkit.check.submissions import Submission
from toolkit.check.wording import listed, quote, shown
from toolkit.model.fact import Key
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.money import round_half_up

_THREE = ("three_public", "total", "this_year")
_PER_HEAD = (("expenditure", "operating", "this_year", "公用经费"), (*_THREE, "“三公”经费"))
_STAFF = (("budget_units", "total", "staff_actual"), ("cover", "", "staff_quota"))
"""Where the number of people stands: those in post, else the quota."""

_LEAST_SPREAD = Decimal("0.1")
"""Units that spend almost the same must not make a small difference an outlier: spread counts as a tenth at least."""


def _number(scene: Scene, submission: Submission, block: str, row: str, field: str) -> tuple[Decimal, Spot] | None:
    key = Key(block, "", row, field)
    value = scene.cells(block).value(submission.ret, key) if scene.has(f"{block}.{field}") else None
    return (value, (submission, key)) if isinstance(value, Decimal) else None


@coded("XD-06", reads=("three_public.this_year", "three_public.last_year"))
def three_public_of_all(scene: Scene) -> Iterator[Mark]:
    """Σ this year against Σ last year, over the units that give both figures; names those that give one only."""
    now = last = Decimal(0)
    risen: list[tuple[Decimal, str, Spot]] = []
    without: list[Submission] = []
    for submission in scene.submissions:
        this = _number(scene, submission, *_THREE)
        before = _number(scene, submission, "three_public", "total", "last_year")
        if this is None:
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


@coded("XD-08", reads=("expenditure.this_year", "cover.staff_quota"))
def per_head(scene: Scene) -> Iterator[Mark]:
    """Each unit against the mean and the standard deviation of the others (so that it does not hide itself)."""
    limit, fewest = scene.parameter("xd08_deviation", "2"), int(scene.parameter("xd08_fewest", "5"))
    for block, row, field, label in _PER_HEAD:
        held: list[tuple[Submission, Decimal, list[Spot], str]] = []
        for submission in scene.submissions:
            spent = _number(scene, submission, block, row, field)
            staff = next((n for at in _STAFF if (n := _number(scene, submission, *at)) is not None and n[0] > 0), None)
            if spent is not None and staff is not None:
                each = round_half_up(spent[0] / staff[0], 2)
                account = f"{shown(spent[0], '万元')} ÷ {shown(staff[0])} 人"
                held.append((submission, each, [spent[1], staff[1]], account))
        if len(held) < fewest:
            continue
        for number, (submission, each, spots, account) in enumerate(held):
            others = [other for at, (_, other, *_) in enumerate(held) if at != number]
            mean = sum(others, Decimal(0)) / len(others)
            spread = max(
                (sum(((x - mean) ** 2 for x in others), Decimal(0)) / len(others)).sqrt(), mean * _LEAST_SPREAD
            )
            if spread == 0 or abs(each - mean) / spread <= limit:
                continue
            usual = round_half_up(mean, 2)
            score = round_half_up(abs(each - mean) / spread, 1)
            message = (
                f"人均{label} {shown(each, '万元')}（{account}），其他 {len(others)} 个单位平均 {shown(usual, '万元')}，"
                f"偏离 {score} 个标准差。"
            )
            yield Mark(message, spots, submission, actual=each, expected=usual, unit_of_measure="万元", identity=label)
