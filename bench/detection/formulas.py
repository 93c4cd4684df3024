"""Formulas that were typed over, cut short, shifted, deleted, copied, or never recalculated."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from bench.detection.amounts import told_twice
from bench.detection.work import EASY, OFFICE, Work, kind
from bench.mutilation.package import Package
from toolkit.layout import a1
from toolkit.model.fact import Key

_ROWS = {
    ("income", "total"): ("general", "gov_fund", "special_account", "other"),
    ("expenditure", "total"): ("personnel", "operating", "project"),
    ("expenditure", "basic"): ("personnel", "operating"),
    ("three_public", "total"): ("abroad", "purchase", "running", "reception"),
}
_BOTH = f"{OFFICE}、XML"


def totals(work: Work) -> Iterator[Key]:
    """Computed totals that hold an amount."""
    for block, row in (*_ROWS, ("operating", "total")):
        for field in ("this_year", "last_year"):
            key = Key(block, "", row, field)
            if work.amount(key) > 1:
                yield key
    for row in work.rows("projects"):
        yield Key("projects", "", row, "budget")


@kind(EASY, "total-typed-wrong", "合计公式改填了一个错数", "WBK-04 SUM- XF-")
def typed_wrong(work: Work) -> bool:
    key = work.any(totals(work))
    return key is not None and work.type(key, work.amount(key) + work.rng.choice((1, 10, -1, 90)))


@kind(EASY, "total-pasted-as-value", "合计公式被粘贴成数值（数值不错）", "WBK-04")
def pasted(work: Work) -> bool:
    key = work.any(totals(work))
    return key is not None and work.type(key, work.amount(key))


@kind(EASY, "share-typed-wrong", "占比公式改填了一个错数", "WBK-04 SUM-05 SUM-06")
def share(work: Work) -> bool:
    key = Key("expenditure", "", "project", "share")
    return work.amount(key) > 0 and work.type(key, work.amount(key) + 5)


def _sum(work: Work, key: Key, rows: tuple[str, ...]) -> bool:
    cells = [a1(*work.spot(key._replace(row=row))[1:]) for row in rows]
    return work.type(key, "=" + "+".join(cells))


@kind(EASY, "formula-shortened", "合计公式少加了一行", "WBK-04 SUM-")
def shortened(work: Work) -> bool:
    for (block, row), parts in work.rng.sample(sorted(_ROWS.items()), len(_ROWS)):
        key = Key(block, "", row, "this_year")
        kept = tuple(part for part in parts if part != max(parts, key=lambda p: work.amount(key._replace(row=p))))
        if work.amount(key) > 1:
            return _sum(work, key, kept)
    return False


@kind(EASY, "formula-shifted", "合计公式引用错开一列", "WBK-04 SUM-")
def shifted(work: Work) -> bool:
    for (block, row), parts in work.rng.sample(sorted(_ROWS.items()), len(_ROWS)):
        key = Key(block, "", row, "this_year")
        if work.amount(key) != work.amount(key._replace(field="last_year")):
            cells = [a1(*work.spot(Key(block, "", part, "last_year"))[1:]) for part in parts]
            return work.type(key, "=" + "+".join(cells))
    return False


@kind(EASY, "formula-of-row-above", "把上一行的公式原样复制下来", "WBK-04 SUM- NAR-")
def row_above(work: Work) -> bool:
    rows = work.rows("projects")
    if len(rows) < 2:
        return False
    other, own = Key("projects", "", rows[0], "fiscal"), Key("projects", "", rows[1], "budget")
    if work.amount(other) == work.amount(own):
        return False
    return work.type(own, "=" + a1(*work.spot(other)[1:]))


@kind(EASY, "formula-adds-itself-twice", "合计公式把小计也加了进去", "WBK-04 SUM-")
def doubled(work: Work) -> bool:
    return _sum(work, Key("expenditure", "", "total", "this_year"), ("basic", "personnel", "operating", "project"))


@kind(EASY, "formula-deleted", "合计公式被删除", "WBK-04 SUM- STR-02")
def deleted(work: Work) -> bool:
    key = work.any(totals(work))
    return key is not None and work.clear(key)


@kind(EASY, "formula-as-text", "公式变成了文本", "WBK-04 TYP-01")
def as_text(work: Work) -> bool:
    key = work.any(totals(work))
    return key is not None and work.type(key, "'=SUM(C6:C9)")


@kind(EASY, "error-value", "数字栏里是出错的公式", "WBK-05")
def error(work: Work) -> bool:
    key = work.any(told_twice(work))
    return key is not None and work.type(key, "=1/0")


@kind(EASY, "formula-in-input", "填报栏里写了公式", "WBK-04")
def in_input(work: Work) -> bool:
    key = work.any(told_twice(work))
    return key is not None and work.type(key, f"={work.amount(key) - 1}+1")


@kind(EASY, "stale-cache", "改了数没有重新计算，显示的合计是旧的", "WBK-04 WBK-05 SUM- XF-", _BOTH)
def stale(work: Work) -> bool:
    """The amount is changed in the file that LibreOffice saved; what its formulas show stays."""
    key = Key("expenditure", "", "personnel", "this_year")
    wrong = work.amount(key) + Decimal(100)
    sheet, cell = work.cell(key)

    def change(path: Path) -> None:
        with Package(path) as package:
            package.number(sheet, cell, wrong)

    work.after.append(change)
    return work.here(key, wrong=wrong)


@kind(EASY, "never-calculated", "全部公式没有结果（从未计算过）", "WBK-04 WBK-05", _BOTH)
def never(work: Work) -> bool:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        for name, data in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = re.sub(rb"(</f>|<f[^>]*/>)<v>[^<]*</v>", rb"\1", data)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in parts.items():
                package.writestr(name, data)

    work.after.append(change)
    return True
