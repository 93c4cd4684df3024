"""The rules that are functions, on returns of the shipped suite: a passing and a failing case each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from toolkit.check import Bureau
from toolkit.model.errors import InputError
from toolkit.model.finding import Finding
from toolkit.store.bureau import ControlEntry, RosterEntry

Run = Callable[..., list[Finding]]


def project(n: int, code: str, name: str) -> dict[str, object]:
    return {f"projects[{n}].code": code, f"projects[{n}].name": name, f"projects[{n}].fiscal": "10"}


def roster(*units: tuple[str, str]) -> Bureau:
    return Bureau(
        roster=tuple(RosterEntry(c, n, "", "", "", "", {}, f"单位名册 第 {i} 行") for i, (c, n) in enumerate(units, 2))
    )


def control(*lines: tuple[str, str, str, str]) -> Bureau:
    entries = tuple(
        ControlEntry(u, c, Decimal(a), m, {}, f"控制数.xlsx 第 {i} 行") for i, (u, c, a, m) in enumerate(lines, 2)
    )
    return Bureau(control=entries)


NEW, OLD = "13021121FT0S5BET5SX95", "102-1002-JBN-DCDC"


def test_str_05_a_project_sheet_under_a_near_name_is_asked_about(run: Run) -> None:
    listed = project(1, NEW, "智慧高新指挥中心建设资金")
    right = run("STR-05", {"102": {**listed, "P01:target.name": "智慧高新 指挥中心建设资金"}})
    near = run("STR-05", {"102": {**listed, "P01:target.name": "智慧高新指挥中心建设"}})
    far = run("STR-05", {"102": {**listed, "P01:target.name": "慰问活动"}})
    assert right == []
    assert [(f.severity, f.likely[0].value) for f in near] == [("info", "智慧高新指挥中心建设资金")]
    assert "是否为同一项目？" in near[0].message
    assert [(f.severity, f.likely) for f in far] == [("info", ())]


def test_str_08_each_listed_project_has_one_sheet(run: Run) -> None:
    listed = {**project(1, NEW, "大屏改造"), **project(2, OLD, "慰问活动")}
    assert run("STR-08", {"102": {**listed, "P01:target.name": "大屏改造", "P02:target.name": "慰问活动"}}) == []
    missing = run("STR-08", {"102": {**listed, "P01:target.name": "大屏改造"}})
    assert ["没有项目绩效表：“慰问活动”" in f.message for f in missing] == [True]
    twice = run(
        "STR-08", {"102": {**project(1, NEW, "大屏改造"), "P01:target.name": "大屏改造", "P02:target.name": "大屏改造"}}
    )
    assert [len(f.places) for f in twice] == [2]


def test_str_08_leaves_a_misspelt_sheet_to_str_05(run: Run) -> None:
    assert run("STR-08", {"102": {**project(1, NEW, "慰问活动经费"), "P01:target.name": "慰问活动费"}}) == []


def test_xf_03_a_procurement_line_names_a_listed_project_or_an_operating_item(run: Run) -> None:
    def line(name: str) -> dict[str, dict[str, object]]:
        return {"102": {**project(1, NEW, "信息网络运行、维护费"), "procurement[1].project_name": name}}

    assert run("XF-03", line("信息网络运行、维护费")) == []
    assert run("XF-03", line("办公费")) == []
    assert run("XF-03", line("公用经费")) == []
    near = run("XF-03", line("信息网络运行维护费"))
    assert [(f.severity, f.expected) for f in near] == [("warning", "信息网络运行、维护费")]
    assert near[0].message.endswith("是否为“信息网络运行、维护费”？")
    assert [f.severity for f in run("XF-03", line("车辆购置"))] == ["error"]


def test_xf_03_a_name_is_near_by_the_whole_of_it_or_without_the_words_every_name_has(run: Run) -> None:
    typed = {**project(1, NEW, "部门绩效员培训经费"), "procurement[1].project_name": "绩效员培训费"}
    assert [(f.severity, f.expected) for f in run("XF-03", {"102": typed})] == [("warning", "部门绩效员培训经费")]


def test_cod_03_a_code_stands_once_in_the_whole_collection(run: Run) -> None:
    assert run("COD-03", {"102": project(1, NEW, "甲"), "106": project(1, OLD, "乙")}) == []
    across = run("COD-03", {"102": project(1, NEW, "甲"), "106": project(1, NEW, "乙")})
    assert [[p.unit for p in f.places] for f in across] == [["102", "106"]]
    assert "单位102、单位106共用" in across[0].message
    assert len(run("COD-03", {"102": {**project(1, NEW, "甲"), **project(2, NEW, "乙")}})) == 1


def test_cod_06_old_and_new_codes_are_not_mixed(run: Run) -> None:
    assert run("COD-06", {"102": project(1, NEW, "甲"), "106": project(1, OLD, "乙")}) == []
    mixed = run("COD-06", {"102": {**project(1, NEW, "甲"), **project(2, OLD, "乙")}})
    assert [[p.row for p in f.places] for f in mixed] == [["002"]]


def test_xd_03_the_same_or_a_near_name_in_two_units(run: Run) -> None:
    assert run("XD-03", {"102": {**project(1, NEW, "大屏改造"), **project(2, OLD, "大屏改造二期")}}) == []
    same = run("XD-03", {"102": project(1, NEW, "智慧指挥中心"), "106": project(1, OLD, "智慧指挥中心")})
    assert [[p.unit for p in f.places] for f in same] == [["102", "106"]]
    near = run(
        "XD-03", {"102": project(1, NEW, "智慧高新指挥中心建设"), "106": project(1, OLD, "智慧高新区指挥中心建设")}
    )
    assert ["名称相近" in f.message for f in near] == [True]


def prices(measure: str, **units: tuple[str, ...]) -> dict[str, dict[str, object]]:
    """Procurement lines of one code: ``u102=("0.5", "0.6")``."""
    typed: dict[str, dict[str, object]] = {}
    for unit, asked in units.items():
        lines = typed.setdefault(unit.removeprefix("u"), {})
        for n, price in enumerate(asked, 1):
            lines |= {f"procurement[{n}].catalog_code": "A0999", f"procurement[{n}].price": price}
            lines |= {f"procurement[{n}].qty_unit": measure}
    return typed


def test_xd_04_a_price_far_from_the_median_of_several_units(run: Run) -> None:
    assert run("XD-04", prices("台", u102=("0.5", "0.6"), u106=("0.7",))) == []
    far = run("XD-04", prices("台", u102=("0.5", "0.6"), u106=("6",)))
    assert [(f.unit, f.actual, f.expected) for f in far] == [("106", "6.00", "0.60")]
    assert (
        "单价 6.00 万元/台，各单位同品目 3 行的中位数为 0.60 万元（单位102 0.60、单位102 0.50），偏离 +900.0%。"
        in far[0].message
    )


def test_xd_04_needs_several_units_enough_prices_and_a_unit_that_can_be_compared(run: Run) -> None:
    assert run("XD-04", prices("台", u102=("0.5", "0.6", "6"))) == []
    assert run("XD-04", prices("台", u102=("0.5",), u106=("6",))) == []
    for lot in ("批", "项", "次"):
        assert run("XD-04", prices(lot, u102=("0.5", "0.6"), u106=("6",))) == []


def test_xd_05_a_request_above_its_ceiling(run: Run) -> None:
    typed: dict[str, dict[str, object]] = {"102": {"expenditure.basic.this_year": "100"}}
    assert run("XD-05", typed, control(("102", "基本支出", "100", "万元"))) == []
    above = run("XD-05", typed, control(("102", "expenditure.basic", "990000", "元")))
    assert [(f.actual, f.expected, f.difference) for f in above] == [("100.00", "99.00", "1.00")]
    assert [f.result for f in run("XD-05", typed)] == ["not_executable"]


def test_xd_05_a_category_nobody_knows_is_named_with_its_row(run: Run) -> None:
    typed: dict[str, dict[str, object]] = {"102": {"expenditure.basic.this_year": "100"}}
    with pytest.raises(InputError, match=r"控制数\.xlsx 第 2 行“类别”列：“基本”在本套表中找不到"):
        run("XD-05", typed, control(("102", "基本", "100", "")))


def test_xd_02_the_given_total_against_the_sum_of_the_units(run: Run) -> None:
    typed: dict[str, dict[str, object]] = {u: {"expenditure.basic.this_year": "50"} for u in ("102", "106")}
    assert run("XD-02", typed, control(("合计", "基本支出", "100", ""))) == []
    apart = run("XD-02", typed, control(("合计", "基本支出", "101", "")))
    assert [(f.actual, f.expected, f.difference, f.unit) for f in apart] == [("101.00", "100.00", "1.00", "")]
    assert [p.unit for p in apart[0].places] == ["102", "106"]


def test_xd_01_a_unit_the_roster_does_not_know(run: Run) -> None:
    typed: dict[str, dict[str, object]] = {"102": project(1, NEW, "甲")}
    assert run("XD-01", typed, roster(("102", "单位102"))) == []
    assert ["不在单位名册中" in f.message for f in run("XD-01", typed, roster(("106", "财政局")))] == [True]
    assert [f.expected for f in run("XD-01", typed, roster(("102", "办公室")))] == ["办公室"]


def test_wbk_06_a_unit_that_has_not_reported(run: Run) -> None:
    typed: dict[str, dict[str, object]] = {"102": project(1, NEW, "甲")}
    bureau = roster(("102", "单位102"), ("106", "财政局"), ("110", "督考办"))
    refused = [
        {"seq": 1, "sha256": "x", "path": "110.xlsx", "unit": "110", "status": "refused", "reason": "有打开密码"}
    ]
    missing = run("WBK-06", typed, bureau, received=refused)
    assert [(f.unit, f.unit_name, f.places) for f in missing] == [("106", "财政局", ()), ("110", "督考办", ())]
    assert missing[0].message == "财政局（106）尚未报送。"
    assert missing[1].message == "督考办（110）报来的“110.xlsx”未能接收：有打开密码。"
    assert [f.result for f in run("WBK-06", typed)] == ["not_executable"]


def test_pln_09_the_plans_of_a_department_weighted_by_budget(run: Run) -> None:
    def plans(june: str) -> dict[str, dict[str, object]]:
        typed: dict[str, object] = {}
        for sheet, budget, share in (("P01", "90", june), ("P02", "10", "100")):
            typed |= {f"{sheet}:target.name": "甲", f"{sheet}:target.fiscal": budget, f"{sheet}:plan.mar": "30"}
            typed |= {f"{sheet}:plan.jun": share, f"{sheet}:plan.oct": "90", f"{sheet}:plan.dec": "100"}
        return {"102": typed}

    assert run("PLN-09", plans("50")) == []
    assert [(f.actual, f.expected, f.difference) for f in run("PLN-09", plans("40"))] == [("46", "50", "-4")]


def test_thresholds_are_the_bureaus_to_change(run: Run) -> None:
    typed = {"102": project(1, NEW, "智慧高新指挥中心建设"), "106": project(1, OLD, "智慧高新区指挥中心建设")}
    strict = Bureau(parameters={"xd03_similarity": Decimal("0.99")})
    assert run("XD-03", typed, strict) == []
