"""Workbooks with notes, pictures, charts and extensions of the unit's own: all of it is still there afterwards."""

from __future__ import annotations

import io
import re
import struct
import zlib

import pytest
import xlsxwriter
from openpyxl.comments import Comment

from tests.annotate.packages import opened, packed_parts, part_of, parts_of, row, slip_of
from toolkit.annotate import annotate_workbook, restore_workbook
from toolkit.model.rule import Severity


def picture() -> bytes:
    """A red dot as PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def rich() -> bytes:
    """Sheet 一: a note of the unit at B2, a picture, a chart, a list, a data bar of Excel 2010, protection."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    one, two = book.add_worksheet("一"), book.add_worksheet("二")
    shown = book.add_format({"num_format": "0.00", "bg_color": "#FFFFE5", "border": 1, "locked": False})
    for n in range(10):
        one.write_number(n, 1, n, shown)
    one.write_comment("B2", "单位自己的批注", {"author": "张三"})
    one.insert_image("E2", "点.png", {"image_data": io.BytesIO(picture())})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=一!$B$1:$B$9"})
    one.insert_chart("E10", chart)
    one.data_validation("B1:B9", {"validate": "list", "source": "=二!$A$1:$A$3"})
    one.conditional_format("B1:B9", {"type": "data_bar", "data_bar_2010": True})
    one.protect()
    two.write_string("A1", "甲")
    book.define_name("一!local", "=一!$B$1")
    book.define_name("二!local", "=二!$A$1")
    book.close()
    return buffer.getvalue()


SLIP = slip_of(row(Severity.ERROR, ("一", "B2"), ("一", "B3")), row(Severity.WARNING, ("二", "A1")))


def test_pictures_charts_and_drawings_keep_their_bytes(rich: bytes) -> None:
    old, new = packed_parts(rich), packed_parts(annotate_workbook(rich, SLIP))
    kept = [name for name in old if name.startswith(("xl/media/", "xl/charts/", "xl/drawings/drawing", "xl/theme/"))]
    assert len(kept) >= 4
    assert all(old[name] == new[name] for name in kept)


def test_what_surrounds_the_cells_stays_as_it_is_written(rich: bytes) -> None:
    old, new = (parts_of(data)[part_of(data, "一")] for data in (rich, annotate_workbook(rich, SLIP)))
    assert new.partition(b"</sheetData>")[2] == old.partition(b"</sheetData>")[2]
    assert b"x14:dataBar" in new
    assert new.count(b"<legacyDrawing ") == 1


def test_a_note_of_the_unit_stays_and_ours_stand_beside_it(rich: bytes) -> None:
    sheet = opened(annotate_workbook(rich, SLIP))["一"]
    theirs, ours = sheet["B2"].comment, sheet["B3"].comment
    assert theirs is not None
    assert (theirs.text, theirs.author) == ("单位自己的批注", "张三")
    assert ours is not None
    assert ours.text.startswith("【退回意见】错误")
    assert sheet["B2"].fill.fgColor.rgb.startswith("FFF2A58")


def test_every_note_has_its_box(rich: bytes) -> None:
    data = annotate_workbook(rich, SLIP)
    drawing = parts_of(data)["xl/drawings/vmlDrawing1.vml"]
    places = re.findall(rb"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", drawing)
    assert places == [(b"1", b"1"), (b"2", b"1")]
    shapes = re.findall(rb'<v:shape id="(_x0000_s\d+)"', drawing)
    assert len(set(shapes)) == 2


def test_annotated_twice_is_annotated_once_and_restored_all_is_there(rich: bytes) -> None:
    once = annotate_workbook(rich, SLIP)
    assert annotate_workbook(once, SLIP) == once
    old, new = parts_of(rich), parts_of(restore_workbook(once))
    assert old.keys() == new.keys()
    for name in ("xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/_rels/workbook.xml.rels"):
        assert new[name] == old[name]
    # A cell without a format has the first one afterwards, which is the same.
    assert new[part_of(rich, "二")].replace(b' s="0"', b"") == old[part_of(rich, "二")]


def test_names_of_single_sheets_stay_with_their_sheets(rich: bytes) -> None:
    book = opened(annotate_workbook(rich, SLIP))
    assert book["一"].defined_names["local"].attr_text == "一!$B$1"
    assert book["二"].defined_names["local"].attr_text == "二!$A$1"


def test_a_box_at_the_last_visible_columns_opens_to_the_left() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("一")
    sheet.write_string("J3", "末列")
    sheet.set_column("K:XFD", None, None, {"hidden": True})
    book.close()
    data = annotate_workbook(buffer.getvalue(), slip_of(row(Severity.ERROR, ("一", "J3"))))
    (drawing,) = [content for name, content in parts_of(data).items() if name.endswith(".vml")]
    anchor = re.search(rb"<x:Anchor>([^<]*)</x:Anchor>", drawing)
    assert anchor is not None
    left, _, top, _, right, _, bottom, _ = [int(n) for n in anchor[1].split(b",")]
    assert left < right <= 9
    assert top == 2 < bottom


def test_a_picture_in_the_page_header_is_no_drawing_of_notes() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("一")
    sheet.write_string("B2", "值")
    sheet.set_header("&L&G", {"image_left": "点.png", "image_data_left": io.BytesIO(picture())})
    book.close()
    slip = slip_of(row(Severity.ERROR, ("一", "B2")))
    once = annotate_workbook(buffer.getvalue(), slip)
    old, new = packed_parts(buffer.getvalue()), packed_parts(once)
    assert new["xl/drawings/vmlDrawing1.vml"] == old["xl/drawings/vmlDrawing1.vml"]
    xml = parts_of(once)[part_of(once, "一")]
    assert 0 < xml.index(b"<legacyDrawing ") < xml.index(b"<legacyDrawingHF ")
    assert annotate_workbook(once, slip) == once
    assert parts_of(restore_workbook(once)).keys() == parts_of(buffer.getvalue()).keys()


def test_saved_by_openpyxl_in_between_marks_and_notes_come_off(rich: bytes) -> None:
    book = opened(annotate_workbook(rich, SLIP))
    book["一"]["B4"].comment = Comment("又一条自己的批注", "张三")
    buffer = io.BytesIO()
    book.save(buffer)
    restored = opened(restore_workbook(buffer.getvalue()))
    assert restored.sheetnames == ["一", "二"]
    notes = {c.coordinate: c.comment.text for line in restored["一"] for c in line if c.comment}
    assert notes == {"B2": "单位自己的批注", "B4": "又一条自己的批注"}
    assert {restored["一"][f"B{n}"].fill.fgColor.rgb for n in range(1, 10)} == {"FFFFFFE5"}
    assert restored["二"]["A1"].fill.fgColor.rgb == "00000000"
