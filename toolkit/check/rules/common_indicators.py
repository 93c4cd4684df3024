"""XD-10: projects of one performance template can be compared only by indicators they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.wording import listed, quote

_MASK = "涉密"


@dataclass
class _Project:
    """A project's sheet and its indicators by normalised name."""

    sheet: Line
    indicators: dict[str, Line] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.sheet.submission.identity.unit_name}{quote(self.sheet.text('name'), 24)}"


@coded("XD-10", reads=("target.template", "target.name", "indicators.level3", "indicators.target_unit"))
def comparable_projects(scene: Scene) -> Iterator[Mark]:
    """In each template with projects of several units: projects without a shared indicator, and units that differ."""
    projects: dict[tuple[str, str], _Project] = {}
    for line in scene.lines("target"):
        if line.text("template"):
            projects[(line.submission.ret, line.instance)] = _Project(line)
    for line in scene.lines("indicators"):
        name = normal_name(line.text("level3"))
        own = projects.get((line.submission.ret, line.instance))
        if own is not None and name and name != _MASK:
            own.indicators.setdefault(name, line)
    templates: dict[str, list[_Project]] = defaultdict(list)
    for project in projects.values():
        if project.indicators:
            templates[normal_name(project.sheet.text("template"))].append(project)
    for template, held in sorted(templates.items()):
        if len({project.sheet.submission.ret for project in held}) > 1:
            yield from _without_common(template, held)
            yield from _other_units(template, held)


def _without_common(template: str, held: list[_Project]) -> Iterator[Mark]:
    counts: dict[str, int] = defaultdict(int)
    for project in held:
        for name in project.indicators:
            counts[name] += 1
    apart = [project for project in held if not any(counts[name] > 1 for name in project.indicators)]
    if apart:
        who = listed([project.name for project in apart], 4, "个项目")
        message = f"选用绩效模板{quote(template)}的 {len(held)} 个项目中，{who}没有与其他项目相同的三级指标。"
        spots = [project.sheet.spot("template") for project in apart]
        yield Mark(message, spots, apart[0].sheet.submission, identity=f"{template}|apart")


def _other_units(template: str, held: list[_Project]) -> Iterator[Mark]:
    measured: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for project in held:
        for name, line in project.indicators.items():
            if line.value("target_value") is not None and line.text("target_unit"):
                measured[name][normal_name(line.text("target_unit"))].append(line)
    for name, units in sorted(measured.items()):
        if len(units) > 1:
            message = f"选用绩效模板{quote(template)}的项目，指标{quote(name)}的计量单位不一：{listed(sorted(units), what='种')}。"
            lines = [line for same in units.values() for line in same]
            spots = [line.spot("target_unit") for line in lines]
            yield Mark(message, spots, lines[0].submission, identity=f"{template}|{name}")
