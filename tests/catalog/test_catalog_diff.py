"""The difference of two suites is data: what was added, removed, changed or moved, and where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.catalog import Change, diff, load_suite
from toolkit.catalog.difference import Kind

MONEY, PEOPLE = "forms/money.yaml", "forms/people.yaml"


def test_a_suite_does_not_differ_from_itself(tiny: Path) -> None:
    assert diff(load_suite(tiny), load_suite(tiny)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            MONEY,
            "label: 工资}",
            "label: 人员经费}",
            "修改 forms.money.blocks.spending.rows.wages.label：工资 → 人员经费",
        ),
        (MONEY, "minimum: 0", "minimum: 1", "修改 forms.money.blocks.spending.fields.amount.minimum：0 → 1"),
        (
            MONEY,
            "minimum: 0",
            "minimum: 0, blank: zero",
            "新增 forms.money.blocks.spending.fields.amount.blank_is_zero",
        ),
        (PEOPLE, "rows: 3", "rows: 5", "修改 forms.people.blocks.staff.capacity：3 → 5"),
        (
            PEOPLE,
            "      age: {label: 年龄, type: integer, help: 周岁}\n",
            "",
            "删除 forms.people.blocks.staff.fields.age",
        ),
        ("suite.yaml", "[money, people]", "[people, money]", "调序 forms：money、people → people、money"),
        ("lists/kinds.yaml", "[在编, 聘用]", "[在编, 聘用, 借调]", "新增 lists.kinds.entries.借调"),
        ("lists/levels.yaml", "aliases: [甲级]", "note: 甲", "删除 lists.levels.entries.在编/一级.aliases"),
        (
            "rules/all.yaml",
            "工资不得超过合计",
            "工资应小于合计",
            "修改 rules.SUM-03.statement：工资不得超过合计 → 工资应小于合计",
        ),
    ],
)
def test_each_change_is_named(tiny: Path, file: str, old: str, new: str, expected: str) -> None:
    before = load_suite(tiny)
    path = tiny / file
    text = path.read_text(encoding="utf-8").replace(old, new)
    if file == PEOPLE and "age" not in text.partition("total:")[0]:
        text = text.replace("    total: {label: 合计, fields: [age], check: SUM-02}\n", "")
        rules = tiny / "rules" / "all.yaml"
        kept = [line for line in rules.read_text(encoding="utf-8").splitlines(keepends=True) if "SUM-02" not in line]
        rules.write_text("".join(kept), encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert expected in [str(change) for change in diff(before, load_suite(tiny))]


def test_a_change_carries_both_values(tiny: Path) -> None:
    suite = load_suite(tiny)
    assert diff(suite, replace(suite, year=2022)) == [Change(Kind.CHANGED, "year", 2021, 2022)]
