"""The command line itself: help with an example, two languages, usage errors, encodings, any folder, interruption."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "demo", "check", "collect", "status", "report", "trace", "generate", "distribute", "fill", "extract", "forms", "rules",
    "suite show", "suite lint", "suite diff", "suite export", "suite import",
)  # fmt: skip

Run = Callable[..., Any]
Refused = Callable[..., str]


def program(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """``toolkit`` as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    command = [sys.executable, "-m", "toolkit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, check=False, timeout=120, **options)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    ran = run(*command.split(), "--help")
    assert ran.code == 0
    assert f"例：toolkit {command}" in ran.out
    assert "--lang zh|en" in ran.out
    english = run(*command.split(), "--help", "--lang", "en")
    assert english.code == 0
    assert f"Example: toolkit {command}" in english.out
    assert not re.search(r"[\u4e00-\u9fff]", english.out.split("Example:")[0]), english.out


def test_the_help_lists_every_command(run: Run) -> None:
    listed = run("--help").out
    for command in COMMANDS:
        assert re.search(rf"^  {command.split()[0]} ", listed, re.MULTILINE), command
    assert run("-h").out == listed


def test_without_a_command_the_help_is_shown_and_nothing_was_done(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "toolkit demo" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "没有命令“nonsense”"),
        (["fill", "a.xlsx"], "缺少“DATA”"),
        (["generate"], "缺少“-o”"),
        (["generate", "-o"], "选项 -o 后面缺少值"),
        (["check", "a.xlsx", "--nope"], "没有选项 --nope"),
        (["check", "a.xlsx", "--format", "pdf"], "应为 text、json 之一"),
        (["generate", "-o", "a.xlsx", "--projects", "x"], "应为整数"),
        (["generate", "-o", "a.xlsx", "--projects", "500"], "不大于 99"),
        (["collect", "x", "-o", "y", "--workers", "0"], "不小于 1"),
    ],
)
def test_a_usage_error_is_one_line_that_says_where_to_read_on(
    refused: Refused, arguments: list[str], said: str
) -> None:
    told = refused(*arguments)
    assert said in told
    assert told.count("\n") == 1
    assert "--help" in told


@pytest.mark.parametrize(
    "arguments", [["--lang", "en", "suite", "lint", "mini"], ["suite", "lint", "--lang=en", "mini"]]
)
def test_the_language_may_be_said_anywhere(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.err.startswith("Cannot run: There is no suite “mini”.")


@pytest.mark.parametrize("arguments", [["--lang", "fr", "forms"], ["forms", "--lang"], ["forms", "--lang=zhen"]])
def test_another_language_is_refused(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.err) == (2, "--lang: zh | en\n")


def test_the_language_of_one_command_does_not_stay_for_the_next(run: Run, mini: Path) -> None:
    run("forms", "--lang", "en", "--suite", mini)
    assert "编号" in run("forms", "budget", "--suite", mini).out


def test_rules_in_english_are_the_catalogues_own_sentences(run: Run) -> None:
    ran = run("rules", "--lang", "en")
    (line,) = [line for line in ran.lines if line.startswith("WBK-06\t")]
    assert line == "WBK-06\tError (returned to the unit)\tEvery expected unit of the roster has submitted"


def test_check_and_status_have_an_english_frame(run: Run, bureau: Path, mini: Path, collected: Path) -> None:
    ran = run("check", bureau / "回收" / "102 办公室.xlsx", "--suite", mini, "--lang", "en")
    assert ran.lines[0] == "102 办公室.xlsx: error 1, warning 0, note 1"
    status = run("status", collected, "--lang", "en").lines
    assert status[:2] == ["Files received: 2 = accepted 2", "Units on the roster: 3, not yet reported: 1"]


def test_it_runs_as_a_program_from_any_folder_with_relative_chinese_paths(
    bureau: Path, mini: Path, tmp_path: Path
) -> None:
    (tmp_path / "回 收").mkdir()
    (tmp_path / "回 收" / "102 办公室.xlsx").write_bytes((bureau / "回收" / "102 办公室.xlsx").read_bytes())
    ran = program("collect", "回 收", "-o", "结 果", "--suite", mini, cwd=tmp_path)
    assert ran.returncode == 1, ran.stderr.decode()
    assert (tmp_path / "结 果" / "report.html").is_file()
    assert not ran.stderr


def test_a_console_in_gbk_does_not_stop_a_run(bureau: Path, mini: Path) -> None:
    returned = bureau / "回收" / "102 办公室.xlsx"
    ran = program("check", returned, "--suite", mini, env={"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"})
    assert ran.returncode == 1
    assert "错误 1" in ran.stdout.decode("gbk")
    assert "《项目绩效目标表》" in ran.stdout.decode("gbk")


def test_an_ascii_console_shows_what_it_can(mini: Path) -> None:
    ran = program("rules", "--suite", mini, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ran.returncode == 0
    assert b"PLN-02" in ran.stdout
    ran = program("forms", "没有", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr


def test_nothing_but_the_result_is_written_to_a_pipe(bureau: Path, mini: Path, tmp_path: Path) -> None:
    ran = program("collect", bureau / "回收", "-o", tmp_path / "结果", "--suite", mini)
    assert not ran.stderr
    assert b"\x1b" not in ran.stdout


@pytest.mark.parametrize("words", ["rules", "rules --json"])  # within what a pipe holds, and far beyond it
def test_a_reader_that_has_seen_enough_is_no_error(words: str) -> None:
    command = f'"{sys.executable}" -m toolkit {words} | head -n 1; echo ${{PIPESTATUS[0]}}'
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, cwd=ROOT, check=True, timeout=60, text=True, encoding="utf-8"
    )
    assert ran.stdout.splitlines()[1] == "0"
    assert not ran.stderr


def test_an_interrupted_collection_ends_with_130_and_goes_on_when_run_again(
    bureau: Path, mini: Path, tmp_path: Path
) -> None:
    returned = tmp_path / "回收"
    shutil.copytree(bureau / "回收", returned)
    for n in range(150):  # enough to read that the signal comes in the midst of it
        other = openpyxl.Workbook()
        other.worksheets[0]["A1"] = n
        other.save(returned / f"别的表{n}.xlsx")
    arguments = ["collect", str(returned), "-o", str(tmp_path / "结果"), "--suite", str(mini)]
    # A shell's background job ignores the signal, and what it starts would too.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    signal.signal(signal.SIGINT, heard)
    deadline = time.monotonic() + 60
    while not (tmp_path / "结果" / "state" / "journal.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said.decode()
    assert "已中断" in said.decode()
    assert b"Traceback" not in said
    again = program(*arguments)
    assert again.returncode == 1, again.stderr.decode()
    assert "已接收 2" in again.stdout.decode()


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, toolkit; print(sorted(m for m in ('duckdb', 'pandas', 'pyarrow', 'typer') if m in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert ran.stdout == "[]\n"


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom toolkit.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('duckdb', 'pandas', 'pyarrow', 'xlsxwriter', 'openpyxl', 'rich') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, env={**os.environ, "PYTHONUTF8": "1"}
    )
    assert ran.stdout.decode().splitlines()[-1] == "[]"
