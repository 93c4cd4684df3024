"""SUM-18, IND-24, IND-25: points, deductions and the age of the basis, as the indicators' texts state them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, Spot, coded
from toolkit.check.rules.indicators import indicator_lists
from toolkit.check.wording import number, quote

_N = r"([0-9]+(?:\.[0-9]+)?)分"
_PART = re.compile(rf"\({_N}\)|(?:得|计|占|为){_N}")
_CIRCLED = re.compile("[①-⑳]")
_ITEMS = re.compile(r"§|(?:^|[。;；\n])\s*[0-9]{1,2}[.、．)](?![0-9])|[一二三四五六七八九]是")
_DEDUCTION = re.compile(rf"(?:扣|减)(?:除|减)?{_N}")
_CAP = re.compile(rf"(?:最多|最高|累计|上限|至多)(?:扣|减)?(?:至|为|不超过)?{_N}|扣分(?:上限|不超过){_N}")
_ANNUAL = re.compile(r"年度|年工作|要点|年.{0,12}(?:计划|方案|安排|任务|预算|目标|部署)")
_TITLE = re.compile(r"《[^》]*》(?:[((][^))]*[))])?|[^,。;；、《》]+")
_YEAR = re.compile(r"(?:[〔\[(【])?(20[0-9]{2})(?:[〕\])】]|年)")


def _scored(scene: Scene) -> Iterator[tuple[Line, Decimal, str, Spot, Spot]]:
    """Indicators with points and a scoring rule: the line, the points, the rule, and both cells."""
    for kind in indicator_lists(scene.suite):
        if not {"points", "scoring"} <= kind.block.by_id.keys():
            continue
        for line in scene.lines(kind.block.id):
            points, text = line.value("points"), line.text("scoring")
            if isinstance(points, Decimal) and text:
                yield line, points, text, line.spot("scoring"), line.spot("points")


@coded("SUM-18")
def parts_add_up(scene: Scene) -> Iterator[Mark]:
    """The points of the parts of a scoring rule. Steps (达到95%得10分，达到90%得8分) are alternatives and not added."""
    for line, points, text, scoring, at in _scored(scene):
        parts = _parts(normal_name(_CIRCLED.sub("§", text)), points)
        total = sum(parts, Decimal(0))
        if len(parts) > 1 and total != points:
            sums = " + ".join(number(part) for part in parts)
            message = (
                f"指标{quote(line.text('level3'), 30)}分值 {number(points)}，评分标准各分项 {sums} = {number(total)}。"
            )
            yield Mark(message, [scoring, at], line.submission, actual=total, expected=points, unit_of_measure="分")


def _parts(text: str, points: Decimal) -> list[Decimal]:
    """The points of each enumerated part: of each item its first and highest; none where nothing is enumerated."""
    in_brackets = [Decimal(m) for m in re.findall(rf"\({_N}\)", text)]
    if len(in_brackets) > 1 and points not in in_brackets:
        return in_brackets
    items = _ITEMS.split(text)[1:]
    found = [max((Decimal(a or b) for a, b in _PART.findall(item)), default=Decimal(0)) for item in items]
    return found if len(found) > 1 and all(found) and points not in found else []


@coded("IND-24")
def deductions_are_capped(scene: Scene) -> Iterator[Mark]:
    """A single deduction, or the cap named in the scoring rule, above the points."""
    for line, points, text, scoring, at in _scored(scene):
        plain = normal_name(text)
        single = [Decimal(m) for m in _DEDUCTION.findall(plain)]
        caps = [Decimal(a or b) for a, b in _CAP.findall(plain)]
        over = max([*single, *caps], default=Decimal(0))
        if over > points:
            what = "扣分上限" if over in caps else "单次扣分"
            message = f"指标{quote(line.text('level3'), 30)}分值 {number(points)}，{what} {number(over)} 分超过分值。"
            yield Mark(message, [scoring, at], line.submission, actual=over, expected=points, unit_of_measure="分")


@coded("IND-25")
def basis_is_current(scene: Scene) -> Iterator[Mark]:
    """Annual documents (要点, 计划, 方案 …) in the basis of a target that are older than last year."""
    oldest = scene.group.year - int(scene.parameter("ind25_years", "1"))
    for kind in indicator_lists(scene.suite):
        if "basis" not in kind.block.by_id:
            continue
        for line in scene.lines(kind.block.id):
            for title in _TITLE.findall(normal_name(line.text("basis"))):
                years = [int(year) for year in _YEAR.findall(title)]
                if years and max(years) < oldest and _ANNUAL.search(title):
                    name = quote(line.text(kind.name), 30)
                    message = f"指标{name}的依据{quote(title)}是 {max(years)} 年的年度性文件，早于上年。"
                    yield Mark(message, [line.spot("basis")], line.submission)
