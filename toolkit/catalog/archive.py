"""The archive of issued editions: a suite is found again by the hash of its content."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from toolkit.catalog.edition import edition_json, suite_from_json
from toolkit.catalog.suite import catalog_root, load_suite, suite_ids
from toolkit.model.errors import OutputError, SuiteError
from toolkit.model.form import Suite

_EDITION = re.compile(r"[0-9a-f]{16}")


def archive_edition(suite: Suite, folder: Path) -> Path:
    """Write ``folder/<edition>.json`` so that returns made from this edition stay readable; returns its path.

    The file is there whole or not at all. Raises OutputError.
    """
    path = folder / f"{suite.edition}.json"
    temporary = path.with_suffix(".tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_text(edition_json(suite) + "\n", encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"套表的版本无法存入“{folder}”：{error.strerror or error}。排除后再运行一次即可。") from error
    return path


def load_edition(edition: str, folders: Iterable[Path] = ()) -> Suite | None:
    """The suite of that edition: archived in ``folders`` or with the toolkit, or shipped; else None.

    Raises SuiteError where an archived file was damaged.
    """
    if not _EDITION.fullmatch(edition):  # the hash comes from a returned file and must not become a path
        return None
    for folder in (*folders, catalog_root().parent / "editions"):
        path = folder / f"{edition}.json"
        if path.is_file():
            return _archived(path.resolve(), edition)
    return next((s for s in map(load_suite, suite_ids()) if s.edition == edition), None)


@lru_cache(maxsize=64)
def _archived(path: Path, edition: str) -> Suite:
    """Archived files are named by their content, so one reading is enough."""
    found = suite_from_json(path.read_text(encoding="utf-8"))
    if found.edition != edition:
        raise SuiteError([(None, f"{path.name} 内的版本号是 {found.edition}")])
    return found
