"""New, still, mended: what changed since the bureau last received something else."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from toolkit.check import Received, Submission
from toolkit.check.rounds import FOLDER, Memory, basis, conclude, day_of, in_rounds, mended, remembered
from toolkit.model.errors import OutputError
from toolkit.model.fact import Identity
from toolkit.model.finding import FAIL, NOT_EXECUTABLE, Finding, Place, Round
from toolkit.model.rule import Severity

GROUP = ("示例开发区", 2021, "批复")
RETURNS = (Submission("r", Identity(*GROUP, "102", "办公室", "e1"), "102.xlsx", (), frozenset({("budget", "")})),)


def finding(name: str, severity: Severity = Severity.ERROR, **more: object) -> Finding:
    place = Place("102", "102.xlsx", "01_收支", "C6", "budget", "expenditure", "", "total", "this_year")
    made = Finding(
        "SUM-02", FAIL, severity, *GROUP, "102", "办公室", "102.xlsx", (place,), f"合计不符 {name}", "请改正",
        fingerprint=name, values_hash="v",
    )  # fmt: skip
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def after(number: int, *findings: Finding, before: Memory | None = None) -> Memory:
    """The memory of a round with these findings."""
    return conclude(Memory(number, f"b{number}"), in_rounds(findings, before or Memory(), number))


def test_in_the_first_round_everything_is_new() -> None:
    (told,) = in_rounds([finding("a")], Memory(), 1)
    assert told.round == Round(1, "new")


def test_what_was_there_before_is_still_there_since_the_round_that_had_it_first() -> None:
    second = after(2, finding("a"), finding("b"), before=after(1, finding("a")))
    told = in_rounds([finding("a"), finding("b"), finding("c")], second, 3)
    assert [f.round for f in told] == [Round(1, "still"), Round(2, "still"), Round(3, "new")]


def test_what_is_gone_was_mended_and_is_listed_with_what_it_was() -> None:
    before = after(1, finding("a"), finding("b", Severity.WARNING), finding("c"))
    first, second = mended(before, 2, [finding("c")], RETURNS)
    assert (first.fingerprint, first.state, first.first, first.round) == ("a", "mended", 1, 2)
    assert (first.code, first.unit, first.unit_name, first.message) == ("SUM-02", "102", "办公室", "合计不符 a")
    assert (second.fingerprint, second.severity) == ("b", Severity.WARNING)


@pytest.mark.parametrize(
    ("now", "returns"),
    [
        ([], ()),
        ([finding("x", result=NOT_EXECUTABLE, severity=Severity.INFO)], RETURNS),
        ([], (dataclasses.replace(RETURNS[0], submitted=frozenset({("cover", "")})),)),
    ],
    ids=["return withdrawn", "cannot be executed", "form emptied"],
)
def test_what_could_not_be_checked_again_is_not_called_mended(
    now: list[Finding], returns: tuple[Submission, ...]
) -> None:
    (gone,) = mended(after(1, finding("a")), 2, now, returns)
    assert gone.state == "unchecked"


def test_a_check_that_can_run_at_last_is_no_mended_finding() -> None:
    skipped = finding("x", result=NOT_EXECUTABLE, severity=Severity.INFO)
    assert mended(after(1, skipped), 2, [], RETURNS) == ()


def line(sha256: str, status: str = "accepted", **more: Any) -> Received:
    return Received(sha256, f"{sha256}.xlsx", status, **more)


def test_a_round_ends_when_something_else_was_received_or_a_table_changed() -> None:
    one = basis([line("a")], {"roster": b"1"})
    assert basis([line("a"), line("b")], {"roster": b"1"}) != one
    assert basis([line("a", "superseded")], {"roster": b"1"}) != one
    assert basis([line("a")], {"roster": b"2"}) != one
    assert basis([line("a")], {"roster": b"1", "waivers": b""}) != one


def test_another_copy_or_a_file_that_is_ignored_is_nothing_new() -> None:
    more = [line("a", "duplicate"), line("t", "ignored"), line("a")]
    assert basis(more, {}) == basis([line("a")], {})


def kept(out: Path, memory: Memory) -> None:
    path = out / memory.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(memory.content())


def test_rounds_are_remembered_in_files_and_the_same_state_is_the_same_round(tmp_path: Path) -> None:
    assert remembered(tmp_path, "b1") == (Memory(), Memory(1, "b1"))
    first = dataclasses.replace(
        after(1, finding("a")), as_of="2026-11-21", explained={"a": ("说明", "v", 1)}, texts={"l": ("说明", 1)}, waived={"a": ("w", "v")}
    )  # fmt: skip
    kept(tmp_path, first)
    assert remembered(tmp_path, "b1") == (Memory(), Memory(1, "b1", "2026-11-21"))
    assert remembered(tmp_path, "b2") == (first, Memory(2, "b2", "2026-11-21"))
    kept(tmp_path, after(2, finding("a"), before=first))
    assert remembered(tmp_path, "b2")[0] == first


def test_a_damaged_record_is_named_and_not_passed_over(tmp_path: Path) -> None:
    kept(tmp_path, after(1, finding("a")))
    (tmp_path / FOLDER / "0001.json").write_bytes(b'{"format": 1, "num')
    with pytest.raises(OutputError, match=r"0001\.json”已损坏"):
        remembered(tmp_path, "b1")


def test_the_day_is_the_one_given_else_that_of_the_newest_receipt_in_china() -> None:
    received = [line("a", received_at="2026-11-20T15:59:59.000Z"), line("b", received_at="2026-11-20T16:00:00.000Z")]
    assert day_of(received, "", None) == datetime.date(2026, 11, 21)
    assert day_of(received[:1], "", None) == datetime.date(2026, 11, 20)
    assert day_of(received, "2027-01-01", None) == datetime.date(2027, 1, 1)
    assert day_of(received, "2027-01-01", datetime.date(2026, 1, 1)) == datetime.date(2026, 1, 1)
