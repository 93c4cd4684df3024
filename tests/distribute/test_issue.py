"""One workbook per unit of the roster: who it is for, what it holds, and that no unit's work is overwritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from toolkit.distribute import LEDGER, Contents, ceiling_notes, issue, prefill_from_book, prefill_from_sheet
from toolkit.model.errors import InputError, OutputError
from toolkit.model.fact import Key, Value
from toolkit.model.form import Suite
from toolkit.read import extract, read_workbook
from toolkit.store.bureau import RosterEntry, read_control, read_prior_sheet

Entry = Callable[..., RosterEntry]
LAST = Key("expenditure", "", "basic", "last_year")


@pytest.fixture
def roster(entry: Entry) -> list[RosterEntry]:
    return [entry("102", "办公室"), entry("433002", "考核 办公室", region="石家庄")]


def values(path: Path, suite: Suite) -> tuple[Any, dict[Key, Value]]:
    found = read_workbook(path, lambda edition: suite if edition == suite.edition else None)
    return found.identity, dict(extract(found, suite).values)


def test_every_unit_gets_a_workbook_that_says_who_it_is_for(
    mini: Suite, roster: list[RosterEntry], tmp_path: Path
) -> None:
    issued = issue(Contents(mini, instances=1), roster, tmp_path / "下发")
    assert [line.file for line in issued] == ["102_办公室.xlsx", "433002_考核 办公室.xlsx"]
    own, _ = values(tmp_path / "下发" / "102_办公室.xlsx", mini)
    other, _ = values(tmp_path / "下发" / "433002_考核 办公室.xlsx", mini)
    assert (own.unit, own.unit_name, own.region, own.year, own.stage) == ("102", "办公室", "示例开发区", 2021, "批复")
    assert (other.unit, other.unit_name, other.region) == ("433002", "考核 办公室", "石家庄")


def test_the_ledger_says_what_was_issued(mini: Suite, roster: list[RosterEntry], tmp_path: Path) -> None:
    issued = issue(Contents(mini, instances=1), roster, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / LEDGER).read_text(encoding="utf-8").splitlines()]
    assert [line["unit"] for line in lines] == ["102", "433002"]
    assert {line["edition"] for line in lines} == {mini.edition}
    for line, one in zip(lines, issued, strict=True):
        assert line["sha256"] == one.sha256 == hashlib.sha256((tmp_path / line["file"]).read_bytes()).hexdigest()


def test_issuing_again_changes_nothing(mini: Suite, roster: list[RosterEntry], tmp_path: Path) -> None:
    issue(Contents(mini, instances=1), roster, tmp_path)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.glob("*.xlsx")}
    issue(Contents(mini, instances=1), roster, tmp_path)
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.glob("*.xlsx")} == before


def test_a_units_work_is_never_overwritten_and_nothing_else_is_written(
    mini: Suite, roster: list[RosterEntry], tmp_path: Path
) -> None:
    work = tmp_path / "433002_考核 办公室.xlsx"
    work.write_bytes(b"what the unit filled in")
    with pytest.raises(OutputError, match=r"433002_考核 办公室.xlsx 已存在且内容不同"):
        issue(Contents(mini, instances=1), roster, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [work.name]
    assert work.read_bytes() == b"what the unit filled in"


def test_names_are_made_fit_for_windows(mini: Suite, entry: Entry, tmp_path: Path) -> None:
    issued = issue(Contents(mini, instances=1), [entry("102", 'A/B:C*"D" ')], tmp_path)
    assert [line.file for line in issued] == ["102_A_B_C__D_.xlsx"]


def test_two_units_never_share_a_file(mini: Suite, entry: Entry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"名册\.csv 第 102 行：.*同名文件"):
        issue(Contents(mini), [entry("102", "办公室", "甲"), entry("102", "办公室", "乙")], tmp_path / "下发")
    with pytest.raises(InputError, match="单位名册是空的"):
        issue(Contents(mini), [], tmp_path / "下发")
    assert not (tmp_path / "下发").exists()


def test_a_file_in_the_place_of_the_folder_is_an_error(mini: Suite, entry: Entry, tmp_path: Path) -> None:
    (tmp_path / "下发").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="是一个文件"):
        issue(Contents(mini), [entry("102", "办公室")], tmp_path / "下发")
    with pytest.raises(OutputError, match="无法建立文件夹"):
        issue(Contents(mini), [entry("102", "办公室")], tmp_path / "下发" / "一批")


def test_progress_counts_the_units(mini: Suite, roster: list[RosterEntry], tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    issue(Contents(mini, instances=1), roster, tmp_path, progress=lambda *at: seen.append(at))
    assert seen == [(1, 2, "办公室"), (2, 2, "考核 办公室")]


def test_last_years_sheet_fills_the_cells_that_ask_for_it(
    mini: Suite, roster: list[RosterEntry], table: Callable[..., Path], tmp_path: Path
) -> None:
    sheet = table("上年数.csv", "单位代码,表,行,栏,数值", '102,收支预算表,基本支出,本年预算,"1,234.50"')
    figures = prefill_from_sheet(mini, read_prior_sheet(sheet))
    assert figures == {"102": {LAST: Decimal("1234.50")}}
    again = table("上年数2.csv", "unit,form,row,field,value", "102,budget,basic,last_year,1234.50")
    assert prefill_from_sheet(mini, read_prior_sheet(again)) == figures


def test_a_figure_that_is_no_number_names_row_and_column(mini: Suite, table: Callable[..., Path]) -> None:
    sheet = table("上年数.csv", "单位代码,表,行,栏,数值", "102,budget,basic,last_year,一百")
    with pytest.raises(InputError, match=r"上年数.csv 第 2 行“数值”列：“一百”不是数字"):
        prefill_from_sheet(mini, read_prior_sheet(sheet))


def test_two_figures_for_one_cell_are_not_chosen_between(mini: Suite, table: Callable[..., Path]) -> None:
    rows = ("102,budget,basic,last_year,1", "102,budget,basic,this_year,2")
    sheet = table("上年数.csv", "单位代码,表,行,栏,数值", *rows)
    with pytest.raises(InputError, match="第 3 行：同一单元格出现两个不同的上年数"):
        prefill_from_sheet(mini, read_prior_sheet(sheet))


def test_last_years_book_fills_this_years_figures_of_then(
    mini: Suite, entry: Entry, prior_book: Callable[..., Any]
) -> None:
    told = {"expenditure.basic.this_year": "60", "expenditure.basic.last_year": "55", "cover.unit_name": "去年的名称"}
    with prior_book({("102", "示例开发区", "批复"): told}) as book:
        figures = prefill_from_book(mini, book, [entry("102", "办公室"), entry("103", "新单位")])
    assert set(figures) == {"102"}
    assert figures["102"][LAST] == Decimal(60)


def test_a_new_name_on_the_roster_wins_over_last_years_cover(
    mini: Suite, entry: Entry, prior_book: Callable[..., Any], tmp_path: Path
) -> None:
    told = {"cover.unit_name": "去年的名称", "cover.unit_code": "99", "expenditure.basic.this_year": "60"}
    with prior_book({("102", "示例开发区", "批复"): told}) as book:
        figures = prefill_from_book(mini, book, [entry("102", "办公室")])
    assert figures["102"][Key("cover", "", "", "unit_name")] == "去年的名称"
    issue(Contents(mini, figures, instances=1), [entry("102", "办公室")], tmp_path / "下发")
    who, _ = values(tmp_path / "下发" / "102_办公室.xlsx", mini)
    assert (who.unit, who.unit_name) == ("102", "办公室")


def test_of_two_regions_the_rosters_is_taken(mini: Suite, entry: Entry, prior_book: Callable[..., Any]) -> None:
    cell = "expenditure.basic.this_year"
    with prior_book({("102", "甲区", "批复"): {cell: "1"}, ("102", "乙区", "批复"): {cell: "2"}}) as book:
        assert prefill_from_book(mini, book, [entry("102", "办公室", "乙区")])["102"] == {LAST: Decimal(2)}
        assert prefill_from_book(mini, book, [entry("102", "办公室", "丙区")]) == {}
        with pytest.raises(InputError, match=r"名册\.csv 第 102 行“区划”列：.*乙区、甲区"):
            prefill_from_book(mini, book, [entry("102", "办公室")])


def test_of_two_stages_the_suites_own_is_taken(mini: Suite, entry: Entry, prior_book: Callable[..., Any]) -> None:
    cell = "expenditure.basic.this_year"
    with prior_book({("102", "示例开发区", "一上"): {cell: "1"}, ("102", "示例开发区", "批复"): {cell: "2"}}) as book:
        assert prefill_from_book(mini, book, [entry("102", "办公室")])["102"] == {LAST: Decimal(2)}


def test_a_book_of_another_year_is_not_last_years(mini: Suite, entry: Entry, prior_book: Callable[..., Any]) -> None:
    told = {("102", "示例开发区", "批复"): {"expenditure.basic.this_year": "1"}}
    with prior_book(told, year=2018) as book, pytest.raises(InputError, match="没有 2020 年的报送"):
        prefill_from_book(mini, book, [entry("102", "办公室")])


def test_figures_for_none_of_the_units_are_an_error(mini: Suite, entry: Entry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="上年数里没有名册中的任何单位（名册如 102，上年数如 0102）"):
        issue(Contents(mini, {"0102": {LAST: Decimal(1)}}), [entry("102", "办公室")], tmp_path / "下发")
    with pytest.raises(InputError, match="控制数里没有名册中的任何单位"):
        issue(Contents(mini, notes={"0102": ["…"]}), [entry("102", "办公室")], tmp_path / "下发")
    assert not (tmp_path / "下发").exists()


def test_a_unit_sees_its_ceilings_on_the_instructions(
    mini: Suite,
    roster: list[RosterEntry],
    table: Callable[..., Path],
    texts: Callable[[Path], list[str]],
    tmp_path: Path,
) -> None:
    lines = ("102,expenditure.project,400000,元", "102,支出合计,99.5,", "合计,支出合计,1000,")
    control = table("控制数.csv", "单位代码,类别,控制数,计量单位", *lines)
    notes = ceiling_notes(mini, read_control(control))
    assert notes == {
        "102": [
            "控制数：《收支预算表》“项目支出·本年预算”不得超过 40.00 万元。",
            "控制数：《收支预算表》“支出合计·本年预算”不得超过 99.50 万元。",
        ]
    }
    issue(Contents(mini, notes=notes, instances=1), roster, tmp_path / "下发")
    printed = texts(tmp_path / "下发" / "102_办公室.xlsx")
    assert [text for text in printed if text.startswith("控制数：")] == notes["102"]
    assert not [text for text in texts(tmp_path / "下发" / "433002_考核 办公室.xlsx") if "控制数" in text]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("102,项目支出费,40,万元", "控制数.csv 第 2 行“类别”列：“项目支出费”"),
        ("102,expenditure.project,40,公斤", "控制数.csv 第 2 行“计量单位”列：“公斤”不是金额单位"),
    ],
)
def test_a_ceiling_that_fits_nothing_names_row_and_column(
    mini: Suite, table: Callable[..., Path], line: str, said: str
) -> None:
    control = read_control(table("控制数.csv", "单位代码,类别,控制数,计量单位", line))
    with pytest.raises(InputError, match=said):
        ceiling_notes(mini, control)
