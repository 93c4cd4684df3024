"""IND-06, IND-07: targets that are targets, in the unit their name or description asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.wording import number, quote
from toolkit.model.form import Block, Suite
from toolkit.model.target import asks_or_names

_ANSWERS = re.compile(r"^[是否有无]$")
_PERCENT = ("%", "％", "百分比", "百分点", "个百分点", "‰")
_RATE = re.compile(r"(率|比例|比率|占比|百分比)(?:[（(].*[)）])?$")
_NOT_A_RATE = re.compile(r"(效率|频率|税率|汇率|利率|速率|功率|概率|分辨率)(?:[（(].*[)）])?$")
_DAYS = re.compile(r"天数(?:[（(].*[)）])?$")
_SHARE = re.compile(r"(比例|比率|占比|百分比)[。.]?$")
MASK = "涉密"


@dataclass(frozen=True, slots=True)
class Indicators:
    """A list of indicators: the ids of its name and of the target's three columns."""

    block: Block
    name: str
    op: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One indicator whose target is wrong: how it is told, and the values."""

    kind: Indicators
    line: Line
    said: str
    actual: str
    expected: str = ""


def indicator_lists(suite: Suite) -> list[Indicators]:
    """The lists with a composite target (``<id>_op``, ``<id>_value``, ``<id>_unit``), named by 三级指标 or the like."""
    found = []
    for block in suite.blocks.values():
        for field in block.fields:
            stem = field.id.removesuffix("_op")
            if stem == field.id or not {f"{stem}_value", f"{stem}_unit"} <= block.by_id.keys():
                continue
            named = [f.id for f in block.fields if f.id in ("level3", "name") or "三级指标" in f.label]
            if named:
                found.append(Indicators(block, named[0], field.id, f"{stem}_value", f"{stem}_unit"))
    return found


def targets(scene: Scene) -> Iterator[tuple[Indicators, Line]]:
    """Every indicator of every list of them."""
    for kind in indicator_lists(scene.suite):
        for line in scene.lines(kind.block.id):
            yield kind, line


def named(kind: Indicators, line: Line) -> str:
    """The indicator as a sentence names it: ``指标“验收合格率”``."""
    name = line.text(kind.name)
    return f"指标{quote(name, 30)}" if name else f"第 {int(line.row) if line.row.isdigit() else line.row} 行指标"


@coded("IND-06")
def target_is_no_question(scene: Scene) -> Iterator[Mark]:
    """A text target that asks (是否…) or only names a subject (…情况) says nothing that can be met."""
    faults = []
    for kind, line in targets(scene):
        text = line.text(kind.unit)
        if text and text != MASK and not _ANSWERS.match(text) and asks_or_names(text):
            faults.append(Fault(kind, line, f"{named(kind, line)}填{quote(text)}", text))
    yield from _by_sheet(faults, "指标值是疑问句或占位语，没有说明要达到的程度")


@coded("IND-07")
def target_fits_its_name(scene: Scene) -> Iterator[Mark]:
    """率、比例 (also where only the description says so) are in %, 天数 in days."""
    faults = []
    for kind, line in targets(scene):
        name, unit, value = normal_name(line.text(kind.name)), line.text(kind.unit), line.value(kind.value)
        if not unit or unit == MASK:
            continue
        said, share = named(kind, line), _SHARE.search(normal_name(line.text("description")))
        if _RATE.search(name) and not _NOT_A_RATE.search(name) and unit not in _PERCENT:
            wanted = "%"
        elif _DAYS.search(name) and not re.search("[天日]", unit):
            wanted = "天"
        elif share and not _DAYS.search(name) and unit not in _PERCENT:
            said, wanted = f"{said}（描述为{share[1]}）", "%"
        else:
            continue
        typed = f" {number(value)} {unit}" if isinstance(value, Decimal) else quote(unit)
        faults.append(Fault(kind, line, f"{said}填{typed}，单位应为“{wanted}”", unit, wanted))
    yield from _by_sheet(faults, "指标值的单位与指标名称不相应")


def _by_sheet(faults: list[Fault], what: str) -> Iterator[Mark]:
    """One mark per sheet: the same fault on many indicators is told once."""
    held: dict[tuple[str, str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        held[(fault.line.submission.ret, fault.kind.block.id, fault.line.instance)].append(fault)
    for same in held.values():
        first, spots = same[0], [f.line.spot(f.kind.unit) for f in same]
        many = f"{len(same)} 个" if len(same) > 1 else ""
        message = f"{many}{what}：{'；'.join(f.said for f in same[:6])}{'等' if len(same) > 6 else ''}。"
        actual, expected = (first.actual, first.expected or None) if len(same) == 1 else (None, None)
        yield Mark(message, spots, first.line.submission, actual=actual, expected=expected)
