"""What a file is, by its content; extensions and declared types are not believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = 8192
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONVERT = "请用 Excel 或 WPS 打开后另存为“Excel 工作簿 (*.xlsx)”再报送"
_SAVE_AS = "请用 Excel 或 WPS 打开下发的模板，将数据填入后另存为“Excel 工作簿 (*.xlsx)”再报送"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its Chinese name and what the unit should do instead. ``table``: it may hold a return."""

    name: str
    advice: str
    table: bool = False


KINDS: dict[str, Kind] = {
    "empty": Kind("空文件（0 字节）", "请重新导出或重新发送"),
    "zeros": Kind("全为零字节的文件", "文件在传输中损坏，请重新发送"),
    "xls": Kind("Excel 97-2003 工作簿（.xls 或 .et）", _CONVERT, True),
    "xlsb": Kind("Excel 二进制工作簿（.xlsb）", _CONVERT, True),
    "ods": Kind("OpenDocument 电子表格（.ods）", "请打开后另存为“Excel 工作簿 (*.xlsx)”再报送", True),
    "encrypted": Kind("有打开密码的工作簿", "请取消打开密码后另存为“Excel 工作簿 (*.xlsx)”再报送", True),
    "xml2003": Kind("XML 电子表格 2003", _CONVERT, True),
    "html": Kind("网页（HTML），扩展名可能被改成了 .xls", _SAVE_AS, True),
    "csv": Kind("文本或 CSV 文件", _SAVE_AS, True),
    "doc": Kind("Word 文档（.doc 或 .wps）", _SAVE_AS),
    "docx": Kind("Word 文档（.docx）", _SAVE_AS),
    "pptx": Kind("演示文稿（.pptx）", _SAVE_AS),
    "ole": Kind("旧式复合文档", _SAVE_AS),
    "pdf": Kind("PDF 文件", _SAVE_AS),
    "ofd": Kind("OFD 版式文件", _SAVE_AS),
    "image": Kind("图片", _SAVE_AS),
    "rtf": Kind("RTF 文档", _SAVE_AS),
    "zip": Kind("压缩包（zip），其中没有工作簿部件", "请解压后报送其中的 .xlsx 文件"),
    "rar": Kind("压缩包（rar）", "请解压后报送其中的 .xlsx 文件，或改用 zip 压缩"),
    "7z": Kind("压缩包（7z）", "请解压后报送其中的 .xlsx 文件，或改用 zip 压缩"),
    "gzip": Kind("压缩包（gz）", "请解压后报送其中的 .xlsx 文件，或改用 zip 压缩"),
    "unknown": Kind("无法识别的文件", _SAVE_AS),
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
)


def sniff(path: Path) -> str:
    """The kind of the file by content: "xlsx", "xlsm" or a key of ``KINDS``. Raises OSError."""
    with path.open("rb") as stream:
        return sniff_bytes(stream.read())


def sniff_bytes(data: bytes) -> str:
    """As ``sniff``, of bytes already read."""
    if not data:
        return "empty"
    head = data[:_HEAD]
    if not head.strip(b"\x00"):
        return "zeros"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if head.startswith(_OLE):
        return _ole_kind(data)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _text_kind(head)


def _zip_kind(data: bytes) -> str:
    # The names stand in clear in the local headers and the directory; which part is the main one is settled
    # later from [Content_Types].xml, so a wrong guess here costs a wording and nothing else.
    if b"xl/workbook.bin" in data:
        return "xlsb"
    if b"xl/" in data and b"[Content_Types].xml" in data:
        return "xlsm" if b"xl/vbaProject.bin" in data else "xlsx"
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in data[:_HEAD]:
        return "ods"
    for mark, kind in ((b"word/document.xml", "docx"), (b"ppt/presentation.xml", "pptx"), (b"OFD.xml", "ofd")):
        if mark in data:
            return kind
    return "xlsx" if b"[Content_Types].xml" in data else "zip"


def _ole_kind(data: bytes) -> str:
    streams = (
        ("EncryptedPackage", "encrypted"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("WordDocument", "doc"),
    )
    for stream, kind in streams:
        if stream.encode("utf-16-le") in data:
            return kind
    return "ole"


def _text_kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "html"
    if start.startswith(b"<?xml"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b"mso-application" in start:
            return "xml2003"
        return "html" if b"<html" in start else "unknown"
    return "csv" if _is_text(head) else "unknown"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    for encoding in ("utf-8", "gb18030"):
        try:
            # The head may end inside a character.
            text = head[: len(head) - 4].decode(encoding) if len(head) == _HEAD else head.decode(encoding)
        except UnicodeDecodeError:
            continue
        return re.search(r"[\x00-\x08\x0e-\x1f]", text) is None
    return False
