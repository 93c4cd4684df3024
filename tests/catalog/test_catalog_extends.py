"""Next year's suite says ``extends:`` and lists only what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.catalog import diff, load_suite
from toolkit.model.errors import SuiteError

NEXT = """\
suite: next
extends: tiny
year: 2022
"""


@pytest.fixture
def following(tiny: Path) -> Path:
    """A suite beside ``tiny`` that extends it and so far changes the year only."""
    folder = tiny.parent / "next"
    folder.mkdir()
    (folder / "suite.yaml").write_text(NEXT, encoding="utf-8")
    return folder


def add(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def refuse(folder: Path) -> str:
    with pytest.raises(SuiteError) as error:
        load_suite(folder)
    return str(error.value)


def test_what_is_not_said_is_inherited(tiny: Path, following: Path) -> None:
    assert [str(c) for c in diff(load_suite(tiny), load_suite(following))] == [
        "修改 id：tiny → next",
        "修改 year：2021 → 2022",
    ]


def test_a_list_or_rule_of_the_same_name_replaces_the_inherited_one(following: Path) -> None:
    add(following, "lists/kinds.yaml", "list: kinds\nlabel: 类别\nentries: [在编, 聘用, 借调]\n")
    add(
        following,
        "rules/mine.yaml",
        "- code: SUM-03\n  severity: warning\n  statement: 工资不宜超过合计\n  action: 请核对。\n"
        "  rule: spending.wages.amount < spending.total.amount\n",
    )
    suite = load_suite(following)
    assert "借调" in suite.lists["kinds"].values
    assert suite.rules_by_code["SUM-03"].statement == "工资不宜超过合计"
    assert [r.code for r in suite.rules][:2] == ["STR-02", "SUM-03"]


def test_a_form_is_replaced_as_a_whole_and_keeps_its_place(following: Path) -> None:
    add(
        following,
        "forms/money.yaml",
        "form: money\nsheet: 01_收支\ntitle: 新收支表\nunit: 万元\nblocks:\n"
        "  - grid: spending\n    label: 支出\n    columns:\n      amount: {label: 本年, type: amount, help: 数}\n"
        "    rows:\n      total: {label: 合计, total: [wages]}\n      wages: {label: 工资}\n",
    )
    suite = load_suite(following)
    assert [f.title for f in suite.forms] == ["新收支表", "人员表"]
    assert list(suite.blocks["spending"].by_id) == ["amount"]


def test_an_inherited_rule_keeps_the_examples_that_still_fit(tiny: Path, following: Path) -> None:
    rules = tiny / "rules" / "all.yaml"
    more = "    - {data: {spending.goods.amount: 1}, verdict: not_executable}\n- {code: TYP-01"
    rules.write_text(rules.read_text(encoding="utf-8").replace("- {code: TYP-01", more), encoding="utf-8")
    money = (tiny / "forms" / "money.yaml").read_text(encoding="utf-8")
    add(following, "forms/money.yaml", money.replace("[wages, goods]", "[wages, food]").replace("goods:", "food:"))
    assert len(load_suite(tiny).rules_by_code["SUM-03"].cases) == 2
    assert len(load_suite(following).rules_by_code["SUM-03"].cases) == 1


def test_a_form_can_be_removed_with_the_rules_that_speak_of_it(following: Path) -> None:
    add(following, "suite.yaml", NEXT + "remove: {forms: [money], rules: [SUM-03]}\n")
    suite = load_suite(following)
    assert [f.id for f in suite.forms] == ["people"]
    assert "SUM-03" not in suite.rules_by_code


def test_an_inherited_rule_about_a_removed_form_is_reported_at_its_origin(following: Path) -> None:
    add(following, "suite.yaml", NEXT + "remove: {forms: [money]}\n")
    assert "tiny/rules/all.yaml:10:9: SUM-03：" in refuse(following)


def test_a_new_form_must_be_given_its_place(following: Path) -> None:
    add(
        following,
        "forms/extra.yaml",
        "form: extra\nsheet: 03_其他\ntitle: 其他表\nblocks:\n"
        "  - record: extras\n    label: 其他\n    fields: {note: {label: 备注, type: text, help: 备注}}\n",
    )
    assert "表 extra 未列入 forms" in refuse(following)
    add(following, "suite.yaml", NEXT + "forms: [money, extra, people]\n")
    assert [f.id for f in load_suite(following).forms] == ["money", "extra", "people"]


@pytest.mark.parametrize(
    ("suite", "expected"),
    [
        (NEXT.replace("tiny", "tini"), "next/suite.yaml:2:10: 找不到被继承的套表“tini”，是否为“tiny”？"),
        (NEXT.replace("tiny", "next"), "套表循环继承：next → next"),
        (NEXT + "remove: {forms: [mony]}\n", "被继承的套表中没有“mony”，是否为“money”？"),
        (NEXT + "remove: {sheets: [money]}\n", "未知的键“sheets”"),
    ],
)
def test_mistakes_in_inheriting(following: Path, suite: str, expected: str) -> None:
    add(following, "suite.yaml", suite)
    assert expected in refuse(following)
