"""SE-02, SE-16, SE-20, SE-21, SE-22: the self-evaluation against the plan, its date, and what its texts say."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from toolkit.check.names import bare_name, likeness, normal_name
from toolkit.check.registry import Line, Mark, Scene, Spot, coded
from toolkit.check.submissions import Submission
from toolkit.check.wording import listed, number, quote
from toolkit.model.fact import Value
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.target import print_target

_TARGET = ("target_op", "target_value", "target_unit")
_SCORE = re.compile(r"(?:总分|自评得分|综合得分|评价得分)[为是：:]?\s*(\d{1,3}(?:\.\d{1,2})?)\s*分")
_NAMED = re.compile(
    r"(?:^|[，,。；;、：:（()）\s])(?:其中|全年|年度|实际)*([一-鿿]{2,16}?(?:率|满意度|比例|次数|人数|人次|数量|天数|时限))"
    r"(?:已?达到?|为|完成|是|提高到|控制在)?\s*[≥≤]?\d"
)
_NO_INDICATORS = ("执行率", "到位率")
_TEXTS = ("expected", "achieved", "problems", "adjust_reason")


def _by_return(scene: Scene, block: str) -> dict[str, list[Line]]:
    held: dict[str, list[Line]] = defaultdict(list)
    for line in scene.lines(block):
        held[line.submission.ret].append(line)
    return held


def _target(value: Callable[[str], Value]) -> str:
    """A target as printed, from its three values."""
    op, amount, unit = (value(name) for name in _TARGET)
    return print_target(
        op if isinstance(op, str) else "",
        amount if isinstance(amount, Decimal) else None,
        unit if isinstance(unit, str) else "",
    )


@coded("SE-02", reads=("results.project", "results.level3", "results.target_op", "indicators.level3", "target.name"))
def as_approved(scene: Scene) -> Iterator[Mark]:
    """Each project has the indicators of its approved target sheet, with the same targets.

    The plan is the target sheets of the return itself, else the unit's approved budget of the same year.
    """
    results = _by_return(scene, "results")
    own = {name: _by_return(scene, name) for name in ("target", "indicators")}
    for submission in (s for s in scene.submissions if ("evaluation", "") in s.submitted):
        plan = _plan(scene, submission, own)
        lines = results.get(submission.ret, [])
        spots = [line.spot("level3") for line in lines[:1]]
        if not plan:
            why = f"因没有{quote(submission.identity.unit_name)}批复的绩效目标可以对照"
            statement = scene.rule.statement.rstrip("。")
            yield Mark(f"{why}，未能检查：{statement}。", spots, submission, result=NOT_EXECUTABLE)
            continue
        done: dict[str, dict[str, Line]] = defaultdict(dict)
        for line in lines:
            if line.text("project") and line.text("level3"):
                done[normal_name(line.text("project"))][normal_name(line.text("level3"))] = line
        for project, planned in plan.items():
            yield from _differences(submission, project, planned, done.get(normal_name(project), {}), spots)


Told = tuple[str, str, Spot | None, str]
Planned = Mapping[str, Told]
"""Normalised indicator → its name, target as printed, where it stands in the return, and the source to be told."""


def _plan(scene: Scene, submission: Submission, own: Mapping[str, Mapping[str, list[Line]]]) -> dict[str, Planned]:
    """Project → its approved indicators."""
    plan: dict[str, dict[str, Told]] = {}
    sheets = {x.instance: x.text("name") for x in own["target"].get(submission.ret, ()) if x.text("name")}
    for line in own["indicators"].get(submission.ret, ()):
        if line.instance in sheets and line.text("level3"):
            told: Told = (line.text("level3"), _target(line.value), line.spot("target_value"), "批复")
            plan.setdefault(sheets[line.instance], {})[normal_name(line.text("level3"))] = told
    if plan or scene.plan is None:
        return dict(plan)
    unit = submission.identity.unit
    sheets = {row.instance: row.text("name") for row in scene.plan.rows(unit, "target")}
    for row in scene.plan.rows(unit, "indicators"):
        if sheets.get(row.instance) and row.text("level3"):
            told = (row.text("level3"), _target(row.values.get), None, f"{row.stage}（{row.file}）")
            plan.setdefault(sheets[row.instance], {})[normal_name(row.text("level3"))] = told
    return dict(plan)


def _differences(
    submission: Submission, project: str, planned: Planned, done: Mapping[str, Line], fallback: list[Spot]
) -> Iterator[Mark]:
    """What one project's results lack, have besides, and hold another target for."""
    at = normal_name(project)
    source = next(iter(planned.values()))[3]
    missing = [told[0] for name, told in planned.items() if name not in done]
    if missing:
        shown = listed([quote(name) for name in missing], what="个指标")
        spots = [line.spot("level3") for line in list(done.values())[:1]] or fallback
        message = f"项目{quote(project)}{source}的指标未列入自评：{shown}。"
        yield Mark(message, spots, submission, identity=f"missing|{at}")
    for name, line in done.items():
        if name not in planned:
            message = f"项目{quote(project)}的自评指标{quote(line.text('level3'))}不在{source}的绩效目标中。"
            yield Mark(message, [line.spot("level3")], submission, identity=f"extra|{at}|{name}")
            continue
        level3, wanted, spot, source = planned[name]
        found = _target(line.value)
        if found != wanted:
            message = f"项目{quote(project)}的指标{quote(level3)}目标值为{quote(found)}，{source}为{quote(wanted)}。"
            spots = [line.spot("target_value")] + ([spot] if spot is not None else [])
            yield Mark(message, spots, submission, actual=found, expected=wanted, identity=f"target|{at}|{name}")


