from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.collect import Received, receive
from toolkit.model.errors import OutputError

Write = Callable[..., Path]
PARSER = "plain_parser:parse"
RUN = """
import sys
from toolkit.collect import receive
receive([sys.argv[1]], sys.argv[2], parser="plain_parser:parse", workers=2)
"""


def start(returned: Path, out: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(returned), str(out)], env=environment, stderr=subprocess.PIPE
    )


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def without_times(received: Received) -> list[dict[str, object]]:
    return [{k: v for k, v in line.as_dict().items() if k != "received_at"} for line in received.lines]


def fill(returned: Path, write: Write) -> None:
    for unit in range(12):
        write(returned / f"{unit:03d}.json", f"{unit:03d}", str(unit), do="slow")
    write(returned / "old.json", "003", "7", saved="2021-03-01")
    write(returned / "zz copy.json", "004", "4", do="slow")


def test_killed_in_the_middle_and_run_again_is_as_if_never_killed(
    tmp_path: Path, returned: Path, write: Write, parser_log: Path
) -> None:
    fill(returned, write)
    killed = tmp_path / "killed"
    for reads in (2, 6):
        process = start(returned, killed)
        wait_for(lambda enough=reads: parser_log.exists() and len(parser_log.read_text().splitlines()) >= enough)  # type: ignore[misc]
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    resumed = receive([returned], killed, parser=PARSER, workers=2)
    through = receive([returned], tmp_path / "through", parser=PARSER, workers=2)
    assert without_times(resumed) == without_times(through)
    assert [(a.sha256, a.head) for a in resumed.accepted] == [(a.sha256, a.head) for a in through.accepted]
    assert resumed.parsed < through.parsed


def test_no_reader_outlives_a_killed_run(tmp_path: Path, returned: Path, write: Write, parser_log: Path) -> None:
    fill(returned, write)
    process = start(returned, tmp_path / "out")
    wait_for(parser_log.exists)
    process.kill()
    process.communicate()

    def readers() -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = path.read_text("utf-8", "replace")
            except OSError:
                continue
            if "toolkit.collect.worker" in command and str(tmp_path) in _environment(path.parent):
                found.append(command)
        return found

    wait_for(lambda: not readers())


def _environment(process: Path) -> str:
    try:
        return (process / "environ").read_text("utf-8", "replace")
    except OSError:
        return ""


def test_interrupted_by_the_keyboard_it_can_go_on(tmp_path: Path, returned: Path, write: Write) -> None:
    fill(returned, write)

    def interrupt(done: int, total: int, _: str) -> None:
        if total and done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        receive([returned], tmp_path / "out", parser=PARSER, workers=2, progress=interrupt)
    resumed = receive([returned], tmp_path / "out", parser=PARSER, workers=2)
    assert resumed.parsed <= 11
    assert resumed.counts["accepted"] == 12


def test_a_second_collector_is_told_who_holds_the_folder(
    tmp_path: Path, returned: Path, write: Write, parser_log: Path
) -> None:
    fill(returned, write)
    process = start(returned, tmp_path / "out")
    wait_for(parser_log.exists)
    with pytest.raises(OutputError, match=rf"正被占用：.*进程 {process.pid}，始于 20"):
        receive([returned], tmp_path / "out", parser=PARSER)
    _, stderr = process.communicate()
    assert (process.returncode, stderr) == (0, b"")
    assert receive([returned], tmp_path / "out", parser=PARSER).parsed == 0


def test_a_file_that_is_being_written_waits_and_is_taken_at_the_end(
    tmp_path: Path, returned: Path, write: Write
) -> None:
    growing = returned / "aa.json"
    growing.write_bytes(b" " * (32 << 20))
    write(returned / "b.json", "102", "2")
    stop, stopped = threading.Event(), threading.Event()

    def keep_writing() -> None:
        with growing.open("ab") as handle:
            while not stop.is_set():
                handle.write(b" ")
                handle.flush()
                time.sleep(0.0005)
            handle.write(b'{"unit": "101", "amount": "1"}')
        stopped.set()

    def see(done: int, total: int, name: str) -> None:
        if total and name.endswith("b.json"):
            stop.set()
            stopped.wait()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        received = receive([returned], tmp_path / "out", parser=PARSER, progress=see)
    finally:
        stop.set()
        writer.join()
    assert [(Path(line.path).name, str(line.status)) for line in received.lines] == [
        ("aa.json", "accepted"),
        ("b.json", "accepted"),
    ]


def test_a_file_that_never_rests_is_pending_and_received_by_the_next_run(
    tmp_path: Path, returned: Path, write: Write
) -> None:
    growing = returned / "aa.json"
    growing.write_bytes(b" " * (32 << 20))
    stop = threading.Event()

    def keep_writing() -> None:
        with growing.open("ab") as handle:
            while not stop.is_set():
                handle.write(b" ")
                handle.flush()
                time.sleep(0.0005)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        received = receive([returned], tmp_path / "out", parser=PARSER)
    finally:
        stop.set()
        writer.join()
    (line,) = received.lines
    assert (str(line.status), line.sha256) == ("pending", None)
    assert "有变化" in (line.reason or "")
    stored = [p for p in (tmp_path / "out" / "state" / "objects").rglob("*") if p.is_file()]
    assert stored == []  # no torn copy stays behind

    write(growing, "101", "1")
    again = receive([returned], tmp_path / "out", parser=PARSER)
    assert [str(line.status) for line in again.lines] == ["accepted"]


def test_a_full_disk_stops_the_run_and_a_rerun_completes_it(tmp_path: Path, returned: Path, write: Write) -> None:
    """RLIMIT_FSIZE makes every write beyond 200 kB fail, as a full disk does."""
    for unit in range(3):
        write(returned / f"{unit}.json", f"{unit}", "1")
    write(returned / "9.json", "9", "1", padding="x" * 400_000)
    script = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
from toolkit.collect import receive
from toolkit.model.errors import OutputError
try:
    receive([sys.argv[1]], sys.argv[2], parser="plain_parser:parse", workers=1)
except OutputError as error:
    print(error)
    sys.exit(2)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-X", "utf8", "-c", script, str(returned), str(tmp_path / "out")]
    failed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (failed.returncode, failed.stderr) == (2, b"")
    assert "无法写入" in failed.stdout.decode()
    received = receive([returned], tmp_path / "out", parser=PARSER)
    assert received.counts["accepted"] == 4
    assert json.loads(received.jsonl().splitlines()[0])["seq"] == 1
