"""Templates → text: cells, words, and what is computed from the rows (never typed beside them)."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from toolkit.model.printout import CellRef, Piece, Sentence, Template
from toolkit.model.target import TEXT, print_target
from toolkit.printing.data import MASKED, Scope, as_text

_STOPS = re.compile(r"([。；，、])([。；，、])")
"""A unit's own full stop before the sentence's."""

_DIGITS = "零一二三四五六七八九"


def fill_in(template: Template, scope: Scope) -> str:
    """The text of a template; what is blank leaves nothing."""
    return "".join(piece if isinstance(piece, str) else phrase(piece, scope) for piece in template.pieces)


def say(sentences: tuple[Sentence, ...], scope: Scope) -> str:
    """The sentences that hold and name nothing blank, one after the other."""
    said = []
    for sentence in sentences:
        if all(scope.holds(condition) for condition in sentence.when):
            parts = [p if isinstance(p, str) else phrase(p, scope) for p in sentence.template.pieces]
            said.append(_STOPS.sub(r"\2", "".join(parts)) if all(parts) else "")
    return "".join(said)


def phrase(piece: Piece, scope: Scope) -> str:
    """One piece of a template as text, "" where there is nothing to say."""
    if piece.ref is None:
        return scope.word(piece.word)
    if piece.function:
        return _FUNCTIONS[piece.function](piece.ref, scope)
    return as_text(scope.content(piece.ref))


def chinese_count(number: int) -> str:
    """A count as it is said before 项 or 个: 一, 两, 三 … 十二, 二十; beyond 99 in digits."""
    if number == 2:
        return "两"
    tens, ones = divmod(number, 10)
    if tens > 9:
        return str(number)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return f"{lead}{_DIGITS[ones] if ones or not tens else ''}"


def _column(ref: CellRef, scope: Scope) -> list[str]:
    """What stands in one column of a list, blanks left out."""
    rows = (scope.at(ref.block, row, number) for number, row in enumerate(scope.rows_of(ref.block), start=1))
    return [text for one in rows if (text := as_text(one.content(ref)))]


def _count(ref: CellRef, scope: Scope) -> str:
    return str(len(scope.rows_of(ref.block)))


def _count_cn(ref: CellRef, scope: Scope) -> str:
    return chinese_count(len(scope.rows_of(ref.block)))


def _breakdown(ref: CellRef, scope: Scope) -> str:
    """产出指标两项，效益指标一项: a blank says what the row above says, as in a merged column."""
    counts: dict[str, int] = {}
    last = ""
    for number, row in enumerate(scope.rows_of(ref.block), start=1):
        last = as_text(scope.at(ref.block, row, number).content(ref)) or last
        if last:
            counts[last] = counts.get(last, 0) + 1
    return "，".join(f"{name}{chinese_count(count)}项" for name, count in counts.items())


def _listed(ref: CellRef, scope: Scope) -> str:
    """一是…；二是…"""
    texts = [text.rstrip("。；;.") for text in _column(ref, scope)]
    return "；".join(f"{chinese_count(n) if n != 2 else '二'}是{text}" for n, text in enumerate(texts, start=1))


def _numbered(ref: CellRef, scope: Scope) -> str:
    """1、… on a line each."""
    return "\n".join(f"{n}、{text}" for n, text in enumerate(_column(ref, scope), start=1))


def _change(ref: CellRef, scope: Scope) -> str:
    """比上年增加 …, 比上年减少 …, 与上年持平, from the sign."""
    change = scope.content(ref)
    if not isinstance(change, Decimal):
        return ""
    if change == 0:
        return "与上年预算持平"
    unit = scope.filled.suite.blocks[ref.block].by_id[ref.field].unit or ""
    money = scope.layout.unit if unit.endswith("元") else unit
    return f"比上年预算{'增加' if change > 0 else '减少'}{as_text(abs(change))}{money}"


def _target(ref: CellRef, scope: Scope) -> str:
    """A target in one text: ≥95%."""
    op, value, unit = (ref._replace(field=f"{ref.field}_{part}") for part in ("op", "value", "unit"))
    contents = [scope.content(part) for part in (op, value, unit)]
    if MASKED in contents:
        return MASKED
    sign = TEXT if contents[0] is not None and scope.raw(op) == TEXT else as_text(contents[0])
    if isinstance(contents[1], str):  # a mark stands in the number's place
        return contents[1]
    return print_target(sign, contents[1], as_text(contents[2]))


def _parameter(ref: CellRef, scope: Scope) -> str:
    """A parameter of the suite, as its rules use it."""
    return as_text(scope.filled.suite.parameters[ref.block])


_FUNCTIONS: dict[str, Callable[[CellRef, Scope], str]] = {
    "count": _count,
    "count_cn": _count_cn,
    "breakdown": _breakdown,
    "listed": _listed,
    "numbered": _numbered,
    "change": _change,
    "target": _target,
    "parameter": _parameter,
}
