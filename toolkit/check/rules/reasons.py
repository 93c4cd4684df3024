"""NAR-06, NAR-12: what is said to explain a change, and how often things are said to be done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.names import bare_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.texts import Said, by_return, said
from toolkit.check.wording import inner, listed, quote, shown
from toolkit.model.fact import Key

_GRIDS = ("expenditure", "three_public", "operating")
_NAMED = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万元|元)")
_CLAUSES = re.compile("[,，、。;；及和]")
_FILLERS = re.compile("本年度?|需要|新增|新建|增加|减少|增长|安排|专项|经费|费用|资金|项目|主要|原因|为|是|等|的")


@coded("NAR-06", reads=("expenditure.reason", "expenditure.change", "projects.name", "projects.budget"))
def reasons_explain(scene: Scene) -> Iterator[Mark]:
    """Where a reason names amounts or listed projects: their sum (a project at its whole budget) against the change."""
    tolerance = scene.rule.tolerance or Decimal(0)
    listed_projects: dict[str, list[Line]] = defaultdict(list)
    for line in scene.lines("projects"):
        listed_projects[line.submission.ret].append(line)
    for block_id in _GRIDS:
        if not scene.has(f"{block_id}.reason", f"{block_id}.change"):
            continue
        table = scene.cells(block_id)
        for submission in scene.submissions:
            for row in scene.suite.blocks[block_id].rows:
                keys = [Key(block_id, "", row.id, field) for field in ("change", "reason")]
                change, reason = (table.value(submission.ret, key) for key in keys)
                if not isinstance(change, Decimal) or not isinstance(reason, str):
                    continue
                named = _named(reason, change, listed_projects[submission.ret])
                total = sum(named.values(), Decimal(0))
                if named and abs(change) - total > tolerance:
                    parts = listed(list(named), what="项")
                    message = (
                        f"“{inner(row.label.strip())}”增减额为 {shown(change, '万元')}，原因中列明的{parts}，"
                        f"合计 {shown(total, '万元')}，不足以解释。"
                    )
                    yield Mark(
                        message, [(submission, key) for key in keys], submission, actual=total, expected=abs(change),
                        unit_of_measure="万元", identity=f"{block_id}.{row.id}",
                    )  # fmt: skip


def _named(reason: str, change: Decimal, projects: list[Line]) -> dict[str, Decimal]:
    """What a reason names → 万元: the amounts in it; of a growth without amounts the listed projects it speaks of."""
    amounts = {f" {m[0]}": Decimal(m[1]) / (1 if m[2] == "万元" else 10000) for m in _NAMED.finditer(reason)}
    if amounts or change < 0:
        return amounts
    held: dict[str, Decimal] = {}
    for clause in _CLAUSES.split(reason):
        core = _FILLERS.sub("", bare_name(clause))
        for line in projects:
            budget = line.value("budget")
            if isinstance(budget, Decimal) and len(core) >= 4 and _follows(core, bare_name(line.text("name"))):
                held[f"项目{quote(line.text('name'), 20)} {shown(budget, '万元')}"] = budget
    return held


def _follows(core: str, name: str) -> bool:
    """Whether the characters of ``core`` stand in ``name`` in the same order."""
    rest = iter(name)
    return all(sign in rest for sign in core)


_TIMES = {"日": "日", "天": "日", "周": "周", "月": "月", "季": "季度", "半年": "半年", "年": "年"}
_TIME = "(?:每|各)?(?:半年|[日天周月季年])度?"
_SERIES = re.compile(f"((?:{_TIME})(?:[、,和及与]{{1,2}}(?:{_TIME}))+)(?:的|进行|开展)?([一-鿿]{{2}})")


@coded("NAR-12")
def frequencies_agree(scene: Scene) -> Iterator[Mark]:
    """Series of periods (月度、季度及年度) before one word, different in two texts of a return."""
    columns = ["goals.goal", "objectives.goal", "indicators.description", "dept_indicators.description"]
    columns += ["paragraphs.text", "safeguards.text", "main_duties.duty", "dept_goal.overall", "target.purpose"]
    for texts in by_return(said(scene, columns)).values():
        held: dict[str, dict[frozenset[str], tuple[str, Said]]] = defaultdict(dict)
        for one in texts:
            for found in _SERIES.finditer(one.plain):
                times = frozenset(_TIMES[m] for m in re.findall("半年|[日天周月季年]", found[1]))
                if len(times) > 1:
                    held[found[2]].setdefault(times, (found[0], one))
        for word, series in held.items():
            if len(series) > 1:
                told = "、".join(quote(text) for text, _ in series.values())
                spots = [one.spot for _, one in series.values()]
                message = f"“{word}”的周期在各处表述不一：{told}。"
                yield Mark(message, spots, texts[0].line.submission, identity=word)
