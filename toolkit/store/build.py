"""Making the book: the facts of every accepted return in one Parquet file and in one DuckDB file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.model.errors import OutputError, SuiteError
from toolkit.model.form import BlockKind, RowRole, Suite
from toolkit.store.disk import long_path
from toolkit.store.parsed import Head

if TYPE_CHECKING:
    import duckdb

Editions = Callable[[str], Suite | None]
FACTS = "facts/facts.parquet"
BOOK = "book.duckdb"

KEY = ("region", "year", "stage", "unit", "form", "block", "instance", "row", "field")


@dataclass(frozen=True)
class Accepted:
    """One accepted return: where it came from, what it is, and the Parquet file with its facts.

    ``file`` is the file's own name, ``path`` (and ``inner_path`` in an archive) where it was received.
    ``remarks`` are those of the reader and those about versions.
    """

    sha256: str
    file: str
    path: str
    inner_path: str
    head: Head
    facts: Path


_SCHEMA = """
CREATE TABLE returns (ret VARCHAR, region VARCHAR, year INTEGER, stage VARCHAR, unit VARCHAR, unit_name VARCHAR,
    edition VARCHAR, suite VARCHAR, file VARCHAR, path VARCHAR, inner_path VARCHAR, saved VARCHAR);
CREATE TABLE submitted (ret VARCHAR, form VARCHAR, instance VARCHAR);
CREATE TABLE remarks (ret VARCHAR, number INTEGER, code VARCHAR, detail VARCHAR, block VARCHAR, instance VARCHAR,
    row VARCHAR, field VARCHAR, sheet VARCHAR, cell VARCHAR, actual VARCHAR, expected VARCHAR, repair VARCHAR,
    likely VARCHAR, severity VARCHAR);
CREATE TABLE explanations (ret VARCHAR, number INTEGER, code VARCHAR, check_id VARCHAR, said VARCHAR, sheet VARCHAR,
    cell VARCHAR);
CREATE TABLE fields (edition VARCHAR, form VARCHAR, block VARCHAR, kind VARCHAR, field VARCHAR, position INTEGER,
    label VARCHAR, type VARCHAR, unit_of_measure VARCHAR, is_number BOOLEAN, prefill BOOLEAN);
CREATE TABLE fixed_rows (edition VARCHAR, form VARCHAR, block VARCHAR, row VARCHAR, position INTEGER, label VARCHAR,
    role VARCHAR);
CREATE TABLE received (seq INTEGER, sha256 VARCHAR, path VARCHAR, inner_path VARCHAR, size BIGINT,
    received_at VARCHAR, unit VARCHAR, edition VARCHAR, status VARCHAR, reason VARCHAR, superseded_by VARCHAR);
CREATE TABLE facts (region VARCHAR, year INTEGER, stage VARCHAR, unit VARCHAR, form VARCHAR, block VARCHAR,
    instance VARCHAR, row VARCHAR, field VARCHAR, value_decimal DECIMAL(20,6), value_text VARCHAR, state VARCHAR,
    raw VARCHAR, unit_of_measure VARCHAR, file_sha256 VARCHAR, sheet VARCHAR, cell VARCHAR, edition VARCHAR,
    typed_over BOOLEAN);
"""

_FACTS = f"""
INSERT INTO facts
SELECT r.region, r.year, r.stage, r.unit, b.form, p.block, p.instance, p.row, p.field, p.value_decimal, p.value_text,
       p.state, p.raw, p.unit_of_measure, p.file_sha256, p.sheet, p.cell, r.edition, p.typed_over
