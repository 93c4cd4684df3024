"""Hostile and foreign files: refused before any reader looks at a cell, each with a reason people understand."""

from __future__ import annotations

import contextlib
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolkit.model.form import Suite
from toolkit.read import (
    KINDS,
    Limits,
    NotAReturn,
    ReadFailure,
    Refused,
    Unreadable,
    read_bytes,
    read_workbook,
    sniff,
)
from toolkit.read.package import open_package
from toolkit.read.sniff import sniff_bytes

if TYPE_CHECKING:
    from tests.read.conftest import Returned

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def _zip(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


def _patched(data: bytes, offset_in_entry: int, value: bytes, *, central: bool) -> bytes:
    """Overwrite a field of the first entry's header."""
    at = data.index(b"PK\x01\x02") if central else 0
    return data[: at + offset_in_entry] + value + data[at + offset_in_entry + len(value) :]


# What the file is


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (bytes(5000), "zeros"),
        (b"%PDF-1.7\n", "pdf"),
        (b"Rar!\x1a\x07\x00", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xff\xd8\xff\xe0", "image"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE, "ole"),
        ("单位,金额\n办公室,5\n".encode("gb18030"), "csv"),
        ("单位,金额\n办公室,5\n".encode(), "csv"),
        ("单位\t金额".encode("utf-16"), "csv"),
        (b"<html><table><tr><td>1", "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml2003"),
        (b"\x00\x01\x02\x03binary", "unknown"),
        (_zip({"readme.txt": b"x"}), "zip"),
        (_zip({"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "docx"),
        (_zip({"[Content_Types].xml": b"x", "xl/workbook.bin": b"x"}), "xlsb"),
        (_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED), "ods"),
        (_zip({"OFD.xml": b"x"}), "ofd"),
    ],
)
def test_content_says_what_a_file_is(data: bytes, kind: str) -> None:
    assert sniff_bytes(data) == kind


@pytest.mark.parametrize("name", ["102.xlsx", "102.xls", "102.et", "102.pdf"])
def test_extensions_are_not_believed(returned: Returned, tmp_path: Path, name: str) -> None:
    path = tmp_path / "other" / name
    path.parent.mkdir()
    path.write_bytes(returned.path.read_bytes())
    assert sniff(path) == "xlsx"


@pytest.mark.parametrize(
    ("data", "failure", "words"),
    [
        (b"", Unreadable, "空文件"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Unreadable, "结构已损坏"),
        (OLE + "Workbook".encode("utf-16-le"), Unreadable, "结构已损坏"),
        ("单位,金额\n".encode(), Refused, "CSV"),
        (b"%PDF-1.7\n", NotAReturn, "PDF"),
        (b"\x89PNG\r\n\x1a\n", NotAReturn, "图片"),
        (_zip({"a.txt": b"x"}), NotAReturn, "压缩包"),
        (_zip({"[Content_Types].xml": b"<Types/>", "xl/x.xml": b"<x/>"}), NotAReturn, "不是 Excel 工作簿"),
    ],
)
def test_foreign_files_are_named_with_what_to_do(data: bytes, failure: type[ReadFailure], words: str) -> None:
    with pytest.raises(failure) as caught:
        read_bytes(data, "102.xlsx", lambda _: None)
    assert words in caught.value.reason


def test_every_kind_has_a_chinese_name_and_advice() -> None:
    for kind in KINDS.values():
        assert any("\u4e00" <= c <= "\u9fff" for c in kind.name)
        assert kind.advice


# The zip


def test_an_honest_package_opens() -> None:
    package = open_package(_zip({"a.xml": b"<a/>" * 1000, "B.xml": b"", "c.bin": b"x"}))
    assert package.read("A.XML") == b"<a/>" * 1000
    assert package.read("b.xml") == b""
    assert "missing.xml" not in package


def test_a_bomb_is_refused_by_what_it_inflates_to() -> None:
    bomb = _zip({"xl/a.xml": bytes(8 * 1024 * 1024)})
    with pytest.raises(Refused, match=r"xl/a\.xml.*压缩比超过 250 倍"):
        open_package(bomb)


def test_a_part_and_a_package_beyond_their_bounds() -> None:
    noise = random.Random(1).randbytes(300_000)
    with pytest.raises(Refused, match=r"超过 100000 字节"):
        open_package(_zip({"a.bin": noise}), Limits(part=100_000))
    with pytest.raises(Refused, match=r"解压后超过 500000 字节"):
        open_package(_zip({"a.bin": noise, "b.bin": noise}), Limits(inflated=500_000))


def test_too_many_entries() -> None:
    with pytest.raises(Refused, match="超过 3 个的上限"):
        open_package(_zip({f"{n}.xml": b"" for n in range(4)}), Limits(entries=3))


def test_duplicate_names_in_any_case() -> None:
    with pytest.raises(Refused, match="重复出现"):
        open_package(_zip({"xl/a.xml": b"1", "XL\\A.xml": b"2"}))


def test_a_size_that_lies_either_way() -> None:
    data = _zip({"a.xml": b"x" * 1000})
    for size in (10, 5000):
        with pytest.raises(Refused, match="声明"):
            open_package(_patched(data, 24, struct.pack("<L", size), central=True))


def test_a_wrong_checksum_and_a_flipped_bit() -> None:
    data = _zip({"a.xml": b"hello world" * 50})
    with pytest.raises(Unreadable, match="校验和"):
        open_package(_patched(data, 16, b"\0\0\0\0", central=True))
    start = 30 + len("a.xml")
    flipped = data[: start + 3] + bytes([data[start + 3] ^ 0x55]) + data[start + 4 :]
    with pytest.raises((Unreadable, Refused)):
        open_package(flipped)


def test_overlapping_entries() -> None:
    """Two directory entries that name the same local header, under the name it carries and its own bytes."""
    data = _zip({"a.xml": b"x" * 100})
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[at:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), at, 0)
    with pytest.raises(Refused, match="重叠"):
        open_package(data[:at] + entry + entry + tail)


def test_a_directory_that_lies_about_its_place_or_count() -> None:
    data = _zip({"a.xml": b"x"})
    with pytest.raises(Refused, match="位置与声明不符"):
        open_package(b"PK\x03\x04" + bytes(60) + data)
    end = data.index(b"PK\x05\x06")
    more = data[: end + 8] + struct.pack("<2H", 5, 5) + data[end + 12 :]
    with pytest.raises(Refused, match="实际不足"):
        open_package(more)


def test_two_headers_that_disagree_about_the_name() -> None:
    data = _zip({"a.xml": b"x"})
    with pytest.raises(Refused, match="互相矛盾"):
        open_package(_patched(data, 30, b"b", central=False))


def test_encrypted_and_unknown_methods() -> None:
    data = _zip({"a.xml": b"x"})
    with pytest.raises(Refused, match="有打开密码"):
        open_package(_patched(data, 8, b"\x01\x00", central=True))
    with pytest.raises(Refused, match="压缩方式"):
        open_package(_patched(data, 10, b"\x0c\x00", central=True))


def test_a_truncated_file_at_every_length(filled_bytes: bytes) -> None:
    for length in range(4, len(filled_bytes), len(filled_bytes) // 60):
        with pytest.raises((Unreadable, Refused, NotAReturn)):
            read_bytes(filled_bytes[:length], "102.xlsx", lambda _: None)


def test_a_truncated_file_is_told_as_such_also_where_its_list_of_contents_came_last() -> None:
    """LibreOffice writes ``[Content_Types].xml`` as the last part."""
    parts = {"_rels/.rels": b"x", "xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b"x" * 500}
    data = _zip({**parts, "[Content_Types].xml": b"x"})
    with pytest.raises(Unreadable, match="可能在传输中被截断"):
        read_bytes(data[: data.index(b"[Content_Types]")], "102.xlsx", lambda _: None)


def test_flipped_bytes_never_end_in_anything_but_a_reason(returned: Returned, filled_bytes: bytes) -> None:
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(filled_bytes)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        returned.path.write_bytes(data)
        with contextlib.suppress(ReadFailure):
            assert returned.read().identity.suite


# The XML


def _sheet(cells: str) -> Callable[[str], str]:
    return lambda xml: xml.replace("</sheetData>", cells + "</sheetData>")


_HOSTILE: list[tuple[str, str, Callable[[str], str], type[ReadFailure], str]] = [
    ("entities", "sheet", lambda x: x.replace("<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1), Refused, "DOCTYPE"),
    ("entities in strings", "strings", lambda x: x.replace("<sst", "<!DOCTYPE a><sst", 1), Refused, "DOCTYPE"),
    ("entities in the workbook", "workbook", lambda x: x.replace("<workbook ", "<!DOCTYPE a><workbook ", 1), Refused, "DOCTYPE"),
    ("depth", "sheet", lambda x: x.replace("<sheetData>", "<x>" * 100 + "</x>" * 100 + "<sheetData>"), Refused, "嵌套"),
    ("a long token", "sheet", lambda x: x.replace("<sheetData>", f"<x y='{'a' * 2_000_000}'/><sheetData>"), Refused, "标记"),
    ("broken", "sheet", lambda x: x.replace("</sheetData>", ""), Unreadable, "已损坏"),
    ("a far corner", "sheet", _sheet('<row r="1048576"><c r="XFD1048576" t="str"><v> </v></c></row>'), Refused, "范围"),
    ("beyond the grid", "sheet", _sheet('<row r="900"><c r="XFE900"><v>1</v></c></row>'), Refused, "地址"),
    ("beyond the last row", "sheet", _sheet('<row r="1048577"/>'), Refused, "超出范围"),
    ("a row twice", "sheet", _sheet('<row r="6"><c r="C6"><v>1</v></c></row>'), Refused, "重复出现"),
    ("a cell twice", "sheet", _sheet('<row r="900"><c r="A900"><v>1</v></c><c r="A900"><v>2</v></c></row>'), Refused, "重复出现"),
    ("a cell in another row", "sheet", _sheet('<row r="900"><c r="A901"><v>1</v></c></row>'), Refused, "不符"),
    ("a string that is not there", "sheet", _sheet('<row r="900"><c r="A900" t="s"><v>999999</v></c></row>'), Refused, "共享文本"),
    ("an unknown type", "sheet", _sheet('<row r="900"><c r="A900" t="q"><v>1</v></c></row>'), Refused, "未知"),
    ("a part outside", "rels", lambda x: x.replace('Target="worksheets/sheet4.xml"', 'Target="http://a/b" TargetMode="External"'), Refused, "指向文件之外"),
    ("an escaping part", "rels", lambda x: x.replace('Target="worksheets/sheet4.xml"', 'Target="../../../etc/passwd"'), Refused, "指向文件之外"),
    ("a missing part", "rels", lambda x: x.replace("worksheets/sheet4.xml", "worksheets/sheet99.xml"), Refused, "缺少部件"),
    ("an encoding of its own", "rels", lambda x: x.replace('encoding="UTF-8"', 'encoding="GBK"'), Unreadable, "GBK"),
    ("a sheet name twice", "workbook", lambda x: x.replace('name="01_收支"', 'name="00_封面"'), Refused, "重复"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "change", "failure", "words"), [h[1:] for h in _HOSTILE], ids=[h[0] for h in _HOSTILE]
)
def test_hostile_parts(
    returned: Returned, part: str, change: Callable[[str], str], failure: type[ReadFailure], words: str
) -> None:
    parts = {"strings": "xl/sharedStrings.xml", "workbook": "xl/workbook.xml", "rels": "xl/_rels/workbook.xml.rels"}
    returned.rewrite(parts.get(part) or returned.part_of("01_收支"), change)
    with pytest.raises(failure) as caught:
        returned.read()
    assert words in caught.value.reason


def test_a_lying_dimension_is_not_believed(returned: Returned) -> None:
    issued = returned.facts()
    returned.rewrite(
        returned.part_of("01_收支"), lambda x: x.replace("<dimension ", '<dimension x="1" ').replace(
            "<sheetData>", "<sheetData>", 1)
    )  # fmt: skip
    for area in ("A1", "A1:XFD1048576"):
        returned.rewrite(returned.part_of("01_收支"), _dimension(area))
        assert returned.facts() == issued


def _dimension(area: str) -> Callable[[str], str]:
    return lambda xml: re.sub(r"<dimension[^>]*>", f'<dimension ref="{area}"/>', xml)


@pytest.mark.parametrize(
    "cell",
    ['<c r="{0}" t="str"><v></v></c>', '<c r="{0}" s="1"/>', '<c r="{0}" t="inlineStr"><is><t></t></is></c>',
     '<c r="{0}" t="e"><v></v></c>'],
)  # fmt: skip
def test_an_empty_cell_in_the_far_corner_costs_nothing(returned: Returned, cell: str) -> None:
    issued = returned.facts()
    far = cell.format("XFD1048576")
    returned.rewrite(returned.part_of("01_收支"), _sheet(f'<row r="1048576">{far}</row>'))
    assert returned.facts() == issued


def test_a_scattered_sheet_is_read_sparsely(returned: Returned) -> None:
    issued = returned.facts()
    far = '<row r="200000"><c r="Z200000" t="str"><v>x</v></c></row>'
    returned.rewrite(returned.part_of("01_收支"), _sheet(far))
    assert returned.facts() == issued


@pytest.mark.parametrize("count", ["99999999999", "9999999999999999999999", "&#57;99999999", "-1"])
def test_declared_counts_are_ignored(returned: Returned, count: str) -> None:
    issued = returned.facts()
    returned.rewrite("xl/sharedStrings.xml", lambda x: re.sub(r' (count|uniqueCount)="\d+"', rf' \1="{count}"', x))
    assert returned.facts() == issued
    assert returned.read().engine == "expat"


def test_a_deflate_stream_with_a_tail_is_refused() -> None:
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(b"x" * 50) + body.flush() + b"tail"
    crc = zlib.crc32(b"x" * 50)
    name = b"a.xml"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), 50, len(name), 0) + name + packed
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), 50, len(name), 0, 0, 0, 0, 0, 0
    )
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), len(local), 0)
    with pytest.raises(Refused, match="多余内容"):
        open_package(local + central + name + tail)


