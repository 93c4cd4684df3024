"""Making workbooks: generate, distribute, fill; and taking data out of one: extract."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import catalog
from toolkit.api.definitions import choose_suite, editions_of, settings_at
from toolkit.api.tables import passwords_of
from toolkit.messages import _
from toolkit.model.errors import InputError, OutputError
from toolkit.model.fact import Identity, Key, Return, UnitData, Value
from toolkit.model.form import STAGES, Suite
from toolkit.model.signature import SIGNATURE

if TYPE_CHECKING:
    from toolkit.distribute import Figures, Issued, Rows
    from toolkit.read import Password
    from toolkit.store.bureau import RosterEntry

Progress = Callable[[int, int, str], None]
"""Called as (done, of how many, name) while long work goes on."""


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook that was written, and the edition of its suite."""

    path: Path
    edition: str


def generate(
    output: Path | str,
    *,
    suite: str | Path | None = None,
    year: int | None = None,
    unit: str | None = None,
    projects: int | None = None,
    settings: Path | str | None = None,
    stage: str | None = None,
    region: str | None = None,
) -> Made:
    """Write one blank workbook. ``projects``: sheets of the repeated forms. ``settings``: a ``toolkit.toml``, in
    whose archive the edition is then kept. ``stage``, ``region``: what the workbook is for, in place of the suite's.

    Raises InputError for an unknown suite or stage, OutputError where the file cannot be written.
    """
    target, at = target_file(output), known_stage(stage)
    own = settings_at(settings)
    chosen = choose_suite(suite, year, own)
    if own is not None:
        catalog.archive_edition(chosen, own.archive)
    identity = None
    if unit is not None or at or region:
        who = (region or chosen.region, chosen.year, at or chosen.stage, unit or "", "")
        identity = Identity(*who, chosen.edition, chosen.id)
    return _write(target, chosen, identity, None, projects, {})


def fill(
    blank: Path | str,
    data: Path | str,
    output: Path | str,
    *,
    suites: Sequence[str | Path] = (),
    settings: Path | str | None = None,
) -> Made:
    """Write the workbook of ``blank``'s edition with the data file's values (YAML or JSON).

    The workbook is made anew from its edition, with as many project sheets: ``blank`` itself is not changed.
    ``suites``: definitions or editions beside the shipped ones. Raises InputError where ``blank`` is no workbook
    of ours or another unit's, DataError where the data does not fit its suite.
    """
    target = target_file(output)
    found, suite = read_return(Path(blank), editions_of(suites, settings_at(settings)))
    values = catalog.read_data(Path(data), lambda name: _same_suite(suite, name, Path(data)))
    owner, unit = found.identity.unit, values.identity.unit
    if owner and owner != unit:
        raise InputError(
            _("{blank} 是发给单位 {owner} 的，而 {data} 是单位 {unit} 的数据。").format(
                blank=blank, owner=owner, data=data, unit=unit
            )
        )
    identity = replace(values.identity, edition=suite.edition)
    said = _hidden_identity(Path(blank))
    return _write(
        target, suite, identity, values, _sheets_issued(said), _prefilled(found, suite), said.get(SIGNATURE, ""),
        _issued(found, suite, is_open=True),
    )  # fmt: skip


def extract(
    file: Path | str,
    output: Path | str | None = None,
    *,
    suites: Sequence[str | Path] = (),
    settings: Path | str | None = None,
    passwords: Path | str | None = None,
) -> UnitData:
    """The data of a filled workbook; written to ``output`` (.yaml or .json) if given.

    ``extract(fill(blank, data))`` is ``data``. ``passwords``: a table of passwords, for a file that asks for one.
    Raises InputError where the file is no workbook of ours.
    """
    from toolkit.read import extract as data_of  # noqa: PLC0415  (readers load slowly)

    found, suite = read_return(Path(file), editions_of(suites, settings_at(settings)), passwords_of(passwords))
    data = data_of(found, suite)
    if output is not None:
        target = Path(output)
        text = catalog.data_text(data, suite, as_json=target.suffix.lower() == ".json")
        save(target, text.encode())
    return data


