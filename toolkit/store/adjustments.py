"""The table 调整/抵销: what a bureau adds to or takes off the sum of the returns, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from toolkit.model.errors import InputError
from toolkit.model.money import is_money
from toolkit.store.bureau import typed_amount
from toolkit.store.tables import Column, read_table

_ADJUSTMENTS = (
    Column("unit", ("单位代码", "单位或节点", "节点代码", "节点", "单位", "node", "代码")),
    Column("form", ("表", "表名", "表号")),
    Column("row", ("行", "行次", "项目"), needed=False, filled=False),
    Column("field", ("栏", "栏目", "列", "字段")),
    Column("amount", ("调整金额", "金额", "调整数")),
    Column("unit_of_measure", ("计量单位", "金额单位"), needed=False, filled=False),
    Column("author", ("调整人", "经办人", "作者")),
    Column("reason", ("原因", "理由", "调整原因")),
    Column("region", ("区划", "地区"), needed=False, filled=False),
    Column("year", ("年度", "年份"), needed=False, filled=False),
    Column("stage", ("阶段", "编报阶段"), needed=False, filled=False),
)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One entry. ``node``: a unit's code, a node's, or the region's name. ``form``, ``row``, ``field``: ids or labels.

    ``amount`` in ``unit_of_measure`` ("" means the field's own). ``region``, ``year`` (None), ``stage``: "" for any.
    ``where`` names file and row.
    """

    node: str
    form: str
    row: str
    field: str
    amount: Decimal
    unit_of_measure: str
    author: str
    reason: str
    region: str
    year: int | None
    stage: str
    where: str


def read_adjustments(path: Path) -> tuple[Adjustment, ...]:
    """The entries, in their order. Raises InputError for an amount, unit of measure or year that is none."""
    entries = []
    for row in read_table(path, _ADJUSTMENTS, "调整表"):
        amount = typed_amount(row, "amount", "调整金额")
        unit, year = row["unit_of_measure"], row["year"].removesuffix("年").strip()
        if unit and not is_money(unit):
            raise InputError(f"{row.where('计量单位')}：“{unit}”应为元、千元、万元或亿元；留空则与该栏相同。")
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise InputError(f"{row.where('年度')}：“{row['year']}”不是年度。请填四位年份，例如 2027。")
        what = (row["unit"], row["form"], row["row"], row["field"], amount, unit, row["author"], row["reason"])
        entries.append(Adjustment(*what, row["region"], int(year) if year else None, row["stage"], row.where()))
    return tuple(entries)
