"""The one grammar for numbers: strict, on the raw text, never ``float()`` on what a unit typed.

What can mean only one thing is read (``２９９４.７``, ``2,994.70``, ``2994.7万元`` in a 万元 column). What could mean
two things is not taken; where a reading is probable it is proposed as ``likely``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model import money
from toolkit.read.chinese import chinese_number
from toolkit.read.texts import clean, half_width

_LONGEST = 60
_STORED = re.compile(r"[+-]?(?:\d{1,25}(?:\.\d{0,330})?|\.\d{1,330})(?:[Ee][+-]?\d{1,3})?", re.ASCII)
_SHORT = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,30})?(?:\.\d{1,30})?"
_WHOLE = re.compile(rf"({_NUMBER})\s*(\D*)", re.ASCII)
_BRACKETED = re.compile(rf"\(({_NUMBER})\)", re.ASCII)
_HEDGE = re.compile(r"(?:大?约|近|大概|左右|上下|以上|以下|余|多|不少于|不低于|不超过|至少|最多)")
_RANGE = re.compile(r"\d\s*(?:-|~|—|–|至|到)\s*\d", re.ASCII)
_MONEY_WORDS = {"元": "元", "圆": "元", "元整": "元", "千元": "千元", "万元": "万元", "万": "万元", "亿元": "亿元"}
_MONEY_WORDS |= {"亿": "亿元", "RMB": "元", "人民币": "元", "千": "千元"}
_SYNONYMS = {"%": frozenset({"%", "％", "个百分点"}), "人": frozenset({"人", "人次"})}


@dataclass(frozen=True, slots=True)
class Number:
    """A reading. ``value`` is None where it is not taken; ``problem`` says in Chinese what stood there.

    ``kind``: "" taken as it stands, "form" taken after tidying (full width, spaces, text), "unit" taken with the
    field's own unit, else why not: "other_unit", "vague", "text", "range".
    """

    value: Decimal | None
    kind: str = ""
    problem: str = ""
    likely: Decimal | None = None


def stored_number(text: str) -> Decimal | None:
    """The decimal of a numeric cell's stored text at 15 significant digits; None where it is no number in range."""
    if _SHORT.fullmatch(text):
        return _normal(Decimal(text))
    text = text.strip()
    if not _STORED.fullmatch(text):
        return None
    # The grammar has passed: what is left for float() is exactly a double as XML stores it.
    double = float(text)
    if not -1e13 < double < 1e13:
        return None
    value = money.from_double(double)
    return value + 0 if money.in_range(value) else None


def typed_number(text: str, unit: str | None) -> Number:
    """Read the text of a cell that should hold a number in ``unit``. The text is not blank."""
    kept = half_width(clean(text))
    if len(kept) > _LONGEST:
        return Number(None, "text", "不是数字")
    unit = half_width(unit) if unit else None
    bare = kept.removeprefix("¥").strip() if unit == "元" else kept
    match = _WHOLE.fullmatch(bare)
    if match and any(c.isdigit() for c in match[1]):
        return _with_unit(_decimal(match[1]), match[2].strip(), unit)
    return _doubtful(kept, unit)


def _with_unit(value: Decimal, word: str, unit: str | None) -> Number:
    if not money.in_range(value):
        return Number(None, "range", "数值超出可处理的范围")
    value = _normal(value)
    if not word:
        return Number(value, "form", "以文本形式录入的数字")
    source = _MONEY_WORDS.get(word)
    if word == unit or word in _SYNONYMS.get(unit or "", ()) or (source is not None and source == unit):
        return Number(value, "unit", f"数字列中带有单位文字“{word}”")
    if source or word == "%":
        likely = _converted(value, source, unit) if source and unit and money.is_money(unit) else None
        return Number(None, "other_unit", f"单位“{word}”与本栏单位“{unit or '无'}”不一致", likely)
    if _HEDGE.fullmatch(word):
        return Number(None, "vague", "不是确定的数值", value)
    return Number(None, "text", "数字列中带有其他文字", value if len(word) <= 2 and not _odd(word) else None)


def _doubtful(text: str, unit: str | None) -> Number:
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed and any(c.isdigit() for c in bracketed[1]):
        return Number(None, "text", "以括号表示的数字", -_normal(_decimal(bracketed[1])))
    if _RANGE.search(text):
        return Number(None, "vague", "是一个区间，不是确定的数值")
    hedged = _HEDGE.sub("", text).strip()
    if hedged != text and hedged:
        inner = typed_number(hedged, unit)
        return Number(None, "vague", "不是确定的数值", inner.value if inner.value is not None else inner.likely)
    word = next((w for w in sorted(_MONEY_WORDS, key=len, reverse=True) if text.endswith(w)), "")
    for written, tail in ((text, ""), (text[: len(text) - len(word)], word)):
        value = chinese_number(written)
        if value is not None:
            read = _with_unit(Decimal(value), tail, unit)
            return Number(None, "text", "用中文书写的数字", read.value if read.value is not None else read.likely)
    return Number(None, "text", "不是数字")


def _odd(word: str) -> bool:
    return any(not ("\u4e00" <= c <= "\u9fff") for c in word)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "").replace(" ", ""))


def _converted(value: Decimal, source: str, unit: str) -> Decimal:
    return _normal(money.convert(value, source, unit))


def _normal(value: Decimal) -> Decimal:
    # + 0 turns a negative zero into zero.
    return money.normal(value) + 0
