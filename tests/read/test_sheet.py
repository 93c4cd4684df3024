"""The fast way through a sheet and the parser read the same, and the fast way knows when to give up."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from toolkit.read.rawcell import RawCell, column_number, parse_area
from toolkit.read.rowscan import scan, without_references
from toolkit.read.sheet import RawSheet, read_sheet
from toolkit.read.strings import shared_strings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.read.conftest import Returned

STRINGS = ["甲", "乙"]


def _part(rows: str, before: str = "", after: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="x">'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    ).encode()


def _by_the_parser(data: bytes, strings: list[str]) -> RawSheet:
    return read_sheet(data.replace(b"<sheetData>", b"<sheetData><!-- -->"), "part", strings)


_ROWS = """<row r="1" spans="1:2"><c r="A1" s="3" t="s"><v>1</v></c><c r="B1" s="2"/><c r="C1"><v>2994.7</v></c></row>\
<row r="2" hidden="1"/>\
<row r="4" hidden="false"><c r="A4" t="str"><f>"a"&amp;B1&lt;2</f><v>a_x000B_&amp;b</v></c>\
<c r="B4" t="e"><v>#REF!</v></c><c r="C4" t="b"><v>1</v></c><c r="D4"><f>A1</f><v></v></c>\
<c r="E4"><f t="shared" si="0"/><v>5</v></c><c r="F4"><f>A1</f></c><c r="G4" t="s"><v></v></c></row>"""


def test_both_ways_read_every_kind_of_cell() -> None:
    data = _part(_ROWS, '<dimension ref="A1:G4"/><cols><col min="2" max="3" hidden="1"/></cols>',
                 '<sheetProtection sheet="1"/><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')  # fmt: skip
    fast, slow = read_sheet(data, "part", STRINGS), _by_the_parser(data, STRINGS)
    assert scan(data, STRINGS) is not None
    assert fast == slow
    assert fast.cells == {
        (0, 0): RawCell("s", "乙", None, 3),
        (0, 2): RawCell("n", "2994.7", None, 0),
        (3, 0): RawCell("s", "a\x0b&b", '"a"&amp;B1&lt;2', 0),
        (3, 1): RawCell("e", "#REF!", None, 0),
        (3, 2): RawCell("b", "1", None, 0),
        (3, 3): RawCell("n", "", "A1", 0),
        (3, 4): RawCell("n", "5", "", 0),
        (3, 5): RawCell("n", "", "A1", 0),
    }
    assert (fast.hidden_rows, fast.hidden_columns, fast.merges) == ({1}, [(1, 2)], [(0, 0, 1, 1)])
    assert (fast.protected, fast.declared, fast.last_row, fast.last_column) == (True, 28, 3, 6)


def _sheets(path: Path) -> list[tuple[bytes, list[str]]]:
    with zipfile.ZipFile(path) as package:
        strings = shared_strings(package.read("xl/sharedStrings.xml"), "sst")
        names = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        return [(package.read(n), strings) for n in names]


def test_both_ways_read_our_own_workbooks(returned: Returned) -> None:
    for data, strings in _sheets(returned.path):
        assert scan(data, strings) is not None
        assert read_sheet(data, "part", strings) == _by_the_parser(data, strings)


@pytest.mark.slow
def test_both_ways_read_what_libreoffice_saved(returned: Returned, tmp_path: Path) -> None:
    returned.libreoffice(tmp_path)
    for data, strings in _sheets(returned.path):
        fast, slow = read_sheet(data, "part", strings), _by_the_parser(data, strings)
        assert scan(data, strings) is not None
        assert _formulas(fast) == _formulas(slow)
        assert (fast.merges, fast.hidden_rows, fast.reach) == (slow.merges, slow.hidden_rows, slow.reach)


def _formulas(sheet: RawSheet) -> dict[tuple[int, int], RawCell]:
    """The cells with their formulas in plain text: clients write the same references differently."""
    return {at: cell._replace(formula=without_references(cell.formula or "")) for at, cell in sheet.cells.items()}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><!-- --></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1"><c t="s" r="A1"><v>0</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row><c><v>1</v></c></row>',
        '<row r="1">\n<c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&nbsp;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#1;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"/><row r="1"/>',
        '<row r="1048577"/>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="A1" t="zz"><v>1</v></c></row>',
        '<row r="1">',
        "text",
    ],
)  # fmt: skip
def test_the_fast_way_leaves_the_uncommon_to_the_parser(rows: str) -> None:
    assert scan(_part(rows), STRINGS) is None


def test_the_parser_reads_inline_text_phonetic_guides_and_implied_addresses() -> None:
    data = _part(
        '<row><c><v>1</v></c><c t="inlineStr"><is><r><t>甲</t></r><rPh><t>x</t></rPh><r><t>乙</t></r></is></c></row>'
    )
    assert read_sheet(data, "part", []).cells == {
        (0, 0): RawCell("n", "1", None, 0),
        (0, 1): RawCell("s", "甲乙", None, 0),
    }


def test_prefixed_elements() -> None:
    data = b'<x:worksheet xmlns:x="y"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert read_sheet(data, "part", []).cells == {(0, 0): RawCell("n", "7", None, 0)}


def test_references_and_addresses() -> None:
    assert without_references("a&amp;b&#65;&#x4E2D;&lt;&quot;") == 'a&bA中<"'
    assert (column_number("A"), column_number("XFD"), column_number("XFE"), column_number("a1")) == (
        0,
        16383,
        None,
        None,
    )
    assert parse_area("$B$3:$D$9") == (2, 1, 8, 3)
    assert [parse_area(t) for t in ("#REF!", "B:B", "D9:B3", "A0", "")] == [None] * 5
