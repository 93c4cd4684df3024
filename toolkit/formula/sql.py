"""The SQL emitter (DuckDB): terms over columns. NULL is blank or unknown, and spreads as the language wants it.

Numbers are decimals throughout. A product that 38 digits cannot hold is unknown, never an error and never a
double; a quotient is taken over integers, so that its rounding is exact. The bounds stand in CASE and not in
TRY: DuckDB shares equal subexpressions of a SELECT, and takes them out of TRY, but not out of CASE.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Protocol

from toolkit.formula.patterns import regex
from toolkit.formula.terms import Bound, Cell, Literal, Member, Op, Range

_SEPARATOR = "chr(31)"
_DIGITS = 37


class Names(Protocol):
    """What the cells and ranges of a term are called where the SQL is to stand."""

    def cell(self, term: Cell) -> str:
        """The value of one cell, NULL where blank."""

    def marked(self, term: Cell) -> str:
        """Whether a word stands where a number or date belongs; NULL where the sheet is not there."""

    def ranged(self, function: str, term: Range) -> str:
        """SUM, MIN, MAX (NULL of nothing) or COUNT (0 of nothing) of a range."""

    def matching(self, term: Op) -> str:
        """COUNTIFS, SUMIFS or LOOKUP."""


def to_sql(term: Bound, names: Names) -> str:
    """The SQL expression of a term; BOOLEAN with NULL for unknown where it is a condition."""
    if isinstance(term, Op):
        return _OPERATIONS[term.name](term, names)
    if isinstance(term, Cell):
        return (
            f"(CASE WHEN {_empty(term, names)} THEN 0 ELSE {names.cell(term)} END)" if term.zero else names.cell(term)
        )
    if isinstance(term, Literal):
        return _literal(term)
    if isinstance(term, Member):
        return _member(term, names)
    raise TypeError("a range has no single value")


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def column(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


SUBQUERIES = ("COUNTIFS", "SUMIFS", "LOOKUP")


def _literal(term: Literal) -> str:
    if isinstance(term.value, Decimal):
        return format(term.value, "f")
    return quoted(term.value.isoformat() if isinstance(term.value, date) else term.value)


def _compare(term: Op, names: Names) -> str:
    left, right = (to_sql(arg, names) for arg in term.args)
    if term.tolerance is None:
        return _unless_empty(f"({left} {term.name} {right})", term, names)
    difference = left if right == "0" else f"({left} - {right})"
    if max(arg.scale for arg in term.args) > 6:
        difference = f"ROUND({difference}, 6)"
    tolerance = format(term.tolerance, "f")
    if term.name in ("=", "<>"):
        text = f"(ABS({difference}) {'<=' if term.name == '=' else '>'} {tolerance})"
    else:
        below = "-" if term.name in ("<", ">=") and term.tolerance else ""
        text = f"({difference} {term.name} {below}{tolerance})"
    return _unless_empty(text, term, names)


def _unless_empty(text: str, term: Op, names: Names) -> str:
    if not term.vacuous:
        return text
    blank = [
        f"{names.ranged('COUNT', c)} = 0" if isinstance(c, Range) else f"{_raw(c, names)} IS NULL" for c in term.vacuous
    ]
    return f"(({' AND '.join(blank)}) OR {text})"


def _binary(term: Op, names: Names) -> str:
    left, right = (to_sql(arg, names) for arg in term.args)
    return f"({left} {term.name} {right})"


def _product(term: Op, names: Names) -> str:
    """Unknown where 38 digits would not do. DuckDB keeps two DECIMAL(18,6) in 18 digits unless one is wider."""
    left, right = (to_sql(arg, names) for arg in term.args)
    size = f"ABS({_double(left)} * {_double(right)})"
    return f"(CASE WHEN {size} <= 1e{_DIGITS - 1 - term.scale} THEN {_wide(left, term.args[0].scale)} * {right} END)"


def _double(text: str) -> str:
    return f"CAST({text} AS DOUBLE)"


def _wide(text: str, scale: int) -> str:
    return f"CAST({text} AS DECIMAL(38,{scale}))"


def _sum(term: Op, names: Names) -> str:
    parts = _parts(term, names)
    if len(parts) == 1:
        return parts[0]
    total = " + ".join(f"COALESCE({part}, 0)" for part in parts)
    return f"(CASE WHEN COALESCE({', '.join(parts)}) IS NOT NULL THEN {total} END)"


def _least(term: Op, names: Names) -> str:
    parts = _parts(term, names)
    return parts[0] if len(parts) == 1 else f"{'LEAST' if term.name == 'MIN' else 'GREATEST'}({', '.join(parts)})"


def _parts(term: Op, names: Names) -> list[str]:
    return [names.ranged(term.name, a) if isinstance(a, Range) else _raw(a, names) for a in term.args]


def _raw(term: Bound, names: Names) -> str:
    """A cell as it stands, also where a blank would otherwise count as 0."""
    return names.cell(term) if isinstance(term, Cell) else to_sql(term, names)


def _count(term: Op, names: Names) -> str:
    parts = [
        names.ranged("COUNT", a) if isinstance(a, Range) else f"CAST({_raw(a, names)} IS NOT NULL AS INTEGER)"
        for a in term.args
    ]
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


def _round(term: Op, names: Names) -> str:
    inner, digits = term.args
    places = int(to_sql(digits, names))
    if not isinstance(inner, Op) or inner.name != "/":
        text = to_sql(inner, names)
        return text if inner.scale <= places else f"ROUND({text}, {places})"
    return _quotient(inner, places, names)


def _quotient(term: Op, places: int, names: Names) -> str:
    """One digit more than asked, cut off, then rounded: a tie is still a tie, and nothing else has become one."""
    above, below = term.args
    top, bottom = to_sql(above, names), to_sql(below, names)
    shift = places + 1 + below.scale - above.scale
    room = (
        _DIGITS - above.scale - max(above.scale, shift),
        _DIGITS - below.scale - max(below.scale, -shift),
    )
    fits = " AND ".join(f"ABS({_double(t)}) <= 1e{r}" for t, r in zip((top, bottom), room, strict=True))
    whole, divisor = _whole(top, above.scale, max(shift, 0)), _whole(bottom, below.scale, max(-shift, 0))
    cut = f"CAST({whole} // NULLIF({divisor}, 0) AS DECIMAL(38,0))"
    return f"(CASE WHEN {fits} THEN ROUND({cut} * {format(Decimal(1).scaleb(-places - 1), 'f')}, {places}) END)"


def _whole(text: str, scale: int, more: int) -> str:
    """The number as an integer of units of 10^-scale, times 10^more."""
    units = f"CAST({_wide(text, scale)} * {_power(scale)} AS HUGEINT)"
    return f"({units} * {_power(more)})" if more else units


def _power(exponent: int) -> str:
    return f"CAST({10**exponent} AS HUGEINT)"


def _if(term: Op, names: Names) -> str:
    """Of branches with 6 and with 2 decimals DuckDB would keep 2: a quotient is 38 digits wide."""
    condition, *branches = (to_sql(arg, names) for arg in term.args)
    if len({arg.scale for arg in term.args[1:]}) > 1:
        branches = [f"TRY_CAST({branch} AS DECIMAL(38,{term.scale}))" for branch in branches]
    otherwise = f" WHEN FALSE THEN {branches[1]}" if len(branches) > 1 else ""
    return f"(CASE {condition} WHEN TRUE THEN {branches[0]}{otherwise} END)"


def _joined(word: str) -> Callable[[Op, Names], str]:
    def emit(term: Op, names: Names) -> str:
        return "(" + f" {word} ".join(to_sql(arg, names) for arg in term.args) + ")"

    return emit


def _called(function: str) -> Callable[[Op, Names], str]:
    def emit(term: Op, names: Names) -> str:
        return f"{function}({', '.join(to_sql(arg, names) for arg in term.args)})"

    return emit


def _is_blank(term: Op, names: Names) -> str:
    cell = term.args[0]
    assert isinstance(cell, Cell)  # noqa: S101 - the binder lets nothing else be asked
    return _empty(cell, names)


def _empty(cell: Cell, names: Names) -> str:
    """Nothing stands there; a mark is something."""
    return f"({names.cell(cell)} IS NULL AND NOT COALESCE({names.marked(cell)}, FALSE))"


def _contains(term: Op, names: Names) -> str:
    text, part = (to_sql(arg, names) for arg in term.args)
    return f"({part} <> '' AND contains({text}, {part}))"


def _matches(term: Op, names: Names) -> str:
    text, pattern = term.args
    wanted = regex(str(pattern.value)) if isinstance(pattern, Literal) else ""
    return f"regexp_full_match({to_sql(text, names)}, {quoted(wanted)})"


def _member(term: Member, names: Names) -> str:
    value = to_sql(term.value, names)
    if term.parent is None:
        members = sorted(term.codes.values)
    else:
        value = f"({to_sql(term.parent, names)} || {_SEPARATOR} || {value})"
        members = sorted(f"{parent}\x1f{child}" for parent, child in term.codes.pairs)
    found = f"({value} IN ({', '.join(map(quoted, members))}))" if members else f"({value} IS NULL AND NULL)"
    return f"(CASE WHEN {found} THEN TRUE END)" if term.codes.open else found


_OPERATIONS: dict[str, Callable[[Op, Names], str]] = {
    **dict.fromkeys(("=", "<>", "<=", "<", ">=", ">"), _compare),
    **dict.fromkeys(("+", "-"), _binary),
    "*": _product,
    **dict.fromkeys(("MIN", "MAX"), _least),
    **dict.fromkeys(("COUNT", "COUNTA"), _count),
    **dict.fromkeys(SUBQUERIES, lambda term, names: names.matching(term)),
    "NEG": lambda term, names: f"(-{to_sql(term.args[0], names)})",
    "SUM": _sum,
    "ROUND": _round,
    "ABS": _called("ABS"),
    "IF": _if,
    "AND": _joined("AND"),
    "OR": _joined("OR"),
    "NOT": lambda term, names: f"(NOT {to_sql(term.args[0], names)})",
    "ISBLANK": _is_blank,
    "LEN": _called("length"),
    "LEFT": _called("left"),
    "RIGHT": _called("right"),
    "MID": _called("substring"),
    "&": _joined("||"),
    "CONTAINS": _contains,
    "STARTS": _called("starts_with"),
    "MATCHES": _matches,
}
