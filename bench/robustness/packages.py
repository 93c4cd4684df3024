"""Workbooks built to deceive, overload or act: a good return, changed part by part or in its zip structure."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

Parts = dict[str, bytes]
BOOK, SHEET, STRINGS, STYLES = "xl/workbook.xml", "xl/worksheets/sheet4.xml", "xl/sharedStrings.xml", "xl/styles.xml"
TYPES, BOOK_RELS, SHEET_RELS = (
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/_rels/sheet4.xml.rels",
)
COVER = "xl/worksheets/sheet3.xml"
_NUMBER = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?>(?:<f>[^<]*</f>)?)<v>[\d.]+</v>')
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CENTRAL, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
MEGA = 1 << 20


def unpacked(data: bytes) -> Parts:
    """The parts of a package, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Parts, *more: tuple[str, bytes]) -> bytes:
    """A package; ``more`` are entries after the others, which may bear a name that is there already."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (*parts.items(), *more):
            package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def hostile(good: bytes, *, heavy: bool = True) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each hostile workbook made from a good one. ``heavy``: those too that take seconds."""
    parts = unpacked(good)
    for name, change in _CHANGES.items():
        if heavy or name not in _HEAVY:
            yield f"{name}.xlsx", packed({**parts, **change(parts)})
    yield from _zips(parts, good)
    if heavy:
        yield from _bombs(parts)


def _changed(part: str, pattern: str, new: str) -> Callable[[Parts], Parts]:
    """Replace the first match; what stands there already is ``\\g<0>``."""

    def change(parts: Parts) -> Parts:
        text = parts[part].decode("utf-8")
        made, count = re.subn(pattern, new, text, count=1)
        assert count, f"{pattern} is not in {part}"
        return {part: made.encode("utf-8")}

    return change


def _in_rows(new: str) -> Callable[[Parts], Parts]:
    return _changed(SHEET, r"</sheetData>", new.replace("\\", "\\\\") + "</sheetData>")


def _after_rows(new: str) -> Callable[[Parts], Parts]:
    return _changed(SHEET, r"</sheetData>", r"\g<0>" + new)


def _added(**parts: bytes) -> Callable[[Parts], Parts]:
    return lambda _: {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data for name, data in parts.items()
    }


def _related(rels: str, *relations: str) -> Callable[[Parts], Parts]:
    def change(parts: Parts) -> Parts:
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        return {
            rels: parts.get(rels, empty).replace(b"</Relationships>", "".join(relations).encode() + b"</Relationships>")
        }

    return change


def _relation(kind: str, target: str, mode: str = "", identifier: str = "rIdX") -> str:
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{target}"{outside}/>'


def _strings(xml: str) -> Callable[[Parts], Parts]:
    head = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4294967295" uniqueCount="4294967295">'
    return lambda _: {STRINGS: (head + xml + "</sst>").encode()}


def _row(number: int, cells: str) -> str:
    return f'<row r="{number}">{cells}</row>'


