"""Self-evaluations: what the approved plan, the calendar and the texts say of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.model.finding import Finding

Typed = dict[str, object]
Pair = tuple[str, str, Typed, Typed, list[str]]

PROJECT = "政务网络运行"


def planned(*indicators: tuple[str, str, str, str], sheet: str = "P01") -> Typed:
    """A target sheet: (level 3, operator, value, unit of measure) each."""
    typed: Typed = {f"{sheet}:target.name": PROJECT}
    for n, (name, op, value, unit) in enumerate(indicators, 1):
        at = f"{sheet}:indicators[{n}]"
        typed |= {f"{at}.level3": name, f"{at}.target_op": op, f"{at}.target_value": value, f"{at}.target_unit": unit}
    return typed


def reached(*indicators: tuple[str, str, str, str], **more: object) -> Typed:
    """A self-evaluation of the one project: its indicators as above, and fields of its first line."""
    typed: Typed = {"evaluations[1].project": PROJECT, "evaluations[1].executed": "5", "evaluations[1].adjusted": "5"}
    typed |= {f"evaluations[1].{name}": value for name, value in more.items()}
    for n, (name, op, value, unit) in enumerate(indicators, 1):
        at = f"results[{n}]"
        typed |= {f"{at}.project": PROJECT, f"{at}.level3": name, f"{at}.target_op": op, f"{at}.score": "40"}
        typed |= {f"{at}.target_value": value, f"{at}.target_unit": unit}
    return typed


RATE, TIME = ("设备完好率", "≥", "95", "%"), ("处理时限", "≤", "4", "小时")
LOWER = ("设备完好率", "≥", "90", "%")
NO_PLAN: Typed = {}


def told(text: str, field: str = "achieved", **more: object) -> Typed:
    """A self-evaluation of 90 points (10 for execution, 40 for each of two indicators), with a text."""
    return reached(RATE, TIME, **{field: text}, **more)


CASES: list[Pair] = [
    ("SE-02", "as approved", reached(RATE, TIME), planned(RATE, TIME), []),
    ("SE-02", "in another order, with spaces", reached(TIME, ("设备 完好率", *RATE[1:])), planned(RATE, TIME), []),
    ("SE-02", "one left out", reached(RATE), planned(RATE, TIME), ["批复（103.xlsx）的指标未列入自评：“处理时限”。"]),
    ("SE-02", "one besides", reached(RATE, TIME), planned(RATE), ["的自评指标“处理时限”不在批复（104.xlsx）的绩效目标中。"]),
    ("SE-02", "a lower target", reached(LOWER), planned(RATE), ["目标值为“≥90%”，批复（105.xlsx）为“≥95%”。"]),
    ("SE-02", "the return's own target sheet first", {**reached(RATE), **planned(RATE)}, planned(LOWER), []),
    ("SE-02", "no plan at all", reached(RATE), NO_PLAN, ["批复的绩效目标可以对照，未能检查"]),
    ("SE-16", "an indicator under part of its name", told("完好率达到98%"), NO_PLAN, []),
    ("SE-16", "the execution rate is none", told("预算执行率为98%"), NO_PLAN, []),
    ("SE-16", "a rate that is no indicator", told("群众知晓率达到90%"), NO_PLAN, ["“群众知晓率”，不在自评的指标中"]),
    ("SE-16", "no indicators to compare with", reached(achieved="群众知晓率达到90%"), NO_PLAN, []),
    ("SE-20", "the last day of the year itself", reached(date="2021-12-31"), NO_PLAN, ["自评日期为 2021-12-31，应在2022 年 1 月至 6 月之间"]),
    ("SE-20", "the first day", reached(date="2022-01-01"), NO_PLAN, []),
    ("SE-20", "the last day", reached(date="2022-06-30"), NO_PLAN, []),
    ("SE-20", "a day late", reached(date="2022-07-01"), NO_PLAN, ["自评日期为 2022-07-01"]),
    ("SE-20", "no date", reached(), NO_PLAN, []),
    ("SE-21", "the total of the table", told("自评得分90分"), NO_PLAN, []),
    ("SE-21", "the same with a decimal", told("总分为90.0分"), NO_PLAN, []),
    ("SE-21", "another total", told("全年完成较好，总分：95 分"), NO_PLAN, ["文字写“总分：95 分”，表中总分为 90 分"]),
    ("SE-21", "in the problems", told("自评得分100分", "problems"), NO_PLAN, ["文字写“自评得分100分”"]),
    ("SE-21", "points of something else", told("答题平均得分80分以上的占九成"), NO_PLAN, []),
    ("SE-21", "no total: nothing was spent", reached(executed=None, achieved="总分100分"), NO_PLAN, []),
    ("SE-22", "the rule in force", reached(achieved="按财预〔2020〕10号评价"), NO_PLAN, []),
    ("SE-22", "a replaced one", reached(achieved="按财预〔2011〕285号评价"), NO_PLAN, ["引用的“财预〔2011〕285号”已由财预〔2020〕10号"]),
    ("SE-22", "in square brackets", reached(problems="按财预[2011]285号整改"), NO_PLAN, ["引用的“财预〔2011〕285号”"]),
    ("SE-22", "replaced only later", reached(achieved="按财库〔2013〕189号采购"), NO_PLAN, []),
]  # fmt: skip


@pytest.fixture(scope="module")
def findings(held_against: Callable[..., list[list[Finding]]]) -> list[list[Finding]]:
    return held_against(CASES, "自评", (2021, "批复"))


@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{code} {about}" for code, about, *_ in CASES])
def test_what_is_said_of_a_self_evaluation(findings: list[list[Finding]], case: int) -> None:
    expected = CASES[case][4]
    said = [f.message for f in findings[case]]
    assert len(said) == len(expected), said
    assert all(part in message for part, message in zip(expected, said, strict=True)), said


def test_a_target_that_was_changed_is_shown_with_both_values(findings: list[list[Finding]]) -> None:
    changed = next(n for n, case in enumerate(CASES) if case[1] == "a lower target")
    assert [(f.severity, f.actual, f.expected, f.places[0].field) for f in findings[changed]] == [
        ("error", "≥90%", "≥95%", "target_value")
    ]


def test_without_a_plan_the_rule_did_not_run(findings: list[list[Finding]]) -> None:
    missing = next(n for n, case in enumerate(CASES) if case[1] == "no plan at all")
    assert [(f.result, f.severity) for f in findings[missing]] == [("not_executable", "info")]
