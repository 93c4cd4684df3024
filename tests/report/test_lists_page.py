"""The page of code lists says of each entry what the list knows, and no column that none fills."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.catalog import load_suite
from toolkit.model.form import CodeList, ListEntry
from toolkit.report.manual import lists_manual

MINI = load_suite(Path(__file__).parents[1] / "suites" / "mini")


def page(*entries: ListEntry, complete: bool = True) -> list[str]:
    return lists_manual(replace(MINI, lists={"kinds": CodeList("kinds", "类别", entries, not complete, "《科目》")}))


def test_every_list_of_the_suite_is_on_the_page() -> None:
    text = "\n".join(lists_manual(MINI))
    assert f"共 {len(MINI.lists)} 个代码表" in text
    assert [c.id for c in MINI.lists.values() if f"## {c.label}（`{c.id}`）" not in text] == []


def test_an_entry_says_code_parent_aliases_years_source_and_confidence() -> None:
    entry = ListEntry("215-新名", "215", "2", ("215-旧名", "旧名"), "某类", (2021, None), "《科目》2021", "高")
    lines = page(entry)
    assert "| 值 | 代码 | 上级 | 别名 | 有效年度 | 说明 | 来源 | 可信度 |" in lines
    assert "| 215-新名 | 215 | 2 | 215-旧名、旧名 | 2021— | 某类 | 《科目》2021 | 高 |" in lines


def test_columns_that_no_entry_fills_are_left_out() -> None:
    assert page(ListEntry("甲"), ListEntry("乙", note="注"))[-4:] == ["|---|---|", "| 甲 |  |", "| 乙 | 注 |", ""]


def test_a_list_that_is_not_complete_says_what_that_means() -> None:
    assert any("列表以外的值不判为错误" in line for line in page(ListEntry("甲"), complete=False))
    assert not any("列表以外的值不判为错误" in line for line in page(ListEntry("甲")))
