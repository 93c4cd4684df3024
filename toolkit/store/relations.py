"""The tables that the SQL of the rules reads, made from the facts of one edition (TEMP, one set a connection).

``returns(ret, …)``, ``submitted(ret, form, instance)``, ``row_<block>(ret, instance, row, role, fields…)``,
``cell_<block>(ret, instance, "<row>.<field>"…)`` and the ``prior_`` ones of last year's book under the same
``ret``. Numbers are DECIMAL(18,6), the rest text; NULL where there is no value. Beside the column of a number or
date stands ``<column>#``: whether a word (—, 涉密, what cannot be read) is there. In a text the word is the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from toolkit.formula.select import MARK
from toolkit.model.form import Block, BlockKind, Field, FieldType, Form, RowRole, Suite

if TYPE_CHECKING:
    import duckdb

_USABLE = "state IN ('value', 'zero')"
_APPROVED_FIRST = ("批复", "调整", "二上", "一下", "一上")


def build_relations(
    connection: duckdb.DuckDBPyConnection,
    suite: Suite,
    prior: str | None = None,
    renamed: Mapping[tuple[str, int | None], str] | None = None,
) -> None:
    """Make the tables for the returns of ``suite.edition`` on a connection to a book.

    ``prior`` names a table of last year's facts (columns of ``facts``, ``region`` NULL where it applies to
    any) on the same connection; without it the ``prior_`` tables are there and empty. ``renamed``: (a unit's code
    in it, the year since when or None for any) → its code now.
    """
    edition = {"edition": suite.edition}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE returns AS SELECT * FROM main.returns WHERE edition = $edition", edition
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE submitted AS SELECT s.* FROM main.submitted s"
        " SEMI JOIN temp.returns r ON r.ret = s.ret"
    )
    # By block: each table below reads the part of its own block only, which for millions of facts halves the time.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE now AS SELECT file_sha256 AS ret, block, instance, row, field,"
        " value_decimal, value_text, state FROM main.facts WHERE edition = $edition ORDER BY block",
        edition,
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE renamed (old VARCHAR, since INTEGER, unit VARCHAR)")
    for (old, since), unit in (renamed or {}).items():
        connection.execute(
            "INSERT INTO renamed VALUES ($old, $since, $unit)", {"old": old, "since": since, "unit": unit}
        )
    connection.execute(_was(prior))
    for form in suite.forms:
        for block in form.blocks:
            last_year = _no_prior_tables(block) if prior is None else _prior_tables(form, block)
            for statement in (*_tables(form, block), *last_year):
                connection.execute(statement)


def _was(prior: str | None) -> str:
    """Last year's facts under this year's ``ret``: same region and unit, the year before, what was approved first.

    A unit that has a new code is found under the old one, or under the new where it had changed before.
    """
    columns = "block, instance, row, field, value_decimal, value_text, state"
    if prior is None:
        return f"CREATE OR REPLACE TEMP TABLE was AS SELECT ret, {columns} FROM now WHERE false"  # noqa: S608
    stages = ", ".join(_text(stage) for stage in _APPROVED_FIRST)
    return f"""
CREATE OR REPLACE TEMP TABLE was AS
WITH pairs AS (
    SELECT r.ret, p.region, p.stage, p.unit, p.year
    FROM temp.returns r LEFT JOIN renamed n ON n.unit = r.unit AND coalesce(n.since, r.year) = r.year
    JOIN (SELECT DISTINCT region, stage, unit, year FROM {prior}) p
      ON (p.unit = coalesce(n.old, r.unit) OR (p.unit = r.unit AND p.unit NOT IN (SELECT old FROM renamed)))
     AND (p.region IS NULL OR p.region = r.region) AND (p.year IS NULL OR p.year = r.year - 1)
    QUALIFY 1 = row_number() OVER (
        PARTITION BY r.ret ORDER BY p.unit <> coalesce(n.old, r.unit), coalesce(list_position([{stages}], p.stage), 99), p.region, p.stage)
)
SELECT w.ret, {columns} FROM {prior} f JOIN pairs w
  ON f.unit = w.unit AND f.region IS NOT DISTINCT FROM w.region AND f.stage IS NOT DISTINCT FROM w.stage
 AND f.year IS NOT DISTINCT FROM w.year"""  # noqa: S608 - names of our own


def _tables(form: Form, block: Block) -> Iterable[str]:
    """This year's tables of a block."""
    if block.kind is BlockKind.RECORD:
        rows = f"{_held(form)}, (VALUES ('', 'item')) r(row, role)"
    elif block.kind is BlockKind.GRID:
        rows = f"{_held(form)}, {_fixed(block)}"
    else:
        rows = _list_rows(form, block)
    yield _create(f"row_{block.id}", _wide_rows(form, block, "now", rows))
    if block.kind is not BlockKind.RECORD:
        yield _create(f"cell_{block.id}", _turned(form, block))


