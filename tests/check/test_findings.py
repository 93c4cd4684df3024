"""What the verdicts of the small suite become: label, typed, expected and by which account, difference, places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from toolkit.catalog import load_suite
from toolkit.model.fact import Remark, State
from toolkit.model.finding import Finding
from toolkit.model.form import Suite

Collect = Any
Unit = Any


def failed(findings: list[Finding], code: str | None = None) -> list[Finding]:
    return [f for f in findings if f.result == "fail" and (code is None or f.code == code)]


def only(findings: list[Finding], code: str) -> Finding:
    found = failed(findings, code)
    assert len(found) == 1, [f.message for f in found]
    return found[0]


def test_a_complete_return_has_no_findings(collect: Collect, unit: Unit) -> None:
    assert failed(collect(unit("101"))) == []


def test_a_total_that_is_not_its_sum_says_by_how_much_and_why(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"expenditure.total.this_year": "101"})), "SUM-02")
    assert found.message == (
        "《收支预算表》“支出合计·本年预算”填 101.00 万元，应为 100.00 万元"
        "（「基本支出·本年预算」＋「项目支出·本年预算」），相差 1.00 万元。"
    )
    assert (found.actual, found.expected, found.difference, found.unit_of_measure) == (
        "101.00",
        "100.00",
        "1.00",
        "万元",
    )
    assert (found.severity, found.unit, found.file, found.what_to_do) == ("error", "101", "101.xlsx", "请核对合计数。")
    place = found.places[0]
    assert (place.sheet, place.form, place.block, place.row, place.field) == (
        "01_收支",
        "budget",
        "expenditure",
        "total",
        "this_year",
    )
    assert place.label == "支出预算 · 支出合计 · 本年预算"
    assert place.cell


def test_a_sum_over_the_sheets_of_all_projects(collect: Collect, unit: Unit) -> None:
    typed = {"P02:target.name": "大屏升级改造", "P02:target.budget": "3"}
    found = only(collect(unit("101", typed=typed)), "XF-01")
    assert "应为 43.00 万元（各表「项目信息·预算数」合计），相差 -3.00 万元" in found.message


def test_an_upper_limit_says_how_far_it_is_exceeded(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"expenditure.travel.this_year": "70"})), "SUM-13")
    assert "填 70.00 万元，不应大于 60.00 万元（「基本支出·本年预算」），超出 10.00 万元" in found.message


def test_differences_of_percentages_are_points(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"P01:plan.jun": "10"})), "PLN-05")
    assert "「12月底」－「6月底」为 90%，不应大于 50%，超出 40 个百分点" in found.message


def test_the_level_that_fails_gives_the_severity(collect: Collect, unit: Unit) -> None:
    assert only(collect(unit("101", typed={"P01:plan.jun": "50"})), "PLN-05").severity == "info"
    assert only(collect(unit("101", typed={"P01:plan.jun": "40"})), "PLN-05").severity == "warning"


def test_blank_required_cells_of_a_form_are_one_finding(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"P01:target.name": None, "P01:target.budget": None})), "STR-02")
    assert found.message == "《项目绩效目标表》（P01_绩效）有 2 个必填单元格未填：“项目名称”、“预算数”。"
    assert [p.field for p in found.places] == ["name", "budget"]


def test_blank_cells_of_several_sheets_of_a_form_too(collect: Collect, unit: Unit) -> None:
    typed = {"P01:target.budget": None, "P02:target.name": "大屏升级改造"}
    found = only(collect(unit("101", typed=typed)), "STR-02")
    assert found.message == "《项目绩效目标表》有 2 个必填单元格未填：“预算数”（P01_绩效、P02_绩效）。"


def test_blank_rows_of_a_list_are_told_as_spans(collect: Collect, unit: Unit) -> None:
    typed = {f"projects[{n}].name": f"项目{n}" for n in (2, 3, 5)}
    found = only(collect(unit("101", typed=typed)), "STR-02")
    assert "“项目编码”第 2—3、5 行" in found.message
    assert len(found.places) == 6


def test_a_conditional_requirement(collect: Collect, unit: Unit) -> None:
    assert "“备注”是必填项，没有填" in only(collect(unit("101", typed={"cover.signed": "否"})), "STR-02").message


def test_a_cell_that_says_classified_is_not_blank(collect: Collect, unit: Unit) -> None:
    states = {"P01:indicators[1].name": (State.CLASSIFIED, "涉密")}
    assert failed(collect(unit("101", states=states)), "STR-02") == []


def test_a_value_outside_its_list_gets_the_nearest_one(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"P01:indicators[1].level2": "服务对象满意指标"})), "ENU-02")
    assert "“二级指标”填“服务对象满意指标”，不在“二级指标”的可选范围内" in found.message
    assert [(g.place, g.value) for g in found.likely] == [(0, "服务对象满意度指标")]


def test_the_same_wrong_kind_in_many_rows_is_one_finding(collect: Collect, unit: Unit) -> None:
    typed = {"projects[1].code": "x", "projects[2].code": "yy", "projects[2].name": "乙", "projects[2].fiscal": "1"}
    found = only(collect(unit("101", typed=typed)), "COD-02")
    assert found.message.startswith("《项目清单》“项目编码”有 2 处不符合规定格式 999-AX")
    assert found.message.endswith("第 1 行“x”、第 2 行“yy”。")
    assert len(found.places) == 2


def test_a_rule_may_have_checks_of_single_cells_beside_its_expression(collect: Collect, unit: Unit) -> None:
    """ENU-01 is an expression over the return and the list of level 1: each is told in its own words."""
    hebei = load_suite("hebei-2021")
    levels = {1: "产出指标1", 2: "效果指标", 3: "效益指标"}
    typed: dict[str, object] = {f"P01:indicators[{n}].level1": level for n, level in levels.items()}
    typed |= {f"P01:indicators[{n}].level3": f"指标{n}" for n in levels} | {"projects[1].name": "甲"}
    found = failed(collect(unit("101", bare=True, typed=typed), suite=hebei), "ENU-01")
    assert sorted("不在“一级指标”的可选范围内" in f.message for f in found) == [False, True]
    assert [g.value for f in found for g in f.likely] == ["产出指标"]


def test_a_pair_that_does_not_belong_together_names_the_parent(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"P01:indicators[1].level2": "社会效益指标"})), "ENU-03")
    assert "填“社会效益指标”（一级指标为“产出指标”），与所选上级不对应" in found.message


def test_a_value_out_of_range_names_the_range(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"P01:plan.dec": "120"})), "PLN-04")
    assert found.message == "《项目绩效目标表》（P01_绩效，“大屏升级改造”）“12月底”填 120%，应在 0% 至 100% 之间。"


def test_rows_whose_numbers_differ_are_findings_of_their_own(collect: Collect, unit: Unit) -> None:
    typed: dict[str, object] = {}
    for row, amount in ((1, "7"), (2, "8")):
        typed |= {f"purchases[{row}].item": "A01", f"purchases[{row}].quantity": "3"}
        typed |= {f"purchases[{row}].price": "2", f"purchases[{row}].amount": amount}
    assert [f.actual for f in failed(collect(unit("101", typed=typed)), "SUM-09")] == ["7.00", "8.00"]


def test_a_condition_shows_what_stands_in_its_cells(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"P01:indicators[1].target_value": None})), "IND-03")
    assert "第 1 行（“验收合格率”）“符号”填“≥”、“值”为空白，不符合要求：定量指标须填数值" in found.message


def test_a_required_form_without_input_is_one_warning(collect: Collect, unit: Unit) -> None:
    findings = collect(unit("101", bare=True, typed={"cover.signed": "是", "cover.date": "2021-01-01"}))
    assert [(f.code, f.severity, f.places[0].form) for f in failed(findings)] == [
        ("STR-12", "warning", "budget"),
        ("STR-12", "warning", "items"),
    ]


def test_what_lacks_its_input_is_not_executable_and_says_which(collect: Collect, unit: Unit) -> None:
    typed = {"P01:plan.jun": None, "P02:target.name": "大屏升级改造", "P02:target.budget": "0", "P02:plan.dec": "100"}
    findings = [f for f in collect(unit("101", typed=typed)) if f.code == "PLN-02"]
    assert [(f.result, f.severity) for f in findings] == [("not_executable", "info")]
    assert findings[0].message == "因“6月底”空白（2 处），未能检查：累计支出进度应逐期递增。"
    assert [p.sheet for p in findings[0].places] == ["P01_绩效", "P02_绩效"]


def test_an_open_list_never_fails_a_value_it_does_not_know(collect: Collect, unit: Unit) -> None:
    findings = [f for f in collect(unit("101", typed={"purchases[1].item": "Z99"})) if f.code == "ENU-06"]
    assert [f.result for f in findings] == ["not_executable"]
    assert "名录不全" in findings[0].message


def test_a_blank_that_may_be_blank_is_no_missing_membership(collect: Collect, unit: Unit) -> None:
    assert [f.code for f in collect(unit("101", typed={"purchases[1].quantity": "1"}))].count("ENU-06") == 0


def test_without_last_years_book_its_comparison_is_not_executable(collect: Collect, unit: Unit) -> None:
    findings = [f for f in collect(unit("101")) if f.code == "XY-01"]
    assert [f.result for f in findings] == ["not_executable"]
    assert "没有上年的“本年预算”" in findings[0].message


def test_a_slip_of_ten_thousand_is_proposed(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"expenditure.total.this_year": "1000000"})), "SUM-02")
    assert [(g.place, g.value) for g in found.likely] == [(0, "100.00")]


def test_the_term_that_explains_the_difference_becomes_a_place(collect: Collect, unit: Unit) -> None:
    typed = {"expenditure.total.this_year": "100", "expenditure.basic.this_year": "600000"}
    found = only(collect(unit("101", typed=typed)), "SUM-02")
    assert [(found.places[g.place].row, g.value) for g in found.likely] == [("basic", "60.00")]


def test_remarks_of_one_kind_are_grouped_with_the_words_of_the_rule(
    collect: Collect, unit: Unit, mini: Suite, key: Any
) -> None:
    at = {"C7": "expenditure.basic.this_year", "C8": "expenditure.project.this_year"}
    remarks = tuple(Remark("WBK-04", "公式被数值覆盖，结果一致", key(n), "01_收支", c) for c, n in at.items())
    found = only(collect(unit("101", remarks=remarks)), "WBK-04")
    assert found.message == (
        "《收支预算表》有 2 处公式被数值覆盖，结果一致：“基本支出·本年预算”、“项目支出·本年预算”。"
    )
    assert [p.cell for p in found.places] == ["C7", "C8"]
    assert (found.severity, found.what_to_do) == ("warning", "请恢复公式。")


def test_a_typed_number_stands_without_quotation_marks(collect: Collect, unit: Unit, key: Any) -> None:
    at = key("expenditure.basic.this_year")
    for actual, said in (("0", "填 0："), ("-31.1", "填 -31.1："), ("约60", "填“约60”：")):
        remark = Remark("WBK-04", "公式被数值覆盖", at, "01_收支", "C7", actual=actual)
        assert said in only(collect(unit("101", remarks=(remark,))), "WBK-04").message


def test_a_repair_and_a_guess_of_the_reader_are_kept_apart(collect: Collect, unit: Unit, key: Any) -> None:
    cell = key("expenditure.basic.this_year")
    remarks = (
        Remark("TYP-04", "是文本型数字", cell, "01_收支", "C7", actual="６０", repair="60", severity="info"),
        Remark("TYP-02", "单位与表头不符", cell, "01_收支", "C7", actual="600000元", likely="60", severity="error"),
    )
    findings = collect(unit("101", remarks=remarks))
    assert (only(findings, "TYP-04").repair, only(findings, "TYP-04").likely) == ("60", ())
    assert "（读作 60）" in only(findings, "TYP-04").message
    assert (only(findings, "TYP-02").repair, only(findings, "TYP-02").likely[0].value) == (None, "60")


def test_a_remark_about_the_file_needs_no_cell(collect: Collect, unit: Unit) -> None:
    found = only(
        collect(unit("101", remarks=(Remark("WBK-09", "文件含有宏（VBA），未执行", severity="warning"),))), "WBK-09"
    )
    assert (found.message, found.places) == ("文件含有宏（VBA），未执行。", ())


def test_fingerprints_survive_sorting_and_change_with_nothing_else(collect: Collect, unit: Unit) -> None:
    def purchases(first: int, second: int, amount: str) -> dict[str, object]:
        typed: dict[str, object] = {}
        for row, item, paid in ((first, "A01", amount), (second, "A02", "6")):
            typed |= {f"purchases[{row}].item": item, f"purchases[{row}].quantity": "3"}
            typed |= {f"purchases[{row}].price": "2", f"purchases[{row}].amount": paid}
        return typed

    before, sorted_, other = (
        only(collect(unit("101", typed=purchases(*order))), "SUM-09")
        for order in ((1, 2, "7"), (2, 1, "7"), (1, 2, "8"))
    )
    assert before.fingerprint == sorted_.fingerprint == other.fingerprint
    assert before.values_hash == sorted_.values_hash != other.values_hash


def test_no_two_findings_share_a_fingerprint(collect: Collect, unit: Unit) -> None:
    typed: dict[str, object] = {}
    for row in (1, 2):
        typed |= {f"purchases[{row}].item": "A01", f"purchases[{row}].quantity": "3"}
        typed |= {f"purchases[{row}].price": "2", f"purchases[{row}].amount": "7"}
    findings = collect(unit("101", typed=typed), unit("102", typed=typed))
    assert len({f.fingerprint for f in findings}) == len(findings)


def test_the_order_is_unit_severity_form_code(collect: Collect, unit: Unit) -> None:
    faulty = {"expenditure.total.this_year": "101", "cover.date": None, "P01:plan.jun": "10", "projects[1].code": "x"}
    findings = collect(unit("102", typed=faulty), unit("101", typed=faulty))
    told = [(f.unit, f.severity.value, f.code) for f in failed(findings) if f.unit]
    assert [t for t in told if t[0] == "101"] == [
        ("101", "error", "STR-02"),
        ("101", "error", "SUM-02"),
        ("101", "error", "COD-02"),
        ("101", "warning", "XD-03"),
        ("101", "warning", "PLN-05"),
    ]
    assert [t[0] for t in told] == sorted(t[0] for t in told)
    assert findings == collect(unit("101", typed=faulty), unit("102", typed=faulty))


def test_a_text_of_a_unit_is_quoted_short_and_on_one_line(collect: Collect, unit: Unit) -> None:
    found = only(collect(unit("101", typed={"projects[1].code": "甲\n" * 60})), "COD-02")
    assert "\n" not in found.message
    assert "…”" in found.message
    assert found.actual == "甲\n" * 60
    assert replace(found, message="") != found
