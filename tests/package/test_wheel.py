"""The wheel holds everything: installed into an environment of its own it makes, fills and collects workbooks."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_ships_the_definitions_and_the_examples(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "toolkit/py.typed",
        "toolkit/_templates/catalog/hebei-2021/suite.yaml",
        "toolkit/_templates/xlsx/hebei-2021.xlsx",
        "toolkit/_examples/returned/102_办公室.xlsx",
        "toolkit/locale/en/LC_MESSAGES/toolkit.mo",
    ):
        assert wanted in names
    assert not [n for n in names if n.startswith(("tests/", "bench/")) or "__pycache__" in n]


@pytest.mark.slow
def test_the_installed_command_runs_the_whole_loop(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, timeout=180)
    # The libraries come from this environment; a .pth line is not followed further, so the checkout is not seen.
    where = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(where, "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    command = [str(python), "-m", "toolkit"]
    shown = subprocess.run(
        [*command, "demo", "-o", "demo"], cwd=tmp_path, capture_output=True, timeout=180, check=False
    )
    assert shown.returncode == 0, shown.stderr.decode(errors="replace")
    assert (tmp_path / "demo" / "result" / "report.html").is_file()
    made = subprocess.run([*command, "generate", "-o", "blank.xlsx"], cwd=tmp_path, timeout=120, check=False)
    assert made.returncode == 0
    inside = subprocess.run(
        [str(python), "-c", "import toolkit; print(toolkit.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    ).stdout
    assert str(home) in inside
