"""Which verdicts a check can have at all, from its terms alone: blank, filled and marked cells, nothing else known.

What is not among the answers cannot be, whatever is filled in. What is among them may still be out of reach where
two conditions on the same values contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import cast

from toolkit.formula import Bound, Cell, Check, Literal, Member, Op, Range, Type, cells_of, walk

Truth = bool | None
Kinds = frozenset[Truth]
State = str
"""Of a cell: "blank", "filled", or "marked" (a word where a number belongs); of a range: "blank" or "filled"."""

KINDS: tuple[Truth, ...] = (True, False, None)
ALL: Kinds = frozenset(KINDS)
_MOST_CELLS = 8
_WORDS: dict[Truth, str] = {True: "pass", False: "fail", None: "not_executable"}


def word(value: Truth) -> str:
    """A verdict as a word."""
    return _WORDS[value]


def possible(check: Check) -> Kinds:
    """The verdicts that some combination of blank, filled and marked cells leaves open."""
    parts = [part.bound for level in check.levels for part in level.parts]
    together = _kinds(parts)
    if together is not None:
        return together
    kinds: Kinds = frozenset({True})
    for part in parts:
        kinds = frozenset(_and(pair) for pair in product(kinds, _kinds([part]) or ALL))
    return kinds


def why_not(check: Check, kind: Truth) -> str:
    """In words, why ``kind`` is not among ``possible(check)``."""
    terms = [t for level in check.levels for part in level.parts for t in walk(part.bound)]
    if kind is False:
        named = sorted({t.list_id for t in terms if isinstance(t, Member) and t.codes.open})
        return f"the list {', '.join(named)} is open: it never denies a value" if named else "no condition can be false"
    if kind is True:
        return "no condition can be true"
    if all(t.name in ("ISBLANK", "AND", "OR", "NOT") for t in terms if isinstance(t, Op)):
        return "it asks only whether cells are blank, which is always known"
    return "what its conditions need is asked for first (ISBLANK, COUNT), so none is ever left open"


def _kinds(parts: list[Bound]) -> Kinds | None:
    """What the parts can be together; None where they ask too many cells to try all states."""
    cells = list(dict.fromkeys(c for part in parts for c in cells_of(part) if not (isinstance(c, Cell) and c.prior)))
    if len(cells) > _MOST_CELLS:
        return None
    found: set[Truth] = set()
    for states in product(*map(_states, cells)):
        given = dict(zip(cells, states, strict=True))
        found |= {_and(values) for values in product(*(_truths(part, given) for part in parts))}
    return frozenset(found)


def _states(cell: Cell | Range) -> tuple[State, ...]:
    has_mark = isinstance(cell, Cell) and cell.type is not Type.TEXT
    return ("blank", "filled", "marked") if has_mark else ("blank", "filled")


Given = Mapping[Cell | Range, State]


def _truths(term: Bound, given: Given) -> Kinds:
    """What a condition can be."""
    if isinstance(term, Member):
        known = _known(term.value, given)
        if term.parent is not None:
            known = frozenset(a and b for a, b in product(known, _known(term.parent, given)))
        return _open(known, frozenset({True, None}) if term.codes.open else frozenset({True, False}))
    assert isinstance(term, Op)
    if term.name in ("AND", "OR"):
        combine = _and if term.name == "AND" else _or
        return frozenset(combine(values) for values in product(*(_truths(arg, given) for arg in term.args)))
    if term.name == "NOT":
        return frozenset(None if v is None else not v for v in _truths(term.args[0], given))
    if term.name == "ISBLANK":
        return frozenset({given.get(cast("Cell", term.args[0])) == "blank"})
    if term.name == "IF":
        return frozenset(v for branch in _branches(term, given) for v in (_truths(branch, given) if branch else {None}))
    if term.vacuous and all(given.get(c) != "filled" for c in term.vacuous):
        return frozenset({True})
    counted = _counted(term, given)
    if counted is not None:
        return frozenset({counted})
    known = frozenset(all(values) for values in product(*(_known(arg, given) for arg in term.args)))
    return _open(known, frozenset({True, False}))


def _open(known: Iterable[bool], kinds: Kinds) -> Kinds:
    return frozenset(v for k in known for v in (kinds if k else (None,)))


def _counted(term: Op, given: Given) -> bool | None:
    """A count compared with a number, where the states alone decide it."""
    left, *rest = term.args
    if not (isinstance(left, Op) and left.name in ("COUNT", "COUNTA") and rest and isinstance(rest[0], Literal)):
        return None
    limit = rest[0].value
    count = sum(given.get(cast("Cell", c)) == "filled" for c in left.args)
    if not isinstance(limit, Decimal) or (count and any(isinstance(c, Range) for c in left.args)):
        return None
    return {
        "=": count == limit,
        "<>": count != limit,
        "<=": count <= limit,
        "<": count < limit,
        ">=": count >= limit,
        ">": count > limit,
    }[term.name]


def _branches(term: Op, given: Given) -> Iterator[Bound | None]:
    for value in _truths(term.args[0], given):
        if value is None:
            yield None
        elif value:
            yield term.args[1]
        else:
            yield term.args[2] if len(term.args) > 2 else None


def _known(term: Bound, given: Given) -> frozenset[bool]:
    """Whether a value can be known, and whether it can be unknown."""
    if isinstance(term, Literal):
        return frozenset({True})
    if isinstance(term, Cell):
        state = given.get(term)
        return frozenset({state == "filled" or (term.zero and state == "blank")})
    if not isinstance(term, Op):
        return frozenset({True, False})
    if term.name in ("SUM", "MIN", "MAX", "ADD"):
        return frozenset({any(given.get(cast("Cell", c)) == "filled" for c in term.args)})
    if term.name in ("COUNT", "COUNTA"):
        return frozenset({True})
    if term.name in ("COUNTIFS", "SUMIFS", "LOOKUP"):
        return _asked(term, given)
    if term.name == "IF":
        return frozenset(k for branch in _branches(term, given) for k in (_known(branch, given) if branch else {False}))
    parts = [_known(arg, given) for arg in term.args]
    if term.name == "/" and not isinstance(term.args[1], Literal):
        parts.append(frozenset({True, False}))
    return frozenset(all(values) for values in product(*parts))


def _asked(term: Op, given: Given) -> frozenset[bool]:
    """COUNTIFS and SUMIFS know as much as their keys do; LOOKUP may find nothing."""
    if term.name == "LOOKUP":
        filled = all(given.get(cast("Cell", column)) == "filled" for column in term.args[1:])
        return frozenset({False, *(_known(term.args[0], given) if filled else ())})
    keys = term.args[1::2] if term.name == "COUNTIFS" else term.args[2::2]
    return frozenset(all(values) for values in product(*(_known(key, given) for key in keys)))


def _and(values: Iterable[Truth]) -> Truth:
    found = set(values)
    return False if False in found else None if None in found else True


def _or(values: Iterable[Truth]) -> Truth:
    found = set(values)
    return True if True in found else None if None in found else False
