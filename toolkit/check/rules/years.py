"""XY-02, XY-03, XY-08, XY-10: projects, targets and money against last year's book."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.check.continued import Continued
from toolkit.check.last_year import Row
from toolkit.check.names import likeness, normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.scale import slip, slip_words
from toolkit.check.wording import listed, number, quote, shown
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.rule import Severity
from toolkit.model.target import print_target

_LOWER = ("≤", "＜")
_HIGHER = ("≥", "＞", "＝")
_AFTER = ("决算", "自评")
_WEAK = ("中", "差")
_UNIT = "万元"
_EXPLAINED = re.compile("下调|调低|调减|降低|下降|压减|减少|缩减|取消")
"""What the 指标值确定依据 of a lowered target says where it gives the reason."""


def _not_compared(scene: Scene) -> Iterator[Mark]:
    """Without last year's book the rule did not run. Accounts and self-evaluations hold no new budget to compare."""
    if scene.group.stage not in _AFTER:
        before = scene.group.year - 1
        yield Mark(f"因没有提供上年（{before} 年）的汇总结果，未能检查：{_statement(scene)}。", result=NOT_EXECUTABLE)


def _held(scene: Scene, *blocks: str) -> Continued | None:
    """Last year's returns, where they are at hand with these blocks and this stage has a budget to compare."""
    last = scene.last_year
    if last is None or scene.group.stage in _AFTER or not last.has(*blocks):
        return None
    return Continued(scene, last)


def _without(scene: Scene, before: Continued, *blocks: str) -> Iterator[Mark]:
    """Names the units that last year's results do not have."""
    units = [s for s in scene.submissions if not any(before.last.rows(s.identity.unit, block) for block in blocks)]
    if units:
        who = listed([quote(s.identity.unit_name or s.identity.unit, 20) for s in units], 4, "个单位")
        message = (
            f"因上年的汇总结果中没有{who}（新设或改了代码的，请在对照表中登记），未与上年比较：{_statement(scene)}。"
        )
        yield Mark(message, result=NOT_EXECUTABLE, identity="without")


def _statement(scene: Scene) -> str:
    return scene.rule.statement.rstrip("。")


def _source(row: Row) -> str:
    """Where a figure of last year stands: ``上年（批复，433001.xlsx）``."""
    return f"上年（{'，'.join(part for part in (row.stage, row.file) if part)}）"


@coded("XY-02", reads=("projects.code", "projects.name"))
def same_code_same_name(scene: Scene) -> Iterator[Mark]:
    """A project that goes on keeps its name and the part of its code that does not change with the year."""
    before = _held(scene, "projects")
    if before is None:
        yield from _not_compared(scene)
        return
    yield from _without(scene, before, "projects")
    near = float(scene.parameter("xy02_similarity", "0.8"))
    lines = list(scene.lines("projects"))
    kept: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        kept[line.submission.ret].update(map(normal_name, before.then("project", line.text("name"))))
    for line in lines:
        name, code = line.text("name"), line.text("code")
        same_name, same_code = before.named(line, "projects"), before.coded(line, "projects")
        if not name or not code or (same_name and same_code):
            continue
        if same_name and (old := same_name[0].text("code")):
            message = f"延续项目{quote(name)}的编码为 {code}，{_source(same_name[0])}为 {old}。"
            yield Mark(
                message, [line.spot("code")], line.submission, actual=code, expected=old,
                identity=f"code|{normal_name(name)}",
            )  # fmt: skip
        elif same_code:
            old = same_code[0].text("name")
            message = f"项目编码 {code} 的名称为{quote(name)}，{_source(same_code[0])}为{quote(old)}。"
            yield Mark(
                message, [line.spot("name")], line.submission, actual=name, expected=old,
                identity=f"name|{normal_name(name)}",
            )  # fmt: skip
        elif not same_name:
            gone = [
                r for r in before.rows(line, "projects") if normal_name(r.text("name")) not in kept[line.submission.ret]
            ]
            yield from _renamed(line, gone, near)


def _renamed(line: Line, gone: Sequence[Row], near: float) -> Iterator[Mark]:
    """New by name and by code, but very like one of last year's that is not there any more."""
    likes = sorted((-likeness(line.text("name"), r.text("name")), r.text("name"), n) for n, r in enumerate(gone))
    if likes and -likes[0][0] >= near:
        score, old, row = -likes[0][0], likes[0][1], gone[likes[0][2]]
        message = (
            f"项目{quote(line.text('name'))}与{_source(row)}的{quote(old)}相近（相似度 {score:.2f}），是否为同一项目？"
        )
        yield Mark(
            message, [line.spot("name")], line.submission, actual=line.text("name"), expected=old,
            likely=[(0, old, "上年的项目名称")], identity=f"near|{normal_name(line.text('name'))}",
        )  # fmt: skip


