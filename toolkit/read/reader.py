"""A returned workbook → Return, from the gate to the last remark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from toolkit.formula import Cells
from toolkit.model.fact import Fact, Key, Remark, Return, State, Value
from toolkit.model.form import BlockKind, Suite
from toolkit.read.binding import Binding, bind_block
from toolkit.read.computed import Settled, settle, without_formulas
from toolkit.read.crosscheck import cross_check
from toolkit.read.explained import explanations
from toolkit.read.failures import Refused
from toolkit.read.gate import open_book
from toolkit.read.harvest import Harvest, Harvested, Harvester, used_rows
from toolkit.read.identity import COVER, edition_of, edition_remarks, identify, properties, read_meta
from toolkit.read.issued import Issued, issued
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.loaded import LoadedWorkbook
from toolkit.read.passwords import Password
from toolkit.read.sheets import Areas, Found, find_sheets, highest_instance, named_areas
from toolkit.read.tampering import file_remarks, sheet_remarks
from toolkit.read.witness import Position, find_labels
from toolkit.read.workbook import Workbook


def read_workbook(
    path: Path,
    editions: Callable[[str], Suite | None],
    *,
    limits: Limits = LIMITS,
    passwords: Sequence[Password] = (),
    key: bytes | None = None,
) -> Return:
    """Read one returned workbook. ``editions``: hash → the suite as issued, None where it is unknown.
    ``passwords``: tried where the file asks for one. ``key``: the bureau's, where identities are signed.

    Raises NotAReturn, Refused or Unreadable, each with a Chinese reason, and OSError where the file cannot be
    read at all. Nothing in the file is executed, refreshed or followed.
    """
    size = path.stat().st_size
    if size > limits.file:
        raise Refused(f"文件有 {size} 字节，超过 {limits.file} 字节的上限")
    return read_bytes(path.read_bytes(), path.name, editions, limits=limits, passwords=passwords, key=key)


def read_bytes(
    data: bytes,
    file_name: str,
    editions: Callable[[str], Suite | None],
    *,
    limits: Limits = LIMITS,
    passwords: Sequence[Password] = (),
    key: bytes | None = None,
) -> Return:
    """As ``read_workbook``, of bytes already read."""
    opened = open_book(data, file_name, passwords, limits=limits)
    book = opened.book
    meta, custom = read_meta(book), properties(book)
    suite = edition_of(book, meta, custom, editions)
    edition = issued(suite, _instances(suite, book, meta))
    areas = named_areas(book.names, book.sheets)
    found = find_sheets(book, edition.layout, areas)
    if not found.sheets:
        raise Refused("模板中的工作表一张也没有找到，请把数据填回下发的模板后再报送")
    bindings = _bind(edition, found, areas)
    harvest, remarks = _harvest(book, edition, found, bindings)
    if isinstance(book, LoadedWorkbook) and not book.formulas:
        without_formulas(harvest)
    rows = used_rows(harvest, suite)
    issued_names = {(p.form.id, p.instance): p.name for p in edition.layout.sheets}
    names = {entry.name: issued_names[key] for key, entry in found.entries.items()}
    settled = settle(harvest, rows, edition, book.formats, names)
    facts, submitted = _facts(harvest, settled, rows, suite)
    identity, conflicts = identify(suite, meta, custom, _cover(harvest, settled, suite), file_name, key)
    engine, disagreements = cross_check(book, {found.entries[key].name: t.raw for key, t in found.sheets.items()})
    kept = [r for r in remarks if r.key is None or r.key in facts]
    said, unread = explanations(book)
    notes = [Remark("WBK-03", words, severity="info") for words in opened.notes]
    about = [*edition_remarks(book, meta, custom, suite), *file_remarks(book, found, bindings, areas)]
    return Return(
        identity=identity,
        facts=facts,
        remarks=(*conflicts, *notes, *about, *unread, *found.remarks, *disagreements, *kept, *settled.remarks),
        submitted=submitted,
        engine=opened.engine + engine,
        saved=book.saved,
        said=said,
    )


def _instances(suite: Suite, book: Workbook, meta: dict[str, str]) -> int:
    """How many sheets of a repeated form to look for: as issued, or as many as are there."""
    repeat = max((f.repeat for f in suite.forms), default=0)
    declared = meta.get("instances", "")
    issued_count = int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 4 else repeat
    return highest_instance(suite, book, issued_count)


def _bind(edition: Issued, found: Found, areas: dict[str, Areas]) -> dict[str, list[Binding]]:
    """Sheet name in the file → where its blocks stand."""
    bound = {}
    for place in edition.layout.sheets:
        text = found.sheets.get((place.form.id, place.instance))
        if text is None:
            continue
        sheet = found.entries[(place.form.id, place.instance)].name
        labels = cache(lambda place=place, text=text: find_labels(place, text))
        own = areas.get(sheet, {})
        bound[sheet] = [bind_block(b, text, own.get(b.block.id, {}), labels) for b in place.blocks]
        _apart(bound[sheet])
    return bound


def _harvest(
    book: Workbook, edition: Issued, found: Found, bound: dict[str, list[Binding]]
) -> tuple[Harvest, list[Remark]]:
    """Read every block of every sheet that was found."""
    harvester = Harvester(edition.suite, book)
    remarks: list[Remark] = []
    for place in edition.layout.sheets:
        text = found.sheets.get((place.form.id, place.instance))
        if text is None:
            continue
        sheet = found.entries[(place.form.id, place.instance)].name
        for binding in bound[sheet]:
            if not binding.doubt:
                harvester.block(place, binding, text, sheet)
        remarks += sheet_remarks(edition.suite, place, bound[sheet], text, sheet)
    return harvester.harvest, [*remarks, *harvester.harvest.remarks]


def _apart(bindings: list[Binding]) -> None:
    """Two blocks that claim the same cell are both in doubt."""
    owner: dict[Position, Binding] = {}
    for binding in bindings:
        for at in binding.cells.values():
            other = owner.setdefault(at, binding)
            if other is not binding:
                binding.doubt = other.doubt = "两个区块被认作同一处"


def _facts(
    harvest: Harvest, settled: Settled, rows: set[tuple[str, str, str]], suite: Suite
) -> tuple[dict[Key, Fact], frozenset[tuple[str, str]]]:
    """The facts of every submitted sheet, of the others what is prefilled; and which sheets are submitted.

    A sheet is submitted when any cell that is not prefilled holds something, as in the live workbook. What was
    prefilled on another one (the cover's year) is known all the same, and rules may refer to it.
    """
    forms = suite.form_of_block
    cells = Cells(suite, settled.values)
    prefilled = {(b.id, f.id) for b in suite.blocks.values() for f in b.fields if f.prefill}
    submitted = {
        (forms[key.block].id, key.instance)
        for key, found in harvest.cells.items()
        if found.typed and (key.block, key.field) not in prefilled and found.at is not None
    }
    submitted |= {(form.id, instance) for form in suite.forms for instance in cells.instances(form.id)}
    facts = {}
    for key, found in harvest.cells.items():
        if (forms[key.block].id, key.instance) not in submitted:
            if (key.block, key.field) in prefilled and found.typed:
                facts[key] = _fact(key, found, settled, suite)
            continue
        block = suite.blocks[key.block]
        if block.kind is BlockKind.LIST and key.row not in block.rows_by_id:
            at = (key.block, key.instance, key.row)
            if at not in rows:
                continue
        facts[key] = _fact(key, found, settled, suite)
    return facts, frozenset(submitted)


def _fact(key: Key, found: Harvested, settled: Settled, suite: Suite) -> Fact:
    reading = settled.typed_over.get(key, found.reading)
    value, state = reading.value, reading.state
    typed_over = key in settled.typed_over
    if found.computed and not typed_over and found.at is not None:
        value = settled.values.get(key)
        state = _state(value)
    raw = found.cached.text if found.cached is not None and found.computed else reading.raw
    unit = suite.blocks[key.block].by_id[key.field].unit
    return Fact(key, value, state, raw, found.sheet, found.cell, unit, typed_over)


def _state(value: Value) -> State:
    if value is None:
        return State.BLANK
    return State.ZERO if value == 0 else State.VALUE


def _cover(harvest: Harvest, settled: Settled, suite: Suite) -> dict[str, Fact]:
    return {k.field: _fact(k, c, settled, suite) for k, c in harvest.cells.items() if k.block == COVER}
