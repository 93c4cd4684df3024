"""XY-02, XY-03, XY-08, XY-10: projects, targets and money against last year's book."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.last_year import Other, Row
from toolkit.check.names import likeness, normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.wording import number, quote, shown
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.target import print_target

_OLD_LENGTH = 17
_LOWER = ("≤", "＜")
_HIGHER = ("≥", "＞", "＝")
_AFTER = ("决算", "自评")
_WEAK = ("中", "差")
_UNIT = "万元"


def _not_compared(scene: Scene) -> Iterator[Mark]:
    """Without last year's book the rule did not run. Accounts and self-evaluations hold no new budget to compare."""
    if scene.group.stage not in _AFTER:
        before, statement = scene.group.year - 1, scene.rule.statement.rstrip("。")
        yield Mark(f"因没有提供上年（{before} 年）的汇总结果，未能检查：{statement}。", result=NOT_EXECUTABLE)


def _lasting(code: str) -> str:
    """The code without region and year, which a new year changes; an old code whole."""
    return code if len(code) == _OLD_LENGTH else code[8:]


def _then(scene: Scene, kind: str, now: str) -> str:
    """What a name or code was last year, by the mapping handed in; the same where it says nothing."""
    entries = (e for e in scene.mapping if e.kind == kind and normal_name(e.new) == normal_name(now))
    return next((entry.old for entry in entries), now)


def _same_code(scene: Scene, line: Line, before: list[Row]) -> list[Row]:
    code = _then(scene, "code", line.text("code")) if line.text("code") else ""
    return [r for r in before if code and _lasting(r.text("code")) == _lasting(code)]


def _same_name(scene: Scene, line: Line, before: list[Row], field: str = "name") -> list[Row]:
    name = normal_name(_then(scene, "project", line.text("name")))
    return [r for r in before if name and normal_name(r.text(field)) == name]


def _continued(scene: Scene, line: Line, before: list[Row]) -> Row | None:
    """Last year's row of a project: the one of its name, else the one of its code."""
    return next(iter(_same_name(scene, line, before) or _same_code(scene, line, before)), None)


def _source(row: Row) -> str:
    """Where a figure of last year stands: ``上年（批复，433001.xlsx）``."""
    return f"上年（{row.stage}，{row.file}）"


@coded("XY-02", reads=("projects.code", "projects.name"))
def same_code_same_name(scene: Scene) -> Iterator[Mark]:
    """A project that goes on keeps its name and the part of its code that does not change with the year."""
    if scene.last_year is None or scene.group.stage in _AFTER:
        yield from _not_compared(scene)
        return
    near = float(scene.parameter("xy02_similarity", "0.8"))
    for line in scene.lines("projects"):
        before = scene.last_year.rows(line.submission.identity.unit, "projects")
        name, code = line.text("name"), line.text("code")
        same_name, same_code = _same_name(scene, line, before), _same_code(scene, line, before)
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
            yield from _renamed(scene, line, before, near)


def _renamed(scene: Scene, line: Line, before: list[Row], near: float) -> Iterator[Mark]:
    """New by name and by code, but very like one of last year's that is not there any more."""
    own = (x for x in scene.lines("projects") if x.submission.ret == line.submission.ret)
    kept = {normal_name(_then(scene, "project", x.text("name"))) for x in own}
    gone = [r for r in before if normal_name(r.text("name")) not in kept]
    likes = sorted(gone, key=lambda r: (-likeness(line.text("name"), r.text("name")), r.text("name")))
    if likes and (score := likeness(line.text("name"), likes[0].text("name"))) >= near:
        old = likes[0].text("name")
        message = f"项目{quote(line.text('name'))}与{_source(likes[0])}的{quote(old)}相近（相似度 {score:.2f}），是否为同一项目？"
        yield Mark(
            message, [line.spot("name")], line.submission, actual=line.text("name"), expected=old,
            likely=[(0, old, "上年的项目名称")], identity=f"near|{normal_name(line.text('name'))}",
        )  # fmt: skip


