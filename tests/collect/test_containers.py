"""What holds several files: tar, gz, 7z, rar, mails. Each member is received; none becomes a file; bombs cost nothing."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import itertools
import json
import lzma
import stat
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from toolkit.collect import BOUNDS, Bounds, Received, receive
from toolkit.collect.foreign import archiver

PARSER = "plain_parser:parse"


def content(unit: str, amount: str) -> bytes:
    return json.dumps({"unit": unit, "amount": amount}).encode()


def tarred(members: Mapping[str, bytes], *, layout: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=layout) as tar:
        for name, data in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
    return buffer.getvalue()


def special(name: str, kind: bytes, target: str = "") -> bytes:
    """A tar archive with one member that is no file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        about = tarfile.TarInfo(name)
        about.type, about.linkname = kind, target
        tar.addfile(about)
    return buffer.getvalue()


def archived(folder: Path, members: Mapping[str, bytes], kind: str) -> bytes:
    """An archive of the kind, made by bsdtar."""
    tool = archiver()
    assert tool is not None
    source = folder / "source"
    for name, data in members.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    target = folder / "made"
    subprocess.run([tool, "-c", "--format", kind, "-f", target, "-C", source, *members], check=True, timeout=60)
    return target.read_bytes()


def rar4(members: Mapping[str, bytes], archive_flags: int = 0) -> bytes:
    """A rar archive of the fourth version whose members are only stored."""

    def block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    out = [b"Rar!\x1a\x07\x00", block(0x73, archive_flags, bytes(6))]
    for name, data in members.items():
        raw = name.encode("ascii")
        about = struct.pack("<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0, 20, 0x30, len(raw), 0o100644)
        out.append(block(0x74, 0x8000, about + raw, data))
    return b"".join([*out, block(0x7B, 0x4000, b"")])


def rar5(kind: int, flags: int) -> bytes:
    """The start of a rar archive of the fifth version: its first block."""
    return b"Rar!\x1a\x07\x01\x00" + bytes(4) + bytes([8, kind, 0, flags]) + bytes(60)


def mail(subject: str, attachments: Mapping[str, bytes]) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "unit@example.cn", "bureau@example.cn", subject
    message.set_content("请查收附件。")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def collect(tmp_path: Path, data: bytes, name: str, bounds: Bounds = BOUNDS) -> Received:
    path = tmp_path / name
    path.write_bytes(data)
    return receive([path], tmp_path / "out", parser=PARSER, workers=1, bounds=bounds)


def inner(received: Received) -> dict[str, str]:
    return {line.inner_path: str(line.status) for line in received.lines if line.inner_path}


def whole(received: Received) -> tuple[str, str]:
    return str(received.lines[0].status), received.lines[0].reason or ""


# Tar and compressed files


@pytest.mark.parametrize("layout", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("packed", [bytes, gzip.compress, bz2.compress, lzma.compress], ids=["tar", "gz", "bz2", "xz"])
def test_tar_archives_packed_or_not(tmp_path: Path, layout: int, packed: type[bytes]) -> None:
    members = {"处室/101_办公室.json": content("101", "1"), "102.json": content("102", "2") + b" " * 700}
    received = collect(tmp_path, packed(tarred(members, layout=layout)), "报送")
    assert inner(received) == {"处室/101_办公室.json": "accepted", "102.json": "accepted"}
    assert whole(received) == ("ignored", "压缩包本身；其中 2 个文件已逐个收取")


def test_a_single_file_that_was_packed(tmp_path: Path) -> None:
    received = collect(tmp_path, gzip.compress(content("101", "1")) + bytes(20), "101.json.gz")
    assert inner(received) == {"101.json": "accepted"}


def test_two_streams_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    data = content("101", "1")
    received = collect(tmp_path, gzip.compress(data[:9]) + gzip.compress(data[9:]), "101.json.gz")
    assert inner(received) == {"101.json": "accepted"}


def test_names_are_data_wherever_they_want_to_go(tmp_path: Path) -> None:
    names = ["../../evil.json", "/etc/evil.json", "..\\evil.json", "a\nb.json", "-rf", "长" * 150 + ".json"]
    received = collect(tmp_path, tarred({name: content(str(n), "1") for n, name in enumerate(names)}), "a.tar")
    assert list(inner(received)) == names
    assert set(inner(received).values()) == {"accepted"}
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.name == "-rf"]


def test_names_of_chinese_windows_in_old_tar_archives(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT, encoding="gb18030") as tar:
        about = tarfile.TarInfo("财政局.json")
        data = content("101", "1")
        about.size = len(data)
        tar.addfile(about, io.BytesIO(data))
    assert inner(collect(tmp_path, buffer.getvalue(), "a.tar")) == {"财政局.json": "accepted"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "链接"),
        (tarfile.LNKTYPE, "链接"),
        (tarfile.CHRTYPE, "设备"),
        (tarfile.FIFOTYPE, "管道"),
    ],
)
def test_links_and_devices_have_a_line_and_are_not_followed(tmp_path: Path, kind: bytes, words: str) -> None:
    received = collect(tmp_path, special("101.json", kind, "/etc/passwd"), "a.tar")
    assert inner(received) == {"101.json": "ignored"}
    assert words in (received.lines[1].reason or "")


