"""A received package with findings put in: what is not touched keeps its bytes, what is touched keeps its meaning."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.annotate.packages import (
    SLIP,
    changed,
    links,
    opened,
    packed_parts,
    part_of,
    parts_of,
    repacked,
    row,
    slip_of,
)
from toolkit.annotate import PatchError, Spot, annotate_workbook, restore_workbook
from toolkit.model.cell_text import CELL_LIMIT
from toolkit.model.rule import Severity
from toolkit.read.package import open_package
from toolkit.read.workbook import open_workbook

LIST = "问题清单"


def texts(sheet: Worksheet, first_row: int = 6) -> list[list[object]]:
    rows = sheet.iter_rows(min_row=first_row, max_col=14, values_only=True)
    return [list(values) for values in rows]


def test_what_is_not_touched_keeps_its_bytes_packed_as_they_were(returned: bytes) -> None:
    annotated = annotate_workbook(returned, SLIP)
    old, new = packed_parts(returned), packed_parts(annotated)
    touched = {name for name in old if new[name] != old[name]}
    assert touched == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        part_of(returned, "填报说明"),  # was the selected sheet; the list is now
        part_of(returned, "01_收支"),
        part_of(returned, "P01_绩效"),
    }
    assert list(new)[: len(old)] == list(old)


def test_a_marked_sheet_differs_in_the_formats_of_the_marked_cells_and_its_notes_only(returned: bytes) -> None:
    part = part_of(returned, "01_收支")
    old, new = parts_of(returned)[part], parts_of(annotate_workbook(returned, SLIP))[part]
    drawing = re.search(rb"<legacyDrawing [^>]*/>", new)
    assert drawing is not None
    new = new.replace(drawing[0], b"")
    for cell in (b"E7", b"C7"):
        before = re.search(rb'<c r="' + cell + rb'" s="\d+"', old)
        after = re.search(rb'<c r="' + cell + rb'" s="\d+"', new)
        assert before is not None
        assert after is not None
        assert before[0] != after[0]
        new = new.replace(after[0], before[0])
    assert new == old


def test_annotated_twice_is_annotated_once(returned: bytes) -> None:
    once = annotate_workbook(returned, SLIP)
    assert annotate_workbook(once, SLIP) == once
    assert annotate_workbook(returned, SLIP) == once


def test_restored_it_is_the_workbook_that_was_received(returned: bytes) -> None:
    old, new = parts_of(returned), parts_of(restore_workbook(annotate_workbook(returned, SLIP)))
    assert old.keys() == new.keys()
    # Unused formats stay in the styles, the content type of drawings stays declared, and no sheet is selected.
    stay = {"[Content_Types].xml", "xl/styles.xml", part_of(returned, "填报说明")}
    assert {name for name in old if old[name] != new[name]} == stay


def test_the_list_says_what_where_by_how_much_and_what_to_do(returned: bytes) -> None:
    book = opened(annotate_workbook(returned, SLIP))
    assert book.sheetnames[:2] == [LIST, "填报说明"]
    assert book.active is not None
    assert book.active.title == LIST
    sheet = book[LIST]
    assert sheet["A1"].value == "问题清单　102 办公室"
    assert sheet["A2"].value == "示例开发区 2021 年 批复　收到 2021-03-01 09:02（北京时间）　文件 102.xlsx"
    assert sheet["A3"].value == "错误 1 条，警告 1 条，提示 1 条。请先改错误，再改警告。"
    assert [c.value for c in sheet[5]][:4] == ["序号", "程度", "工作表", "单元格"]
    assert [line[:5] for line in texts(sheet)] == [
        [1, "错误", "01_收支", "E7", "C7"],
        [2, "警告", "P01_绩效", "D6", None],
        [3, "提示", "01_收支", "E7", None],
    ]
    assert texts(sheet)[0][7] == "不相等。"
    assert texts(sheet)[0][12:] == ["请核对。", "SUM-01"]
    assert not sheet.protection.sheet


def test_the_list_can_be_filtered_printed_and_kept_in_sight(returned: bytes) -> None:
    sheet = opened(annotate_workbook(returned, SLIP))[LIST]
    assert sheet.auto_filter.ref == "A5:N8"
    assert sheet.freeze_panes == "A6"
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.column_dimensions["Z"].hidden


def test_links_jump_inside_the_workbook_only(returned: bytes) -> None:
    sheet = opened(annotate_workbook(returned, SLIP))[LIST]
    assert links(sheet) == {"D6": "'01_收支'!E7", "E6": "'01_收支'!C7", "D7": "'P01_绩效'!D6", "D8": "'01_收支'!E7"}


def test_the_same_fault_on_many_cells_is_one_line_with_links_to_the_first(returned: bytes) -> None:
    cells = [("01_收支", f"C{n}") for n in (7, 8, 9)] + [("P01_绩效", "D6"), ("P01_绩效", "C6"), ("P01_绩效", "H5")]
    sheet = opened(annotate_workbook(returned, slip_of(row(Severity.ERROR, *cells))))[LIST]
    assert texts(sheet)[0][3:7] == ["C7", "C8", "C9", "P01!D6 等 6 处"]
    assert set(links(sheet).values()) == {
        "'01_收支'!C7", "'01_收支'!C8", "'01_收支'!C9", "'P01_绩效'!D6",
    }  # fmt: skip


def test_a_mark_is_the_cells_own_format_with_another_fill(returned: bytes) -> None:
    before, after = opened(returned), opened(annotate_workbook(returned, SLIP))
    for sheet, cell in (("01_收支", "E7"), ("01_收支", "C7"), ("P01_绩效", "D6")):
        old, new = before[sheet][cell], after[sheet][cell]
        assert new.fill.fgColor.rgb != old.fill.fgColor.rgb
        assert repr((new.number_format, new.font, new.border, new.alignment, new.protection)) == repr(
            (old.number_format, old.font, old.border, old.alignment, old.protection)
        )
    colours = {after["01_收支"]["E7"].fill.fgColor.rgb[:7], after["P01_绩效"]["D6"].fill.fgColor.rgb[:7]}
    assert colours == {"FFF2A58", "FFF7CF6"}
    assert after["01_收支"]["D7"].fill.fgColor.rgb == before["01_收支"]["D7"].fill.fgColor.rgb


def test_a_note_at_the_cell_tells_all_that_is_wrong_with_it(returned: bytes) -> None:
    book = opened(annotate_workbook(returned, SLIP))
    note = book["01_收支"]["E7"].comment
    assert note is not None
    assert note.text.startswith("【退回意见】错误、提示\n不相等。\n怎么改：请核对。（SUM-01）")
    assert "公式被数值覆盖。" in note.text
    assert [c.coordinate for line in book["P01_绩效"] for c in line if c.comment] == ["D6"]


def test_rules_of_entry_formulas_and_protection_are_as_they_were(returned: bytes) -> None:
    before, after = opened(returned), opened(annotate_workbook(returned, SLIP))
    for sheet in before:
        same = after[sheet.title]
        assert len(same.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
        assert len(same.conditional_formatting) == len(sheet.conditional_formatting)
        assert repr(same.protection) == repr(sheet.protection)
        values = [[c.value for c in line] for line in sheet.iter_rows()]
        assert values == [
            [c.value for c in line] for line in same.iter_rows(max_row=sheet.max_row, max_col=sheet.max_column)
        ]
    assert {n: d.attr_text for n, d in before.defined_names.items()} == {
        n: d.attr_text for n, d in after.defined_names.items()
    }
    local = {s.title: {n: d.attr_text for n, d in s.defined_names.items()} for s in before}
    assert local == {s.title: {n: d.attr_text for n, d in s.defined_names.items()} for s in after if s.title != LIST}


def test_a_finding_on_the_whole_file_comes_first_and_marks_nothing(returned: bytes) -> None:
    slip = slip_of(row(Severity.WARNING, message="文件由旧版本填写。"), row(Severity.ERROR, ("01_收支", "E7")))
    book = opened(annotate_workbook(returned, slip))
    assert texts(book[LIST])[0][1:4] == ["警告", "整个文件", None]


def test_places_that_are_not_there_stand_as_text(returned: bytes) -> None:
    slip = slip_of(row(Severity.ERROR, ("05_没有这张表", "C3")), row(Severity.ERROR, ("01_收支", "")))
    sheet = opened(annotate_workbook(returned, slip))[LIST]
    assert [line[2:4] for line in texts(sheet)] == [["05_没有这张表", "C3"], ["01_收支", "打开"]]
    assert links(sheet) == {"D7": "'01_收支'!A1"}


def test_a_cell_that_is_not_in_the_file_is_put_in(returned: bytes) -> None:
    book = opened(annotate_workbook(returned, slip_of(row(Severity.ERROR, ("01_收支", "B400"), ("01_收支", "AZ7")))))
    assert book["01_收支"]["B400"].fill.fgColor.rgb.startswith("FFF2A58")
    assert book["01_收支"]["AZ7"].fill.fgColor.rgb.startswith("FFF2A58")
    assert book["01_收支"]["C7"].value == opened(returned)["01_收支"]["C7"].value


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("<b>粗</b>&amp;", "<b>粗</b>&amp;"),
        ("换\x0b行\x00", "换␋行␀"),
        ("_x0041_", "_x005F_x0041_"),
        ("反\u202e转", "反[U+202E]转"),
        ("孤\ud800立", "孤[U+D800]立"),
    ],
)
def test_hostile_text_is_only_ever_text(returned: bytes, typed: str, shown: str) -> None:
    slip = slip_of(row(Severity.ERROR, ("01_收支", "E7"), message=typed, what_to_do=typed, actual=typed))
    data = annotate_workbook(returned, slip)
    sheet = opened(data)[LIST]
    for cell in ("H6", "I6", "M6"):
        assert sheet[cell].value == shown
        assert sheet[cell].data_type == "s"
        assert sheet[cell].quotePrefix
    xml = parts_of(data)[part_of(data, LIST)]
    assert b"<f>" not in xml
    note = opened(data)["01_收支"]["E7"].comment
    assert note is not None
    assert shown in note.text


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(returned: bytes) -> None:
    slip = slip_of(row(Severity.ERROR, ("01_收支", "E7"), message="长" * 40_000))
    book = opened(annotate_workbook(returned, slip))
    value = book[LIST]["H6"].value
    assert len(value) <= CELL_LIMIT
    assert value.endswith("…（全文 40000 字，已截断）")
    note = book["01_收支"]["E7"].comment
    assert note is not None
    assert len(note.text) < 1_500
    assert "全文见" in note.text


def test_numbers_are_numbers_with_all_their_digits_and_codes_are_text(returned: bytes) -> None:
    typed = ("-2994.70", "1.915", "90", "130211210000000012345", "007")
    slip = slip_of(*(row(Severity.ERROR, message=value, actual=value) for value in typed))
    sheet = opened(annotate_workbook(returned, slip))[LIST]
    cells = [sheet[f"I{n}"] for n in range(6, 11)]
    assert [c.value for c in cells] == [-2994.7, 1.915, 90, "130211210000000012345", "007"]
    assert [c.number_format for c in cells[:3]] == ["#,##0.00", "General", "General"]


def test_a_sheet_of_the_unit_with_the_lists_name_keeps_it(returned: bytes) -> None:
    theirs = opened(returned)
    theirs.create_sheet("问题清单")["A1"] = "我们自己的清单"
    buffer = io.BytesIO()
    theirs.save(buffer)
    once = annotate_workbook(buffer.getvalue(), SLIP)
    book = opened(once)
    assert book.sheetnames[0] == "问题清单(2)"
    assert book["问题清单"]["A1"].value == "我们自己的清单"
    assert annotate_workbook(once, SLIP) == once


def test_the_workbook_opens_on_the_list_and_on_it_alone(returned: bytes) -> None:
    elsewhere = changed(
        returned,
        "xl/workbook.xml",
        lambda x: x.replace(b"<workbookView ", b'<workbookView firstSheet="2" activeTab="3" '),
    )
    data = annotate_workbook(elsewhere, SLIP)
    assert b'firstSheet="0" activeTab="0"' in parts_of(data)["xl/workbook.xml"]
    selected = [name for name, xml in parts_of(data).items() if name.endswith(".xml") and b"tabSelected" in xml]
    assert selected == [part_of(data, LIST)]


def test_names_with_a_prefix_cells_without_addresses_and_quiet_sections() -> None:
    """As strict writers other than Excel put it: every tag prefixed, addresses left out, comments between."""
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet["A1"], sheet["B2"] = 1, 2
    book.save(buffer)
    parts = parts_of(buffer.getvalue())
    body = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b"<!-- <x:c r='B2' s='9'/> --><x:row><x:c><x:v>1</x:v></x:c></x:row>"
        b"<x:row><x:c/><x:c t='inlineStr'><x:is><x:t><![CDATA[<x:c r=\"B2\">]]></x:t></x:is></x:c></x:row><x:row r='4'/>"
        b"</x:sheetData></x:worksheet>"
    )
    data = repacked({**parts, "xl/worksheets/sheet1.xml": body})
    slip = slip_of(row(Severity.ERROR, ("表", "B2"), ("表", "C4"), ("表", "A3")))
    once = annotate_workbook(data, slip)
    new = parts_of(once)["xl/worksheets/sheet1.xml"]
    assert b"<!-- <x:c r='B2' s='9'/> -->" in new
    assert b'<![CDATA[<x:c r="B2">]]>' in new
    marked = opened(once)["表"]
    assert [marked[c].fill.fgColor.rgb[:7] for c in ("B2", "C4", "A3")] == ["FFF2A58"] * 3
    assert marked["A1"].fill.fgColor.rgb == "00000000"
    assert annotate_workbook(once, slip) == once
    assert parts_of(restore_workbook(once))["xl/worksheets/sheet1.xml"].count(b"s=") < new.count(b"legacyDrawing") + 9


def test_a_part_in_utf_16_is_marked_too(returned: bytes) -> None:
    part = part_of(returned, "01_收支")
    wide = changed(
        returned, part, lambda x: x.decode("utf-8").replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    )
    assert opened(annotate_workbook(wide, SLIP))["01_收支"]["E7"].fill.fgColor.rgb.startswith("FFF2A58")


def test_a_strict_workbook_stays_strict(returned: bytes) -> None:
    strict = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, content in parts_of(returned).items()
    }
    once = annotate_workbook(repacked(strict), SLIP)
    assert annotate_workbook(once, SLIP) == once
    new = {name: content for name, content in parts_of(once).items() if content != strict.get(name)}
    usual = re.compile(rb"schemas.openxmlformats.org/(spreadsheetml/2006/main|officeDocument/2006/relationships)")
    assert {name for name, content in new.items() if usual.search(content)} == set()
    book = open_workbook(open_package(once))
    assert book.sheets[0].name == LIST
    assert book.sheet(book.sheets[0]).text(5, 7) == "不相等。"


def test_a_macro_workbook_keeps_its_macros_untouched(returned: bytes) -> None:
    parts = parts_of(returned)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    data = repacked({**parts, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"})
    assert parts_of(annotate_workbook(data, SLIP))["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 macros"


def test_a_package_without_formats_cannot_be_patched_and_says_why(returned: bytes) -> None:
    bare = changed(
        returned, "xl/_rels/workbook.xml.rels", lambda x: re.sub(rb'<Relationship [^>]*styles"[^>]*/>', b"", x)
    )
    with pytest.raises(PatchError, match="样式"):
        annotate_workbook(bare, SLIP)


def test_very_many_marks_all_have_their_colour_and_the_first_a_note(returned: bytes) -> None:
    cells = [("02_项目清单", f"{letter}{n}") for n in range(100, 400) for letter in "BCDE"]
    book = opened(
        annotate_workbook(returned, slip_of(row(Severity.INFO, *cells), row(Severity.ERROR, ("P01_绩效", "D6"))))
    )
    sheet = book["02_项目清单"]
    assert all(sheet[cell].fill.fgColor.rgb.startswith("FFCBBDE") for _, cell in cells)
    notes = sum(c.comment is not None for line in sheet for c in line)
    assert book["P01_绩效"]["D6"].comment is not None
    assert notes + 1 == 1_000
    assert f"另有 {len(cells) - notes} 个只标了底色" in book[LIST]["A4"].value


def test_a_place_inside_a_merged_area_is_marked_where_it_shows(returned: bytes) -> None:
    sheet = part_of(returned, "01_收支")
    merged = changed(returned, sheet, lambda x: x.replace(b"</mergeCells>", b'<mergeCell ref="B50:C52"/></mergeCells>'))
    book = opened(annotate_workbook(merged, slip_of(row(Severity.ERROR, ("01_收支", "C51"), ("01_收支", "B52")))))
    assert [c.coordinate for line in book["01_收支"] for c in line if c.comment] == ["B50"]
    assert book["01_收支"]["B50"].fill.fgColor.rgb.startswith("FFF2A58")


def test_spots_are_told_once(returned: bytes) -> None:
    slip = slip_of(row(Severity.ERROR, ("01_收支", "E7"), ("01_收支", "E7")))
    assert list(slip.marks) == [Spot("01_收支", "E7")]
    assert len(slip.marks[Spot("01_收支", "E7")]) == 1
