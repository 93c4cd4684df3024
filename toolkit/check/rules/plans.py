"""PLN-09: the spending plans of all projects of a department, weighted by their budgets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.labels import field_label
from toolkit.check.registry import Line, Mark, Scene, Spot, coded
from toolkit.check.wording import shown
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.money import round_half_up

_POINTS = (("mar", "pace_march", "20"), ("jun", "pace_june", "50"), ("oct", "pace_october", "80"))


@coded("PLN-09", reads=("target.budget_total", "plan.mar", "plan.jun", "plan.oct"))
def weighted_pace(scene: Scene) -> Iterator[Mark]:
    """Σ budget × plan ÷ Σ budget of a return at each point, against the pace asked for."""
    budgets = {(x.submission.ret, x.instance): x.value("budget_total") for x in scene.lines("target")}
    held: dict[str, list[tuple[Line, Decimal]]] = defaultdict(list)
    for line in scene.lines("plan"):
        budget = budgets.get((line.submission.ret, line.instance))
        if isinstance(budget, Decimal) and budget > 0:
            held[line.submission.ret].append((line, budget))
    block = scene.suite.blocks["plan"]
    for lines in held.values():
        owner = lines[0][0].submission
        blanks: list[Spot] = []
        for point, name, default in _POINTS:
            label, pace = field_label(block, block.by_id[point]), scene.parameter(name, default)
            blank = [line.spot(point) for line, _ in lines if line.value(point) is None]
            blanks += blank
            share = None if blank else _weighted(lines, point)
            if share is not None and share < pace:
                message = f"{len(lines)} 个项目按预算加权，“{label}”支出进度为 {shown(share, '%')}，低于序时要求 {shown(pace, '%')}。"
                spots = [line.spot(point) for line, _ in sorted(lines, key=lambda pair: -pair[1])]
                yield Mark(message, spots, owner, actual=share, expected=pace, unit_of_measure="%", identity=point)
        if blanks:
            message = f"因支出计划有 {len(blanks)} 处空白，未能检查：{scene.rule.statement.rstrip('。')}。"
            yield Mark(message, blanks, owner, result=NOT_EXECUTABLE, identity="blank")


def _weighted(lines: list[tuple[Line, Decimal]], point: str) -> Decimal:
    """The weighted mean of the plans at one point, to two places."""
    spent = sum(
        (budget * value for line, budget in lines if isinstance(value := line.value(point), Decimal)), Decimal(0)
    )
    return round_half_up(spent / sum(budget for _, budget in lines), 2)
