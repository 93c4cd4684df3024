from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from toolkit.model.errors import OutputError
from toolkit.store import hold

HOLD = """
import sys
from pathlib import Path
from toolkit.store import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(out: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_the_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    process = holder(tmp_path)
    with (
        pytest.raises(OutputError, match=rf"@{socket.gethostname()}，进程 {process.pid}，始于 20.*lock\.json"),
        hold(tmp_path),
    ):
        pass
    end(process)
    with hold(tmp_path) as folder:
        assert folder.out == tmp_path


def test_the_lock_of_a_killed_run_is_taken_over(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    end(process)
    assert (tmp_path / "state" / "lock.json").exists()
    with hold(tmp_path):
        assert json.loads((tmp_path / "state" / "lock.json").read_text())["pid"] == os.getpid()
    assert not (tmp_path / "state" / "lock.json").exists()


def test_a_note_of_another_machine_or_of_a_living_process_is_respected(tmp_path: Path) -> None:
    """Some network shares do not honour locks: then the note alone says that the folder is held."""
    (tmp_path / "state").mkdir()
    note = tmp_path / "state" / "lock.json"
    note.write_text(json.dumps({"owner": "wang", "host": "other-pc", "pid": 1, "start": "2021-03-01"}))
    with pytest.raises(OutputError, match="wang@other-pc"), hold(tmp_path):
        pass
    note.write_text(json.dumps({"owner": "wang", "host": socket.gethostname(), "pid": os.getppid(), "start": "x"}))
    with pytest.raises(OutputError, match=f"进程 {os.getppid()}"), hold(tmp_path):
        pass
    note.write_text(
        json.dumps({"owner": "w", "host": socket.gethostname(), "pid": os.getppid(), "start": "x", "ticks": "1"})
    )
    with hold(tmp_path):  # the number of the process was given to another one since
        pass


def test_one_run_may_hold_its_folder_again_but_another_thread_may_not(tmp_path: Path) -> None:
    caught: list[BaseException] = []

    def other() -> None:
        try:
            with hold(tmp_path):
                pass
        except OutputError as error:
            caught.append(error)

    with hold(tmp_path), hold(tmp_path):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(caught) == 1
    other()
    assert len(caught) == 1


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="无法建立输出文件夹"), hold(tmp_path / "file" / "out"):
        pass


def test_a_lock_that_cannot_be_opened_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "out" / "state" / "lock.sqlite").mkdir(parents=True)
    with pytest.raises(OutputError, match="不可写"), hold(tmp_path / "out"):
        pass


def test_a_note_that_cannot_be_removed_spoils_no_run(tmp_path: Path) -> None:
    note = tmp_path / "out" / "state" / "lock.json"
    with hold(tmp_path / "out"):
        note.unlink()
        note.mkdir()
    note.rmdir()
    with hold(tmp_path / "out"):
        assert note.is_file()
