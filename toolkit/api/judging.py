"""What the checks say of a book, and where each finding stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import catalog
from toolkit.model.form import Suite

if TYPE_CHECKING:
    from toolkit.check import Bureau, Folder
    from toolkit.check.rounds import Memory
    from toolkit.report import Results


def judged(
    at: Path,
    editions: Callable[[str], Suite | None],
    bureau: Bureau,
    settings: catalog.Settings | None,
    *,
    folder: Folder | None = None,
    links: Mapping[str, str] | None = None,
) -> tuple[Results, Memory | None]:
    """Run the checks over the book ``at`` a place. ``folder``: of the results, None for files on their own (then no
    rule over several units runs). ``links``: accepted return → its copy, from that folder.
    """
    from toolkit.check import read_received, read_submissions, run_checks, standing  # noqa: PLC0415
    from toolkit.report import Results, read_values  # noqa: PLC0415
    from toolkit.store import Book  # noqa: PLC0415

    across = folder is not None
    with Book(at, threads=None if across else 1) as book:
        suites = {name: suite for name in book.editions() if (suite := editions(name)) is not None}
        if settings is not None:
            suites = {name: catalog.judged_under(suite, settings) for name, suite in suites.items()}
        submissions = read_submissions(book.connection)
        received = read_received(book.connection)
        found = standing(book, run_checks(book, suites, bureau, across=across), submissions, received, suites, folder)
        results = Results(
            suites=suites,
            submissions=submissions,
            findings=found.findings,
            received=received,
            roster=bureau.roster,
            values=read_values(book.connection, (s.ret for s in submissions)),
            links=links or {},
            mended=found.mended,
            round=found.memory.number if found.memory else 0,
            notes=found.notes,
        )
        return results, found.memory
