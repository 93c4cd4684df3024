"""The printed workbook: values only, merged as published, set up for paper, and safe to open."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.printing.conftest import Fill, Lay
from tests.printing.goldens import footer_of
from toolkit.model.fact import Identity
from toolkit.model.printout import Printout
from toolkit.printing import Filled, lay_out, write_pages

EACH = {"each": "project", "name": "target.name"}
HEAD = {"head": True, "cells": ["一级", "二级", "名称"]}
ROWS = {
    "each": "indicators",
    "cells": [
        {"value": "indicators.level1", "merge": True},
        {"value": "indicators.level2", "merge": True},
        {"value": "indicators.name"},
    ],
}


def write(layout: Printout, filled: Filled) -> bytes:
    buffer = io.BytesIO()
    write_pages(layout, lay_out(layout, filled), filled.identity, buffer)
    return buffer.getvalue()


def sheet_of(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def merged(sheet: Worksheet) -> set[str]:
    return {str(area) for area in sheet.merged_cells.ranges}


def project(number: str, name: str, *levels: tuple[str, str]) -> dict[str, Any]:
    rows = {f"indicators.{number}.{n:03d}.name": f"指标{n}" for n in range(1, len(levels) + 1)}
    one = {f"indicators.{number}.{n:03d}.level1": level for n, (level, _) in enumerate(levels, 1) if level}
    two = {f"indicators.{number}.{n:03d}.level2": level for n, (_, level) in enumerate(levels, 1) if level}
    return {f"target.{number}..name": name, **rows, **one, **two}


def test_equal_neighbours_and_blanks_are_merged_with_the_row_above(fill: Fill, lay: Lay) -> None:
    levels = [("产出", "数量"), ("产出", "数量"), ("", "质量"), ("效益", "质量"), ("效益", "")]
    layout = lay(**EACH, columns=[9, 9, 9], rows=[ROWS])
    sheet = sheet_of(write(layout, fill(project("01", "大屏", *levels))))
    # 质量 of another level 1 is a cell of its own.
    assert merged(sheet) == {"A1:A3", "B1:B2", "A4:A5", "B4:B5"}
    assert [sheet["B3"].value, sheet["B4"].value] == ["质量", "质量"]


def test_each_project_begins_on_a_new_sheet_of_paper(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9, 9, 9], rows=[["{target.name}", "", ""], HEAD, ROWS])
    two = project("01", "大屏", ("产出", "数量")) | project("02", "慰问", ("产出", "数量"))
    sheet = sheet_of(write(layout, fill(two)))
    assert [at.id for at in sheet.row_breaks.brk] == [3]
    assert sheet["A4"].value == "慰问"
    assert sheet.print_title_rows is None


def test_a_table_that_goes_on_gets_its_head_again_and_its_merged_cells_anew(fill: Fill, lay: Lay) -> None:
    long = {f"indicators.01.{n:03d}.name": "甲" * 700 for n in range(1, 5)}
    filled = fill(project("01", "大屏", *[("产出", "数量")] * 4) | long | project("02", "慰问", ("产出", "数量")))
    layout = lay(**EACH, columns=[20, 20, 40], rows=[["{target.name}", "", ""], HEAD, ROWS])
    sheet = sheet_of(write(layout, filled))
    breaks = [at.id for at in sheet.row_breaks.brk]
    assert len(breaks) == 4
    for row in breaks[:3]:
        assert [sheet.cell(row + 1, column).value for column in (1, 2, 3)] == ["一级", "二级", "名称"]
        assert sheet.cell(row + 2, 1).value == "产出"
    assert sheet.cell(breaks[3] + 1, 1).value == "慰问"


def test_no_row_is_higher_than_a_row_may_be_and_long_texts_have_room(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[40], rows=[[{"value": "target.purpose"}]])
    sheet = sheet_of(write(layout, fill({"target.01..name": "大屏", "target.01..purpose": "用" * 1500})))
    heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
    assert all(height <= 409 for height in heights)
    assert sum(heights) >= 15 * (1500 * 2 / 40)


def test_a_single_table_leaves_its_breaks_to_the_printer_and_repeats_its_head(fill: Fill, lay: Lay) -> None:
    layout = lay(
        columns=[9], rows=[["标题"], {"head": True, "cells": ["栏"]}, {"each": "projects", "cells": ["{row}"]}]
    )
    sheet = sheet_of(write(layout, fill({"projects..001.name": "大屏"})))
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.row_breaks.brk == []


def test_the_paper_is_set_up_at_a_fixed_scale_with_unit_and_page_in_the_footer(fill: Fill, lay: Lay) -> None:
    wide = lay(columns=[90, 90, 90], landscape=True, paper="A3", rows=[["甲", "乙", "丙"]])
    sheet = sheet_of(write(wide, fill({})))
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.print_area == "'一'!$A$1:$C$1"
    assert footer_of(sheet) == ("102 办公室", "第 &P 页，共 &N 页")
    fit = sheet.sheet_properties.pageSetUpPr
    assert fit is None or not fit.fitToPage  # fitting a width would make Excel forget the breaks
    assert sheet.page_setup.scale == 70
    narrow = sheet_of(write(lay(columns=[9], rows=[["甲"]]), fill({})))
    assert narrow.page_setup.scale is None  # 100


@pytest.mark.parametrize("typed", ["=1+1", "＝1", "+1", "-1", "@x", '=HYPERLINK("http://x")', "http://example.com"])
def test_what_a_unit_typed_stays_text(typed: str, fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9, 9], rows=[[{"value": "target.name"}, "{target.name}"]])
    content = write(layout, fill({"target.01..name": typed}))
    sheet = sheet_of(content)
    for cell in (sheet["A1"], sheet["B1"]):
        assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)
        assert bool(cell.quotePrefix) == (not typed.startswith("http"))
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml


def test_controls_are_shown_and_too_long_texts_are_cut_and_say_so(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9], rows=[[{"value": "target.name"}], [{"value": "target.purpose"}]])
    sheet = sheet_of(write(layout, fill({"target.01..name": "a\x07b\u202e", "target.01..purpose": "字" * 40000})))
    values = [cell.value for (cell,) in sheet.iter_rows() if cell.value is not None]
    assert values[0] == "a␇b[U+202E]"
    assert str(values[1]).endswith("…（全文 40000 字，已截断）")


def test_a_units_name_cannot_act_in_the_footer_or_the_sheets_name(fill: Fill, lay: Lay) -> None:
    layout = lay(columns=[9], sheet="a/b:c[d]'" + "长" * 40, rows=[["甲"]])
    who = Identity("区", 2021, "批复", "102", "办&P室\n" + "长" * 400, "", "mini")
    buffer = io.BytesIO()
    write_pages(layout, lay_out(layout, fill({})), who, buffer)
    sheet = sheet_of(buffer.getvalue())
    assert sheet.title == ("a·b·c·d··" + "长" * 40)[:31]
    xml = zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml").decode()
    assert "办&amp;&amp;P室 长" in xml


def test_equal_data_give_equal_bytes(fill: Fill, lay: Lay) -> None:
    layout = lay(columns=[9], rows=[["甲"]])
    assert write(layout, fill({})) == write(layout, fill({}))
