from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from toolkit.model.errors import InputError
from toolkit.store.bureau import read_control, read_decisions, read_mapping, read_prior_sheet, read_roster


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, encoding: str = "utf-8-sig", name: str = "名册.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: list[object]) -> Path:
        book = Workbook()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]
        path = tmp_path / "名册.xlsx"
        book.save(path)
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_roster_in_any_usual_encoding(csv: Callable[..., Path], encoding: str) -> None:
    roster = read_roster(
        csv("单位代码,单位名称,上级代码,区划,备注\n001,办公室,,高新区,新设\n\n002,财政局,001,,\n", encoding)
    )
    assert [(e.unit, e.name, e.parent, e.region) for e in roster] == [
        ("001", "办公室", "", "高新区"),
        ("002", "财政局", "001", ""),
    ]
    assert dict(roster[0].extra) == {"备注": "新设"}
    assert roster[1].where == "名册.csv 第 4 行"


@pytest.mark.parametrize("header", ["unit,name,parent", "Unit, NAME ,上级代码", "名称,代码", "单位 名称,单位代码"])
def test_headers_in_either_language_and_any_order(csv: Callable[..., Path], header: str) -> None:
    row = "办公室,101" if "代码" in header.split(",")[1] and "名" in header.split(",", maxsplit=1)[0] else "101,办公室,"
    assert [(e.unit, e.name) for e in read_roster(csv(f"{header}\n{row}\n"))] == [("101", "办公室")]


def test_a_workbook_with_a_title_above_the_header_and_numbers_for_codes(xlsx: Callable[..., Path]) -> None:
    roster = read_roster(
        xlsx(["2021年单位名册"], [], ["单位代码", "单位名称", "打开密码"], [101, "办公室", 12345], ["002", "财政局"])
    )
    assert [(e.unit, e.name, e.password, e.where) for e in roster] == [
        ("101", "办公室", "12345", "名册.xlsx 第 4 行"),
        ("002", "财政局", "", "名册.xlsx 第 5 行"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("单位代码\n101\n", r"名册.csv：不是单位名册，缺少列：单位名称（name）"),
        ("单位代码,单位名称\n101,\n", r"名册.csv 第 2 行“单位名称”列是空的"),
        ("单位代码,单位名称\n101,甲\n\n101,乙\n", r"名册.csv 第 4 行“单位代码”列：101 与名册.csv 第 2 行重复"),
        ("单位代码,单位代码,单位名称\n1,1,甲\n", "出现了两次"),
        ("单位代码,单位名称,上级代码\n101,甲,101\n", "上级是它自己"),
        ('单位代码,单位名称\n101,"甲\n', "第 2 行：引号没有配对"),
        ("单位代码,单位名称\n101,甲\0\n", "空字符"),
    ],
)
def test_a_bad_row_is_named_by_file_row_and_column(csv: Callable[..., Path], text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_roster(csv(text))


def test_line_numbers_count_lines_inside_quotes(csv: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="第 4 行“单位名称”列是空的"):
        read_roster(csv('单位代码,单位名称\n101,"办公\n室"\n102,\n'))


def test_a_code_that_lost_its_last_digits_is_an_error(xlsx: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=r"名册.xlsx 第 2 行第 1 列：.*超过 15 位"):
        read_roster(xlsx(["单位代码", "单位名称"], [911302000000000001, "办公室"]))


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for content, said in (
        (b"PK\x03\x04 cut off", "不是能读的工作簿"),
        (b"\xff\x80\x80\xff", "既不是 UTF-8 也不是 GB18030"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=said):
            read_roster(path)
    with pytest.raises(InputError, match="打不开"):
        read_roster(tmp_path / "nowhere.csv")


def test_control_figures(csv: Callable[..., Path]) -> None:
    control = read_control(csv('单位代码,类别,控制数,计量单位\n101,基本支出,"1,234.50",万元\n101,项目支出,0,\n'))
    assert [(e.unit, e.category, e.amount, e.unit_of_measure) for e in control] == [
        ("101", "基本支出", Decimal("1234.50"), "万元"),
        ("101", "项目支出", Decimal(0), ""),
    ]


@pytest.mark.parametrize("amount", ["约十万", "12万元", "1_000", "１２３", "NaN", "1E999", ""])
def test_a_control_figure_that_is_no_number_is_named(csv: Callable[..., Path], amount: str) -> None:
    with pytest.raises(InputError, match=r"名册.csv 第 2 行“控制数”列"):
        read_control(csv(f"单位代码,类别,控制数\n101,基本支出,{amount}\n"))


def test_a_plain_sheet_of_last_year(csv: Callable[..., Path]) -> None:
    rows = read_prior_sheet(csv("unit\tform\trow\tfield\tvalue\n101\t表02\t合计\tthis_year\t5\n101\tcover\t\tname\t\n"))
    assert [(r.unit, r.form, r.row, r.field, r.value) for r in rows] == [
        ("101", "表02", "合计", "this_year", "5"),
        ("101", "cover", "", "name", None),
    ]
    with pytest.raises(InputError, match="同一个数"):
        read_prior_sheet(csv("unit,form,row,field,value\n1,a,b,c,5\n1,a,b,c,6\n"))


def test_decisions(csv: Callable[..., Path]) -> None:
    entries: Any = read_decisions(csv("sha256,decision,who,when,why\nABC,Accept,李四,2021-04-01,确认\n"))
    assert [(e.sha256, e.decision, e.who, e.when, e.why) for e in entries] == [
        ("abc", "accept", "李四", "2021-04-01", "确认")
    ]
    for row, said in (
        ("a,也许,李四,今天,x", "应为 accept"),
        (",撤回,李四,今天,x", "至少填一个"),
        ("a,撤回,李四,今天,", "原因"),
    ):
        with pytest.raises(InputError, match=said):
            read_decisions(csv(f"文件,决定,决定人,时间,原因\n{row}\n"))


def test_what_was_renamed_or_recoded(csv: Callable[..., Path]) -> None:
    mapping = read_mapping(
        csv(
            "类别,原值,现值,起始年度\n单位,102,433001,2027\nproject,网络运维,政务网络运行,2027年\n编码,102-1002-JBN-DCDC,13020127FT,\n"
        )
    )
    assert [(e.kind, e.old, e.new, e.from_year) for e in mapping] == [
        ("unit", "102", "433001", 2027),
        ("project", "网络运维", "政务网络运行", 2027),
        ("code", "102-1002-JBN-DCDC", "13020127FT", None),
    ]
    assert mapping[0].where == "名册.csv 第 2 行"
    assert [e.applies(2027) for e in mapping] == [True, True, True]
    assert [e.applies(2028) for e in mapping] == [False, False, True], "a year later it is the old name"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("科室,102,433001,2027\n", r"名册.csv 第 2 行“类别”列：“科室”应为"),
        ("单位,102,433001,明年\n", r"名册.csv 第 2 行“起始年度”列：“明年”不是年度"),
        ("单位,102,433001,202\n", r"名册.csv 第 2 行“起始年度”列"),
        ("单位,,433001,2027\n", r"名册.csv 第 2 行“原名称或代码”列是空的"),
        (
            "单位,102,433001,2027\n单位,103,433001,2027\n",
            r"名册.csv 第 3 行“现名称或代码”列：“433001”与名册.csv 第 2 行重复",
        ),
    ],
)
def test_a_bad_row_of_the_mapping_is_named(csv: Callable[..., Path], rows: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_mapping(csv(f"类别,原值,现值,起始年度\n{rows}"))
