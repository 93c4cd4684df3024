"""trace: every consolidated number leads back to cells of received files, and every cell on to the numbers it enters."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import toolkit
from toolkit.model.errors import InputError
from toolkit.report.traced import Entered, Trace

MINI = Path(__file__).parents[1] / "suites" / "mini"
DATA = """\
suite: mini
unit: {code: "%(code)s", name: 单位%(code)s}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  budget:
    expenditure:
      basic: {this_year: "%(basic)s", last_year: "50"%(change)s}
      project: {this_year: "40", last_year: "40"}
      travel: {this_year: "5"}
  items:
    projects: {rows: [{code: "%(code)s-XA", name: 大屏升级改造, fiscal: "40.5"}, {code: "%(code)s-XB", name: 会议, fiscal: "0.25"}]}
  project:
  - target: {name: 大屏升级改造, budget: "40", classified: 否, purpose: 升级大屏}
    plan: {jun: "60", dec: "100"}
"""


def workbook(folder: Path, code: str, basic: str, name: str = "", change: str = "") -> Path:
    """A unit's return."""
    folder.mkdir(exist_ok=True)
    (folder.parent / f"{code}.yaml").write_text(DATA % {"code": code, "basic": basic, "change": change}, "utf-8")
    path = folder / (name or f"{code}_单位.xlsx")
    toolkit.fill(folder.parent / "空表.xlsx", folder.parent / f"{code}.yaml", path, suites=[MINI])
    return path


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected from three units; in the return of 103 a computed cell was typed over."""
    folder = tmp_path_factory.mktemp("工作")
    toolkit.generate(folder / "空表.xlsx", suite=MINI, projects=1)
    workbook(folder / "回收", "101", "60.10")
    workbook(folder / "回收", "102", "0.05")
    workbook(folder / "回收", "103", "7", change=', change: "99"')
    toolkit.collect([folder / "回收"], folder / "结果", suites=[MINI]).close()
    return folder / "结果"


def number(out: Path, target: str, **options: Any) -> Trace:
    (found,) = toolkit.trace(out, target, **options).found
    assert isinstance(found, Trace)
    return found


def cell(out: Path, target: str, **options: Any) -> Entered:
    (found,) = toolkit.trace(out, target, **options).found
    assert isinstance(found, Entered)
    return found


def test_a_total_leads_to_the_cells_whose_sum_it_is(out: Path) -> None:
    traced = number(out, "expenditure.basic.this_year")
    assert traced.value == Decimal("67.15")
    assert [(c.source.unit, c.source.value) for c in traced.cells] == [
        ("101", Decimal("60.1")),
        ("102", Decimal("0.05")),
        ("103", Decimal(7)),
    ]
    assert sum(c.source.value for c in traced.cells if isinstance(c.source.value, Decimal)) == traced.value
    for one in traced.cells:
        received = out / "state" / "objects" / one.source.sha256
        with received.open("rb") as handle:
            sheet = load_workbook(handle)[one.source.sheet]
        assert Decimal(str(sheet[one.source.cell].value)) == one.source.value


def test_the_sum_is_what_summary_xlsx_shows(out: Path) -> None:
    traced = number(out, "expenditure.basic.this_year")
    assert traced.shown == Decimal("67.15")
    sheet, _, address = traced.place.removeprefix("summary.xlsx ").rpartition("!")
    assert load_workbook(out / "summary.xlsx", data_only=True)[sheet][address].value == 67.15
    assert traced.agrees


def test_every_number_of_summary_xlsx_is_proved(out: Path) -> None:
    """From each number cell of the real file back, and no sum differs from what stands there."""
    proved = 0
    for sheet in load_workbook(out / "summary.xlsx", data_only=True).worksheets:
        for row in sheet.iter_rows():
            for at in row:
                if isinstance(at.value, int | float) and sheet.title != "目录" and at.row % 3 == 0:
                    traced = number(out, f"{sheet.title}!{at.coordinate}")
                    assert traced.agrees, (sheet.title, at.coordinate)
                    assert traced.shown == Decimal(str(at.value)).normalize()
                    proved += traced.value is not None
    assert proved > 10


def test_a_cell_of_a_forms_sheet_is_summed_up(out: Path) -> None:
    at = number(out, "101:expenditure.basic.this_year").cells[0].source
    traced = number(out, f"'{at.sheet}'!{at.cell}")
    assert (traced.key, traced.value) == ("expenditure.basic.this_year", Decimal("67.15"))


def test_a_unit_in_front_asks_for_its_cell_alone(out: Path) -> None:
    traced = number(out, "102:expenditure.basic.this_year")
    (only,) = traced.cells
    assert (only.source.unit, traced.value, only.how) == ("102", Decimal("0.05"), "手填")
    assert traced.shown == Decimal("0.05")


def test_the_column_of_a_list_and_one_row_of_it(out: Path) -> None:
    traced = number(out, "projects[].fiscal")
    assert traced.value == Decimal("122.25")
    assert len(traced.cells) == 6
    assert number(out, "101:projects.002.fiscal").value == Decimal("0.25")


def test_an_instance_of_a_repeated_form(out: Path) -> None:
    traced = number(out, "101:plan#01.jun")
    assert traced.cells[0].source.key.instance == "01"
    assert traced.value == Decimal(60)


def test_percentages_are_listed_and_not_added_up(out: Path) -> None:
    traced = number(out, "plan.jun")
    assert len(traced.cells) == 3
    assert traced.value is None


def test_a_computed_cell_tells_its_formula_and_what_it_reads(out: Path) -> None:
    traced = number(out, "101:expenditure.total.this_year")
    assert traced.cells[0].how == "公式"
    assert "「基本支出·" in traced.formula
    assert [(one.key, one.value) for one in traced.inputs] == [
        ("101:expenditure.basic.this_year", Decimal("60.1")),
        ("101:expenditure.project.this_year", Decimal(40)),
    ]
    assert all(one.cells[0].source.cell for one in traced.inputs)


def test_deep_goes_down_to_what_was_typed(out: Path) -> None:
    key = "101:expenditure.total.change"
    flat, deep = number(out, key), number(out, key, deep=True)
    assert any(one.formula for one in flat.inputs)
    assert not any(one.inputs for one in flat.inputs)
    assert all(one.inputs for one in deep.inputs if one.formula)


def test_a_formula_that_was_typed_over_is_told(out: Path) -> None:
    assert number(out, "103:expenditure.basic.change").cells[0].how == "公式被改成手填数"


def test_a_cell_leads_on_to_totals_formulas_and_rules(out: Path) -> None:
    at = number(out, "101:expenditure.basic.this_year").cells[0].source
    found = cell(out, f"101_单位.xlsx!{at.sheet}!{at.cell}")
    assert found.key == "101:expenditure.basic.this_year"
    traced = number(out, "expenditure.basic.this_year")
    assert traced.place in {total.place for total in found.totals}
    assert number(out, "101:expenditure.basic.this_year").place == found.totals[0].place
    assert "101:expenditure.total.this_year" in {reader.key for reader in found.readers}
    assert {rule.code for rule in found.rules} >= {"SUM-02"}
    deeper = cell(out, f"101_单位.xlsx!{at.sheet}!{at.cell}", deep=True)
    assert {r.key for r in deeper.readers} > {r.key for r in found.readers}


def test_there_and_back(out: Path) -> None:
    """Each cell behind a total says that it enters that total, and each total it enters lists the cell."""
    traced = number(out, "projects[].fiscal")
    for one in traced.cells:
        found = cell(out, f"{one.source.sha256[:10]}!{one.source.sheet}!{one.source.cell}")
        assert traced.place in {total.place for total in found.totals}
        for total in found.totals:
            back = number(out, total.place.removeprefix("summary.xlsx "))
            assert one.source in {c.source for c in back.cells}


def test_findings_at_the_cell_are_told_with_their_rule(out: Path) -> None:
    at = number(out, "103:expenditure.basic.change").cells[0].source
    found = cell(out, f"103_单位.xlsx!{at.sheet}!{at.cell}")
    assert [rule.code for rule in found.rules if rule.failed]


def test_json_gives_every_cell_with_its_hash_as_decimal_strings(out: Path) -> None:
    (line,) = toolkit.trace(out, "expenditure.basic.this_year").as_json()
    data = json.loads(line)
    assert (data["value"], data["agrees"], data["unit_of_measure"]) == ("67.15", True, "万元")
    wanted = {"unit", "file", "sheet", "cell", "value", "raw", "state", "unit_of_measure", "sha256", "how", "path"}
    for one in data["cells"]:
        assert wanted <= set(one)
        assert (out / "state" / "objects" / one["sha256"]).is_file()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("expenditure.basik.this_year", "expenditure.basic.this_year"),
        ("expenditur.basic.this_year", "expenditure.basic.this_year"),
        ("expenditure.this_year", "expenditure.basic.this_year"),
        ("projects.total.name", "projects"),
        ("109:expenditure.basic.this_year", "没有单位“109”的报送。相近的有：103、102、101"),
        ("101_单.xlsx!x!C3", "101_单位.xlsx"),
        ("没有这张表!C3", "没有工作表“没有这张表”"),
        ("summary.xlsx!没有这张表!C3", "没有工作表“没有这张表”"),
        ("什么", "income.general.this_year"),
        ("汇总!什么", "不是单元格地址"),
        ("!C3", "不是单元格地址"),
    ],
)
def test_what_there_is_not_is_told_with_what_is_near(out: Path, target: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("[", r"\[").replace("]", r"\]")):
        toolkit.trace(out, target)


def test_a_cell_that_holds_no_number_is_told_with_its_neighbours(out: Path) -> None:
    at = number(out, "101:expenditure.basic.this_year").cells[0].source
    with pytest.raises(InputError, match=rf"不是填数的格。相近的有：.*{at.cell}"):
        toolkit.trace(out, f"101_单位.xlsx!{at.sheet}!A{at.cell[1:]}")


def test_a_summary_that_was_changed_is_not_vouched_for(out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(out, tmp_path / "结果"))
    (copy / "summary.xlsx").write_bytes((out / "findings.xlsx").read_bytes())
    traced = toolkit.trace(copy, "expenditure.basic.this_year")
    assert "在收表之后被另存过，没有核对" in "".join(traced.as_text())
    assert json.loads(traced.as_json()[0])["agrees"] is None


def test_without_the_folder_that_was_collected(out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(out, tmp_path / "结果"))
    shutil.rmtree(tmp_path / "回收", ignore_errors=True)
    assert toolkit.trace(copy, "projects[].fiscal").as_text() == toolkit.trace(out, "projects[].fiscal").as_text()


def test_nothing_collected_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有总账"):
        toolkit.trace(tmp_path, "expenditure.basic.this_year")


def test_a_number_from_a_departments_book_leads_to_the_unit_s_file(out: Path, tmp_path: Path) -> None:
    toolkit.collect([out], tmp_path / "局", suites=[MINI]).close()
    traced = toolkit.trace(tmp_path / "局", "101:expenditure.basic.this_year")
    (found,) = traced.found
    assert isinstance(found, Trace)
    (one,) = found.cells
    assert one.line["origin"]["path"].endswith("回收/101_单位.xlsx")
    assert any("随" in line and "101_单位.xlsx" in line for line in traced.as_text())


def test_adjustments_are_part_of_the_number(out: Path, tmp_path: Path) -> None:
    """The number reported is the sum of the returns and what the bureau adjusted, each told by author and reason."""
    table = tmp_path / "调整.csv"
    lines = ["单位代码,表,行,栏,调整金额,调整人,原因", "102,budget,basic,this_year,-1.15,李某,抵销重复计列"]
    table.write_text("\n".join(lines), "utf-8")
    toolkit.collect([out.parent / "回收"], tmp_path / "结果", suites=[MINI], adjustments=table).close()
    found = number(tmp_path / "结果", "expenditure.basic.this_year")
    assert (found.value, found.shown, found.agrees) == (Decimal(66), Decimal(66), True)
    assert [(a.where, a.amount, a.author, a.reason) for a in found.adjustments] == [
        ("102", Decimal("-1.15"), "李某", "抵销重复计列")
    ]
    assert sum((c.source.value for c in found.cells if isinstance(c.source.value, Decimal)), Decimal(0)) == Decimal(
        "67.15"
    )
    assert any("调整" in line and "李某" in line for line in toolkit.trace(tmp_path / "结果", found.key).as_text())
    book = load_workbook(tmp_path / "结果" / "summary.xlsx", data_only=True)
    for sheet in book.worksheets:
        for at in (at for row in sheet.iter_rows() for at in row if at.value in (-1.15, 66)):
            traced = number(tmp_path / "结果", f"{sheet.title}!{at.coordinate}")
            assert traced.agrees, (sheet.title, at.coordinate)
            assert traced.adjustments


def test_every_node_of_the_tree_has_its_own_number(out: Path, tmp_path: Path) -> None:
    """A cell enters its department's number and the region's; each is proved from the returns below that node."""
    roster = tmp_path / "名册.csv"
    rows = [
        "单位代码,单位名称,上级代码,是否报送",
        "A,甲局,,否",
        "B,乙局,,否",
        "101,甲一,A,",
        "102,甲二,A,",
        "103,乙一,B,",
    ]
    roster.write_text("\n".join(rows), "utf-8")
    toolkit.collect([out.parent / "回收"], tmp_path / "结果", suites=[MINI], roster=roster).close()
    at = number(tmp_path / "结果", "101:expenditure.basic.this_year").cells[0].source
    found = cell(tmp_path / "结果", f"101_单位.xlsx!{at.sheet}!{at.cell}")
    nodes = {total.node: total.place.removeprefix("summary.xlsx ") for total in found.totals}
    assert nodes.keys() >= {"101", "A", "示例开发区"}
    assert "B" not in nodes
    for node, value in (("101", "60.1"), ("A", "60.15"), ("示例开发区", "67.15")):
        traced = number(tmp_path / "结果", nodes[node])
        assert (traced.value, traced.shown, traced.agrees) == (Decimal(value), Decimal(value), True)
