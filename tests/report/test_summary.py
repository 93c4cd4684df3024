"""summary.xlsx: every total is a live formula over the units beside it, with the right value already in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from toolkit.model.fact import Key
from toolkit.report import Results, summary_columns, write_report

Make = Callable[..., Results]


def book(results: Results, *, values: bool = False) -> Any:
    out = io.BytesIO()
    write_report(results, "summary", out)
    return openpyxl.load_workbook(out, data_only=values)


def row_of(sheet: Any, label: str) -> list[Any]:
    return next([c.value for c in row] for row in sheet.iter_rows() if row[0].value == label)


def test_there_is_a_sheet_for_each_form_with_amounts_and_one_of_charts(results: Results) -> None:
    assert book(results).sheetnames == ["目录", "收支总体", "项目绩效", "政府采购", "图表"]


def test_a_form_is_printed_with_live_sums_and_the_units_beside(results: Results) -> None:
    sheet = book(results)["收支总体"]
    row = row_of(sheet, "支出合计")
    assert row[1] == '=IF(COUNT(E7:G7)=0,"",SUM(E7:G7))'
    assert [row[4], row[5], row[6]] == [1298.87, 2597.74, 3896.61]
    assert [c.value for c in sheet[6]][4:7] == ["办公室", "财政局", "督查考核办公室"]


def test_the_cached_value_of_every_sum_is_right(results: Results) -> None:
    assert row_of(book(results, values=True)["收支总体"], "支出合计")[1] == 7793.22


def test_what_nobody_filled_in_stays_blank(make: Make) -> None:
    blank = {ret: {k: v for k, v in cells.items() if k.row != "staff"} for ret, cells in make().values.items()}
    assert row_of(book(make(values=blank), values=True)["收支总体"], "其中：人员经费")[1] in (None, "")


def test_shares_do_not_add_up_and_closed_cells_stay_closed(results: Results) -> None:
    sheet = book(results)["收支总体"]
    assert row_of(sheet, "基本支出")[2] == "—"
    assert row_of(sheet, "其中：人员经费")[7] == "—"


def test_lists_are_stacked_with_the_unit_in_front_and_totals_that_follow_the_filter(results: Results) -> None:
    sheet = book(results)["政府采购"]
    assert [c.value for c in sheet[4]][-2:] == [None, "=SUBTOTAL(109,$G$6:$G$11)"]
    assert [c.value for c in sheet[6]] == ["102", "办公室", "1", "打印机", "货物", 1.9, 1.9]
    assert sheet.auto_filter.ref == "A5:G11"


def test_charts_draw_live_cells(results: Results) -> None:
    sheet = book(results)["图表"]
    formulas = {row[0].value: row[1].value for row in sheet.iter_rows() if str(row[1].value).startswith("=")}
    assert formulas["基本支出"] == "=SUM('收支总体'!B8)"
    assert formulas["办公室"] == "=SUM('收支总体'!E7)"
    assert formulas["货物"] == "=SUMPRODUCT(--EXACT('政府采购'!$E$6:$E$11,\"货物\"),'政府采购'!$G$6:$G$11)"
    assert formulas["6月底"] == "=IFERROR(AVERAGE('项目绩效'!$E$6:$E$8),0)"
    assert len(sheet._charts) == 4


def test_the_index_names_who_is_in_it_and_who_is_not(results: Results) -> None:
    texts = {c.value for row in book(results)["目录"].iter_rows() for c in row}
    assert {"未包括在内的单位（1 个）", "115", "已汇总的单位（3 个）", "收支总体"} <= texts


def test_two_collections_never_share_a_total(make: Make) -> None:
    both = make()
    other = tuple(
        replace(s, ret=f"x{s.ret}", identity=replace(s.identity, region="承德高新区")) for s in both.submissions[:1]
    )
    values = {**both.values, f"x{both.submissions[0].ret}": {Key("expenditure", "", "total", "this_year"): Decimal(7)}}
    workbook = book(replace(both, submissions=(*both.submissions, *other), values=values), values=True)
    assert row_of(workbook["收支总体·1"], "支出合计")[1] == 7793.22
    assert row_of(workbook["收支总体·2"], "支出合计")[1] == 7


def test_more_units_than_columns_go_on_further_sheets(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_columns, "WIDEST", 8)
    workbook = book(results)
    assert [n for n in workbook.sheetnames if n.startswith("收支总体")] == ["收支总体", "收支总体_2"]
    assert row_of(workbook["收支总体"], "支出合计")[1] == (
        "=IF(COUNT(E7:F7,'收支总体_2'!E7:E7)=0,\"\",SUM(E7:F7,'收支总体_2'!E7:E7))"
    )


def test_formulas_use_only_what_every_client_knows(results: Results) -> None:
    out = io.BytesIO()
    write_report(results, "summary", out)
    with zipfile.ZipFile(out) as package:
        sheets = "".join(package.read(n).decode() for n in package.namelist() if n.startswith("xl/worksheets/"))
    used = {name for formula in re.findall(r"<f>(.*?)</f>", sheets) for name in re.findall(r"([A-Z]+)\(", formula)}
    assert used <= {"IF", "COUNT", "SUM", "SUBTOTAL", "SUMPRODUCT", "EXACT", "AVERAGE", "IFERROR"}
