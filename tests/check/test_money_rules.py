"""Transfers, the three public expenses together, per head, common indicators, parts of a purpose: each on returns."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from toolkit.check.rules.purposes import account
from toolkit.model.finding import Finding

Run = Callable[..., list[Finding]]
Typed = dict[str, object]


def transfer(row: int, other: str, direction: str, amount: str) -> Typed:
    line = {"counterparty": other, "direction": direction, "amount": amount}
    return {f"transfers[{row}].{name}": value for name, value in line.items()}


def test_xd_07_a_transfer_that_both_units_tell_alike_is_matched(run: Run) -> None:
    assert run("XD-07", {"102": transfer(1, "106", "付", "20"), "106": transfer(1, "102", "收", "20.004")}) == []


def test_xd_07_lines_are_matched_one_to_one(run: Run) -> None:
    paid = {**transfer(1, "106", "付", "20"), **transfer(2, "106", "付", "20")}
    found = run("XD-07", {"102": paid, "106": transfer(1, "102", "收", "20")})
    assert [(f.unit, f.actual, f.expected) for f in found] == [("102", "20.00", None), ("106", None, "20.00")]
    assert "对方没有填报收到这一笔" in found[0].message


def test_xd_07_amounts_that_differ_are_told_to_both_units_with_both_cells(run: Run) -> None:
    found = run("XD-07", {"102": transfer(1, "106", "付", "20"), "106": transfer(1, "102", "收", "18")})
    assert [(f.unit, f.actual, f.expected, f.difference) for f in found] == [
        ("102", "20.00", "18.00", "2.00"),
        ("106", "18.00", "20.00", "-2.00"),
    ]
    assert [[p.unit for p in f.places] for f in found] == [["102", "106"], ["106", "102"]]
    assert "“单位102”填报付给“单位106” 20.00 万元，对方填报收到 18.00 万元，相差 2.00 万元。" in found[0].message
    assert found[0].fingerprint != found[1].fingerprint


def test_xd_07_the_same_direction_on_both_sides_does_not_match(run: Run) -> None:
    found = run("XD-07", {"102": transfer(1, "106", "付", "20"), "106": transfer(1, "102", "付", "20")})
    assert len(found) == 2


def test_xd_07_a_receipt_that_nobody_says_to_have_paid(run: Run) -> None:
    typed = {"102": transfer(1, "106", "收", "5"), "106": {"expenditure.basic.this_year": "1"}}
    assert ["没有填报付给“单位102”的一笔，对方填报收到 5.00 万元" in f.message for f in run("XD-07", typed)] == [
        True
    ] * 2


def test_xd_07_needs_the_other_return(run: Run) -> None:
    found = run("XD-07", {"102": transfer(1, "106", "付", "20")})
    assert [(f.result, f.unit) for f in found] == [("not_executable", "102")]


def three(this: str, last: str | None) -> Typed:
    typed: Typed = {"three_public.reception.this_year": this}
    return typed if last is None else {**typed, "three_public.reception.last_year": last}


def test_xd_06_a_unit_may_rise_where_another_falls(run: Run) -> None:
    assert run("XD-06", {"102": three("12", "10"), "106": three("1", "3")}) == []


def test_xd_06_together_they_must_not_rise(run: Run) -> None:
    found = run("XD-06", {"102": three("12", "10"), "106": three("1", "2")})
    assert [(f.severity, f.actual, f.expected, f.difference) for f in found] == [("warning", "13.00", "12.00", "1.00")]
    assert [p.unit for p in found[0].places] == ["102"]
    assert "单位102增加 2.00 万元" in found[0].message


def test_xd_06_a_unit_without_last_year_is_named_and_not_compared(run: Run) -> None:
    found = run("XD-06", {"102": three("12", None), "106": three("1", "2")})
    assert [f.result for f in found] == ["not_executable"]
    assert "“单位102”没有上年数" in found[0].message


def heads(*spent: str) -> dict[str, Typed]:
    """Units of ten people each, with this operating cost."""
    return {
        f"{101 + n}": {"expenditure.operating.this_year": s, "cover.staff_quota": "10"} for n, s in enumerate(spent)
    }


def test_xd_08_a_unit_that_spends_far_more_per_head_than_the_others(run: Run) -> None:
    found = run("XD-08", heads("25", "25", "26", "24", "60"))
    assert [(f.unit, f.severity, f.actual, f.expected) for f in found] == [("105", "info", "6.00", "2.50")]
    assert (
        "人均公用经费 6.00 万元（60.00 万元 ÷ 10 人），其他 4 个单位的中位数为 2.50 万元"
        "（单位101 2.50、单位102 2.50、单位103 2.60、单位104 2.40），偏离 +140.0%。"
    ) in found[0].message


def test_xd_08_units_that_are_nearly_alike_are_no_outliers(run: Run) -> None:
    assert run("XD-08", heads("25", "25", "25", "25", "29")) == []


def test_xd_08_four_units_are_too_few_to_compare(run: Run) -> None:
    assert run("XD-08", heads("25", "25", "25", "60")) == []


def test_xd_08_counts_the_people_in_post_where_they_are_given(run: Run) -> None:
    typed = heads("25", "25", "26", "24", "60")
    typed["105"] |= {"budget_units[1].name": "单位105", "budget_units[1].staff_actual": "24"}
    assert run("XD-08", typed) == []


def sheet(template: str, *indicators: tuple[str, str]) -> Typed:
    typed: Typed = {"P01:target.name": "网络运维", "P01:target.template": template}
    for n, (name, unit) in enumerate(indicators, 1):
        one = {"level3": name, "target_op": "≤", "target_value": "4", "target_unit": unit}
        typed |= {f"P01:indicators[{n}].{field}": value for field, value in one.items()}
    return typed


def test_xd_10_projects_of_one_template_share_an_indicator(run: Run) -> None:
    both = {
        "102": sheet("信息化运行维护类", ("故障处理时限", "小时"), ("巡检次数", "次")),
        "106": sheet("信息化运行维护类", ("故障处理时限", "小时")),
    }
    assert run("XD-10", both) == []
    assert run("XD-10", {**both, "106": sheet("会议培训类", ("培训人次", "人次"))}) == []


def test_xd_10_projects_without_a_common_indicator(run: Run) -> None:
    apart = {"102": sheet("信息化类", ("故障处理时限", "小时")), "106": sheet("信息化类", ("巡检次数", "次"))}
    found = run("XD-10", apart)
    assert [[p.unit for p in f.places] for f in found] == [["102", "106"]]
    assert "单位102“网络运维”、单位106“网络运维”没有与其他项目相同的三级指标" in found[0].message


def test_xd_10_one_indicator_in_two_units_of_measure(run: Run) -> None:
    mixed = {"102": sheet("信息化类", ("故障处理时限", "小时")), "106": sheet("信息化类", ("故障处理时限", "天"))}
    assert ["计量单位不一：天、小时" in f.message for f in run("XD-10", mixed)] == [True]


def purpose(text: str) -> dict[str, Typed]:
    return {"102": {"P01:target.name": "网络运维", "P01:target.fiscal": "300", "P01:target.purpose": text}}


def test_sum_15_parts_that_miss_their_total_on_trial(run: Run) -> None:
    assert run("SUM-15", purpose("安排300万元，其中线路租用270万元，设备更新30万元")) == []
    found = run("SUM-15", purpose("安排300万元，其中线路租用270万元，设备更新20万元"))
    assert [(f.severity, f.actual, f.expected, f.difference) for f in found] == [("info", "290.00", "300.00", "-10.00")]
    assert "文字所列总额为 300.00 万元，分项 270.00 + 20.00 = 290.00 万元，相差 10.00 万元" in found[0].message


@pytest.mark.parametrize(
    ("text", "total", "parts"),
    [
        ("共21万元,其中软件升级16万元,软件维护费4万元,考核1万元", "21", ["16", "4", "1"]),
        ("概算624.9万元,其中,建筑工程费400万元,设备购置费224.9万元,本次财政拨付300万元", "624.9", ["400", "224.9"]),
        ("安排2万元,分别为:印刷费5000元、培训费15000元", "2", ["0.5", "1.5"]),
    ],
)
def test_sum_15_reads_total_and_parts_in_one_unit(text: str, total: str, parts: list[str]) -> None:
    assert account(text) == (Decimal(total), [Decimal(part) for part in parts])


@pytest.mark.parametrize(
    "text",
    [
        "安排300万元,其中线路租用270万元",
        "安排300万元,其中线路租用270万元,设备更新20万元等",
        "安排300万元,其中线路租用,设备更新20万元",
        "线路租用270万元,设备更新20万元",
        "其中线路租用270万元,设备更新20万元",
    ],
    ids=["one part", "and so on", "a part without amount", "no list", "no total"],
)
def test_sum_15_says_nothing_of_texts_that_do_not_list_all_parts(text: str) -> None:
    assert account(text) is None


def items(amount: str) -> dict[str, Typed]:
    listed: Typed = {"projects[1].name": "业务培训", "projects[1].fiscal": "40"}
    line = {"project": "业务培训", "subject": "30216-培训费", "amount": amount}
    return {"102": listed | {f"project_items[1].{field}": value for field, value in line.items()}}


def test_an_account_names_the_branch_that_can_have_given_the_value(run: Run) -> None:
    """XF-31 is ``budget = IF(no items, budget, sum of the items)``: where it fails, the sum was taken."""
    assert run("XF-31", items("40")) == []
    found = run("XF-31", items("30"))
    assert [(f.actual, f.expected, f.difference) for f in found] == [("40.00", "30.00", "10.00")]
    assert "各行「二、项目支出经济分类·金额」合计），相差 10.00 万元" in found[0].message
    assert "否则" not in found[0].message
