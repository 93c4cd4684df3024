from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.collect import Received, recall, receive, record_merged
from toolkit.model.errors import InputError
from toolkit.store import Journal

Write = Callable[..., Path]
PARSER = "plain_parser:parse"


def collect(*paths: Path, out: Path, **options: object) -> Received:
    return receive(list(paths), out, parser=PARSER, workers=2, **options)  # type: ignore[arg-type]


def statuses(received: Received) -> dict[str, str]:
    return {
        Path(line.path).name + (f"!{line.inner_path}" if line.inner_path else ""): str(line.status)
        for line in received.lines
    }


def test_every_kind_of_file_has_one_line_and_the_counts_add_up(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "101.json", "101", "10.5")
    write(returned / "深一层" / "102.json", "102", "20")
    write(returned / "copy of 101.json", "101", "10.5")
    write(returned / "locked.json", "103", "1", do="refuse")
    (returned / "照片.jpg").write_bytes(b"\xff\xd8\xff not a return")
    (returned / "empty.xlsx").write_bytes(b"")
    (returned / "~$101.json").write_bytes(b"x")
    (returned / "Thumbs.db").write_bytes(b"x")
    received = collect(returned, out=tmp_path / "out")
    assert statuses(received) == {
        "101.json": "accepted",
        "102.json": "accepted",
        "copy of 101.json": "duplicate",
        "locked.json": "refused",
        "照片.jpg": "not_a_return",
        "empty.xlsx": "unreadable",
        "~$101.json": "ignored",
        "Thumbs.db": "ignored",
    }
    counts = dict(received.counts)
    assert counts.pop("received") == sum(counts.values()) == 8
    assert {a.head.identity.unit for a in received.accepted} == {"101", "102"}


def test_a_ledger_line_has_the_fields_of_the_contract(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "101.json", "101", "10.5")
    received = collect(returned, out=tmp_path / "out")
    (line,) = [json.loads(text) for text in received.jsonl().splitlines()]
    assert set(line) == {
        *("seq", "sha256", "path", "inner_path", "size", "received_at", "unit", "edition", "status", "reason"),
        *("superseded_by", "decision", "origin"),
    }
    assert (line["unit"], line["edition"], line["status"], line["reason"]) == ("101", "e1", "accepted", None)
    assert line["path"] == f"{returned.as_posix()}/101.json"
    assert line["size"] == (returned / "101.json").stat().st_size


def test_a_second_run_over_unchanged_files_parses_none(
    tmp_path: Path, returned: Path, write: Write, parser_log: Path
) -> None:
    write(returned / "101.json", "101", "10.5")
    write(returned / "bad.json", "102", "1", do="refuse")
    write(returned / "dead.json", "103", "1", do="exit")
    first = collect(returned, out=tmp_path / "out")
    read = parser_log.read_text()
    second = collect(returned, out=tmp_path / "out")
    assert (first.parsed, second.parsed) == (3, 0)
    assert parser_log.read_text() == read
    assert second.jsonl() == first.jsonl()
    assert recall(tmp_path / "out").jsonl() == first.jsonl()


def test_what_failed_for_want_of_an_edition_is_read_again_once_it_is_known(
    tmp_path: Path, returned: Path, write: Write
) -> None:
    write(returned / "101.json", "101", "1", do="needs edition")
    write(returned / "102.json", "102", "2")
    editions = tmp_path / "editions"
    editions.mkdir()
    assert statuses(collect(returned, out=tmp_path / "out", editions=[editions]))["101.json"] == "refused"
    (editions / "e2.json").write_text("{}")
    again = collect(returned, out=tmp_path / "out", editions=[editions])
    assert statuses(again)["101.json"] == "accepted"
    assert again.parsed == 1  # the other one was not read again