def test_cells_of_all_sheets_together_are_bounded(filled_bytes: bytes, suite: Suite) -> None:
    with pytest.raises(Refused, match=r"单元格超过 700 个（读到工作表“.*”时）"):
        read_bytes(filled_bytes, "102.xlsx", lambda _: suite, limits=Limits(cells=700))


def test_elements_of_a_part_read_as_a_tree_are_bounded(filled_bytes: bytes) -> None:
    with pytest.raises(Refused, match="元素超过 10 个"):
        read_bytes(filled_bytes, "102.xlsx", lambda _: None, limits=Limits(elements=10))


def test_a_file_beyond_its_bound_is_not_even_opened(returned: Returned) -> None:
    with pytest.raises(Refused, match="超过 1000 字节的上限"):
        read_workbook(returned.path, lambda _: None, limits=Limits(file=1000))


def test_long_and_repetitive_texts_cost_nothing(returned: Returned) -> None:
    for text in ("1" + " " * 32000 + "1", "亿" * 32000, "约" * 32000, "2021-" + " " * 32000, "1" * 32000):
        returned.type_text("01_收支", "C7", text)
        assert returned.fact("expenditure", "basic", "this_year").value is None


def test_thousands_of_overlapping_merges_cost_little(returned: Returned) -> None:
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 50_000
    returned.rewrite(returned.part_of("01_收支"), lambda x: x.replace("</mergeCells>", merges + "</mergeCells>"))
    assert any("合并单元格过多" in r.detail for r in returned.remarks("WBK-09"))