def test_a_link_in_a_zip_archive_is_not_a_file_either(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("101.json")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("102.json", content("102", "1"))
    assert inner(collect(tmp_path, buffer.getvalue(), "a.zip")) == {"101.json": "ignored", "102.json": "accepted"}


def test_a_sparse_member_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        about = tarfile.TarInfo("101.json")
        about.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.realsize": "1000000000000"}
        tar.addfile(about)
    assert inner(collect(tmp_path, buffer.getvalue(), "a.tar")) == {"101.json": "refused"}


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])
def test_a_bomb_is_refused_by_what_it_really_inflates_to(tmp_path: Path, packed: type[bytes]) -> None:
    bomb = packed(bytes(40 << 20))
    started = time.monotonic()
    received = collect(tmp_path, bomb, "101.json.gz")
    assert inner(received) == {"101.json": "refused"}
    assert "压缩炸弹" in (received.lines[1].reason or "")
    assert not list((tmp_path / "out" / "state" / "objects").rglob("*.part"))
    assert time.monotonic() - started < 10


def test_a_name_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    about = tarfile.TarInfo("x")
    about.type, about.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    received = collect(tmp_path, about.tobuf(tarfile.GNU_FORMAT) + bytes(2048), "a.tar")
    assert whole(received)[0] == "refused"
    assert "扩展文件头" in whole(received)[1]


def test_damage_costs_what_stands_behind_it(tmp_path: Path) -> None:
    archive = bytearray(tarred({"101.json": content("101", "1"), "102.json": content("102", "1")}))
    at = archive.index(b"102.json")
    archive[at : at + 3] = b"xyz"
    received = collect(tmp_path, bytes(archive), "a.tar")
    assert inner(received) == {"101.json": "accepted"}
    assert whole(received) == ("unreadable", "压缩包已损坏：文件头的校验和不符，其后的未读取")


def test_a_cut_archive_says_so_for_the_member_it_hits(tmp_path: Path) -> None:
    archive = tarred({"101.json": content("101", "1"), "102.json": content("102", "1") * 100})
    received = collect(tmp_path, archive[: 512 * 4 + 300], "a.tar")
    assert inner(received) == {"101.json": "accepted", "102.json": "unreadable"}
    assert whole(received)[0] == "unreadable"


def test_one_budget_holds_for_everything_inside(tmp_path: Path) -> None:
    members = {f"{n}.bin": bytes([n]) * 1000 for n in range(10)}
    few = collect(tmp_path, tarred(members), "a.tar", replace(BOUNDS, entries=4))
    assert whole(few) == ("refused", "压缩包内的文件超过 4 个，其后的未读取")
    assert len(inner(few)) == 4


