"""Names as data: what a file is called, decoded for people, and the ones that are never returns."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075

LINK = "压缩包中的链接，未跟随"
SPECIAL = "不是普通文件（设备、管道等），未读取"

_EXACT = {
    ".ds_store": "macOS 的文件夹信息",
    "__macosx": "macOS 压缩时附带的文件夹",
    "thumbs.db": "Windows 的缩略图缓存",
    "desktop.ini": "Windows 的文件夹设置",
}
_PREFIX = {
    "~$": "Excel/WPS 打开文件时的临时文件",
    ".~lock.": "LibreOffice 打开文件时的临时文件",
    "._": "macOS 附带的文件信息",
}


def why_ignored(path: str) -> str | None:
    """Why a file or folder of that path (in an archive: with its folders) is never a return; None if it may be."""
    parts = [part.casefold() for part in path.replace("\\", "/").split("/") if part]
    for part in parts:
        if part in _EXACT:
            return f"{_EXACT[part]}，按规则忽略"
    last = parts[-1] if parts else ""
    for prefix, reason in _PREFIX.items():
        if last.startswith(prefix):
            return f"{reason}，按规则忽略"
    return "临时文件（*.tmp），按规则忽略" if last.endswith(".tmp") else None


def shown(path: str) -> str:
    """A path of this machine as text that can be written anywhere, whatever bytes its names are made of."""
    return decode(os.fsencode(path)) if os.name != "nt" else path.encode("utf-8", "backslashreplace").decode()


def decode(raw: bytes) -> str:
    """Bytes of a name: UTF-8, else GB18030 (Chinese Windows), else escaped."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def member_name(info: zipfile.ZipInfo) -> tuple[bytes, str]:
    """(raw bytes, name) of a member: the UTF-8 flag, else the Unicode path field, else ``decode``."""
    if info.flag_bits & _UTF8_FLAG:
        raw = info.orig_filename.encode("utf-8", "surrogatepass")
        return raw, decode(raw)
    raw = info.orig_filename.encode("cp437", "replace")
    return raw, _unicode_path(info.extra, raw) or decode(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in field 0x7075, valid only while its checksum is that of the plain name."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            checksum = struct.unpack_from("<I", body, 1)[0]
            if checksum == zlib.crc32(raw):
                return decode(body[5:])
        at += 4 + size
    return None
