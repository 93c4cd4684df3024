"""IND-15, IND-20: goals and indicators said once, and no rate promised in a goal without an indicator."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from toolkit.check.names import bare_name, likeness, normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.rules.indicators import MASK, indicator_lists
from toolkit.check.wording import listed, quote

_GOALS = (("goals", "goal", "indicators"), ("objectives", "goal", "dept_indicators"))
"""Lists of goals, the column that holds them, and the indicators that stand for them."""
_ALIKE = 0.92
_LONG_ENOUGH = 8
"""Characters of a goal that is no mere phrase: a shorter one may well be part of another."""
_CLAUSES = re.compile(r"[，,。；;！!?？]")
_PROMISE = re.compile(r"^(.*(?:率|满意度|比例|占比))[^0-9]{0,8}?(\d+(?:\.\d+)?%)")
_LEADING = re.compile(r"^(?:确保|保证|保障|力争|争取|实现|努力|使得|使|将|全年|年内|并|且|其中|达到)+")


@coded("IND-15")
def said_once(scene: Scene) -> Iterator[Mark]:
    """The same goal, or the same indicator of the same class (and project, where one list holds those of several), twice
    on one sheet; a goal that repeats part of another.
    """
    for kind in indicator_lists(scene.suite):
        classes = [f.id for f in kind.block.fields if f.parent is not None or f.id in ("level1", "level2")]
        whose = [name for name in kind.block.key if name not in (kind.name, *classes)]
        yield from _repeated(scene, kind.block.id, kind.name, "指标", classes, whose)
    for block, field, _ in _GOALS:
        if scene.has(f"{block}.{field}"):
            yield from _repeated(scene, block, field, "绩效目标")
            yield from _contained(scene, block, field)


def _repeated(
    scene: Scene, block: str, field: str, what: str, classes: Sequence[str] = (), whose: Sequence[str] = ()
) -> Iterator[Mark]:
    """Texts that stand twice in one class and for one owner (``whose``: the columns that name it)."""
    held: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in scene.lines(block):
        text = normal_name(line.text(field))
        if text and text != MASK:
            identity = "|".join([line.instance, *(normal_name(line.text(f)) for f in whose), text])
            held[(line.submission.ret, identity, *(line.text(f) for f in classes))].append(line)
    for (_, identity, *_), lines in held.items():
        if len(lines) > 1:
            rows = listed([f"第 {_number(x)} 行" for x in lines], what="行")
            message = f"{what}{quote(lines[0].text(field))}重复出现：{rows}。"
            yield Mark(message, [x.spot(field) for x in lines], lines[0].submission, identity=identity)


def _contained(scene: Scene, block: str, field: str) -> Iterator[Mark]:
    """Pairs of different goals of one sheet of which one says nothing that the other does not say."""
    for lines in _sheets(scene, block).values():
        for one, other in combinations([x for x in lines if len(bare_name(x.text(field))) >= _LONG_ENOUGH], 2):
            a, b = bare_name(one.text(field)), bare_name(other.text(field))
            if normal_name(one.text(field)) == normal_name(other.text(field)):
                continue
            short, long = (other, one) if len(b) <= len(a) else (one, other)
            if bare_name(short.text(field)) in bare_name(long.text(field)) or likeness(a, b) >= _ALIKE:
                message = f"第 {_number(short)} 行绩效目标{quote(short.text(field))}与第 {_number(long)} 行的内容重复。"
                identity = f"{short.instance}|{normal_name(short.text(field))}"
                yield Mark(message, [short.spot(field), long.spot(field)], short.submission, identity=identity)


@coded("IND-20")
def promises_have_indicators(scene: Scene) -> Iterator[Mark]:
    """A rate that a goal promises in percent is the name, or in the description, of an indicator of the same sheet."""
    apart = float(scene.parameter("ind20_similarity", "0.75"))
    for block, field, measured in _GOALS:
        if not scene.has(f"{block}.{field}", f"{measured}.level3", f"{measured}.description"):
            continue
        indicators = _sheets(scene, measured)
        for sheet, lines in _sheets(scene, block).items():
            texts = [x.text(f) for x in indicators.get(sheet, ()) for f in ("level3", "description")]
            names = [bare_name(text) for text in texts if text]
            if not names:
                continue
            for line in lines:
                for measure, share in _promises(line.text(field)):
                    if not any(_speaks_of(name, measure, apart) for name in names):
                        message = f"第 {_number(line)} 行绩效目标承诺“{measure}”达到 {share}，没有相应的绩效指标。"
                        yield Mark(message, [line.spot(field)], line.submission, identity=f"{line.instance}|{measure}")


def _promises(goal: str) -> Iterator[tuple[str, str]]:
    """(measure, percentage) of each clause that promises one."""
    for clause in _CLAUSES.split(normal_name(goal)):
        found = _PROMISE.match(clause)
        if found:
            yield _LEADING.sub("", bare_name(found[1])), found[2]


def _speaks_of(name: str, measure: str, apart: float) -> bool:
    return measure in name or (len(name) > 2 and name in measure) or likeness(name, measure) >= apart


def _sheets(scene: Scene, block: str) -> dict[tuple[str, str], list[Line]]:
    """The lines of a block by return and instance."""
    held: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in scene.lines(block):
        held[(line.submission.ret, line.instance)].append(line)
    return held


def _number(line: Line) -> str:
    return str(int(line.row)) if line.row.isdigit() else line.row
