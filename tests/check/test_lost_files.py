"""A file that came and could not be taken is an error, whatever else came; a withdrawn return is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolkit.check import Bureau
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store.bureau import RosterEntry

Collect = Callable[..., list[Finding]]
ROSTER = tuple(RosterEntry(u, n, "", "示例开发区", "", "", {}, "") for u, n in (("104", "教育局"), ("105", "卫生局")))


def line(seq: int, path: str, status: str, **more: Any) -> dict[str, object]:
    return {"seq": seq, "sha256": f"{seq:064d}", "path": path, "status": status, "reason": "文件损坏。", **more}


def lost(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.code == "WBK-01"]


def test_each_refused_or_unreadable_file_is_one_error_with_the_ledgers_reason(collect: Collect, unit: Any) -> None:
    received = [line(1, "回收/104 教育局.xlsx", "unreadable"), line(2, "报送.zip", "refused", inner_path="甲/105.xlsx")]
    found = lost(collect(unit("102"), received=received))
    assert [f.file for f in found] == ["104 教育局.xlsx", "105.xlsx"]
    assert [f.message for f in found] == [
        "文件“104 教育局.xlsx”未能接收：文件损坏。",
        "文件“报送.zip!甲/105.xlsx”未能接收：文件损坏。",
    ]
    assert all((f.severity, f.result, f.places) == ("error", "fail", ()) for f in found)
    assert all((f.region, f.year, f.stage) == ("示例开发区", 2021, "批复") for f in found)
    assert len({f.fingerprint for f in found}) == 2


def test_it_is_told_to_the_unit_whose_code_the_files_name_bears(collect: Collect, unit: Any) -> None:
    received = [
        line(1, "104/教育局 104（改）.xlsx", "refused"),
        line(2, "1045.xlsx", "refused"),
        line(3, "x.xlsx", "refused"),
    ]
    found = lost(collect(unit("102"), received=received, bureau=Bureau(roster=ROSTER)))
    told = {f.file: (f.unit, f.unit_name) for f in found}
    assert told == {"教育局 104（改）.xlsx": ("104", "教育局"), "1045.xlsx": ("", ""), "x.xlsx": ("", "")}


def test_it_is_told_where_no_return_was_accepted_at_all(collect: Collect) -> None:
    (found,) = lost(collect(received=[line(1, "104.xlsx", "unreadable")]))
    assert (found.region, found.year, found.file) == ("", 0, "104.xlsx")


def test_with_several_collections_it_belongs_to_the_units_region_or_to_none(collect: Collect, unit: Any) -> None:
    received = [line(1, "104.xlsx", "refused"), line(2, "x.xlsx", "refused")]
    units = (unit("102"), unit("102", region="外区"))
    found = lost(collect(*units, received=received, bureau=Bureau(roster=ROSTER)))
    assert {f.file: f.region for f in found} == {"104.xlsx": "示例开发区", "x.xlsx": ""}


def test_what_is_no_return_is_a_warning(collect: Collect, unit: Any) -> None:
    (found,) = lost(collect(unit("102"), received=[line(1, "通知.pdf", "not_a_return")]))
    assert (found.severity, found.file) == ("warning", "通知.pdf")


def test_a_file_that_was_sent_again_and_accepted_is_only_information(collect: Collect, unit: Any) -> None:
    again = line(2, "104.xlsx", "accepted", unit="104", edition="0123456789abcdef")
    (found,) = lost(collect(unit("104"), received=[line(1, "104.xlsx", "unreadable"), again]))
    assert found.severity == "info"


def test_what_was_withdrawn_ignored_or_will_be_tried_again_is_no_finding(collect: Collect, unit: Any) -> None:
    received = [
        line(1, "102旧.xlsx", "refused", edition="0123456789abcdef", unit="102"),
        line(2, "~$102.xlsx", "ignored"),
        line(3, "103.xlsx", "pending"),
    ]
    assert lost(collect(unit("102"), received=received)) == []


def test_units_are_missing_also_where_nothing_was_accepted(collect: Collect, unit: Any) -> None:
    roster = Bureau(roster=ROSTER)
    received = [line(1, "104.xlsx", "unreadable")]
    missing = [f for f in collect(received=received, bureau=roster) if f.code == "WBK-06"]
    assert [(f.unit, f.region, f.severity) for f in missing] == [
        ("104", "示例开发区", "error"),
        ("105", "示例开发区", "error"),
    ]
    elsewhere = collect(unit("102", region="外区"), received=received, bureau=roster)
    assert [f.unit for f in elsewhere if f.code == "WBK-06" and f.region == "示例开发区"] == ["104", "105"]


def test_one_return_of_another_year_does_not_make_every_other_unit_missing(
    collect: Collect, unit: Any, hebei: Suite
) -> None:
    codes = [str(code) for code in range(101, 112)]
    roster = Bureau(roster=tuple(RosterEntry(c, f"单位{c}", "", "", "", "", {}, "") for c in codes))
    stray = unit("111", bare=True, year=2020)
    found = collect(*(unit(c, bare=True) for c in codes[:10]), stray, bureau=roster, suite=hebei)
    told = [(f.unit, f.year, f.severity, f.message) for f in found if f.code == "WBK-06"]
    mixed = "这份报送属于“示例开发区 2020 年 批复”，而另外 10 份都属于“示例开发区 2021 年 批复”：请核对是否用错了模板或报错了文件。"
    assert told == [("111", 2020, "error", mixed), ("111", 2021, "error", "单位111（111）尚未报送。")]
    both = collect(*(unit(c, bare=True) for c in codes[:3]), stray, bureau=roster, suite=hebei)
    assert len([f for f in both if f.code == "WBK-06" and f.year == 2020]) == 10


def test_what_the_bureau_decided_to_leave_out_is_only_information_with_who_when_and_why(
    collect: Collect, unit: Any
) -> None:
    reason = "按决定不计（李四，2021-04-01）：单位已撤销；文件损坏。"
    received = [{**line(1, "104.xlsx", "unreadable"), "reason": reason}, line(2, "105.xlsx", "unreadable")]
    left_out, other = lost(collect(unit("102"), received=received))
    assert (left_out.severity, other.severity) == ("info", "error")
    assert left_out.message == "文件“104.xlsx”未能接收：按决定不计（李四，2021-04-01）：单位已撤销；文件损坏。"
