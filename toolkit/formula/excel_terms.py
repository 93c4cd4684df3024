"""Terms as Excel formulas. Unknown numbers and texts are ``#N/A``; conditions are 1, 0 or 0.5 (see ``excel``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from toolkit.formula.patterns import positions
from toolkit.formula.runs import join_runs
from toolkit.formula.terms import Bound, Cell, Literal, Member, Op, Range, Ref, Type
from toolkit.model.errors import FormulaError

_ARGUMENTS = 200


class Addresses(Protocol):
    """Where things are, seen from the cell a formula is written for."""

    def scalar(self, ref: Ref) -> str:
        """The address of one cell; ``many``: in the current row."""

    def ranges(self, ref: Ref) -> list[str]:
        """The contiguous pieces of ``block[].field``: item rows of this instance, or (``across``) of all.

        Pieces of columns of one block match each other row by row.
        """

    def list_values(self, list_id: str) -> str:
        """The values of a code list, one column."""

    def list_parents(self, list_id: str) -> str:
        """The parents of a code list, beside its values."""


def least(numbers: list[str]) -> str:
    """The least of the numbers; nested where Excel's count of arguments would not do."""
    while len(numbers) > _ARGUMENTS:
        numbers = [least(numbers[i : i + _ARGUMENTS]) for i in range(0, len(numbers), _ARGUMENTS)]
    return numbers[0] if len(numbers) == 1 else f"MIN({','.join(numbers)})"


def emit(term: Bound, to: Addresses) -> str:
    """The expression of a term, to be part of a formula. Raises FormulaError for PRIOR and UNITS."""
    if isinstance(term, Op):
        return _OPERATIONS[term.name](term, to)
    if isinstance(term, Cell):
        return _cell(term, to)
    if isinstance(term, Literal):
        return _literal(term)
    if isinstance(term, Member):
        return _member(term, to)
    raise TypeError("a range has no single value")


def _address(term: Cell, to: Addresses) -> str:
    if term.prior:
        raise FormulaError("PRIOR 不能写进工作簿")
    return to.scalar(term.ref)


def _pieces(term: Bound, to: Addresses) -> list[str]:
    """The addresses an argument of an aggregate stands for."""
    if isinstance(term, Cell):
        return [_address(term, to)]
    assert isinstance(term, Range)  # noqa: S101 - the binder lets nothing else be an argument here
    if term.units:
        raise FormulaError("UNITS 不能写进工作簿")
    return to.ranges(term.ref)


def _cell(term: Cell, to: Addresses) -> str:
    at = _address(term, to)
    if term.type is Type.TEXT:
        return f'IF(LEN({at})=0,NA(),{at}&"")'
    number = f"IF(ISNUMBER({at}),{at},NA())"
    return f"IF(LEN({at})=0,0,{number})" if term.zero else number


def quoted(text: str) -> str:
    """A text literal. Longer ones than Excel's 255 characters are joined."""
    pieces = [text[i : i + 250] for i in range(0, len(text), 250)] or [""]
    literals = ['"' + piece.replace('"', '""') + '"' for piece in pieces]
    return literals[0] if len(literals) == 1 else "(" + "&".join(literals) + ")"


def _literal(term: Literal) -> str:
    if isinstance(term.value, Decimal):
        return format(term.value, "f")
    if isinstance(term.value, date):
        return f"DATE({term.value.year},{term.value.month},{term.value.day})"
    return quoted(term.value)


def _atom(condition: str) -> str:
    return f"IFERROR(IF({condition},1,0),0.5)"


def _compare(term: Op, to: Addresses) -> str:
    if term.vacuous:
        filled = _count(Op("COUNTA", term.vacuous, Type.NUMBER), to)
        return f"IF({filled}=0,1,{_compare(replace(term, vacuous=()), to)})"
    left, right = term.args
    if left.type is Type.TEXT:
        same = f"EXACT({emit(left, to)},{emit(right, to)})"
        return _atom(same) if term.name == "=" else f"(1-{_atom(same)})"
    difference = f"ROUND({emit(left, to)}-{emit(right, to)},6)"
    if right == Literal(Type.NUMBER, Decimal(0)):
        difference = f"ROUND({emit(left, to)},6)"
    tolerance = format(term.tolerance or Decimal(0), "f")
    if term.name in ("=", "<>"):
        return _atom(f"ABS({difference}){'<=' if term.name == '=' else '>'}{tolerance}")
    below = "-" if term.name in ("<", ">=") and term.tolerance else ""
    return _atom(f"{difference}{term.name}{below}{tolerance}")


