"""One return as it stands and as it would stand with other numbers in some cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from toolkit.check.direct import values_of
from toolkit.formula import Bound, Cells, Program, Range, Spot, evaluate
from toolkit.model.fact import Fact, Key
from toolkit.model.fact import State as Standing
from toolkit.model.form import BlockKind, RowRole
from toolkit.model.money import AMOUNT_TOLERANCE, in_range, normal

_MAY_CHANGE = (Standing.VALUE, Standing.ZERO, Standing.BLANK)


@dataclass(frozen=True)
class State:
    """The facts of one return of the program's suite, with last year's (``before``) if there is a book of them.

    ``earlier``: what the version of the return that this one replaced held. ``remarked``: the cells about which the
    reader had something to say, with the code. ``following``: formulas typed over that count as live all the same.
    """

    program: Program
    facts: Mapping[Key, Fact]
    submitted: frozenset[tuple[str, str]]
    before: Mapping[Key, Fact] | None = None
    earlier: Mapping[Key, Decimal | None] | None = None
    remarked: Mapping[Key, str] = field(default_factory=dict)
    following: frozenset[Key] = frozenset()

    @cached_property
    def cells(self) -> Cells:
        """The values as the rules see them."""
        suite = self.program.suite
        cells = values_of(suite, self.facts, self.submitted)
        if self.before is not None:
            cells.prior = values_of(suite, self.before, frozenset())
        return cells

    @cached_property
    def _formulas(self) -> dict[tuple[str, str, str], Bound]:
        return {(c.block, c.row, c.field): c.bound for c in self.program.computed}

    def formula(self, key: Key) -> Bound | None:
        """What computes the cell in the workbook, whether typed over or not."""
        fixed = not key.row or key.row in self.program.suite.blocks[key.block].rows_by_id
        return self._formulas.get((key.block, key.row if fixed else "*", key.field))

    def live(self, key: Key) -> Bound | None:
        """The formula that stands in the cell; None where something was typed."""
        fact = self.facts.get(key)
        return None if fact is None or (fact.typed_over and key not in self.following) else self.formula(key)

    def may_change(self, key: Key) -> bool:
        """Whether a number is, or could be, typed there: no mark, no unreadable text, no formula."""
        fact = self.facts.get(key)
        if fact is None or fact.state not in _MAY_CHANGE or self.live(key) is not None:
            return False
        return self.program.suite.blocks[key.block].by_id[key.field].type.is_number

    def following_formulas(self) -> State:
        """The same return, as if the formulas stood that were typed over with what they give: values pasted as a whole
        were computed once, and the totals go with an entry that is mended.
        """
        agreeing = set()
        for key, fact in self.facts.items():
            bound = self.formula(key) if fact.typed_over else None
            if bound is None or not isinstance(fact.value, Decimal):
                continue
            found = evaluate(bound, Spot(self.cells, key.instance, key.row))
            if isinstance(found, Decimal) and abs(found - fact.value) <= AMOUNT_TOLERANCE:
                agreeing.add(key)
        return replace(self, following=frozenset(agreeing))

    def number(self, key: Key) -> Decimal | None:
        """The number in a cell."""
        value = self.cells.value(key)
        return value if isinstance(value, Decimal) else None

    def changed(self, changes: Mapping[Key, Decimal], dependents: Iterator[Key] | None = None) -> State:
        """The return with these numbers typed; ``dependents``: the formulas to compute again, in their order."""
        facts = dict(self.facts)
        for key, value in changes.items():
            facts[key] = _holding(facts[key], value)
        if dependents is not None:
            values = {k: f.value for k, f in facts.items() if f.state in (Standing.VALUE, Standing.ZERO)}
            live = Cells.every(self.program.suite, values, ())
            for key in dependents:
                bound = self.live(key)
                if bound is None:
                    continue
                found = evaluate(bound, Spot(live, key.instance, key.row))
                new = normal(found) if isinstance(found, Decimal) and in_range(found) else None
                facts[key] = _holding(facts[key], new)
                values[key] = new
        return replace(self, facts=facts)

    def keys(self, term: Range, instance: str) -> list[Key]:
        """The cells a range runs over, as the evaluator does."""
        ref = term.ref
        block = self.program.suite.blocks[ref.block]
        form = self.program.suite.form_of_block[ref.block]
        instances = self.cells.instances(form.id) if ref.across else (instance if form.repeat else "",)
        found = []
        for one in instances:
            if block.kind is BlockKind.LIST:
                rows = self.cells.rows(block.id, one)
            elif block.kind is BlockKind.GRID:
                rows = tuple(r.id for r in block.rows if r.role is RowRole.ITEM)
            else:
                rows = ("",)
            found += [Key(block.id, one, row, ref.field) for row in rows]
        return found

    def key(self, ref_block: str, row: str | None, many: bool, field_id: str, spot: Spot) -> Key:
        """The cell a single name stands for at a home."""
        repeat = self.program.suite.form_of_block[ref_block].repeat
        return Key(ref_block, spot.instance if repeat else "", spot.row if many else row or "", field_id)


def _holding(fact: Fact, value: Decimal | None) -> Fact:
    state = Standing.BLANK if value is None else Standing.ZERO if value == 0 else Standing.VALUE
    return replace(fact, value=value, state=state)
