"""The Excel emitter: functions that Excel 2010, WPS and LibreOffice share, and compute alike.

Numbers and texts that are unknown are ``#N/A`` and spread as such. Conditions are the numbers 1 (true),
0 (false) and 0.5 (unknown), so that AND is MIN, OR is MAX and NOT is 1 − x in three values.
"""

from __future__ import annotations

from toolkit.formula.excel_terms import Addresses, emit, least
from toolkit.formula.program import Check, CheckLevel
from toolkit.formula.terms import Bound, Op, Ref, Type, walk
from toolkit.model.errors import FormulaError

LONGEST = 8000
"""Excel takes 8192 characters; the writer may wrap the formula in a few more."""


def to_excel(bound: Bound, addresses: Addresses) -> str:
    """The formula of a computed cell, without the leading ``=``: "" where the value is blank or unknown.

    A condition gives its number (1, 0 or 0.5). Raises FormulaError for PRIOR and UNITS, and above 8192 characters.
    """
    text = emit(bound, addresses)
    if bound.type is not Type.BOOLEAN:
        text = f'IFERROR(ROUND({text},6),"")' if _inexact(bound) else f'IFERROR({text},"")'
    return _fitting(text)


def _inexact(bound: Bound) -> bool:
    """Whether doubles leave something beyond six places: products have more, and sums keep the noise of their
    operands, which a formula that divides by a small total (a share) would magnify."""
    added = any(isinstance(t, Op) and t.name in ("+", "-", "SUM", "SUMIFS") and t.scale > 0 for t in walk(bound))
    if bound.type is not Type.NUMBER:
        return False
    return bound.scale > 6 or (added and not (isinstance(bound, Op) and bound.name == "ROUND"))


def verdict_to_excel(check: Check, addresses: Addresses) -> str:
    """The number of a check at one of its homes: 1 passes, 0 fails, 0.5 is not executable. Without ``=``."""
    return _fitting(least([emit(p.bound, addresses) for level in check.levels for p in level.parts]))


def level_to_excel(level: CheckLevel, addresses: Addresses) -> str:
    """The number of one level of a graded check, as ``verdict_to_excel`` gives it for all."""
    return _fitting(least([emit(p.bound, addresses) for p in level.parts]))


def _fitting(text: str) -> str:
    if len(text) > 8190:
        raise FormulaError(f"Excel 公式有 {len(text)} 个字符，超过 8192：请把表达式拆开")
    return text


class _Typical:
    """Addresses as long as real ones get: what a formula will measure before there is a layout."""

    def scalar(self, ref: Ref) -> str:
        return "$AB$1234"

    def ranges(self, ref: Ref) -> list[str]:
        return ["'02_某某某某某某表'!$AB$1234:$AB$1234"] * (3 if ref.across else 1)

    def list_values(self, list_id: str) -> str:
        return "_lists!$AB$2:$AB$12345"

    def list_parents(self, list_id: str) -> str:
        return "_lists!$AB$2:$AB$12345"


def typical_length(bound: Bound) -> int:
    """About how many characters the term takes in a formula; 0 where it cannot stand in a workbook."""
    try:
        return len(emit(bound, _Typical())) + 1
    except FormulaError:
        return 0
