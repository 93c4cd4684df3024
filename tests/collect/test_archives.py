from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.collect import BOUNDS, Bounds, Received, receive

PARSER = "plain_parser:parse"


def content(unit: str, amount: str) -> bytes:
    return json.dumps({"unit": unit, "amount": amount}).encode()


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def raw_zip(name: bytes, data: bytes, extra: bytes = b"", flags: int = 0) -> bytes:
    """An archive with one stored member whose name is exactly these bytes, as Windows writes them."""
    crc, size = zlib.crc32(data), len(data)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, 0, 0, 33, crc, size, size, len(name), len(extra))
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, flags, 0, 0, 33, crc, size, size, len(name), len(extra), 0, 0, 0, 0, 0
    )
    body = local + name + extra + data
    directory = central + name + extra
    return body + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(body), 0)


def collect(tmp_path: Path, archive: bytes, bounds: Bounds = BOUNDS, name: str = "报送.zip") -> Received:
    path = tmp_path / name
    path.write_bytes(archive)
    return receive([path], tmp_path / "out", parser=PARSER, workers=1, bounds=bounds)


def inner(received: Received) -> dict[str, str]:
    return {line.inner_path: str(line.status) for line in received.lines if line.inner_path}


def whole(received: Received) -> tuple[str, str]:
    return str(received.lines[0].status), received.lines[0].reason or ""


def test_members_are_received_and_the_archive_itself_is_listed(tmp_path: Path) -> None:
    archive = zipped({"a/101.json": content("101", "1"), "102.json": content("102", "2"), "a/": b""})
    received = collect(tmp_path, archive)
    assert inner(received) == {"a/101.json": "accepted", "102.json": "accepted"}
    assert whole(received) == ("ignored", "压缩包本身；其中 2 个文件已逐个收取")
    assert collect(tmp_path, archive).jsonl() == received.jsonl()


def test_members_never_become_files_of_that_name(tmp_path: Path) -> None:
    names = ["../../evil.json", "/etc/evil.json", "C:\\evil.json", "..\\evil.json", "con.json", "-rf"]
    received = collect(tmp_path, zipped({name: content(str(n), "1") for n, name in enumerate(names)}))
    assert set(inner(received).values()) == {"accepted"}
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.name == "-rf"]


@pytest.mark.parametrize(
    ("raw", "flags", "shown"),
    [
        ("办公室.json".encode("gb18030"), 0, "办公室.json"),
        ("办公室.json".encode(), 0, "办公室.json"),
        ("办公室.json".encode(), 0x800, "办公室.json"),
        (b"plain.json", 0, "plain.json"),
    ],
)
def test_names_of_chinese_windows_are_read(tmp_path: Path, raw: bytes, flags: int, shown: str) -> None:
    assert inner(collect(tmp_path, raw_zip(raw, content("101", "1"), flags=flags))) == {shown: "accepted"}


def test_the_unicode_path_field_counts_while_it_is_about_this_name(tmp_path: Path) -> None:
    raw, name = b"?.json", "财政局.json"
    body = struct.pack("<BI", 1, zlib.crc32(raw)) + name.encode()
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    assert inner(collect(tmp_path, raw_zip(raw, content("101", "1"), extra))) == {name: "accepted"}
    stale = struct.pack("<HH", 0x7075, len(body)) + struct.pack("<BI", 1, 7) + name.encode()
    (tmp_path / "b").mkdir()
    assert list(inner(collect(tmp_path / "b", raw_zip(raw, content("101", "1"), stale)))) == ["?.json"]


def test_archives_in_archives_two_deep_and_no_deeper(tmp_path: Path) -> None:
    third = zipped({"103.json": content("103", "1")})
    second = zipped({"102.json": content("102", "1"), "third.zip": third})
    received = collect(tmp_path, zipped({"101.json": content("101", "1"), "second.zip": second}))
    assert inner(received) == {
        "101.json": "accepted",
        "second.zip": "ignored",
        "second.zip!102.json": "accepted",
        "second.zip!third.zip": "refused",
    }


def test_a_workbook_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    received = collect(tmp_path, zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}))
    assert whole(received)[0] == "not_a_return"
    assert not inner(received)


def test_clutter_in_archives_is_ignored_by_rule(tmp_path: Path) -> None:
    members = {"__MACOSX/._101.json": b"x", "~$101.json": b"x", "101.json": content("101", "1")}
    assert inner(collect(tmp_path, zipped(members))) == {
        "__MACOSX/._101.json": "ignored",
        "~$101.json": "ignored",
        "101.json": "accepted",
    }


def test_a_bomb_is_refused_by_what_it_really_inflates_to(tmp_path: Path) -> None:
    received = collect(tmp_path, zipped({"bomb.json": bytes(30 << 20), "101.json": content("101", "1")}))
    assert inner(received) == {"bomb.json": "refused", "101.json": "accepted"}
    assert "压缩炸弹" in (received.lines[1].reason or "")


def test_a_lie_about_the_size_does_not_help_a_bomb(tmp_path: Path) -> None:
    archive = bytearray(zipped({"bomb.json": bytes(30 << 20)}))
    at = archive.index(b"PK\1\2")
    archive[at + 24 : at + 28] = struct.pack("<I", 100)
    received = collect(tmp_path, bytes(archive))
    assert inner(received) == {"bomb.json": "unreadable"}


def test_the_budget_of_bytes_and_entries_holds_for_all_members_together(tmp_path: Path) -> None:
    members = {f"{n}.bin": bytes(1000) + bytes([n]) for n in range(10)}
    archive = zipped(members, zipfile.ZIP_STORED)
    few = collect(tmp_path, archive, replace(BOUNDS, entries=4))
    assert whole(few) == ("refused", "压缩包内的文件超过 4 个，其后的未读取")
    assert len(inner(few)) == 4
    (tmp_path / "b").mkdir()
    small = collect(tmp_path / "b", archive, replace(BOUNDS, inflated=3500))
    assert whole(small)[0] == "refused"
    assert list(inner(small).values()) == ["not_a_return"] * 3 + ["refused"]


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    archive = bytearray(zipped({"1.json": content("1", "1"), "2.json": content("2", "2")}, zipfile.ZIP_STORED))
    second = archive.index(b"PK\1\2", archive.index(b"PK\1\2") + 4)
    archive[second + 42 : second + 46] = struct.pack("<I", 5)
    assert whole(collect(tmp_path, bytes(archive))) == ("refused", "压缩包内的文件互相重叠")


def test_damage_costs_only_the_member_it_hits(tmp_path: Path) -> None:
    archive = zipped({"1.json": content("1", "1"), "2.json": content("2", "22")}, zipfile.ZIP_STORED)
    received = collect(tmp_path, archive.replace(content("1", "1"), content("7", "1"), 1))
    assert inner(received) == {"1.json": "unreadable", "2.json": "accepted"}


def test_a_cut_off_archive_is_unreadable_as_a_whole(tmp_path: Path) -> None:
    archive = zipped({"1.json": content("1", "1" * 100)})
    assert whole(collect(tmp_path, archive[:-40]))[0] == "unreadable"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    received = collect(tmp_path, raw_zip(b"1.json", b"0123456789abcdef", flags=1))
    assert inner(received) == {"1.json": "refused"}
    assert "有打开密码" in (received.lines[1].reason or "")


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    assert whole(collect(tmp_path, zipped({}))) == ("ignored", "空的压缩包")


def test_two_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    twins = zipped({"1.json": content("1", "1"), "2.json": content("2", "2")}).replace(b"2.json", b"1.json")
    received = collect(tmp_path, twins)
    assert [str(line.status) for line in received.lines] == ["ignored", "accepted", "accepted"]
