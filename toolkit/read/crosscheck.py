"""A second engine (calamine) counts the cells of each sheet; where it disagrees with us the file is suspect.

It allots memory by what a file declares and aborts the whole process when that is too much, so it only sees files
whose every declared count and extent is plausible. The others are read by our own sparse parser alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from toolkit.model.fact import Remark
from toolkit.read.sheet import RawSheet, plausible_counts
from toolkit.read.workbook import Workbook

OWN, BOTH = "expat", "expat+calamine"


def cross_check(book: Workbook, sheets: Mapping[str, RawSheet]) -> tuple[str, list[Remark]]:
    """The engines used, and a remark for each sheet (by name) whose count of cells with content differs."""
    if not all(plausible_counts(book.package.read(part)) for part in book.neighbours):
        return OWN, []
    small = {name: raw for name, raw in sheets.items() if raw.plausible and raw.reach <= book.package.limits.box}
    try:
        with CalamineWorkbook.from_filelike(BytesIO(book.package.data)) as other:
            counts = {name: _count(other.get_sheet_by_name(name).to_python(skip_empty_area=True)) for name in small}
    except (CalamineError, OSError, ValueError) as error:
        return OWN, [Remark("WBK-03", f"第二读取引擎未能读取（{str(error)[:80]}），未作交叉核对", severity="info")]
    remarks = []
    for name, count in counts.items():
        own = _own(small[name])
        if count != own:
            words = f"两个读取引擎读到的单元格数不同（{own} 与 {count}），请核对该表数据"
            remarks.append(
                Remark("WBK-03", words, sheet=name, actual=str(own), expected=str(count), severity="warning")
            )
    return BOTH if counts else OWN, remarks


def _count(rows: Sequence[Sequence[object]]) -> int:
    return sum(1 for row in rows for value in row if value != "")


def _own(raw: RawSheet) -> int:
    # calamine shows error cells as empty text.
    return sum(1 for cell in raw.cells.values() if cell.text and cell.kind != "e")
