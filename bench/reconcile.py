"""Reconciling millions of facts: DuckDB over Parquet with the product's own SQL, beside the same in pandas.

``python -m bench.reconcile [MILLIONS]`` makes one bureau with planted mistakes, repeats it in as many regions as it takes,
and has each side, in a process of its own, read the same Parquet file, judge the same rules on every return, add up every
amount by department and region, and hold payers against receivers. Both must find the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.reconcile_in_pandas import BLOCKS, CODES, in_pandas

if TYPE_CHECKING:
    import duckdb

RESULTS = Path(__file__).parent / "results" / "reconcile.md"
SEED, UNITS = 4, 300
FACTS, RETURNS, SUBMITTED = "facts.parquet", "returns.parquet", "submitted.parquet"

ROLL_UP = """
SELECT region, dept, block, "row", field, sum(value_decimal) AS amount
FROM (SELECT region, left(unit, 3) AS dept, block, "row", field, value_decimal FROM facts
      WHERE unit_of_measure = '万元' AND value_decimal IS NOT NULL AND state IN ('value', 'zero')
        AND NOT regexp_matches("row", '^[0-9]+$'))
GROUP BY GROUPING SETS ((region, dept, block, "row", field), (region, block, "row", field))
"""
TRANSFERS = """
WITH line AS (
    SELECT region, unit, max(value_text) FILTER (field = 'counterparty') AS other,
           max(value_text) FILTER (field = 'direction') AS way, max(value_decimal) FILTER (field = 'amount') AS amount
    FROM facts WHERE block = 'transfers' AND "row" <> 'total' GROUP BY region, unit, "row"),
paid AS (SELECT region, unit AS payer, other AS payee, sum(amount) AS amount FROM line WHERE way = '付' GROUP BY ALL),
got AS (SELECT region, other AS payer, unit AS payee, sum(amount) AS amount FROM line WHERE way = '收' GROUP BY ALL)
SELECT count(*) FROM paid FULL JOIN got USING (region, payer, payee)
WHERE abs(coalesce(paid.amount, 0) - coalesce(got.amount, 0)) > 0.005
"""


def make(folder: Path, facts: int, units: int = UNITS) -> dict[str, int]:
    """The Parquet files in ``folder``: one bureau's draft budgets with their mistakes, in many regions."""
    import duckdb  # noqa: PLC0415 - in the process that makes only

    from bench.bureau.collection import collect, parse, readers, write_data_files  # noqa: PLC0415
    from bench.bureau.forms import DRAFT  # noqa: PLC0415
    from bench.bureau.making import make_bureau  # noqa: PLC0415
    from bench.bureau.planting import plant  # noqa: PLC0415

    drafts, _ = plant(make_bureau(SEED, units), DRAFT)
    files = write_data_files(drafts.documents.values(), folder / "data")
    with readers(2 if units > 20 else 1) as pool:
        book = collect(parse(files, folder / "parsed", pool), folder / "book")
    with duckdb.connect(str(book / "book.duckdb"), read_only=True) as connection:
        one = connection.execute("SELECT count(*) FROM facts").fetchall()[0][0]
        regions = -(-facts // one)
        repeated = f"FROM range(1, {regions + 1}) t(n)"
        name, key = "printf('示例%03d市', t.n)", "printf('%s-%03d', {}, t.n)"
        tables = {
            FACTS: f"SELECT f.* REPLACE ({name} AS region, {key.format('f.file_sha256')} AS file_sha256) {repeated}, facts f",
            RETURNS: f"SELECT r.* REPLACE ({name} AS region, {key.format('r.ret')} AS ret) {repeated}, returns r",
            SUBMITTED: f"SELECT s.* REPLACE ({key.format('s.ret')} AS ret) {repeated}, submitted s",
        }
        for file, query in tables.items():
            connection.execute(f"COPY ({query}) TO '{folder / file}' (FORMAT parquet, COMPRESSION zstd)")
        made = connection.execute(f"SELECT count(*) FROM read_parquet('{folder / FACTS}')").fetchall()[0][0]
        returns = connection.execute(f"SELECT count(*) FROM read_parquet('{folder / RETURNS}')").fetchall()[0][0]
    return {"facts": made, "returns": returns, "regions": regions}


def in_duckdb(folder: Path) -> dict[str, Any]:
    """The product's relations and rules; roll-up and transfers as SQL."""
    import duckdb  # noqa: PLC0415 - in the process that is measured

    from toolkit.catalog import load_suite  # noqa: PLC0415
    from toolkit.check.verdicts import run  # noqa: PLC0415
    from toolkit.formula import compile_suite  # noqa: PLC0415
    from toolkit.store.relations import build_relations  # noqa: PLC0415

    suite = load_suite("standard")
    program = compile_suite(suite)
    laps = Laps()
    with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as connection:
        for name, file in (("facts", FACTS), ("returns", RETURNS), ("submitted", SUBMITTED)):
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder / file}')")
        build_relations(connection, replace(suite, forms=tuple(f for f in suite.forms if BLOCKS & f.by_id.keys())))
        laps.lap("reading, a table a form")
        some = replace(program, checks=tuple(c for c in program.checks if c.id in CODES))
        found = dict.fromkeys(CODES, 0)
        for hit in run(connection, some):
            found[hit.check.code] += hit.failed
        laps.lap("rules")
        rolled = _rolled(connection)
        laps.lap("roll-up")
        transfers = connection.execute(TRANSFERS.replace("FROM facts", "FROM main.facts")).fetchall()[0][0]
        laps.lap("transfers")
        own, peak = dict(laps.taken), peak_memory()
        build_relations(connection, suite)
        every = sum(hit.failed for hit in run(connection, program))
        laps.lap("all")
    return {
        "rules": found, "rolled": rolled, "transfers": transfers, "laps": own, "peak": peak, "every": every,
        "checks": len(program.checks), "all": laps.taken["all"], "all_peak": peak_memory(),
    }  # fmt: skip


