"""Names of the workbooks: as received, and such that Windows, archives and long paths can hold them."""

from __future__ import annotations

import pytest

from toolkit.annotate import Wanted, file_names


def named(*received: str, unit: str = "102", suffix: str = ".xlsx") -> list[str]:
    return file_names([Wanted(name, unit, suffix) for name in received])


def test_a_plain_name_stays() -> None:
    assert named("102_办公室.xlsx", "督考办2021.XLSX") == ["102_办公室.xlsx", "督考办2021.xlsx"]


@pytest.mark.parametrize(
    ("received", "name"),
    [
        ('a<b>:"c|d?*.xlsx', "a_b___c_d__.xlsx"),
        ("换\n行\x07.xlsx", "换_行_.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ("lpt1.报表.xlsx", "_lpt1.报表.xlsx"),
        ("末尾空格 .xlsx", "末尾空格.xlsx"),
        ("...xlsx", "_.xlsx"),
        ("部门😀预算.xlsx", "部门_预算.xlsx"),
        ("../../etc/102.xlsx", "_.._etc_102.xlsx"),
        ("没有后缀", "没有后缀.xlsx"),
        ("102.xls", "102.xlsx"),
    ],
)
def test_what_a_system_cannot_hold_is_replaced(received: str, name: str) -> None:
    assert named(received) == [name]
    named(received)[0].encode("gbk")


def test_a_long_name_is_cut_between_characters() -> None:
    (name,) = named("很长的名字" * 60 + ".xlsx")
    assert len(name.encode()) <= 200
    assert name.endswith(".xlsx")


def test_files_of_one_name_get_their_units_code() -> None:
    files = [
        Wanted("预算.xlsx", "102", ".xlsx"),
        Wanted("预算.XLSX", "103", ".xlsx"),
        Wanted("决算.xlsx", "104", ".xlsx"),
    ]
    assert file_names(files) == ["102_预算.xlsx", "103_预算.xlsx", "决算.xlsx"]


def test_files_that_nothing_tells_apart_are_numbered() -> None:
    assert named("预算.xlsx", "预算.xlsx", "102_预算.xlsx") == ["102_预算.xlsx", "102_预算-2.xlsx", "102_预算-3.xlsx"]


def test_a_suffix_apart_is_a_name_apart() -> None:
    files = [Wanted("预算.xlsx", "102", ".xlsx"), Wanted("预算.xlsm", "103", ".xlsm")]
    assert file_names(files) == ["预算.xlsx", "预算.xlsm"]
