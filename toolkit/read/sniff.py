"""What a file is, by its content; extensions and declared types are not believed."""

from __future__ import annotations

import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

HEAD = 8192
"""Bytes at the start of a file that say most about it."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONVERT = "请用 Excel 或 WPS 打开后另存为“Excel 工作簿 (*.xlsx)”再报送"
_SAVE_AS = "请用 Excel 或 WPS 打开下发的模板，将数据填入后另存为“Excel 工作簿 (*.xlsx)”再报送"

_UNPACK = "请解压后报送其中的 .xlsx 文件，或改用 zip 压缩"


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
    "fods": Kind("OpenDocument 电子表格（.fods）", _CONVERT, True),
    "encrypted": Kind("有打开密码的工作簿", "请取消打开密码后另存为“Excel 工作簿 (*.xlsx)”再报送", True),
    "xml2003": Kind("XML 电子表格 2003", _CONVERT, True),
    "html": Kind("网页（HTML），扩展名可能被改成了 .xls", _SAVE_AS, True),
    "csv": Kind("文本或 CSV 文件（只有一张表，没有模板标识）", _SAVE_AS, True),
    "mht": Kind("单个文件网页（MHT），扩展名可能被改成了 .xls", _CONVERT, True),
    "numbers": Kind("苹果 Numbers 表格", "请导出为“Excel 工作簿 (*.xlsx)”再报送", True),
    "doc": Kind("Word 文档（.doc 或 .wps）", _SAVE_AS),
    "docx": Kind("Word 文档（.docx）", _SAVE_AS),
    "pptx": Kind("演示文稿（.pptx）", _SAVE_AS),
    "ole": Kind("旧式复合文档", _SAVE_AS),
    "pdf": Kind("PDF 文件", _SAVE_AS),
    "ofd": Kind("OFD 版式文件", _SAVE_AS),
    "image": Kind("图片", _SAVE_AS),
    "rtf": Kind("RTF 文档", _SAVE_AS),
    "zip": Kind("压缩包（zip），其中没有工作簿部件", "请解压后报送其中的 .xlsx 文件"),
    "rar": Kind("压缩包（rar）", _UNPACK),
    "7z": Kind("压缩包（7z）", _UNPACK),
    "gzip": Kind("压缩包（gz）", _UNPACK),
    "bzip2": Kind("压缩包（bz2）", _UNPACK),
    "xz": Kind("压缩包（xz）", _UNPACK),
    "tar": Kind("压缩包（tar）", _UNPACK),
    "eml": Kind("邮件（.eml）", "请报送其中的附件"),
    "msg": Kind("Outlook 邮件（.msg）", "请报送其中的附件"),
    "tnef": Kind("Outlook 专用附件（winmail.dat）", "请发件人改用纯文本或 HTML 格式的邮件重新发送附件"),
    "unknown": Kind("无法识别的文件", _SAVE_AS),
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x78\x9f\x3e\x22", "tnef"),
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
    kind = sniff_head(data[:HEAD])
    if kind == "zip":
        return _zip_kind(data)
    return _ole_kind(data) if kind == "ole" else kind


def sniff_head(head: bytes) -> str:
    """The kind as far as the first ``HEAD`` bytes tell: a package is a "zip" here, a compound file an "ole"."""
    if not head:
        return "empty"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _is_tar(head[:512]):
        return "tar"
    return _text_kind(head) if head.strip(b"\x00") else "zeros"


def _is_tar(block: bytes) -> bool:
    """Whether the header's checksum is true, with or without the later mark ``ustar``."""
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _zip_kind(data: bytes) -> str:
    # The names stand in clear in the local headers and the directory; which part is the main one is settled
    # later from [Content_Types].xml, so a wrong guess here costs a wording and nothing else.
    if b"xl/workbook.bin" in data:
        return "xlsb"
    if b"xl/" in data and b"[Content_Types].xml" in data:
        return "xlsm" if b"xl/vbaProject.bin" in data else "xlsx"
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in data[:HEAD]:
        return "ods"
    for mark, kind in _ZIP_MARKS:
        if mark in data:
            return kind
    return "xlsx" if any(part in data for part in _PARTS) else "zip"


_PARTS = (b"[Content_Types].xml", b"xl/workbook.xml", b"xl/worksheets/")
"""Of these one stands near the beginning; the list of contents is the last part where LibreOffice saved the file."""
_ZIP_MARKS = (
    (b"word/document.xml", "docx"),
    (b"ppt/presentation.xml", "pptx"),
    (b"OFD.xml", "ofd"),
    (b"Index/Document.iwa", "numbers"),
)


def _ole_kind(data: bytes) -> str:
    streams = (
        ("__properties_version1.0", "msg"),
        ("EncryptedPackage", "encrypted"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("WordDocument", "doc"),
    )
    for stream, kind in streams:
        if stream.encode("utf-16-le") in data:
            return kind
    return "ole"


_MAIL = re.compile(rb"^(from|to|subject|date|message-id|mime-version|received|return-path|content-type):", re.MULTILINE)
_MAIL_FIELDS = 3
_PAGE = re.compile(rb"^snapshot-content-location:|^x-document-type:|^from: *<saved by", re.MULTILINE)
_FIELDS_END = re.compile(rb"\r?\n\r?\n")


def _text_kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "html"
    if start.startswith((b"<?xml", b"<office:document", b"<workbook")):
        return _xml_kind(start)
    return _mail_kind(start) or ("csv" if _is_text(head) else "unknown")


def _xml_kind(start: bytes) -> str:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b"mso-application" in start:
        return "xml2003"
    if b"<office:document" in start and b"opendocument.spreadsheet" in start:
        return "fods"
    return "html" if b"<html" in start else "unknown"


def _mail_kind(start: bytes) -> str:
    fields = _FIELDS_END.split(start, maxsplit=1)[0]
    if _PAGE.search(fields) and _MAIL.search(fields):
        return "mht"
    return "eml" if len(set(_MAIL.findall(fields))) >= _MAIL_FIELDS else ""


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    for encoding in ("utf-8", "gb18030"):
        try:
            # The head may end inside a character.
            text = head[: len(head) - 4].decode(encoding) if len(head) == HEAD else head.decode(encoding)
        except UnicodeDecodeError:
            continue
        return re.search(r"[\x00-\x08\x0e-\x1f]", text) is None
    return False
