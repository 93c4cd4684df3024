"""XD-03: the same project declared by two units, by exact and by near name, with what it costs in each.

Every unit has an 信息化运维 and an 办公设备购置: such names say nothing, unless the amounts agree to the last digit.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from toolkit.check.names import bare_name, chains, likeness, loose_name, normal_name, similar_pairs
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.tiers import own_lines
from toolkit.check.wording import listed, quote, shown

_MASK = "涉密"
_YEAR = re.compile(r"20\d\d\s*(?:年度|年)?")
_SPELLINGS = (
    ("运维", "运行维护"),
    ("采购", "购置"),
    ("购买", "购置"),
    ("补贴", "补助"),
    ("资金", "经费"),
    ("培训班", "培训"),
)
_COMMON = re.compile(
    "信息化|信息系统|网络|系统|平台|软件|设备|办公|业务|日常|工作|公用|综合|专项|专用|专业|一般|其他|机关|单位|部门|行政|"
    "运行|维护|维修|修缮|改造|建设|购置|更新|升级|租赁|租用|服务|管理|保障|培训|会议|宣传|教育|差旅|印刷|物业|安保|保洁|"
    "车辆|用车|人员|人才|聘用|临时|劳务|派遣|工资|补助|奖励|考核|调研|检查|监督|执法|档案|资料|图书|房屋|办公楼|"
    "活动|慰问|党建|工会|离退休|老干部|经费|项目|费用|支出|费|年度|年|的|及|与|和|等"
)
"""Words that names of projects are made of everywhere."""
_APART = re.compile(r"[0-9一二三四五六七八九十百甲乙丙丁东西南北上下左右前后]")
"""Numbers and directions: what differs by them is another thing (一期, 二期; 东城, 西城)."""
_MOST = 50
"""Names of one amount that are compared with each other: an amount that more have is no evidence."""
_LEAST = 2
"""Characters that must be left of a name without those words."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A project as a unit declares it."""

    line: Line
    name: str
    budget: Decimal | None

    @property
    def unit(self) -> str:
        return self.line.submission.ret


@coded("XD-03", reads=("projects.name",))
def declared_twice(scene: Scene) -> Iterator[Mark]:
    """Names that are equal or nearly equal in several units; those alike in a chain are told together."""
    at_least = float(scene.parameter("xd03_similarity", "0.85"))
    held: dict[str, list[Declared]] = defaultdict(list)
    for line in own_lines(scene, "projects"):
        name, budget = _plain(line.text("name")), line.value("budget")
        if name and name != _MASK:
            held[name].append(Declared(line, name, budget if isinstance(budget, Decimal) else None))
    units = {name: len({one.unit for one in same}) for name, same in held.items()}
    rare = _Rare(held, len(scene.submissions), scene)
    names = sorted(held)
    alike = [pair for pair in similar_pairs(names, at_least) if _one_project(held, rare, *pair)]
    alike += _of_one_amount(scene, held, rare)
    linked = {name for pair in alike for name in pair}
    for group in chains(sorted(linked), alike):
        every = [one for name in group for one in held[name]]
        yield from _mark(_of_equal_amount(every) if any(map(rare.common, group)) else every, group)
    for name in names:
        if units[name] > 1 and name not in linked:
            same = held[name] if not rare.common(name) else _of_equal_amount(held[name])
            yield from _mark(same, [name])


def _plain(name: str) -> str:
    """The name without the year and with one spelling for words that mean the same."""
    text = _YEAR.sub("", normal_name(name))
    for other, word in _SPELLINGS:
        text = text.replace(other, word)
    return text