def _rolled(connection: duckdb.DuckDBPyConnection) -> list[str]:
    query = ROLL_UP.replace("FROM facts", "FROM main.facts")
    count, whole = connection.execute(f"SELECT count(*), sum(amount) FROM ({query})").fetchall()[0]
    return [str(count), f"{whole:.2f}"]


def peak_memory() -> float:
    """The most memory this process ever had, MiB (of the kernel's own account, which begins with the program)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


class Laps:
    """Seconds from one step to the next."""

    def __init__(self) -> None:
        self.at, self.taken = time.perf_counter(), dict[str, float]()

    def lap(self, what: str) -> None:
        now = time.perf_counter()
        self.taken[what], self.at = now - self.at, now


def _measured(side: str, folder: Path) -> dict[str, Any]:
    """One side in a process of its own: what it found, its time, and the most memory it had."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.reconcile", side, str(folder)], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _report(made: dict[str, int], ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    seconds = [sum(side["laps"].values()) for side in (ours, theirs)]
    same = all(ours[name] == theirs[name] for name in ("rules", "rolled", "transfers"))
    lines = [
        "# Reconciling ten million facts",
        "",
        f"`python -m bench.reconcile`: {made['facts']:,} facts of {made['returns']:,} returns in {made['regions']} regions, "
        f"one Parquet file; {len(CODES)} rules on every return, every amount by department and region "
        f"({int(ours['rolled'][0]):,} sums), payers against receivers. One run, each side in a process of its own, 2 cores.",
        "",
        "| | DuckDB, the product's SQL | pandas | ratio |",
        "|---|--:|--:|--:|",
        f"| time, s | {seconds[0]:.1f} | {seconds[1]:.1f} | {seconds[1] / seconds[0]:.1f} |",
        f"| peak memory, MiB | {ours['peak']:,.0f} | {theirs['peak']:,.0f} | {theirs['peak'] / ours['peak']:.1f} |",
    ]
    lines += [f"| – {what}, s | {ours['laps'][what]:.1f} | {theirs['laps'][what]:.1f} | |" for what in ours["laps"]]
    lines += [
        "",
        f"Both found the same: {'yes' if same else 'NO'} ({sum(ours['rules'].values()):,} failures of {len(CODES)} rules, "
        f"{ours['transfers']:,} pairs of payer and receiver that differ; Σ of all sums {ours['rolled'][1]}).",
        "",
        "The product makes a column of every field of those forms, texts too, for any rule may ask for it; the pandas side "
        "makes the numbers and names that these rules read. That is where its time and memory go: once the tables stand, "
        "rules and sums take less than in pandas.",
        "",
        f"Beside it, DuckDB alone: all tables and all {ours['checks']} checks of the suite in {ours['all']:.1f} s with "
        f"{ours['all_peak']:,.0f} MiB ({ours['every']:,} failures), which pandas was not asked for.",
    ]
    if not same:
        lines += ["", *(f"- {code}: {ours['rules'][code]} / {theirs['rules'][code]}" for code in CODES)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Orchestrate, or be one side."""
    if len(sys.argv) == 3 and sys.argv[1] in ("duckdb", "pandas"):
        folder = Path(sys.argv[2])
        found = in_duckdb(folder) if sys.argv[1] == "duckdb" else in_pandas(folder / FACTS, Laps())
        found.setdefault("peak", peak_memory())
        print(json.dumps(found))
        return
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory(prefix="reconcile-") as temporary:
        folder = Path(temporary)
        made = make(folder, int(millions * 1_000_000))
        text = _report(made, _measured("duckdb", folder), _measured("pandas", folder))
    print(text)
    if millions >= 10:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
