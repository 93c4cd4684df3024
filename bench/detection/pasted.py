"""Blocks that were pasted one row down or one column right, columns swapped, rows hidden, merged, moved."""

from __future__ import annotations

from decimal import Decimal

from bench.bureau.world import ADMINISTRATIVE
from bench.detection.work import EASY, HARD, OFFICE, Work, kind
from toolkit.model.fact import Key


def _column(work: Work, block: str, field: str) -> tuple[str, int, int, int] | None:
    """Sheet, first and last row, column of the filled cells of a list's column."""
    rows = [r for r in work.rows(block) if work.value(Key(block, "", r, field)) is not None]
    if len(rows) < 2:
        return None
    spots = [work.spot(Key(block, "", row, field)) for row in rows]
    return spots[0][0], min(s[1] for s in spots), max(s[1] for s in spots), spots[0][2]


@kind(EASY, "paste-row-down", "金额整列粘贴时错下一行", "SUM- XF- STR- TYP- COD-")
def row_down(work: Work) -> bool:
    at = _column(work, "project_items", "amount")
    if at is None:
        return False
    sheet, top, bottom, column = at
    work.steps += [
        ("copy", sheet, (top, column, bottom, column), top + 1, column), ("clear", sheet, (top, column, top, column)),
    ]  # fmt: skip
    rows = work.rows("project_items")
    return work.here(*(Key("project_items", "", row, "amount") for row in [*rows, f"{int(rows[-1]) + 1:03d}"]))


@kind(EASY, "paste-grid-down", "固定表的一列粘贴时错下一行", "SUM- XF- STR- TYP- NAR-")
def grid_down(work: Work) -> bool:
    rows = ("office", "printing", "water", "electricity", "post", "heating")
    values = [work.amount(Key("operating", "", row, "this_year")) for row in rows]
    held = work.site.unit.nature == ADMINISTRATIVE  # whose total is said again: 公用经费
    if not held or values[0] == values[-1] or values[-1] < Decimal("0.1"):
        return False
    for row, value in zip(rows[1:], values, strict=False):
        work.type(Key("operating", "", row, "this_year"), value)
    return work.clear(Key("operating", "", rows[0], "this_year"))


@kind(EASY, "paste-column-right", "一行粘贴时错右一列", "SUM- XF- STR- TYP- NAR-")
def column_right(work: Work) -> bool:
    key = Key("projects", "", "001", "fiscal")
    right = Key("projects", "", "001", "other")
    value, beside = work.amount(key), work.amount(right)
    if value < 1 or beside:
        return False
    work.type(right, value)
    return work.clear(key)


@kind(EASY, "columns-swapped", "本年数和上年数两列填反", "SUM- XF- NAR- XY-")
def swapped(work: Work) -> bool:
    pairs = [(Key("expenditure", "", row, "this_year"), Key("expenditure", "", row, "last_year"))
             for row in ("personnel", "operating", "project")]  # fmt: skip
    if any(abs(work.amount(a) - work.amount(b)) < 1 for a, b in pairs[::2]):
        return False
    for this, last in pairs:
        now, before = work.amount(this), work.amount(last)
        work.type(this, before)
        work.type(last, now)
    return True


@kind(HARD, "quantity-price-swapped", "数量和单价两栏填反（乘积不变）", "XD-04 TYP- SUM-", OFFICE)
def quantity_price(work: Work) -> bool:
    found = work.site.any_row(
        "procurement", "procurement", lambda row: "." in row["price"] and Decimal(row["price"]) != int(row["qty"])
    )
    if found is None:
        return False
    work.type(Key("procurement", "", found[0], "qty"), Decimal(found[1]["price"]))
    return work.type(Key("procurement", "", found[0], "price"), Decimal(found[1]["qty"]))


@kind(EASY, "rows-swapped", "固定表相邻两行的数填反", "SUM- XF- NAR-")
def rows_swapped(work: Work) -> bool:
    one, other = (Key("three_public", "", row, "this_year") for row in ("running", "reception"))
    if abs(work.amount(one) - work.amount(other)) < Decimal("0.1"):
        return False
    return work.type(one, work.amount(other)) and work.type(other, work.amount(one))


@kind(EASY, "rows-hidden", "隐藏了有数据的行", "WBK-09")
def hidden_rows(work: Work) -> bool:
    key = Key("projects", "", "001", "fiscal")
    sheet, row, _ = work.spot(key)
    work.steps.append(("hide_rows", sheet, row, 1))
    return work.on(sheet)


@kind(EASY, "columns-hidden", "隐藏了有数据的列", "WBK-09")
def hidden_columns(work: Work) -> bool:
    sheet, _, column = work.spot(Key("projects", "", "001", "fiscal"))
    work.steps.append(("hide_columns", sheet, column, 1))
    return work.on(sheet)


@kind(EASY, "cells-merged", "把数据单元格上下合并", "WBK-09")
def merged(work: Work) -> bool:
    if len(work.rows("project_items")) < 2:
        return False
    key = Key("project_items", "", "001", "amount")
    sheet, row, column = work.spot(key)
    work.steps.append(("merge", sheet, (row, column, row + 1, column)))
    return work.here(key, key._replace(row="002"))


@kind(EASY, "paste-over-list", "粘贴覆盖下拉列表，值不在清单", "WBK-11 ENU-")
def over_list(work: Work) -> bool:
    sheet = work.site.sheet()
    if sheet is None:
        return False
    key = Key("indicators", sheet, "001", "level1")
    name, row, column = work.spot(key)
    work.type(key, "产出类")
    work.steps.append(("paste_unvalidated", name, (row, column, row, column)))
    return True
