"""Files made from the definitions and the code: blanks, archived editions, reference pages, compiled English.

Run as ``python -m bench.generated`` (``make templates``); ``--check`` only compares, names what is stale, and names
sentences without a translation. Editions are only ever added: a return made from an old edition stays readable.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import translations
from tests.every_rule.breaks import load_breaks
from toolkit.catalog import edition_json, load_scope, load_suite, suite_ids
from toolkit.report import manual
from toolkit.report.coverage import coverage_page
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
    made = translations.files()
    breaks = Counter(entry.code for entry in load_breaks())
    for name in suite_ids():
        suite = load_suite(name)
        blank = io.BytesIO()
        write_workbook(blank, suite)
        made[ROOT / "templates" / "xlsx" / f"{name}.xlsx"] = blank.getvalue()
        made[ROOT / "templates" / "editions" / f"{suite.edition}.json"] = (edition_json(suite) + "\n").encode()
        reference = ROOT / "docs" / "reference" / name
        scope = load_scope(name)
        made[reference / "rules.md"] = "\n".join(manual.rules_manual(suite, scope)).encode()
        made[reference / "coverage.md"] = "\n".join(coverage_page(suite, scope, breaks)).encode()
        made[reference / "forms.md"] = "\n".join(manual.forms_manual(suite)).encode()
        made[reference / "lists.md"] = "\n".join(manual.lists_manual(suite)).encode()
    made[ROOT / "docs" / "reference" / "cli.md"] = _command_line().encode()
    return made


def _command_line() -> str:
    """The help of every command, as the user sees it."""
    with ThreadPoolExecutor(os.cpu_count()) as several:
        pages = list(several.map(_help, COMMANDS))
    parts = [f"## toolkit {' '.join(words)}\n\n```\n{page}\n```\n" for words, page in zip(COMMANDS, pages, strict=True)]
    return "\n".join(["# Command line\n", *parts])


def _help(words: tuple[str, ...]) -> str:
    """Of fixed width, whatever terminal this runs in."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    shown = subprocess.run(
        [sys.executable, "-m", "toolkit", *words, "--help", "--lang", "en"],
        check=True,
        capture_output=True,
        env={**kept, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        cwd=ROOT,
    )
    return shown.stdout.decode().replace("\r\n", "\n").strip()


def main() -> int:
    """Write the files, or with ``--check`` name those that are stale (exit 1)."""
    check = "--check" in sys.argv[1:]
    if not check:
        _write(_stale(translations.files()))  # first: the pages of help speak them
    stale = _stale(files())
    faults = translations.faults()
    for fault in faults:
        print(f"{translations.PO.relative_to(ROOT)}: {fault}")
    if not check:
        _write(stale)
        return 0
    for path in stale:
        print(f"stale: {path.relative_to(ROOT)} (run: make templates)")
    return 1 if stale or faults else 0


def _stale(made: dict[Path, bytes]) -> dict[Path, bytes]:
    return {path: content for path, content in made.items() if not path.exists() or path.read_bytes() != content}


def _write(made: dict[Path, bytes]) -> None:
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
