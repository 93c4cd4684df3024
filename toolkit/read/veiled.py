"""Cells that the one who fills in the form does not see, or no longer sees apart: hidden rows and columns, merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.layout.places import a1
from toolkit.model.fact import Key, Remark
from toolkit.read.texts import clean
from toolkit.read.witness import Position, SheetText

_SHOWN = 5
_MOST = 20
_VISITS = 1_000_000
"""Cells looked at for merges on one sheet: real sheets stay far below, and a hostile one costs no more."""


def hidden(text: SheetText, cells: Mapping[Position, Key], sheet: str) -> Iterable[Remark]:
    """Hidden rows and columns with cells of ours: one remark each, at the first cell that holds something."""
    rows = {row for row, _ in cells} & text.raw.hidden_rows
    if rows:
        inside = sorted(at for at in cells if at[0] in rows)
        yield _hidden(f"第 {numbers(rows)} 行", inside, text, sheet)
    columns = {c for _, c in cells if any(a <= c <= b for a, b in text.raw.hidden_columns)}
    if columns:
        inside = sorted(at for at in cells if at[1] in columns)
        letters = "、".join(a1(0, c)[:-1] for c in sorted(columns)[:_SHOWN])
        yield _hidden(f" {letters} 列", inside, text, sheet)


def _hidden(what: str, inside: list[Position], text: SheetText, sheet: str) -> Remark:
    filled = [at for at in inside if clean(text.raw.text(*at))]
    detail = f"隐藏了{what}，其中的数据（{len(filled)} 个单元格）已照常读取"
    return Remark("WBK-09", detail, None, sheet, a1(*(filled or inside)[0]), severity="warning")


def numbers(rows: set[int]) -> str:
    """0-based rows as people count them, runs as ``7—9``."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = [str(a + 1) if a == b else f"{a + 1}—{b + 1}" for a, b in runs]
    return "、".join(shown[:_SHOWN]) + (" 等" if len(shown) > _SHOWN else "")


def merged(text: SheetText, cells: Mapping[Position, Key], sheet: str) -> Iterable[Remark]:
    """Merged areas that cover more than one cell of ours: only the upper left one still has a value."""
    visits, found = _VISITS, 0
    for top, left, bottom, right in text.raw.merges:
        size = (bottom - top + 1) * (right - left + 1)
        visits -= min(size, len(cells))
        if visits < 0 or found >= _MOST:
            yield Remark("WBK-09", "合并单元格过多，未逐一检查", sheet=sheet, severity="warning")
            return
        if size == 1:
            continue
        if size > len(cells):
            inside = [at for at in cells if top <= at[0] <= bottom and left <= at[1] <= right]
        else:
            box = ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            inside = [at for at in box if at in cells]
        if len(inside) > 1:
            first = min(inside)
            found += 1
            area = f"{a1(top, left)}:{a1(bottom, right)}"
            detail = f"数据单元格 {area} 被合并，只有左上角的值有效"
            yield Remark("WBK-09", detail, cells[first], sheet, a1(*first), severity="warning")
