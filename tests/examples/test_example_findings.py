"""What is wrong in the published documents is found, what is right stays silent, and what is mended passes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.examples.page import README, renewed, sections
from tests.examples.recall import judged_findings, missed, read_expected, read_faults, read_findings, verdict

Run = tuple[int, Path]


def test_every_listed_fault_is_expected_or_out_of_reach_with_a_reason() -> None:
    expected, faults = read_expected(), read_faults()
    listed = {f.id for f in faults.values() if not f.outside}
    assert len(faults) == 193
    assert expected.faults.keys() | expected.out_of_reach.keys() == listed
    assert not expected.faults.keys() & expected.out_of_reach.keys()
    assert {kind for kind, _ in expected.out_of_reach.values()} == {"prevented", "reading"}
    assert all(reason for _, reason in expected.out_of_reach.values())


def test_the_returned_workbooks_have_errors(run: Run) -> None:
    code, out = run
    assert code == 1
    assert {f["unit"] for f in read_findings(out) if f["result"] == "fail" and f["severity"] == "error"} == {
        "433",
        "110",
        "102",
    }


def test_no_fault_is_missed_that_was_found_before(run: Run) -> None:
    expected = read_expected()
    assert set(missed(expected, read_findings(run[1]))) <= expected.open


def test_every_error_and_warning_is_judged(run: Run) -> None:
    expected, faults = read_expected(), read_faults()
    findings = judged_findings(read_findings(run[1]))
    assert [f["message"] for f in findings if verdict(f, expected, faults) is None] == []


def test_what_is_right_as_printed_stays_silent(run: Run) -> None:
    findings = read_findings(run[1])
    assert [f["message"] for wanted in read_expected().silent for f in findings if wanted.concerns(f)] == []


def test_what_cannot_run_is_reported_so(run: Run) -> None:
    stopped = {(f["unit"], f["code"]) for f in read_findings(run[1]) if f["result"] == "not_executable"}
    expected = read_expected().cannot_run
    assert {(unit, code) for unit, codes in expected.items() for code in codes} <= stopped


def test_the_mended_workbooks_have_no_errors(mended_run: Run) -> None:
    code, out = mended_run
    errors = [f["message"] for f in read_findings(out) if f["result"] == "fail" and f["severity"] == "error"]
    assert errors == []
    assert code == 0


FLAWS = re.compile(
    "““|””|“”|。。|[，；：、]。|[，；、][，；、]|应为[，。；（）]|(万元|%) ?(万元|%)|None|\\d\\.\\d{7}|  "
)


def test_every_message_reads_well(run: Run, mended_run: Run) -> None:
    findings = read_findings(run[1]) + read_findings(mended_run[1])
    assert [f["message"] for f in findings if FLAWS.search(f["message"])] == []
    assert [f["message"] for f in findings if not f["message"].endswith(("。", "？"))] == []


def test_the_page_shows_this_run(run: Run) -> None:
    page = README.read_text(encoding="utf-8")
    assert renewed(page, sections(run[1])) == page, "stale: python -m tests.examples.make"