def distribute(
    roster: Path | str,
    output: Path | str,
    *,
    suite: str | Path | None = None,
    year: int | None = None,
    prefill: Path | str | None = None,
    control: Path | str | None = None,
    projects: int | None = None,
    key: Path | str | None = None,
    settings: Path | str | None = None,
    stage: str | None = None,
    region: str | None = None,
    progress: Progress | None = None,
) -> tuple[Issued, ...]:
    """Write one personalised workbook per unit of the roster, and the ledger ``issued.jsonl``.

    ``prefill``: a results folder (last year's; for a self-evaluation that of the approved budget), or a sheet of last
    year's figures. ``stage``, ``region``: in place of the suite's. ``control``: the ceilings, which
    each unit finds on the instructions of its workbook. ``key``: the file with the bureau's key (16 bytes or more): each
    workbook's identity is signed with it, and ``collect`` with the same key tells where it was altered. Raises InputError and OutputError.
    """
    from toolkit.distribute import Contents, ceiling_notes, issue  # noqa: PLC0415
    from toolkit.store.bureau import read_control, read_roster  # noqa: PLC0415
    from toolkit.store.keyfile import read_key  # noqa: PLC0415

    secret, at = read_key(Path(key)) if key is not None else None, known_stage(stage)
    own = settings_at(settings)
    chosen = choose_suite(suite, year, own)
    entries = read_roster(Path(roster))
    notes = ceiling_notes(chosen, read_control(Path(control))) if control is not None else {}
    contents = Contents(chosen, {}, notes, projects, secret, stage=at, region=region or "")
    if prefill is not None:
        figures, rows = _earlier(chosen, Path(prefill), entries, at or chosen.stage)
        locked = {unit: {**figures.get(unit, {}), **rows.locked.get(unit, {})} for unit in {*figures, *rows.locked}}
        contents = replace(contents, prefill=locked, proposed=rows.open)
    issued = issue(contents, entries, Path(output), progress=progress)
    catalog.archive_edition(chosen, own.archive if own is not None else Path(output) / "editions")
    return issued


def _earlier(suite: Suite, prefill: Path, roster: Sequence[RosterEntry], stage: str) -> tuple[Figures, Rows]:
    """Figures of last year and rows of an earlier return, from a folder of results or a plain sheet."""
    from toolkit.distribute import Rows, prefill_from_book, prefill_from_sheet, rows_from_book  # noqa: PLC0415
    from toolkit.store import Book  # noqa: PLC0415
    from toolkit.store.bureau import read_prior_sheet  # noqa: PLC0415

    if not prefill.is_dir():
        return prefill_from_sheet(suite, read_prior_sheet(prefill)), Rows()
    with Book(prefill) as book:
        rows = rows_from_book(suite, book, roster, stage)
        return prefill_from_book(suite, book, roster, needed=not rows.locked), rows


def known_stage(stage: str | None) -> str:
    """The stage, "" for none. Raises InputError for one that is not among the stages."""
    if stage and stage not in STAGES:
        raise InputError(
            _("没有“{stage}”这个编报阶段，应为 {known} 之一。").format(stage=stage, known="、".join(STAGES))
        )
    return stage or ""


def target_file(output: Path | str) -> Path:
    """Where a workbook is to be written. Raises before any work is done."""
    path = Path(output)
    if path.suffix.lower() != ".xlsx":
        raise InputError(_("输出文件应以 .xlsx 结尾：{file}").format(file=path))
    if path.is_dir():
        raise OutputError(_("{file} 是一个文件夹，不能写成文件。").format(file=path))
    if not path.parent.is_dir():
        raise OutputError(_("文件夹不存在：{folder}").format(folder=path.parent))
    return path


