from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from toolkit.catalog import load_suite
from toolkit.layout import Layout, a1, arrange
from toolkit.layout.hidden import CHECKS, INSTRUCTIONS, LISTS, META, MIRROR
from toolkit.model.errors import DataError, OutputError
from toolkit.model.fact import Identity, Key, UnitData
from toolkit.model.form import Suite
from toolkit.write import write_workbook

Write = Callable[..., Any]


@pytest.fixture(scope="module")
def blank(write: Write) -> Any:
    return write()


@pytest.fixture(scope="module")
def full(write: Write, filled: UnitData) -> Any:
    return write(data=filled)


@pytest.fixture(scope="module")
def layout(mini: Suite) -> Layout:
    return arrange(mini)


def cell(book: Any, layout: Layout, key: Key) -> Any:
    spot = layout.spot(key)
    assert spot is not None
    return book[spot.sheet][a1(spot.row, spot.column)]


def test_equal_inputs_give_equal_bytes(write: Write, blank: Any, full: Any, filled: UnitData) -> None:
    assert write().content == blank.content
    assert write(data=filled).content == full.content


def test_sheets_stand_in_order_and_hidden_ones_are_hidden(blank: Any) -> None:
    names = blank.formulas.sheetnames
    assert names[:3] == [INSTRUCTIONS, CHECKS, "00_封面"]
    assert names[-3:] == [LISTS, MIRROR, META]
    assert [blank.formulas[n].sheet_state for n in names[-3:]] == ["hidden", "hidden", "veryHidden"]


def test_structure_and_sheets_are_protected_without_a_password(blank: Any) -> None:
    assert blank.formulas.security.lockStructure
    for sheet in blank.formulas.worksheets:
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password


def test_only_what_the_unit_fills_in_is_unlocked(blank: Any, layout: Layout, mini: Suite) -> None:
    open_cells = {
        (sheet.name, a1(*at))
        for sheet in layout.sheets
        for place in sheet.blocks
        for (row, field), at in place.cells.items()
        if mini.blocks[place.block.id].formula(row, field) is None
    }
    for sheet in layout.sheets:
        for row in blank.formulas[sheet.name].iter_rows(max_col=sheet.hidden_from + 5):
            for one in row:
                if one.__class__.__name__ == "Cell":
                    wanted = (sheet.name, one.coordinate) in open_cells
                    merged = one.value is None and not wanted
                    assert one.protection.locked is not wanted or merged, one


