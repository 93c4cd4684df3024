"""Lineage: from a consolidated number to the cells behind it, and from a cell of a return to the numbers it enters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import catalog
from toolkit.api.definitions import settings_at
from toolkit.api.returns import EDITIONS
from toolkit.api.summaries import tabled
from toolkit.api.tables import remembered
from toolkit.messages import _
from toolkit.model.errors import InputError

if TYPE_CHECKING:
    from toolkit.report import Results
    from toolkit.report.traced import Entered, Trace
    from toolkit.store import Book


@dataclass(frozen=True)
class Traced:
    """What a trace found: numbers with the cells behind them, or cells with the numbers they enter."""

    found: tuple[Trace | Entered, ...]

    @property
    def agrees(self) -> bool:
        """Whether every number that summary.xlsx shows is the sum of what is behind it."""
        from toolkit.report.traced import Trace  # noqa: PLC0415

        return all(one.agrees for one in self.found if isinstance(one, Trace))

    def as_text(self) -> list[str]:
        """For people."""
        from toolkit.report.trace_text import entered_lines, trace_lines  # noqa: PLC0415
        from toolkit.report.traced import Trace  # noqa: PLC0415

        blocks = [trace_lines(one) if isinstance(one, Trace) else entered_lines(one) for one in self.found]
        return [line for n, block in enumerate(blocks) for line in ([""] if n else []) + block]

    def as_json(self) -> list[str]:
        """One number or cell a line."""
        from toolkit.report.trace_json import entered_json, trace_json  # noqa: PLC0415
        from toolkit.report.traced import Trace  # noqa: PLC0415

        data = [trace_json(one) if isinstance(one, Trace) else entered_json(one) for one in self.found]
        return [json.dumps(one, ensure_ascii=False) for one in data]


def trace(out: Path | str, target: str, *, deep: bool = False) -> Traced:
    """Trace a number of what was collected into ``out``, back to its cells, or a cell, on to its numbers.

    ``target``: a cell of summary.xlsx (``汇总!C12``) or of a form (``02_收支总体!C12``: the sum of that cell), a key
    (``income.general.this_year``, of one unit ``102:income.general.this_year``, of one instance ``plan#01.jun``, of a
    list's column ``projects[].budget``), or a cell of a return (``102_办公室.xlsx!02_收支总体!C12``; the file by its
    name, path or the start of its SHA-256). ``deep``: computed cells down to what was typed, not one level only.
    Raises InputError, with near names, where there is no such cell or key, and where nothing was collected.
    """
    from toolkit.report.trace_entered import entered  # noqa: PLC0415
    from toolkit.report.trace_summary import SUMMARY, SummaryTracer  # noqa: PLC0415
    from toolkit.report.trace_target import KeyTarget, parse_target  # noqa: PLC0415
    from toolkit.report.tracer import Tracer  # noqa: PLC0415
    from toolkit.store import Book  # noqa: PLC0415

    out, asked = Path(out), parse_target(target)
    with Book(out) as book:
        tracer = Tracer(out, book, _results(out, book), deep)
        summary = SummaryTracer(tracer)
        if isinstance(asked, KeyTarget):
            return Traced(tuple(summary.of_key(asked)))
        if asked.file in ("", SUMMARY):
            return Traced(tuple(summary.of_cell(asked)))
        return Traced(tuple(entered(tracer, asked, summary.totals)))


def _results(out: Path, book: Book) -> Results:
    """What the consolidated workbook was made from, without running any check again."""
    from toolkit.check import read_received, read_submissions  # noqa: PLC0415
    from toolkit.report import Results, read_values  # noqa: PLC0415

    options = remembered(out)
    settings = settings_at(options.get("settings"))
    known = (catalog.load_edition(name, (out / "state" / EDITIONS,)) for name in book.editions())
    suites = {suite.edition: suite for suite in known if suite is not None}
    if len(suites) < len(book.editions()):
        raise InputError(_("“{out}”里缺少套表版本的存档（state/editions）。").format(out=out))
    if settings is not None:
        suites = {name: catalog.judged_under(suite, settings) for name, suite in suites.items()}
    submissions = read_submissions(book.connection)
    results = Results(
        suites=suites,
        submissions=submissions,
        findings=(),
        received=read_received(book.connection),
        values=read_values(book.connection, [s.ret for s in submissions]),
    )
    return tabled(results, options)