def _prior_tables(form: Form, block: Block) -> Iterable[str]:
    """Last year's tables of a block; they may refer to this year's."""
    listed = block.kind is BlockKind.LIST
    yield _create(f"prior_row_{block.id}", _prior_list(block) if listed else _prior_rows(form, block))
    if block.kind is not BlockKind.RECORD:
        yield _create(f"prior_cell_{block.id}", _wide_cells(form, block, "was", _prior_sheets(form)))


def _no_prior_tables(block: Block) -> Iterable[str]:
    """Empty ones: a third of the time all tables take would go into planning queries over nothing."""
    for kind in ("row",) if block.kind is BlockKind.RECORD else ("row", "cell"):
        this = _name(f"{kind}_{block.id}")
        yield _create(f"prior_{kind}_{block.id}", f"SELECT * FROM {this} WHERE false")  # noqa: S608 - our own names


def _wide_rows(form: Form, block: Block, source: str, rows: str) -> str:
    """One row per (ret, instance, row) of ``rows``, a column per field."""
    columns = "".join(_columns(f, f.id, f"f.field = {_text(f.id)}") for f in block.fields)
    return (
        f"SELECT h.ret, h.instance, h.row, h.role{columns}\n"  # noqa: S608 - ids of the suite, quoted
        f"FROM (SELECT * FROM {rows}) h LEFT JOIN {source} f\n"
        f"  ON f.ret = h.ret AND f.instance = h.instance AND f.row = h.row AND f.block = {_text(block.id)}\n"
        "GROUP BY h.ret, h.instance, h.row, h.role"
    )


def _wide_cells(form: Form, block: Block, source: str, sheets: str) -> str:
    """One row per submitted (ret, instance), a column per fixed cell."""
    columns = "".join(
        _columns(f, f"{row.id}.{f.id}", f"f.row = {_text(row.id)} AND f.field = {_text(f.id)}")
        for row in block.rows
        for f in block.fields
        if block.has_cell(row.id, f.id)
    )
    return (
        f"SELECT h.ret, h.instance{columns}\n"  # noqa: S608 - ids of the suite, quoted
        f"FROM (SELECT ret, instance FROM {sheets}) h LEFT JOIN {source} f\n"
        f"  ON f.ret = h.ret AND f.instance = h.instance AND f.block = {_text(block.id)}\nGROUP BY h.ret, h.instance"
    )


def _turned(form: Form, block: Block) -> str:
    """``_wide_cells`` of this year, from the rows that stand already: planning it takes half the time."""
    picks = []
    for row in block.rows:
        for f in block.fields:
            if block.has_cell(row.id, f.id):
                picks.append(f"{_of_row('max', row.id, f.id)} AS {_name(f'{row.id}.{f.id}')}")
                if _has_mark(f):
                    mark = _of_row("bool_or", row.id, f.id + MARK)
                    picks.append(f"coalesce({mark}, false) AS {_name(f'{row.id}.{f.id}{MARK}')}")
    return (
        f"SELECT h.ret, h.instance, {', '.join(picks)}\n"  # noqa: S608 - ids of the suite, quoted
        f"FROM (SELECT ret, instance FROM {_held(form)}) h LEFT JOIN {_name(f'row_{block.id}')} f\n"
        f"  ON f.ret = h.ret AND f.instance = h.instance\nGROUP BY h.ret, h.instance"
    ).replace("instance, \nFROM", "instance\nFROM")


def _of_row(function: str, row: str, column: str) -> str:
    return f"{function}(CASE WHEN f.row = {_text(row)} THEN f.{_name(column)} END)"


def _list_rows(form: Form, block: Block) -> str:
    """Used rows (any typed or computed cell that is not pre-filled holds something) and the total rows."""
    fixed = ", ".join(_text(row.id) for row in block.rows) or "''"
    inputs = ", ".join(_text(f.id) for f in block.fields if not f.prefill) or "''"
    used = (
        f"SELECT f.ret, f.instance, f.row, 'item' AS role FROM now f SEMI JOIN {_sheets(form)} h\n"  # noqa: S608
        f"    ON h.ret = f.ret AND h.instance = f.instance\n"
        f"  WHERE f.block = {_text(block.id)} AND f.state <> 'blank'\n"
        f"    AND f.field IN ({inputs}) AND f.row NOT IN ({fixed})\n"
        "  GROUP BY f.ret, f.instance, f.row"
    )
    totals = f"SELECT h.ret, h.instance, r.row, r.role FROM {_sheets(form)} h, {_fixed(block)}"  # noqa: S608
    return f"({used}\n  UNION ALL {totals})" if block.rows else f"({used})"


