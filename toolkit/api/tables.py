"""The bureau's tables that a collection was made with: kept beside it, so that it can be made again without them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.store.disk import write_atomic
from toolkit.store.folder import MANIFEST

if TYPE_CHECKING:
    from toolkit.check import Bureau
    from toolkit.read import Password
    from toolkit.store.bureau import RosterEntry, WaiverEntry

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


def contents(options: Mapping[str, str], roster: Sequence[RosterEntry] | None) -> dict[str, bytes]:
    """Each table as it tells rounds apart: its bytes; the roster without its passwords, as only that is kept; of last
    year's results their manifest.
    """
    from toolkit.store.bureau import RosterEntry  # noqa: PLC0415

    held: dict[str, bytes] = {}
    for name, where in options.items():
        path = Path(where)
        if name == "roster":
            told = [f.name for f in fields(RosterEntry) if f.name not in {"password", "where"}]
            about = [[getattr(entry, one) for one in told] for entry in roster or ()]
            held[name] = json.dumps(about, ensure_ascii=True, default=str).encode()
        elif path.is_dir():
            manifest = path / MANIFEST
            held[name] = manifest.read_bytes() if manifest.is_file() else b""
        else:
            held[name] = path.read_bytes()
    return held


def waivers_of(options: Mapping[str, str]) -> tuple[WaiverEntry, ...]:
    """The bureau's waivers, none where it gave no table. Raises InputError."""
    from toolkit.store.bureau import read_waivers  # noqa: PLC0415

    return read_waivers(Path(options["waivers"])) if "waivers" in options else ()


def day_given(as_of: datetime.date | str | None) -> datetime.date | None:
    """A day as a caller may write it. Raises InputError for one that is none."""
    from toolkit.store.bureau import read_day  # noqa: PLC0415

    if as_of is None or isinstance(as_of, datetime.date):
        return as_of
    day = read_day(as_of)
    if day is None:
        raise InputError(_("“{day}”不是日期。请填如 2027-12-31 的日期。").format(day=as_of))
    return day


def passwords_of(file: Path | str | None, bureau: Bureau | None = None) -> list[Password]:
    """The passwords of a table, then those of the roster. Raises InputError."""
    from toolkit.read import Password  # noqa: PLC0415
    from toolkit.store.bureau import read_passwords  # noqa: PLC0415

    listed = read_passwords(Path(file)) if file is not None else ()
    roster = (bureau.roster if bureau is not None else None) or ()
    keys = [Password(entry.password, entry.unit, entry.name) for entry in listed]
    return keys + [Password(entry.password, entry.unit, entry.name) for entry in roster if entry.password]
