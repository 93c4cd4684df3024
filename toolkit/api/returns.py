"""What came back: check a few files, collect many, say who is missing, report again."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit import catalog
from toolkit.api.definitions import archives, editions_of, own_suites, settings_at
from toolkit.api.judging import judged
from toolkit.api.outcomes import Checked, Collected
from toolkit.api.summaries import keep_views, tabled, view_of, write_views
from toolkit.api.tables import contents, day_given, given, keep, passwords_of, remembered, waivers_of
from toolkit.model.fact import Status
from toolkit.model.form import Suite

if TYPE_CHECKING:
    from toolkit.check import Bureau
    from toolkit.collect import Failure, Received
    from toolkit.report import View
    from toolkit.store import Book

Progress = Callable[[int, int, str], None]
EDITIONS = "editions"


def check(
    files: Sequence[Path | str],
    *,
    suites: Sequence[Path | str] = (),
    settings: Path | str | None = None,
    passwords: Path | str | None = None,
    key: Path | str | None = None,
) -> Checked:
    """Check a few files on their own, without a folder of results.

    ``suites``: definitions or editions beside the shipped ones. ``settings``: a ``toolkit.toml``. ``passwords``: a
    table of passwords (unit optional) for files that ask for one. ``key``: the file with the bureau's key, where the
    workbooks were issued with one. Raises InputError for a path that does not exist; a file that cannot be read is a
    finding, and in ``failures``.
    """
    from toolkit.collect import Failure, parse_files  # noqa: PLC0415
    from toolkit.store.keyfile import read_key  # noqa: PLC0415

    own = settings_at(settings)
    editions = editions_of(suites, own)
    keys, secret = passwords_of(passwords), read_key(Path(key)) if key is not None else None
    with tempfile.TemporaryDirectory(prefix="toolkit-", ignore_cleanup_errors=True) as temporary:
        folder, archive = Path(temporary), Path(temporary) / EDITIONS
        for suite in own_suites(suites):
            catalog.archive_edition(suite, archive)
        # The files are read in a process of their own: meanwhile load here what the checks will need.
        loading = threading.Thread(target=_load_checks, args=(files, editions))
        loading.start()
        try:
            known = [*archives(own), *([archive] if suites else [])]
            parsed = parse_files(files, folder / "parsed", editions=known, passwords=keys, key=secret)
        finally:
            loading.join()  # a library that is being loaded while Python ends brings the process down
        failures = tuple((path, found) for path, found in parsed if isinstance(found, Failure))
        taken = [(path, found) for path, found in parsed if isinstance(found, str)]
        _book_of(folder, taken, failures, editions)
        results, _memory = judged(folder, editions, _bureau({}), own)
    return Checked(results, failures)


def _load_checks(files: Sequence[Path | str], editions: Callable[[str], Suite | None]) -> None:
    """Everything between a book and its findings: libraries, rules, and those of the first file's edition.

    What fails here fails again, and is told, where it is needed.
    """
    from toolkit.formula import compile_suite  # noqa: PLC0415
    from toolkit.read.hint import edition_hint  # noqa: PLC0415

    with contextlib.suppress(Exception):
        load_ahead()
        suite = editions(edition_hint(Path(files[0])))
        if suite is not None:
            compile_suite(suite)


def load_ahead() -> None:
    """Import what the checks of any return need."""
    from toolkit.check import registry  # noqa: PLC0415
    from toolkit.report import check_lines  # noqa: F401, PLC0415
    from toolkit.store.build import warm_up  # noqa: PLC0415

    warm_up()
    registry()


def _book_of(
    folder: Path,
    taken: Sequence[tuple[Path, str]],
    failures: Sequence[tuple[Path, Failure]],
    editions: Callable[[str], Suite | None],
) -> None:
    """A book of files that were read without a content store. One content given twice stands in it once."""
    from toolkit.store import Accepted, build_book  # noqa: PLC0415
    from toolkit.store.parsed import facts_path, read_head  # noqa: PLC0415

    parsed = folder / "parsed"
    names = Counter(path.name for path, _sha256 in taken)
    accepted = {}
    for path, sha256 in reversed(taken):
        head = read_head(parsed, sha256)
        shown = path.name if names[path.name] == 1 else str(path)
        if head is not None:
            accepted[sha256] = Accepted(sha256, shown, str(path), "", head, facts_path(parsed, sha256))
    lost = [
        {"seq": seq, "path": str(path), "status": str(Status.UNREADABLE), "reason": failure.reason}
        for seq, (path, failure) in enumerate(failures)
    ]
    build_book(folder, list(accepted.values()), editions, lost)


def collect(paths: Sequence[Path | str], out: Path | str, **options: Any) -> Book:
    """As ``collect_into``; returns the book: ``.facts``, ``.findings``, ``.table(block)``, ``.sql(query)``."""
    return collect_into(paths, out, **options).book


def collect_into(
    paths: Sequence[Path | str],
    out: Path | str,
    *,
    roster: Path | str | None = None,
    control: Path | str | None = None,
    prior: Path | str | None = None,
    mapping: Path | str | None = None,
    decisions: Path | str | None = None,
    waivers: Path | str | None = None,
    adjustments: Path | str | None = None,
    as_of: datetime.date | str | None = None,
    suites: Sequence[Path | str] = (),
    settings: Path | str | None = None,
    passwords: Path | str | None = None,
    key: Path | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Collected:
    """Take in everything at ``paths``, check and consolidate all that ``out`` ever received, and write the outputs.

    ``suites``: definitions or editions beside the shipped ones. ``settings``: a ``toolkit.toml``. Tables that are not
    given are those of the last run. ``mapping``: what was renamed or recoded since last year. ``adjustments``: what is added to the sums of the
    returns, by whom and why. ``waivers``: what the bureau lets pass; ``as_of``: the day
    their expiry is compared with (else that of the newest receipt). ``passwords``: a table of passwords (unit optional) for files that ask for one;
    they, like those of the roster, are used in this run and kept nowhere. ``key``: the file with the
    bureau's key, where the workbooks were issued with one: identities that were altered are told. Interrupted, the same call goes on; a file that was read before is not read
    again. Raises InputError, SuiteError and OutputError; a bad file is a ledger line.
    """
    from toolkit.collect import receive  # noqa: PLC0415
    from toolkit.collect.scan import require  # noqa: PLC0415
    from toolkit.store import hold  # noqa: PLC0415
    from toolkit.store.adjustments import read_adjustments  # noqa: PLC0415
    from toolkit.store.bureau import read_decisions  # noqa: PLC0415
    from toolkit.store.keyfile import read_key  # noqa: PLC0415

    out = Path(out)
    tables = {"roster": roster, "control": control, "prior": prior, "mapping": mapping, "settings": settings}
    tables |= {"waivers": waivers, "adjustments": adjustments}
    options, day = given(out, tables), day_given(as_of)
    bureau = _bureau(options)
    if "adjustments" in options:
        read_adjustments(Path(options["adjustments"]))  # a wrong table is told before OUT is touched
    waivers_of(options)  # a wrong table is told before OUT is touched
    own = [*own_suites(suites), *own_suites(archives(settings_at(settings)))]
    keys, secret = passwords_of(passwords, bureau), read_key(Path(key)) if key is not None else None
    require(paths, out)
    if decisions is not None:
        read_decisions(Path(decisions))  # a wrong table is told before OUT is touched
    with hold(out):  # from the first file to the last output: another run must not come between
        for suite in own:
            catalog.archive_edition(suite, out / "state" / EDITIONS)
        received = receive(
            paths,
            out,
            workers=workers,
            decisions=Path(decisions) if decisions is not None else None,
            progress=progress,
            editions=_folders(out),
            passwords=keys,
            key=secret,
        )
        return _conclude(out, received, bureau, options, day)


def report(
    out: Path | str,
    *,
    formats: Sequence[str] = (),
    node: str = "",
    public: bool = False,
    unit_of_measure: str = "",
) -> list[Path]:
    """Check and report again from what was collected, without reading any file; returns the files written.

    ``formats``: xlsx, html, json, csv; none means all. ``node`` (a code of the roster's tree), ``public`` (classified
    details masked) and ``unit_of_measure`` (元, 万元) ask for the consolidated workbook in that view, beside
    ``summary.xlsx``; it is written again by every later run. Raises InputError where nothing was collected, and for a
    node without returns.
    """
    from toolkit.collect import recall  # noqa: PLC0415
    from toolkit.store.outputs import actual_name  # noqa: PLC0415

    out = Path(out)
    received = recall(out)
    options, view = remembered(out), view_of(node, public=public, money=unit_of_measure)
    _conclude(out, received, _bureau(options), options, view=view)
    names = [*(_files(formats) if formats or view is None else []), *([view.file] if view is not None else [])]
    return [out / actual_name(out, name) for name in names]


def _files(formats: Sequence[str]) -> list[str]:
    from toolkit.report import FORMATS  # noqa: PLC0415

    wanted = {"xlsx": ("xlsx", "summary")}
    names = [one for name in formats for one in wanted.get(name, (name,))] or list(FORMATS)
    return [FORMATS[name].file for name in names]


def _conclude(
    out: Path,
    received: Received,
    bureau: Bureau,
    options: Mapping[str, str],
    as_of: datetime.date | None = None,
    view: View | None = None,
) -> Collected:
    """Book, checks and reports, committed as one set with what the next round has to know."""
    from toolkit.check import Folder  # noqa: PLC0415
    from toolkit.collect import record_merged  # noqa: PLC0415
    from toolkit.report import FORMATS, mended_jsonl, write_report  # noqa: PLC0415
    from toolkit.store import Outputs, build_book, hold  # noqa: PLC0415
    from toolkit.store.returned import Wanted, drop_copies, put_copies  # noqa: PLC0415

    def editions(name: str) -> Suite | None:
        return catalog.load_edition(name, _folders(out))

    with hold(out), Outputs(out) as outputs:
        staging = outputs.path("received.jsonl").parent
        build_book(staging, received.accepted, editions, [line.as_dict() for line in received.lines])
        copies = put_copies(out, (Wanted(a.sha256, a.head.identity.unit, a.file) for a in received.accepted))
        kept = Folder(out, contents(options, bureau.roster), waivers_of(options), as_of)
        results, memory = judged(
            staging, editions, bureau, settings_at(options.get("settings")), folder=kept, links=copies
        )
        results = tabled(results, options)
        for name, kind in FORMATS.items():
            buffer = io.BytesIO()
            write_report(results, name, buffer)
            outputs.path(kind.file).write_bytes(buffer.getvalue())
        views = write_views(out, outputs, results, view)
        outputs.path("mended.jsonl").write_bytes(mended_jsonl(results))
        if memory is not None:
            outputs.path(memory.file).write_bytes(memory.content())
        outputs.path("received.jsonl").write_text(received.jsonl(), encoding="utf-8", newline="\n")
        committed = outputs.commit(received.counts)
        keep(out, options)
        keep_views(out, views)
        drop_copies(out, copies)
    record_merged(out, received)
    return Collected(out, results, received, tuple(output.file for output in committed.beside))


def _bureau(options: Mapping[str, str]) -> Bureau:
    """The bureau's tables, read and checked before anything is received."""
    from toolkit.check import Bureau  # noqa: PLC0415
    from toolkit.store import Book  # noqa: PLC0415
    from toolkit.store.bureau import read_control, read_mapping, read_prior_sheet, read_roster  # noqa: PLC0415

    names = ("roster", "control", "prior", "mapping")
    roster, control, prior, mapping = (Path(options[n]) if n in options else None for n in names)
    return Bureau(
        roster=read_roster(roster) if roster else None,
        control=read_control(control) if control else None,
        prior=None if prior is None else Book(prior) if prior.is_dir() else read_prior_sheet(prior),
        mapping=read_mapping(mapping) if mapping else (),
    )


def _folders(out: Path) -> tuple[Path, ...]:
    return (out / "state" / EDITIONS,)


def status(out: Path | str, *, as_json: bool = False, due: datetime.date | str | None = None) -> list[str]:
    """Who returned what and when, who is missing, late, doubled, refused; with a roster, how far each node has come.

    ``due``: the last day for units whose row of the roster names none. Raises InputError where nothing was collected.
    """
    from toolkit.collect import recall  # noqa: PLC0415
    from toolkit.report import node_lines, status_lines  # noqa: PLC0415
    from toolkit.store.bureau import read_hierarchy  # noqa: PLC0415

    out, day = Path(out), day_given(due)
    received = recall(out)
    if as_json:
        return [json.dumps(line.as_dict(), ensure_ascii=False) for line in received.lines]
    options = remembered(out)
    ledger = [line.as_dict() for line in received.lines]
    lines = status_lines(ledger, received.counts, _bureau(options).roster)
    if "roster" not in options:
        return lines
    units: dict[str, dict[str, str]] = {}
    for one in received.accepted:
        who = one.head.identity
        units.setdefault(who.region, {})[who.unit] = who.unit_name
    return [*lines, *node_lines(units, read_hierarchy(Path(options["roster"])), ledger, day)]
