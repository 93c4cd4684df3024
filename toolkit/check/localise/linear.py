"""A term of a rule as a linear form of the cells that somebody typed, at the values they have now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction

from toolkit.check.localise.state import State
from toolkit.formula import Bound, Cell, Literal, Op, Range, Spot, Type, evaluate, walk
from toolkit.model.fact import Key

EXACT = Context(prec=50)


@dataclass(frozen=True, slots=True)
class Linear:
    """``value`` now (None: blank or unknown), its ``slopes`` by typed cell, and the cells in which it is ``bent``: for
    those the slope holds only nearby (products of two changed cells, shares, conditions on amounts).

    ``slack``: how far rounding in it may set it off.
    """

    value: Decimal | None
    slopes: dict[Key, Fraction] = field(default_factory=dict)
    bent: frozenset[Key] = frozenset()
    slack: Decimal = Decimal(0)

    @property
    def keys(self) -> frozenset[Key]:
        return self.bent.union(self.slopes)


class Linearised:
    """Linear forms of terms and cells of one return; each live formula is looked through, once."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._cells: dict[Key, Linear] = {}

    def cell(self, key: Key) -> Linear:
        """The form of a cell: itself where it is typed, its formula's where that stands there."""
        if key not in self._cells:
            value, bound = self.state.number(key), self.state.live(key)
            if bound is not None:
                inner = self.term(bound, Spot(self.state.cells, key.instance, key.row))
                self._cells[key] = Linear(value, inner.slopes, inner.bent, inner.slack)
            else:
                slopes = {key: Fraction(1)} if self.state.may_change(key) else {}
                self._cells[key] = Linear(value, slopes)
        return self._cells[key]

    def dependents(self, keys: frozenset[Key]) -> list[Key]:
        """The live formulas looked through so far that change with any of these cells."""
        return [k for k, f in self._cells.items() if self.state.live(k) is not None and f.keys & keys]

    def term(self, term: Bound, spot: Spot) -> Linear:
        """The form of a term that gives a number at a home."""
        if isinstance(term, Literal):
            return Linear(term.value if isinstance(term.value, Decimal) else None)
        if isinstance(term, Cell):
            return self._cell(term, spot)
        if not isinstance(term, Op):
            return Linear(None)
        made = _FORMS.get(term.name)
        return made(self, term, spot) if made else Linear(_value(term, spot), bent=self._read(term, spot))

    def _cell(self, term: Cell, spot: Spot) -> Linear:
        if term.prior:
            return Linear(_value(term, spot))
        found = self.cell(self._key(term, spot))
        if found.value is None and term.zero:
            return Linear(_value(term, spot), found.slopes, found.bent, found.slack)
        return found

    def _key(self, term: Cell, spot: Spot) -> Key:
        ref = term.ref
        return self.state.key(ref.block, ref.row, ref.many, ref.field, spot)

    def _read(self, term: Bound, spot: Spot) -> frozenset[Key]:
        """The typed cells a term depends on in a way that no slope says; how many cells are filled is left out."""
        found: set[Key] = set()
        for one in _deeper(term):
            if isinstance(one, Cell) and not one.prior:
                found |= self.cell(self._key(one, spot)).keys
            elif isinstance(one, Range) and not one.units:
                for key in self.state.keys(one, spot.instance):
                    found |= self.cell(key).keys
        return frozenset(found)

    def _sum(self, term: Op, spot: Spot) -> Linear:
        parts: list[Linear] = []
        for arg in term.args:
            if isinstance(arg, Range):
                parts += [] if arg.units else [self.cell(k) for k in self.state.keys(arg, spot.instance)]
            elif isinstance(arg, Cell):
                parts.append(self._cell(arg, spot))
        return _added(_value(term, spot), [(Fraction(1), part) for part in parts])

    def _sumifs(self, term: Op, spot: Spot) -> Linear:
        return _added(_value(term, spot), [(Fraction(1), self.cell(k)) for k in self._rows(term, 0, 1, spot)])

    def _lookup(self, term: Op, spot: Spot) -> Linear:
        swapped = Op(term.name, (term.args[2], term.args[1], term.args[0]), term.type)
        return _added(_value(term, spot), [(Fraction(1), self.cell(k)) for k in self._rows(swapped, 0, 1, spot)])

    def _rows(self, term: Op, values: int, pairs: int, spot: Spot) -> list[Key]:
        """The cells of the column ``values`` in the rows that meet the (range, value) pairs from ``pairs`` on."""
        column = term.args[values]
        assert isinstance(column, Range)  # noqa: S101 - the binder puts a range here
        keys = self.state.keys(column, spot.instance)
        rest = term.args[pairs:]
        for at, wanted in zip(rest[::2], rest[1::2], strict=True):
            assert isinstance(at, Range)  # noqa: S101 - as above
            value = evaluate(wanted, spot)
            keys = [k for k in keys if self.state.cells.value(k._replace(field=at.ref.field)) == value]
        return keys

    def _plus(self, term: Op, spot: Spot) -> Linear:
        sign = Fraction(-1 if term.name == "-" else 1)
        left, right = (self.term(arg, spot) for arg in term.args)
        return _added(_value(term, spot), [(Fraction(1), left), (sign, right)])

    def _negative(self, term: Op, spot: Spot) -> Linear:
        return _added(_value(term, spot), [(Fraction(-1), self.term(term.args[0], spot))])

    def _times(self, term: Op, spot: Spot) -> Linear:
        left, right = (self.term(arg, spot) for arg in term.args)
        if left.value is None or right.value is None:
            return Linear(None, bent=left.keys | right.keys)
        made = _added(_value(term, spot), [(Fraction(right.value), left), (Fraction(left.value), right)])
        return Linear(made.value, made.slopes, made.bent | (left.keys & right.keys), made.slack)

    def _round(self, term: Op, spot: Spot) -> Linear:
        inner, digits = term.args
        places = evaluate(digits, spot)
        unit = Decimal(1).scaleb(-int(places)) if isinstance(places, Decimal) else Decimal(1)
        made = self.term(inner, spot)
        return Linear(_value(term, spot), made.slopes, made.bent, made.slack + unit)

    def _share(self, term: Op, spot: Spot) -> Linear:
        above, below = (self.term(arg, spot) for arg in term.args)
        if above.value is None or not below.value:
            return Linear(None, bent=above.keys | below.keys)
        by = Fraction(below.value)
        made = _added(None, [(1 / by, above), (-Fraction(above.value) / by**2, below)])
        return Linear(None, made.slopes, made.bent | below.keys, made.slack)

    def _if(self, term: Op, spot: Spot) -> Linear:
        truth = evaluate(term.args[0], spot)
        branch = term.args[1] if truth else term.args[2] if len(term.args) > 2 else None
        made = Linear(None) if truth is None or branch is None else self.term(branch, spot)
        return Linear(_value(term, spot), made.slopes, made.bent | self._read(term.args[0], spot), made.slack)

    def _count(self, term: Op, spot: Spot) -> Linear:
        return Linear(_value(term, spot))

    def _matches(self, term: Op, spot: Spot) -> Linear:
        """How many rows meet some values: that moves with the numbers among those, but by no slope."""
        numbers = [arg for arg in term.args if arg.type is Type.NUMBER]
        return Linear(_value(term, spot), bent=frozenset(k for arg in numbers for k in self._read(arg, spot)))


