"""A bureau's ``toolkit.toml``: what it sets holds in the workbook, in the findings, and for what was issued before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mini: Path) -> Callable[[str], None]:
    """``office("…")`` writes the settings of the folder in which the commands run."""
    monkeypatch.chdir(tmp_path)

    def settings(text: str) -> None:
        Path("toolkit.toml").write_text(f"suite = {str(mini)!r}\n{text}\n", encoding="utf-8")

    return settings


def test_what_was_issued_under_one_setting_is_judged_under_the_next(
    run: Run, office: Callable[[str], None], mini: Path, bureau: Path
) -> None:
    code = "PLN-02"
    office("")
    assert run("generate", "-o", "空表.xlsx", "--projects", 2).code == 0
    shutil.copy(bureau / "102.yaml", "102.yaml")
    assert run("fill", "空表.xlsx", "102.yaml", "-o", "102.xlsx").code == 0
    assert code in run("check", "102.xlsx", "--format", "json").finding_codes()
    office(f'off = ["{code}"]')
    assert code not in run("check", "102.xlsx", "--format", "json").finding_codes()
    assert run("collect", "102.xlsx", "-o", "结果").code == 0
    office(f'[severity]\n"{code}" = "error"')
    run("report", "结果")
    assert run("collect", "102.xlsx", "-o", "结果").code == 1


def test_settings_elsewhere_are_named_on_the_line(run: Run, office: Callable[[str], None], tmp_path: Path) -> None:
    office("")
    (tmp_path / "toolkit.toml").rename(tmp_path / "本局.toml")
    assert run("--settings", tmp_path / "本局.toml", "rules", "PLN-02").code == 0
    assert run("rules", "PLN-02", f"--settings={tmp_path / '本局.toml'}").code == 0
    assert run("rules", "PLN-02", "--settings").code == 2


def test_a_wrong_name_is_refused_before_anything_is_written(
    refused: Callable[..., str], office: Callable[[str], None], tmp_path: Path
) -> None:
    office('off = ["PLN-2"]')
    assert "off 中的“PLN-2”套表没有，是否为“PLN-02”" in refused("generate", "-o", "空表.xlsx")
    assert not (tmp_path / "空表.xlsx").exists()
