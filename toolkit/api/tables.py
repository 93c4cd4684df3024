"""The bureau's tables that a collection was made with: kept beside it, so that it can be made again without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from toolkit.store.disk import write_atomic

OPTIONS = "state/options.json"
_TABLES = "state/tables"


def remembered(out: Path) -> dict[str, str]:
    """What the last run was given, by name (roster, control, prior, settings …): where it stands now."""
    path = out / OPTIONS
    held: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {name: str(out / where) for name, where in held.items()}


def given(out: Path, tables: Mapping[str, Path | str | None]) -> dict[str, str]:
    """What this run goes by: what it was given, and for the rest what the last one was."""
    return remembered(out) | {name: str(Path(path).resolve()) for name, path in tables.items() if path is not None}


def keep(out: Path, options: Mapping[str, str]) -> None:
    """Copy the tables into ``out`` and note them, the roster without its passwords. Last year's results are a folder
    of their own: only noted.
    """
    from toolkit.store.bureau import without_passwords  # noqa: PLC0415

    noted = {}
    for name, where in sorted(options.items()):
        path, kept = Path(where), f"{_TABLES}/{name}{Path(where).suffix.lower()}"
        if path.is_dir():
            noted[name] = str(path)
            continue
        if path.resolve() != (out / kept).resolve():
            bare = without_passwords(path) if name == "roster" else None
            kept = kept if bare is None else f"{_TABLES}/{name}.csv"
            write_atomic(out / kept, path.read_bytes() if bare is None else bare)
        noted[name] = kept
    write_atomic(out / OPTIONS, json.dumps(noted, ensure_ascii=False).encode())
