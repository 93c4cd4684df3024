"""Who returned what, as the checks and the reports see it: accepted returns, their collections, the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.model.fact import Identity, Key, Remark

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """One bureau's collection: totals and comparisons across units never leave it (decisions 12)."""

    region: str
    year: int
    stage: str

    @property
    def title(self) -> str:
        """``唐山高新区 2021 年 批复``."""
        return " ".join(part for part in (self.region, f"{self.year} 年", self.stage) if part)


@dataclass(frozen=True, slots=True)
class Submission:
    """One accepted return. ``ret`` is the sha256 of its file, ``file`` the name people know it by."""

    ret: str
    identity: Identity
    file: str
    remarks: tuple[Remark, ...] = ()
    submitted: frozenset[tuple[str, str]] = frozenset()

    @property
    def group(self) -> Group:
        return Group(self.identity.region, self.identity.year, self.identity.stage)


@dataclass(frozen=True, slots=True)
class Received:
    """A line of received.jsonl (contract). ``status`` is one of ``Status``; "" where nothing is known."""

    sha256: str
    path: str
    status: str
    unit: str = ""
    edition: str = ""
    reason: str = ""
    superseded_by: str = ""
    inner_path: str = ""
    size: int = 0
    received_at: str = ""


def read_submissions(connection: duckdb.DuckDBPyConnection) -> tuple[Submission, ...]:
    """The accepted returns of a book, by region, year, stage, unit and hash, with the reader's remarks."""
    remarks: dict[str, list[Remark]] = {}
    lines = connection.execute(
        'SELECT ret, code, detail, block, instance, "row", field, sheet, cell, actual, expected, repair, likely, severity '
        "FROM main.remarks ORDER BY ret, number"
    )
    for ret, code, detail, block, instance, row, field, *places in lines.fetchall():
        key = None if block is None else Key(block, instance or "", row or "", field or "")
        sheet, cell, *values = places
        remarks.setdefault(ret, []).append(Remark(code, detail or "", key, sheet or "", cell or "", *values))
    submitted: dict[str, set[tuple[str, str]]] = {}
    for ret, form, instance in connection.execute("SELECT ret, form, instance FROM main.submitted").fetchall():
        submitted.setdefault(ret, set()).add((form, instance or ""))
    rows = connection.execute(
        "SELECT ret, region, year, stage, unit, unit_name, edition, suite, file FROM main.returns "
        "ORDER BY region, year, stage, unit, ret"
    )
    return tuple(
        Submission(ret, Identity(*who), file, tuple(remarks.get(ret, ())), frozenset(submitted.get(ret, ())))
        for ret, *who, file in rows.fetchall()
    )


def read_received(connection: duckdb.DuckDBPyConnection) -> tuple[Received, ...]:
    """The ledger of a book, in the order of arrival."""
    columns = "sha256, path, status, unit, edition, reason, superseded_by, inner_path, size, received_at"
    rows = connection.execute(f"SELECT {columns} FROM main.received ORDER BY seq").fetchall()  # noqa: S608
    defaults = Received("", "", "")
    names = [name.strip() for name in columns.split(",")]
    return tuple(
        Received(
            *(value if value is not None else getattr(defaults, name) for name, value in zip(names, row, strict=True))
        )
        for row in rows
    )
