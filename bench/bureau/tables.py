"""What the bureau itself hands in: roster, ceilings, mapping."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from bench.bureau import amounts as a
from bench.bureau.amounts import wan
from bench.bureau.world import REGION, Bureau

ROSTER = ("单位代码", "单位名称", "上级代码", "区划")
CONTROL = ("单位代码", "类别", "控制数", "计量单位")
MAPPING = ("类别", "原名称或代码", "现名称或代码", "起始年度")
WHOLE = "合计"
CEILINGS = ("expenditure.basic", "expenditure.project", "three_public.total")

Row = tuple[str, ...]


def roster(bureau: Bureau, year: int) -> list[Row]:
    """Every unit with the code of its superior."""
    codes = {u.code(year): u for u in bureau.units}
    now = {u.codes[max(u.codes)]: u.code(year) for u in bureau.units}
    found: list[Row] = []
    for code, unit in codes.items():
        found.append((code, unit.name, now.get(unit.parent, unit.parent), REGION))
    return found


def control(bureau: Bureau, year: int) -> list[Row]:
    """A ceiling of each kind for each unit, with little room or none; one in 元; the bureau's own sums."""
    found: list[Row] = []
    whole = dict.fromkeys(CEILINGS, 0)
    for number, unit in enumerate(bureau.units):
        now = unit.years[year]
        three = now.abroad + now.operating["vehicle_running"] + now.operating["reception"]
        for category, asked in zip(CEILINGS, (a.basic(unit, year), a.projects(unit, year), three), strict=True):
            whole[category] += asked
            limit = asked + (asked // 20 if number % 3 else 0)
            if number % 11 == 5:
                found.append((unit.code(year), category, f"{limit * 100}", "元"))
            else:
                found.append((unit.code(year), category, wan(limit), "万元"))
    return found + [(WHOLE, category, wan(amount), "万元") for category, amount in whole.items()]


def mapping(bureau: Bureau) -> list[Row]:
    """What was renamed or recoded, units included."""
    found: list[Row] = [(kind, old, new, str(year)) for kind, old, new, year in bureau.renamed]
    for unit in bureau.units:
        years = sorted(unit.codes)
        for before, now in pairwise(years):
            if unit.codes[before] != unit.codes[now]:
                found.append(("unit", unit.codes[before], unit.codes[now], str(now)))
    return found


def write_table(path: Path, header: Sequence[str], rows: Iterable[Row]) -> Path:
    """As csv with the Chinese header names."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
