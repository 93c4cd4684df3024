"""A second engine (calamine) counts the cells of each sheet; where it disagrees with us the file is suspect.

It allots memory by what a file declares and aborts the whole process when that is too much, so it only sees files
whose every declared count and extent is plausible. The others are read by our own sparse parser alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from toolkit.model.fact import Remark
from toolkit.read.loaded import LoadedWorkbook
from toolkit.read.sheet import RawSheet, plausible_counts
from toolkit.read.workbook import Workbook

OWN, _SECOND = "expat", "+calamine"


def cross_check(book: Workbook, sheets: Mapping[str, RawSheet]) -> tuple[str, list[Remark]]:
    """The engines used, and a remark for each sheet (by name) whose count of cells with content differs."""
    loaded = book if isinstance(book, LoadedWorkbook) else None
    own, data = (OWN, book.package.data) if loaded is None else (loaded.engine, loaded.second)
    if not data or not all(plausible_counts(book.package.read(part)) for part in book.neighbours):
        return own, []
    small = {name: raw for name, raw in sheets.items() if raw.plausible and raw.reach <= book.package.limits.box}
    if loaded is not None and not all(raw.reach <= book.package.limits.box for raw in loaded.raw.values()):
        return own, []  # of these formats it reads every sheet at once
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as other:
            counts = {name: _count(other.get_sheet_by_name(name).to_python(skip_empty_area=True)) for name in small}
    except BaseException as error:
        # A panic of its native code is no Exception; anything else that is none is not ours to keep.
        if not isinstance(error, (CalamineError, OSError, ValueError)) and type(error).__name__ != "PanicException":
            raise
        return own, [Remark("WBK-03", f"第二读取引擎未能读取（{str(error)[:80]}），未作交叉核对", severity="info")]
    remarks = []
    for name, count in counts.items():
        here = _own(small[name])
        if count != here:
            words = f"两个读取引擎读到的单元格数不同（{here} 与 {count}），请核对该表数据"
            remarks.append(
                Remark("WBK-03", words, sheet=name, actual=str(here), expected=str(count), severity="warning")
            )
    return f"{own}{_SECOND}" if counts else own, remarks


def _count(rows: Sequence[Sequence[object]]) -> int:
    return sum(1 for row in rows for value in row if value != "")


def _own(raw: RawSheet) -> int:
    # calamine shows error cells as empty text.
    return sum(1 for cell in raw.cells.values() if cell.text and cell.kind != "e")
