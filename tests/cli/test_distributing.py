"""distribute: from the roster to one workbook per unit, with last year's figures and ceilings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Run = Callable[..., Any]
Refused = Callable[..., str]
Left = Callable[[Path], set[str]]


@pytest.fixture
def issued(run: Run, bureau: Path, mini: Path, tmp_path: Path) -> Any:
    return run("distribute", bureau / "单位名册.csv", "-o", tmp_path / "下 发", "--suite", mini, "--projects", 1)


def test_each_unit_of_the_roster_gets_its_workbook(issued: Any, tmp_path: Path, left: Left) -> None:
    assert issued.code == 0
    assert issued.lines == [
        "102\t办公室\t102_办公室.xlsx",
        "103\t财政所\t103_财政所.xlsx",
        "104\t教育局\t104_教育局.xlsx",
        f"共 3 个单位，台账：{tmp_path / '下 发' / 'issued.jsonl'}",
    ]
    names = {name for name in left(tmp_path / "下 发") if not name.startswith("editions")}
    assert names == {"102_办公室.xlsx", "103_财政所.xlsx", "104_教育局.xlsx", "issued.jsonl"}


def test_an_issued_workbook_comes_back_as_its_units_return(
    run: Run, issued: Any, bureau: Path, mini: Path, tmp_path: Path
) -> None:
    assert issued.code == 0
    blank, returned = tmp_path / "下 发" / "103_财政所.xlsx", tmp_path / "103.xlsx"
    assert run("fill", blank, bureau / "103.yaml", "-o", returned, "--suite", mini).code == 0
    assert run("check", returned, "--suite", tmp_path / "下 发" / "editions").code == 0


def test_it_does_not_overwrite_a_units_work(
    run: Run, refused: Refused, issued: Any, bureau: Path, mini: Path, tmp_path: Path
) -> None:
    work = tmp_path / "下 发" / "103_财政所.xlsx"
    run("fill", work, bureau / "103.yaml", "-o", work, "--suite", mini)
    before = work.read_bytes()
    said = refused("distribute", bureau / "单位名册.csv", "-o", tmp_path / "下 发", "--suite", mini, "--projects", 1)
    assert f"{work} 已存在且内容不同" in said
    assert work.read_bytes() == before


def test_the_prior_book_and_the_ceilings_reach_the_workbooks(
    run: Run, bureau: Path, mini: Path, own_suite: Path, collected: Path, tmp_path: Path
) -> None:
    """``collected`` is of 2021, so it is last year's book for a suite of 2022."""
    path = own_suite / "suite.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("year: 2021", "year: 2022"), encoding="utf-8")
    control = tmp_path / "控制数.csv"
    control.write_text("单位代码,类别,控制数,计量单位\n102,项目支出,45,万元\n", encoding="utf-8")
    out = tmp_path / "下发"
    ran = run(
        "distribute", bureau / "单位名册.csv", "-o", out, "--suite", own_suite, "--prefill", collected,
        "--control", control, "--projects", 1, "--year", 2022,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(out / "102_办公室.xlsx", data_only=True)
    printed = [cell.value for row in book["填报说明"].iter_rows() for cell in row]
    assert "控制数：《收支预算表》“项目支出·本年预算”不得超过 45.00 万元。" in printed
    taken = tmp_path / "102.json"
    run("extract", out / "102_办公室.xlsx", "-o", taken, "--suite", own_suite)
    assert json.loads(taken.read_text(encoding="utf-8"))["year"] == 2022
    figures = [cell.value for row in book["01_收支"].iter_rows() for cell in row]
    assert 60 in figures
    other = openpyxl.load_workbook(out / "104_教育局.xlsx", data_only=True)
    assert 60 not in [cell.value for row in other["01_收支"].iter_rows() for cell in row]


def test_the_prior_sheet_reaches_the_workbooks(run: Run, bureau: Path, mini: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "上年数.csv"
    sheet.write_text("单位代码,表,行,栏,数值\n102,收支预算表,基本支出,上年预算,77.25\n", encoding="utf-8")
    out = tmp_path / "下发"
    ran = run("distribute", bureau / "单位名册.csv", "-o", out, "--suite", mini, "--prefill", sheet, "--projects", 1)
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(out / "102_办公室.xlsx", data_only=True)
    assert 77.25 in [cell.value for row in book["01_收支"].iter_rows() for cell in row]


def test_last_years_figures_stay_when_the_workbook_is_filled_by_command(
    run: Run, bureau: Path, mini: Path, tmp_path: Path
) -> None:
    sheet, data, out = tmp_path / "上年数.csv", tmp_path / "103.yaml", tmp_path / "下发"
    sheet.write_text("单位代码,表,行,栏,数值\n103,收支预算表,项目支出,上年预算,77.25\n", encoding="utf-8")
    run("distribute", bureau / "单位名册.csv", "-o", out, "--suite", mini, "--prefill", sheet, "--projects", 1)
    text = (bureau / "103.yaml").read_text(encoding="utf-8")
    data.write_text(text.replace(', last_year: "40"', ""), encoding="utf-8")
    run("fill", out / "103_财政所.xlsx", data, "-o", tmp_path / "103.xlsx", "--suite", mini)
    run("extract", tmp_path / "103.xlsx", "-o", tmp_path / "103.json", "--suite", mini)
    taken = json.loads((tmp_path / "103.json").read_text(encoding="utf-8"))
    expenditure = taken["forms"]["budget"]["expenditure"]
    assert expenditure["project"] == {"this_year": "40", "last_year": "77.25"}
    assert "total" not in expenditure, "a total is computed, not filled in"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("单位代码,单位名称\n102,\n", "名册.csv 第 2 行“单位名称”列"),
        ("单位代码,单位名称\n102,办公室\n102,财政所\n", "名册.csv 第 3 行“单位代码”列"),
        ("单位代码,联系人\n102,张三\n", "单位名称"),
        ("", "名册.csv"),
    ],
)
def test_a_bad_roster_is_named_by_file_row_and_column(
    refused: Refused, mini: Path, tmp_path: Path, left: Left, rows: str, said: str
) -> None:
    (tmp_path / "名册.csv").write_text(rows, encoding="utf-8")
    told = refused("distribute", tmp_path / "名册.csv", "-o", tmp_path / "下发", "--suite", mini)
    assert said in told
    assert left(tmp_path) == {"名册.csv"}