_DOCTYPE = r"<!DOCTYPE x [{}]>\g<0>"
_LAUGHS = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_NONSENSE = ("1E999", "-1E999", "NaN", "INF", "0x1F", "１２", "1_000", "٣", "-0", "9007199254740993", "1" * 400, "1E-400", " 1", "1 2", "", "+1", "1e", "--1")  # fmt: skip
_CHANGES: dict[str, Callable[[Parts], Parts]] = {
    "entities-laugh": _changed(SHEET, r"<worksheet", _DOCTYPE.format(_LAUGHS)),
    "entity-file": _changed(BOOK, r"<workbook", _DOCTYPE.format('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "entity-network": _changed(STYLES, r"<styleSheet", _DOCTYPE.format('<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;')),
    "doctype-only": _changed(BOOK_RELS, r"<Relationships", r"<!DOCTYPE x>\g<0>"),
    "deep": _after_rows("<a>" * 100_000 + "</a>" * 100_000),
    "deep-relations": lambda _: {BOOK_RELS: b"<a>" * 100_000 + b"</a>" * 100_000},
    "deep-strings": _strings("<si>" * 100_000 + "</si>" * 100_000),
    "wide": _after_rows("<a/>" * 900_000),
    "wide-workbook": _changed(BOOK, r"</workbook>", "<a/>" * 1_000_000 + r"\g<0>"),
    "attributes": _after_rows("<a " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>"),
    "attributes-workbook": _changed(BOOK, r"</workbook>", "<a " + " ".join(f'a{n}="1"' for n in range(50_000)) + r"/>\g<0>"),
    "namespaces": _after_rows("<a " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(30_000)) + "/>"),
    "long-token": _after_rows('<a b="' + "x" * (3 * MEGA) + '"/>'),
    "long-comment": _after_rows("<!--" + "x" * (3 * MEGA) + "-->"),
    "open-comment": _after_rows("<!--" * 200_000),
    "processing": _after_rows("<?a b?>" * 200_000),
    "utf-7": _changed(SHEET, r"UTF-8", "UTF-7"),
    "nul": _after_rows("\x00"),
    "dimension-lies": _changed(SHEET, r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'),
    "dimension-nonsense": _changed(SHEET, r'<dimension ref="[^"]*"', '<dimension ref="ZZZZ99999999999:A0"'),
    "corner": _in_rows(_row(1_048_576, '<c r="XFD1048576"><v>1</v></c>')),
    "corner-space": _in_rows(_row(1_048_576, '<c r="XFD1048576" t="str"><v> </v></c>')),
    "off-grid": _in_rows(_row(1_048_577, '<c r="XFE1048577"><v>1</v></c>')),
    "row-zero": _in_rows(_row(0, '<c r="A0"><v>1</v></c>')),
    "row-huge": _in_rows('<row r="99999999999999999999"><c><v>1</v></c></row>'),
    "row-twice": _in_rows(_row(1, '<c r="A1"><v>1</v></c>')),
    "cell-twice": _in_rows(_row(9_000, '<c r="A9000"><v>1</v></c><c r="A9000"><v>2</v></c>')),
    "cell-elsewhere": _in_rows(_row(9_000, '<c r="A1"><v>1</v></c>')),
    "kind-unknown": _in_rows(_row(9_000, '<c r="A9000" t="zz"><v>1</v></c>')),
    "string-beyond": _in_rows(_row(9_000, '<c r="A9000" t="s"><v>99999999</v></c>')),
    "string-negative": _in_rows(_row(9_000, '<c r="A9000" t="s"><v>-1</v></c>')),
    "string-spaced": _in_rows(_row(9_000, '<c r="A9000" t="s"><v> 1 </v></c>')),
    "style-beyond": _in_rows(_row(9_000, '<c r="A9000" s="999999"><v>1</v></c>')),
    "reference-beyond": _in_rows(_row(9_000, '<c r="A9000" t="str"><v>&#x110000;</v></c>')),
    "reference-huge": _in_rows(_row(9_000, '<c r="A9000" t="str"><v>&#99999999999999999999;</v></c>')),
    "reference-surrogate": _in_rows(_row(9_000, '<c r="A9000" t="str"><v>&#xD800;</v></c>')),
    "reference-null": _in_rows(_row(9_000, '<c r="A9000" t="str"><v>&#0;</v></c>')),
    "escape-surrogate": _in_rows(_row(9_000, '<c r="A9000" t="str"><v>_xD800__x0000_</v></c>')),
    "numbers": _in_rows("".join(_row(9_000 + n, f'<c r="E{9_000 + n}"><v>{v}</v></c>') for n, v in enumerate(_NONSENSE))),
    "numbers-in-fields": lambda p: {SHEET: _nonsense(p[SHEET])},
    "dates-beyond": lambda p: {COVER: _NUMBER.sub(rb"\1<v>99999999</v>", p[COVER])},
    "numbers-huge": lambda p: {SHEET: _NUMBER.sub(rb"\1<v>-1E308</v>", p[SHEET])},
    "formulas-long": _in_rows(_row(9_000, f'<c r="A9000"><f>{"(" * 20_000}1{")" * 20_000}</f><v>1</v></c>')),
    "formulas-many": _in_rows("".join(_row(9_000 + n, f'<c r="A{9_000 + n}"><f>A{8_999 + n}+1</f></c>') for n in range(60_000))),
    "string-huge": _strings("<si><t>" + "文" * 1_300_000 + "</t></si>"),
    "strings-many": _strings("<si><t>x</t></si>" * 2_500_000),
    "strings-none": _strings(""),
    "merges": _after_rows("<mergeCells>" + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 110_000)) + "</mergeCells>"),
    "merge-all": _after_rows('<mergeCells count="4294967295"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "validations": _after_rows('<dataValidations count="9">' + "".join(f'<dataValidation type="list" sqref="A{n}"/>' for n in range(1, 300_000)) + "</dataValidations>"),
    "columns": _changed(SHEET, r"<sheetData", "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 80_000 + r"</cols>\g<0>"),
    "columns-far": _changed(SHEET, r"<sheetData", r'<cols><col min="1" max="16384" hidden="1"/></cols>\g<0>'),
    "names": _changed(BOOK, r"</definedNames>", "".join(f'<definedName name="n{n}">1</definedName>' for n in range(200_000)) + r"\g<0>"),
    "names-odd": _changed(BOOK, r"</definedNames>", "".join(f'<definedName name="n{n}" localSheetId="{v}">{v}</definedName>' for n, v in enumerate(_NONSENSE)) + r"\g<0>"),
    "sheets-many": _changed(BOOK, r"</sheets>", "".join(f'<sheet name="s{n}" sheetId="{n + 99}" r:id="rId1"/>' for n in range(5_000)) + r"\g<0>"),
    "sheet-name-twice": _changed(BOOK, r"</sheets>", r'<sheet name="01_收支" sheetId="99" r:id="rId1"/><sheet name="填报说明" sheetId="98" r:id="rId2"/>\g<0>'),
    "sheet-name-markup": _changed(BOOK, r'<sheet name="[^"]*"', '<sheet name="&lt;img src=x onerror=alert(1)&gt;"'),
    "styles-many": _changed(STYLES, r"</cellXfs>", '<xf numFmtId="4294967296"/>' * 120_000 + r"\g<0>"),
    "style-format-odd": lambda p: {STYLES: re.sub(rb'numFmtId="\d+"', b'numFmtId="-7x"', p[STYLES])},
    "relations-none": lambda _: {BOOK_RELS: b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'},
    "relations-empty": lambda _: {BOOK_RELS: b""},
    "relation-escapes": _related(BOOK_RELS, _relation("worksheet", "../../../../etc/passwd")),
    "relation-outside": _related(BOOK_RELS, _relation("worksheet", "http://127.0.0.1:9/x.xml", "External")),
    "relation-unc": _related(BOOK_RELS, _relation("sharedStrings", "\\\\host\\share", "External")),
    "relation-dangling": _related(BOOK_RELS, _relation("worksheet", "worksheets/none.xml")),
    "relation-twice": _related(BOOK_RELS, _relation("theme", "a.xml"), _relation("theme", "b.xml")),
    "relation-self": _related(BOOK_RELS, _relation("worksheet", "workbook.xml")),
    "links-hostile": _related(SHEET_RELS, *(_relation("hyperlink", t, "External", f"h{n}") for n, t in enumerate(("javascript:alert(1)", "file:///etc/passwd", "//host/share")))),
    "macros": _added(xl__vbaProject_bin=b"\xd0\xcf\x11\xe0" + b"x" * 99, xl__macrosheets__sheet1_xml=b"<x/>"),
    "ole": _added(xl__embeddings__oleObject1_bin=b"\xd0\xcf\x11\xe0", xl__activeX__activeX1_xml=b"<x/>"),
    "external": _added(xl__externalLinks__externalLink1_xml=b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>', xl__connections_xml=b"<x/>", customUI__customUI_xml=b"<x/>"),
    "types-none": lambda _: {TYPES: b"<Types/>"},
    "book-empty": lambda _: {BOOK: b""},
    "book-other": lambda _: {BOOK: b"<html/>"},
    "sheet-empty": lambda _: {SHEET: b""},
    "sheet-binary": lambda _: {SHEET: bytes(range(256)) * 400},
    "sheet-utf-16": lambda p: {SHEET: p[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")},
}  # fmt: skip


_HEAVY = frozenset(
    {
        "wide",
        "wide-workbook",
        "columns",
        "long-comment",
        "names",
        "processing",
        "validations",
        "styles-many",
        "strings-many",
    }
)


def _nonsense(sheet: bytes) -> bytes:
    """Each number of a sheet in turn becomes one that is none."""
    values = iter(_NONSENSE * 1000)
    return _NUMBER.sub(lambda m: m[1] + f"<v>{next(values)}</v>".encode(), sheet)


def _zips(parts: Parts, good: bytes) -> Iterator[tuple[str, bytes]]:
    """Tricks of the zip itself."""
    yield "zip-bomb.xlsx", packed({**parts, "xl/media/image1.png": bytes(8 * MEGA)})
    yield "zip-lying-small.xlsx", _lied(packed({**parts, "x.bin": bytes(MEGA)}), 100)
    yield "zip-lying-large.xlsx", _lied(good, 0xFFFFFFFE)
    yield "zip-many.xlsx", packed({**parts, **{f"xl/x{n}.xml": b"" for n in range(4_100)}})
    yield "zip-overlap.xlsx", _overlapping(parts)
    yield "zip-part-twice.xlsx", _quiet(parts, (SHEET, parts[SHEET]))
    yield "zip-part-twice-case.xlsx", packed(parts, (SHEET.upper(), parts[SHEET]))
    yield "zip-checksum.xlsx", _patched(good, 16, 14, struct.pack("<I", 1))
    yield "zip-method.xlsx", _patched(good, 10, 8, struct.pack("<H", 99))
    yield "zip-locked.xlsx", _patched(good, 8, 6, struct.pack("<H", 1))
    yield "zip-directory-far.xlsx", good[:-6] + struct.pack("<IH", 0x7FFFFFFF, 0)
    yield "zip-count.xlsx", good[:-12] + struct.pack("<H", 0xFFFF) + good[-10:]
    yield "zip-prefix.xlsx", b"MZ" + good
    yield "zip-tail.xlsx", good + b"x" * 70_000
    yield "zip-comment.xlsx", good[:-2] + struct.pack("<H", 22) + good[-22:]
    yield (
        "zip-names.xlsx",
        packed(parts, ("../../etc/passwd", b"x"), ("C:\\x", b"x"), ("a\nb\x00c", b"x"), ("-rf", b"x")),
    )


def _bombs(parts: Parts) -> Iterator[tuple[str, bytes]]:
    bomb = bytes(200 * MEGA)
    yield "zip-bomb-part.xlsx", packed({**parts, "xl/media/image1.png": bomb})
    yield (
        "zip-bomb-sheet.xlsx",
        packed({**parts, SHEET: parts[SHEET].replace(b"</sheetData>", b" " * (60 * MEGA) + b"</sheetData>")}),
    )
    yield "zip-in-zip.xlsx", packed({**parts, "x.zip": packed({"y.zip": packed({"z.bin": bomb[: 99 * MEGA]})})})


def _quiet(parts: Parts, twice: tuple[str, bytes]) -> bytes:
    """``packed`` with a name twice: written under another one, then renamed in both headers."""
    name = twice[0]
    return packed(parts, (name[:-1] + "?", twice[1])).replace((name[:-1] + "?").encode(), name.encode())


def _patched(data: bytes, central: int, local: int, new: bytes) -> bytes:
    """The first entry's field in the directory and in its own header."""
    made = bytearray(data)
    for signature, offset in ((_CENTRAL, central), (_LOCAL, local)):
        at = data.index(signature) + offset
        made[at : at + len(new)] = new
    return bytes(made)


def _lied(data: bytes, size: int) -> bytes:
    """The last entry declares another inflated size, in both headers."""
    made, claim = bytearray(data), struct.pack("<I", size)
    for signature, offset in ((_CENTRAL, 24), (_LOCAL, 22)):
        at = data.rindex(signature) + offset
        made[at : at + 4] = claim
    return bytes(made)


def _overlapping(parts: Parts) -> bytes:
    """A thousand entries of the directory that share one body."""
    body = zlib.compress(b"\0" * MEGA, 9)[2:-4]
    crc = zlib.crc32(b"\0" * MEGA)
    data = packed(parts)
    at, end = data.index(_CENTRAL), data.rindex(b"PK\x05\x06")
    directory, count = data[at:end], len(parts)
    local = struct.pack("<4s5H3L2H", _LOCAL, 20, 0, 8, 0, 0, crc, len(body), MEGA, 1, 0) + b"b" + body
    one = struct.pack("<4s6H3L5H2L", _CENTRAL, 20, 20, 0, 8, 0, 0, crc, len(body), MEGA, 1, 0, 0, 0, 0, 0, at) + b"b"
    directory += one * 1_000
    tail = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count + 1_000, count + 1_000, len(directory), at + len(local), 0
    )
    return data[:at] + local + directory + tail
