"""NAR-08, TYP-10: counts in the narrative, and how they are written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.check.names import normal_name
from toolkit.check.numerals import NUMERAL, style, whole
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.texts import Said, said, sentences
from toolkit.check.wording import quote


@dataclass(frozen=True, slots=True)
class Counted:
    """Something texts count: how they say it, and the column whose (different) values are its number."""

    what: str
    pattern: re.Pattern[str]
    column: str


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("N", f"(?<![第0-9.])({NUMERAL})"))


COUNTED = (
    Counted("政府采购项目", _pattern("N个项目(?:列入|纳入)政府采购|政府采购项目N个|N个政府采购项目"), "procurement.project_name"),
    Counted("预算项目", _pattern("(?:共|安排|设置|编制|包括|涉及)(?:预算|专项)?(?:项目)?N个(?:预算|专项)?项目(?!列入|纳入)"), "projects.name"),
    Counted("内设机构", _pattern("(?:内设|下设)(?:机构|科室|处室|部门)?N个(?:科室|处室|机构|部门)?|N个(?:内设机构|内设科室|科室|处室)"), "offices.name"),
    Counted("预算单位", _pattern("(?:下属|所属|预算)单位N个|N个(?:预算单位|所属单位|下属单位)"), "budget_units.name"),
    Counted("主要职责", _pattern("N(?:项|条)(?:主要)?职责"), "main_duties.duty"),
    Counted("分项绩效目标", _pattern("N(?:项|个)分项绩效目标"), "objectives.goal"),
    Counted("部门整体绩效指标", _pattern("N(?:项|个)部门整体(?:绩效)?指标"), "dept_indicators.level3"),
)  # fmt: skip


@coded("NAR-08", reads=("paragraphs.text",))
def counts_agree(scene: Scene) -> Iterator[Mark]:
    """Each count in a paragraph against the rows of the form it speaks of; a form without rows is not compared."""
    held = {c.column: _values(scene, c.column) for c in COUNTED if scene.has(c.column)}
    for one in said(scene, ["paragraphs.text", "organisation.overview", "other_matters.other"]):
        for counted in COUNTED:
            lines = held.get(counted.column, {}).get(one.line.submission.ret, {})
            for found in counted.pattern.finditer(one.plain) if lines else ():
                told = whole(next(text for text in found.groups() if text))
                if told is not None and told != len(lines):
                    title = scene.suite.form_of_block[counted.column.partition(".")[0]].title
                    message = f"文字写{quote(found[0])}，《{title}》中的{counted.what}为 {len(lines)} 个。"
                    first = next(iter(lines.values())).spot(counted.column.partition(".")[2])
                    identity = f"{counted.column}|{one.line.row}|{found[0]}"
                    yield Mark(message, [one.spot, first], one.line.submission, identity=identity)


def _values(scene: Scene, column: str) -> dict[str, dict[str, Line]]:
    """Return → the different values of a column, each with a line that holds it."""
    block, _, field = column.partition(".")
    held: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in scene.lines(block):
        if line.text(field):
            held[line.submission.ret].setdefault(normal_name(line.text(field)), line)
    return held


_MEASURES = "个项台套次份家人名处所条批期场辆种"
_ABSTRACT = frozenset("个项次种份条批期场家名处所人")
"""Measure words before which 一 mostly is no count (一项, 一次)."""
_COUNT = re.compile(f"(?<![第0-9.零〇一二两三四五六七八九十百])({NUMERAL})([{_MEASURES}])")


@coded("TYP-10")
def one_style_of_numerals(scene: Scene) -> Iterator[Mark]:
    """Within one text, the numerals before one measure word are all written in one way."""
    for one in said(scene, sentences(scene)):
        for measure, styles in _styles(one).items():
            if len(styles) > 1:
                shown = "、".join(quote(text) for text in styles.values())
                message = f"{quote(one.text, 20)}中“{measure}”前的数词写法不统一：{shown}。"
                identity = f"{one.line.instance}|{one.line.row}|{one.field}|{measure}"
                yield Mark(message, [one.spot], one.line.submission, identity=identity)


def _styles(one: Said) -> Mapping[str, Mapping[str, str]]:
    """Measure word → style of numeral → how it stands in the text the first time."""
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for found in _COUNT.finditer(one.plain):
        number, measure = found.groups()
        if whole(number) is not None and not (number == "一" and measure in _ABSTRACT):
            held[measure].setdefault(style(number), found[0])
    return held
