"""The zip package, read by our own bounds: nothing a header declares is believed before it was counted."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from toolkit.read.failures import Refused, Unreadable
from toolkit.read.limits import LIMITS, Limits

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_CHUNK = 1 << 16
_UTF8, _ENCRYPTED = 0x800, 0x1
_STORED, _DEFLATED = 0, 8


class Entry(NamedTuple):
    """One entry: where its packed bytes stand, and what its headers claim."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    header: int
    start: int


@dataclass(frozen=True)
class Package:
    """A zip file whose every entry has been inflated once within bounds, its CRC and size found true."""

    data: bytes
    entries: dict[str, Entry]
    limits: Limits

    def __contains__(self, part: str) -> bool:
        return part.lower() in self.entries

    def read(self, part: str) -> bytes:
        """The bytes of a part (names ignore case). Raises Refused where there is none."""
        entry = self.entries.get(part.lower())
        if entry is None:
            raise Refused(f"工作簿缺少部件 {part}，文件不完整")
        packed = memoryview(self.data)[entry.start : entry.start + entry.packed]
        return bytes(packed) if entry.method == _STORED else zlib.decompress(packed, -15, entry.size or 1)

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries.values()]


def open_package(data: bytes, limits: Limits = LIMITS) -> Package:
    """The package of a zip file held in memory.

    Raises Unreadable where it is cut off or damaged, Refused where it is built to deceive or beyond a limit.
    """
    entries = _directory(data, limits)
    _no_overlaps(entries)
    total = 0
    for entry in entries:
        total += _verify(data, entry, limits)
        if total > limits.inflated:
            raise Refused(f"文件解压后超过 {limits.inflated} 字节的上限（读到部件 {entry.name} 时），疑似压缩炸弹")
    by_name: dict[str, Entry] = {}
    for entry in entries:
        name = entry.name.replace("\\", "/").lower()
        if name in by_name:
            raise Refused(f"压缩包中部件 {entry.name} 重复出现，不同软件会读到不同内容")
        by_name[name] = entry
    return Package(data, by_name, limits)


def _directory(data: bytes, limits: Limits) -> list[Entry]:
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
    if at < 0 or at + _END.size > len(data):
        raise Unreadable("文件不完整：压缩包没有结尾目录，可能在传输中被截断，请重新发送")
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(data, at)
    if disk or first_disk or here != count:
        raise Refused("分卷压缩的文件不能读取，请重新另存为 .xlsx")
    if count > limits.entries:
        raise Refused(f"压缩包有 {count} 个部件，超过 {limits.entries} 个的上限")
    if offset + size != at:
        raise Refused("压缩包目录的位置与声明不符，文件结构异常，请重新另存为 .xlsx")
    entries = []
    position = offset
    for _ in range(count):
        if position + _CENTRAL.size > at:
            raise Refused(f"压缩包目录声明 {count} 个部件，实际不足")
        fields = _CENTRAL.unpack_from(data, position)
        signature, flags, method, crc, packed, unpacked = fields[0], fields[3], fields[4], *fields[7:10]
        name_length, extra, comment, header = fields[10], fields[11], fields[12], fields[16]
        if signature != b"PK\x01\x02":
            raise Unreadable("压缩包目录损坏，请重新发送")
        raw = data[position + _CENTRAL.size : position + _CENTRAL.size + name_length]
        position += _CENTRAL.size + name_length + extra + comment
        claimed = Entry(_decode(raw, flags), method, crc, packed, unpacked, header, 0)
        entries.append(_located(data, offset, raw, flags, claimed))
    if position != at:
        raise Refused(f"压缩包目录声明 {count} 个部件，实际更多")
    return entries


def _decode(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")


def _located(data: bytes, end: int, raw: bytes, flags: int, claimed: Entry) -> Entry:
    """The entry with the start of its packed bytes, after its two headers were found to agree."""
    name, header = claimed.name, claimed.header
    if flags & _ENCRYPTED:
        raise Refused(f"文件有打开密码（部件 {name} 已加密），请取消密码后再报送")
    if claimed.method not in {_STORED, _DEFLATED}:
        raise Refused(f"部件 {name} 使用了不支持的压缩方式 {claimed.method}，请重新另存为 .xlsx")
    if header + _LOCAL.size > end:
        raise Unreadable(f"部件 {name} 超出文件末尾，文件不完整，请重新发送")
    local = _LOCAL.unpack_from(data, header)
    name_length, extra = local[9], local[10]
    start = header + _LOCAL.size + name_length + extra
    if local[0] != b"PK\x03\x04":
        raise Unreadable(f"部件 {name} 的文件头损坏，请重新发送")
    if data[header + _LOCAL.size : header + _LOCAL.size + name_length] != raw or local[3] != claimed.method:
        raise Refused(f"部件 {name} 的两处文件头互相矛盾")
    if start + claimed.packed > end:
        raise Unreadable(f"部件 {name} 超出文件末尾，文件不完整，请重新发送")
    return claimed._replace(start=start)


def _no_overlaps(entries: list[Entry]) -> None:
    end, before = 0, ""
    for entry in sorted(entries, key=lambda e: e.header):
        if entry.header < end:
            raise Refused(f"部件 {entry.name} 与 {before} 的数据重叠，疑似压缩炸弹")
        end, before = entry.start + entry.packed, entry.name


def _verify(data: bytes, entry: Entry, limits: Limits) -> int:
    """Inflate the entry in pieces, keeping none; returns the real size."""
    packed = memoryview(data)[entry.start : entry.start + entry.packed]
    if entry.method == _STORED:
        _settle(entry, len(packed), zlib.crc32(packed))
        return len(packed)
    inflater = zlib.decompressobj(-15)
    size, crc = 0, 0
    try:
        # Fed in slices: an unconsumed tail is copied at each call, which for one big slice would be quadratic.
        for at in range(0, len(packed), _CHUNK):
            feed: bytes | memoryview = packed[at : at + _CHUNK]
            while feed:
                piece = inflater.decompress(feed, _CHUNK)
                size, crc = size + len(piece), zlib.crc32(piece, crc)
                _bounded(entry, size, limits)
                feed = inflater.unconsumed_tail
        rest = inflater.flush()
        size, crc = size + len(rest), zlib.crc32(rest, crc)
    except zlib.error:
        raise Unreadable(f"部件 {entry.name} 的压缩数据损坏，请重新发送") from None
    if not inflater.eof:
        raise Unreadable(f"部件 {entry.name} 的压缩数据不完整，请重新发送")
    if inflater.unused_data:
        raise Refused(f"部件 {entry.name} 的压缩数据之后还有多余内容")
    _settle(entry, size, crc)
    return size


def _bounded(entry: Entry, size: int, limits: Limits) -> None:
    if size > limits.part:
        raise Refused(f"部件 {entry.name} 解压后超过 {limits.part} 字节的上限，疑似压缩炸弹")
    if size > limits.ratio_above and size > limits.ratio * entry.packed:
        raise Refused(f"部件 {entry.name} 的压缩比超过 {limits.ratio} 倍，疑似压缩炸弹")
    if size > entry.size:
        raise Refused(f"部件 {entry.name} 声明 {entry.size} 字节，实际更大")


def _settle(entry: Entry, size: int, crc: int) -> None:
    if size != entry.size:
        raise Refused(f"部件 {entry.name} 声明 {entry.size} 字节，实际 {size} 字节")
    if crc != entry.crc:
        raise Unreadable(f"部件 {entry.name} 的校验和不符，内容已损坏，请重新发送")