def test_two_levels_and_no_more_whatever_the_kinds(tmp_path: Path) -> None:
    third = gzip.compress(content("103", "1"))
    second = tarred({"102.json": content("102", "1"), "103.json.gz": third})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("second.tar", second)
        archive.writestr("101.json", content("101", "1"))
    assert inner(collect(tmp_path, buffer.getvalue(), "a.zip")) == {
        "second.tar": "ignored",
        "second.tar!102.json": "accepted",
        "second.tar!103.json.gz": "refused",
        "101.json": "accepted",
    }


# Volumes


def test_volumes_of_a_split_archive_are_named_as_such(tmp_path: Path) -> None:
    folder = tmp_path / "returned"
    folder.mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("101.json", content("101", "1"))
    last = bytearray(buffer.getvalue())
    end = last.index(b"PK\x05\x06")
    last[end + 4 : end + 8] = struct.pack("<HH", 1, 1)
    pieces = {
        "a.z01": b"PK\x07\x08" + bytes(50),
        "a.zip": bytes(last),
        "b.7z.001": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(4) + struct.pack("<QQI", 10**6, 100, 0) + bytes(500),
        "b.7z.002": b"\x01\x02\x03\x04" * 50,
        "c.part1.rar": rar4({"101.json": b"x"}, archive_flags=0x0001),
        "d.part1.rar": rar5(1, 0x0001),
    }
    for name, data in pieces.items():
        (folder / name).write_bytes(data)
    received = receive([folder], tmp_path / "out", parser=PARSER, workers=1)
    assert {line.path.rpartition("/")[2]: str(line.status) for line in received.lines} == dict.fromkeys(
        pieces, "refused"
    )
    assert all("分卷压缩包的一卷" in (line.reason or "") for line in received.lines)


# 7z and rar


def test_members_of_7z_archives(tmp_path: Path) -> None:
    members = {"处室/101_办公室.json": content("101", "1"), "102.json": content("102", "2")}
    received = collect(tmp_path, archived(tmp_path, members, "7zip"), "报送.zip")
    assert inner(received) == {"处室/101_办公室.json": "accepted", "102.json": "accepted"}
    assert whole(received)[1] == "压缩包本身；其中 2 个文件已逐个收取"


def test_members_of_rar_archives(tmp_path: Path) -> None:
    names = ["101.json", "../../evil.json"]
    received = collect(tmp_path, rar4({name: content(str(n), "1") for n, name in enumerate(names)}), "报送.rar")
    assert inner(received) == dict.fromkeys(names, "accepted")
    assert not list(tmp_path.rglob("*evil*"))


def test_a_7z_bomb_is_cut_off(tmp_path: Path) -> None:
    received = collect(tmp_path, archived(tmp_path, {"101.json": bytes(200 << 20)}, "7zip"), "a.7z")
    assert inner(received) == {"101.json": "refused"}
    assert "压缩炸弹" in whole(received)[1]


def test_a_damaged_7z_archive_is_unreadable_and_the_run_goes_on(tmp_path: Path) -> None:
    archive = bytearray(archived(tmp_path, {"101.json": content("101", "1") * 500}, "7zip"))
    archive[40:60] = bytes(20)
    status, reason = whole(collect(tmp_path, bytes(archive), "a.7z"))
    assert status == "unreadable"
    assert "解压后报送" in reason


@pytest.mark.parametrize("data", [rar4({"101.json": b"x"}, archive_flags=0x0080), rar5(4, 0)], ids=["rar 4", "rar 5"])
def test_encrypted_archives_are_refused_by_reason(tmp_path: Path, data: bytes) -> None:
    assert whole(collect(tmp_path, data, "a.rar")) == ("refused", "压缩包有打开密码，请解密后重新报送")


def test_without_a_program_that_reads_them_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    archiver.cache_clear()
    try:
        status, reason = whole(collect(tmp_path, rar4({"101.json": b"x"}), "a.rar"))
    finally:
        archiver.cache_clear()
    assert status == "refused"
    assert "改用 zip 压缩" in reason


