"""What the bureau waives stays visible and does not count: for its unit, up to its day, while the values stay."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest

from toolkit.check.rounds import Memory
from toolkit.check.waivers import waive
from toolkit.model.errors import InputError
from toolkit.model.finding import FAIL, NOT_EXECUTABLE, Finding, Place
from toolkit.model.rule import Severity
from toolkit.store.bureau import WaiverEntry, read_waivers

TODAY = datetime.date(2026, 11, 21)


def finding(code: str = "SUM-05", unit: str = "102", values: str = "v1", **more: object) -> Finding:
    place = Place(
        unit, f"{unit}.xlsx", "01_收支", "F7", "budget", "expenditure", "", "project", "share", "支出 · 项目支出 · 占比"
    )
    made = Finding(
        code, FAIL, Severity.ERROR, "示例开发区", 2021, "批复", unit, "", f"{unit}.xlsx", (place,), "不等", "请改正",
        fingerprint=f"{code}{unit}", values_hash=values,
    )  # fmt: skip
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def entry(
    rule: str = "SUM-05", unit: str = "102", row: str = "", expires: str = "2026-12-31", reason: str = "已核实"
) -> WaiverEntry:
    return WaiverEntry(rule, unit, row, "王科长", datetime.date.fromisoformat(expires), reason, 2, "豁免.csv 第 2 行")


def waived(found: Finding, *entries: WaiverEntry, day: datetime.date = TODAY, before: Memory | None = None) -> Finding:
    return waive([found], entries, day, before or Memory(), Memory(1))[0][0]


def test_a_waived_finding_stays_with_who_until_when_and_why_and_does_not_count() -> None:
    told = waived(finding(), entry())
    assert told.waived is not None
    assert dataclasses.asdict(told.waived) == {"approver": "王科长", "expires": "2026-12-31", "reason": "已核实"}
    assert (told.severity, told.counts, finding().counts) == (Severity.ERROR, False, True)


def test_it_holds_on_its_last_day_and_not_on_the_next() -> None:
    last = datetime.date(2026, 12, 31)
    assert waived(finding(), entry(), day=last).waived
    over = waived(finding(), entry(), day=last + datetime.timedelta(days=1))
    assert over.waived is None
    assert over.waiver_lapsed is not None
    assert (over.waiver_lapsed.why, over.counts) == ("expired", True)


@pytest.mark.parametrize(
    "other",
    [finding("SUM-06"), finding(unit="103"), finding(result=NOT_EXECUTABLE), finding(unit="", file="")],
    ids=["rule", "unit", "not executable", "told to no unit"],
)
def test_it_is_for_the_findings_of_one_rule_on_one_unit(other: Finding) -> None:
    assert waived(other, entry()) == other


@pytest.mark.parametrize(
    ("row", "holds"), [("project", True), ("项目支出", True), ("total", False), ("支出合计", False)]
)
def test_with_a_row_only_findings_in_that_row_are_waived(row: str, holds: bool) -> None:
    assert (waived(finding(), entry(row=row)).waived is not None) is holds


def test_a_list_row_is_named_by_its_number() -> None:
    place = Place("102", "102.xlsx", "07", "C9", "buying", "procurement", "", "003", "price", "采购 · 第 3 行 · 单价")
    for name in ("3", "003", "第 3 行"):
        assert waived(finding(places=(place,)), entry(row=name)).waived


def test_the_waiver_is_for_the_values_it_first_met() -> None:
    _, memory, _ = waive([finding()], [entry()], TODAY, Memory(), Memory(1))
    assert waived(finding(), entry(), before=memory).waived
    changed = waived(finding(values="v2"), entry(), before=memory)
    assert changed.waiver_lapsed is not None
    assert (changed.waiver_lapsed.why, changed.counts) == ("changed", True)
    # Given anew (another day or reason) it holds for the values as they are now.
    assert waived(finding(values="v2"), entry(expires="2027-06-30"), before=memory).waived


def test_of_an_old_and_a_renewed_waiver_the_later_one_counts() -> None:
    told = waived(finding(), entry(expires="2026-06-30"), entry(expires="2027-06-30"))
    assert told.waived is not None
    assert told.waived.expires == "2027-06-30"


def test_a_waiver_that_meets_nothing_is_said() -> None:
    _, _, notes = waive(
        [finding()], [entry(), entry("SUM-99"), entry(unit="999", expires="2020-01-01")], TODAY, Memory(), Memory(1)
    )
    assert notes == (
        "豁免表第 2 行：没有 102 的 SUM-99 问题，这条豁免没有用到",
        "豁免表第 2 行：没有 999 的 SUM-05 问题，这条豁免没有用到（已于 2020-01-01 到期）",
    )


def table(folder: Path, text: str) -> Path:
    path = folder / "豁免.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "规则,单位代码,行,批准人,到期日,理由\nsum-05,102,,王科长,2026年12月31日,已核实\n",
        "rule,unit,row,approver,expires,reason\nSUM-05,102,,王科长,2026-12-31,已核实\n",
        "reason,expires,approver,unit,rule\n已核实,2026/12/31,王科长,102,SUM-05\n",
    ],
    ids=["Chinese", "English", "any order, without rows"],
)
def test_the_table_is_read_with_chinese_or_english_headers(tmp_path: Path, text: str) -> None:
    assert read_waivers(table(tmp_path, text)) == (entry(),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("SUM-05,102,,王科长,年底,已核实", "豁免.csv 第 2 行“到期”列：“年底”不是日期"),
        ("SUM-05,102,,王科长,2026-02-30,已核实", "豁免.csv 第 2 行“到期”列：“2026-02-30”不是日期"),
        ("占比,102,,王科长,2026-12-31,已核实", "豁免.csv 第 2 行“规则”列：“占比”不是规则编号"),
        ("SUM-05,102,,,2026-12-31,已核实", "豁免.csv 第 2 行“批准人”列是空的"),
        ("SUM-05,102,,王科长,2026-12-31,", "豁免.csv 第 2 行“理由”列是空的"),
        ("SUM-05,102,,王,2026-12-31,一\nSUM-05,102,,李,2026-12-31,二", "豁免.csv 第 3 行“规则”列：SUM-05 对 102 的豁免与豁免.csv 第 2 行重复"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_file_row_and_column(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_waivers(table(tmp_path, f"规则,单位代码,行,批准人,到期,理由\n{line}\n"))
    assert str(error.value).startswith(said)
