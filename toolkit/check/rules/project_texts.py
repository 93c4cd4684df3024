"""STR-06, XF-17, XF-19: the texts of one project speak of it, and of the rows of its own sheet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from toolkit.check.names import bare_name, likeness, nearest, normal_name
from toolkit.check.numerals import NUMERAL, whole
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.texts import MASK, Said, said
from toolkit.check.wording import quote

_TEXTS = (
    "target.purpose", "goals.goal", "indicators.level3", "indicators.description", "indicators.scoring",
    "project_note.overview", "project_note.arrangement", "project_note.setting",
)  # fmt: skip
Sheet = tuple[str, str]
"""Return and instance."""


def _sheet(line: Line) -> Sheet:
    return line.submission.ret, line.instance


def _by_sheet(scene: Scene, block: str) -> dict[Sheet, list[Line]]:
    held: dict[Sheet, list[Line]] = defaultdict(list)
    for line in scene.lines(block):
        held[_sheet(line)].append(line)
    return held


@coded("STR-06", reads=("projects.name", "target.name"))
def no_other_project(scene: Scene) -> Iterator[Mark]:
    """Names of other listed projects in the texts of a sheet. Its own name, and names within it, are no trace."""
    shortest = int(scene.parameter("str06_shortest", "4"))
    listed: dict[str, dict[str, str]] = defaultdict(dict)
    for line in scene.lines("projects"):
        name = line.text("name")
        if len(bare_name(name)) >= shortest and normal_name(name) != MASK:
            listed[line.submission.ret].setdefault(bare_name(name), name)
    own = {_sheet(line): bare_name(line.text("name")) for line in scene.lines("target")}
    for one in said(scene, _TEXTS):
        mine = own.get(_sheet(one.line), "")
        text = bare_name(one.text).replace(mine, "") if mine else ""
        for bare, name in listed[one.line.submission.ret].items():
            if bare not in mine and mine not in bare and bare in text:
                message = f"文字{quote(one.text, 30)}中出现了其他项目的名称{quote(name)}。"
                identity = f"{one.line.instance}|{one.line.row}|{one.field}|{bare}"
                yield Mark(message, [one.spot], one.line.submission, identity=identity)


_LEVELS = {"产出": "产出指标", "效果": "效益指标", "效益": "效益指标", "满意度": "满意度指标", "成本": "成本指标"}
_ONE = re.compile(
    f"({NUMERAL})[个项条](产出|效果|效益|满意度|成本)指标|(产出|效果|效益|满意度|成本)指标(?:为|共|有)?({NUMERAL})[个项条]"
)
_ALL = re.compile(f"共?设置(?:了)?({NUMERAL})[个项条](?:绩效)?(指标|目标)|({NUMERAL})[个项条]绩效(指标|目标)")
_OF_GOAL = re.compile("目标[0-9一二三四五]")
_NAMES = re.compile("分别[为是]([^。;]*?)(?:,,|[。;]|,(?=对应)|$)")


@coded("XF-17", reads=("project_note.setting", "indicators.level1", "indicators.level3", "goals.goal"))
def note_agrees(scene: Scene) -> Iterator[Mark]:
    """Counts of goals and indicators, and names of indicators, in the note of a project, against its rows."""
    rows, goals = _by_sheet(scene, "indicators"), _by_sheet(scene, "goals")
    for one in said(scene, ["project_note.setting", "project_note.overview"]):
        mine, aims = rows.get(_sheet(one.line), []), goals.get(_sheet(one.line), [])
        yield from _counts(one, mine, aims)
        yield from _names(scene, one, mine)


def _counts(one: Said, rows: list[Line], aims: list[Line]) -> Iterator[Mark]:
    told, of_goals = _told(one.plain)
    real = dict.fromkeys(_LEVELS.values(), 0) | {"绩效指标": len(rows), "绩效目标": len(aims)}
    for line in rows:
        level = line.text("level1").replace("效果", "效益")
        real[level] = real.get(level, 0) + 1
    for what in [*told, *(level for level in of_goals if level not in told)]:
        wrong = [number for number in told.get(what, ()) if number != real[what]]
        wrong += [of_goals[what]] if of_goals.get(what, real[what]) != real[what] else []
        if wrong:
            message = f"说明写“{what}”共 {wrong[0]} 个，表中为 {real[what]} 个。"
            spots = [one.spot, *(line.spot("level1") for line in rows[:1])]
            identity = f"{one.line.instance}|{one.field}|{what}"
            yield Mark(message, spots, one.line.submission, identity=identity)


def _told(text: str) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Class → the counts that a note gives of the whole project, and the sum of those it gives goal by goal."""
    told: dict[str, list[int]] = defaultdict(list)
    of_goals: dict[str, int] = defaultdict(int)
    for clause in re.split("[,;。]", text):
        goal = _OF_GOAL.search(clause)
        for found in _ONE.finditer(clause):
            level, number = _LEVELS[found[2] or found[3]], whole(found[1] or found[4]) or 0
            if goal and goal.start() < found.start():
                of_goals[level] += number
            else:
                told[level].append(number)
        for a, what, b, other in _ALL.findall(clause):
            told["绩效指标" if (what or other) == "指标" else "绩效目标"].append(whole(a or b) or 0)
    return told, of_goals


