"""IND-18, XF-28: indicators of one name, or of nearly one name, across the sheets of a return."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.check.names import likeness, normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.rules.indicators import MASK, Indicators, targets
from toolkit.check.wording import listed, number, quote

_TEXT = "文字描述"
_AT_MOST = ("≤", "＜")
_SAME_LEVEL = {"效果指标": "效益指标"}
_PERCENT = {"％": "%", "百分比": "%"}
Found = tuple[Indicators, Line]


@coded("IND-18")
def one_name_one_class(scene: Scene) -> Iterator[Mark]:
    """Indicators of a return with the same name: one class everywhere, and on the project sheets one kind of target."""
    held: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for kind, line in targets(scene):
        name = normal_name(line.text(kind.name))
        if name and name != MASK:
            held[(line.submission.ret, name)].append((kind, line))
    for (_, name), found in held.items():
        for what, apart in (("分类", _classes(found)), ("目标值的写法", _shapes(found))):
            if len(apart) < 2:
                continue
            shown = "、".join(quote(one) for one in apart)
            firsts = [same[0] for same in apart.values()]
            spots = [line.spot(kind.name) for kind, line in firsts]
            kind, line = firsts[0]
            message = f"{quote(line.text(kind.name), 30)}在 {_sheets(scene, firsts)} 的{what}不一致：{shown}。"
            yield Mark(message, spots, line.submission, identity=f"{what}|{name}")


def _classes(found: Sequence[Found]) -> dict[str, list[Found]]:
    """Level 2, after level 1 where that differs too → the indicators in it; without those that have none."""
    held: dict[str, list[Found]] = defaultdict(list)
    classed = [
        (_SAME_LEVEL.get(level1, level1), level2, (kind, line))
        for kind, line in found
        if (level1 := line.text("level1")) and (level2 := line.text("level2"))
    ]
    several = len({level1 for level1, _, _ in classed}) > 1
    for level1, level2, one in classed:
        held[f"{level1}·{level2}" if several else level2].append(one)
    return held


def _shapes(found: Sequence[Found]) -> dict[str, list[Found]]:
    """文字 or the unit of measure → the project indicators whose target is written so."""
    held: dict[str, list[Found]] = defaultdict(list)
    for kind, line in found:
        value, unit = line.value(kind.value), line.text(kind.unit)
        if not unit or kind.block.id != found[-1][0].block.id:
            continue
        numeric = isinstance(value, Decimal) and line.text(kind.op) != _TEXT
        held[_PERCENT.get(unit, unit) if numeric else "文字"].append((kind, line))
    return held


def _sheets(scene: Scene, found: Sequence[Found]) -> str:
    """Where the indicators stand: sheets of projects by name, else the form."""
    names = []
    for kind, line in found:
        form = scene.suite.form_of_block[kind.block.id]
        fact = scene.cells(kind.block.id).get(line.submission.ret, line.spot(kind.name)[1])
        names.append(fact.sheet if form.repeat and fact is not None else f"《{form.title}》")
    return listed(list(dict.fromkeys(names)), 4, "张表")


@coded("XF-28", reads=("dept_indicators.level3", "indicators.level3", "indicators.description"))
def near_names(scene: Scene) -> Iterator[Mark]:
    """A department target that no project of nearly that name (or description) and the same unit comes up to."""
    at_least = float(scene.parameter("xf28_similarity", "0.8"))
    held: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for kind, line in targets(scene):
        if isinstance(line.value(kind.value), Decimal) and line.text(kind.unit):
            held[(line.submission.ret, kind.block.id)].append((kind, line))
    for (ret, block), wanted in held.items():
        if block != "dept_indicators":
            continue
        offered = held.get((ret, "indicators"), [])
        for kind, line in wanted:
            near = [(score, other) for other in offered if (score := _score(kind, line, other)) >= at_least]
            if near and not any(_comes_up(kind, line, other) for _, other in near):
                yield _short(scene, kind, line, *max(near, key=lambda pair: pair[0]))


def _score(kind: Indicators, line: Line, other: Found) -> float:
    """How alike two indicators of one unit of measure are; 0 where the names are equal (XF-16 compares those)."""
    name, its_kind, its = line.text(kind.name), other[0], other[1]
    units = [normal_name(_PERCENT.get(u, u)) for u in (line.text(kind.unit), its.text(its_kind.unit))]
    if not name or units[0] != units[1] or normal_name(name) == normal_name(its.text(its_kind.name)):
        return 0.0
    texts = [its.text(its_kind.name), its.text("description")]
    return max((likeness(name, text) for text in texts if text), default=0.0)


def _comes_up(kind: Indicators, line: Line, other: Found) -> bool:
    wanted, offered = line.value(kind.value), other[1].value(other[0].value)
    if not isinstance(wanted, Decimal) or not isinstance(offered, Decimal):
        return True
    return offered <= wanted if line.text(kind.op) in _AT_MOST else offered >= wanted


def _short(scene: Scene, kind: Indicators, line: Line, score: float, other: Found) -> Mark:
    its_kind, its = other
    form = scene.suite.form_of_block[its_kind.block.id]
    message = (
        f"{quote(line.text(kind.name), 30)}的目标为 {_target(kind, line)}，《{form.title}》中相近的指标"
        f"{quote(its.text(its_kind.name), 30)}（相似度 {score:.2f}）为 {_target(its_kind, its)}，达不到部门目标，"
        "是否为同一指标？"
    )
    spots = [line.spot(kind.value), its.spot(its_kind.value)]
    return Mark(message, spots, line.submission, identity=normal_name(line.text(kind.name)))


def _target(kind: Indicators, line: Line) -> str:
    value, unit = line.value(kind.value), line.text(kind.unit)
    said = number(value) if isinstance(value, Decimal) else ""
    return f"{line.text(kind.op)}{said}{'' if unit in ('%', '％') else ' '}{unit}"
