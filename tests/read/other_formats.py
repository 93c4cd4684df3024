"""A workbook of ours written in formats that no program here writes: Excel's binary xlsb, and Excel 2003's XML."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from toolkit.read.gate import open_book
from toolkit.read.rawcell import RawCell, column_number
from toolkit.read.sheet import RawSheet
from toolkit.read.workbook import SheetEntry, Workbook

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}
_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
SPELLED_OUT = b"\x1e\x01\x00"
"""The expression ``1``."""
NOT_SPELLED_OUT = b"\x18\x19\x00"
"""The start of a reference to a table, which no reader of ours spells out."""


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of xlsb: kind and size in sevens of bits."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(body)
    while rest >= 0x80:
        size, rest = size + bytes([rest & 0x7F | 0x80]), rest >> 7
    return head + size + bytes([rest]) + body


def text(value: str) -> bytes:
    """A string with its length in UTF-16 units before it."""
    raw = value.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def xlsb(data: bytes, expression: bytes = NOT_SPELLED_OUT) -> bytes:
    """The same workbook as xlsb. Every formula keeps its result and gets the same ``expression``."""
    book = open_book(data).book
    strings: dict[str, int] = {}
    parts = {
        f"xl/worksheets/sheet{n}.bin": _sheet(book.sheet(entry), strings, expression)
        for n, entry in enumerate(book.sheets, 1)
    }
    parts["xl/workbook.bin"] = b"".join(_workbook(book))
    parts["xl/sharedStrings.bin"] = (
        record(159, struct.pack("<II", len(strings), len(strings)))
        + b"".join(record(19, b"\0" + text(one)) for one in strings)
        + record(160)
    )
    parts["xl/styles.bin"] = _styles(book.formats)
    parts["docProps/custom.xml"] = book.package.read("docProps/custom.xml")
    parts["docProps/core.xml"] = book.package.read("docProps/core.xml")
    kinds = [("worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(book.sheets) + 1)]
    kinds += [("sharedStrings", "sharedStrings.bin"), ("styles", "styles.bin")]
    parts["xl/_rels/workbook.bin.rels"] = _relations([(f"{RELATIONS}/{kind}", target) for kind, target in kinds])
    parts["_rels/.rels"] = _relations(
        [
            (f"{RELATIONS}/officeDocument", "xl/workbook.bin"),
            (f"{RELATIONS}/custom-properties", "docProps/custom.xml"),
            ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
             "docProps/core.xml"),
        ]
    )  # fmt: skip
    parts["[Content_Types].xml"] = _content_types(len(book.sheets))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()


def _relations(links: list[tuple[str, str]]) -> bytes:
    items = "".join(f'<Relationship Id="rId{n}" Type="{t}" Target="{p}"/>' for n, (t, p) in enumerate(links, 1))
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{space}">{items}</Relationships>'.encode()


def _content_types(sheets: int) -> bytes:
    kinds = {"/xl/workbook.bin": "sheet.binary.macroEnabled.main", "/xl/sharedStrings.bin": "sharedStrings",
             "/xl/styles.bin": "styles"}  # fmt: skip
    kinds |= {f"/xl/worksheets/sheet{n}.bin": "worksheet" for n in range(1, sheets + 1)}
    items = "".join(f'<Override PartName="{p}" ContentType="application/vnd.ms-excel.{k}"/>' for p, k in kinds.items())
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{space}"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{items}</Types>'
    ).encode()


def _workbook(book: Workbook) -> Iterator[bytes]:
    yield record(131)
    yield record(153, struct.pack("<II", 1 if book.date1904 else 0, 0) + text(""))
    yield record(143)
    for n, entry in enumerate(book.sheets, 1):
        yield record(156, struct.pack("<II", _STATES[entry.state], n) + text(f"rId{n}") + text(entry.name))
    yield record(144)
    yield record(353)
    yield record(357)
    count = len(book.sheets)
    yield record(362, struct.pack("<I", count) + b"".join(struct.pack("<Iii", 0, n, n) for n in range(count)))
    yield record(354)
    places = {entry.name: n for n, entry in enumerate(book.sheets)}
    for name in book.names:
        expression = _area(name.target, places)
        if expression is not None:
            about = struct.pack("<IBI", 0, 0, 0xFFFFFFFF) + text(name.name)
            yield record(
                39, about + struct.pack("<I", len(expression)) + expression + struct.pack("<II", 0, 0xFFFFFFFF)
            )
    yield record(132)


def _area(target: str, places: dict[str, int]) -> bytes | None:
    """``'a'!$C$5:$C$9`` as an expression."""
    match = re.fullmatch(r"'?(.*?)'?!\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?", target)
    if match is None or match[1] not in places:
        return None
    left, top = column_number(match[2]), int(match[3]) - 1
    if match[4] is None:
        return struct.pack("<BHIH", 0x3A, places[match[1]], top, left)
    right, bottom = column_number(match[4]), int(match[5]) - 1
    return struct.pack("<BHIIHH", 0x3B, places[match[1]], top, bottom, left, right)


def _sheet(raw: RawSheet, strings: dict[str, int], expression: bytes) -> bytes:
    out = [record(129), record(148, struct.pack("<IIII", 0, max(raw.bottom, 0), 0, max(raw.right, 0)))]
    hidden = b"".join(record(60, struct.pack("<IIIIH", a, b, 2340, 0, 1)) for a, b in raw.hidden_columns)
    out += [record(390) + hidden + record(391)] if hidden else []
    out.append(record(145))
    rows = sorted({row for row, _ in raw.cells} | raw.hidden_rows)
    for row in rows:
        flags = 0x10 if row in raw.hidden_rows else 0
        out.append(record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0)))
        for column in sorted(c for r, c in raw.cells if r == row):
            out.append(_cell(column, raw.cells[(row, column)], strings, expression))
    out.append(record(146))
    if raw.protected:
        out.append(record(535, struct.pack("<H16I", 0, *[1] * 16)))
    if raw.merges:
        merges = (record(176, struct.pack("<IIII", t, b, left, right)) for t, left, b, right in raw.merges)
        out += [record(177, struct.pack("<I", len(raw.merges))), *merges, record(178)]
    return b"".join([*out, record(130)])


def _cell(column: int, cell: RawCell, strings: dict[str, int], expression: bytes) -> bytes:
    place = struct.pack("<II", column, cell.style)
    if cell.formula is not None:
        tail = struct.pack("<HI", 0, len(expression)) + expression + struct.pack("<I", 0)
        if cell.kind == "n" and cell.text:
            return record(9, place + struct.pack("<d", float(cell.text)) + tail)
        if cell.kind == "e":
            return record(11, place + bytes([_ERRORS[cell.text]]) + tail)
        return record(8, place + text(cell.text) + tail)
    if cell.kind == "n":
        return record(5, place + struct.pack("<d", float(cell.text)))
    if cell.kind == "b":
        return record(4, place + bytes([int(cell.text)]))
    if cell.kind == "e":
        return record(3, place + bytes([_ERRORS[cell.text]]))
    return record(7, place + struct.pack("<I", strings.setdefault(cell.text, len(strings))))


def _styles(codes: list[str]) -> bytes:
    custom = {code: 164 + n for n, code in enumerate(dict.fromkeys(codes)) if code != "General"}
    formats = b"".join(record(44, struct.pack("<H", number) + text(code)) for code, number in custom.items())
    font = struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 134, 0) + struct.pack("<II", 0, 0) + b"\0" + text("宋体")
    fill = struct.pack("<I", 0) + bytes(64)
    border = bytes(51)
    cells = b"".join(
        record(47, struct.pack("<HHHHHBBHH", 0, custom.get(code, 0), 0, 0, 0, 0, 0, 0, 0)) for code in codes
    )
    base = record(47, struct.pack("<HHHHHBBHH", 0xFFFF, 0, 0, 0, 0, 0, 0, 0, 0))
    return b"".join(
        [
            record(278),
            record(615, struct.pack("<I", len(custom))), formats, record(616),
            record(611, struct.pack("<I", 1)), record(43, font), record(612),
            record(603, struct.pack("<I", 1)), record(45, fill), record(604),
            record(613, struct.pack("<I", 1)), record(46, border), record(614),
            record(626, struct.pack("<I", 1)), base, record(627),
            record(617, struct.pack("<I", len(codes))), cells, record(618),
            record(279),
        ]
    )  # fmt: skip


def xml2003(data: bytes) -> bytes:
    """The same workbook as Excel 2003 saves it as an XML spreadsheet."""
    book = open_book(data).book
    styles = "".join(
        f'<Style ss:ID="s{n}"><NumberFormat ss:Format={quoteattr(code)}/></Style>'
        for n, code in enumerate(book.formats)
    )
    names = "".join(
        f"<NamedRange ss:Name={quoteattr(n.name)} ss:RefersTo={quoteattr('=' + _steps(n.target, (0, 0)))}/>"
        for n in book.names
    )
    custom = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in book.properties.items())
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f"<DocumentProperties><LastSaved>{book.saved}</LastSaved></DocumentProperties>"
        f"<CustomDocumentProperties>{custom}</CustomDocumentProperties>"
        f"<Styles>{styles}</Styles><Names>{names}</Names>"
        + "".join(_worksheet(entry, book.sheet(entry)) for entry in book.sheets)
        + "</Workbook>"
    ).encode()


def _worksheet(entry: SheetEntry, raw: RawSheet) -> str:
    merges = {(top, left): (bottom - top, right - left) for top, left, bottom, right in raw.merges}
    columns = "".join(f'<Column ss:Index="{a + 1}" ss:Hidden="1" ss:Span="{b - a}"/>' for a, b in raw.hidden_columns)
    rows = []
    for row in sorted({r for r, _ in raw.cells} | raw.hidden_rows):
        hidden = ' ss:Hidden="1"' if row in raw.hidden_rows else ""
        cells = "".join(
            _xml_cell((row, c), raw.cells[(row, c)], merges) for c in sorted(c for r, c in raw.cells if r == row)
        )
        rows.append(f'<Row ss:Index="{row + 1}"{hidden}>{cells}</Row>')
    shown = {"hidden": "<Visible>SheetHidden</Visible>", "veryHidden": "<Visible>SheetVeryHidden</Visible>"}
    protected = "<ProtectContents>True</ProtectContents>" if raw.protected else ""
    return (
        f"<Worksheet ss:Name={quoteattr(entry.name)}><Table>{columns}{''.join(rows)}</Table>"
        f'<x:WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{shown.get(entry.state, "")}{protected}'
        "</x:WorksheetOptions></Worksheet>"
    )


def _xml_cell(at: tuple[int, int], cell: RawCell, merges: dict[tuple[int, int], tuple[int, int]]) -> str:
    down, across = merges.get(at, (0, 0))
    about = f' ss:Index="{at[1] + 1}" ss:StyleID="s{cell.style}"'
    about += f' ss:MergeAcross="{across}" ss:MergeDown="{down}"' if across or down else ""
    if cell.formula is not None:
        plain = cell.formula.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        about += f" ss:Formula={quoteattr('=' + _steps(plain, at))}"
    kind = {"n": "Number", "b": "Boolean", "e": "Error"}.get(cell.kind, "String")
    return f'<Cell{about}><Data ss:Type="{kind}">{escape(cell.text)}</Data></Cell>'


_REFERENCE = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|(\$?)([A-Z]{1,3})(\$?)(\d+)(?![A-Za-z0-9_(])""")


def _steps(formula: str, at: tuple[int, int]) -> str:
    """``SUM(R[-5]C:R[-1]C)`` of ``SUM(C5:C9)`` in the cell ``at``."""

    def step(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        column, row = column_number(match[3]) or 0, int(match[5]) - 1
        down = f"R{row + 1}" if match[4] else f"R[{row - at[0]}]"
        return down + (f"C{column + 1}" if match[2] else f"C[{column - at[1]}]")

    return _REFERENCE.sub(step, formula)


def written(path: Path, data: bytes) -> Path:
    """The bytes as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
