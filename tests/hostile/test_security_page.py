"""SECURITY.md says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.collect import BOUNDS
from toolkit.read import LIMITS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_table_of_limits_is_the_limits() -> None:
    told = re.findall(r"\| `(LIMITS|BOUNDS)\.(\w+)` \| (\d+) \|", PAGE)
    assert len(told) > 20
    for where, name, value in told:
        assert getattr({"LIMITS": LIMITS, "BOUNDS": BOUNDS}[where], name) == int(value), name


def test_every_test_it_names_is_there() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert named
    assert all(f"def {name}(" in tests for name in named)
    assert all((ROOT / path).exists() for path in re.findall(r"`(tests/[\w/.]+|bench/results/[\w.]+)`", PAGE))
    assert all(
        (ROOT / path.replace(".", "/")).exists() or (ROOT / f"{path.replace('.', '/')}.py").exists()
        for path in re.findall(r"`python -m ([\w.]+)`", PAGE)
    )


def test_both_readmes_lead_to_it() -> None:
    assert all(
        "](SECURITY.md)" in (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )
