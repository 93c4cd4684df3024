"""What one unit is told: its own findings and of findings across units its own places, nothing of others."""

from __future__ import annotations

from dataclasses import replace

from tests.annotate.packages import WHO
from toolkit.annotate import Spot, keys_of, make_slip
from toolkit.model.fact import Key
from toolkit.model.finding import FAIL, NOT_EXECUTABLE, Finding, Likely, Place
from toolkit.model.rule import Severity

OWN = Place(
    "102", "102.xlsx", "01_收支", "C8", "budget", "expenditure", "", "project", "this_year", "项目支出·本年预算"
)
THEIRS = Place(
    "103", "103.xlsx", "01_收支", "C9", "budget", "expenditure", "", "travel", "this_year", "差旅费·本年预算"
)
FINDING = Finding(
    code="SUM-01", result=FAIL, severity=Severity.ERROR, region=WHO.region, year=WHO.year, stage=WHO.stage,
    unit="102", unit_name="办公室", file="102.xlsx", places=(OWN,), message="合计不等。", what_to_do="请核对。",
    actual="41.00", expected="40.00", difference="1.00", unit_of_measure="万元",
)  # fmt: skip
ACROSS = replace(
    FINDING, code="XD-04", unit="", unit_name="", file="", places=(THEIRS, OWN), message="两个部门单价悬殊。"
)


def slip(*findings: Finding) -> str:
    return repr(make_slip(WHO, "102.xlsx", "", findings))


def test_findings_of_others_are_not_told() -> None:
    assert make_slip(WHO, "102.xlsx", "", [replace(FINDING, unit="103", file="103.xlsx", places=(THEIRS,))]).rows == ()
    assert make_slip(WHO, "102.xlsx", "", [replace(FINDING, year=2020)]).rows == ()
    assert make_slip(WHO, "102.xlsx", "", [replace(FINDING, file="102（旧）.xlsx")]).rows == ()


def test_of_a_finding_across_units_only_the_own_places_and_the_sentence() -> None:
    (row,) = make_slip(WHO, "102.xlsx", "", [ACROSS]).rows
    assert row.spots == (Spot("01_收支", "C8"),)
    assert row.message == "两个部门单价悬殊。"
    assert (row.actual, row.expected, row.difference) == ("", "", "")
    assert "C9" not in slip(ACROSS)
    assert "103" not in slip(ACROSS)


def test_a_finding_across_units_in_which_the_unit_has_no_place_is_not_told() -> None:
    assert make_slip(WHO, "102.xlsx", "", [replace(ACROSS, places=(THEIRS,))]).rows == ()


def test_a_finding_on_the_unit_that_names_no_file_is_told() -> None:
    (row,) = make_slip(WHO, "102.xlsx", "", [replace(FINDING, file="", places=())]).rows
    assert (row.spots, row.actual) == ((), "41.00")


def test_the_own_figures_and_the_likely_value_are_told() -> None:
    (row,) = make_slip(WHO, "102.xlsx", "", [replace(FINDING, likely=(Likely(0, "40.00", "与清单一致"),))]).rows
    assert (row.actual, row.expected, row.difference, row.unit_of_measure) == ("41.00", "40.00", "1.00", "万元")
    assert row.what_to_do == "请核对。（最可能：C8，应为 40.00；与清单一致）"


def test_checks_that_lacked_data_are_counted() -> None:
    told = make_slip(WHO, "102.xlsx", "", [FINDING, replace(FINDING, result=NOT_EXECUTABLE)])
    assert (len(told.rows), told.skipped) == (1, 1)


def test_a_remark_on_the_whole_file_alone_is_nothing_to_mend() -> None:
    remark = replace(FINDING, severity=Severity.INFO, places=())
    assert make_slip(WHO, "102.xlsx", "", [remark]).is_clean
    assert make_slip(WHO, "102.xlsx", "", []).is_clean
    for other in (replace(remark, severity=Severity.WARNING), replace(remark, places=(OWN,))):
        assert not make_slip(WHO, "102.xlsx", "", [remark, other]).is_clean


def test_the_whole_file_first_then_errors_before_warnings_before_remarks() -> None:
    given = [
        replace(FINDING, code="A", severity=Severity.INFO),
        replace(FINDING, code="B", severity=Severity.WARNING),
        replace(FINDING, code="C"),
        replace(FINDING, code="D", severity=Severity.WARNING, places=()),
    ]
    assert [row.code for row in make_slip(WHO, "102.xlsx", "", given).rows] == ["D", "C", "B", "A"]


def test_the_same_fault_said_of_several_cells_is_one_row() -> None:
    other = replace(FINDING, places=(replace(OWN, cell="C9"),))
    (row,) = make_slip(WHO, "102.xlsx", "", [FINDING, other, FINDING]).rows
    assert row.spots == (Spot("01_收支", "C8"), Spot("01_收支", "C9"))


def test_places_say_what_their_cells_mean() -> None:
    assert keys_of([FINDING, ACROSS], WHO, "102.xlsx") == {
        Spot("01_收支", "C8"): Key("expenditure", "", "project", "this_year")
    }