def _binary(term: Op, to: Addresses) -> str:
    left, right = (emit(arg, to) for arg in term.args)
    return f"({left}{term.name}{right})"


def _call(term: Op, to: Addresses) -> str:
    return f"{term.name}({','.join(emit(arg, to) for arg in term.args)})"


def _aggregate(term: Op, to: Addresses) -> str:
    pieces = [piece for arg in term.args for piece in _pieces(arg, to)]
    if not pieces:
        return "NA()"
    among = ",".join(join_runs(pieces))
    return f"IF(COUNT({among})=0,NA(),{term.name}({among}))"


def _count(term: Op, to: Addresses) -> str:
    numbers = [p for a in term.args if a.type is not Type.TEXT for p in _pieces(a, to)]
    texts = [p for a in term.args if a.type is Type.TEXT for p in _pieces(a, to)]
    counts = [f"COUNT({','.join(join_runs(numbers))})"] if numbers else []
    counts += [f"SUMPRODUCT(--(LEN({piece})>0))" for piece in texts]
    return f"({'+'.join(counts)})" if counts else "0"


def _meeting(pairs: tuple[Bound, ...], to: Addresses) -> list[str]:
    """Per piece the product of conditions: 1 in the rows that meet all (range, value) pairs, else 0."""
    wanted = [emit(value, to) for value in pairs[1::2]]
    columns = [_pieces(column, to) for column in pairs[::2]]
    products: list[str] = []
    for aligned in zip(*columns, strict=True):
        tests = [
            f"EXACT({piece},{value})" if column.type is Type.TEXT else f"ISNUMBER({piece})*({piece}={value})"
            for piece, value, column in zip(aligned, wanted, pairs[::2], strict=True)
        ]
        products.append("*".join(tests) if len(tests) > 1 or "*" in tests[0] else f"--{tests[0]}")
    return products


def _countifs(term: Op, to: Addresses) -> str:
    return _sum_of([f"SUMPRODUCT({met})" for met in _meeting(term.args, to)], "0")


def _sumifs(term: Op, to: Addresses) -> str:
    values = _pieces(term.args[0], to)
    met = _meeting(term.args[1:], to)
    found = _sum_of([f"SUMPRODUCT({m},{v})" for m, v in zip(met, values, strict=True)], "0")
    # LibreOffice passes over an error in one array where the other holds text: a blank key is asked for first.
    keys = "&".join(emit(key, to) for key in term.args[2::2] if not isinstance(key, Literal))
    return f"IF(ISERROR({keys}),NA(),{found})" if keys else found


def _sum_of(terms: list[str], none: str) -> str:
    if not terms:
        return none
    return terms[0] if len(terms) == 1 else f"({'+'.join(terms)})"


def _lookup(term: Op, to: Addresses) -> str:
    key, keys, values = term.args
    met = _meeting((keys, key), to)
    columns = _pieces(values, to)
    if not met:
        return "NA()"
    filled = "LEN({})>0" if values.type is Type.TEXT else "ISNUMBER({})"
    found = [m.removeprefix("--") for m in met]
    one = _sum_of([f"SUMPRODUCT({m})" for m in met], "0")
    held = [f"SUMPRODUCT({f}*({filled.format(c)}))" for f, c in zip(found, columns, strict=True)]
    holds = _sum_of(held, "0")
    if values.type is Type.TEXT:
        texts = [
            f'IF(SUMPRODUCT({m})=0,"",INDEX({c},SUMPRODUCT({f}*ROW({c}))-ROW({c.split(":")[0]})+1)&"")'
            for m, f, c in zip(met, found, columns, strict=True)
        ]
        value = "&".join(texts)
    else:
        value = _sum_of([f"SUMPRODUCT({m},{c})" for m, c in zip(met, columns, strict=True)], "0")
    return f"IF({one}=1,IF({holds}=1,{value},NA()),NA())"


def _round(term: Op, to: Addresses) -> str:
    """Doubles are a little off where the exact value is a tie: rounding at 9 places first restores it."""
    inner, digits = term.args
    return f"ROUND(ROUND({emit(inner, to)},9),{emit(digits, to)})"


