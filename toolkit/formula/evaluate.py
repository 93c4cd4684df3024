"""The reference meaning of the language: exact decimals, three values (None is unknown)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

from toolkit.formula.cells import Cells
from toolkit.formula.strict import EXACT, STRICT
from toolkit.formula.terms import Bound, Cell, Literal, Member, Op, Range
from toolkit.model.fact import Key, Value
from toolkit.model.money import round_half_up

Result = Decimal | str | date | bool | None


@dataclass(frozen=True, slots=True)
class Spot:
    """The cell a verdict or value is asked for: the instance of the home form and the current row."""

    cells: Cells
    instance: str = ""
    row: str = ""


def evaluate(term: Bound, spot: Spot) -> Result:
    """The value of a term: a number, text, date or truth value; None where it is unknown or blank."""
    if isinstance(term, Op):
        return _OPERATIONS[term.name](term, spot)
    if isinstance(term, Cell):
        return _cell(term, spot)
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, Member):
        return _member(term, spot)
    raise TypeError("a range has no single value")


def truth(term: Bound, spot: Spot) -> bool | None:
    """The value of a condition."""
    value = evaluate(term, spot)
    return value if isinstance(value, bool) else None


def _raw(term: Cell, spot: Spot) -> Value:
    cells = spot.cells.prior if term.prior else spot.cells
    return None if cells is None else cells.value(_key(term, spot))


def _key(term: Cell, spot: Spot) -> Key:
    ref = term.ref
    instance = spot.instance if spot.cells.suite.form_of_block[ref.block].repeat else ""
    return Key(ref.block, instance, spot.row if ref.many else ref.row or "", ref.field)


def _cell(term: Cell, spot: Spot) -> Result:
    value = _raw(term, spot)
    return Decimal(0) if value is None and term.zero and _is_empty(term, spot) else value


def _values(term: Bound, spot: Spot) -> list[Value]:
    """The values of an argument of an aggregate, blanks included."""
    if isinstance(term, Cell):
        return [_raw(term, spot)]
    assert isinstance(term, Range)  # noqa: S101 - the binder lets nothing else be an argument here
    ref = term.ref
    if term.units:
        return [unit.value(Key(ref.block, "", ref.row or "", ref.field)) for unit in spot.cells.units]
    if ref.across:
        return spot.cells.column(ref.block, None, ref.field)
    repeats = spot.cells.suite.form_of_block[ref.block].repeat
    return spot.cells.column(ref.block, spot.instance if repeats else "", ref.field)


def _filled(term: Op, spot: Spot) -> list[Value]:
    return [v for arg in term.args for v in _values(arg, spot) if v is not None]


def _sum(term: Op, spot: Spot) -> Result:
    found = [v for v in _filled(term, spot) if isinstance(v, Decimal)]
    total = None
    for value in found:
        total = value if total is None else EXACT.add(total, value)
    return total


def _least(term: Op, spot: Spot) -> Result:
    pick = min if term.name == "MIN" else max
    found = _filled(term, spot)
    numbers = [v for v in found if isinstance(v, Decimal)]
    dates = [v for v in found if isinstance(v, date)]
    return pick(numbers) if numbers else pick(dates) if dates else None


def _count(term: Op, spot: Spot) -> Result:
    return Decimal(len(_filled(term, spot)))


def _rows_where(pairs: tuple[Bound, ...], spot: Spot) -> list[bool] | None:
    """For each row whether it meets all (range, value) pairs; None where a value is unknown."""
    meets: list[bool] | None = None
    for column, wanted in zip(pairs[::2], pairs[1::2], strict=True):
        value = evaluate(wanted, spot)
        if value is None:
            return None
        these = [v == value for v in _values(column, spot)]
        meets = these if meets is None else [a and b for a, b in zip(meets, these, strict=True)]
    return meets


def _countifs(term: Op, spot: Spot) -> Result:
    meets = _rows_where(term.args, spot)
    return None if meets is None else Decimal(sum(meets))


def _sumifs(term: Op, spot: Spot) -> Result:
    meets = _rows_where(term.args[1:], spot)
    if meets is None:
        return None
    total = Decimal(0)
    for value, met in zip(_values(term.args[0], spot), meets, strict=True):
        if met and isinstance(value, Decimal):
            total = EXACT.add(total, value)
    return total


def _lookup(term: Op, spot: Spot) -> Result:
    key, keys, values = term.args
    meets = _rows_where((keys, key), spot)
    if meets is None or sum(meets) != 1:
        return None
    return _values(values, spot)[meets.index(True)]


def _text(term: Bound, spot: Spot) -> str | None:
    value = evaluate(term, spot)
    return value if isinstance(value, str) else None


def _if(term: Op, spot: Spot) -> Result:
    condition = truth(term.args[0], spot)
    if condition is None:
        return None
    if condition:
        return evaluate(term.args[1], spot)
    return evaluate(term.args[2], spot) if len(term.args) > 2 else None


def _strict(term: Op, spot: Spot) -> Result:
    """The operators and functions that know nothing unless they know all their arguments."""
    values = [evaluate(arg, spot) for arg in term.args]
    if any(value is None for value in values):
        return None
    result: Result = STRICT[term.name](*values)
    return result


def _and(term: Op, spot: Spot) -> Result:
    return kleene_and(truth(arg, spot) for arg in term.args)


def _or(term: Op, spot: Spot) -> Result:
    result: bool | None = False
    for arg in term.args:
        value = truth(arg, spot)
        if value:
            return True
        if value is None:
            result = None
    return result


def kleene_and(values: Iterable[bool | None]) -> bool | None:
    """False if any is false, else None if any is None, else True."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _not(term: Op, spot: Spot) -> Result:
    value = truth(term.args[0], spot)
    return None if value is None else not value