def test_pasted_cells_can_be_mended_because_the_normal_style_is_unlocked(blank: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(blank.content)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    normal = re.search(r"<cellStyleXfs.*?</cellStyleXfs>", styles, re.DOTALL)
    assert normal is not None
    assert '<protection locked="0"/>' in normal[0]
    others = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    assert others is not None
    assert others[0].count("<protection") == others[0].count("<xf ")


def test_a_value_given_for_a_computed_cell_stands_in_place_of_its_formula(full: Any, layout: Layout) -> None:
    total = cell(full.formulas, layout, Key("expenditure", "", "total", "this_year"))
    assert total.value == 131
    last = cell(full.formulas, layout, Key("expenditure", "", "total", "last_year"))
    assert str(last.value).startswith("=")


def test_what_is_typed_over_feeds_the_cached_values(full: Any, layout: Layout) -> None:
    budgets = cell(full.values, layout, Key("projects", "", "total", "budget"))
    assert budgets.value == 109


def test_text_is_text_and_a_code_keeps_its_zeros(full: Any, layout: Layout) -> None:
    reason = cell(full.formulas, layout, Key("expenditure", "", "basic", "reason"))
    assert (reason.value, reason.data_type) == ("=1+1 不是公式", "s")
    assert cell(full.formulas, layout, Key("projects", "", "001", "code")).number_format == "@"


def test_amounts_percents_and_dates_have_their_formats(full: Any, layout: Layout) -> None:
    assert cell(full.formulas, layout, Key("projects", "", "002", "fiscal")).number_format == "#,##0.00####"
    plan = cell(full.formulas, layout, Key("plan", "01", "", "jun"))
    assert (plan.value, plan.number_format) == (50, "0.00")
    date = cell(full.formulas, layout, Key("cover", "", "", "date"))
    assert date.value == datetime.datetime(2021, 3, 1)  # noqa: DTZ001
    assert date.number_format == "yyyy-mm-dd"


def test_a_blank_row_shows_nothing_and_no_verdict(blank: Any, layout: Layout) -> None:
    for sheet in layout.sheets:
        for row in blank.values[sheet.name].iter_rows(min_col=sheet.hidden_from + 2, max_col=sheet.hidden_from + 2):
            assert row[0].value in (None, "")


def test_the_bureau_s_values_are_written_and_locked(write: Write, layout: Layout) -> None:
    key = Key("expenditure", "", "basic", "last_year")
    book = write(prefill={key: Decimal("88.5")})
    assert cell(book.formulas, layout, key).value == 88.5
    assert cell(book.formulas, layout, key).protection.locked
    other = Key("expenditure", "", "project", "last_year")
    assert not cell(book.formulas, layout, other).protection.locked


def test_the_data_win_over_the_prefill(write: Write, layout: Layout, office: Identity) -> None:
    key = Key("expenditure", "", "basic", "last_year")
    book = write(prefill={key: Decimal(88)}, data=UnitData("mini", office, {key: Decimal(90)}))
    assert cell(book.formulas, layout, key).value == 90
    assert not cell(book.formulas, layout, key).protection.locked


def test_the_cover_says_who_the_workbook_is_for(write: Write, layout: Layout, office: Identity) -> None:
    book = write(identity=office)
    assert cell(book.formulas, layout, Key("cover", "", "", "unit_code")).value == "102"
    assert cell(book.formulas, layout, Key("cover", "", "", "year")).value == 2021
    assert book.values["01_收支"]["B3"].value == "编制单位：102 办公室"


def test_the_workbook_says_what_it_is(write: Write, office: Identity) -> None:
    book = write(identity=office).formulas
    meta = {row[0].value: row[1].value for row in book[META].iter_rows()}
    assert (meta["suite"], meta["unit"], meta["year"], meta["instances"]) == ("mini", "102", "2021", "3")
    custom = {p.name: p.value for p in book.custom_doc_props.props}
    assert (custom["suite"], custom["unit"], custom["stage"]) == ("mini", "102", "批复")
    assert book.properties.creator in (None, "")


def test_names_are_hidden_and_local_where_the_form_repeats(blank: Any) -> None:
    book = blank.formulas
    assert book.defined_names["tk.cover.date"].attr_text == "'00_封面'!$C$9"
    assert book.defined_names["tk.cover.date"].hidden
    local = book["P02_绩效"].defined_names
    assert local["tk.plan.jun"].hidden


def test_marks_are_written_as_they_are(write: Write, layout: Layout, office: Identity) -> None:
    key = Key("plan", "01", "", "jun")
    book = write(data=UnitData("mini", office, {}, {key: "涉密"}))
    assert cell(book.formulas, layout, key).value == "涉密"


def test_more_projects_than_declared_get_more_sheets(write: Write, office: Identity) -> None:
    data = UnitData("mini", office, {Key("target", "05", "", "name"): "第五个项目"})
    assert "P05_绩效" in write(data=data).formulas.sheetnames


def test_values_without_a_cell_are_refused(mini: Suite, office: Identity) -> None:
    data = UnitData("mini", office, {Key("projects", "", "009", "name"): "第九行"})
    with pytest.raises(DataError, match="没有对应的单元格"):
        write_workbook(io.BytesIO(), mini, data=data)


def test_a_folder_that_is_not_there_is_an_output_error(mini: Suite, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="无法写入"):
        write_workbook(tmp_path / "nowhere" / "a.xlsx", mini)


def test_the_whole_suite_with_twenty_projects_is_less_than_a_megabyte() -> None:
    buffer = io.BytesIO()
    write_workbook(buffer, load_suite("hebei-2021"), instances=20)
    assert len(buffer.getvalue()) < 1_000_000


def test_print_setup(blank: Any, layout: Layout) -> None:
    for at in layout.sheets:
        sheet = blank.formulas[at.name]
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows
        assert "&P" in sheet.oddFooter.center.text
        assert sheet.freeze_panes


def test_writing_again_replaces_the_file_and_leaves_nothing_beside_it(mini: Suite, tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    write_workbook(target, mini)
    before = target.read_bytes()
    write_workbook(target, mini)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]
