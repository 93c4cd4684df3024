from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.collect import BOUNDS, Failure, Received, read_files, receive
from toolkit.model.errors import InputError, ToolkitError
from toolkit.model.fact import Key, Return

Write = Callable[..., Path]
PARSER = "plain_parser:parse"


def line_of(received: Received, name: str) -> tuple[str, str]:
    (line,) = [line for line in received.lines if Path(line.path).name == name]
    return str(line.status), line.reason or ""


@pytest.mark.parametrize(
    ("what", "said"),
    [("abort", "reader-died：SIGABRT"), ("exit", "reader-died：exit 3"), ("deep", "reader-died：SIGSEGV")],
)
def test_a_file_that_kills_its_reader_is_listed_and_the_run_goes_on(
    tmp_path: Path, returned: Path, write: Write, parser_log: Path, what: str, said: str
) -> None:
    write(returned / "a.json", "101", "1", do=what)
    for unit in ("102", "103", "104"):
        write(returned / f"{unit}.json", unit, "1")
    received = receive([returned], tmp_path / "out", parser=PARSER, workers=1)
    assert line_of(received, "a.json") == ("unreadable", f"读取程序异常终止（{said}）")
    assert received.counts["accepted"] == 3
    assert len(parser_log.read_text().splitlines()) == 5  # the deadly one was tried twice


def test_a_reader_that_died_by_chance_is_given_a_second_one(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "a.json", "101", "1", do="abort once")
    received = receive([returned], tmp_path / "out", parser=PARSER)
    assert line_of(received, "a.json") == ("accepted", "")


def test_a_file_that_never_ends_is_refused_in_time(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "a.json", "101", "1", do="hang")
    write(returned / "b.json", "102", "1")
    start = time.monotonic()
    received = receive([returned], tmp_path / "out", parser=PARSER, bounds=replace(BOUNDS, seconds=2))
    assert line_of(received, "a.json") == ("refused", "读取超过 2 秒的上限")
    assert line_of(received, "b.json")[0] == "accepted"
    assert time.monotonic() - start < 60


def test_a_file_that_eats_memory_is_refused(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "a.json", "101", "1", do="eat")
    write(returned / "b.json", "102", "1")
    received = receive([returned], tmp_path / "out", parser=PARSER, bounds=replace(BOUNDS, memory=200 << 20))
    assert line_of(received, "a.json") == ("refused", "读取所需内存超过 200 MiB 的上限")
    assert line_of(received, "b.json")[0] == "accepted"


def test_a_reader_that_leaks_is_replaced_before_a_file_is_blamed_for_it(
    tmp_path: Path, returned: Path, write: Write
) -> None:
    for unit in range(8):
        write(returned / f"{unit}.json", str(unit), "1", do="keep")
    received = receive([returned], tmp_path / "out", parser=PARSER, workers=1, bounds=replace(BOUNDS, memory=300 << 20))
    assert received.counts["accepted"] == 8


def test_a_file_that_asks_for_terabytes_at_once_is_refused(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "a.json", "101", "1", do="grab")
    received = receive([returned], tmp_path / "out", parser=PARSER)
    assert line_of(received, "a.json") == ("refused", "读取所需内存超过上限")


def test_a_fault_of_the_reader_names_its_place(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "a.json", "101", "1", do="raise")
    status, reason = line_of(receive([returned], tmp_path / "out", parser=PARSER), "a.json")
    assert status == "unreadable"
    assert reason.startswith("读取程序出错（KeyError，plain_parser.py:")


def test_a_reader_that_cannot_start_stops_the_run_with_its_last_words(
    tmp_path: Path, returned: Path, write: Write
) -> None:
    write(returned / "a.json", "101", "1")
    with pytest.raises(ToolkitError, match=r"读取程序无法启动：.*no_such_parser"):
        receive([returned], tmp_path / "out", parser="no_such_parser:parse")


def test_a_few_files_are_read_without_an_output_folder(tmp_path: Path, returned: Path, write: Write) -> None:
    good = write(returned / "101.json", "101", "10.50")
    copy = write(returned / "copy.json", "101", "10.50")
    other = write(returned / "x.json", "102", "1", do="refuse")
    found = dict(read_files([good, other, copy, returned], parser=PARSER))
    value = found[good]
    assert isinstance(value, Return)
    assert value.facts[Key("income", "", "total", "this_year")].value == Decimal("10.5")
    assert found[copy] == value
    assert found[other] == Failure("refused", "有打开密码")  # type: ignore[arg-type]
    assert isinstance(found[returned], Failure)
    assert sorted(p.name for p in returned.iterdir()) == ["101.json", "copy.json", "x.json"]
    with pytest.raises(InputError, match="不存在"):
        read_files([returned / "nowhere"], parser=PARSER)