@pytest.mark.parametrize(
    ("option", "rows", "said"),
    [
        ("--prefill", "单位代码,表,行,栏,数值\n102,没有,基本支出,上年预算,1\n", "表.csv 第 2 行"),
        ("--prefill", "单位代码,表,行,栏,数值\n0102,budget,basic,last_year,1\n", "上年数里没有名册中的任何单位"),
        ("--control", "单位代码,类别,控制数\n102,没有,1\n", "表.csv 第 2 行“类别”列"),
        ("--control", "单位代码,类别,控制数\n102,项目支出,一\n", "表.csv 第 2 行“控制数”列"),
    ],
)
def test_a_bad_table_stops_before_anything_is_written(
    refused: Refused, bureau: Path, mini: Path, tmp_path: Path, left: Left, option: str, rows: str, said: str
) -> None:
    (tmp_path / "表.csv").write_text(rows, encoding="utf-8")
    roster = bureau / "单位名册.csv"
    told = refused(
        "distribute", roster, "-o", tmp_path / "下发", "--suite", mini, "--projects", 1, option, tmp_path / "表.csv"
    )
    assert said in told
    assert left(tmp_path) == {"表.csv"}


def test_an_output_that_cannot_be_a_folder_is_refused(
    refused: Refused, bureau: Path, mini: Path, tmp_path: Path
) -> None:
    (tmp_path / "下发").write_text("一个文件", encoding="utf-8")
    said = refused("distribute", bureau / "单位名册.csv", "-o", tmp_path / "下发", "--suite", mini)
    assert f"“{tmp_path / '下发'}”是一个文件" in said


def test_a_roster_that_is_not_there_is_refused(refused: Refused, mini: Path, tmp_path: Path, left: Left) -> None:
    said = refused("distribute", tmp_path / "没有.xlsx", "-o", tmp_path / "下发", "--suite", mini)
    assert "没有.xlsx" in said
    assert left(tmp_path) == set()
