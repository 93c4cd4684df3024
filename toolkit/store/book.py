"""The book: what was collected, as tables. Opened from the folder that ``collect -o OUT`` left."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.model.errors import InputError
from toolkit.model.form import Suite
from toolkit.store.build import BOOK
from toolkit.store.folder import MANIFEST, Folder
from toolkit.store.lock import hold
from toolkit.store.outputs import actual_name, recover
from toolkit.store.prior import PriorRow, prior_table
from toolkit.store.relations import build_relations

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

FINDINGS = "findings.jsonl"
_FINDING_COLUMNS = (
    "code", "result", "severity", "region", "year", "stage", "unit", "unit_name", "file", "places", "message",
    "actual", "expected", "difference", "unit_of_measure", "what_to_do", "repair", "likely", "fingerprint",
)  # fmt: skip


class Book:
    """A read-only view of one collection. Close it, or use it in a ``with`` block.

    ``Book(out)`` opens OUT (or a staging folder). Amounts are exact: in data frames they have pandas' Arrow
    decimal type. ``threads``: 1 is fastest for a few returns, where planning the queries takes longer than
    running them; None leaves it to DuckDB. A commit that was cut off is carried through first. Raises InputError where no book stands.
    """

    def __init__(self, out: Path | str, *, threads: int | None = None) -> None:
        import duckdb  # noqa: PLC0415 - heavy

        self.out = Path(out)
        if (Folder(self.out).staging / MANIFEST).exists():  # a commit was cut off: the set is half old, half new
            with hold(self.out):
                recover(self.out)
        self.path = self.out / actual_name(self.out, BOOK)
        if not self.path.is_file():
            raise InputError(f"“{self.out}”里没有总账（{BOOK}）。请先运行 toolkit collect … -o “{self.out}”。")
        try:
            self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
                str(self.path), read_only=True, config={} if threads is None else {"threads": threads}
            )
        except duckdb.Error as error:
            raise InputError(f"总账“{self.path}”打不开：{error}。再运行一次 toolkit collect 即可重建。") from error
        self._open: list[duckdb.DuckDBPyConnection] = []
        self._attach = threading.Lock()

    def close(self) -> None:
        for connection in (*self._open, self.connection):
            connection.close()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def editions(self) -> tuple[str, ...]:
        """The editions of the accepted returns, in order of their hashes."""
        rows = self.connection.execute("SELECT DISTINCT edition FROM returns ORDER BY edition").fetchall()
        return tuple(row[0] for row in rows)

    def relations(
        self,
        suite: Suite,
        prior: Book | Sequence[PriorRow] | None = None,
        renamed: Mapping[tuple[str, int | None], str] | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """A connection with the rules' tables (``relations.py``) for the returns of one edition.

        Besides them it sees the book's own tables as ``main.facts`` and so on. It is closed with the book.
        ``prior``: last year's book, or the rows of a plain sheet (raises InputError for one that fits nothing).
        ``renamed``: (a unit's code in ``prior``, the year since when, or None) → its code now.
        """
        connection = self.connection.cursor()
        self._open.append(connection)
        source = None
        if isinstance(prior, Book):
            with self._attach:
                connection.execute(
                    f"ATTACH IF NOT EXISTS '{str(prior.path).replace(chr(39), chr(39) * 2)}' AS prior_book (READ_ONLY)"
                )
            source = "prior_book.main.facts"
        elif prior is not None:
            connection.register("prior_rows", prior_table(prior, suite))
            source = "prior_rows"
        build_relations(connection, suite, source, renamed)
        return connection

    @property
    def facts(self) -> pd.DataFrame:
        """Every fact: the columns of the contract (``value_decimal`` in the unit of ``unit_of_measure``)."""
        return _frame(self.connection.sql("SELECT * FROM facts"))

    @property
    def returns(self) -> pd.DataFrame:
        """The accepted returns, one row each."""
        return _frame(self.connection.sql("SELECT * FROM returns"))

    @property
    def findings(self) -> pd.DataFrame:
        """The findings of the last run, one row each; ``places`` and ``likely`` are lists of dicts."""
        import pandas as pd  # noqa: PLC0415 - heavy

        path = self.out / actual_name(self.out, FINDINGS)
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        found = [json.loads(line) for line in lines if line]
        extra = [name for finding in found[:1] for name in finding if name not in _FINDING_COLUMNS]
        return pd.DataFrame(found, columns=[*_FINDING_COLUMNS, *extra])

    def sql(self, query: str, parameters: Sequence[object] | dict[str, object] | None = None) -> pd.DataFrame:
        """The result of a query over facts, returns, submitted, remarks, fields, fixed_rows and received.

        Raises InputError with DuckDB's own words for a query that cannot be run.
        """
        import duckdb  # noqa: PLC0415 - heavy

        try:
            return _frame(self.connection.sql(query, params=parameters))
        except duckdb.Error as error:
            raise InputError(f"查询无法执行：{error}") from error

    def table(self, block: str) -> pd.DataFrame:
        """One block of all accepted returns, a row per row of the block and a column per field.

        In front stand region, year, stage, unit, unit_name, instance, row and role (item, total, of_which).
        Raises InputError for a block that no return has.
        """
        fields = self.connection.execute(
            "SELECT field, bool_or(is_number) FROM fields WHERE block = ? GROUP BY field ORDER BY min(position), field",
            [block],
        ).fetchall()
        if not fields:
            known = self.connection.execute("SELECT DISTINCT block FROM fields ORDER BY block").fetchall()
            raise InputError(f"没有“{block}”这个区块。现有：{'、'.join(row[0] for row in known) or '（总账是空的）'}。")
        return _frame(self.connection.sql(_table_query(fields), params={"block": block}))


def _table_query(fields: Sequence[tuple[str, bool]]) -> str:
    picks = ""
    for field, number in fields:
        literal, name = field.replace("'", "''"), field.replace('"', '""')
        value = "value_decimal" if number else "value_text"
        picks += (
            f""", max(f.{value}) FILTER (WHERE f.field = '{literal}' AND f.state IN ('value', 'zero')) AS "{name}\""""
        )
    used = "HAVING any_value(d.kind) <> 'list' OR bool_or(f.state <> 'blank' AND NOT d.prefill)"
    return f"""
SELECT f.region, f.year, f.stage, f.unit, any_value(r.unit_name) AS unit_name, f.instance, f.row,
       coalesce(any_value(x.role), 'item') AS role{picks}
FROM facts f JOIN returns r ON r.ret = f.file_sha256
JOIN fields d ON d.edition = f.edition AND d.block = f.block AND d.field = f.field
LEFT JOIN fixed_rows x ON x.edition = f.edition AND x.block = f.block AND x.row = f.row
WHERE f.block = $block
GROUP BY f.region, f.year, f.stage, f.unit, f.instance, f.row, f.file_sha256 {used}
ORDER BY f.region, f.year, f.stage, f.unit, f.instance, coalesce(min(x.position), 1000000), f.row"""  # noqa: S608


def _frame(result: duckdb.DuckDBPyRelation | None) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    if result is None:  # a statement that gives no rows
        return pd.DataFrame()
    table: pa.Table = result.to_arrow_table()
    mapper: Callable[[pa.DataType], object] = lambda kind: pd.ArrowDtype(kind) if pa.types.is_decimal(kind) else None  # noqa: E731
    frame: pd.DataFrame = table.to_pandas(types_mapper=mapper)
    return frame
