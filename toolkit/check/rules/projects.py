"""STR-05, STR-08, XF-03, COD-03, COD-06: one project under one name and one code, everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from toolkit.check.names import nearest, normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.submissions import Submission
from toolkit.check.tiers import own_lines
from toolkit.check.wording import listed, quote, shown
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.rule import Severity

_OPERATING = "公用经费"
_NEW, _OLD = 21, 17
"""Lengths of project codes: of the integrated budget system, and before it."""


def _by_return(lines: Iterator[Line]) -> dict[str, list[Line]]:
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        held[line.submission.ret].append(line)
    return held


def _no_list(scene: Scene, submission: Submission, lines: list[Line], field: str) -> Mark:
    title = scene.suite.form_of_block["projects"].title
    statement = scene.rule.statement.rstrip("。")
    return Mark(
        f"因《{title}》没有填列任何项目，未能检查：{statement}。", [lines[0].spot(field)], submission,
        result=NOT_EXECUTABLE,
    )  # fmt: skip


@coded("STR-05", reads=("projects.name", "target.name"))
def sheet_names(scene: Scene) -> Iterator[Mark]:
    """The name on each project's sheet is one of the list: near ones are asked about, others are wrong."""
    listed_lines = _by_return(scene.lines("projects"))
    apart = float(scene.parameter("str05_similarity", "0.6"))
    for ret, sheets in _by_return(scene.lines("target")).items():
        submission = sheets[0].submission
        names = {normal_name(x.text("name")): x.text("name") for x in listed_lines.get(ret, ()) if x.text("name")}
        if not names:
            yield _no_list(scene, submission, sheets, "name")
            continue
        for line in sheets:
            name = line.text("name")
            if not name or normal_name(name) in names:
                continue
            found = nearest(name, names.values(), apart)
            title = scene.suite.form_of_block["projects"].title
            said = f"项目名称{quote(name)}不在《{title}》中"
            yield Mark(
                said + (f"，与{quote(found[0])}相近（相似度 {found[1]:.2f}），是否为同一项目？" if found else "。"),
                [line.spot("name")], submission,
                severity=Severity.WARNING if found else Severity.ERROR,
                actual=name, expected=found[0] if found else None,
                likely=[(0, found[0], f"项目清单中的名称，相似度 {found[1]:.2f}")] if found else [],
            )  # fmt: skip


@coded("STR-08", reads=("projects.name", "target.name"))
def one_sheet_each(scene: Scene) -> Iterator[Mark]:
    """Every listed project has one sheet. One that a misspelt sheet was meant for is left to STR-05.

    A return of a stage at which the sheets are not due (a self-evaluation) may do without any.
    """
    sheets = _by_return(scene.lines("target"))
    apart = float(scene.parameter("str05_similarity", "0.6"))
    due = scene.suite.form_of_block["target"].due(scene.group.stage)
    for ret, lines in _by_return(scene.lines("projects")).items():
        submission = lines[0].submission
        if not due and ret not in sheets:
            continue
        names = {normal_name(line.text("name")) for line in lines}
        typed: dict[str, list[Line]] = defaultdict(list)
        for line in sheets.get(ret, ()):
            if line.text("name"):
                typed[normal_name(line.text("name"))].append(line)
        strangers = [name for name in typed if name not in names]
        missing = [
            line
            for line in lines
            if line.text("name")
            and normal_name(line.text("name")) not in typed
            and nearest(line.text("name"), strangers, apart) is None
        ]
        if missing:
            shown = listed([quote(line.text("name")) for line in missing], what="个项目")
            message = f"有 {len(missing)} 个项目没有项目绩效表：{shown}。"
            yield Mark(message, [line.spot("name") for line in missing], submission, identity="missing")
        for name, again in typed.items():
            if len(again) > 1:
                message = f"{quote(again[0].text('name'))}填了 {len(again)} 张项目绩效表，应只填一张。"
                yield Mark(message, [line.spot("name") for line in again], submission, identity=name)