class _Rare:
    """Which names say little: made of words that all have, or borne in many units."""

    def __init__(self, held: Mapping[str, Sequence[Declared]], units: int, scene: Scene) -> None:
        self._many = max(int(scene.parameter("xd03_common", "6")), units // 20)
        self._units = Counter(loose_name(name) for name, same in held.items() for _ in {one.unit for one in same})
        self._said: dict[str, bool] = {}

    def common(self, name: str) -> bool:
        if name not in self._said:
            rest = _COMMON.sub("", bare_name(name))
            self._said[name] = len(rest) < _LEAST or self._units[loose_name(name)] >= self._many
        return self._said[name]


def _one_project(held: Mapping[str, Sequence[Declared]], rare: _Rare, one: str, other: str) -> bool:
    """Whether two names that are alike may be one project of two units."""
    if not any(a.unit != b.unit for a in held[one] for b in held[other]):
        return False
    equal = any(_equal(a, b) for a in held[one] for b in held[other])
    exact = any(_equal(a, b) and _precise(a.budget) for a in held[one] for b in held[other])
    if rare.common(one) or rare.common(other):
        return exact
    return equal or not _told_apart(one, other)


def _equal(one: Declared, other: Declared) -> bool:
    return one.unit != other.unit and one.budget is not None and one.budget != 0 and one.budget == other.budget


def _precise(amount: Decimal | None) -> bool:
    """Whether an amount is no round figure, which two projects have by chance."""
    return amount is not None and amount != amount.to_integral_value()


def _told_apart(one: str, other: str) -> bool:
    """Whether what differs makes them different things: a number, a direction, or another word in the same place."""
    for step in Levenshtein.opcodes(one, other):
        left, right = one[step.src_start : step.src_end], other[step.dest_start : step.dest_end]
        if step.tag == "equal":
            continue
        if _APART.search(left + right):
            return True
        if step.tag == "replace" and min(len(left), len(right)) >= _LEAST and not set(left) & set(right):
            return True
    return False


def _of_one_amount(scene: Scene, held: Mapping[str, Sequence[Declared]], rare: _Rare) -> list[tuple[str, str]]:
    """Names less alike, of one and the same amount that is no round figure."""
    at_least = float(scene.parameter("xd03_same_amount", "0.7"))
    groups: dict[Decimal, set[str]] = defaultdict(set)
    for name, same in held.items():
        for project in same:
            if project.budget is not None and _precise(project.budget) and not rare.common(name):
                groups[project.budget].add(name)
    found = []
    for _, names in sorted(groups.items()):
        for one, other in combinations(sorted(names), 2) if len(names) <= _MOST else ():
            if likeness(one, other) >= at_least and any(_equal(a, b) for a in held[one] for b in held[other]):
                found.append((one, other))
    return found


def _of_equal_amount(same: Sequence[Declared]) -> list[Declared]:
    """Of projects under a name that everybody uses, those whose amount another unit has too."""
    return [one for one in same if _precise(one.budget) and any(_equal(one, other) for other in same)]


def _mark(same: Sequence[Declared], names: Sequence[str]) -> Iterator[Mark]:
    lines = [one.line for one in same]
    units = list(dict.fromkeys(line.submission.identity.unit_name for line in lines))
    if len({line.submission.ret for line in lines}) < 2:
        return
    budgets = [one.budget for one in same]
    told = {line.text("name") for line in lines}
    cost = f"，预算都是 {shown(budgets[0], '万元')}" if len(set(budgets)) == 1 and budgets[0] is not None else ""
    if len(told) == 1:
        each = [f"{x.submission.identity.unit_name} {shown(b, '万元')}" for x, b in zip(lines, budgets, strict=True)]
        amounts = cost or f"，预算分别为：{listed(each, 6, '个')}"
        message = f"{listed(units, what='个单位')}都申报了{quote(lines[0].text('name'))}{amounts}。"
    else:
        each = [
            f"{x.submission.identity.unit_name}{quote(x.text('name'))} {shown(b, '万元')}"
            for x, b in zip(lines, budgets, strict=True)
        ]
        first = lines[0].text("name")
        score = max(likeness(first, name) for name in sorted(told - {first}))
        message = f"{len(units)} 个单位的项目名称相近（相似度 {score:.2f}）：{listed(each, 4, '个项目')}。"
    yield Mark(message, [line.spot("name") for line in lines], lines[0].submission, identity=names[0])