@coded("XY-03", reads=("target.name", "indicators.level3", "indicators.target_op", "indicators.target_value"))
def targets_not_lower(scene: Scene) -> Iterator[Mark]:
    """The target of an indicator is not weaker than last year's of the same project and name."""
    if scene.last_year is None or scene.group.stage in _AFTER:
        yield from _not_compared(scene)
        return
    sheets = {(x.submission.ret, x.instance): x for x in scene.lines("target")}
    for line in scene.lines("indicators"):
        sheet, value = sheets.get((line.submission.ret, line.instance)), line.value("target_value")
        if sheet is None or not isinstance(value, Decimal) or not line.text("level3"):
            continue
        row = _last_target(scene, scene.last_year, sheet, line)
        old = row.number("target_value") if row is not None else None
        if row is None or old is None:
            continue
        if value > old if line.text("target_op") in _LOWER else value < old:
            op, unit = line.text("target_op"), line.text("target_unit")
            now, then = print_target(op, value, unit), print_target(row.text("target_op"), old, unit)
            message = (
                f"项目{quote(sheet.text('name'))}的指标{quote(line.text('level3'))}目标值为{quote(now)}，"
                f"{_source(row)}为{quote(then)}，低于上年水平。"
            )
            yield Mark(
                message, [line.spot("target_value")], line.submission, actual=value, expected=old,
                unit_of_measure=unit or None, identity=f"{normal_name(sheet.text('name'))}|{line.text('level3')}",
            )  # fmt: skip


def _last_target(scene: Scene, last_year: Other, sheet: Line, line: Line) -> Row | None:
    """Last year's one indicator of the same project, name, direction and unit; None where that is unclear."""
    unit = line.submission.identity.unit
    by_name = {normal_name(r.text("name")): r for r in last_year.rows(unit, "target")}
    by_code = {_lasting(r.text("code")): r for r in last_year.rows(unit, "target") if r.text("code")}
    old = by_name.get(normal_name(_then(scene, "project", sheet.text("name"))))
    old = old or by_code.get(_lasting(_then(scene, "code", sheet.text("code"))) if sheet.text("code") else "")
    if old is None:
        return None
    same = [
        row
        for row in last_year.rows(unit, "indicators")
        if row.instance == old.instance
        and normal_name(row.text("level3")) == normal_name(line.text("level3"))
        and row.text("target_unit") == line.text("target_unit")
        and any(row.text("target_op") in way and line.text("target_op") in way for way in (_LOWER, _HIGHER))
    ]
    return same[0] if len(same) == 1 else None


@coded("XY-08", reads=("projects.name", "projects.budget", "evaluations.grade"))
def weak_projects_cut(scene: Scene) -> Iterator[Mark]:
    """A project that was graded 中 or 差 in the self-evaluation handed in gets less than it had then."""
    if scene.last_year is None or scene.group.stage in _AFTER:
        yield from _not_compared(scene)
        return
    for line in scene.lines("projects"):
        unit, budget = line.submission.identity.unit, line.value("budget")
        graded = _same_name(scene, line, scene.last_year.rows(unit, "evaluations"), "project")
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
    if scene.last_year is None or scene.group.stage in _AFTER:
        yield from _not_compared(scene)
        return
    for line in scene.lines("projects"):
        before = scene.last_year.rows(line.submission.identity.unit, "projects")
        row = _continued(scene, line, before)
        old = row.number("budget") if row is not None else None
        if row is None or old is None:
            continue
        said, tolerance = line.value("last_year"), scene.rule.tolerance or Decimal("0.005")
        if isinstance(said, Decimal) and abs(said - old) <= tolerance:
            continue
        typed = f"填 {shown(said, _UNIT)}" if isinstance(said, Decimal) else "空白"
        message = f"延续项目{quote(line.text('name'))}的上年预算数{typed}，{_source(row)}为 {shown(old, _UNIT)}。"
        yield Mark(
            message, [line.spot("last_year")], line.submission, actual=said, expected=old, unit_of_measure=_UNIT,
            identity=normal_name(line.text("name")),
        )  # fmt: skip
