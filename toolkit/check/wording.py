"""Values as they stand in a sentence: numbers with their unit, texts quoted and kept short."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal

from toolkit.model.fact import Value
from toolkit.model.money import is_money, normal, plain, round_half_up

_SPACES = re.compile(r"\s+")
LONGEST = 40
"""Characters of a typed text shown in a sentence."""


def number(value: Decimal, decimals: int = 0) -> str:
    """A plain decimal string with at least ``decimals`` places: ``2994.70``, never in exponents."""
    exact = normal(value)
    places = -int(exact.as_tuple().exponent)
    return plain(round_half_up(exact, max(decimals, places, 0)))


def places_of(unit: str | None) -> int:
    """Places after the point that amounts of this unit are printed with."""
    return 2 if is_money(unit) else 0


def with_unit(text: str, unit: str | None) -> str:
    """``2994.70 万元``, ``90%``."""
    if not unit:
        return text
    return f"{text}{unit}" if unit in ("%", "％") else f"{text} {unit}"


def quote(text: str, longest: int = LONGEST) -> str:
    """A typed text on one line, shortened, in Chinese quotation marks."""
    flat = inner(_SPACES.sub(" ", text).strip())
    return f"“{flat if len(flat) <= longest else flat[: longest - 1] + '…'}”"


def inner(text: str) -> str:
    """A text to stand between quotation marks: its own become single ones."""
    return text.replace("“", "‘").replace("”", "’")


def shown(value: Value, unit: str | None = None, decimals: int | None = None) -> str:
    """A value in a sentence; a blank is 空白."""
    if value is None:
        return "空白"
    if isinstance(value, Decimal):
        return with_unit(number(value, places_of(unit) if decimals is None else decimals), unit)
    return value.isoformat() if isinstance(value, datetime.date) else quote(value)


def spaced(value: Value, unit: str | None = None, decimals: int | None = None) -> str:
    """``shown``, with a space before a number, as it follows Chinese words."""
    text = shown(value, unit, decimals)
    return f" {text}" if isinstance(value, Decimal | datetime.date) else text


def gap_unit(unit: str | None) -> str | None:
    """The unit of the difference of two values: percentages differ by 个百分点."""
    return "个百分点" if unit in ("%", "％") else unit


def plain_text(value: Value, unit: str | None = None) -> str | None:
    """A value as the finding's ``actual`` or ``expected``: a decimal string, or the text."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return number(value, places_of(unit))
    return value.isoformat() if isinstance(value, datetime.date) else value


def sentence(text: str) -> str:
    """The text with exactly one full stop at its end."""
    return text.rstrip("。；;，, ") + "。"


def listed(items: list[str], most: int = 8, what: str = "") -> str:
    """``甲、乙、丙 等 12 处``; without ``what`` only ``等`` (the sentence has said how many)."""
    head = "、".join(items[:most])
    if len(items) <= most:
        return head
    if what:
        return f"{head} 等 {len(items)} {what}"
    return f"{head} 等" if head[-1:].isascii() else f"{head}等"


def row_spans(numbers: Iterable[int]) -> str:
    """``第 1—3、5 行``."""
    spans: list[list[int]] = []
    for n in sorted(set(numbers)):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    shown_spans = [f"{a}" if a == b else f"{a}—{b}" for a, b in spans]
    return f"第 {listed(shown_spans, 12)} 行"
