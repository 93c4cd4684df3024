"""What a suite of forms is made of (套表 → 表 → 区块 → 栏目), resolved and ready to use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from toolkit.model.rule import Rule

STAGES = ("一上", "一下", "二上", "批复", "调整", "决算", "自评")
"""The stages a return may belong to (decided once for all suites)."""


class FieldType(StrEnum):
    """The type of a field's values. Numbers are exact decimals, dates ISO dates, the rest text."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"
    AMOUNT = "amount"
    DECIMAL = "decimal"
    INTEGER = "integer"
    PERCENT = "percent"

    @property
    def is_number(self) -> bool:
        return self in _NUMBERS


_NUMBERS = frozenset({FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INTEGER, FieldType.PERCENT})


class BlockKind(StrEnum):
    """RECORD: label/value pairs. GRID: fixed rows × columns. LIST: rows that the unit adds."""

    RECORD = "record"
    GRID = "grid"
    LIST = "list"


class RowRole(StrEnum):
    """ITEM rows are what ``block[]`` sums over; TOTAL and OF_WHICH (其中) rows are not."""

    ITEM = "item"
    TOTAL = "total"
    OF_WHICH = "of_which"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a grid or list, or one value of a record.

    ``required`` is True, False or an expression that says when. ``formula`` makes the field computed;
    ``check`` is the rule code under which a typed-over value is compared with the formula.
    ``labels`` are the printed header labels from the outermost to the leaf (equal neighbours are merged).
    ``unit`` is the unit of measure (元, 万元, %, …). ``lookup`` names a code list; ``source`` names a list
    column (``projects.name``) whose typed values are the choices. ``parent`` is the field of the same block
    whose value selects the choices (cascading). ``prefill`` names the field of last year’s book that fills
    this one before it is issued ("" for none). ``member_check``, ``parent_check`` and ``range_check`` are
    the rule codes under which list or pattern membership, the pair with the parent, and the range are checked.
    ``blank_is_zero``: a blank counts as 0. ``dash``: beside numbers the cell takes “--” (not applicable).
    """

    id: str
    labels: tuple[str, ...]
    type: FieldType
    unit: str | None = None
    required: bool | str = False
    formula: str | None = None
    check: str | None = None
    lookup: str | None = None
    source: str | None = None
    strict: bool = True
    parent: str | None = None
    patterns: tuple[str, ...] = ()
    member_check: str | None = None
    parent_check: str | None = None
    range_check: str | None = None
    blank_is_zero: bool = False
    dash: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 2
    max_length: int | None = None
    tolerance: Decimal | None = None
    width: float | None = None
    help: str = ""
    basis: str = ""
    prefill: str = ""

    @property
    def label(self) -> str:
        """The leaf label, as printed nearest to the cells."""
        return self.labels[-1]


@dataclass(frozen=True, slots=True)
class Row:
    """A fixed row of a grid, or the total row of a list.

    ``formulas`` maps field id → expression for the cells this row computes (a column's own formula wins
    over nothing: a cell has at most one formula, the row's first). ``checks`` gives their rule codes.
    ``closed`` are the fields that have no cell in this row (printed as “—”).
    """

    id: str
    label: str
    role: RowRole = RowRole.ITEM
    indent: int = 0
    code: str | None = None
    formulas: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RowPrefill:
    """Rows of a list that are issued filled in: one for each row of the block ``source`` in an earlier return of the unit.

    ``back``: years back to that return (0: the approved plan of the same year, 1: last year). ``stages``: the stages
    at which workbooks get them. ``fields``: field of the list → field of ``source``, or ``block.field`` of the same
    sheet or of a form that does not repeat (several rows are joined line by line). The unit may change what is in
    ``open``; the rest is locked. Unlike figures of ``Field.prefill`` these count as input: a row that was issued and
    left alone is a used row, so that what it lacks is found.
    """

    source: str
    back: int
    stages: tuple[str, ...]
    fields: Mapping[str, str]
    open: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Block:
    """A block of one form. Its id is unique in the suite: rules say ``block.field``.

    ``rows``: the fixed rows of a GRID; of a LIST its total rows (printed first, 合计). ``capacity``: the
    rows a LIST allots. ``key``: fields that identify a list row naturally (fingerprints survive re-sorting).
    ``lines``: for a RECORD, the fields of each printed line. ``stub`` is the header over the row labels.
    ``prefill``: where the rows that a LIST is issued with come from, at which stage.
    """

    id: str
    label: str
    kind: BlockKind
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    capacity: int = 0
    key: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    stub: str = ""
    note: str = ""
    prefill: tuple[RowPrefill, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Field]:
        return {f.id: f for f in self.fields}

    @cached_property
    def rows_by_id(self) -> dict[str, Row]:
        return {r.id: r for r in self.rows}

    def issued(self, stage: str) -> RowPrefill | None:
        """The rows that workbooks of this stage are issued with."""
        return next((one for one in self.prefill if stage in one.stages), None)

    def formula(self, row: str, field_id: str) -> str | None:
        """The expression that computes the cell, or None where the unit types it.

        ``row`` is "" for a record, a row id for a grid or a list's total row, anything else for a list row.
        """
        fixed = self.rows_by_id.get(row)
        if fixed is not None and field_id in fixed.formulas:
            return fixed.formulas[field_id]
        if fixed is not None and self.kind is BlockKind.LIST:
            return None
        return self.by_id[field_id].formula

    def check_code(self, row: str, field_id: str) -> str | None:
        """The rule code under which a value typed over the cell's formula is compared with it."""
        fixed = self.rows_by_id.get(row)
        if fixed is not None and field_id in fixed.formulas:
            return fixed.checks.get(field_id)
        return self.by_id[field_id].check

    def has_cell(self, row: str, field_id: str) -> bool:
        """False for closed cells of a grid and for the untotalled columns of a list's total row."""
        fixed = self.rows_by_id.get(row)
        if fixed is None:
            return True
        if self.kind is BlockKind.LIST:
            return field_id in fixed.formulas
        return field_id not in fixed.closed


@dataclass(frozen=True)
class Form:
    """One sheet (表). ``repeat`` > 0: one sheet per instance (project), that many by default.

    ``sheet`` is the sheet name; for a repeated form a pattern with ``{n}`` (``P{n:02d}_项目绩效``).
    ``required``: a return without it gets a finding “not submitted”; only at ``stages``, if any are named.
    """

    id: str
    sheet: str
    title: str
    blocks: tuple[Block, ...]
    repeat: int = 0
    required: bool = True
    number: str = ""
    who: str = ""
    unit_line: str = ""
    landscape: bool = False
    basis: str = ""
    help: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Block]:
        return {b.id: b for b in self.blocks}

    def due(self, stage: str) -> bool:
        """Whether a return of this stage must hold the form."""
        return self.required and (not self.stages or stage in self.stages)


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a code list. ``aliases`` are other spellings, normalised to ``value`` on reading.

    ``code`` is the code alone where ``value`` is code and name (``30201-办公费``); it is read as the value too.
    ``years`` are the first and last budget year the entry is in force (None: open on that side).
    ``source`` is the document it was taken from, ``confidence`` (高, 中, 低) how well that is established.
    """

    value: str
    code: str | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    note: str = ""
    years: tuple[int | None, int | None] | None = None
    source: str = ""
    confidence: str = ""

    def in_force(self, year: int) -> bool:
        """Whether the entry stands in the lists of that budget year."""
        first, last = self.years or (None, None)
        return (first is None or first <= year) and (last is None or year <= last)


@dataclass(frozen=True)
class CodeList:
    """A code list. An ``open`` list is only partly known: it never fails a value that is not in it."""

    id: str
    label: str
    entries: tuple[ListEntry, ...]
    open: bool = False
    source: str = ""

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset(e.value for e in self.entries)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """(parent, value) of every entry that has a parent."""
        return frozenset((e.parent, e.value) for e in self.entries if e.parent is not None)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Other spelling → value. A code alone stands for its entry where no other entry has it."""
        codes = {e.code: e.value for e in reversed(self.entries) if e.code is not None and e.code not in self.values}
        return codes | {a: e.value for e in self.entries for a in e.aliases}

    def of_year(self, year: int) -> CodeList:
        """The list of a budget year: its entries in force. The names a code has in other years are aliases then."""
        kept = [e for e in self.entries if e.in_force(year)]
        if len(kept) == len(self.entries):
            return self
        values = {e.value for e in kept}
        spelled: dict[tuple[str | None, str], list[str]] = {}
        for entry in self.entries:
            if entry.code is not None and not entry.in_force(year):
                spelled.setdefault((entry.parent, entry.code), []).extend((entry.value, *entry.aliases))
        made = []
        for entry in kept:
            others = spelled.get((entry.parent, entry.code), []) if entry.code is not None else []
            fresh = dict.fromkeys(o for o in others if o not in values and o not in entry.aliases)
            made.append(replace(entry, aliases=(*entry.aliases, *fresh)) if fresh else entry)
        return replace(self, entries=tuple(made))


@dataclass(frozen=True)
class Suite:
    """A suite of forms for one fiscal year (套表), resolved. ``edition`` is the hash of its content."""

    id: str
    title: str
    year: int
    region: str
    stage: str
    forms: tuple[Form, ...]
    lists: Mapping[str, CodeList]
    rules: tuple[Rule, ...]
    parameters: Mapping[str, Decimal]
    style: Mapping[str, object]
    edition: str = ""
    notes: tuple[str, ...] = ()

    @cached_property
    def form_of_block(self) -> dict[str, Form]:
        return {b.id: f for f in self.forms for b in f.blocks}

    @cached_property
    def blocks(self) -> dict[str, Block]:
        return {b.id: b for f in self.forms for b in f.blocks}

    @cached_property
    def forms_by_id(self) -> dict[str, Form]:
        return {f.id: f for f in self.forms}

    @cached_property
    def rules_by_code(self) -> dict[str, Rule]:
        return {r.code: r for r in self.rules}
