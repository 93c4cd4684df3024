"""generate, fill, extract: a blank, a unit's data in it, and the data out of it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.catalog import load_suite, read_data

Run = Callable[..., Any]
DataFile = Callable[..., Path]
Refused = Callable[..., str]
Left = Callable[[Path], set[str]]


def test_generate_writes_one_blank_and_names_its_edition(run: Run, tmp_path: Path, mini: Path) -> None:
    blank = tmp_path / "空 表.xlsx"
    ran = run("generate", "-o", blank, "--suite", mini, "--projects", 2, "--unit", "102", "--year", 2021)
    assert ran.code == 0
    assert ran.out == f"已生成 {blank}（套表版本 {load_suite(mini).edition}）\n"
    assert blank.stat().st_size > 10_000


def test_equal_command_lines_give_equal_blanks(run: Run, tmp_path: Path, mini: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        run("generate", "-o", tmp_path / name, "--suite", mini)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_generate_picks_the_shipped_suite_of_the_year(run: Run, tmp_path: Path) -> None:
    ran = run("generate", "-o", tmp_path / "2020.xlsx", "--year", 2020, "--projects", 1)
    assert load_suite("shijiazhuang-2020").edition in ran.out


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_extract_of_fill_is_the_data(run: Run, bureau: Path, tmp_path: Path, suffix: str, mini: Path) -> None:
    own = ("--suite", mini)
    filled, taken = tmp_path / "102.xlsx", tmp_path / f"102.{suffix}"
    assert run("fill", bureau / "空表.xlsx", bureau / "102.yaml", "-o", filled, *own).out == f"已填写 {filled}\n"
    assert run("extract", filled, "-o", taken, *own).out == f"已取出 {taken}\n"
    suite = load_suite(mini)
    given, got = (read_data(path, lambda _: suite) for path in (bureau / "102.yaml", taken))
    assert got == given
    if suffix == "json":
        assert json.loads(taken.read_text(encoding="utf-8"))["unit"] == {"code": "102", "name": "办公室"}


def test_extract_of_fill_of_extract_is_stable(run: Run, bureau: Path, tmp_path: Path, mini: Path) -> None:
    own = ("--suite", mini)
    first, again, once, twice = (tmp_path / n for n in ("1.yaml", "2.yaml", "1.xlsx", "2.xlsx"))
    run("fill", bureau / "空表.xlsx", bureau / "103.yaml", "-o", once, *own)
    run("extract", once, "-o", first, *own)
    run("fill", once, first, "-o", twice, *own)
    run("extract", twice, "-o", again, *own)
    assert first.read_bytes() == again.read_bytes()
    assert once.read_bytes() == twice.read_bytes()


def test_a_filled_workbook_keeps_the_number_of_project_sheets(
    run: Run, bureau: Path, tmp_path: Path, mini: Path
) -> None:
    filled = tmp_path / "102.xlsx"
    run("fill", bureau / "空表.xlsx", bureau / "102.yaml", "-o", filled, "--suite", mini)
    assert abs(filled.stat().st_size - (bureau / "空表.xlsx").stat().st_size) < 2_000
    assert "P03_绩效" not in _sheets(filled)


def test_an_archived_edition_is_enough_to_read_a_workbook(run: Run, bureau: Path, tmp_path: Path, mini: Path) -> None:
    run("distribute", bureau / "单位名册.csv", "-o", tmp_path / "下发", "--suite", mini, "--projects", 1)
    taken = tmp_path / "102.yaml"
    archived = tmp_path / "下发" / "editions"
    assert run("extract", tmp_path / "下发" / "102_办公室.xlsx", "-o", taken, "--suite", archived).code == 0
    assert "name: 办公室" in taken.read_text(encoding="utf-8")


def test_an_output_that_is_no_xlsx_is_refused(
    refused: Refused, bureau: Path, tmp_path: Path, left: Left, mini: Path
) -> None:
    wanted = tmp_path / "空表.xls"
    assert f"应以 .xlsx 结尾：{wanted}" in refused("generate", "-o", wanted, "--suite", mini)
    data = bureau / "102.yaml"
    assert "应以 .xlsx 结尾" in refused("fill", bureau / "空表.xlsx", data, "-o", tmp_path / "102", "--suite", mini)
    assert left(tmp_path) == set()


def test_an_output_folder_that_is_not_there_is_refused(refused: Refused, tmp_path: Path, mini: Path) -> None:
    assert f"文件夹不存在：{tmp_path / '没有'}" in refused(
        "generate", "-o", tmp_path / "没有" / "a.xlsx", "--suite", mini
    )


def test_a_folder_cannot_be_written_as_a_file(
    refused: Refused, bureau: Path, tmp_path: Path, left: Left, mini: Path
) -> None:
    (tmp_path / "a.xlsx").mkdir()
    assert "是一个文件夹" in refused("generate", "-o", tmp_path / "a.xlsx", "--suite", mini)
    (tmp_path / "a.yaml").mkdir()
    returned = bureau / "回收" / "102 办公室.xlsx"
    assert "无法写入" in refused("extract", returned, "-o", tmp_path / "a.yaml", "--suite", mini)
    assert left(tmp_path) == {"a.xlsx", "a.yaml"}


def test_a_data_file_with_an_unknown_field_names_what_is_near(
    refused: Refused, bureau: Path, tmp_path: Path, mini: Path, data_file: DataFile
) -> None:
    data = data_file(tmp_path / "102.yaml", "102", "办公室")
    data.write_text(data.read_text(encoding="utf-8").replace("signed:", "singed:"), encoding="utf-8")
    said = refused("fill", bureau / "空表.xlsx", data, "-o", tmp_path / "102.xlsx", "--suite", mini)
    assert "102.yaml：forms.basic.cover" in said
    assert "singed" in said
    assert "signed" in said
    assert not (tmp_path / "102.xlsx").exists()


def test_a_data_file_that_is_no_yaml_says_where(refused: Refused, bureau: Path, tmp_path: Path, mini: Path) -> None:
    data = tmp_path / "102.yaml"
    data.write_text("suite: mini\nunit: {code: 102\nyear: 2021\n", encoding="utf-8")
    said = refused("fill", bureau / "空表.xlsx", data, "-o", tmp_path / "102.xlsx", "--suite", mini)
    assert "102.yaml：不是有效的数据文件" in said
    assert "line 3" in said


def test_a_value_that_is_no_number_names_its_place(
    refused: Refused, bureau: Path, tmp_path: Path, mini: Path, data_file: DataFile
) -> None:
    data = data_file(tmp_path / "102.yaml", "102", "办公室", basic="60万")
    said = refused("fill", bureau / "空表.xlsx", data, "-o", tmp_path / "102.xlsx", "--suite", mini)
    assert "forms.budget.expenditure.basic.this_year" in said
    assert "60万" in said


def test_data_of_another_suite_does_not_fit(refused: Refused, bureau: Path, tmp_path: Path, mini: Path) -> None:
    data = tmp_path / "102.yaml"
    data.write_text((bureau / "102.yaml").read_text(encoding="utf-8").replace("mini", "maxi"), encoding="utf-8")
    said = refused("fill", bureau / "空表.xlsx", data, "-o", tmp_path / "102.xlsx", "--suite", mini)
    assert f"{data} 是套表 maxi 的数据，而工作簿是 mini 的" in said


def test_one_units_workbook_is_not_filled_with_another_units_data(
    refused: Refused, bureau: Path, tmp_path: Path, mini: Path
) -> None:
    returned = bureau / "回收" / "102 办公室.xlsx"
    said = refused("fill", returned, bureau / "103.yaml", "-o", tmp_path / "x.xlsx", "--suite", mini)
    assert "是发给单位 102 的" in said
    assert "单位 103 的数据" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [("空表.xlsx", b"not a workbook at all"), ("空表.xlsx", b""), ("空表.csv", "单位,金额\n".encode())],
)
def test_a_blank_that_is_no_workbook_is_refused(
    refused: Refused, bureau: Path, tmp_path: Path, name: str, content: bytes, mini: Path
) -> None:
    blank = tmp_path / name
    blank.write_bytes(content)
    said = refused("fill", blank, bureau / "102.yaml", "-o", tmp_path / "102.xlsx", "--suite", mini)
    assert f"{blank} 不能作为套表读取" in said
    assert "不能作为套表读取" in refused("extract", blank, "-o", tmp_path / "x.yaml")
    assert not (tmp_path / "102.xlsx").exists()


def test_a_workbook_of_an_edition_nobody_knows_says_so(
    refused: Refused, bureau: Path, tmp_path: Path, mini: Path
) -> None:
    said = refused("fill", bureau / "空表.xlsx", bureau / "102.yaml", "-o", tmp_path / "102.xlsx")
    assert "模板版本未知" in said
    assert load_suite(mini).edition in said


def test_a_path_that_is_not_there_is_named(refused: Refused, bureau: Path, tmp_path: Path, mini: Path) -> None:
    missing = tmp_path / "没有.xlsx"
    assert f"找不到文件：{missing}" in refused("fill", missing, bureau / "102.yaml", "-o", tmp_path / "102.xlsx")
    assert f"找不到文件：{missing}" in refused("extract", missing, "-o", tmp_path / "102.yaml")
    said = refused("fill", bureau / "空表.xlsx", tmp_path / "没有.yaml", "-o", tmp_path / "1.xlsx", "--suite", mini)
    assert "没有.yaml：文件无法读取" in said


def test_an_unknown_suite_names_the_near_one(refused: Refused, tmp_path: Path) -> None:
    said = refused("generate", "-o", tmp_path / "a.xlsx", "--suite", "hebei-2012")
    assert "没有套表“hebei-2012”" in said
    assert "是不是 hebei-2021？" in said
    assert "没有 1999 年的套表" in refused("generate", "-o", tmp_path / "a.xlsx", "--year", 1999)
    said = refused("generate", "-o", tmp_path / "a.xlsx", "--suite", "hebei-2021", "--year", 2020)
    assert "是 2021 年的，不是 2020 年" in said


def _sheets(workbook: Path) -> list[str]:
    return openpyxl.load_workbook(workbook, read_only=True).sheetnames
