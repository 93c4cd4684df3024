"""Mutilated workbooks: the same facts where the witnesses allow it, a refused block where they do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl.cell import MergedCell

from toolkit.model.fact import Key, State
from toolkit.read import NotAReturn, Refused

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tests.read.conftest import Returned

Facts = dict[Key, tuple[object, ...]]


def _swap_columns(sheet: Worksheet, one: int, other: int) -> None:
    for row in range(1, sheet.max_row + 1):
        a, b = sheet.cell(row, one), sheet.cell(row, other)
        if not isinstance(a, MergedCell) and not isinstance(b, MergedCell):
            a.value, b.value = b.value, a.value


def _clear_ids(sheet: Worksheet) -> None:
    for cell in sheet["A"]:
        cell.value = None
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+", cell.value):
                cell.value = None


def _unmerge(sheet: Worksheet) -> None:
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))


def _forget(book: Workbook) -> None:
    """Drop the document properties."""
    properties = getattr(book, "custom_doc_props")  # noqa: B009 - unknown to the type stubs
    properties.props.clear()


def _delete_names(returned: Returned) -> None:
    returned.rewrite("xl/workbook.xml", lambda xml: re.sub(r'<definedName name="tk\..*?</definedName>', "", xml))


def test_saved_by_openpyxl(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl():
        pass
    assert returned.facts() == issued_facts
    assert [r.detail for r in returned.read().remarks] == [
        "公式保存的结果与重新计算的不一致：文件保存前未重新计算，已按重新计算的结果读取"
    ]


@pytest.mark.slow
def test_saved_by_libreoffice(returned: Returned, issued_facts: Facts, tmp_path: Path) -> None:
    returned.libreoffice(tmp_path)
    assert returned.facts() == issued_facts
    assert returned.read().remarks == ()


def test_a_renamed_sheet_is_recognised_with_a_warning(returned: Returned, issued_facts: Facts) -> None:
    returned.rewrite("xl/workbook.xml", lambda xml: xml.replace("01_收支", "收支总表"))
    assert returned.facts() == issued_facts
    assert [(r.actual, r.expected, r.severity) for r in returned.remarks("WBK-02")] == [
        ("收支总表", "01_收支", "warning")
    ]
    assert returned.fact("expenditure", "basic", "this_year").sheet == "收支总表"


def test_a_look_alike_name_is_the_same_sheet(returned: Returned, issued_facts: Facts) -> None:
    returned.rewrite("xl/workbook.xml", lambda xml: xml.replace('name="01_收支"', 'name="０１_收 支"'))
    assert returned.facts() == issued_facts


def test_two_renamed_instances_keep_their_order(returned: Returned, issued_facts: Facts) -> None:
    returned.rewrite(
        "xl/workbook.xml",
        lambda xml: xml.replace("P01_绩效", "运维").replace("P02_绩效", "会议").replace("P03_绩效", "备用"),
    )
    assert returned.facts() == issued_facts


def test_a_deleted_sheet_is_missed(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        del book["01_收支"]
    assert returned.facts() == {k: v for k, v in issued_facts.items() if k.block != "expenditure"}
    assert returned.severities("WBK-02") == {"error"}


def test_an_added_sheet_with_data_is_a_warning_and_an_empty_one_is_nothing(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book.create_sheet("草稿")["B2"] = 5
        book.create_sheet("空表")
    assert [(r.sheet, r.severity) for r in returned.remarks("WBK-02")] == [("草稿", "warning")]


def test_a_copied_sheet_is_recognised_and_not_read(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        copy = book.copy_worksheet(book["01_收支"])
        copy["C7"] = 1
    assert returned.facts() == issued_facts
    assert any("复制" in r.detail for r in returned.remarks("WBK-02"))


def test_which_of_two_renamed_copies_is_the_original_is_asked(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book.copy_worksheet(book["01_收支"]).title = "乙"
        book["01_收支"].title = "甲"
    assert not any(k.block == "expenditure" for k in returned.facts())
    assert any("“甲”、“乙”" in r.detail and r.severity == "error" for r in returned.remarks("WBK-02"))


def test_a_hidden_sheet_is_read_and_said(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        book["01_收支"].sheet_state = "hidden"
    assert returned.facts() == issued_facts
    assert any("被隐藏" in r.detail for r in returned.remarks("WBK-02"))


def test_swapped_columns(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        _unmerge(book["01_收支"])
        _swap_columns(book["01_收支"], 3, 4)
    assert returned.facts() == issued_facts
    assert returned.fact("expenditure", "basic", "this_year").cell == "D7"
    assert returned.severities("WBK-03") <= {"info", "warning"}


def test_an_inserted_column(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        _unmerge(book["02_项目清单"])
        book["02_项目清单"].insert_cols(4)
    assert returned.facts() == issued_facts


@pytest.mark.parametrize("row", [5, 6, 7, 8])
def test_a_row_inserted_into_a_grid(returned: Returned, issued_facts: Facts, row: int) -> None:
    with returned.openpyxl() as book:
        _unmerge(book["01_收支"])
        book["01_收支"].insert_rows(row)
    assert returned.facts() == issued_facts


def test_rows_inserted_above_a_list(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        _unmerge(book["02_项目清单"])
        book["02_项目清单"].insert_rows(1, 3)
    assert returned.facts() == issued_facts


def test_a_row_inserted_into_a_list_is_read(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        sheet = book["02_项目清单"]
        _unmerge(sheet)
        sheet.insert_rows(9)
        sheet["C9"], sheet["D9"], sheet["E9"] = "009-Z9", "插入的项目", 7
    facts = returned.facts()
    own = {k: v for k, v in facts.items() if (k.block, k.row) == ("projects", "009")}
    assert own[Key("projects", "", "009", "fiscal")] == (Decimal(7), State.VALUE, False)
    assert own[Key("projects", "", "009", "budget")][0] == Decimal(7), "its computed cells are computed"
    assert facts[Key("projects", "", "total", "fiscal")][0] == Decimal("707.37")
    assert any("增加了 1 行" in r.detail for r in returned.remarks("WBK-03"))


def test_rows_appended_below_a_list_are_read(returned: Returned) -> None:
    with returned.openpyxl() as book:
        sheet = book["02_项目清单"]
        sheet["D27"], sheet["E27"] = "会议桌", 3
        assert sheet["A26"].value == "purchases/006"
    assert returned.fact("purchases", "007", "quantity").value == Decimal(3)


def test_a_deleted_grid_row_is_named(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        _unmerge(book["01_收支"])
        book["01_收支"].delete_rows(9)
    facts = returned.facts()
    assert facts[Key("expenditure", "", "travel", "this_year")] == (None, State.INVALID, False)
    assert {k: v for k, v in facts.items() if k.row != "travel"} == {
        k: v for k, v in issued_facts.items() if k.row != "travel"
    }
    assert any("其中：差旅费" in r.detail and r.severity == "error" for r in returned.remarks("WBK-03"))


_LOSSES: dict[str, Callable[[Returned], None]] = {
    "names": _delete_names,
    "broken names": lambda r: r.rewrite(
        "xl/workbook.xml", lambda x: re.sub(r"(name=\"tk\.[^>]*>)[^<]*", r"\1#REF!", x)
    ),
}


@pytest.mark.parametrize("loss", _LOSSES)
def test_without_defined_names(returned: Returned, issued_facts: Facts, loss: str) -> None:
    _LOSSES[loss](returned)
    assert returned.facts() == issued_facts


def test_without_hidden_ids(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        for name in ("00_封面", "01_收支", "02_项目清单", "P01_绩效"):
            _clear_ids(book[name])
    assert returned.facts() == issued_facts
    assert any("隐藏标识" in r.detail for r in returned.remarks("WBK-03"))


def test_with_printed_labels_only(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        for name in ("00_封面", "01_收支", "02_项目清单", "P01_绩效"):
            _clear_ids(book[name])
    _delete_names(returned)
    assert returned.facts() == issued_facts


def test_labels_only_and_moved(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        for name in ("01_收支", "02_项目清单"):
            _clear_ids(book[name])
            _unmerge(book[name])
            book[name].delete_cols(1)
            book[name].insert_rows(1, 2)
    _delete_names(returned)
    assert returned.facts() == issued_facts


def test_an_altered_label_loses_to_two_anchors_and_is_said(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        book["01_收支"]["B8"] = "捐赠支出"
    assert returned.facts() == issued_facts
    assert [(r.actual, r.expected) for r in returned.remarks("WBK-03")] == [("捐赠支出", "项目支出")]


def test_a_sorted_grid_is_refused_because_its_labels_moved_without_their_ids(returned: Returned) -> None:
    with returned.openpyxl() as book:
        sheet = book["01_收支"]
        for column in "BCDEFG":
            sheet[f"{column}7"].value, sheet[f"{column}8"].value = sheet[f"{column}8"].value, sheet[f"{column}7"].value
    found = returned.read()
    assert not any(k.block == "expenditure" for k in found.facts)
    assert [(r.sheet, r.severity) for r in found.remarks if r.code == "WBK-03"] == [("01_收支", "error")]
    assert ("budget", "") not in found.submitted


def test_swapped_headers_are_refused_too(returned: Returned) -> None:
    with returned.openpyxl() as book:
        sheet = book["01_收支"]
        sheet["C5"].value, sheet["D5"].value = sheet["D5"].value, sheet["C5"].value
    assert not any(k.block == "expenditure" for k in returned.facts())


def test_a_value_that_repeats_a_label_changes_nothing(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        _unmerge(book["01_收支"])
        book["01_收支"]["G9"] = "项目支出"
        book["01_收支"].insert_rows(6)
    facts = returned.facts()
    assert facts.pop(Key("expenditure", "", "travel", "reason"))[0] == "项目支出"
    issued_facts.pop(Key("expenditure", "", "travel", "reason"))
    assert facts == issued_facts


def test_a_sheet_with_nothing_left_is_refused(returned: Returned) -> None:
    with returned.openpyxl() as book:
        sheet = book["01_收支"]
        _clear_ids(sheet)
        for row in sheet.iter_rows(min_row=1, max_row=9):
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = "？"
    _delete_names(returned)
    assert not any(k.block == "expenditure" for k in returned.facts())
    assert any("未读取" in r.detail and r.severity == "error" for r in returned.read().remarks)


def test_a_workbook_of_someone_else_is_not_a_return(returned: Returned) -> None:
    with returned.openpyxl() as book:
        for name in list(book.sheetnames):
            del book[name]
            book.create_sheet(f"表{name[:3]}")
        for name in list(book.defined_names):
            del book.defined_names[name]
        _forget(book)
    with pytest.raises(NotAReturn, match="不是由本系统下发的模板"):
        returned.read()


def test_a_workbook_whose_identity_was_removed_is_refused_by_name(returned: Returned) -> None:
    with returned.openpyxl() as book:
        del book["_meta"]
        _forget(book)
    with pytest.raises(Refused, match="模板标识丢失"):
        returned.read()


def test_the_properties_stand_in_for_a_deleted_identity_sheet(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        del book["_meta"]
    assert returned.facts() == issued_facts
    assert returned.read().identity.unit == "102"


def test_an_unknown_edition_is_refused(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book["_meta"]["B2"] = "0123456789abcdef"
        _forget(book)
    with pytest.raises(Refused, match="模板版本未知"):
        returned.read()
