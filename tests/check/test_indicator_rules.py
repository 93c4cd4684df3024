"""The functions over goals and indicators, on returns of the shipped suite: a passing and a failing case each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.model.finding import Finding

Run = Callable[..., list[Finding]]


def indicator(n: int, name: str, **columns: object) -> dict[str, object]:
    typed: dict[str, object] = {f"P01:indicators[{n}].level1": "产出指标", f"P01:indicators[{n}].level2": "质量指标"}
    return {**typed, f"P01:indicators[{n}].level3": name, **{f"P01:indicators[{n}].{k}": v for k, v in columns.items()}}


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("通过验收", False),
        ("是", False),
        ("涉密", False),
        ("是否按时完成", True),
        ("评价情况", True),
        ("完成了吗？", True),
    ],
)
def test_ind_06_a_target_is_no_question(run: Run, target: str, wrong: bool) -> None:
    typed = {"102": indicator(1, "验收", target_op="文字描述", target_unit=target)}
    assert bool(run("IND-06", typed)) is wrong


@pytest.mark.parametrize(
    ("name", "value", "measure", "wrong"),
    [
        ("验收合格率", "95", "%", False),
        ("办事效率", "3", "天", False),
        ("巡查频率", "2", "次/天", False),
        ("预算执行率", "95", "%", False),
        ("涉密", None, "涉密", False),
        ("考核系统运转率", "1", "年", True),
        ("按时完成率", None, "是", True),
        ("安全运行天数", "1", "年", True),
        ("安全运行天数", "300", "天", False),
    ],
)
def test_ind_07_the_unit_fits_the_name(run: Run, name: str, value: str | None, measure: str, wrong: bool) -> None:
    typed = {"102": indicator(1, name, target_value=value, target_unit=measure)}
    assert bool(run("IND-07", typed)) is wrong


def test_ind_15_goals_and_indicators_are_said_once(run: Run) -> None:
    once = {
        "102": {
            **indicator(1, "合格率"),
            **indicator(2, "完成率"),
            "P01:goals[1].goal": "甲",
            "P01:goals[2].goal": "乙",
        }
    }
    assert run("IND-15", once) == []
    twice = {
        "102": {
            **indicator(1, "合格率"),
            **indicator(3, "合格 率"),
            "P01:goals[1].goal": "甲",
            "P02:goals[1].goal": "甲",
        }
    }
    assert [("第 1 行、第 3 行" in f.message, len(f.places)) for f in run("IND-15", twice)] == [(True, 2)]


def test_ind_15_a_self_evaluation_holds_the_indicators_of_several_projects(run: Run) -> None:
    def evaluated(other: str) -> dict[str, object]:
        rows = {1: "网络运维", 2: other}
        return {f"results[{n}].{k}": v for n, p in rows.items() for k, v in {"project": p, "level3": "合格率"}.items()}

    assert run("IND-15", {"102": evaluated("档案整理")}) == []
    assert ["第 1 行、第 2 行" in f.message for f in run("IND-15", {"102": evaluated("网络运维")})] == [True]


def test_ind_07_a_description_that_ends_in_a_share_asks_for_percent(run: Run) -> None:
    def described(measure: str, description: str) -> list[Finding]:
        typed = indicator(1, "运用到实际工作情况", target_unit=measure, description=description)
        return run("IND-07", {"102": typed})

    assert described("%", "运用到实际工作的比例") == []
    assert described("是", "按一定比例运用到实际工作中") == []
    found = described("是", "运用到实际工作情况比例")
    assert "指标“运用到实际工作情况”（描述为比例）填“是”，单位应为“%”。" in found[0].message


def goals(*texts: str) -> dict[str, object]:
    return {f"P01:goals[{n}].goal": text for n, text in enumerate(texts, 1)}


def test_ind_15_a_goal_that_repeats_part_of_another(run: Run) -> None:
    part = "网络安全和信息化工作按要求开展"
    apart = goals("保证完成省下达任务", "保证完成市下达任务", "维护稳定", "全力维护稳定")
    assert run("IND-15", {"102": apart}) == []
    found = run("IND-15", {"102": goals(f"保证电子政务网络安全运行，{part}。", part)})
    assert [[p.row for p in f.places] for f in found] == [["002", "001"]]
    assert f"第 2 行绩效目标“{part}”与第 1 行的内容重复。" in found[0].message


def test_ind_18_one_name_has_one_class_and_one_kind_of_target(run: Run) -> None:
    def twice(second: dict[str, object], name: str = "按时完成率") -> list[Finding]:
        first = {"level1": "产出指标", "level2": "时效指标", "level3": name, "target_op": "≥", "target_value": "95"}
        typed = {f"P01:indicators[1].{k}": v for k, v in {**first, "target_unit": "%"}.items()}
        return run("IND-18", {"102": {**typed, **{f"P02:indicators[1].{k}": v for k, v in second.items()}}})

    same: dict[str, object] = {
        "level1": "产出指标",
        "level2": "时效指标",
        "level3": "按时 完成率",
        "target_value": "90",
        "target_unit": "%",
    }
    assert twice(same) == []
    assert twice({**same, "level3": "及时率", "level2": "质量指标"}) == []
    assert twice({**same, "level2": None}) == []
    other = twice({**same, "level2": "质量指标"})
    assert [(f.severity, len(f.places)) for f in other] == [("info", 2)]
    assert "的分类不一致：“时效指标”、“质量指标”。" in other[0].message
    words = twice({**same, "target_op": "文字描述", "target_value": None, "target_unit": "是"})
    assert ["的目标值的写法不一致：“%”、“文字”。" in f.message for f in words] == [True]
    assert twice({**same, "level3": "涉密", "level2": "质量指标"}, "涉密") == []


def test_ind_20_a_rate_promised_in_a_goal_has_an_indicator(run: Run) -> None:
    def promised(goal: str, *names: str) -> list[Finding]:
        indicators: dict[str, object] = {}
        for n, name in enumerate(names, 1):
            indicators |= indicator(n, name)
        return run("IND-20", {"102": {**goals(goal), **indicators}})

    goal = "做好档案扫描工作，确保档案查询准确率达到90%以上"
    found = promised(goal, "查阅档案人员满意度", "档案查询次数")
    assert ["绩效目标承诺“档案查询准确率”达到 90%，没有相应的绩效指标" in f.message for f in found] == [True]
    assert promised(goal, "档案查询准确率") == []
    assert promised(goal, "查询准确率") == []
    assert promised("完成全年收集整理档案工作", "查阅档案人员满意度") == []
    assert promised(goal) == []


def test_xf_28_a_department_target_no_project_of_nearly_the_name_comes_up_to(run: Run) -> None:
    def asked(offered: str, name: str = "每年开展职工活动次数", measure: str = "次") -> list[Finding]:
        wanted = {"level3": "每年举办职工活动次数", "target_op": "≥", "target_value": "4", "target_unit": "次"}
        typed: dict[str, object] = {f"dept_indicators[1].{k}": v for k, v in wanted.items()}
        typed |= indicator(
            1, "开展职工活动", description=name, target_op="≥", target_value=offered, target_unit=measure
        )
        return run("XF-28", {"102": typed})

    assert asked("4") == []
    assert asked("2", "参加活动的职工人数") == []
    assert asked("2", measure="人") == []
    found = asked("2")
    assert [(f.severity, [p.block for p in f.places]) for f in found] == [("info", ["dept_indicators", "indicators"])]
    assert "目标为 ≥4 次" in found[0].message
    assert "为 ≥2 次，达不到部门目标，是否为同一指标？" in found[0].message
