"""How likely a cell is to hold a wrong number, and a number to be the one meant: the evidence, in nats (−ln of a chance)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.check.localise import slips
from toolkit.check.localise.state import State
from toolkit.check.wording import number
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind, Field, FieldType
from toolkit.model.money import in_range, is_money, normal, round_half_up

_COPIED, _NEIGHBOUR, _OMITTED, _ROUNDED, _TERM = 0.06, 0.06, 0.05, 0.5, 0.15
_BEFORE = 0.9
_MOST_ODD = 4.0
_SPREAD = 0.6
_REMARKED = 1.5
_UNCHANGED, _CHANGED = 1.0, 0.7


@dataclass(frozen=True)
class Judged:
    """A number for a cell: ``cost`` of its being the one meant, the slip's ``kind``, and why in ``words`` ("" unknown)."""

    value: Decimal
    cost: float
    kind: str
    words: str


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against single cells of one return."""

    state: State

    @cached_property
    def _typed_over(self) -> float:
        """What a formula typed over weighs: much where it is the only one, nothing where the whole book is values."""
        computed = [f for k, f in self.state.facts.items() if self.state.formula(k) is not None and f.value is not None]
        over = sum(f.typed_over for f in computed)
        return min(4.0, math.log((len(computed) + 1) / (over + 1)))

    def cell(self, key: Key) -> float:
        """The cost of the cell being wrong at all, before any number is proposed for it."""
        cost = 0.0
        fact = self.state.facts[key]
        if fact.typed_over:
            cost -= self._typed_over
        if key in self.state.remarked:
            cost -= _REMARKED
        if self.state.earlier is not None:
            same = self.state.earlier.get(key) == self.state.number(key)
            cost += _UNCHANGED if same else -_CHANGED
        if self._field(key).prefill:
            cost += 0.7
        return cost

    def judge(self, key: Key, value: Decimal, terms: tuple[Decimal, ...] = (), rounded: int = 0) -> Judged | None:
        """The cost of ``value`` being meant where something else is typed; None where it cannot stand there.

        ``terms``: what is added up to it, if it is a sum; ``rounded``: how many of those may be rounded each.
        """
        field = self._field(key)
        if not self._fits(field, value):
            return None
        typed = self.state.number(key)
        found = self._slip(key, typed, value, terms, rounded)
        return Judged(value, found.cost + self.cell(key) + self._odd(key, typed, value, field), found.kind, found.words)

    def _slip(
        self, key: Key, typed: Decimal | None, value: Decimal, terms: tuple[Decimal, ...], rounded: int
    ) -> slips.Slip:
        if typed is None:
            return slips.Slip("omitted", -math.log(_OMITTED) + slips.unexplained(value) / 2, "没有填，可能漏填")
        options = [slips.slip(typed, value)]
        if rounded and abs(typed - value) <= Decimal("0.005") * rounded and is_money(self._field(key).unit):
            options.append(slips.Slip("rounded", -math.log(_ROUNDED), "相差在各项四舍五入之内，可能是舍位造成的"))
        for words, held, share in self._beside(key):
            if typed and any(v == typed for v in held):
                options.append(slips.Slip("copied", -math.log(share / max(len(held), 1)), words))
        options += _of_terms(typed, value, terms)
        earlier = (self.state.earlier or {}).get(key)
        if earlier == value and earlier is not None:
            options.append(slips.Slip("changed", -math.log(_BEFORE), "与上一次报送的数不同，上次的数符合"))
        return min(options, key=lambda one: one.cost)

    def _beside(self, key: Key) -> list[tuple[str, list[Decimal], float]]:
        """The numbers that might have been typed here by mistake: of the same row, and of the rows next to it."""
        field = self._field(key)
        block = self.state.program.suite.blocks[key.block]
        alike = [f.id for f in block.fields if f.id != key.field and f.type is field.type and f.unit == field.unit]
        years = [f for f in alike if self._is_last_year(key, f) or self._is_last_year(key._replace(field=f), key.field)]
        others = [f for f in alike if f not in years]
        rows = self._neighbours(key)
        found = [
            ("与上年数相同，可能错填成另一年的数", self._numbers(key._replace(field=f) for f in years), _COPIED),
            ("与同行另一栏相同，可能串栏", self._numbers(key._replace(field=f) for f in others), _NEIGHBOUR / 2),
            ("与相邻行相同，可能串行", self._numbers(key._replace(row=r) for r in rows), _NEIGHBOUR),
        ]
        return [one for one in found if one[1]]

    def neighbours(self, key: Key) -> list[Key]:
        """The cells an entry is most easily exchanged with: above, below, and the other columns of the row like it."""
        field = self._field(key)
        block = self.state.program.suite.blocks[key.block]
        alike = [f.id for f in block.fields if f.id != key.field and f.type is field.type and f.unit == field.unit]
        beside = [key._replace(field=f) for f in alike] + [key._replace(row=r) for r in self._neighbours(key)]
        return [one for one in beside if self.state.may_change(one)]

    def _neighbours(self, key: Key) -> list[str]:
        block = self.state.program.suite.blocks[key.block]
        if block.kind is BlockKind.RECORD or not key.row:
            return []
        listed = self.state.cells.rows(key.block, key.instance)
        if key.row not in listed:
            return []
        at = listed.index(key.row)
        return [listed[n] for n in (at - 1, at + 1) if 0 <= n < len(listed)]

    def _numbers(self, keys: object) -> list[Decimal]:
        return [v for k in keys if (v := self.state.number(k)) is not None]  # type: ignore[attr-defined]

    def _is_last_year(self, key: Key, field_id: str) -> bool:
        """Whether ``field_id`` of the row holds last year's figure of the cell (or the figure it is rolled from)."""
        other = self.state.program.suite.blocks[key.block].by_id[field_id]
        return other.prefill == key.field or other.id.startswith("last_year")

    def _fits(self, field: Field, value: Decimal) -> bool:
        if normal(value) != value or not in_range(value):
            return False
        if field.type is FieldType.INTEGER and value != value.to_integral_value():
            return False
        return not (
            (field.minimum is not None and value < field.minimum)
            or (field.maximum is not None and value > field.maximum)
        )

    def _odd(self, key: Key, typed: Decimal | None, value: Decimal, field: Field) -> float:
        """How much odder the proposed number would be than the typed one: places, sign, jump since last year."""
        cost = 0.0
        places = 0 if field.type is FieldType.INTEGER else field.decimals
        too_fine = [v is not None and round_half_up(v, places) != v for v in (value, typed)]
        cost += _MOST_ODD * (too_fine[0] - too_fine[1])
        if value < 0 and (typed is None or typed >= 0) and self.state.formula(key) is None:
            cost += _MOST_ODD
        if typed is not None and value == 0 != typed:
            cost += 1.0
        for before in self._years(key):
            if before > 0 and value > 0 and typed is not None and typed > 0:
                jump = abs(math.log(value / before)) - abs(math.log(typed / before))
                cost += max(-_MOST_ODD, min(_MOST_ODD, jump / _SPREAD))
        return cost

    def _years(self, key: Key) -> list[Decimal]:
        """The same figure of another year, from its own column of the row or from last year's book."""
        block = self.state.program.suite.blocks[key.block]
        near = [
            key._replace(field=f.id)
            for f in block.fields
            if f.type is self._field(key).type
            and f.id != key.field
            and (self._is_last_year(key, f.id) or f.id == self._field(key).prefill)
        ]
        found = self._numbers(near)
        if not found and self.state.before is not None and key.row in {*block.rows_by_id, ""}:
            fact = self.state.before.get(key)
            found = [fact.value] if fact is not None and isinstance(fact.value, Decimal) else []
        return found[:1]

    def _field(self, key: Key) -> Field:
        return self.state.program.suite.blocks[key.block].by_id[key.field]


def _of_terms(typed: Decimal, value: Decimal, terms: tuple[Decimal, ...]) -> list[slips.Slip]:
    """A total that lacks one of its terms, or holds one twice."""
    if len(terms) < 2:
        return []
    cost = -math.log(_TERM / len(terms))
    found = []
    for term in terms:
        if term and value - typed == term:
            found.append(slips.Slip("term", cost, f"差额恰为其中一项 {number(term, 2)}，合计可能漏加了这一项"))
        if term and typed - value == term:
            found.append(slips.Slip("term", cost, f"差额恰为其中一项 {number(term, 2)}，合计可能多加了这一项"))
    return found[:1]
