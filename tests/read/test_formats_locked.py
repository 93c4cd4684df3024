"""Files with an opening password, foreign files, damage: read, or refused with what to do."""

from __future__ import annotations

import dataclasses
import io
import random
import re
from pathlib import Path

import msoffcrypto
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from bench.office import Office, convert
from tests.read.other_formats import xlsb, xml2003
from toolkit.model.fact import Return
from toolkit.model.form import Suite
from toolkit.read import LIMITS, NotAReturn, Password, ReadFailure, Refused, Unreadable, read_bytes
from toolkit.read.locked import READ_ONLY
from toolkit.read.sniff import sniff_bytes

KEY = "开门2021"


def locked(data: bytes, password: str) -> bytes:
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, buffer)
    return buffer.getvalue()


def read(data: bytes, suite: Suite, *passwords: Password, name: str = "102_办公室.xlsx") -> Return:
    return read_bytes(data, name, lambda _: suite, passwords=passwords)


@pytest.fixture(scope="session")
def closed(filled_bytes: bytes) -> bytes:
    return locked(filled_bytes, KEY)


def test_the_right_password_opens_and_is_only_mentioned(closed: bytes, filled_bytes: bytes, suite: Suite) -> None:
    found, plain = read(closed, suite, Password("别的"), Password(KEY)), read(filled_bytes, suite)
    assert found.facts == plain.facts
    assert [(r.severity, r.detail) for r in found.remarks] == [("info", "文件有打开密码，已用所给的密码打开")]
    assert found.engine == "msoffcrypto+expat+calamine"
    assert KEY not in repr(found)
    assert KEY not in repr(Password(KEY))


def test_the_password_of_read_only_files_is_nobody_s_secret(filled_bytes: bytes, suite: Suite) -> None:
    assert read(locked(filled_bytes, READ_ONLY), suite).remarks == ()


@pytest.mark.parametrize(
    ("passwords", "words"),
    [
        ((), "没有给出可用的密码"),
        ((Password("错"), Password("也错", "102")), "所给的密码都不对，已试 2 个"),
    ],
)
def test_without_the_right_one_it_is_refused_with_what_to_do(
    passwords: tuple[Password, ...], words: str, closed: bytes, suite: Suite
) -> None:
    with pytest.raises(Refused, match="有打开密码") as caught:
        read(closed, suite, *passwords)
    assert words in caught.value.reason
    assert "--passwords" in caught.value.reason
    assert not any(one.text in caught.value.reason for one in passwords if one.text != "错")


def test_the_unit_s_own_password_is_tried_before_those_of_others(closed: bytes, suite: Suite) -> None:
    limits = dataclasses.replace(LIMITS, password_seconds=1.5)
    others = [Password(f"{n}号", f"{n}") for n in range(200, 300)]
    for own in (Password(KEY, "102"), Password(KEY, "", "办公室")):
        passwords = (*others, own)
        assert read_bytes(closed, "102_办公室.xlsx", lambda _: suite, limits=limits, passwords=passwords).facts
    with pytest.raises(Refused, match=r"另有 \d+ 个因时间所限未试"):
        read_bytes(closed, "附件.xlsx", lambda _: suite, limits=limits, passwords=(*others, Password(KEY, "102")))


def test_a_code_inside_a_longer_number_names_no_unit() -> None:
    assert Password("x", "102").fits("102_办公室.xlsx")
    assert not Password("x", "102").fits("1021_别的单位.xlsx")
    assert not Password("x").fits("102_办公室.xlsx")


