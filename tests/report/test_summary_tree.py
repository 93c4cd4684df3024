"""summary.xlsx over a tree: departments beside the total, adjustments, the public version, other units of money."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from toolkit.check import Group
from toolkit.model.errors import InputError
from toolkit.model.fact import Key
from toolkit.model.form import CodeList, Field, FieldType, ListEntry, Suite
from toolkit.report import Results, View, write_summary
from toolkit.report.summary_data import trees
from toolkit.report.summary_places import Shown, returns_under, shown_at, summary_places
from toolkit.report.turnout import by_node
from toolkit.store.adjustments import Adjustment
from toolkit.store.bureau import RosterEntry

Make = Callable[..., Results]
REGION = "唐山高新区"
GROUP = Group(REGION, 2021, "批复")


def entry(unit: str, name: str, parent: str = "", *, reports: bool = True) -> RosterEntry:
    return RosterEntry(unit, name, parent, REGION, "", "", {}, "名册", "综合口" if parent == "200" else "", reports)


TREE = (
    entry("100", "党工委", reports=False),
    entry("102", "办公室", "100"),
    entry("110", "督查考核办公室", "102"),
    entry("106", "财政局", "200"),
    entry("115", "科技局", "200"),
)


def adjust(node: str, amount: str, row: str = "支出合计", form: str = "收支总体", **more: Any) -> Adjustment:
    field, unit = more.get("field", "本年预算"), more.get("unit", "")
    return Adjustment(
        node,
        form,
        row,
        field,
        Decimal(amount),
        unit,
        "张某",
        "内部往来抵销",
        "",
        more.get("year"),
        "",
        "调整.csv 第 2 行",
    )


ADJUSTED = (
    adjust("110", "-10000", unit="元"),
    adjust("102", "-3.5"),
    adjust(REGION, "0.01", row="total"),
    adjust("106", "5", row="合计", form="政府采购", field="金额"),
)


@pytest.fixture
def bureau(make: Make) -> Results:
    return make(hierarchy=TREE, adjustments=ADJUSTED)


def opened(results: Results, view: View | None = None, *, values: bool = True) -> Any:
    out = io.BytesIO()
    write_summary(results, out, view or View())
    return openpyxl.load_workbook(out, data_only=values)


def cells(results: Results, view: View | None = None) -> dict[Shown, float]:
    """What the workbook shows → the number that stands there."""
    workbook = opened(results, view)
    return {shown: workbook[sheet][cell].value for sheet, cell, shown in summary_places(results, view or View())}


def shown(kind: str, node: str, row: str = "total", field: str = "this_year", block: str = "expenditure") -> Shown:
    form = "finance" if block == "expenditure" else "buying"
    return Shown(GROUP, kind, node, "", "", form, block, "", row, field)


def test_every_department_has_its_column_and_adds_up_its_units(make: Make) -> None:
    found = cells(make(hierarchy=TREE))
    assert found[shown("total", "100")] == found[shown("total", "102")] == 1298.87 + 3896.61
    assert found[shown("total", "200")] == 2597.74
    assert found[shown("total", REGION)] == 7793.22


def test_totals_are_live_sums_of_the_columns_next_to_them(make: Make) -> None:
    sheet = opened(make(hierarchy=TREE), values=False)["收支总体"]
    heads = [c.value for c in sheet[6]]
    assert heads[4:6] == ["党工委（小计）", "综合口（小计）"]
    row = [c.value for c in sheet[7]]
    assert row[1] == '=IF(COUNT(E7:F7)=0,"",SUM(E7:F7))'
    department = row[4]
    assert department == '=IF(COUNT(J7:J7)=0,"",SUM(J7:J7))'
    assert heads[9] == "办公室（小计）"


def test_a_head_leads_to_the_columns_that_make_it_up(make: Make) -> None:
    sheet = opened(make(hierarchy=TREE))["收支总体"]
    assert sheet["E6"].hyperlink.location == "'收支总体'!J5"
    assert sheet["J5"].value == "党工委 本年预算"
    assert sheet["B6"].hyperlink.location == "'收支总体'!E5"


def test_a_department_with_units_has_its_own_return_beside_theirs(make: Make) -> None:
    heads = [c.value for c in opened(make(hierarchy=TREE), View("102"))["收支总体"][6]]
    assert heads[4:6] == ["办公室（本级）", "督查考核办公室"]


@pytest.mark.parametrize("node", ["100", "102", "200", REGION])
def test_a_node_shows_the_same_number_wherever_it_is_shown(bureau: Results, node: str) -> None:
    whole, own = cells(bureau), cells(bureau, View(node))
    assert whole[shown("total", node)] == own[shown("total", node)]


def test_a_unit_by_itself_is_its_return_and_its_adjustments(bureau: Results) -> None:
    own = cells(bureau, View("110"))
    assert (own[shown("returns", "110")], own[shown("total", "110")]) == (3896.61, 3895.61)


def test_returns_adjustments_and_both_stand_side_by_side(bureau: Results) -> None:
    found = cells(bureau)
    assert found[shown("returns", REGION)] == 7793.22
    assert found[shown("total", REGION)] == 7788.73
    assert found[shown("total", "100")] == pytest.approx(5195.48 - 4.5)
    sheet = opened(bureau, values=False)["收支总体"]
    assert [c.value for c in sheet[6]][1:4] == ["报送合计", "调整", "调整后合计"]
    assert [c.value for c in sheet[7]][2:4] == ["=SUM('调整'!$H$5:$H$7)", '=IF(COUNT(B7:C7)=0,"",SUM(B7:C7))']


def test_the_sheet_of_adjustments_names_author_and_reason(bureau: Results) -> None:
    rows = [[c.value for c in row] for row in opened(bureau)["调整"].iter_rows(min_row=5)]
    assert [row[7] for row in rows] == [0.01, -1, -3.5, 5]
    assert rows[1][:2] == ["110", "督查考核办公室"]
    assert rows[1][8:] == ["张某", "内部往来抵销", "调整.csv 第 2 行"]


def test_a_table_of_all_units_ends_with_sums_by_department_and_its_adjustments(bureau: Results) -> None:
    found = cells(bureau)
    assert found[shown("returns", "100", "", "amount", "procurement")] == 97.6
    assert found[shown("returns", "200", "", "amount", "procurement")] == 48.8
    assert found[shown("total", REGION, "", "amount", "procurement")] == 151.4
    labels = [row[1].value for row in opened(bureau)["政府采购"].iter_rows(min_row=14)]
    assert labels == ["党工委", "综合口", "调整：综合口", "调整后合计（全部行，不随筛选变化）"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (adjust("999", "1"), "“单位代码”列：没有“999”这个单位或节点"),
        (adjust("102", "1", form="不存在"), "“表”列：没有“不存在”"),
        (adjust("102", "1", row="不存在"), "“行”列：《部门收支总体情况表》没有“不存在”这一行"),
        (adjust("102", "1", field="占比"), "“栏”列：《部门收支总体情况表》的“支出合计”行没有“占比”这一栏"),
        (adjust("102", "1", year=2020), "“单位代码”列：没有“102”"),
    ],
)
def test_an_adjustment_that_fits_nothing_is_named_by_file_row_and_column(
    make: Make, wrong: Adjustment, said: str
) -> None:
    with pytest.raises(InputError) as error:
        opened(make(hierarchy=TREE, adjustments=(wrong,)))
    assert str(error.value).startswith(f"调整.csv 第 2 行{said}")


def test_a_node_without_returns_and_one_that_is_none_are_told_apart(bureau: Results) -> None:
    with pytest.raises(InputError, match="节点“115”下面还没有收到报表"):
        opened(bureau, View("115"))
    with pytest.raises(InputError, match=r"没有“1022”这个单位或节点。.*102"):
        opened(bureau, View("1022"))


def test_in_yuan_every_amount_is_ten_thousand_times_as_much_and_counts_are_not(bureau: Results) -> None:
    plain, yuan = cells(bureau), cells(bureau, View(money="元"))
    assert plain.keys() == yuan.keys()
    for what, number in plain.items():
        times = 1 if what.field in {"share", "mar", "jun", "oct", "dec"} else 10_000
        assert yuan[what] == pytest.approx(number * times, abs=1e-6)
    assert "单位：元" in opened(bureau, View(money="元"))["收支总体"]["A2"].value


def test_every_number_of_the_workbook_has_its_meaning_and_no_other_cell_has_one(bureau: Results) -> None:
    workbook = opened(bureau)
    places = {(sheet, cell) for sheet, cell, _ in summary_places(bureau)}
    numbers = {
        (sheet.title, cell.coordinate)
        for sheet in workbook.worksheets
        if sheet.title != "目录"
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
    assert numbers == places


def test_each_unit_cell_is_that_of_its_return(bureau: Results) -> None:
    for what, number in cells(bureau).items():
        if what.kind == "value":
            key = Key(what.block, what.instance, what.row, what.field)
            assert bureau.values[what.ret][key] == Decimal(str(number))


def test_a_cell_is_asked_for_by_sheet_and_address(bureau: Results) -> None:
    assert shown_at(bureau, "收支总体", "D7") == shown("total", REGION)
    assert shown_at(bureau, "收支总体", "A7") is None
    assert [s.identity.unit for s in returns_under(bureau, GROUP, "100")] == ["102", "110"]


def test_coverage_of_each_node(bureau: Results) -> None:
    tree = trees(bureau)[GROUP]
    found = {
        t.code: (t.depth, t.expected, t.accepted, t.missing, t.doubled, t.unknown)
        for t in by_node(bureau, tree, GROUP, REGION)
    }
    assert found == {
        REGION: (0, 4, 3, 1, 1, 0),
        "100": (1, 2, 2, 0, 1, 0),
        "102": (2, 2, 2, 0, 1, 0),
        "200": (1, 2, 1, 1, 0, 0),
    }


def secret_suite(plain: Suite) -> Suite:
    """The suite with a flag for what is classified on the list of purchases."""
    form = plain.forms_by_id["buying"]
    flag = Field("classified", ("是否涉密",), FieldType.YES_NO)
    flagged = replace(form, blocks=tuple(replace(block, fields=(*block.fields, flag)) for block in form.blocks))
    return replace(plain, forms=tuple(flagged if f.id == "buying" else f for f in plain.forms))


def test_the_public_version_masks_what_is_classified_and_changes_no_total(make: Make) -> None:
    plain = make()
    values = {ret: dict(held) for ret, held in plain.values.items()}
    first = plain.submissions[0].ret
    values[first][Key("procurement", "", "001", "classified")] = "是"
    values[first][Key("procurement", "", "002", "item")] = "打印机耗材配送"
    results = make(values=values, suites={"e1": secret_suite(plain.suites["e1"])}, hierarchy=TREE, adjustments=ADJUSTED)
    whole, public = opened(results), opened(results, View(public=True))
    rows = [[c.value for c in row] for row in public["政府采购"].iter_rows(min_row=6, max_row=7)]
    assert [row[4:] for row in rows] == [["涉密", "涉密", "涉密", 1.9, "是"], ["涉密", "服务", 22.5, 22.5, None]]
    assert "打印机" in {c.value for row in whole["政府采购"].iter_rows(min_row=6, max_row=7) for c in row}
    kinds = {"total", "returns", "adjustment"}
    sums = {s: n for s, n in cells(results).items() if s.kind in kinds}
    assert {s: n for s, n in cells(results, View(public=True)).items() if s.kind in kinds} == sums


def test_views_have_files_of_their_own() -> None:
    assert View().file == "summary.xlsx"
    assert View("102", public=True, money="元").file == "summary-102-公开版-元.xlsx"
    assert View("../x").file == "summary-.._x.xlsx"


def by_category(plain: Suite) -> Suite:
    """The suite with a list of purchases that has one row a category of a code list."""
    buying = plain.forms_by_id["buying"]
    form = replace(buying, blocks=tuple(replace(block, key=("category",)) for block in buying.blocks))
    codes = CodeList("categories", "类别", tuple(ListEntry(value) for value in ("服务", "货物")))
    forms = tuple(form if f.id == "buying" else f for f in plain.forms)
    return replace(plain, forms=forms, lists={"categories": codes})


def test_a_list_by_a_code_list_is_consolidated_as_it_is_printed(make: Make) -> None:
    plain = make()
    values = {ret: dict(held) for ret, held in plain.values.items()}
    values[plain.submissions[1].ret][Key("procurement", "", "003", "category")] = "货物"
    values[plain.submissions[1].ret][Key("procurement", "", "003", "amount")] = Decimal("0.5")
    results = make(values=values, suites={"e1": by_category(plain.suites["e1"])}, hierarchy=TREE, adjustments=ADJUSTED)
    sheet = opened(results)["政府采购"]
    rows = {row[0].value: [c.value for c in row] for row in sheet.iter_rows(min_row=7, max_row=9)}
    assert list(rows) == ["合计", "服务", "货物"]
    assert [rows[label][1] for label in rows] == [146.9, 135, 11.9]
    assert rows["合计"][1:4] == [146.9, 5, 151.9]
    found = cells(results)
    part = shown("part", "106", "", "amount", "procurement")
    ret = plain.submissions[1].ret
    assert found[part._replace(unit="106", ret=ret, only=("category", "货物"))] == 4.3
