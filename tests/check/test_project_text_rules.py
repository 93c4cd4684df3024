"""The functions over the texts of projects and over scoring rules: what fails, what passes, and the traps between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.model.finding import Finding
from toolkit.model.rule import Severity

Case = tuple[str, str, dict[str, object], list[str]]

LISTED = ("网络设备运维经费", "慰问活动经费", "慰问活动经费（二期）", "会费")


def sheet(**texts: object) -> dict[str, object]:
    """A sheet of the project 慰问活动经费, which stands in a list of four."""
    names = {f"projects[{n}].name": name for n, name in enumerate(LISTED, 1)}
    return {**names, "P01:target.name": LISTED[1], **{f"P01:{k.replace('__', '.')}": v for k, v in texts.items()}}


OTHER_PROJECTS: list[Case] = [
    ("STR-06", "another project in the purpose", sheet(target__purpose="用于网络设备运维经费支出"), ["其他项目的名称“网络设备运维经费”。"]),
    ("STR-06", "another project in the note", sheet(project_note__setting="网络设备运维经费设置2项目标"), ["网络设备运维经费"]),
    ("STR-06", "its own name", sheet(target__purpose="慰问活动经费用于走访慰问"), []),
    ("STR-06", "a name that holds its own", sheet(target__purpose="慰问活动经费（二期）用于走访慰问"), []),
    ("STR-06", "a name too short to tell", sheet(target__purpose="缴纳会费"), []),
    ("STR-06", "other words", sheet(target__purpose="网络设备维护"), []),
    ("STR-06", "classified", sheet(target__purpose="涉密", target__classified="是"), []),
    ("STR-06", "blank", sheet(), []),
]  # fmt: skip


def noted(setting: str) -> dict[str, object]:
    """A project with two goals, and one indicator each of 产出, 效果 and 满意度, under a note."""
    rows: dict[str, object] = {"P01:goals[1].goal": "对系统升级续建", "P01:goals[2].goal": "实现网上办公"}
    named = (("产出指标", "资金使用规范性"), ("效果指标", "平台升级情况是否达标"), ("满意度指标", "使用者满意度"))
    for n, (level1, level3) in enumerate(named, 1):
        rows |= {f"P01:indicators[{n}].level1": level1, f"P01:indicators[{n}].level3": level3}
    return {**rows, "P01:target.name": "督查考核专项经费", "P01:project_note.setting": setting}


NOTES: list[Case] = [
    ("XF-17", "every style of numeral", noted("设置了2项绩效目标，共设置三项绩效指标，产出指标一项，效果指标壹项，满意度指标1项。"), []),
    ("XF-17", "goal by goal, with names", noted(
        "对应目标1设置1个产出指标、1个效益指标，分别为资金使用规范性及平台升级情况是否达标，对应目标2设置1个满意度指标。"), []),
    ("XF-17", "in all and goal by goal", noted("产出指标1个，效果指标1个。对应目标1设置1个产出指标、1个效果指标。"), []),
    ("XF-17", "without counts", noted("指标依据见文件。"), []),
    ("XF-17", "classified", noted("涉密"), []),
    ("XF-17", "more indicators than rows", noted("共设置四项绩效指标"), ["说明写“绩效指标”共 4 个，表中为 3 个。"]),
    ("XF-17", "more goals than rows", noted("设置了3项绩效目标"), ["说明写“绩效目标”共 3 个，表中为 2 个。"]),
    ("XF-17", "goals that add to more than the rows", noted("对应目标1设置1个产出指标，对应目标2设置1个产出指标"),
        ["说明写“产出指标”共 2 个，表中为 1 个。"]),
    ("XF-17", "a name nearly that of a row", noted("分别为平台续建情况是否达标及使用者满意度；依据略"),
        ["“平台续建情况是否达标”不在本表的三级指标中，与“平台升级情况是否达标”相近（相似度 0.80）。"]),
]  # fmt: skip


def concerned(level3: str, level2: str = "数量指标", description: str | None = None) -> dict[str, object]:
    row = {"level2": level2, "level3": level3, "description": description}
    return {**sheet(target__purpose="走访慰问优抚对象"), **{f"P01:indicators[1].{k}": v for k, v in row.items()}}


CONCERNS: list[Case] = [
    ("XF-19", "a word in common", concerned("走访户数"), []),
    ("XF-19", "a word in common with the description", concerned("户数", description="走访优抚对象家庭的户数"), []),
    ("XF-19", "only words that any project has", concerned("工作完成情况"), []),
    ("XF-19", "timeliness", concerned("按时完成率", level2="时效指标"), []),
    ("XF-19", "classified", concerned("涉密"), []),
    ("XF-19", "something else", concerned("光缆线路条数"), ["指标“光缆线路条数”与项目名称"]),
]


def scored(points: str | None, scoring: str | None, block: str = "dept_indicators") -> dict[str, object]:
    lead = "P01:" if block == "indicators" else ""
    row = {"level3": "制度建设", "points": points, "scoring": scoring}
    return {f"{lead}{block}[1].{k}": v for k, v in row.items()}


SCORING: list[Case] = [
    ("SUM-18", "parts short of the points", scored("10", "①制度健全得4分；②执行到位得5分。"), ["各分项 4 + 5 = 9。"]),
    ("SUM-18", "parts of a project's indicator", scored("10", "①制度健全得4分；②执行到位得5分。", "indicators"), ["= 9。"]),
    ("SUM-18", "points in brackets", scored("10", "制度健全（3分），执行到位（3分）"), ["各分项 3 + 3 = 6。"]),
    ("SUM-18", "parts that add up", scored("10", "①制度健全得4分；②执行到位得6分。"), []),
    ("SUM-18", "steps", scored("10", "达到95%得10分，达到90%得8分，达到80%得6分，其余不得分"), []),
    ("SUM-18", "numbered steps", scored("10", "①100%得10分；②90%以上得8分；③其余不得分"), []),
    ("SUM-18", "deductions", scored("10", "每漏一次扣2分，扣完为止"), []),
    ("SUM-18", "two-valued", scored("10", "完成得10分，未完成得0分"), []),
    ("SUM-18", "blank", scored("10", None), []),
    ("IND-24", "a deduction above the points", scored("5", "每漏一次扣8分"), ["单次扣分 8 分超过分值。"]),
    ("IND-24", "a cap above the points", scored("5", "每漏一次扣1分，最多扣10分", "indicators"), ["扣分上限 10 分超过分值。"]),
    ("IND-24", "a cap at the points", scored("10", "每漏一次扣2分，扣完为止，最多扣10分"), []),
    ("IND-24", "no points", scored(None, "每漏一次扣20分"), []),
]  # fmt: skip


def based(basis: str | None) -> dict[str, object]:
    return {"dept_indicators[1].level3": "督办率", "dept_indicators[1].basis": basis}


BASES: list[Case] = [
    ("IND-25", "a plan of three years ago", based("《2018年度工作计划》"), ["是 2018 年的年度性文件，早于上年。"]),
    ("IND-25", "an annual scheme by its number", based("《高新区年度考核方案》（高办〔2018〕12号）"), ["2018"]),
    ("IND-25", "this year's", based("《高新区督考办2021年工作要点》"), []),
    ("IND-25", "last year's", based("《2020年度工作计划》"), []),
    ("IND-25", "a lasting regulation", based("《财政票据管理办法》（2012年财政部令第70号）"), []),
    ("IND-25", "a lasting measure by its number", based("《部门预算管理办法》（财预〔2013〕53号）"), []),
    ("IND-25", "several years up to this one", based("2016年至2021年工作要点"), []),
    ("IND-25", "no year", based("历史水平"), []),
    ("IND-25", "blank", based(None), []),
]

CASES = [*OTHER_PROJECTS, *NOTES, *CONCERNS, *SCORING, *BASES]


@pytest.fixture(scope="module")
def found(told_apart: Callable[[list[Case]], list[list[Finding]]]) -> list[list[Finding]]:
    return told_apart(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{code}: {about}" for code, about, *_ in CASES])
def test_the_rule_finds_this_and_no_more(found: list[list[Finding]], number: int) -> None:
    messages, parts = [f.message for f in found[number]], CASES[number][3]
    assert len(messages) == len(parts), messages
    assert [part for part, message in zip(parts, messages, strict=True) if part not in message] == [], messages


def test_what_is_on_trial_says_so_and_only_remarks(found: list[list[Finding]]) -> None:
    findings = [f for each in found for f in each]
    assert {f.severity for f in findings} == {Severity.INFO}
    assert all(f.message.startswith("（试行）") for f in findings)