def test_rounds_beyond_the_bound_are_not_begun(closed: bytes, suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rounds than honest programs ask for, in as many digits: the file stays whole."""
    hostile = closed.replace(b'spinCount="100000"', b'spinCount="999999"')
    assert hostile != closed
    begun: list[object] = []
    monkeypatch.setattr("msoffcrypto.format.ooxml.OOXMLFile.load_key", lambda *given, **named: begun.append(given))
    limits = dataclasses.replace(LIMITS, spin_count=500_000)
    with pytest.raises(Refused, match="迭代次数（999999）超过 500000 次"):
        read_bytes(hostile, "102.xlsx", lambda _: suite, limits=limits, passwords=[Password(KEY)])
    assert begun == []


def test_entities_in_the_description_of_the_cipher_are_refused(closed: bytes, suite: Suite) -> None:
    start = closed.index(b"<?xml")
    length = len(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]>'
    hostile = closed[:start] + bomb.ljust(length) + closed[start + length :]
    with pytest.raises(Refused, match="DOCTYPE"):
        read(hostile, suite, Password(KEY))


def test_a_package_cut_short_is_damage(closed: bytes, suite: Suite) -> None:
    for length in range(600, len(closed), len(closed) // 25):
        with pytest.raises(ReadFailure):
            read(closed[:length], suite, Password(KEY))


@pytest.mark.slow
def test_old_workbooks_and_open_documents_with_a_password(filled_bytes: bytes, suite: Suite, tmp_path: Path) -> None:
    source = tmp_path / "102.xlsx"
    source.write_bytes(filled_bytes)
    with Office() as office:
        office.open(source)
        old = office.save(tmp_path / "102.xls", "MS Excel 97", KEY)
        document = office.save(tmp_path / "102.ods", "calc8", KEY)
    found = read(old.read_bytes(), suite, Password(KEY), name="102.xls")
    assert {k: f.value for k, f in found.facts.items()} == {
        k: f.value for k, f in read(filled_bytes, suite).facts.items()
    }
    assert found.engine == "msoffcrypto+xlrd+calamine"
    with pytest.raises(Refused, match="有打开密码"):
        read(old.read_bytes(), suite)
    with pytest.raises(Refused, match="ODS 文件有打开密码"):
        read(document.read_bytes(), suite, Password(KEY))


# What a file is


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"BZh91AY&SY", "bzip2"),
        (b"\xfd7zXZ\x00\x00", "xz"),
        (b"\x78\x9f\x3e\x22\x00\x00", "tnef"),
        (b"From: a@x.cn\r\nTo: b@x.cn\r\nSubject: =?gbk?B?sajLzQ==?=\r\n\r\ntext", "eml"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;\r\n\r\n", "mht"),
        ("From: 本表由财政局下发\nTo: 各单位\n单位,金额\n".encode(), "csv"),
        (b'<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet">',
         "fods"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
         "xml2003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "__properties_version1.0".encode("utf-16-le"), "msg"),
    ],
)  # fmt: skip
def test_content_says_what_a_file_is(data: bytes, kind: str) -> None:
    assert sniff_bytes(data) == kind


@pytest.mark.parametrize(
    ("data", "failure", "words"),
    [
        ("单位,金额\n办公室,5\n".encode("gb18030"), Refused, "只有一张表，没有模板标识"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n", Refused, "单个文件网页"),
        (b"<html><table><tr><td>1</td></tr></table></html>", NotAReturn, "没有模板标识"),
        (b"From: a@x.cn\nTo: b@x.cn\nSubject: x\n\n", NotAReturn, "请报送其中的附件"),
        (b"\x78\x9f\x3e\x22\x00\x00", NotAReturn, "winmail.dat"),
        (b"BZh91AY&SY", NotAReturn, "bz2"),
    ],
)
def test_what_cannot_be_a_return_is_named_with_what_to_do(data: bytes, failure: type[ReadFailure], words: str) -> None:
    with pytest.raises(failure) as caught:
        read_bytes(data, "102.xls", lambda _: None)
    assert words in caught.value.reason


def test_a_page_of_another_origin_with_our_labels_but_no_edition_is_no_return(suite: Suite) -> None:
    page = "<table><tr><td>支出项目</td><td>本年预算</td></tr><tr><td>支出合计</td><td>5</td></tr></table>".encode(
        "gb18030"
    )
    with pytest.raises(NotAReturn, match="没有模板标识"):
        read(page, suite)


# Damage


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory, filled_bytes: bytes) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "102.xlsx").write_bytes(filled_bytes)
    saved = {kind: convert(folder / "102.xlsx", kind, folder / "saved").read_bytes() for kind in ("xls", "ods", "fods")}
    return saved | {"xlsb": xlsb(filled_bytes), "xml": xml2003(filled_bytes)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "ods", "fods", "xlsb", "xml"])
def test_flipped_bytes_and_cut_files_never_end_in_anything_but_a_reason(
    kind: str, sound: dict[str, bytes], suite: Suite
) -> None:
    chance, data = random.Random(11), sound[kind]
    outcomes = set()
    for _ in range(40):
        damaged = bytearray(data)
        for _ in range(4):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.3:
            damaged = damaged[: chance.randrange(len(damaged))]
        try:
            read(bytes(damaged), suite)
        except ReadFailure as failure:
            outcomes.add((type(failure), failure.reason))
    assert {kind for kind, _ in outcomes} & {Unreadable, Refused}
    assert all(re.search("[\u4e00-\u9fff]", reason) for _, reason in outcomes)


def test_limits_hold_for_every_format(filled_bytes: bytes, suite: Suite) -> None:
    for data in (xlsb(filled_bytes), xml2003(filled_bytes)):
        for limits, words in (
            (dataclasses.replace(LIMITS, cells=50), "有内容的单元格超过 50 个"),
            (dataclasses.replace(LIMITS, sheets=3), "超过 3 张"),
            (dataclasses.replace(LIMITS, names=5), "定义名称超过 5 个"),
        ):
            with pytest.raises(Refused, match=words):
                read_bytes(data, "102", lambda _: suite, limits=limits)


def test_the_library_that_decrypts_knows_its_own_errors() -> None:
    """They are caught by name: a new version that renames them must fail here, not in a collection."""
    assert issubclass(msoffcrypto.exceptions.InvalidKeyError, Exception)
    assert issubclass(msoffcrypto.exceptions.DecryptionError, Exception)
