"""SE-23: the projects that a self-evaluation lists are those that were approved for the year, at what was approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.check.last_year import Row
from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.scale import slip, slip_words
from toolkit.check.submissions import Submission
from toolkit.check.wording import listed, number, quote, shown
from toolkit.model.finding import NOT_EXECUTABLE

_UNIT = "万元"


@coded("SE-23", reads=("projects.name", "projects.budget", "evaluations.project"))
def as_budgeted(scene: Scene) -> Iterator[Mark]:
    """The list of projects in a return with self-evaluations against the unit's approved budget of the same year.

    SE-01 and SE-03 hold the evaluations against that list; here the list itself is held against what was approved.
    """
    held: dict[str, list[Line]] = defaultdict(list)
    for line in scene.lines("projects"):
        held[line.submission.ret].append(line)
    without: list[str] = []
    for submission in (s for s in scene.submissions if ("evaluation", "") in s.submitted):
        planned = scene.plan.rows(submission.identity.unit, "projects") if scene.plan is not None else []
        if planned:
            yield from _differences(scene, submission, planned, held[submission.ret])
        else:
            without.append(submission.identity.unit_name or submission.identity.unit)
    if without:
        who = listed([quote(name, 20) for name in without], 4, "个单位")
        message = f"因没有{who}批复的预算可以对照，未能检查：{scene.rule.statement.rstrip('。')}。"
        yield Mark(message, result=NOT_EXECUTABLE, identity="without")


def _differences(scene: Scene, submission: Submission, planned: Sequence[Row], lines: Sequence[Line]) -> Iterator[Mark]:
    """What the list lacks, has besides, and gives another budget for."""
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    names = {normal_name(row.text("name")): row for row in planned if row.text("name")}
    typed = {normal_name(line.text("name")): line for line in lines if line.text("name")}
    source = f"{planned[0].stage}（{planned[0].file}）"
    # what is classified is evaluated apart and may be left out here
    missing = [row for name, row in names.items() if name not in typed and row.text("classified") != "是"]
    if missing:
        told = listed([f"{quote(r.text('name'), 24)} {shown(r.number('budget'), _UNIT)}" for r in missing], 6, "个项目")
        spots = [line.spot("name") for line in lines[:1]]
        yield Mark(f"{source}的项目没有列入自评：{told}。", spots, submission, identity="missing")
    for name, line in typed.items():
        if name not in names:
            message = f"项目{quote(line.text('name'))}不在{source}的预算中。"
            yield Mark(message, [line.spot("name")], submission, actual=line.text("name"), identity=f"extra|{name}")
            continue
        budget, approved = line.value("budget"), names[name].number("budget")
        if not isinstance(budget, Decimal) or approved is None or abs(budget - approved) <= tolerance:
            continue
        wrong = slip(budget, approved)
        message = (
            f"项目{quote(line.text('name'))}的预算数为 {shown(budget, _UNIT)}，{source}为 {shown(approved, _UNIT)}"
            f"{slip_words(wrong, '批复数')}。"
        )
        yield Mark(
            message, [line.spot("budget")], submission, actual=budget, expected=approved, unit_of_measure=_UNIT,
            likely=[(0, number(approved, 2), slip_words(wrong, "批复数")[1:])] if wrong else [],
            identity=f"budget|{name}",
        )  # fmt: skip
