"""退回通知书 and 接收回执 as workbooks: who, which file by its hash, what to mend in which order, by when."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from typing import Any

import openpyxl

from toolkit.model.rule import Severity
from toolkit.report.slip_xlsx import NOTICE, RECEIPT, Delivery, Line, Notice, write_deliveries, write_slip

CELLS = (("02_收支总体", tuple(f"C{n}" for n in range(1, 31))),)
BLANK = Line(Severity.ERROR, CELLS, "有 30 个必填单元格未填。", "请补填。", "STR-02")
TOTAL = Line(Severity.ERROR, (("02_收支总体", ("C12",)),), '=HYPERLINK("http://x")', "请核对。", "SUM-02")
LATE = Line(Severity.WARNING, (("P01", ("G9",)),), "年末集中支出。", "请核对。", "SUM-02")
HINT = Line(Severity.INFO, (), "宜含时效指标。", "建议补充。", "IND-02")
SLIP = Notice(
    "102", "办公室", "唐山高新区 2021 年 批复", "102_办公室.xlsx", "ab" * 32, "2021-03-01 09:30", (BLANK, TOTAL, LATE, HINT), 2,
    datetime.date(2021, 3, 31), "高新区财政局", "预算科 王某 0315-1234567",
)  # fmt: skip


def sheet(notice: Notice) -> Any:
    out = io.BytesIO()
    write_slip(notice, out)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue())).active


def said(notice: Notice) -> list[str]:
    return [str(cell.value) for row in sheet(notice).iter_rows() for cell in row if cell.value is not None]


def test_errors_make_a_notice_and_their_absence_a_receipt() -> None:
    assert (SLIP.kind, SLIP.title) == (NOTICE, "退回通知书")
    assert "退回通知书" in said(SLIP)
    receipt = replace(SLIP, lines=(LATE, HINT))
    assert (receipt.kind, receipt.title) == (RECEIPT, "接收回执")
    assert any(
        "已接收，没有错误；有警告 1 条，请于 2021 年 3 月 31 日 前改正或说明理由" in text for text in said(receipt)
    )
    assert any("没有错误和警告" in text for text in said(replace(SLIP, lines=())))


def test_it_says_who_which_file_when_and_by_when() -> None:
    text = "\n".join(said(SLIP))
    for words in (
        "高新区财政局", "单位：102 办公室", "唐山高新区 2021 年 批复", "文件：102_办公室.xlsx", "2021-03-01 09:30（北京时间）",
        "文件指纹：abababababab", f"SHA-256：{'ab' * 32}", "错误 2 条、警告 1 条，现予退回", "于 2021 年 3 月 31 日 前重新报送",
        "提示 1 条", "2 项检查因缺少数据没有执行", "联系人：预算科 王某", "高新区财政局（盖章）", "经办人（签字）", "单位签收人",
    ):  # fmt: skip
        assert words in text


def test_without_a_day_or_a_bureau_there_is_room_to_write_them() -> None:
    text = "\n".join(said(replace(SLIP, deadline=None, bureau="", contact="")))
    assert "____ 年 __ 月 __ 日" in text
    assert "财政部门（盖章）" in text
    assert "联系人" not in text


def test_faults_stand_in_their_order_with_their_cells_and_remarks_are_left_out() -> None:
    rows = [row for row in sheet(SLIP).iter_rows(values_only=True) if isinstance(row[0], int)]
    assert [(row[0], row[1]) for row in rows] == [(1, "错误"), (2, "错误"), (3, "警告")]
    assert rows[0][2].startswith("02_收支总体：C1、C2")
    assert rows[0][2].endswith("等 30 处")
    assert [row[4] for row in rows] == ["请补填。（STR-02）", "请核对。（SUM-02）", "同上"]


def test_what_a_unit_typed_is_never_a_formula() -> None:
    cells = [cell for row in sheet(SLIP).iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert any(cell.value == TOTAL.message for cell in cells)


def test_it_prints_on_a4_one_page_wide_with_its_heading_on_every_page() -> None:
    made = sheet(SLIP)
    assert made.page_setup.paperSize == 9
    assert made.sheet_properties.pageSetUpPr.fitToPage
    assert made.page_setup.fitToHeight == 0
    assert made.print_title_rows == "$8:$8"
    assert made["A8"].value == "序号"
    assert "第 &P 页" in made.oddFooter.right.text


def test_equal_slips_are_equal_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_slip(SLIP, first)
    write_slip(SLIP, second)
    assert first.getvalue() == second.getvalue()


def test_the_list_of_slips_has_room_for_who_received_them() -> None:
    out = io.BytesIO()
    write_deliveries(
        [Delivery(NOTICE, "102", "办公室", "批复", 2, 1, "2021-03-31", "退回通知书_102.xlsx")], "财政局", out
    )
    made: Any = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert made["A1"].value == "送达清单　财政局"
    heads = [cell.value for cell in made[3]]
    assert heads[-2:] == ["签收人", "签收日期"]
    assert [cell.value for cell in made[4]][:9] == [
        1, "102", "办公室", "批复", "退回通知书", 2, 1, "2021-03-31", "退回通知书_102.xlsx",
    ]  # fmt: skip
