"""The parts of examples/README.md that come from a run: findings per department, recall, precision."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.examples.recall import (
    EXAMPLES,
    Expected,
    Fault,
    judged_findings,
    missed,
    precision_table,
    read_expected,
    read_faults,
    read_findings,
    recall_table,
    verdict,
)

README = EXAMPLES / "README.md"
UNITS = {
    "433": "433 高新区考核办公室（石家庄，2020）",
    "110": "110 督查考核办公室（承德，2021）",
    "102": "102 办公室（唐山，2021）",
}
LEVELS = {"error": "错误", "warning": "警告"}


def collected(files: list[Path], out: Path) -> int:
    """Run the collection of ``files`` as a bureau would; returns its exit code."""
    roster = ["--roster", str(EXAMPLES / "roster.csv")]
    command = [sys.executable, "-m", "toolkit", "collect", *map(str, files), "-o", str(out), *roster]
    return subprocess.run(command, check=False, capture_output=True, cwd=EXAMPLES.parent).returncode


def sections(out: Path) -> dict[str, str]:
    """Marker of the page → its text, for the findings of a result folder."""
    expected, faults, findings = read_expected(), read_faults(), read_findings(out)
    parts = {
        "recall": "\n".join(recall_table(expected, faults, findings)),
        "missed": f"{', '.join(missed(expected, findings)) or 'None'}.",
        "precision": "\n".join(precision_table(expected, faults, findings)),
    }
    for unit in UNITS:
        mine = [f for f in judged_findings(findings) if f["unit"] == unit]
        parts[f"findings {unit}"] = "\n".join(_table(mine, expected, faults))
    return parts


def _table(findings: list[dict[str, Any]], expected: Expected, faults: Mapping[str, Fault]) -> list[str]:
    lines = ["| rule | level | finding | judged | fault, or why |", "|---|---|---|---|---|"]
    for f in findings:
        said, why = verdict(f, expected, faults) or ("not judged", "")
        lines.append(f"| {f['code']} | {LEVELS[f['severity']]} | {_cell(f['message'])} | {said} | {_cell(why)} |")
    return lines


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").strip()


def renewed(page: str, parts: Mapping[str, str]) -> str:
    """The page with the text between each pair of markers replaced."""
    for name, text in parts.items():
        before, rest = page.split(f"<!-- {name} -->\n", 1)
        page = f"{before}<!-- {name} -->\n\n{text}\n\n<!-- end -->{rest.split('<!-- end -->', 1)[1]}"
    return page