def test_unpacking_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "bsdtar"
    slow.write_text(f"#!{sys.executable}\nimport sys, time\nprint('bsdtar 3.6.2')\nsys.stdout.flush()\n"
                    "if '--version' not in sys.argv: time.sleep(60)\n")  # fmt: skip
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    archiver.cache_clear()
    started = time.monotonic()
    try:
        received = collect(tmp_path, rar4({"101.json": b"x"}), "a.rar", replace(BOUNDS, unpack_seconds=1))
    finally:
        archiver.cache_clear()
    assert whole(received) == ("refused", "解压超过时间上限，其后的未读取")
    assert time.monotonic() - started < 20


# Mails


def test_attachments_of_a_mail(tmp_path: Path) -> None:
    forwarded = mail("转发：内部", {"103.json": content("103", "1")})
    message = mail("报送", {"101_办公室.json": content("101", "1"), "~$101.json": b"x"})
    message.add_attachment(forwarded)
    received = collect(tmp_path, bytes(message), "报送.eml")
    assert inner(received) == {
        "101_办公室.json": "accepted",
        "~$101.json": "ignored",
        "转发：内部.eml": "ignored",
        "转发：内部.eml!103.json": "accepted",
    }
    assert whole(received) == ("ignored", "邮件本身；其中 3 个附件已逐个收取")


def test_names_as_chinese_mail_programs_write_them(tmp_path: Path) -> None:
    name = "财政局.json"
    quoted = "=?gb18030?B?" + base64.b64encode(name.encode("gb18030")).decode() + "?="
    head = b"From: a@x.cn\r\nTo: b@x.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    for number, header in enumerate((f'filename="{quoted}"'.encode(), b'filename="' + name.encode("gb18030") + b'"')):
        body = (
            head + b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; " + header
            + b"\r\n\r\n" + content("101", str(number))
        )  # fmt: skip
        folder = tmp_path / str(number)
        folder.mkdir()
        assert inner(collect(folder, body, "a.eml")) == {name: "accepted"}


def test_pictures_of_a_signature_are_ignored_with_a_line(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.cn", "b@x.cn", "报送"
    message.set_content("<img src='cid:1'>", subtype="html")
    message.add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<1>", filename="logo.png")
    message.add_attachment(content("101", "1"), maintype="application", subtype="json", filename="101.json")
    received = collect(tmp_path, bytes(message), "a.eml")
    assert inner(received) == {"logo.png": "ignored", "101.json": "accepted"}


def test_a_mail_without_attachments_is_no_return(tmp_path: Path) -> None:
    assert whole(collect(tmp_path, bytes(mail("报送", {})), "a.eml")) == (
        "not_a_return",
        "邮件中没有附件，报表请以附件报送",
    )


def test_a_mail_that_nests_without_end_costs_nothing(tmp_path: Path) -> None:
    head = b"From: a@x.cn\r\nTo: b@x.cn\r\nSubject: x\r\n"
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5000))
    received = collect(tmp_path, head + nested, "a.eml")
    assert whole(received)[0] in {"unreadable", "not_a_return"}


def test_a_mail_beyond_its_bound(tmp_path: Path) -> None:
    received = collect(tmp_path, bytes(mail("报送", {"a.bin": bytes(5000)})), "a.eml", replace(BOUNDS, mail=2000))
    assert whole(received)[0] == "refused"


# Outlook's own mails


def test_attachments_of_an_outlook_mail(tmp_path: Path) -> None:
    received = collect(tmp_path, outlook({"101_办公室.json": content("101", "1"), "102.json": b"x" * 9000}), "报送.msg")
    assert inner(received) == {"101_办公室.json": "accepted", "102.json": "not_a_return"}
    assert whole(received) == ("ignored", "邮件本身；其中 2 个附件已逐个收取")


