"""Code lists by year: what is in force, what was called otherwise, where it was taken from; codes are exact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.catalog import edition_json, load_suite, suite_from_json
from toolkit.catalog.codec import decode, encode
from toolkit.formula import compile_suite
from toolkit.formula.cases import case_verdict
from toolkit.model.errors import SuiteError
from toolkit.model.form import CodeList, ListEntry, Suite
from toolkit.model.rule import Case

RENAMED = """\
list: kinds
label: 类别
entries:
  - {value: 215-旧名, code: "215", years: [null, 2020], aliases: [旧名]}
  - {value: 215-新名, code: "215", years: [2021, null], source: 《科目》, confidence: 高}
  - {value: 301-工资, code: "301"}
"""
CSV = """\
value,code,aliases,years,source,confidence
215-旧名,215,旧名,-2020,,
215-新名,215,,2021-,《科目》,高
301-工资,301,,,,
"""


def of_year(tiny: Path, year: int) -> CodeList:
    """The list as the suite of that year has it; the list that hangs on it goes."""
    path = tiny / "suite.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("year: 2021", f"year: {year}"), encoding="utf-8")
    form = tiny / "forms" / "people.yaml"
    text = form.read_text(encoding="utf-8").replace(", lookup: levels, parent: kind, parent_check: ENU-03", "")
    form.write_text(text.replace("label: 级别, type: choice", "label: 级别, type: text"), encoding="utf-8")
    return load_suite(tiny).lists["kinds"]


@pytest.mark.parametrize(("year", "name", "other"), [(2020, "215-旧名", "215-新名"), (2021, "215-新名", "215-旧名")])
@pytest.mark.parametrize("form", ["yaml", "csv"])
def test_a_suite_gets_the_names_of_its_year_and_reads_those_of_others(
    tiny: Path, year: int, name: str, other: str, form: str
) -> None:
    (tiny / "lists" / "kinds.csv").write_text(CSV, encoding="utf-8")
    text = RENAMED if form == "yaml" else "list: kinds\nlabel: 类别\ncsv: kinds.csv\n"
    (tiny / "lists" / "kinds.yaml").write_text(text, encoding="utf-8")
    kinds = of_year(tiny, year)
    assert [e.value for e in kinds.entries] == [name, "301-工资"]
    assert kinds.aliases["215"] == kinds.aliases[other] == kinds.aliases["旧名"] == name
    assert "215-旧名" not in kinds.values or year == 2020
    newest = ListEntry("215-新名", "215", years=(2021, None), source="《科目》", confidence="高")
    assert year == 2020 or replace(kinds.entries[0], aliases=()) == newest


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ("[{value: 甲, years: [2021, 2020]}]", "years 应为 [起始年, 终止年]，不限的一端写 null"),
        ("[{value: 甲, years: [null, null]}]", "years 应为 [起始年, 终止年]，不限的一端写 null"),
        ("[{value: 甲, years: [2021, null]}, {value: 甲, years: [null, 2021]}]", "条目“甲”重复"),
        ('[{value: 甲, code: "1"}, {value: 乙, code: "1"}]', "代码“1”同时是“甲”和“乙”"),
        ("[{value: 甲, confidence: 很高}]", "未知的取值“很高”"),
    ],
)
def test_faults_of_entries_are_told(tiny: Path, entries: str, told: str) -> None:
    (tiny / "lists" / "kinds.yaml").write_text(f"list: kinds\nlabel: 类别\nentries: {entries}\n", encoding="utf-8")
    with pytest.raises(SuiteError) as caught:
        load_suite(tiny)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("row", "told"),
    [("甲,1,,二〇二〇,,", "应形如 2014-2022、2023- 或 -2020"), ("甲,1,,,,很高", "应为 高、中、低 之一")],
)
def test_faults_of_csv_rows_are_told_with_their_line(tiny: Path, row: str, told: str) -> None:
    (tiny / "lists" / "kinds.yaml").write_text("list: kinds\nlabel: 类别\ncsv: kinds.csv\n", encoding="utf-8")
    (tiny / "lists" / "kinds.csv").write_text(f"{CSV.splitlines()[0]}\n{row}\n", encoding="utf-8")
    with pytest.raises(SuiteError) as caught:
        load_suite(tiny)
    assert "kinds.csv:2:1" in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("years", [None, (2014, 2022), (2023, None), (None, 2020)])
def test_an_entry_goes_through_an_edition_and_back(years: tuple[int | None, int | None] | None) -> None:
    entry = ListEntry("30201-办公费", "30201", years=years, source="财预〔2017〕98号", confidence="高")
    assert decode(ListEntry, encode(entry)) == entry


def test_what_an_entry_does_not_say_is_not_in_its_edition() -> None:
    """So the hash of an edition issued before the model had these stays what it was."""
    assert encode(ListEntry("甲")) == {"value": "甲"}


def test_a_suite_with_years_goes_through_its_edition_and_back() -> None:
    suite = load_suite("standard")
    assert suite_from_json(edition_json(suite)) == suite


def test_functional_classes_are_complete_and_named_as_in_the_year() -> None:
    lists = {name: load_suite(name).lists["functional_classes"] for name in ("shijiazhuang-2020", "hebei-2021")}
    assert [len(codes.entries) for codes in lists.values()] == [30, 30]
    old, new = "215-资源勘探信息等支出", "215-资源勘探工业信息等支出"
    assert old in lists["shijiazhuang-2020"].values
    assert new in lists["hebei-2021"].values
    assert lists["hebei-2021"].aliases[old] == lists["hebei-2021"].aliases["215"] == new


def test_items_of_one_name_are_told_apart_by_their_code() -> None:
    items = load_suite("hebei-2021").lists["economic_items"]
    assert {"30902-办公设备购置", "31002-办公设备购置"} <= items.values
    assert items.aliases["30902"] == "30902-办公设备购置"
    assert "办公设备购置" not in items.aliases
    assert {e.value[:3] for e in items.entries} == {
        "301", "302", "303", "307", "309", "310", "311", "312", "313", "399",
    }  # fmt: skip


def test_the_procurement_catalogue_is_that_of_the_year() -> None:
    old, new = (load_suite(s).lists["procurement_catalog"] for s in ("hebei-2021", "standard"))
    assert {len(e.value) for e in new.entries} == {9}
    assert "A0999" in old.values
    assert not old.values & new.values


@pytest.mark.parametrize("suite_id", ["standard", "hebei-2021", "shijiazhuang-2020"])
def test_what_carries_a_code_starts_with_it_and_says_where_it_is_from(suite_id: str) -> None:
    lists = load_suite(suite_id).lists
    coded = [e for codes in lists.values() for e in codes.entries if e.code is not None]
    assert coded
    assert [e.value for e in coded if not e.value.startswith(f"{e.code}-")] == []
    assert [e.value for e in coded if not e.source or not e.confidence] == []


HIERARCHY = """\
list: kinds
label: 类别
entries:
  - "2.1"
  - "2.10"
  - "02.1"