def _deeper(term: Bound) -> list[Bound]:
    """The cells and ranges of a term, those that are only counted or asked whether they are blank left out."""
    if isinstance(term, Op) and term.name in ("COUNT", "COUNTA", "COUNTIFS", "ISBLANK"):
        return []
    if isinstance(term, Op):
        return [found for arg in term.args for found in _deeper(arg)]
    return [one for one in walk(term) if isinstance(one, Cell | Range)]


def _value(term: Bound, spot: Spot) -> Decimal | None:
    found = evaluate(term, spot)
    return found if isinstance(found, Decimal) else None


def _added(value: Decimal | None, parts: list[tuple[Fraction, Linear]]) -> Linear:
    slopes: dict[Key, Fraction] = {}
    bent: set[Key] = set()
    slack = Decimal(0)
    for factor, part in parts:
        for key, slope in part.slopes.items():
            slopes[key] = slopes.get(key, Fraction(0)) + factor * slope
        bent |= part.bent
        slack += abs(decimal(factor)) * part.slack
    return Linear(value, {k: s for k, s in slopes.items() if s}, frozenset(bent), slack)


def decimal(number: Fraction) -> Decimal:
    """A fraction at 50 digits."""
    return EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))


_Form = Callable[[Linearised, Op, Spot], Linear]
_FORMS: dict[str, _Form] = {
    "SUM": Linearised._sum,
    "SUMIFS": Linearised._sumifs,
    "LOOKUP": Linearised._lookup,
    "+": Linearised._plus,
    "-": Linearised._plus,
    "NEG": Linearised._negative,
    "*": Linearised._times,
    "ROUND": Linearised._round,
    "/": Linearised._share,
    "IF": Linearised._if,
    "COUNT": Linearised._count,
    "COUNTA": Linearised._count,
    "COUNTIFS": Linearised._matches,
    "LEN": Linearised._count,
}
"""Functions that are not here (ABS, MIN, MAX) are bent in all they read."""
