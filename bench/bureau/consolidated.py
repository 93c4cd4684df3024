"""Every number of summary.xlsx held against sums that pandas makes of the Parquet facts, by a tree of its own.

The sums are exact (millionths of 万元 as integers); a cell agrees when it is the same to the cent.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bureau.collection import suite
from bench.bureau.tables import ROSTER, Row, write_table
from toolkit.check import read_received, read_submissions
from toolkit.model.form import FieldType
from toolkit.report import Results, read_values, write_report
from toolkit.report.summary_places import summary_places
from toolkit.report.summary_shown import PART, RETURNS, TOTAL, VALUE, Shown
from toolkit.store import Book
from toolkit.store.bureau import read_roster

if TYPE_CHECKING:
    import pandas as pd

SUMMED, OWN = "summed", "="
Sums = Mapping[tuple[str, str, str, str], int]
"""(node, block, row, field) → millionths. ``row`` is SUMMED for all lines of a list together; before a unit's code stands
OWN for its own return alone."""


@dataclass(frozen=True)
class Compared:
    """``cells``: numbers of the workbook that were compared, by kind; ``nodes``: those with sums; ``apart``: differences."""

    cells: Mapping[str, int]
    nodes: int
    apart: tuple[str, ...]
    writing: float


def compare(book: Path, roster: Sequence[Row]) -> Compared:
    """summary.xlsx of a book against pandas, at every node of the roster's tree."""
    entries = read_roster(write_table(book / "roster-summary.csv", ROSTER, roster))
    with Book(book) as held:
        submissions = read_submissions(held.connection)
        results = Results(
            suites={suite().edition: suite()},
            submissions=submissions,
            findings=(),
            received=read_received(held.connection),
            roster=entries,
            values=read_values(held.connection, (s.ret for s in submissions)),
        )
    begun = time.perf_counter()
    out = io.BytesIO()
    write_report(results, "summary", out)
    writing = time.perf_counter() - begun
    places = list(summary_places(results))
    keys = {(what.block, what.only[0]) for _, _, what in places if _by_key(what) and what.only}
    sums = in_pandas(book / "facts" / "facts.parquet", roster, keys)
    shown = _cells(out.getvalue(), {sheet for sheet, _, _ in places})
    counts: Counter[str] = Counter()
    apart = []
    for sheet, cell, what in places:
        if what.kind in (VALUE, TOTAL, RETURNS) or _by_key(what):
            counts[what.kind] += 1
            apart += list(_differs(f"{sheet}!{cell}", what, shown.get((sheet, cell)), sums))
    nodes = {what.node for _, _, what in places if what.kind in (TOTAL, RETURNS)}
    return Compared(dict(counts), len(nodes), tuple(apart), writing)


def _by_key(what: Shown) -> bool:
    """Whether it adds up the rows that have one code."""
    percent = suite().blocks[what.block].by_id[what.field].type is FieldType.PERCENT
    return what.kind == PART and what.only is not None and not percent


def _differs(at: str, what: Shown, found: object, sums: Sums) -> Iterator[str]:
    if what.kind == VALUE and what.instance:
        return  # a line of a repeated form: its sheet says which, and the sums below cover it
    node = f"{OWN}{what.unit or what.node}" if what.ret else what.node
    row = (
        "~".join(what.only) if what.only else what.row or ("" if (node, what.block, "", what.field) in sums else SUMMED)
    )
    wanted = sums.get((node, what.block, row, what.field))
    cents = None if wanted is None else round(Decimal(wanted) / 10_000)
    got = round(Decimal(repr(found)) * 100) if isinstance(found, int | float) else None
    if what.kind != VALUE:  # a sum of nothing may stand as 0 or as a blank
        cents, got = cents or 0, got or 0
    if cents != got:
        yield f"{at} {what.node} {what.block}.{row}.{what.field}: {found} / {wanted}"


def in_pandas(facts: Path, roster: Sequence[Row], keys: Collection[tuple[str, str]] = ()) -> Sums:
    """Sums at every node: of each cell, of each column of a list without its total, and by the texts in its columns ``keys``
    (block, field), under the row ``field~text``."""
    import pandas as pd  # noqa: PLC0415 - heavy

    columns = ["region", "unit", "block", "row", "field", "value_decimal", "value_text", "state"]
    frame = pd.read_parquet(facts, columns=columns)
    named = frame[[pair in keys for pair in zip(frame["block"], frame["field"], strict=True)]]
    named = named.assign(named=named["field"] + "~" + named["value_text"])[["unit", "block", "row", "named"]]
    frame = frame[frame["value_decimal"].notna() & frame["state"].isin(["value", "zero"])]
    amount = (frame["value_decimal"] * 1_000_000).astype("int64")
    frame = frame.assign(amount=amount).drop(columns=["value_decimal", "value_text", "state"])
    lines = frame[frame["row"].str.fullmatch(r"[0-9]+")]
    by_key = lines.merge(named, on=["unit", "block", "row"])
    by_key = by_key.assign(row=by_key["named"]).drop(columns=["named"])
    frame = pd.concat([frame, lines.assign(row=SUMMED), by_key])
    above = pd.DataFrame(_ancestors(frame, roster), columns=["unit", "node"])
    joined = frame.merge(above, on="unit")
    summed = joined.groupby(["node", "block", "row", "field"])["amount"].sum()
    rows = summed.reset_index().itertuples(index=False, name=None)
    return {(str(n), str(b), str(r), str(f)): int(v) for n, b, r, f, v in rows}


def _ancestors(frame: pd.DataFrame, roster: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Each unit with itself, every superior, and its region."""
    upper = {code: parent for code, _, parent, _ in roster}
    for unit, region in frame[["unit", "region"]].drop_duplicates().itertuples(index=False):
        yield unit, f"{OWN}{unit}"
        at = unit
        while at:
            yield unit, at
            at = upper.get(at, "")
        yield unit, region


def _cells(workbook: bytes, sheets: set[str]) -> dict[tuple[str, str], object]:
    """(sheet, cell) → value as the workbook has it."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415

    content = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    found: dict[tuple[str, str], object] = {}
    for name in sheets & set(content.sheet_names):
        for r, row in enumerate(content.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            found |= {(name, xl_rowcol_to_cell(r, c)): value for c, value in enumerate(row) if value != ""}
    return found
