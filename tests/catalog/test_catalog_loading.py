"""What the YAML of a suite means once it is resolved."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.catalog import load_suite
from toolkit.model.form import BlockKind, FieldType, RowRole, Suite
from toolkit.model.rule import RuleKind, Severity

MINI = Path(__file__).parents[1] / "suites" / "mini"


@pytest.fixture(scope="module")
def mini() -> Suite:
    return load_suite(MINI)


def test_a_suite_is_loaded_by_folder_or_by_its_file(mini: Suite) -> None:
    assert load_suite(MINI / "suite.yaml") == mini
    assert load_suite(str(MINI)) == mini


def test_forms_stand_in_the_order_of_their_sheets(mini: Suite) -> None:
    assert [f.id for f in mini.forms] == ["basic", "budget", "items", "project"]
    assert mini.forms_by_id["project"].repeat == 3
    assert not mini.forms_by_id["project"].required


def test_the_unit_of_a_form_is_printed_and_is_that_of_its_amounts(mini: Suite) -> None:
    assert mini.forms_by_id["budget"].unit_line == "万元"
    fields = mini.blocks["expenditure"].by_id
    assert fields["this_year"].unit == "万元"
    assert fields["share"].unit == "%"
    assert fields["reason"].unit is None


def test_a_total_row_sums_the_named_rows_in_every_amount_column_without_formula(mini: Suite) -> None:
    block = mini.blocks["expenditure"]
    total = block.rows_by_id["total"]
    assert total.role is RowRole.TOTAL
    assert total.formulas == {
        "last_year": "SUM(expenditure.basic.last_year, expenditure.project.last_year)",
        "this_year": "SUM(expenditure.basic.this_year, expenditure.project.this_year)",
    }
    assert total.checks == {"last_year": "SUM-02", "this_year": "SUM-02"}
    assert block.formula("total", "change") == "expenditure[].this_year - expenditure[].last_year"
    assert block.check_code("total", "change") == "NAR-01"


def test_closed_cells_are_no_cells(mini: Suite) -> None:
    block = mini.blocks["expenditure"]
    assert block.rows_by_id["travel"].role is RowRole.OF_WHICH
    assert not block.has_cell("travel", "share")
    assert block.has_cell("travel", "this_year")


def test_the_total_row_of_a_list_sums_its_column(mini: Suite) -> None:
    block = mini.blocks["projects"]
    assert block.kind is BlockKind.LIST
    assert block.capacity == 8
    assert block.formula("total", "budget") == "SUM(projects[].budget)"
    assert not block.has_cell("total", "name")
    assert block.has_cell("001", "name")


def test_a_target_becomes_sign_number_and_unit_under_one_header(mini: Suite) -> None:
    fields = mini.blocks["indicators"].by_id
    assert [fields[f"target_{part}"].labels for part in ("op", "value", "unit")] == [
        ("指标值", "符号"),
        ("指标值", "值"),
        ("指标值", "单位（文字描述）"),
    ]
    assert fields["target_op"].lookup == "operators"
    assert fields["target_op"].member_check == "ENU-04"
    assert fields["target_value"].type is FieldType.DECIMAL
    assert (fields["target_unit"].lookup, fields["target_unit"].strict) == ("units", False)


def test_prefill_true_is_last_years_same_field_and_a_name_another(mini: Suite) -> None:
    assert mini.blocks["cover"].by_id["region"].prefill == "region"
    assert mini.blocks["expenditure"].by_id["last_year"].prefill == "this_year"
    assert mini.blocks["expenditure"].by_id["this_year"].prefill == ""


def test_required_is_a_flag_or_says_when(mini: Suite) -> None:
    assert mini.blocks["cover"].by_id["date"].required is True
    assert mini.blocks["cover"].by_id["remark"].required == 'cover.signed = "否"'


def test_a_code_list_comes_from_yaml_or_from_csv(mini: Suite) -> None:
    assert mini.lists["level2"].pairs >= {("产出指标", "数量指标")}
    assert mini.lists["operators"].aliases["="] == "＝"
    goods = mini.lists["goods"]
    assert goods.open
    assert (goods.entries[0].value, goods.entries[0].note) == ("A0201", "计算机设备")


def test_a_rule_has_levels_a_kind_and_the_place_it_was_written_at(mini: Suite) -> None:
    graded = mini.rules_by_code["PLN-05"]
    assert [lv.severity for lv in graded.levels] == [Severity.WARNING, Severity.INFO]
    assert graded.severity is Severity.WARNING
    assert str(graded.source).startswith("mini/rules/rules.yaml:")
    assert mini.rules_by_code["SUM-02"].kind is RuleKind.DERIVED
    assert mini.rules_by_code["XF-01"].cases[0].data["target[]"] == [{"budget": Decimal(10)}, {"budget": Decimal(20)}]


def test_a_rules_own_parameter_is_a_default_of_the_suite(mini: Suite) -> None:
    assert mini.parameters == {"similar_name": Decimal("0.85"), "year_end_share": Decimal(50)}


def test_the_suite_sets_a_rules_parameter(tiny: Path) -> None:
    with (tiny / "rules" / "all.yaml").open("a", encoding="utf-8") as rules:
        rules.write(
            "- {code: XD-03, kind: coded, severity: info, statement: 近名, action: 核实, parameters: {near: 0.8}}\n"
        )
    with (tiny / "suite.yaml").open("a", encoding="utf-8") as suite:
        suite.write("parameters: {near: 0.9}\n")
    loaded = load_suite(tiny)
    assert loaded.parameters == {"near": Decimal("0.9")}
    assert loaded.rules_by_code["XD-03"].parameters == {"near": Decimal("0.9")}


@pytest.mark.parametrize(("years", "in_force"), [("[2018, 2021]", True), ("[2022, 2030]", False)])
def test_only_the_rules_of_the_suites_year_are_in_force(tiny: Path, years: str, in_force: bool) -> None:
    with (tiny / "rules" / "all.yaml").open("a", encoding="utf-8") as rules:
        rules.write(
            f"- {{code: TYP-06, kind: reader, severity: info, statement: 日期, action: 改正, years: {years}}}\n"
        )
    assert ("TYP-06" in load_suite(tiny).rules_by_code) is in_force


def test_the_house_style_beside_a_suite_comes_before_the_shipped_one(tiny: Path) -> None:
    shipped = load_suite(tiny).style
    assert {"font", "title_size", "body_size", "colours"} <= set(shipped)
    (tiny.parent / "house_style.yaml").write_text("font: 楷体\nbody_size: 10.5\n", encoding="utf-8")
    assert load_suite(tiny).style == {"font": "楷体", "body_size": 10.5}