def _if(term: Op, to: Addresses) -> str:
    condition, *branches = (emit(arg, to) for arg in term.args)
    unknown = "0.5" if term.type is Type.BOOLEAN else "NA()"
    otherwise = branches[1] if len(branches) > 1 else unknown
    return f"CHOOSE(1+2*{condition},{otherwise},{unknown},{branches[0]})"


def _and(term: Op, to: Addresses) -> str:
    return least([emit(arg, to) for arg in term.args])


def _or(term: Op, to: Addresses) -> str:
    numbers = [emit(arg, to) for arg in term.args]
    return numbers[0] if len(numbers) == 1 else f"MAX({','.join(numbers)})"


def _not(term: Op, to: Addresses) -> str:
    return f"(1-{emit(term.args[0], to)})"


def _is_blank(term: Op, to: Addresses) -> str:
    cell = term.args[0]
    assert isinstance(cell, Cell)  # noqa: S101 - the binder lets nothing else be asked
    at = _address(cell, to)
    return f"IFERROR(IF(LEN({at})=0,1,0),0)"


def _join(term: Op, to: Addresses) -> str:
    return f"({'&'.join(emit(arg, to) for arg in term.args)})"


def _contains(term: Op, to: Addresses) -> str:
    text, part = (emit(arg, to) for arg in term.args)
    return _atom(f'LEN(SUBSTITUTE({text},{part},""))<LEN({text})')


def _starts(term: Op, to: Addresses) -> str:
    text, prefix = term.args
    start = emit(prefix, to)
    known = isinstance(prefix, Literal) and isinstance(prefix.value, str)
    length = str(len(str(prefix.value))) if known and isinstance(prefix, Literal) else f"LEN({start})"
    return _atom(f"EXACT(LEFT({emit(text, to)},{length}),{start})")


def _matches(term: Op, to: Addresses) -> str:
    """The length first (unknown there is unknown for all), then each class at all its positions at once."""
    text, pattern = term.args
    assert isinstance(pattern, Literal)  # noqa: S101 - the binder lets nothing else be a pattern
    whole = emit(text, to)
    wanted = positions(str(pattern.value))
    value = f'{_address(text, to)}&""' if isinstance(text, Cell) else whole
    at: dict[str, list[int]] = {}
    tests: list[str] = []
    run = ""
    for number, position in enumerate((*wanted, None), 1):
        if position is not None and position.literal:
            run += position.among
            continue
        if run:
            tests.append(f"EXACT(MID({value},{number - len(run)},{len(run)}),{quoted(run)})")
            run = ""
        if position is not None:
            at.setdefault(position.among, []).append(number)
    for among, numbers in at.items():
        places = "{" + ",".join(map(str, numbers)) + "}"
        tests.append(f"SUMPRODUCT(--ISNUMBER(FIND(MID({value},{places},1),{quoted(among)})))={len(numbers)}")
    return _atom(f"IF(LEN({whole})={len(wanted)},AND({','.join(tests)}),FALSE)")


def _member(term: Member, to: Addresses) -> str:
    found = f"EXACT({to.list_values(term.list_id)},{emit(term.value, to)})"
    if term.parent is not None:
        found = f"EXACT({to.list_parents(term.list_id)},{emit(term.parent, to)})*{found}"
    else:
        found = f"--{found}"
    return f"IFERROR(IF(SUMPRODUCT({found})>0,1,{'0.5' if term.codes.open else '0'}),0.5)"


_OPERATIONS: dict[str, Callable[[Op, Addresses], str]] = {
    **dict.fromkeys(("=", "<>", "<=", "<", ">=", ">"), _compare),
    **dict.fromkeys(("+", "-", "*", "/"), _binary),
    **dict.fromkeys(("SUM", "MIN", "MAX"), _aggregate),
    **dict.fromkeys(("COUNT", "COUNTA"), _count),
    **dict.fromkeys(("LEN", "LEFT", "RIGHT", "MID", "ABS"), _call),
    "NEG": lambda term, to: f"(-{emit(term.args[0], to)})",
    "COUNTIFS": _countifs,
    "SUMIFS": _sumifs,
    "LOOKUP": _lookup,
    "ROUND": _round,
    "IF": _if,
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "ISBLANK": _is_blank,
    "&": _join,
    "CONTAINS": _contains,
    "STARTS": _starts,
    "MATCHES": _matches,
}