@coded("XF-03", reads=("projects.name", "procurement.project_name"))
def procurement_projects(scene: Scene) -> Iterator[Mark]:
    """The project of each procurement line: listed, or 公用经费 and its items; near names get “是否为”."""
    at_least = float(scene.parameter("xf03_similarity", "0.8"))
    names_of = _by_return(scene.lines("projects"))
    for ret, lines in _by_return(scene.lines("procurement")).items():
        submission = lines[0].submission
        names = {normal_name(x.text("name")): x.text("name") for x in names_of.get(ret, ()) if x.text("name")}
        allowed = {normal_name(label) for label in _operating_items(scene)}
        held: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            name = line.text("project_name")
            bare = normal_name(name)
            if name and name != names.get(bare) and bare not in allowed and _OPERATING not in bare:
                held[name].append(line)
        if held and not names:
            yield _no_list(scene, submission, lines, "project_name")
            continue
        for name, same in held.items():
            found = nearest(name, names.values(), at_least)
            rows = f"（{len(same)} 行）" if len(same) > 1 else ""
            said = f"采购项目名称{quote(name)}{rows}不在项目清单中"
            if found:
                close = normal_name(name) in names
                said += f"，与{quote(found[0])}只差空格或全角字符。" if close else f"，是否为{quote(found[0])}？"
            yield Mark(
                said if found else f"{said}，也未标明为公用经费。",
                [line.spot("project_name") for line in same], submission,
                severity=Severity.WARNING if found else Severity.ERROR,
                actual=name, expected=found[0] if found else None,
                likely=[(n, found[0], f"项目清单中的名称，相似度 {found[1]:.2f}") for n in range(len(same))] if found else [],
                identity=normal_name(name),
            )  # fmt: skip


def _operating_items(scene: Scene) -> set[str]:
    """Printed items of the operating budget: procurement out of 公用经费 names one of them."""
    labels: set[str] = set()
    for form in scene.suite.forms:
        if form.id == "operating":
            labels |= {row.label.strip() for block in form.blocks for row in block.rows}
    return labels


@coded("COD-03", reads=("projects.code",))
def unique_codes(scene: Scene) -> Iterator[Mark]:
    """A project code stands once in the whole collection."""
    held: dict[str, list[Line]] = defaultdict(list)
    for line in own_lines(scene, "projects"):
        if line.text("code"):
            held[normal_name(line.text("code"))].append(line)
    for code, lines in sorted(held.items()):
        if len(lines) < 2:
            continue
        units = list(dict.fromkeys(line.submission.identity.unit_name for line in lines))
        who = f"{listed(units, what='个单位')}共用" if len(units) > 1 else "在项目清单中出现"
        named = [(x, shown(x.value("budget"), "万元")) for x in lines if x.text("name")]
        names = list(dict.fromkeys(f"{quote(x.text('name'), 24)} {budget}" for x, budget in named))
        message = f"项目编码 {code} {who}（{len(lines)} 处）" + (f"：{listed(names, 4, '个')}。" if names else "。")
        yield Mark(message, [line.spot("code") for line in lines], lines[0].submission, actual=code, identity=code)


@coded("COD-06", reads=("projects.code",))
def one_code_form(scene: Scene) -> Iterator[Mark]:
    """Codes of 21 and of 17 characters side by side in one return: the old ones that no mapping tells of are marked."""
    mapped = {normal_name(entry.old) for entry in scene.mapping if entry.kind == "code"}
    for lines in _by_return(scene.lines("projects")).values():
        lengths = {id(line): len(normal_name(line.text("code"))) for line in lines}
        old = [x for x in lines if lengths[id(x)] == _OLD and normal_name(x.text("code")) not in mapped]
        new = [line for line in lines if lengths[id(line)] == _NEW]
        if old and new:
            codes = listed([line.text("code") for line in old], what="个")
            message = f"有 {len(new)} 个 {_NEW} 位编码，又有 {len(old)} 个 {_OLD} 位旧编码：{codes}。"
            yield Mark(message, [line.spot("code") for line in old], old[0].submission, identity="mixed")