def _names(scene: Scene, one: Said, rows: list[Line]) -> Iterator[Mark]:
    at_least = float(scene.parameter("xf17_similarity", "0.6"))
    names = [line.text("level3") for line in rows if line.text("level3")]
    for part in (p for text in _NAMES.findall(one.plain) for p in re.split("[、及和,]", text)):
        bare = bare_name(part)
        if not names or len(bare) < 4 or any(bare in bare_name(n) or bare_name(n) in bare for n in names):
            continue
        found = nearest(part, names, at_least)
        hint = f"，与{quote(found[0])}相近（相似度 {likeness(part, found[0]):.2f}）" if found else ""
        message = f"说明中的指标{quote(part)}不在本表的三级指标中{hint}。"
        identity = f"{one.line.instance}|{one.field}|{bare}"
        yield Mark(message, [one.spot], one.line.submission, identity=identity)


_COMMON = re.compile(
    "项目|经费|资金|工作|完成|情况|开展|使用|支出|预算|进行|相关|保障|指标|要求|按照|标准|规定|时间|及时|质量|数量|提高|促进|达到|全区"
    "|单位|部门|人员|活动|建设|服务|管理|年度|效果|实际|满意|验收|合格|社会|影响|比例"
)
"""Words that the texts of any project may have."""
_SPEAKING = frozenset({"数量指标", "质量指标", "经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"})


@coded("XF-19", reads=("target.purpose", "goals.goal", "indicators.level2", "indicators.description"))
def indicators_concern_it(scene: Scene) -> Iterator[Mark]:
    """Indicators of output and effect that share no pair of characters with the name, the purpose and the goals."""
    about: dict[Sheet, set[str]] = defaultdict(set)
    for one in said(scene, ["target.name", "target.purpose", "goals.goal"]):
        about[_sheet(one.line)] |= _pairs(one.text)
    for sheet, rows in _by_sheet(scene, "indicators").items():
        far = []
        for line in rows:
            own = _pairs(line.text("level3")) | _pairs(line.text("description"))
            if line.text("level2") in _SPEAKING and own and normal_name(line.text("level3")) != MASK:
                far += [line] if not own & about[sheet] else []
        if far and about[sheet]:
            shown = "、".join(quote(line.text("level3"), 20) for line in far)
            message = f"指标{shown}与项目名称、用途和目标没有相同的用语，请核对是否属于本项目。"
            yield Mark(message, [line.spot("level3") for line in far], far[0].submission, identity=sheet[1])


def _pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters, without the words that any project has."""
    parts = _COMMON.sub(" ", bare_name(text)).split()
    return {part[i : i + 2] for part in parts for i in range(len(part) - 1)}
