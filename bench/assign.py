"""Makes a term have a value, be known or be unknown, by typing into the cells it comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from bench.around import Around
from bench.fills import WORDS
from toolkit.formula import Bound, Cell, Literal, Op, Range, Type
from toolkit.formula.evaluate import Result
from toolkit.model.fact import Key, Value
from toolkit.model.money import in_range, normal

LARGEST = Decimal(10) ** 8
"""What steered cells hold stays where doubles are exact to six places."""


def assign(term: Bound, value: Result, to: Around) -> None:
    """Type so that ``term`` becomes ``value``, if a way is found; the caller asks the evaluator whether it worked."""
    if isinstance(term, Cell):
        _assign_key(to.key(term.ref), cast("Value", value), to)
    elif isinstance(term, Op) and isinstance(value, Decimal) and in_range(value):
        _assign_number(term, value, to)
    elif isinstance(term, Op) and isinstance(value, str):
        _assign_text(term, value, to)


def _assign_number(term: Op, value: Decimal, to: Around) -> None:
    name, args = term.name, term.args
    if name in ("+", "-"):
        _assign_addend(term, value, to)
    elif name == "NEG":
        assign(args[0], -value, to)
    elif name == "ABS":
        assign(args[0], to.rng.choice((value, -value)), to)
    elif name == "*":
        _assign_factor(args, value, to)
    elif name == "ROUND":
        _assign_rounded(args[0], value, to)
    elif name in ("SUM", "MIN", "MAX"):
        _assign_aggregate(term, value, to)
    elif name in ("COUNT", "COUNTA"):
        _assign_count([k for arg in args for k in to.keys(cast("Cell", arg))], int(value), to)
    elif name == "COUNTIFS":
        _assign_matches(args, int(value), to)
    elif name == "SUMIFS":
        _assign_matching_sum(args, value, to)
    elif name == "LOOKUP":
        _assign_found(args, value, to)
    elif name == "IF":
        _assign_branch(args, value, to)
    elif name == "LEN":
        assign(args[0], "".join(to.rng.choice("办公费用A1") for _ in range(int(value))), to)


def _assign_text(term: Op, value: str, to: Around) -> None:
    name, args = term.name, term.args
    if name in ("LEFT", "RIGHT", "MID"):
        whole = to.value(args[0])
        old = whole if isinstance(whole, str) else ""
        start = {"LEFT": 0, "RIGHT": max(0, len(old) - len(value))}.get(name)
        if start is None:
            begin = to.value(args[1])
            start = int(begin) - 1 if isinstance(begin, Decimal) else 0
        kept = old.ljust(start + len(value) + (name == "LEFT") * to.rng.randint(0, 3), "0")
        assign(args[0], kept[:start] + value + kept[start + len(value) :], to)
    elif name == "LOOKUP":
        _assign_found(args, value, to)
    elif name == "IF":
        _assign_branch(args, value, to)


def _assign_addend(term: Op, value: Decimal, to: Around) -> None:
    left, right = term.args
    for arg in term.args:
        know(arg, to)
    one, other = to.value(left), to.value(right)
    sign = 1 if term.name == "+" else -1
    movable = [n for n, arg in enumerate(term.args) if not isinstance(arg, Literal)]
    if movable and to.rng.choice(movable) == 0:
        if isinstance(other, Decimal):
            assign(left, value - sign * other, to)
    elif isinstance(one, Decimal):
        assign(right, sign * (value - one), to)


def _assign_factor(args: tuple[Bound, ...], value: Decimal, to: Around) -> None:
    for arg in args:
        know(arg, to)
    movable = [n for n, arg in enumerate(args) if not isinstance(arg, Literal)]
    if not movable:
        return
    picked = to.rng.choice(movable)
    other = to.value(args[1 - picked])
    if isinstance(other, Decimal) and other != 0:
        assign(args[picked], normal(value / other), to)


def _assign_rounded(inner: Bound, value: Decimal, to: Around) -> None:
    if not isinstance(inner, Op) or inner.name != "/":
        assign(inner, value, to)
        return
    above, below = inner.args
    know(above, to)
    know(below, to)
    bottom = to.value(below)
    if not isinstance(bottom, Decimal) or bottom == 0:
        bottom = Decimal(to.rng.choice((1, 10, 250)))
        assign(below, bottom, to)
    assign(above, normal(value * bottom), to)


def _assign_aggregate(term: Op, value: Decimal, to: Around) -> None:
    keys = [k for arg in term.args for k in to.keys(cast("Cell", arg))]
    picked = to.rng.choice(keys)
    numbers = [v for k in keys if k != picked and isinstance(v := to.cells.value(k), Decimal)]
    if term.name == "SUM":
        _assign_key(picked, value - sum(numbers), to)
        return
    for key in keys:
        found = to.cells.value(key)
        beyond = isinstance(found, Decimal) and (found < value if term.name == "MIN" else found > value)
        if key == picked or beyond:
            _assign_key(key, value, to)


def _assign_key(key: Key, value: Value, to: Around) -> None:
    """One cell, by its own formula where it has one."""
    bound = to.filler.formula(key)
    if isinstance(value, Decimal):
        value = normal(value)
        if abs(value) >= LARGEST:
            return
    if bound is not None and to.rng.random() < 0.6:
        to.put(key, None)
        assign(bound, value, to.at((key.instance, key.row)))
        to.forget()
    else:
        to.put(key, value)


def _assign_count(keys: list[Key], wanted: int, to: Around) -> None:
    filled = [k for k in keys if to.cells.value(k) is not None]
    empty = [k for k in keys if to.cells.value(k) is None]
    to.rng.shuffle(filled)
    while len(filled) > wanted and filled:
        to.clear(filled.pop())
    while len(filled) < wanted and empty:
        filled.append(empty.pop())
        to.put(filled[-1], to.anything(filled[-1]))
    if len(filled) < wanted and keys:
        to.more_rows(keys[0], wanted - len(filled))


def _matching_rows(pairs: tuple[Bound, ...], to: Around) -> tuple[list[list[Key]], list[Result], list[int]]:
    """The columns asked, the values wanted in them, and the rows that match now."""
    columns = [to.column(cast("Range", column)) for column in pairs[::2]]
    for key in pairs[1::2]:
        know(key, to)
        if isinstance(key, Cell) and to.rng.random() < 0.3:
            to.hold(to.key(key.ref))
    columns = [to.column(cast("Range", column)) for column in pairs[::2]]
    wanted = [to.value(key) for key in pairs[1::2]]
    rows = range(min(map(len, columns)))
    met = [n for n in rows if all(to.cells.value(c[n]) == w for c, w in zip(columns, wanted, strict=True))]
    return columns, wanted, met


def _assign_matches(pairs: tuple[Bound, ...], count: int, to: Around) -> None:
    """COUNTIFS: as many rows match as wanted."""
    columns, wanted, met = _matching_rows(pairs, to)
    if any(w is None for w in wanted):
        return
    others = [n for n in range(len(columns[0])) if n not in met]
    to.rng.shuffle(others)
    while len(met) < count:
        if others:
            met.append(others.pop())
        else:
            first = cast("Range", pairs[0]).ref
            to.new_row(first.block, columns[0][0].instance, first.field)
            columns = [to.column(cast("Range", column)) for column in pairs[::2]]
            met.append(len(columns[0]) - 1)
        to.match(columns, wanted, met[-1])
    for row in met[count:]:
        key = to.rng.choice(columns)[row]
        to.put(key, to.anything(key))


def _assign_matching_sum(args: tuple[Bound, ...], value: Decimal, to: Around) -> None:
    """SUMIFS: one matching row takes what the others leave."""
    columns, wanted, met = _matching_rows(args[1:], to)
    if any(w is None for w in wanted):
        return
    if not met:
        met = [to.rng.randrange(len(columns[0]))]
        to.match(columns, wanted, met[0])
    values = to.column(cast("Range", args[0]))
    rest = [v for n in met[1:] if n < len(values) and isinstance(v := to.cells.value(values[n]), Decimal)]
    if met[0] < len(values):
        _assign_key(values[met[0]], value - sum(rest), to)


def _assign_found(args: tuple[Bound, ...], value: Result, to: Around) -> None:
    """LOOKUP: one row alone has the key, and the value."""
    key, keys, values = args
    columns, wanted, met = _matching_rows((keys, key), to)
    if wanted[0] is None:
        return
    row = to.rng.choice(met or range(len(columns[0])))
    to.match(columns, wanted, row)
    for other in met:
        if other != row:
            to.put(columns[0][other], to.anything(columns[0][other]))
    found = to.column(cast("Range", values))
    if row < len(found):
        to.put(found[row], cast("Value", value))


def _assign_branch(args: tuple[Bound, ...], value: Result, to: Around) -> None:
    from bench.steer import make  # noqa: PLC0415 - conditions are made by the other half

    picked = to.rng.randrange(1, len(args))
    make(args[0], picked == 1, to)
    assign(args[picked], value, to)


def know(term: Bound, to: Around) -> None:
    """Fill what keeps a term from being known."""
    if isinstance(term, Range) or to.value(term) is not None:
        return
    if isinstance(term, Cell):
        key = to.key(term.ref)
        bound = to.filler.formula(key)
        if bound is None:
            to.put(key, to.anything(key))
        else:
            to.put(key, None)
            know(bound, to.at((key.instance, key.row)))
            to.forget()
    elif isinstance(term, Op) and term.name in ("SUM", "MIN", "MAX"):
        keys = [k for arg in term.args for k in to.keys(cast("Cell", arg))]
        key = to.rng.choice(keys)
        _assign_key(key, to.anything(key), to)
    elif isinstance(term, Op) and term.name == "LOOKUP":
        column = to.column(cast("Range", term.args[2]))
        _assign_found(term.args, to.anything(to.rng.choice(column)), to)
    elif isinstance(term, Op):
        for arg in term.args:
            know(arg, to)
        if term.name == "ROUND" and to.value(term) is None:
            assign(term, Decimal(to.rng.choice((1, 50))), to)


def unknow(term: Bound, to: Around) -> None:
    """Clear, or spoil with a mark, what a term needs."""
    if isinstance(term, Cell):
        key = to.key(term.ref)
        bound = to.filler.formula(key)
        if term.zero and term.type is not Type.TEXT:
            to.mark(key)
        else:
            to.clear(key)
        if bound is not None and key not in to.fill.marks:
            unknow(bound, to.at((key.instance, key.row)))
            to.forget()
    elif isinstance(term, Range):
        for key in to.column(term):
            to.clear(key)
            bound = to.filler.formula(key)
            if bound is not None:
                unknow(bound, to.at((key.instance, key.row)))
        to.forget()
    elif isinstance(term, Op) and term.name in ("SUM", "MIN", "MAX"):
        for arg in term.args:
            unknow(arg, to)
    elif isinstance(term, Op):
        _unknow_argument(term, to)


def _unknow_argument(term: Op, to: Around) -> None:
    """A key of COUNTIFS, SUMIFS or LOOKUP; of anything else one argument, or a division by zero."""
    args: tuple[Bound, ...] = term.args
    if term.name in ("COUNTIFS", "SUMIFS"):
        args = args[1::2] if term.name == "COUNTIFS" else args[2::2]
    elif term.name == "LOOKUP" and to.rng.random() < 0.5:
        columns, _, met = _matching_rows((args[1], args[0]), to)
        for row in met:
            to.put(columns[0][row], to.rng.choice(WORDS))
        return
    elif term.name == "LOOKUP":
        args = args[:1]
    elif term.name == "/" and to.rng.random() < 0.3:
        assign(args[1], Decimal(0), to)
        return
    loose = [a for a in args if not isinstance(a, Literal)]
    if loose:
        unknow(to.rng.choice(loose), to)
