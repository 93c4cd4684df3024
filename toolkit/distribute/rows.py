"""The rows that lists are issued with: a unit's projects and indicators, from an earlier return of its own."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.distribute.prefill import Figures
from toolkit.distribute.sources import return_of, returns_of
from toolkit.model.errors import InputError
from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, FieldType, RowPrefill, Suite
from toolkit.model.money import normal
from toolkit.store import Book
from toolkit.store.bureau import RosterEntry

_FACTS = """
SELECT block, instance, "row", field, value_decimal, value_text FROM facts
WHERE file_sha256 = $ret AND state IN ('value', 'zero') AND list_contains($blocks, block) ORDER BY ALL
"""

Held = Mapping[str, Mapping[tuple[str, str], Mapping[str, Value]]]
"""Block → (instance, row) → field → value, of one return."""


@dataclass(frozen=True)
class Rows:
    """What the lists of each unit are issued with: what is locked, and what the unit may change."""

    locked: Figures = field(default_factory=dict)
    open: Figures = field(default_factory=dict)


def rows_from_book(suite: Suite, book: Book, roster: Iterable[RosterEntry], stage: str) -> Rows:
    """The rows of every list that workbooks of ``stage`` are issued with.

    Raises InputError where a list asks for the approved plan of the suite's year and the book has no return of it,
    where a unit has more rows than the list holds, or is in several regions and the roster does not say which.
    """
    asked = [(block, issued) for block in suite.blocks.values() if (issued := block.issued(stage)) is not None]
    known = {back: returns_of(book, suite.year - back, budget_only=True) for back in {one.back for _, one in asked}}
    for block, issued in asked:
        if issued.back == 0 and not known[0]:
            title = suite.form_of_block[block.id].title
            raise InputError(f"预置：结果文件夹里没有 {suite.year} 年批复的预算，不能预置《{title}》的项目和指标。")
    made = Rows()
    for entry in roster:
        for block, issued in asked:
            ret = return_of(entry, known[issued.back])
            if ret is not None:
                _fill(suite, block, issued, _facts(suite, book, ret, issued), entry, made)
    return made


def _fill(suite: Suite, block: Block, issued: RowPrefill, held: Held, entry: RosterEntry, made: Rows) -> None:
    rows = list(_rows(suite, issued, held))
    if len(rows) > block.capacity:
        raise InputError(
            f"{entry.where}：{entry.unit} {entry.name} 应预置 {len(rows)} 行，而《{suite.form_of_block[block.id].title}》"
            f"“{block.label}”只有 {block.capacity} 行。请在套表中增加行数（rows）。"
        )
    for number, values in enumerate(rows, 1):
        for name, value in values.items():
            into = made.open if name in issued.open else made.locked
            into.setdefault(entry.unit, {})[Key(block.id, "", f"{number:03d}", name)] = value


def _facts(suite: Suite, book: Book, ret: str, issued: RowPrefill) -> Held:
    """The facts of one return that ``issued`` speaks of, in the order of its sheets and rows."""
    blocks = {issued.source, *(where.rpartition(".")[0] for where in issued.fields.values())} - {""}
    held: dict[str, dict[tuple[str, str], dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
    found = book.connection.execute(_FACTS, {"ret": ret, "blocks": sorted(blocks)}).fetchall()
    for block, instance, row, name, number, text in found:
        known = suite.blocks[block].by_id.get(name)
        if known is not None and row not in _totals(suite.blocks[block]):
            value = normal(number) if number is not None else _text(known.type, text)
            if value is not None and known.type.is_number == isinstance(value, Decimal):
                held[block][instance or "", row or ""][name] = value
    return held


def _totals(block: Block) -> Mapping[str, object]:
    return block.rows_by_id if block.kind is BlockKind.LIST else {}


def _rows(suite: Suite, issued: RowPrefill, held: Held) -> Iterator[dict[str, Value]]:
    """A row for each used row of the source; one without any value of its own gives none."""
    own = {where.rpartition(".")[2] for where in issued.fields.values() if _block(where, issued) == issued.source}
    for (instance, row), values in held.get(issued.source, {}).items():
        if own & values.keys():
            picked = {
                name: _value(suite, issued, held, where, (instance, row)) for name, where in issued.fields.items()
            }
            yield {name: value for name, value in picked.items() if value is not None}


def _block(where: str, issued: RowPrefill) -> str:
    return where.rpartition(".")[0] or issued.source


def _value(suite: Suite, issued: RowPrefill, held: Held, where: str, at: tuple[str, str]) -> Value:
    """One value: of the source's own row, of a record beside it, or the rows of a list beside it line by line."""
    block_id, name = _block(where, issued), where.rpartition(".")[2]
    rows = held.get(block_id, {})
    if block_id == issued.source:
        return rows[at].get(name)
    instance = at[0] if suite.form_of_block[block_id].repeat else ""
    found = [values[name] for (sheet, _), values in rows.items() if sheet == instance and name in values]
    if suite.blocks[block_id].kind is BlockKind.LIST:
        return "\n".join(str(one) for one in found) or None
    return found[0] if found else None


def _text(kind: FieldType, text: str | None) -> Value:
    if kind is not FieldType.DATE or text is None:
        return text
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