"""
CHILDREN = """\
list: levels
label: 级别
entries:
  - {value: 甲, parent: "2.1"}
  - {value: 乙, parent: "2.10"}
"""


@pytest.mark.parametrize(
    ("kind", "level", "verdict"),
    [
        ("2.1", "甲", "pass"),
        ("2.10", "甲", "fail"),
        ("2.1", "乙", "fail"),
        ("2.10", "乙", "pass"),
        ("02.1", "甲", "fail"),
        ("2.1 ", "甲", "fail"),
    ],
)
def test_a_code_is_the_parent_of_its_own_children_only(tiny: Path, kind: str, level: str, verdict: str) -> None:
    (tiny / "lists" / "kinds.yaml").write_text(HIERARCHY, encoding="utf-8")
    (tiny / "lists" / "levels.yaml").write_text(CHILDREN, encoding="utf-8")
    with (tiny / "rules" / "all.yaml").open("a", encoding="utf-8") as rules:
        rules.write(
            "- code: ENU-99\n  severity: error\n  statement: 级别属于类别\n  action: 改正\n"
            '  rule: CHILD_OF(staff[].level, staff[].kind, "levels")\n'
        )
    suite: Suite = load_suite(tiny)
    case = Case({"staff[]": [{"name": "张三", "kind": kind, "level": level}]}, verdict)
    assert case_verdict(compile_suite(suite), suite.rules_by_code["ENU-99"], case) == verdict
