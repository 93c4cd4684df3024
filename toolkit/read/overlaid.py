"""Cells that were pasted over: the validations they were issued with are gone, dropdown lists among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from toolkit.layout.places import a1
from toolkit.model.fact import Remark, State
from toolkit.model.form import CodeList, Field, FieldType, Suite
from toolkit.read.binding import Binding
from toolkit.read.sheet import Validated
from toolkit.read.texts import clean, state_of
from toolkit.read.witness import Position, SheetText

_SHOWN = 5
_VISITS = 1_000_000
"""Cells of overlapping areas looked at on one sheet: real sheets stay far below."""


def overlaid(suite: Suite, bindings: Sequence[Binding], text: SheetText, sheet: str) -> Iterable[Remark]:
    """One remark (WBK-11) for each block with input cells that lost their validation."""
    if text.raw.validations is None:
        return
    bottom = max((at[0] for b in bindings for at in b.cells.values()), default=-1)
    right = max((at[1] for b in bindings for at in b.cells.values()), default=-1)
    covered = _covered(text.raw.validations, bottom, right)
    if covered is None:
        return
    validated, listed = covered
    for binding in bindings:
        lost: dict[Position, Field] = {}
        extra = set(binding.extra_rows)
        block = binding.place.block
        for (row, field_id), at in binding.cells.items():
            f = block.by_id[field_id]
            if at in listed or row in extra or f.prefill or (at in validated and not _is_list(suite, f)):
                continue
            if block.formula(row, field_id) is None:
                lost[at] = f
        if lost:
            yield _remark(suite, block.label or block.id, lost, text, sheet)


_Cells = frozenset[Position]


@lru_cache(maxsize=512)
def _covered(areas: tuple[Validated, ...], last_row: int, last_column: int) -> tuple[_Cells, _Cells] | None:
    """Cells up to the last row and column that are validated, and those of them by a list; None for too many areas."""
    validated: set[Position] = set()
    listed: set[Position] = set()
    visits = 0
    for top, left, bottom, right, is_list in areas:
        rows, columns = range(top, min(bottom, last_row) + 1), range(left, min(right, last_column) + 1)
        visits += len(rows) * len(columns)
        if visits > _VISITS:
            return None
        cells = {(row, column) for row in rows for column in columns}
        validated |= cells
        if is_list:
            listed |= cells
    return frozenset(validated), frozenset(listed)


def _is_list(suite: Suite, f: Field) -> bool:
    """Whether the cells of a field are issued with a dropdown list."""
    codes = suite.lists.get(f.lookup or "")
    return f.source is not None or f.type is FieldType.YES_NO or (codes is not None and bool(codes.entries))


def _remark(suite: Suite, name: str, lost: dict[Position, Field], text: SheetText, sheet: str) -> Remark:
    lists = {at for at, f in lost.items() if _is_list(suite, f)}
    what = "和".join(w for w, there in (("下拉列表", lists), ("数据验证", lost.keys() - lists)) if there)
    foreign = [at for at in sorted(lists) if _foreign(suite, lost[at], text.raw.text(*at))]
    detail = f"“{name}”的 {areas_of(lost)} 被粘贴覆盖，{what}丢失"
    if foreign:
        values = dict.fromkeys(clean(text.raw.text(*at))[:20] for at in foreign)
        shown = "、".join(f"“{value}”" for value in list(values)[:3])
        detail += f"，其中 {len(foreign)} 个值不在清单（{shown}{' 等' if len(values) > 3 else ''}）"
    first = (foreign or sorted(lost))[0]
    return Remark("WBK-11", detail, None, sheet, a1(*first), severity="warning" if foreign else "info")


def _foreign(suite: Suite, f: Field, stored: str) -> bool:
    """Whether a value is none of a closed list's."""
    value, codes = clean(stored), suite.lists.get(f.lookup or "")
    if codes is None or codes.open or not value or state_of(value) in (State.NOT_APPLICABLE, State.CLASSIFIED):
        return False
    return not _knows(codes, value)


def _knows(codes: CodeList, value: str) -> bool:
    return value in codes.values or value in codes.aliases


def areas_of(cells: Iterable[Position]) -> str:
    """Cells as ranges, columns that lost the same rows side by side: ``B7:B19``, ``C4:F9``."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for row, column in sorted(cells, key=lambda at: (at[1], at[0])):
        runs = columns.setdefault(column, [])
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    boxes: list[tuple[int, int, int, int]] = []
    for column, runs in columns.items():
        for top, bottom in runs:
            beside = next(
                (n for n, b in enumerate(boxes) if b[3] == column - 1 and (b[0], b[2]) == (top, bottom)), None
            )
            if beside is None:
                boxes.append((top, column, bottom, column))
            else:
                boxes[beside] = (*boxes[beside][:3], column)
    shown = [a1(t, le) if (t, le) == (b, r) else f"{a1(t, le)}:{a1(b, r)}" for t, le, b, r in boxes]
    return "、".join(shown[:_SHOWN]) + (f" 等 {len(shown)} 处" if len(shown) > _SHOWN else "")
