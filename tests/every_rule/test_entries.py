"""What is wrong in an entry is told before anything is collected: which entry, and what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.every_rule.breaks import load_breaks
from tests.every_rule.legality import refused
from tests.every_rule.paths import EntryError, changed, key_of
from tests.every_rule.runs import bases, document_data
from toolkit.model.fact import Key


def entries(folder: Path, text: str) -> Path:
    (folder / "sum.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {why: 无, change: {a.b.c: 1}}", "entry 1: an entry is a mapping with a code"),
        ("- {code: SUM-01, why: 无, changes: {}}", "unknown key “changes”"),
        ("- {code: XF-01, why: 无, change: {a.b.c: 1}}", "belongs into xf.yaml"),
        ("- {code: SUM-01, change: {a.b.c: 1}}", "“why” says in one sentence"),
        ("- {code: SUM-01, why: 无}", "nothing is changed"),
        ("- {code: SUM-01, why: 无, change: [a]}", "“change” is a mapping of paths"),
        ("- {code: SUM-01, why: 无, change: {a b: 1}}", "“a b” is no path"),
        ("- {code: SUM-01, why: 无, change: {a.b.c: 1}, expect: {sum: 1}}", "“expect” takes cell"),
        ("- {code: SUM-01, why: 无, change: {a.b.c: 1}, expect: {severity: bad}}", "severity is one of"),
        ("- {code: SUM-01, why: 无, change: {a.b.c: 1}, also: SUM-02}", "“also” is a list"),
        ("- {code: SUM-01, why: 无, change: {a.b.c: 1}, pasted: maybe}", "pasted is true"),
        ("- {code: SUM-01, why: 无, change: {a.b.c: 1}, base: nothing}", "base is one of legal, evaluated"),
        ("- {code: SUM-01, why: 无, roster: {unit: 1}}", "“roster” is a list of rows"),
        ("- {code: SUM-01, why: 无, code: SUM-02}", "“code” stands twice"),
        ("code: SUM-01", "entries are a list"),
        ("- {", "sum.yaml"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(EntryError, match=re.escape(told)):
        load_breaks(entries(tmp_path, text))


def test_several_entries_of_one_code_are_numbered(tmp_path: Path) -> None:
    text = "- {code: SUM-01, why: 甲, change: {a.b.c: 1}}\n- {code: SUM-01, why: 乙, damage: macro}\n"
    first, second = load_breaks(entries(tmp_path, text))
    assert (first.id, second.id) == ("SUM-01#1", "SUM-01#2")
    assert second.damage == (("macro", {}),)


def test_changes_set_merge_append_and_delete() -> None:
    held = bases()
    made = changed(
        held.legal,
        {
            "projects.projects[1]": {"fiscal": "1", "other": None},
            "projects.projects[+]": {"name": "新项目"},
            "projects.projects[2]": None,
            "projects.projects.total.fiscal": "9",
            "target[2].plan.mar": None,
            "duties": None,
            "unit.name": "改名",
        },
        held.suite,
    )
    projects = made["forms"]["projects"]["projects"]
    assert [row["name"] for row in projects["rows"]] == ["政务网络运行维护", "机要工作经费", "新项目"]
    assert projects["rows"][0]["fiscal"] == "1"
    assert projects["total"] == {"fiscal": "9"}
    assert "mar" not in made["forms"]["target"][1]["plan"]
    assert "duties" not in made["forms"]
    assert made["unit"]["name"] == "改名"
    assert held.legal["unit"]["name"] != "改名"


def test_a_path_that_leads_nowhere_is_told() -> None:
    held = bases()
    with pytest.raises(EntryError, match="no form “nothing”"):
        changed(held.legal, {"nothing.a.b": "1"}, held.suite)
    with pytest.raises(EntryError, match="no such place"):
        changed(held.legal, {"projects.projects[77].name": "x"}, held.suite)
    with pytest.raises(EntryError, match="no such cell"):
        key_of("finance.income.nothing.this_year", held.suite)


def test_paths_name_cells() -> None:
    suite = bases().suite
    assert key_of("finance.income.total.this_year", suite) == Key("income", "", "total", "this_year")
    assert key_of("target[2].indicators[3].level1", suite) == Key("indicators", "02", "003", "level1")
    assert key_of("cover.cover.date", suite) == Key("cover", "", "", "date")


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("finance.income.total.this_year", "1", "computed"),
        ("cover.cover.unit_code", "433009", "issued filled in"),
        ("cover.cover.sign_status", "好了", "not in sign_status"),
        ("finance.finance_statements.has_gov_fund", "无", "not in yes_no"),
        ("finance.income.general.this_year", "-1", "outside"),
        ("cover.cover.staff_quota", "1.5", "no whole number"),
        ("cover.cover.date", "1901-01-01", "no date"),
        ("cover.cover.preparer", "很" * 21, "too long"),
        ("target[1].target.name", "没有这个项目", "not in the list it is chosen from"),
        ("target[1].indicators[1].level2", "社会效益指标", "not under 产出指标"),
        ("assets.assets.houses.qty", "--", "text in a cell for numbers"),
    ],
)
def test_what_the_workbook_does_not_take(path: str, value: str, why: str, tmp_path: Path) -> None:
    held = bases()
    before = document_data(held.legal, tmp_path, held.suite)
    after = document_data(changed(held.legal, {path: value}, held.suite), tmp_path, held.suite)
    found = refused(held.suite, after, before.values)
    assert list(found) == [key_of(path, held.suite)]
    assert why in found[key_of(path, held.suite)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cover.cover.unit_nature", "机关"),
        ("procurement.procurement[1].project_name", "办公费用"),
        ("finance.income.general.last_year", "3.125"),
        ("cover.cover.remark", "很" * 500),
    ],
)
def test_what_it_takes(path: str, value: str, tmp_path: Path) -> None:
    held = bases()
    before = document_data(held.legal, tmp_path, held.suite)
    after = document_data(changed(held.legal, {path: value}, held.suite), tmp_path, held.suite)
    assert refused(held.suite, after, before.values) == {}
