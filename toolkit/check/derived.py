"""The faults that follow from the definitions of the fields, in words: blank, not in a list, wrong form, out of range."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from toolkit.check.account import compares, counts
from toolkit.check.labels import field_label, row_label
from toolkit.check.locate import Desk
from toolkit.check.names import nearest
from toolkit.check.verdicts import Hit, is_derived
from toolkit.check.wording import inner, listed, places_of, quote, row_spans, shown, spaced
from toolkit.formula import Cell, Member, Op, walk
from toolkit.formula.derive import REQUIRED
from toolkit.model.fact import Fact, Key
from toolkit.model.finding import Likely
from toolkit.model.form import Field

_PATTERN_KEY = "9 为数字，A 为大写字母，X 为数字或大写字母"


class Kind(StrEnum):
    """How a failed hit is told."""

    COMPARISON = "comparison"
    CONDITION = "condition"
    REQUIRED = "required"
    MEMBER = "member"
    PAIR = "pair"
    RANGE = "range"


def kind_of(desk: Desk, hit: Hit) -> Kind:
    """What sort of fault a hit is."""
    compared = any(compares(o) for o in hit.outcomes)
    if not is_derived(hit.check):
        return Kind.COMPARISON if any(compares(o) and not counts(o) for o in hit.outcomes) else Kind.CONDITION
    if hit.check.code == REQUIRED:
        return Kind.REQUIRED
    key = desk.primary(hit)
    field = desk.suite.blocks[key.block].by_id[key.field] if key else None
    part = hit.first.part
    if field is None or (compared and isinstance(part.lhs, Cell) and _is_equality(part.bound) and _computes(desk, key)):
        return Kind.COMPARISON if compared else Kind.CONDITION
    if any(isinstance(term, Member) and term.parent is not None for term in walk(part.bound)):
        return Kind.PAIR
    limited = hit.check.code == field.range_check and not _asks_membership(part.bound)
    return Kind.RANGE if limited else Kind.MEMBER


def _is_equality(bound: object) -> bool:
    return isinstance(bound, Op) and bound.name == "="


def _computes(desk: Desk, key: Key | None) -> bool:
    if key is None:
        return False
    return desk.suite.blocks[key.block].formula(key.row, key.field) is not None


def _asks_membership(bound: object) -> bool:
    terms = walk(bound)  # type: ignore[arg-type]
    return any(isinstance(t, Member) or (isinstance(t, Op) and t.name in ("MATCHES", "COUNTIFS")) for t in terms)


def tell_required(desk: Desk, pairs: Sequence[tuple[Hit, Fact]]) -> str:
    """``有 2 个必填单元格未填：“3月底”、“6月底”``; rows of a list and sheets of a repeated form together."""
    facts = list(dict.fromkeys(fact for _, fact in pairs))
    if len(facts) == 1:
        return f"{desk.label(facts[0].key)}是必填项，没有填"
    several = len({fact.key.instance for fact in facts}) > 1
    columns: dict[str, list[Fact]] = {}
    for fact in facts:
        block = desk.suite.blocks[fact.key.block]
        label = (
            f"“{inner(field_label(block, block.by_id[fact.key.field]))}”"
            if _is_list_row(desk, fact)
            else desk.label(fact.key)
        )
        columns.setdefault(label, []).append(fact)
    labels = [label + _whereabouts(desk, held, several) for label, held in columns.items()]
    return f"有 {len(facts)} 个必填单元格未填：{listed(labels, 12)}"


def _is_list_row(desk: Desk, fact: Fact) -> bool:
    return fact.key.row.isdigit() and fact.key.row not in desk.suite.blocks[fact.key.block].rows_by_id


def _whereabouts(desk: Desk, facts: Sequence[Fact], several: bool) -> str:
    """In which rows, and on which sheets where there are several, a column is blank."""
    sheets: dict[str, list[int]] = {}
    for fact in facts:
        sheets.setdefault(fact.sheet, []).extend([int(fact.key.row)] if _is_list_row(desk, fact) else [])
    spans = {sheet: row_spans(rows) if rows else "" for sheet, rows in sheets.items()}
    if not several:
        return "".join(spans.values())
    return f"（{listed([f'{sheet} {span}'.strip() for sheet, span in spans.items()], 8)}）"


def tell_cells(desk: Desk, kind: Kind, pairs: Sequence[tuple[Hit, Fact]], first: Hit) -> tuple[str, tuple[Likely, ...]]:
    """The sentence of one or several cells of one column, and suggestions for texts that are nearly right."""
    if not pairs:
        return f"不符合要求：{first.check.rule.statement}", ()
    fact = pairs[0][1]
    block = desk.suite.blocks[fact.key.block]
    field = block.by_id[fact.key.field]
    unit = fact.unit_of_measure or field.unit
    what = _what(desk, kind, field)
    if len(pairs) == 1:
        said = f"{desk.label(fact.key)}填{spaced(fact.value, unit, _decimals(field))}{_parent(desk, kind, *pairs[0])}，{what}"
    else:
        several = len({f.key.instance for _, f in pairs}) > 1
        each = [
            f"{f'{f.sheet} ' if several else ''}{_short(desk, f.key)}{shown(f.value, unit, _decimals(field))}{_parent(desk, kind, hit, f)}"
            for hit, f in pairs
        ]
        said = f"“{inner(field_label(block, field))}”有 {len(pairs)} 处{what}：{listed(each, 6)}"
    likely = tuple(g for n, (hit, f) in enumerate(pairs) if (g := _suggest(desk, kind, field, n, hit, f)))
    return said, likely[:10]


def _decimals(field: Field) -> int | None:
    return None if field.type.value == "amount" else places_of(field.unit)


def _short(desk: Desk, key: Key) -> str:
    """The row alone, as the column is already named."""
    return row_label(desk.suite.blocks[key.block], key.row)


def _what(desk: Desk, kind: Kind, field: Field) -> str:
    """What is wrong with the value."""
    if kind is Kind.RANGE:
        return _limits(field)
    if kind is Kind.PAIR:
        return "与所选上级不对应"
    if field.source:
        block_id, _, column = field.source.replace("[]", "").partition(".")
        source = desk.suite.blocks[block_id]
        form = desk.suite.form_of_block[block_id]
        return f"不在《{form.title}》的“{field_label(source, source.by_id[column])}”之中"
    if field.lookup:
        return f"不在“{desk.suite.lists[field.lookup].label}”的可选范围内"
    if field.patterns:
        return f"不符合规定格式 {' 或 '.join(field.patterns)}（{_PATTERN_KEY}）"
    return "不是允许填写的内容"


def _limits(field: Field) -> str:
    low, high = (None if x is None else shown(x, field.unit, 0) for x in (field.minimum, field.maximum))
    if low is not None and high is not None:
        return f"应在 {low} 至 {high} 之间"
    return f"不得小于 {low}" if low is not None else f"不得大于 {high}"


def _parent(desk: Desk, kind: Kind, hit: Hit, fact: Fact) -> str:
    """What the parent field holds, where the pair is wrong."""
    field = desk.suite.blocks[fact.key.block].by_id[fact.key.field]
    if kind is not Kind.PAIR or field.parent is None:
        return ""
    block = desk.suite.blocks[fact.key.block]
    parent = desk.cells.value(hit.ret, fact.key._replace(field=field.parent))
    return f"（{field_label(block, block.by_id[field.parent])}为{shown(parent)}）"


def _suggest(desk: Desk, kind: Kind, field: Field, at: int, hit: Hit, fact: Fact) -> Likely | None:
    """The allowed value most like the one typed."""
    if kind is not Kind.MEMBER or not isinstance(fact.value, str) or field.patterns:
        return None
    if field.source:
        block, _, column = field.source.replace("[]", "").partition(".")
        allowed = [f.value for f in desk.cells.column(hit.ret, block, column) if isinstance(f.value, str)]
    elif field.lookup:
        allowed = sorted(desk.suite.lists[field.lookup].values)
    else:
        return None
    found = nearest(fact.value, allowed)
    return (
        Likely(at, found[0], f"是不是要填{quote(found[0], 20)}？与{quote(fact.value, 20)}相近（{found[1]:.2f}）")
        if found
        else None
    )
