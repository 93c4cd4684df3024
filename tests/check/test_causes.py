"""What to mend first: causes before their consequences, the same fault once, nothing lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from toolkit.check.causes import consequences, with_causes
from toolkit.model.fact import Key, Remark
from toolkit.model.finding import FAIL, Finding, Likely, Place, Waiver
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

Collect = Callable[..., list[Finding]]
BALANCED: dict[str, object] = {
    "income.general.this_year": "100",
    "expenditure.personnel.this_year": "50",
    "expenditure.operating.this_year": "10",
    "expenditure.project.this_year": "40",
}


def follows(findings: Sequence[Finding]) -> dict[str, str]:
    """Code → code of its cause, of those that are held back."""
    codes = {f.fingerprint: f.code for f in findings}
    return {f.code: codes[f.cause] for f in findings if f.cause}


def named(findings: Sequence[Finding], code: str) -> Finding:
    (found,) = (f for f in findings if f.code == code)
    return found


@pytest.mark.slow
def test_one_wrong_cell_is_told_once_wherever_it_is_read(collect: Collect, unit: Any, hebei: Suite) -> None:
    """102: 105 typed over a total of 100, so the sum is off by 5, and so is expenditure against income. 103: the same,
    and an income of its own that is wrong by another amount. 104: 50 typed as 500000 (元 for 万元).
    """
    faults: dict[str, dict[str, object]] = {
        "102": {"expenditure.total.this_year": "105"},
        "103": {"expenditure.total.this_year": "105", "income.general.this_year": "93"},
        "104": {"expenditure.total.this_year": "100", "expenditure.personnel.this_year": "500000"},
    }
    found = collect(*(unit(c, bare=True, typed={**BALANCED, **f}) for c, f in faults.items()), suite=hebei)
    guessed, bare = (with_causes(one, [hebei]) for one in (found, [dataclasses.replace(f, likely=()) for f in found]))
    assert len(guessed) == len(bare) == len(found)
    for told in (guessed, bare):
        first = [f for f in told if f.unit == "102"]
        assert follows(first)["SUM-04"] == "SUM-02"
        assert named(first, "SUM-02").cause == ""
    assert "SUM-04" not in follows([f for f in bare if f.unit == "103"])
    off = [f for f in guessed if f.unit == "104" and f.difference is not None and abs(float(f.difference)) > 400_000]
    assert off
    assert len({f.cause or f.fingerprint for f in off}) == 1


def test_what_lacks_a_blank_cell_is_held_back_behind_the_blank(collect: Collect, unit: Any, mini: Suite) -> None:
    told = with_causes(collect(unit("102", typed={"expenditure.project.this_year": None})), [mini])
    # NAR-01 and SUM-05 lack a computed cell, which is blank because this one is; XY-01 lacks last year's book.
    assert follows(told) == {"NAR-01": "STR-02", "SUM-05": "STR-02", "XF-01": "STR-02"}
    blank = named(told, "STR-02")
    assert consequences(told) == {blank.fingerprint: tuple(f.fingerprint for f in told if f.cause)}
    assert (blank.mend, named(told, "XF-01").mend, named(told, "XY-01").mend) == (1, 0, 0)


def test_a_sheet_that_is_missing_stands_before_all_that_follows_from_it(
    collect: Collect, unit: Any, mini: Suite
) -> None:
    gone = Remark("WBK-03", "工作表“02_项目清单”缺失", None, "02_项目清单", severity="error")
    blank = {f"projects[1].{name}": None for name in ("code", "name", "fiscal")}
    told = with_causes(collect(unit("102", typed=blank, remarks=(gone,))), [mini])
    assert follows(told)["STR-12"] == "WBK-03"
    assert named(told, "WBK-03").mend == 1


def test_a_constant_over_a_formula_is_the_cause_of_the_comparison_at_that_cell(
    collect: Collect, unit: Any, mini: Suite
) -> None:
    remark = Remark(
        "WBK-04", "公式被数值覆盖，与公式的结果不一致，按所填的值读取", Key("expenditure", "", "basic", "change"),
        "01_收支", "E7", "99", "10", severity="warning",
    )  # fmt: skip
    told = with_causes(collect(unit("102", typed={"expenditure.basic.change": "99"}, remarks=(remark,))), [mini])
    assert follows(told) == {"NAR-01": "WBK-04"}
    # The warning comes first: an error hangs on it.
    assert named(told, "WBK-04").mend == 1


def finding(name: str, cell: str = "C6", **more: object) -> Finding:
    """A comparison at a cell that somebody holds to be wrong."""
    place = Place("102", "102.xlsx", "01_收支", cell, "budget", "expenditure", "", "total", "this_year")
    made = Finding(
        "SUM-02", FAIL, Severity.ERROR, "示例开发区", 2021, "批复", "102", "", "102.xlsx", (place,), name, "请改正",
        difference="5.00", unit_of_measure="万元", likely=(Likely(0, "1", "推算"),), fingerprint=name,
    )  # fmt: skip
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def test_findings_that_blame_one_cell_have_one_cause_and_others_are_left_alone(mini: Suite) -> None:
    told = with_causes([finding("a"), finding("b", code="SUM-04"), finding("c", "C9")], [mini])
    assert [(f.cause, f.mend) for f in told] == [("", 1), ("a", 0), ("", 2)]


def test_another_unit_or_file_is_never_the_cause(mini: Suite) -> None:
    told = with_causes([finding("a"), finding("b", unit="103", file="103.xlsx")], [mini])
    assert [(f.cause, f.mend) for f in told] == [("", 1), ("", 1)]


def test_what_is_waived_or_only_remarks_holds_nothing_back(mini: Suite) -> None:
    waived = finding("a", waived=Waiver("王", "2027-01-01", "已核实"))
    assert [(f.cause, f.mend) for f in with_causes([waived, finding("b")], [mini])] == [("", 0), ("", 1)]
    told = with_causes([finding("a", severity=Severity.INFO), finding("b", code="SUM-04")], [mini])
    assert [(f.cause, f.mend) for f in told] == [("b", 0), ("", 1)]


def test_the_order_is_by_gravity_then_by_what_mends_most_at_once(mini: Suite) -> None:
    told = with_causes(
        [
            finding("warning", "C1", severity=Severity.WARNING),
            finding("alone", "C2"),
            finding("cause", "C3"),
            finding("consequence", "C3", code="SUM-04"),
            finding("remark", "C4", severity=Severity.INFO),
        ],
        [mini],
    )
    assert {f.fingerprint: f.mend for f in told} == {
        "cause": 1,
        "alone": 2,
        "warning": 3,
        "consequence": 0,
        "remark": 0,
    }


def test_the_same_rule_on_the_same_column_is_one_group(mini: Suite) -> None:
    told = with_causes([finding("a", "C6"), finding("b", "C7"), finding("c", "C8", code="SUM-04")], [mini])
    assert [f.group for f in told] == ["a", "a", "c"]


def test_equal_findings_give_equal_answers_and_twice_is_once(collect: Collect, unit: Any, mini: Suite) -> None:
    found = collect(unit("102", typed={"expenditure.project.this_year": None}))
    once = with_causes(found, [mini])
    assert with_causes(found, [mini]) == once == with_causes(once, [mini])
