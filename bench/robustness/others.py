"""Hostile files of other formats: old workbooks, archives, mails, wrong extensions; and what may lie in a folder."""

from __future__ import annotations

import gzip
import io
import os
import random
import struct
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

from bench.robustness.packages import packed, unpacked

MEGA = 1 << 20


def others(good: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """(name, content). ``good``: the same return by extension, ``xlsx`` at least; ``xls`` and ``ods`` where they are."""
    yield from _plain(good["xlsx"])
    yield from _archives(good["xlsx"])
    yield from _mails(good["xlsx"])
    for kind, data in good.items():
        yield from _cut(kind, data)
        for wrong in ("pdf", "csv", "zip", "xls", "eml", "html", "tar", ""):
            yield f"wrong-{kind}.{wrong}".rstrip("."), data
    if "xls" in good:
        yield from _compounds(good["xls"])
    if "ods" in good:
        yield from _opendocuments(good["ods"])


def _plain(good: bytes) -> Iterator[tuple[str, bytes]]:
    rng = random.Random(1)
    yield "empty.xlsx", b""
    yield "zeros.xlsx", bytes(50_000)
    yield "noise.xlsx", rng.randbytes(100_000)
    yield "noise.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rng.randbytes(100_000)
    yield "noise.zip", b"PK\x03\x04" + rng.randbytes(100_000)
    yield "noise.7z", b"7z\xbc\xaf\x27\x1c" + rng.randbytes(100_000)
    yield "noise.rar", b"Rar!\x1a\x07\x01\x00" + rng.randbytes(100_000)
    yield "noise.gz", b"\x1f\x8b\x08" + rng.randbytes(100_000)
    yield "noise.pdf", b"%PDF-1.7\n" + rng.randbytes(1_000)
    yield "table.xls", b"<html><table>" + b"<tr><td>1" * 300_000
    yield "table-span.xls", b'<html><table><tr><td colspan="99999999" rowspan="99999999">1</td></tr></table>'
    yield "table-deep.xls", b"<html>" + b"<table><tr><td>" * 50_000
    yield "table-entity.xls", b"<html><table><tr><td>&#99999999999;&#xD800;&#0;" + b"&" * 100_000
    yield "spreadsheet.xml", _XML2003.encode()
    yield "spreadsheet-index.xml", _XML2003.replace("<Cell>", '<Cell ss:Index="2147483647">').encode()
    yield "spreadsheet-row.xml", _XML2003.replace("<Row>", '<Row ss:Index="-5">').encode()
    yield "spreadsheet-doctype.xml", _XML2003.replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "b">]><Workbook').encode()
    yield "line.csv", b'"' + b"x," * 3_000_000
    yield "good-appended.xlsx", good + good


_XML2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="01_收支"><Table ss:ExpandedColumnCount="2147483647" ss:ExpandedRowCount="2147483647"><Row><Cell>'
    '<Data ss:Type="Number">1E999</Data></Cell></Row></Table></Worksheet></Workbook>'
)


