"""The year's end: what each project spent and reached, scored as the evaluation form asks."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from bench.bureau.amounts import wan
from bench.bureau.forms import EVALUATED, Document, cover, head
from bench.bureau.kinds import POINTS
from bench.bureau.world import Bureau, Project, Unit, full_code


def evaluation(bureau: Bureau, unit: Unit, year: int) -> Document:
    """The self-evaluation of a unit's budget of ``year``: open projects only."""
    rng = Random(f"evaluation {bureau.seed} {year} {unit.code(year)}")
    document = head(unit, year, EVALUATED)
    running = [p for p in unit.running(year) if not p.secret]
    rows = [_row(unit, project, year, rng) for project in running]
    results = [line for project in running for line in _results(project, year, rng)]
    document["forms"] = {
        "cover": {"cover": cover(unit, year, "预算绩效评价自评报告", f"{year + 1}-03-12")},
        "projects": {"projects": [_listed(unit, project, year) for project in running]},
        "evaluation": {"evaluations": rows, "results": results},
    }
    return document


def _listed(unit: Unit, project: Project, year: int) -> Document:
    budget = project.budgets[year]
    row = {
        "code": full_code(unit, project, year), "name": project.names[year], "category": project.kind.category,
        "fiscal": wan(budget.fiscal),
    }  # fmt: skip
    return row | ({"other": wan(budget.other)} if budget.other else {})


def _row(unit: Unit, project: Project, year: int, rng: Random) -> Document:
    """Money of one project: sometimes adjusted, with a reason where it is by more than a fifth."""
    budget = project.budgets[year]
    fiscal, carried = budget.fiscal, 0
    reason = ""
    luck = rng.random()
    if luck < 0.15:
        carried = budget.total * rng.randint(2, 15) // 100
    elif luck < 0.2:
        fiscal, reason = fiscal - fiscal * rng.randint(25, 40) // 100, "年中按压减一般性支出的要求调减"
    adjusted = fiscal + carried + budget.other
    share = rng.randint(55, 70) if project.shortfall else rng.choice((100, 100, 99, 97, rng.randint(88, 100)))
    executed = adjusted * share // 100
    row = {
        "project": project.names[year], "implementer": unit.name, "original": wan(budget.total),
        "adjusted": wan(adjusted), "fiscal": wan(fiscal), "arrived": wan(adjusted), "executed": wan(executed),
        "expected": project.kind.goal.format(t=project.topic),
        "achieved": f"{project.topic}有关任务{'部分完成' if project.shortfall else '按计划完成'}",
        "problems": "部分任务推进较慢，下年度加强调度" if project.shortfall else "无",
        "date": f"{year + 1}-03-{rng.randint(1, 28):02d}",
    }  # fmt: skip
    row |= {"carried": wan(carried)} if carried else {}
    row |= {"other": wan(budget.other)} if budget.other else {}
    return row | ({"adjust_reason": reason} if reason else {})


def _results(project: Project, year: int, rng: Random) -> list[Document]:
    rows = []
    for number, promise in enumerate(project.kind.promises):
        target, points = project.budgets[year].targets[number], POINTS[number]
        actual, reason = _reached(target, promise.sign, promise.unit, rng, weak=project.shortfall)
        row = {
            "project": project.names[year], "level1": promise.level1, "level2": promise.level2,
            "level3": promise.name, "target_op": promise.sign, "target_value": str(target),
            "target_unit": promise.unit, "actual": str(actual), "points": str(points),
            "score": str(score(promise.sign, target, actual, points)),
        }  # fmt: skip
        rows.append(row | ({"reason": reason} if reason else {}))
    return rows


def _reached(target: int, sign: str, unit: str, rng: Random, *, weak: bool) -> tuple[Decimal, str]:
    """What came of a target, and the reason where it was missed or far exceeded."""
    if sign == "≤":
        part = Decimal(rng.randint(125, 160) if weak else rng.randint(80, 100)) / 100
        return _round(target * part), "前期准备不足，下年度提前安排" if target * part > target else ""
    if weak:
        actual = _round(Decimal(target) * rng.randint(50, 75) / 100)
        return actual, "实施进度滞后，下年度加强调度"
    if sign == "＝" or rng.random() < 0.4:
        return Decimal(target), ""
    if rng.random() < 0.12:
        return _round(Decimal(target) * rng.randint(85, 98) / 100), "外部条件变化，少完成的部分顺延"
    most = Decimal(100) if unit == "%" else Decimal(target) * Decimal("1.25")
    return min(most, _round(Decimal(target) * rng.randint(100, 120) / 100)), ""


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def score(sign: str, target: int, actual: Decimal, points: int) -> Decimal:
    """Full points when met; else in proportion, or for a ceiling less by the share it is exceeded by."""
    part = (actual * points / target).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if sign == "≤":
        if actual <= target:
            return Decimal(points)
        return Decimal(0) if actual >= 2 * target else 2 * points - part
    return Decimal(points) if actual >= target else part