def outlook(attachments: Mapping[str, bytes]) -> bytes:
    """A compound file as Outlook saves a mail ([MS-OXMSG]): sectors of 512 bytes, small streams kept apart."""
    nodes: list[tuple[str, int, bytes, list[int]]] = [("Root Entry", 5, b"", [])]

    def add(parent: int, name: str, kind: int, data: bytes = b"") -> int:
        nodes.append((name, kind, data, []))
        nodes[parent][3].append(len(nodes) - 1)
        return len(nodes) - 1

    add(0, "__properties_version1.0", 2, bytes(32))
    for number, (name, data) in enumerate(attachments.items()):
        store = add(0, f"__attach_version1.0_#{number:08X}", 1)
        add(store, "__properties_version1.0", 2, bytes(8))
        add(store, "__substg1.0_3707001F", 2, name.encode("utf-16-le"))
        add(store, "__substg1.0_37010102", 2, data)
    return _compound(nodes)


def _compound(nodes: list[tuple[str, int, bytes, list[int]]]) -> bytes:
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    small, small_table, sectors, table = b"", list[int](), list[bytes](), list[int]()

    def chain(data: bytes) -> int:
        first, count = len(sectors), -(-len(data) // 512)
        sectors.extend(data[512 * n : 512 * n + 512].ljust(512, b"\0") for n in range(count))
        table.extend([*range(first + 1, first + count), end] if count else [])
        return first if count else end

    starts = []
    for _, kind, data, _ in nodes:
        if kind != 2 or not data:
            starts.append(end)
        elif len(data) < 4096:
            first, count = len(small) // 64, -(-len(data) // 64)
            starts.append(first)
            small += data.ljust(64 * count, b"\0")
            small_table.extend([*range(first + 1, first + count), end])
        else:
            starts.append(chain(data))
    starts[0] = chain(small)
    places = struct.pack(f"<{len(small_table)}I", *small_table)
    small_first = chain(places.ljust(-(-len(places) // 512) * 512, b"\xff"))
    siblings = [(free, free)] * len(nodes)
    children = [free] * len(nodes)
    for at, (_, _, _, inside) in enumerate(nodes):
        if inside:
            children[at] = inside[0]
        for left, right in itertools.pairwise(inside):
            siblings[left] = (free, right)
    directory = b"".join(
        (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0")
        + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        + struct.pack("<III", *siblings[at], children[at])
        + bytes(36)
        + struct.pack("<IQ", starts[at], len(small) if at == 0 else len(data))
        for at, (name, kind, data, _) in enumerate(nodes)
    )
    directory_first = chain(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    tables = -(-(len(sectors) + 2) // 128)
    first_table = len(sectors)
    table.extend([0xFFFFFFFD] * tables)
    packed = struct.pack(f"<{len(table)}I", *table).ljust(512 * tables, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, directory_first, 0, 4096, small_first, -(-len(places) // 512), end, 0)
    head += struct.pack("<109I", *[first_table + n if n < tables else free for n in range(109)])
    return head + b"".join(sectors) + packed


# Passwords


def test_passwords_reach_the_readers_and_nothing_else(tmp_path: Path) -> None:
    from toolkit.read import Password  # noqa: PLC0415 - only here

    path = tmp_path / "101.json"
    path.write_bytes(json.dumps({"unit": "101", "amount": "1", "do": "locked"}).encode())
    out = tmp_path / "out"
    shut = receive([path], out, parser=PARSER, workers=1)
    assert whole(shut) == ("refused", "文件有打开密码")
    wrong = receive([path], out, parser=PARSER, workers=1, passwords=[Password("关门")])
    assert (whole(wrong)[0], wrong.parsed) == ("refused", 1)
    opened = receive([path], out, parser=PARSER, workers=1, passwords=[Password("关门"), Password("开门")])
    assert whole(opened)[0] == "accepted"
    kept = receive([path], out, parser=PARSER, workers=1)
    assert (whole(kept)[0], kept.parsed) == ("accepted", 0)
    for file in out.rglob("*"):
        if file.is_file():
            assert "开门".encode() not in file.read_bytes(), file
