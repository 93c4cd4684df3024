"""Files made from the definitions: blanks, archived editions, reference pages. ``--check`` only compares.

Run as ``python -m bench.generated`` (``make templates``). Editions are only ever added: a return made from an old
edition must stay readable.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from toolkit.catalog import edition_json, load_suite, suite_ids
from toolkit.report import manual
from toolkit.write import write_workbook

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    ("demo",),
    ("forms",),
    ("rules",),
    ("generate",),
    ("distribute",),
    ("fill",),
    ("extract",),
    ("check",),
    ("collect",),
    ("status",),
    ("report",),
    ("suite", "show"),
    ("suite", "lint"),
    ("suite", "diff"),
)


def files() -> dict[Path, bytes]:
    """Every generated file and what it must hold."""
    made: dict[Path, bytes] = {}
    for name in suite_ids():
        suite = load_suite(name)
        blank = io.BytesIO()
        write_workbook(blank, suite)
        made[ROOT / "templates" / "xlsx" / f"{name}.xlsx"] = blank.getvalue()
        made[ROOT / "templates" / "editions" / f"{suite.edition}.json"] = edition_json(suite).encode()
        reference = ROOT / "docs" / "reference" / name
        made[reference / "rules.md"] = "\n".join(manual.rules_manual(suite)).encode()
        made[reference / "forms.md"] = "\n".join(manual.forms_manual(suite)).encode()
    made[ROOT / "docs" / "reference" / "cli.md"] = _command_line().encode()
    return made


def _command_line() -> str:
    """The help of every command, as the user sees it."""
    parts = ["# Command line\n"]
    for words in COMMANDS:
        shown = subprocess.run(
            [sys.executable, "-m", "toolkit", *words, "--help", "--lang", "en"],
            check=True,
            capture_output=True,
            env={"COLUMNS": "110", "PATH": "", "PYTHONUTF8": "1"},
            cwd=ROOT,
        )
        parts.append(f"## toolkit {' '.join(words)}\n\n```\n{shown.stdout.decode().strip()}\n```\n")
    return "\n".join(parts)


def main() -> int:
    """Write the files, or with ``--check`` name those that are stale (exit 1)."""
    check = "--check" in sys.argv[1:]
    stale = [path for path, content in files().items() if not path.exists() or path.read_bytes() != content]
    if check:
        for path in stale:
            print(f"stale: {path.relative_to(ROOT)} (run: make templates)")
        return 1 if stale else 0
    made = files()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[path])
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