FROM read_parquet($files, hive_partitioning = false) p
JOIN returns r ON r.ret = p.file_sha256
LEFT JOIN (SELECT DISTINCT edition, block, form FROM fields) b ON b.edition = r.edition AND b.block = p.block
ORDER BY {", ".join(KEY)}, file_sha256
"""  # noqa: S608 - names of our own


def warm_up() -> None:
    """Load what a book needs, while there is something else to wait for."""
    import duckdb  # noqa: F401, PLC0415 - heavy


def build_book(
    folder: Path, accepted: Sequence[Accepted], editions: Editions, received: Sequence[Mapping[str, object]] = ()
) -> None:
    """Write ``facts/facts.parquet`` and ``book.duckdb`` into ``folder`` (a staging folder, emptied of both).

    ``received`` are the lines of the ledger. Equal inputs give equal rows in equal order. Raises SuiteError
    for a return whose edition ``editions`` does not know, OutputError where the files cannot be written.
    """
    import duckdb  # noqa: PLC0415 - heavy

    suites = _suites(accepted, editions)
    database, parquet = folder / BOOK, folder / FACTS
    try:
        parquet.parent.mkdir(parents=True, exist_ok=True)
        for old in (database, parquet):
            long_path(old).unlink(missing_ok=True)
        with duckdb.connect(str(database)) as connection:
            connection.execute(_SCHEMA)
            _fill(connection, sorted(accepted, key=lambda a: (*a.head.identity.key, a.sha256)), suites, received)
            connection.execute("COPY facts TO $target (FORMAT parquet, COMPRESSION zstd)", {"target": str(parquet)})
    except (OSError, duckdb.Error) as error:
        raise OutputError(f"总账无法写入“{folder}”：{error}") from error


def _suites(accepted: Sequence[Accepted], editions: Editions) -> list[Suite]:
    names = sorted({a.head.identity.edition for a in accepted})
    found = {name: editions(name) for name in names}
    missing: list[Any] = [(None, f"找不到模板版本 {name} 的定义。") for name, suite in found.items() if suite is None]
    if missing:
        raise SuiteError(missing)
    return [suite for suite in found.values() if suite is not None]


def _fill(
    connection: duckdb.DuckDBPyConnection,
    accepted: Sequence[Accepted],
    suites: Sequence[Suite],
    received: Sequence[Mapping[str, object]],
) -> None:
    _insert(connection, "returns", (_return_row(a) for a in accepted))
    _insert(connection, "submitted", ((a.sha256, *pair) for a in accepted for pair in sorted(a.head.submitted)))
    _insert(connection, "remarks", (row for a in accepted for row in _remark_rows(a)))
    _insert(connection, "explanations", (row for a in accepted for row in _said_rows(a)))
    _insert(connection, "fields", (row for suite in suites for row in _field_rows(suite)))
    _insert(connection, "fixed_rows", (row for suite in suites for row in _fixed_rows(suite)))
    names = [row[0] for row in connection.execute("SELECT column_name FROM (DESCRIBE received)").fetchall()]
    _insert(connection, "received", (tuple(line.get(name) for name in names) for line in received))
    if accepted:
        connection.execute(_FACTS, {"files": [str(long_path(a.facts)) for a in accepted]})


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Append rows column by column, as lists: Arrow tables would cost the loading of pyarrow and pandas."""
    kinds = [kind for _, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    columns = [list(map(_clean, values)) for values in zip(*rows, strict=True)]
    if columns:
        lists = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        connection.execute(f"INSERT INTO {table} SELECT {lists}", columns)


def _clean(value: object) -> object:
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value


def _return_row(a: Accepted) -> tuple[object, ...]:
    i = a.head.identity
    names = (i.unit, i.unit_name, i.edition, i.suite, a.file, a.path, a.inner_path, a.head.saved)
    return (a.sha256, i.region, i.year, i.stage, *names)


def _remark_rows(a: Accepted) -> Iterator[tuple[object, ...]]:
    for number, r in enumerate(a.head.remarks, 1):
        key: tuple[str | None, ...] = tuple(r.key) if r.key else (None,) * 4
        places = (r.sheet, r.cell, r.actual, r.expected, r.repair, r.likely, r.severity)
        yield (a.sha256, number, r.code, r.detail, *key, *places)


def _said_rows(a: Accepted) -> Iterator[tuple[object, ...]]:
    for number, one in enumerate(a.head.said, 1):
        yield (a.sha256, number, one.code, one.check, one.text, one.sheet, one.cell)


def _field_rows(suite: Suite) -> Iterator[tuple[object, ...]]:
    for form in suite.forms:
        for block in form.blocks:
            for position, f in enumerate(block.fields):
                about = (f.label, str(f.type), f.unit, f.type.is_number, bool(f.prefill))
                yield (suite.edition, form.id, block.id, str(block.kind), f.id, position, *about)


def _fixed_rows(suite: Suite) -> Iterator[tuple[object, ...]]:
    for form in suite.forms:
        for block in form.blocks:
            for position, row in enumerate(block.rows):
                role = RowRole.TOTAL if block.kind is BlockKind.LIST else row.role
                yield (suite.edition, form.id, block.id, row.id, position, row.label, str(role))