def _cut(kind: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A transfer that broke: cut off, with a hole, with a flipped bit."""
    for part in (1, 8, 25, 50, 75, 90, 99):
        at = len(data) * part // 100
        yield f"cut-{part:02}.{kind}", data[:at]
        yield f"hole-{part:02}.{kind}", data[:at] + bytes(512) + data[at + 512 :]
        yield f"bit-{part:02}.{kind}", data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


def _compounds(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Old workbooks whose tables of sectors run in circles, or declare what is not there."""
    sector = 512
    first_fat = struct.unpack_from("<I", good, 76)[0]
    fat = sector * (first_fat + 1)

    def patched(at: int, *words: int) -> bytes:
        return good[:at] + struct.pack(f"<{len(words)}I", *words) + good[at + 4 * len(words) :]

    yield "fat-circle.xls", patched(fat, *([1, 0] * 64))
    yield "fat-self.xls", patched(fat, *range(128))
    yield "fat-beyond.xls", patched(fat, *([0x7FFFFFFF] * 128))
    yield "fat-count.xls", patched(44, 0xFFFFFFFF)
    yield "difat-circle.xls", patched(68, 0, 0xFFFFFFFF)
    yield "difat-beyond.xls", patched(68, 0x00FFFFFF, 5)
    yield "directory-circle.xls", patched(48, first_fat)
    yield "minifat.xls", patched(60, 0, 0xFFFFFFFF)
    yield "sector-size.xls", good[:30] + struct.pack("<H", 31) + good[32:]
    yield "sector-zero.xls", good[:30] + struct.pack("<H", 0) + good[32:]
    rng = random.Random(7)
    at = max(good.find(b"\x09\x08\x10\x00"), 0)
    for number in range(20):
        made = bytearray(good)
        for _ in range(30):
            spot = rng.randrange(at, len(made))
            made[spot] = rng.choice((0, 0xFF, made[spot] ^ 1))
        yield f"records-{number:02}.xls", bytes(made)


def _opendocuments(good: bytes) -> Iterator[tuple[str, bytes]]:
    parts = unpacked(good)
    content = parts["content.xml"].decode()

    def changed(old: str, new: str) -> bytes:
        assert old in content, old
        return packed({**parts, "content.xml": content.replace(old, new, 1).encode()})

    yield (
        "repeat-rows.ods",
        changed("<table:table-row ", '<table:table-row table:number-rows-repeated="2147483647" x="'),
    )
    yield (
        "repeat-rows-filled.ods",
        changed(
            "</table:table>",
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table>',
        ),
    )
    yield (
        "repeat-negative.ods",
        changed(
            "</table:table>",
            '<table:table-row table:number-rows-repeated="-7"><table:table-cell table:number-columns-repeated="x"/></table:table-row></table:table>',
        ),
    )
    yield (
        "spaces.ods",
        changed(
            "</table:table>",
            '<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="2147483647"/></text:p></table:table-cell></table:table-row></table:table>',
        ),
    )
    yield "doctype.ods", changed("<office:document-content", '<!DOCTYPE x [<!ENTITY a "b">]><office:document-content')
    yield (
        "deep.ods",
        changed("</table:table>", "<table:table-row>" * 50_000 + "</table:table-row>" * 50_000 + "</table:table>"),
    )
    yield (
        "value.ods",
        packed({**parts, "content.xml": content.replace('office:value="', 'office:value="1E999').encode()}),
    )
    yield (
        "dates.ods",
        packed({**parts, "content.xml": content.replace('office:date-value="', 'office:date-value="99').encode()}),
    )
    yield "no-content.ods", packed({name: data for name, data in parts.items() if name != "content.xml"})


def _archives(good: bytes) -> Iterator[tuple[str, bytes]]:
    def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        return buffer.getvalue()

    link = zipfile.ZipInfo("link.xlsx")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    names = ("../../escape.xlsx", "/etc/passwd", "C:\\x.xlsx", "\\\\host\\x.xlsx", "a\nb.xlsx", "-rf", "甲\u202exslx.xlsx", "CON.xlsx", "a" * 720 + ".xlsx", "A.XLSX", "a.xlsx", "a.xlsx ", "a.xlsx.", "<img onerror=x>.xlsx")  # fmt: skip
    yield "names.zip", zipped(*((name, good + bytes([n])) for n, name in enumerate(names)), (link, b"/etc/passwd"))
    yield "bomb.zip", zipped(("x.xlsx", bytes(100 * MEGA)))
    yield "bomb-many.zip", zipped(*((f"{n}.xlsx", b"") for n in range(51_000)))
    inside = zipped(("return.xlsx", good))
    for _ in range(6):
        inside = zipped(("inner.zip", inside), ("beside.txt", b"x"))
    yield "nested.zip", inside
    yield "bomb.gz", gzip.compress(bytes(50 * MEGA))
    yield "good.xlsx.gz", gzip.compress(good)
    yield "cut.zip", zipped(("a.xlsx", good), ("b.xlsx", good))[:-300]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for number, name in enumerate(n for n in names if "\n" not in n):
            member = tarfile.TarInfo(name)
            member.size = len(good) + 1
            tar.addfile(member, io.BytesIO(good + bytes([100 + number])))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            special = tarfile.TarInfo(f"special{kind.decode()}.xlsx")
            special.type, special.linkname = kind, "/etc/passwd"
            tar.addfile(special)
    yield "names.tar", buffer.getvalue()
    yield "cut.tar", buffer.getvalue()[:50_000]
    yield "size.tar", buffer.getvalue()[:124] + b"77777777777\0" + buffer.getvalue()[136:]


def _mails(good: bytes) -> Iterator[tuple[str, bytes]]:
    def mail(name: str, data: bytes) -> EmailMessage:
        message = EmailMessage()
        message["Subject"], message["From"] = "报送", "unit@example.invalid"
        message.set_content("见附件")
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return message

    for number, name in enumerate(("../../x.xlsx", "甲" * 200 + ".xlsx", "-rf", "<script>.xlsx", "=cmd.xlsx")):
        yield f"mail-{number}.eml", mail(name, good + bytes([number])).as_bytes()
    deep = mail("a.xlsx", good).as_bytes()
    for level in range(50):
        mark = f"=={level}=="
        head = f'From: a@example.invalid\r\nSubject: {level}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{mark}"\r\n\r\n'
        deep = (
            f"{head}--{mark}\r\nContent-Type: message/rfc822\r\n\r\n".encode() + deep + f"\r\n--{mark}--\r\n".encode()
        )
    yield "mail-deep.eml", deep
    parts = "From: a@example.invalid\r\nMIME-Version: 1.0\r\n" + "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3_000)
    )
    yield "mail-multipart.eml", parts.encode()
    yield "mail-cut.eml", mail("a.xlsx", good).as_bytes()[:20_000]
    yield (
        "mail-many.eml",
        (
            "From: a@example.invalid\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\nContent-Disposition: attachment; filename=x.xlsx\r\n\r\nx\r\n" * 5_000
        ).encode(),
    )


def lay(folder: Path, good: bytes) -> None:
    """Names, links, pipes and locked files in a folder, as far as this system knows them."""
    for number, name in enumerate(
        (
            "-rf",
            "a\nb.xlsx",
            "甲\u202exslx.xlsx",
            "=cmd.xlsx",
            "<img src=x onerror=alert(1)>.xlsx",
            " .xlsx",
            "年" * 80 + ".xlsx",
        )
    ):
        (folder / name).write_bytes(good + bytes([200 + number]))
    if os.name == "nt":
        return
    Path(os.fsdecode(os.fsencode(folder) + b"/\xb0\xec\xb9\xab\xca\xd2.xlsx")).write_bytes(good + b"gbk")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.xlsx")).write_bytes(good + b"raw")
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "link.xlsx").symlink_to("/etc/passwd")
    (folder / "dangling.xlsx").symlink_to("nowhere")
    (folder / "circle").symlink_to(folder)
    locked = folder / "locked.xlsx"
    locked.write_bytes(good + b"locked")
    locked.chmod(0)
    deep = folder
    for _ in range(12):
        deep /= "层" * 20
    deep.mkdir(parents=True)
    (deep / "deep.xlsx").write_bytes(good + b"deep")