@coded("SE-20", reads=("evaluations.date",))
def in_time(scene: Scene) -> Iterator[Mark]:
    """Evaluated after the year's end and before the last day set for it."""
    begin = datetime.date(scene.group.year + 1, 1, 1)
    months = int(scene.parameter("evaluation_months", "6"))
    last = (
        datetime.date(scene.group.year + 1, months + 1, 1) if months < 12 else datetime.date(scene.group.year + 2, 1, 1)
    )
    for line in scene.lines("evaluations"):
        date = _date(line.text("date"))
        if date is not None and not begin <= date < last:
            when = f"{begin.year} 年 1 月至 {months} 月"
            message = f"{quote(line.text('project'))}的自评日期为 {date.isoformat()}，应在{when}之间。"
            yield Mark(message, [line.spot("date")], line.submission, actual=date)


def _date(text: str) -> datetime.date | None:
    """A date as the book holds it: ISO text."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


@coded("SE-21", reads=("evaluations.total", "evaluations.achieved", "evaluations.problems"))
def scores_in_words(scene: Scene) -> Iterator[Mark]:
    """A total that a text names is the total of the table."""
    for line in scene.lines("evaluations"):
        total = line.value("total")
        if not isinstance(total, Decimal):
            continue
        for name in ("achieved", "problems"):
            for found in _SCORE.finditer(line.text(name)):
                if Decimal(found[1]) != total:
                    message = f"{quote(line.text('project'))}的文字写“{found[0]}”，表中总分为 {number(total)} 分。"
                    spots = [line.spot(name), line.spot("total")]
                    yield Mark(
                        message,
                        spots,
                        line.submission,
                        actual=Decimal(found[1]),
                        expected=total,
                        identity=f"{name}|{found.start()}",
                    )


@coded("SE-16", reads=("evaluations.achieved", "results.level3"))
def told_indicators(scene: Scene) -> Iterator[Mark]:
    """What the account of a project names with a figure (验收合格率达到 98%) is one of its indicators."""
    near = float(scene.parameter("se16_similarity", "0.6"))
    known: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in scene.lines("results"):
        known[line.submission.ret, normal_name(line.text("project"))].append(bare_name(line.text("level3")))
    for line in scene.lines("evaluations"):
        names = known.get((line.submission.ret, normal_name(line.text("project"))), [])
        told = dict.fromkeys(_NAMED.findall(line.text("achieved")))
        strange = [
            name
            for name in told
            if not name.endswith(_NO_INDICATORS)
            and not any(
                bare_name(name) in own or own in bare_name(name) or likeness(name, own) >= near for own in names
            )
        ]
        if names and strange:
            shown = listed([quote(name) for name in strange], what="个")
            message = f"项目{quote(line.text('project'))}的实际完成情况所述{shown}，不在自评的指标中。"
            yield Mark(message, [line.spot("achieved")], line.submission)


@coded("SE-22", reads=("evaluations.achieved",))
def rules_in_force(scene: Scene) -> Iterator[Mark]:
    """No text cites a regulation that was repealed or replaced."""
    entries = scene.suite.lists["superseded"].entries if "superseded" in scene.suite.lists else ()
    places = [("evaluations", f) for f in _TEXTS] + [("results", "reason"), ("indicators", "basis")]
    for block, field in places:
        if not scene.has(f"{block}.{field}"):
            continue
        for line in scene.lines(block):
            text = line.text(field).replace("[", "〔").replace("]", "〕")
            for entry in entries:
                if entry.value in text and entry.in_force(scene.group.year):
                    message = f"引用的{quote(entry.value)}{entry.note or '已经废止'}。"
                    yield Mark(message, [line.spot(field)], line.submission, actual=entry.value)
