"""Who a return is for: hidden sheet, properties, cover and file name, and the bureau's signature over them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from toolkit.model.errors import InputError
from toolkit.model.fact import Identity, Key, Return, UnitData, Value
from toolkit.model.form import Suite
from toolkit.model.signature import SIGNED, is_signed, sign
from toolkit.read import Refused, read_bytes
from toolkit.store.keyfile import read_key
from toolkit.write import write_workbook

if TYPE_CHECKING:
    from tests.read.conftest import Returned

KEY = b"0123456789abcdef"

Read = Callable[..., Return]


@pytest.fixture
def issued(suite: Suite, identity: Identity, values: dict[Key, Value]) -> bytes:
    """The filled workbook of a bureau that signs."""
    buffer = io.BytesIO()
    write_workbook(buffer, suite, data=UnitData(suite.id, identity, values), key=KEY)
    return buffer.getvalue()


@pytest.fixture
def read(suite: Suite, issued: bytes) -> Read:
    def reading(name: str = "102_办公室.xlsx", key: bytes | None = KEY, cover: str = "", **changes: str) -> Return:
        """Read it with entries of its hidden identity changed, in the sheet and in the properties."""
        book = openpyxl.load_workbook(io.BytesIO(issued))
        for label, value in book["_meta"].iter_rows(min_col=1, max_col=2):
            value.value = changes.get(str(label.value), value.value)
        for entry in getattr(book, "custom_doc_props").props:  # noqa: B009 - unknown to the type stubs
            entry.value = changes.get(entry.name, entry.value)
        if cover:
            book["00_封面"]["C7"].value = cover
        buffer = io.BytesIO()
        book.save(buffer)
        return read_bytes(buffer.getvalue(), name, {suite.edition: suite}.get, key=key)

    return reading


def _said(found: Return) -> list[str]:
    return [r.detail for r in found.remarks if r.code == "WBK-08"]


def test_a_signed_workbook_comes_back_as_it_was_issued(read: Read) -> None:
    assert _said(read()) == []
    assert read().identity.unit == "102"


def test_without_a_key_nobody_asks_for_the_signature(read: Read) -> None:
    assert _said(read(key=None, signature="")) == []


def test_a_missing_signature_is_an_error_and_the_return_is_read(read: Read) -> None:
    found = read(signature="")
    assert [(r.detail, r.severity) for r in found.remarks if r.code == "WBK-08"] == [
        ("身份被改动：工作簿没有身份签名，不能确认是下发给该单位的文件", "error")
    ]
    assert found.facts


def test_an_altered_unit_is_refused_with_the_one_it_was_issued_to(read: Read) -> None:
    with pytest.raises(Refused, match="单位代码（下发时为“102”，现为“103”）"):
        read("一份表.xlsx", unit="103")


def test_an_identity_that_nothing_in_the_file_explains_is_refused(read: Read) -> None:
    with pytest.raises(Refused, match="身份签名与工作簿的标识不符"):
        read("103_党群工作部.xlsx", cover="103", unit="103")
    with pytest.raises(Refused, match="身份签名与工作簿的标识不符"):
        read(key=b"another key of 16 bytes")


def test_an_altered_stage_is_an_error_and_the_return_is_read(read: Read, issued: bytes, suite: Suite) -> None:
    book = openpyxl.load_workbook(io.BytesIO(issued))
    for label, value in book["_meta"].iter_rows(min_col=1, max_col=2):
        value.value = "调整" if label.value == "stage" else value.value
    buffer = io.BytesIO()
    book.save(buffer)
    found = read_bytes(buffer.getvalue(), "102.xlsx", {suite.edition: suite}.get, key=KEY)
    assert "身份被改动：编报阶段（下发时为“批复”，现为“调整”）" in _said(found)


def test_more_project_sheets_than_were_issued_do_not_hide_who_it_was_issued_to(read: Read) -> None:
    assert "身份被改动：项目表张数（下发时为“3”，现为“7”）" in _said(read(instances="7"))


def test_every_signed_entry_counts_and_its_place_does_too() -> None:
    identity = dict.fromkeys(SIGNED, "1")
    assert is_signed(KEY, identity, sign(KEY, identity).upper())
    for name in SIGNED:
        assert not is_signed(KEY, {**identity, name: "2"}, sign(KEY, identity))
    assert sign(KEY, {"suite": "ab", "edition": "c"}) != sign(KEY, {"suite": "a", "edition": "bc"})
    assert sign(KEY, identity) != sign(KEY[::-1], identity)


@pytest.mark.parametrize(
    ("content", "good"), [(KEY, True), (KEY + b"\r\n", True), (KEY[1:], False), (b"x" * 5000, False)]
)
def test_a_key_has_sixteen_bytes_or_more_and_is_never_printed(tmp_path: Path, content: bytes, good: bool) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    if good:
        assert read_key(file) == KEY
        return
    with pytest.raises(InputError, match="16 至 4096") as told:
        read_key(file)
    assert KEY[1:].decode() not in str(told.value)


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="无法读取密钥文件"):
        read_key(tmp_path / "none")


def test_the_workbook_of_another_unit_filled_in_as_ones_own_is_refused(returned: Returned) -> None:
    returned.type_text("00_封面", returned.fact("cover", "", "unit_code").cell, "103")
    returned.path = returned.path.rename(returned.path.with_name("103_党群工作部.xlsx"))
    with pytest.raises(Refused, match="发给单位 102 的，封面和文件名却是单位 103"):
        returned.read()


def test_where_hidden_sheet_and_properties_disagree_the_cover_decides_and_it_is_said(returned: Returned) -> None:
    with returned.openpyxl() as book:
        assert book["_meta"]["A6"].value == "unit"
        book["_meta"]["B6"].value = "103"
    found = returned.read()
    assert found.identity.unit == "102"
    said = [r for r in found.remarks if r.code == "WBK-08"]
    assert [(r.detail, r.severity) for r in said] == [
        ("单位代码不一致：隐藏标识为“103”，文档属性为“102”，封面为“102”", "error")
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("102_办公室2020年度.xlsx", ["文件名中的年度“2020”与填报年度“2021”不一致"]),
        ("办公室2020年预算.xlsx", ["文件名中的年度“2020”与填报年度“2021”不一致"]),
        ("办公室2021年预算（2020年11月报）.xlsx", []),
        ("办公室2020年11月5日.xlsx", []),
        ("办公室20201105.xlsx", []),
    ],
)
def test_a_file_name_of_another_year(returned: Returned, name: str, said: list[str]) -> None:
    returned.path = returned.path.rename(returned.path.with_name(name))
    assert [r.detail for r in returned.remarks("WBK-08")] == said


def test_an_edition_number_that_was_altered_is_said_and_the_properties_are_believed(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book["_meta"]["B2"].value = "0123456789abcdef"
    assert [(r.severity, "0123456789abcdef" in r.detail) for r in returned.remarks("WBK-01")] == [("warning", True)]


def test_a_deleted_identity_sheet_is_said(returned: Returned) -> None:
    with returned.openpyxl() as book:
        del book["_meta"]
    assert [r.detail for r in returned.remarks("WBK-01")] == ["隐藏的标识页被删除，已按文档属性识别模板版本和单位"]