def test_links_and_pipes_are_listed_and_not_opened(tmp_path: Path, returned: Path, write: Write) -> None:
    elsewhere = write(tmp_path / "elsewhere" / "9.json", "9", "1")
    write(returned / "101.json", "101", "1")
    (returned / "link.json").symlink_to(elsewhere)
    (returned / "folder link").symlink_to(elsewhere.parent)
    os.mkfifo(returned / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(returned / "s"))
        received = collect(returned, out=tmp_path / "out")
    found = {Path(line.path).name: (str(line.status), line.reason or "") for line in received.lines}
    assert {name for name, (status, _) in found.items() if status == "ignored"} == {
        "link.json",
        "folder link",
        "pipe",
        "s",
    }
    assert "符号链接" in found["link.json"][1]
    assert "管道" in found["pipe"][1]


def test_the_output_folder_inside_the_input_is_not_collected(returned: Path, write: Write) -> None:
    write(returned / "101.json", "101", "1")
    collect(returned, out=returned / "结果")
    received = collect(returned, out=returned / "结果")
    assert statuses(received) == {"101.json": "accepted"}


def test_a_name_that_is_not_utf8_is_collected_and_shown(tmp_path: Path, returned: Path, write: Write) -> None:
    raw = os.fsencode(returned) + b"/" + "办公室.json".encode("gb18030")
    Path(os.fsdecode(raw)).write_bytes(b'{"unit": "101", "amount": "1"}')
    received = collect(returned, out=tmp_path / "out")
    assert statuses(received) == {"办公室.json": "accepted"}
    assert "办公室.json" in received.jsonl()


@pytest.mark.parametrize("name", ["-rf", "con.json", "a" * 240 + ".json", "换\n行.json", "点. "])
def test_odd_names_are_only_data(tmp_path: Path, returned: Path, write: Write, name: str) -> None:
    write(returned / name, "101", "1")
    received = collect(returned, out=tmp_path / "out")
    assert statuses(received) == {name: "accepted"}


def test_nothing_to_collect_is_an_error_of_the_caller(tmp_path: Path, returned: Path) -> None:
    with pytest.raises(InputError, match="没有任何文件"):
        collect(returned, out=tmp_path / "out")
    with pytest.raises(InputError, match="不存在"):
        collect(tmp_path / "nowhere", out=tmp_path / "out")
    with pytest.raises(InputError, match="没有给出"):
        collect(out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_given_twice_is_received_once(tmp_path: Path, returned: Path, write: Write) -> None:
    file = write(returned / "101.json", "101", "1")
    assert collect(returned, file, returned, out=tmp_path / "out").counts["received"] == 1


def test_the_ledger_remembers_files_of_earlier_runs(tmp_path: Path, write: Write) -> None:
    first = write(tmp_path / "周一" / "101.json", "101", "1")
    second = write(tmp_path / "周二" / "102.json", "102", "2")
    collect(first, out=tmp_path / "out")
    first.unlink()
    received = collect(second, out=tmp_path / "out")
    assert statuses(received) == {"101.json": "accepted", "102.json": "accepted"}


def test_progress_tells_every_file_read(tmp_path: Path, returned: Path, write: Write) -> None:
    for unit in range(5):
        write(returned / f"{unit}.json", str(unit), "1")
    told: list[tuple[int, int, str]] = []
    collect(returned, out=tmp_path / "out", progress=lambda *step: told.append(step))
    assert [(done, total) for done, total, _ in told if total] == [(n, 5) for n in range(1, 6)]
    assert all(name for _, _, name in told)


def test_the_journal_moves_forward_only_to_merged(tmp_path: Path, returned: Path, write: Write) -> None:
    write(returned / "101.json", "101", "1")
    received = collect(returned, out=tmp_path / "out")
    record_merged(tmp_path / "out", received)
    collect(returned, out=tmp_path / "out")
    with Journal(tmp_path / "out" / "state" / "journal.sqlite") as journal:
        steps = [stage for stage, _, _ in journal.steps(1)]
    assert steps == ["seen", "stored", "gated", "parsed", "checked", "merged"]