_EXACTLY = {"=": eq, "<>": ne, "<=": le, "<": lt, ">=": ge, ">": gt}


def _compare(term: Op, spot: Spot) -> Result:
    left, right = (evaluate(arg, spot) for arg in term.args)
    if term.vacuous and all(value is None for cell in term.vacuous for value in _values(cell, spot)):
        return True
    if left is None or right is None:
        return None
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return bool(_EXACTLY[term.name](left, right))
    difference = round_half_up(EXACT.subtract(left, right), 6)
    return agrees(term.name, difference, term.tolerance or Decimal(0))


def agrees(sign: str, difference: Decimal, tolerance: Decimal) -> bool:
    """Whether a difference (left − right, at 6 places) satisfies the comparison within the tolerance."""
    if sign in ("=", "<>"):
        return (abs(difference) <= tolerance) is (sign == "=")
    if sign in ("<=", ">"):
        return (difference <= tolerance) is (sign == "<=")
    return (difference >= -tolerance) is (sign == ">=")


def _is_blank(term: Op, spot: Spot) -> Result:
    cell = term.args[0]
    assert isinstance(cell, Cell)  # noqa: S101 - the binder lets nothing else be asked
    return _is_empty(cell, spot)


def _is_empty(cell: Cell, spot: Spot) -> bool:
    """Whether nothing stands there: a mark gives no value, and is no blank that counts as 0 either."""
    cells = spot.cells.prior if cell.prior else spot.cells
    return cells is None or cells.blank(_key(cell, spot))


def _member(term: Member, spot: Spot) -> Result:
    value = _text(term.value, spot)
    parent = None if term.parent is None else _text(term.parent, spot)
    if value is None or (term.parent is not None and parent is None):
        return None
    found = value in term.codes.values if parent is None else (parent, value) in term.codes.pairs
    return None if not found and term.codes.open else found


_OPERATIONS: dict[str, Callable[[Op, Spot], Result]] = {
    **dict.fromkeys(("=", "<>", "<=", "<", ">=", ">"), _compare),
    **dict.fromkeys(STRICT, _strict),
    **dict.fromkeys(("MIN", "MAX"), _least),
    **dict.fromkeys(("COUNT", "COUNTA"), _count),
    "SUM": _sum,
    "COUNTIFS": _countifs,
    "SUMIFS": _sumifs,
    "LOOKUP": _lookup,
    "IF": _if,
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "ISBLANK": _is_blank,
}
