"""From keys and cells to the facts behind them: which file, sheet and cell each value was read from."""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.model.fact import Key, State
from toolkit.model.money import from_double, normal
from toolkit.store.disk import file_hash, long_path
from toolkit.store.outputs import actual_name

if TYPE_CHECKING:
    from toolkit.store.book import Book


@dataclass(frozen=True, slots=True)
class Source:
    """A fact with all that leads back to its cell.

    ``group``: region, year, stage. ``value``: a number in ``unit_of_measure``, a text, or None. ``file``: the file's own
    name; ``path`` and ``inner_path``: where it was received. ``typed_over``: a constant in a computed cell.
    """

    group: tuple[str, int, str]
    unit: str
    unit_name: str
    key: Key
    value: Decimal | str | None
    state: State
    raw: str
    unit_of_measure: str
    sha256: str
    sheet: str
    cell: str
    edition: str
    file: str
    path: str
    inner_path: str
    typed_over: bool

    @property
    def received_as(self) -> str:
        """Path and path inside as one text."""
        return f"{self.path}!{self.inner_path}" if self.inner_path else self.path


_SELECT = """
SELECT f.region, f.year, f.stage, f.unit, r.unit_name, f.block, f.instance, f."row", f.field, f.value_decimal,
       f.value_text, f.state, f.raw, f.unit_of_measure, f.file_sha256, f.sheet, f.cell, f.edition, r.file, r.path,
       r.inner_path, f.typed_over
FROM facts f JOIN returns r ON r.ret = f.file_sha256
WHERE """
_ORDER = ' ORDER BY f.region, f.year, f.stage, f.unit, f.instance, f."row", f.file_sha256'


def facts_at(
    book: Book,
    block: str,
    field: str,
    *,
    row: str | None = None,
    instance: str | None = None,
    without: Collection[str] = (),
    returns: Collection[str] | None = None,
) -> list[Source]:
    """The facts of a cell in every accepted return, by unit; ``row`` or ``instance`` None: of all of them.

    ``without``: rows left out (the totals of a list). ``returns``: only these, by their hashes.
    """
    terms, given = ["f.block = $block", "f.field = $field"], dict[str, object](block=block, field=field)
    if row is not None:
        terms.append("coalesce(f.\"row\", '') = $row")
        given["row"] = row
    if instance is not None:
        terms.append("coalesce(f.instance, '') = $instance")
        given["instance"] = instance
    if without:
        terms.append("NOT list_contains($without, coalesce(f.\"row\", ''))")
        given["without"] = sorted(without)
    if returns is not None:
        terms.append("list_contains($returns, f.file_sha256)")
        given["returns"] = sorted(returns)
    return _read(book, " AND ".join(terms), given)


def facts_in_cell(book: Book, file: str, sheet: str, cell: str) -> list[Source]:
    """The facts that were read from a cell. ``file``: its name, its path as received, or the start of its hash."""
    named = "(r.file = $file OR r.path = $file OR r.inner_path = $file OR f.file_sha256 = $file"
    named += " OR (length($file) >= 6 AND starts_with(f.file_sha256, lower($file))))"
    return _read(book, f"{named} AND f.sheet = $sheet AND f.cell = $cell", {"file": file, "sheet": sheet, "cell": cell})


def keys_in(book: Book, sheet: str, cell: str) -> list[Key]:
    """What the returns have in a cell of a form's sheet."""
    rows = book.connection.execute(
        "SELECT DISTINCT block, coalesce(instance, ''), coalesce(\"row\", ''), field FROM facts"
        " WHERE sheet = $sheet AND cell = $cell ORDER BY ALL",
        {"sheet": sheet, "cell": cell},
    ).fetchall()
    return [Key(*key) for key in rows]


def form_cells(book: Book) -> list[tuple[str, str]]:
    """(sheet, cell) that facts were read from, in whichever return."""
    rows = book.connection.execute("SELECT DISTINCT sheet, cell FROM facts ORDER BY ALL").fetchall()
    return [(str(sheet), str(cell)) for sheet, cell in rows]


def files_of(book: Book) -> list[tuple[str, str]]:
    """(sha256, file) of every accepted return."""
    rows = book.connection.execute("SELECT ret, file FROM returns ORDER BY file, ret").fetchall()
    return [(str(ret), str(file)) for ret, file in rows]


def cells_of_file(book: Book, file: str) -> list[tuple[str, str]]:
    """(sheet, cell) of every fact of the files of that name, path or start of a hash."""
    rows = book.connection.execute(
        "SELECT DISTINCT f.sheet, f.cell FROM facts f JOIN returns r ON r.ret = f.file_sha256 WHERE r.file = $file"
        " OR r.path = $file OR r.inner_path = $file OR (length($file) >= 6 AND starts_with(r.ret, lower($file)))"
        " ORDER BY ALL",
        {"file": file},
    ).fetchall()
    return [(str(sheet), str(cell)) for sheet, cell in rows]


def _read(book: Book, terms: str, given: dict[str, object]) -> list[Source]:
    rows = book.connection.execute(_SELECT + terms + _ORDER, given).fetchall()
    return [_source(row) for row in rows]


def _source(row: tuple[Any, ...]) -> Source:
    region, year, stage, unit, unit_name, block, instance, line, field, number, text, state, raw, *rest = row
    measure, sha256, sheet, cell, edition, file, path, inner_path, typed_over = rest
    value = normal(number) if number is not None else text
    key, group = Key(block, instance or "", line or "", field), (region, year, stage)
    place = (sha256, sheet, cell, edition, file, path, inner_path or "")
    return Source(group, unit, unit_name, key, value, State(state), raw or "", measure or "", *place, bool(typed_over))


def ledger_of(out: Path) -> list[dict[str, Any]]:
    """The lines of ``received.jsonl``; none where it is missing."""
    return _json_lines(out / actual_name(out, "received.jsonl"))


def findings_of(out: Path) -> list[dict[str, Any]]:
    """The lines of ``findings.jsonl``; none where it is missing."""
    return _json_lines(out / actual_name(out, "findings.jsonl"))


def _json_lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def number_in(workbook: Path, sha256: str, sheet: str, cell: tuple[int, int]) -> Decimal | str | None:
    """What a workbook of ours shows in a cell (0-based row and column): a number, a text, or None for a blank.

    Raises ValueError where the file is not the one that was committed (``sha256``), KeyError where it has no such
    sheet.
    """
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only for workbooks

    if not long_path(workbook).is_file() or file_hash(workbook) != sha256:
        raise ValueError(workbook.name)
    content = CalamineWorkbook.from_filelike(io.BytesIO(long_path(workbook).read_bytes()))
    if sheet not in content.sheet_names:
        raise KeyError(sheet)
    rows = content.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    row, column = cell
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return normal(from_double(float(value)))
    return str(value) or None