@coded("XY-03", reads=("target.name", "indicators.level3", "indicators.target_op", "indicators.target_value"))
def targets_not_lower(scene: Scene) -> Iterator[Mark]:
    """The target of an indicator is not weaker than last year's of the same project and name."""
    before = _held(scene, "target", "indicators")
    if before is None:
        yield from _not_compared(scene)
        return
    yield from _without(scene, before, "target", "indicators")
    sheets = {(x.submission.ret, x.instance): x for x in scene.lines("target")}
    for line in scene.lines("indicators"):
        sheet, value = sheets.get((line.submission.ret, line.instance)), line.value("target_value")
        if sheet is None or not isinstance(value, Decimal) or not line.text("level3"):
            continue
        row = _last_target(before, sheet, line)
        old = row.number("target_value") if row is not None else None
        if row is None or old is None:
            continue
        if value > old if line.text("target_op") in _LOWER else value < old:
            op, unit = line.text("target_op"), line.text("target_unit")
            now, then = print_target(op, value, unit), print_target(row.text("target_op"), old, unit)
            basis = line.text("basis")
            explained = bool(_EXPLAINED.search(basis))
            message = (
                f"项目{quote(sheet.text('name'))}的指标{quote(line.text('level3'))}目标值为{quote(now)}，"
                f"{_source(row)}为{quote(then)}，低于上年水平{f'；确定依据为{quote(basis)}' if explained else ''}。"
            )
            yield Mark(
                message, [line.spot("target_value")], line.submission, actual=value, expected=old,
                unit_of_measure=unit or None, identity=f"{normal_name(sheet.text('name'))}|{line.text('level3')}",
                severity=Severity.INFO if explained else None,
            )  # fmt: skip


def _last_target(before: Continued, sheet: Line, line: Line) -> Row | None:
    """Last year's one indicator of the same project, name, direction and unit; None where that is unclear."""
    old = before.row(sheet, "target")
    if old is None:
        return None
    same = [
        row
        for row in before.of_name(line, "indicators", "level3")
        if row.instance == old.instance
        and row.text("target_unit") == line.text("target_unit")
        and any(row.text("target_op") in way and line.text("target_op") in way for way in (_LOWER, _HIGHER))
    ]
    return same[0] if len(same) == 1 else None


@coded("XY-08", reads=("projects.name", "projects.budget", "evaluations.grade"))
def weak_projects_cut(scene: Scene) -> Iterator[Mark]:
    """A project that was graded 中 or 差 in the self-evaluation handed in gets less than it had then."""
    before = _held(scene, "evaluations")
    if before is None:
        yield from _not_compared(scene)
        return
    yield from _without(scene, before, "evaluations")
    for line in scene.lines("projects"):
        budget = line.value("budget")
        graded = before.named(line, "evaluations", "project")
        weak = next((r for r in graded if r.text("grade") in _WEAK), None)
        old = weak.number("original") if weak is not None else None
        if weak is None or old is None or not isinstance(budget, Decimal) or budget < old:
            continue
        total = weak.number("total")
        score = f"（{number(total)} 分）" if total is not None else ""
        message = (
            f"项目{quote(line.text('name'))}{_source(weak)}的等级为“{weak.text('grade')}”{score}，"
            f"本年预算 {shown(budget, _UNIT)}，没有少于上年的 {shown(old, _UNIT)}。"
        )
        yield Mark(message, [line.spot("budget")], line.submission, actual=budget, expected=old, unit_of_measure=_UNIT)


@coded("XY-10", reads=("projects.name", "projects.budget", "projects.last_year"))
def last_years_budget(scene: Scene) -> Iterator[Mark]:
    """The 上年预算数 of a project that goes on is what was approved for it; it may not be left out."""
    before = _held(scene, "projects")
    if before is None:
        yield from _not_compared(scene)
        return
    yield from _without(scene, before, "projects")
    for line in scene.lines("projects"):
        row = before.row(line, "projects")
        old = row.number("budget") if row is not None else None
        if row is None or old is None:
            continue
        said, tolerance = line.value("last_year"), scene.rule.tolerance or Decimal("0.005")
        if isinstance(said, Decimal) and abs(said - old) <= tolerance:
            continue
        typed = f"填 {shown(said, _UNIT)}" if isinstance(said, Decimal) else "空白"
        wrong = slip(said, old) if isinstance(said, Decimal) else None
        meant = [(0, number(old, 2), slip_words(wrong, "上年数")[1:])] if wrong else []
        message = (
            f"延续项目{quote(line.text('name'))}的上年预算数{typed}，{_source(row)}为 {shown(old, _UNIT)}"
            f"{slip_words(wrong, '上年数')}。"
        )
        yield Mark(
            message, [line.spot("last_year")], line.submission, actual=said, expected=old, unit_of_measure=_UNIT,
            likely=meant, identity=normal_name(line.text("name")),
        )  # fmt: skip
