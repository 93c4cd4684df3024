"""Printed sheets of the example departments as readable text: ``python -m tests.printing.goldens`` makes them anew."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.catalog import load_layouts, load_suite, read_data
from toolkit.formula import compile_suite, compute
from toolkit.printing import Filled, lay_out, write_pages

EXAMPLES = Path(__file__).parents[2] / "examples" / "data"
FOLDER = Path(__file__).parent / "goldens"


@dataclass(frozen=True)
class Golden:
    """One printed workbook: whose data, in which layout, of which project, with the masks or without."""

    unit: str
    layout: str
    project: str | None = None
    public: bool = False

    @property
    def file(self) -> Path:
        parts = (self.layout, self.unit, self.project, "公开" if self.public else None)
        return FOLDER / f"{'_'.join(part for part in parts if part)}.txt"


GOLDENS = (
    Golden("102", "ts-2021", "火炬大厦楼顶LED大屏升级改造"),
    Golden("102", "ts-2021", "密码经费", public=True),
    Golden("433", "sjz-2020"),
    Golden("110", "cd-2021"),
    Golden("102", "cd-2021", "员工培训费"),
    Golden("102", "national-target", "火炬大厦楼顶LED大屏升级改造"),
    Golden("102", "procurement"),
    Golden("433", "procurement"),
    Golden("102", "assets", public=True),
    Golden("433", "assets"),
    Golden("102", "narrative"),
    Golden("433", "narrative"),
    Golden("自评_433", "national-evaluation"),
    Golden("自评_433", "national-evaluation", "专项工作经费", public=True),
)


@functools.cache
def filled(unit: str) -> Filled:
    """The data of an example department (or of a self-evaluation, beside the goldens) with all that it computes."""
    data = read_data(next(path for folder in (FOLDER, EXAMPLES) for path in folder.glob(f"{unit}_*.yaml")), load_suite)
    suite = load_suite(data.suite)
    values = compute(compile_suite(suite), dict(data.values), typed_over=frozenset(data.values))
    return Filled(suite, data.identity, {k: v for k, v in values.items() if v is not None}, data.marks)


def printed(source: Filled, layout_id: str, project: str | None = None, public: bool = False) -> bytes:
    """The workbook that ``toolkit print`` writes."""
    layout = load_layouts(source.suite.id)[layout_id]
    buffer = io.BytesIO()
    write_pages(layout, lay_out(layout, source, project=project, public=public), source.identity, buffer)
    return buffer.getvalue()


def grid(workbook: bytes) -> str:
    """A printed sheet as text: a line a row, ↑ under a cell that reaches down, ⏎ for a line break."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0]
    covered, above = _merged(sheet)
    breaks = {at.id + 1 for at in sheet.row_breaks.brk}
    lines = [_paper(sheet)]
    for row in sheet.iter_rows():
        if row[0].row in breaks:
            lines.append("──────── 换页 ────────")
        shown = []
        for cell in row:
            if (cell.row, cell.column) in above:
                shown.append("↑")
            elif (cell.row, cell.column) not in covered:
                shown.append(_text(cell.value, cell.number_format))
        lines.append("│".join(shown).rstrip())
    return "\n".join(lines) + "\n"


def _paper(sheet: Worksheet) -> str:
    setup = sheet.page_setup
    size = {9: "A4", 8: "A3"}[int(setup.paperSize or 0)]
    direction = {"portrait": "纵向", "landscape": "横向"}[setup.orientation or ""]
    footer = "｜".join(footer_of(sheet))
    return f"[{sheet.title}｜{size}｜{direction}｜顶端标题行 {sheet.print_title_rows or '无'}｜页脚 {footer}]"


def footer_of(sheet: Worksheet) -> tuple[str, str]:
    """Left and right of the footer."""
    footer = sheet.oddFooter
    assert footer is not None
    return footer.left.text or "", footer.right.text or ""


def _merged(sheet: Worksheet) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The cells under a merged one, and of those the ones below its first."""
    covered, above = set(), set()
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                if (row, column) == (area.min_row, area.min_col):
                    continue
                covered.add((row, column))
                if column == area.min_col:
                    above.add((row, column))
    return covered, above


def _text(value: object, number_format: str) -> str:
    if isinstance(value, int | float):
        return f"{value:.{len(number_format.partition('.')[2])}f}"
    return "" if value is None else str(value).replace("\n", "⏎")


def main() -> None:
    """Write every golden."""
    FOLDER.mkdir(exist_ok=True)
    for one in GOLDENS:
        one.file.write_text(grid(printed(filled(one.unit), one.layout, one.project, one.public)), encoding="utf-8")


if __name__ == "__main__":
    main()