def _prior_rows(form: Form, block: Block) -> str:
    """The fixed rows of last year. A repeated form's instances are numbered anew each year: none is matched."""
    rows = f"{_prior_sheets(form)}, " + (
        _fixed(block) if block.kind is BlockKind.GRID else "(VALUES ('', 'item')) r(row, role)"
    )
    return _wide_rows(form, block, "was", rows)


def _prior_list(block: Block) -> str:
    """Last year's list rows under this year's row ids, matched by the key fields where that is one to one."""
    this = f"row_{block.id}"
    if not block.key:
        return f"SELECT * FROM {this} WHERE false"  # noqa: S608
    fields = "".join(f", {_pick(f, f'field = {_text(f.id)}')} AS {_name(f.id)}" for f in block.fields)
    fixed = ", ".join(_text(row.id) for row in block.rows) or "''"
    key = ", ".join(_name(k) for k in block.key)
    one = f"QUALIFY count(*) OVER (PARTITION BY ret, {key}) = 1"
    picked = "".join(f", w.{_name(f.id)}" for f in block.fields)
    same = " AND ".join(f"n.{_name(k)} = w.{_name(k)}" for k in block.key)
    return f"""
WITH was_rows AS (SELECT ret, row{fields} FROM was f
                  WHERE f.block = {_text(block.id)} AND f.row NOT IN ({fixed}) AND f.instance = '' GROUP BY ret, row),
     one_was AS (SELECT * FROM was_rows {one}),
     one_now AS (SELECT ret, instance, row, role, {key} FROM {this} WHERE role = 'item' AND instance = '' {one})
SELECT n.ret, n.instance, n.row, n.role{picked} FROM one_now n JOIN one_was w ON n.ret = w.ret AND {same}"""  # noqa: S608


def _sheets(form: Form) -> str:
    return f"(SELECT ret, instance FROM temp.submitted WHERE form = {_text(form.id)})"  # noqa: S608


def _held(form: Form) -> str:
    """The sheets that are submitted, or hold prefilled figures that other forms may refer to."""
    blocks = ", ".join(_text(block.id) for block in form.blocks)
    return (
        f"(SELECT ret, instance FROM temp.submitted WHERE form = {_text(form.id)}"  # noqa: S608
        f" UNION SELECT ret, instance FROM now WHERE block IN ({blocks}))"
    )


def _prior_sheets(form: Form) -> str:
    """One row per return that has any of the form's blocks in last year's facts."""
    blocks = ", ".join(_text(block.id) for block in form.blocks)
    kept = "false" if form.repeat else f"block IN ({blocks}) AND instance = ''"
    return f"(SELECT DISTINCT ret, instance FROM was WHERE {kept})"  # noqa: S608


def _fixed(block: Block) -> str:
    role = RowRole.TOTAL if block.kind is BlockKind.LIST else None
    rows = ", ".join(f"({_text(row.id)}, {_text(str(role or row.role))})" for row in block.rows)
    return f"(VALUES {rows}) r(row, role)"


def _columns(field: Field, name: str, condition: str) -> str:
    """The column of a field, and for a number or date the flag that a word stands there."""
    made = f",\n  {_pick(field, condition)} AS {_name(name)}"
    if _has_mark(field):
        found = f"bool_or({condition} AND f.state NOT IN ('blank', 'value', 'zero'))"
        made += f",\n  coalesce({found}, false) AS {_name(name + MARK)}"
    return made


def _has_mark(field: Field) -> bool:
    return field.type.is_number or field.type is FieldType.DATE


def _pick(field: Field, condition: str) -> str:
    if not _has_mark(field):
        return f"max(f.value_text) FILTER (WHERE {condition} AND f.state NOT IN ('blank', 'invalid'))"
    value = "f.value_decimal" if field.type.is_number else "f.value_text"
    picked = f"max({value}) FILTER (WHERE {condition} AND f.{_USABLE})"
    return f"TRY_CAST({picked} AS DECIMAL(18,6))" if field.type.is_number else picked


def _create(table: str, query: str) -> str:
    return f"CREATE OR REPLACE TEMP TABLE {_name(table)} AS {query}"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"