def _prefilled(blank: Return, suite: Suite) -> dict[Key, Value]:
    """What the bureau had filled in before it issued the workbook, locked; not what sums it up."""

    def is_prefill(key: Key) -> bool:
        block = suite.blocks[key.block]
        return bool(block.by_id[key.field].prefill) and block.formula(key.row, key.field) is None

    figures = {key: fact.value for key, fact in blank.facts.items() if fact.value is not None and is_prefill(key)}
    return {**figures, **_issued(blank, suite, is_open=False)}


def _issued(blank: Return, suite: Suite, *, is_open: bool) -> dict[Key, Value]:
    """The rows that lists were issued with at the stage of the workbook: what is locked, or what is open."""
    wanted: set[tuple[str, str]] = set()
    for block in suite.blocks.values():
        rows = block.issued(blank.identity.stage)
        if rows is not None:
            wanted |= {(block.id, name) for name in rows.fields if (name in rows.open) == is_open}
    held = ((key, fact.value) for key, fact in blank.facts.items() if (key.block, key.field) in wanted)
    return {key: value for key, value in held if value is not None and key.row.isdigit()}


def _write(
    target: Path,
    suite: Suite,
    identity: Identity | None,
    data: UnitData | None,
    instances: int | None,
    prefill: Mapping[Key, Value],
    signature: str = "",
    proposed: Mapping[Key, Value] | None = None,
) -> Made:
    from toolkit.write import write_workbook  # noqa: PLC0415

    buffer = io.BytesIO()
    write_workbook(
        buffer, suite, identity=identity, data=data, instances=instances, prefill=prefill, proposed=proposed,
        signature=signature,
    )  # fmt: skip
    save(target, buffer.getvalue())
    return Made(target, suite.edition)


def save(target: Path, content: bytes) -> None:
    """Written beside and moved into place: the old file or the new one, never half of it."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except PermissionError as error:
        part.unlink(missing_ok=True)
        raise OutputError(
            _("无法写入 {file}：没有写权限，或正被 Excel、WPS 打开。请关闭后重试。").format(file=target)
        ) from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(_("无法写入 {file}：{why}").format(file=target, why=error.strerror or error)) from error


def _hidden_identity(workbook: Path) -> dict[str, str]:
    """What a workbook of ours says about itself."""
    from toolkit.read.identity import read_meta  # noqa: PLC0415
    from toolkit.read.limits import LIMITS  # noqa: PLC0415
    from toolkit.read.package import open_package  # noqa: PLC0415
    from toolkit.read.workbook import open_workbook  # noqa: PLC0415

    return read_meta(open_workbook(open_package(workbook.read_bytes(), LIMITS)))


def _sheets_issued(hidden: Mapping[str, str]) -> int | None:
    """How many sheets of each repeated form a workbook of ours says it was issued with."""
    said = hidden.get("instances", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else None


def read_return(
    path: Path, editions: Callable[[str], Suite | None], passwords: Sequence[Password] = ()
) -> tuple[Return, Suite]:
    """A workbook of ours, and the suite it was made from."""
    from toolkit.read import ReadFailure, read_workbook  # noqa: PLC0415

    if not path.is_file():
        raise InputError(_("找不到文件：{file}").format(file=path))
    try:
        found = read_workbook(path, editions, passwords=passwords)
    except ReadFailure as error:
        raise InputError(_("{file} 不能作为套表读取：{why}").format(file=path, why=error)) from error
    suite = editions(found.identity.edition)
    if suite is None:
        raise InputError(_("没有版本 {edition} 的定义。").format(edition=found.identity.edition))
    return found, suite


def _same_suite(suite: Suite, name: str, data: Path) -> Suite:
    if name != suite.id:
        raise InputError(
            _("{file} 是套表 {name} 的数据，而工作簿是 {suite} 的。").format(file=data, name=name, suite=suite.id)
        )
    return suite
