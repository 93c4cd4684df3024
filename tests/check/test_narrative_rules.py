"""The functions over the narrative: amounts, directions, counts and words, against the forms they speak of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.check.numerals import style, whole
from toolkit.model.finding import Finding

Case = tuple[str, str, dict[str, object], list[str]]

FIGURES: dict[str, object] = {
    "income.general.this_year": "100",
    "income.other.this_year": "0",
    "expenditure.personnel.this_year": "60",
    "expenditure.personnel.last_year": "60",
    "expenditure.project.this_year": "40",
    "expenditure.project.last_year": "30",
    "operating.electricity.this_year": "5",
    "operating.electricity.last_year": "8",
    "three_public.running.this_year": "36",
    "three_public.running.last_year": "49.5",
    "three_public.purchase.this_year": "0",
    "three_public.purchase.last_year": "0",
    "three_public.reception.this_year": "3.8",
    "three_public.reception.last_year": "3.8",
    "three_public.abroad.this_year": "0",
    "three_public.abroad.last_year": "0",
}
"""支出 100, up 10; 人员 level; 电费 down 3; 公务用车运行维护费 down 13.5; 公务接待费 3.8, level."""


def says(topic: str, text: str, **more: object) -> dict[str, object]:
    return {**FIGURES, "paragraphs[1].topic": topic, "paragraphs[1].text": text, **more}


RIGHT = [
    ("收入预算", "本年收入合计 100 万元，其中：一般公共预算拨款收入100万元，其他来源收入0万元。"),
    ("支出预算", "本年支出合计100万元，其中：人员经费60万元；项目支出 40.00 万元，占40%。"),
    ("支出预算", "本年支出合计1000000元。"),
    ("比上年增减", "2021年预算安排100万元，较2020年增加10万元，其中人员经费与上年持平，项目支出比上年增长10万元。"),
    ("机关运行经费", "机关运行经费5万元，其中电费5万元。与2020年相比减少3万元，原因：电费减少。"),
    (
        "“三公”经费",
        "“三公”经费预算安排39.8万元，较上年减少13.5万元。公务用车运行维护经费共计安排36万元，较上年减少13.5万元。",
    ),
    ("“三公”经费", "公务接待费。安排3.8万元，与上年持平。因公出国（境）费安排0万元，与上年持平。"),
    ("政府采购", "政府采购预算总额 7 万元。"),
    ("其他重要事项", "人员经费增加1000万元。"),
]
AGREES: list[Case] = [
    (code, f"what agrees: {topic}", says(topic, text), [])
    for code in ("NAR-03", "NAR-04", "NAR-15")
    for topic, text in RIGHT
]


def because(reason: str) -> dict[str, object]:
    return {**FIGURES, "operating.electricity.reason": reason}


CLAIMS: list[Case] = [
    ("NAR-03", "up for down", says("“三公”经费", "公务用车运行维护费36万元，较上年增加13.5万元。"),
        ["文字写“公务用车运行维护费较上年增加13.5万元”，表中增减额为 -13.50 万元。"]),
    ("NAR-03", "down for up, of the whole", says("比上年增减", "与2020年相比减少10万元。"), ["表中增减额为 10.00 万元"]),
    ("NAR-03", "up for level", says("比上年增减", "人员经费比上年度增长。"), ["表中增减额为 0.00 万元"]),
    ("NAR-03", "a reason of the other direction", because("用电设备增加"), ["增减原因写“用电设备增加”，方向相反。"]),
    ("NAR-03", "a reason of its direction", because("电费减少"), []),
    ("NAR-03", "a reason of both", because("照明设备增加，空调减少"), []),
    ("NAR-03", "a reason of none", because("节约用电"), []),
    ("NAR-04", "level for down", says("“三公”经费", "公务用车运行维护费36万元，与2020年预算持平。"),
        ["文字写“公务用车运行维护费与2020年预算持平”，表中增减额为 -13.50 万元。"]),
    ("NAR-15", "another amount", says("“三公”经费", "公务接待费支出预算3.5万元，与上年持平。"),
        ["文字写“公务接待费” 3.5万元，表中为 3.80 万元。"]),
    ("NAR-15", "元 for 万元", says("支出预算", "本年支出合计100元。"), ["100元，表中为 100.00 万元，是否少写“万”字？"]),
    ("NAR-15", "another change", says("比上年增减", "与2020年相比增加12万元。"), ["增减 12万元，表中为 10.00 万元。"]),
]  # fmt: skip

PROJECTS: dict[str, object] = {
    "projects[1].name": "信息网络运行、维护费与改造升级资金",
    "projects[1].fiscal": "6",
    "projects[2].name": "慰问活动经费",
    "projects[2].fiscal": "3",
}


def grown(reason: str) -> dict[str, object]:
    """项目支出 is up 10 for this reason."""
    return {**FIGURES, **PROJECTS, "expenditure.project.reason": reason}


def counted(text: str, **more: object) -> dict[str, object]:
    """Two projects, and three procurement lines of two."""
    lines = {f"procurement[{n}].project_name": name for n, name in enumerate("甲甲乙", 1)}
    return says("政府采购", text, **PROJECTS, **lines, **more)


COUNTS: list[Case] = [
    ("NAR-06", "an amount that explains it", grown("新增网络维护10万元"), []),
    ("NAR-06", "nothing that can be added", grown("增加驻区单位目标管理奖"), []),
    ("NAR-06", "amounts that do not", grown("新增网络维护4万元、慰问2万元"), ["合计 6.00 万元，不足以解释。"]),
    ("NAR-06", "projects that do not", grown("本年度需要网络维护改造费用增加，慰问活动增加"), ["合计 9.00 万元，不足以解释。"]),
    ("NAR-08", "as many as there are", counted("我部门有两个项目列入政府采购预算，共安排2个项目"), []),
    ("NAR-08", "a form without rows", counted("下设9个科室"), []),
    ("NAR-08", "an ordinal", counted("第3个项目列入政府采购"), []),
    ("NAR-08", "more procurement projects", counted("有三个项目列入政府采购预算"), ["中的政府采购项目为 2 个。"]),
    ("NAR-08", "more projects", counted("共安排16个预算项目"), ["中的预算项目为 2 个。"]),
    ("NAR-08", "more offices", counted("内设机构五个", **{"offices[1].name": "综合科"}), ["中的内设机构为 1 个。"]),
    ("TYP-10", "1台 and 一台", says("国有资产", "购买电视机1台，购买扫描仪一台"), ["“台”前的数词写法不统一：“1台”、“一台”。"]),
    ("TYP-10", "两 and 壹", says("国有资产", "设置产出指标两项，效果指标壹项"), ["“两项”、“壹项”"]),
    ("TYP-10", "二 and 两", says("国有资产", "开展检查二次，培训两次"), ["“二次”、“两次”"]),
    ("TYP-10", "one style", says("国有资产", "购买电视机1台，打印机2台"), []),
    ("TYP-10", "a turn of phrase", says("国有资产", "设置目标2项，一项一项抓落实"), []),
    ("TYP-10", "an ordinal", says("国有资产", "第二次检查，培训两次"), []),
    ("TYP-10", "classified", says("国有资产", "涉密"), []),
]  # fmt: skip


def explained(*terms: str) -> dict[str, object]:
    glossary: dict[str, object] = {f"glossary[{n}].term": term for n, term in enumerate(terms, 1)}
    return says("支出预算", "基本支出60万元，“三公”经费39.8万元，机关运行经费5万元", **glossary)


def often(other: str) -> dict[str, object]:
    return {"objectives[1].goal": "进行月度、季度及年度的考核", "P01:goals[1].goal": other}


WORDS: list[Case] = [
    ("NAR-11", "a word twice", says("部门职责", "研究解决解决具体问题"), ["词语重复：“解决解决”。"]),
    ("NAR-11", "two commas", says("部门职责", "是否达标，，对应目标2"), ["文字“是否达标”之后标点重复。"]),
    ("NAR-11", "a slip of the dictionary", says("部门职责", "保障机构政策运转"), ["疑为“保障机构正常运转”。"]),
    ("NAR-11", "such a slip, told once", says("部门职责", "坚持对标对标"), ["疑为“对标对表”。"]),
    ("NAR-11", "turns of phrase", says("部门职责", "一步一步推进，逐项逐项落实"), []),
    ("NAR-11", "dots", says("部门职责", "保障机构正常运转。《办法》……执行"), []),
    ("NAR-11", "the same word at the end of a line and at the start of the next", says("部门职责", "加强管理\n管理资产"), []),
    ("NAR-11", "classified", says("部门职责", "涉密"), []),
    ("STR-10", "one name", says("机关运行经费", "机关运行经费5万元"), []),
    ("STR-10", "another name twice", says("机关运行经费", "机关运行费5万元", **{"glossary[1].term": "机关运行费"}),
        ["“机关运行费”（2 处），规范名称为“机关运行经费”。"]),
    ("NAR-10", "all explained, one by another name", explained("基本支出", "三公经费", "机关运行费"), []),
    ("NAR-10", "two not explained", explained("基本支出"), ["2 个没有解释的名词"]),
    ("NAR-10", "no glossary at all", explained(), []),
    ("NAR-12", "the same periods", often("确保月度、季度和年度考核顺利开展"), []),
    ("NAR-12", "other periods of other work", often("开展月度、半年和年度检查"), []),
    ("NAR-12", "one period alone", often("确保年度考核顺利开展"), []),
    ("NAR-12", "other periods", often("确保月度、半年和年度考核顺利开展"), ["“考核”的周期在各处表述不一"]),
    ("NAR-14", "two names of a body", says("部门职责", "落实党工委、管委会决策，紧扣工管委中心工作"), ["又有“工管委”"]),
    ("NAR-14", "the short name alone", says("部门职责", "紧扣工管委中心工作"), []),
]  # fmt: skip

CASES = [*AGREES, *CLAIMS, *COUNTS, *WORDS]


@pytest.fixture(scope="module")
def found(told_apart: Callable[[list[Case]], list[list[Finding]]]) -> list[list[Finding]]:
    return told_apart(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{code}: {about}" for code, about, *_ in CASES])
def test_the_rule_finds_this_and_no_more(found: list[list[Finding]], number: int) -> None:
    messages, parts = [f.message for f in found[number]], CASES[number][3]
    assert len(messages) == len(parts), messages
    assert [part for part, message in zip(parts, messages, strict=True) if part not in message] == [], messages


def test_nar_14_the_unit_itself_has_a_full_name_and_a_short_one(
    collect: Callable[..., list[Finding]], unit: Callable[..., object], hebei: object
) -> None:
    texts = {
        "433": "高新区考核办公室（考核办）制订考核办法，配合市考核办",
        "434": "石家庄高新区考核办公室负责考核。考核办公室由考核办主持。",
    }
    units = [
        unit(code, "高新区考核办公室", bare=True, region="石家庄高新区", typed=says("部门职责", text))
        for code, text in texts.items()
    ]
    found = [f for f in collect(*units, suite=hebei) if f.code == "NAR-14"]
    assert [f.unit for f in found] == ["434"]
    assert "有 3 个名称：“石家庄高新区考核办公室”、“考核办公室”、“考核办”" in found[0].message


@pytest.mark.parametrize(
    ("text", "number", "written"),
    [
        ("12", 12, "阿拉伯数字"),
        ("十二", 12, "汉字数字"),
        ("二十", 20, "汉字数字"),
        ("一百零三", 103, "汉字数字"),
        ("两", 2, "两"),
        ("二", 2, "二"),
        ("贰拾伍", 25, "大写数字"),
        ("一二", None, "汉字数字"),
    ],
)
def test_numerals_as_texts_write_them(text: str, number: int | None, written: str) -> None:
    assert whole(text) == number
    assert style(text) == written
