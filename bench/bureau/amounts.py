"""Sums of a unit in one year, in hundredths of 万元, and how they are written."""

from __future__ import annotations

from bench.bureau.words import WAGES
from bench.bureau.world import INSTITUTION, Project, Unit

FUNDS = ("general", "gov_fund", "special_account")


def wan(hundredths: int) -> str:
    """As typed: at most two decimals, none that is not needed."""
    sign, value = "-" if hundredths < 0 else "", abs(hundredths)
    whole, rest = divmod(value, 100)
    return f"{sign}{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")


def personnel(unit: Unit, year: int) -> int:
    return unit.years[year].personnel


def operating(unit: Unit, year: int) -> int:
    return sum(unit.years[year].operating.values()) + unit.years[year].abroad


def basic(unit: Unit, year: int) -> int:
    return personnel(unit, year) + operating(unit, year)


def projects(unit: Unit, year: int, fund: str | None = None) -> int:
    """Project spending; of one fund, or (``other``) of what is not fiscal, or all."""
    running = unit.running(year)
    if fund is None:
        return sum(p.budgets[year].total for p in running)
    if fund == "other":
        return sum(p.budgets[year].other for p in running)
    return sum(p.budgets[year].fiscal for p in running if p.fund == fund)


def income(unit: Unit, year: int, source: str) -> int:
    """Income by source: general, gov_fund, special_account, other."""
    return projects(unit, year, source) + (basic(unit, year) if source == "general" else 0)


def total(unit: Unit, year: int) -> int:
    return basic(unit, year) + projects(unit, year)


def shares(whole: int, percents: list[int]) -> list[int]:
    """A sum divided by percent; the first part takes what rounding leaves."""
    parts = [whole * percent // 100 for percent in percents]
    parts[0] += whole - sum(parts)
    return parts


def parts(project: Project, year: int) -> list[int]:
    return shares(project.budgets[year].total, [part.percent for part in project.kind.parts])


def wages(unit: Unit, year: int) -> list[tuple[str, int]]:
    given = shares(personnel(unit, year), [percent for _, percent in WAGES])
    return [(name, amount) for (name, _), amount in zip(WAGES, given, strict=True)]


def bought(project: Project, year: int) -> int:
    """How many pieces of a project's purchase its first part pays for; one for services and works."""
    purchase = project.kind.purchase
    if purchase is None or project.budgets[year].other:
        return 0
    room = parts(project, year)[0]
    if purchase.per == "台":
        return min(12, room // project.price)
    return 1 if room >= project.price else 0


def subjects(unit: Unit) -> tuple[str, str, str]:
    """Functional items: of basic spending, of projects, of projects paid by government funds."""
    items = unit.trade.items
    run = f"{items}50-事业运行" if unit.nature == INSTITUTION else f"{items}01-行政运行"
    return run, f"{items}02-一般行政管理事务", "2120803-城市建设支出"
