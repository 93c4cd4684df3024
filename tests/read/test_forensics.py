"""What was done to a file, in words a clerk understands: ranges, counts, one remark for each kind and block."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from toolkit.layout import arrange
from toolkit.model.fact import Key
from toolkit.read.binding import Binding
from toolkit.read.overlaid import areas_of, overlaid
from toolkit.read.sheet import RawSheet, Validated
from toolkit.read.veiled import numbers
from toolkit.read.witness import SheetText

if TYPE_CHECKING:
    from tests.read.conftest import Returned
    from toolkit.model.form import Suite

Facts = dict[Key, tuple[object, ...]]
ITEMS = "02_项目清单"


def _drop_validations(returned: Returned, sheet: str, beginning: str) -> None:
    """Take away the validations whose range begins at one of the cells (a pattern)."""
    pattern = rf'<dataValidation [^>]*sqref="(?:{beginning})[":][^>]*>.*?</dataValidation>'
    returned.rewrite(returned.part_of(sheet), lambda xml: re.sub(pattern, "", xml))


def test_an_untouched_workbook_lost_nothing(returned: Returned) -> None:
    assert returned.remarks("WBK-11") == []


def test_cells_pasted_over_are_told_by_range_with_the_values_that_are_not_in_the_list(returned: Returned) -> None:
    key = Key("indicators", "01", "001", "level1")
    cell = returned.read().facts[key].cell
    _drop_validations(returned, "P01_绩效", cell)
    bottom = f"{cell[0]}{int(cell[1:]) + 5}"
    assert [(r.detail, r.severity) for r in returned.remarks("WBK-11")] == [
        (f"“绩效指标”的 {cell}:{bottom} 被粘贴覆盖，下拉列表丢失", "info")
    ]
    returned.type_text("P01_绩效", cell, "产出类")
    returned.type_text("P01_绩效", f"{cell[0]}{int(cell[1:]) + 1}", "别的")
    remark = returned.remarks("WBK-11")[0]
    assert (
        remark.detail
        == f"“绩效指标”的 {cell}:{bottom} 被粘贴覆盖，下拉列表丢失，其中 2 个值不在清单（“产出类”、“别的”）"
    )
    assert (remark.sheet, remark.cell, remark.severity) == ("P01_绩效", cell, "warning")


def test_columns_side_by_side_are_one_range_and_one_remark(returned: Returned) -> None:
    _drop_validations(returned, ITEMS, "[CDE]8")
    assert [r.detail for r in returned.remarks("WBK-11")] == ["“项目清单”的 C8:E15 被粘贴覆盖，数据验证丢失"]


def test_a_list_that_became_another_check_is_lost_too(returned: Returned) -> None:
    cell = returned.read().facts[Key("purchases", "", "001", "item")].cell
    returned.rewrite(
        returned.part_of(ITEMS),
        lambda xml: re.sub(rf'(<dataValidation type=")list("[^>]*sqref="{cell})', r"\1textLength\2", xml),
    )
    assert ["下拉列表丢失" in r.detail for r in returned.remarks("WBK-11")] == [True]


def test_validations_that_excel_keeps_in_an_extension_are_not_lost(returned: Returned) -> None:
    """Excel writes those that refer to other sheets apart, with their ranges as text."""

    def apart(xml: str) -> str:
        found = re.findall(r'<dataValidation type="list"[^>]*sqref="([^"]+)"[^>]*>.*?</dataValidation>', xml)
        assert found
        bare = re.sub(r'<dataValidation type="list"[^>]*>.*?</dataValidation>', "", xml)
        moved = "".join(
            f'<x14:dataValidation type="list"><x14:formula1><xm:f>_lists!$A$1</xm:f></x14:formula1><xm:sqref>{ranges}'
            "</xm:sqref></x14:dataValidation>"
            for ranges in found
        )
        extension = (
            '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{CCE6A557}">'
            '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
            f"{moved}</x14:dataValidations></ext></extLst></worksheet>"
        )
        return bare.replace("</worksheet>", extension)

    returned.rewrite(returned.part_of(ITEMS), apart)
    assert returned.remarks("WBK-11") == []


def test_a_prompt_alone_is_no_validation(returned: Returned) -> None:
    returned.rewrite(
        returned.part_of(ITEMS),
        lambda xml: re.sub(r'<dataValidation type="\w+"([^>]*sqref="D8)', r"<dataValidation\1", xml),
    )
    assert ["D8:D15" in r.detail for r in returned.remarks("WBK-11")] == [True]


def test_nothing_is_said_where_the_format_does_not_tell_or_the_ranges_are_too_many(suite: Suite) -> None:
    place = arrange(suite).sheet_of("projects")
    binding = [Binding(block, cells=dict(block.cells)) for block in place.blocks]

    def said(validations: tuple[Validated, ...] | None) -> int:
        return len(list(overlaid(suite, binding, SheetText(RawSheet("x", validations=validations)), ITEMS)))

    assert said(()) == 2
    assert said(None) == 0
    assert said(((0, 0, 1_048_575, 16_383, True),) * 20_000) == 0


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([(6, 1)], "B7"),
        ([(6, 1), (7, 1), (8, 1)], "B7:B9"),
        ([(6, 1), (8, 1)], "B7、B9"),
        ([(r, c) for r in range(3, 6) for c in range(2, 5)], "C4:E6"),
        ([(r, 0) for r in range(0, 14, 2)], "A1、A3、A5、A7、A9 等 7 处"),
    ],
)
def test_cells_as_ranges(cells: list[tuple[int, int]], said: str) -> None:
    assert areas_of(cells) == said


def test_rows_as_people_count_them() -> None:
    assert numbers({6, 7, 8, 10}) == "7—9、11"


def test_hidden_rows_are_told_with_how_many_cells_hold_something(returned: Returned) -> None:
    with returned.openpyxl() as book:
        for row in (7, 8):
            book["01_收支"].row_dimensions[row].hidden = True
    remark = returned.remarks("WBK-09")[0]
    assert re.fullmatch(r"隐藏了第 7—8 行，其中的数据（\d+ 个单元格）已照常读取", remark.detail)
    assert (remark.sheet, remark.cell) == ("01_收支", "C7")


def test_lost_names_are_one_remark_for_the_whole_file(returned: Returned, issued_facts: Facts) -> None:
    returned.rewrite(
        "xl/workbook.xml", lambda xml: re.sub(r'<definedName name="tk\.projects\..*?</definedName>', "", xml)
    )
    assert returned.facts() == issued_facts
    assert [(r.detail, r.severity) for r in returned.remarks("WBK-03")] == [
        ("有 5 个隐藏的定义名称丢失、失效或错位，已按隐藏标识和印刷标题读取", "info")
    ]


def test_lost_ids_are_one_remark_for_each_sheet(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        for row in (7, 8):
            book["01_收支"].cell(row, 1).value = None
    assert returned.facts() == issued_facts
    assert [r.detail for r in returned.remarks("WBK-03")] == [
        "隐藏标识丢失或错位（2 个行标识），已按其余标识和印刷标题读取"
    ]


def test_an_altered_label_is_shown_where_it_stands(returned: Returned) -> None:
    returned.type_text("01_收支", "B8", "捐赠支出")
    assert [(r.cell, r.detail) for r in returned.remarks("WBK-03")] == [
        ("B8", "印刷的标题“项目支出”被改为“捐赠支出”，已按隐藏标识读取")
    ]


def test_many_altered_labels_of_a_block_are_one_remark(returned: Returned, issued_facts: Facts) -> None:
    for cell in ("C5", "D5", "B6", "B7", "B8", "B9"):
        returned.type_text("01_收支", cell, "？")
    assert returned.facts() == issued_facts
    (remark,) = returned.remarks("WBK-03")
    assert remark.detail.startswith("“支出预算”有 6 处印刷的标题被改动或删除，已按隐藏标识读取：“")
    assert (remark.cell, remark.severity) == ("C5", "warning")


def test_a_row_added_to_a_fixed_table_is_not_passed_over(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        sheet = book["01_收支"]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(8)
        sheet["B8"], sheet["C8"] = "自加的科目", 77
    assert returned.facts() == issued_facts
    remark = next(r for r in returned.remarks("WBK-03") if r.severity == "error")
    assert (remark.detail, remark.cell) == ("“支出预算”是固定行的表，第 8 行是自行增加的，其中的内容未读取", "C8")


def test_an_id_filled_down_does_not_turn_a_row_into_another(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        for row in (9, 10):
            book[ITEMS].cell(row, 1).value = book[ITEMS].cell(8, 1).value
    assert returned.facts() == issued_facts


def test_rows_between_two_ids_are_found_without_their_own_and_without_names(
    returned: Returned, issued_facts: Facts
) -> None:
    returned.rewrite("xl/workbook.xml", lambda xml: re.sub(r'<definedName name="tk\..*?</definedName>', "", xml))
    with returned.openpyxl() as book:
        book[ITEMS].cell(9, 1).value = None
    assert returned.facts() == issued_facts


def test_a_ditto_is_not_taken_and_what_stands_above_is_proposed(returned: Returned) -> None:
    returned.type_text(ITEMS, "E9", "同上")
    remark = next(r for r in returned.read().remarks if r.cell == "E9")
    assert (remark.code, remark.likely, remark.repair) == ("TYP-01", "500.37", None)
    assert returned.fact("projects", "002", "fiscal").value is None
    assert returned.fact("projects", "001", "fiscal").value == Decimal("500.37")


def test_a_formula_in_an_input_cell_that_fails_is_not_said_to_be_taken(returned: Returned) -> None:
    returned.type_into(ITEMS, "E8", 't="e"><f>1/0</f><v>#DIV/0!</v>')
    details = [r.detail for r in returned.read().remarks if r.cell == "E8"]
    assert details == ["应直接填报的单元格中是公式，公式的结果不能读取", "单元格是错误值 #DIV/0!"] or details == [
        "单元格是错误值 #DIV/0!",
        "应直接填报的单元格中是公式，公式的结果不能读取",
    ]
