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
_HEDGE = re.compile(
    r"(?:大?约合?|近|大概|大致|左右|上下|以上|以下|以内|余|多|不少于|不低于|不超过|不足|至少|最多|预计|暂定|[≈≥≤<>＞＜])"
)
_NEGATIVE = re.compile(rf"(?:[▲△]|负|减)\s*({_NUMBER})", re.ASCII)
_MINUS = "负数没有写成“-”在前的数字"
_FACTORS = frozenset("成折倍分半角毛厘千百十双对打")
"""Words behind a number that make it another number."""
_SHARES = re.compile(r"百分之(.{1,12})|([一二三四五六七八九])成([一二三四五六七八九半])?")
_RANGE = re.compile(r"\d\s*(?:-|~|—|–|至|到|/)\s*\d", re.ASCII)
_MONEY_WORDS = {
    "元": "元",
    "圆": "元",
    "元整": "元",
    "千元": "千元",
    "万元": "万元",
    "万元整": "万元",
    "万": "万元",
    "亿元": "亿元",
}
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
        return _with_unit(_decimal(match[1]), _word(match[2]), unit)
    return _doubtful(kept, unit)


def _word(text: str) -> str:
    """A unit as written behind a number: ``(万 元)`` is 万元."""
    word = "".join(text.split())
    return word[1:-1] if len(word) > 2 and word[0] == "(" and word[-1] == ")" else word


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
    return _with_word(value, word, unit)


def _with_word(value: Decimal, word: str, unit: str | None) -> Number:
    """A number with something behind it that is no unit."""
    hedged = _HEDGE.sub("", word)
    if hedged != word:
        inner = _with_unit(value, hedged, unit)
        return Number(None, "vague", "不是确定的数值", inner.value if inner.value is not None else inner.likely)
    if word == "-":
        return Number(None, "text", _MINUS, _normal(-value))
    counted = len(word) <= 2 and not _odd(word) and not set(word) & _FACTORS
    return Number(None, "text", "数字列中带有其他文字", value if counted else None)


def _doubtful(text: str, unit: str | None) -> Number:
    for pattern, problem in ((_BRACKETED, "以括号表示的数字，不能确定是不是负数"), (_NEGATIVE, _MINUS)):
        found = pattern.fullmatch(text)
        if found and any(c.isdigit() for c in found[1]):
            return Number(None, "text", problem, _normal(-_decimal(found[1])))
    share = _SHARES.fullmatch(text) if unit == "%" else None
    if share:
        return Number(None, "text", "用中文书写的比例", _share(share))
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


def _share(match: re.Match[str]) -> Decimal | None:
    """百分之五十 → 50, 八成半 → 85."""
    if match[1]:
        digits = re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", match[1], re.ASCII)
        number = chinese_number(match[1])
        return _normal(Decimal(digits[0])) if digits else None if number is None else Decimal(number)
    tens, rest = chinese_number(match[2]) or 0, 5 if match[3] == "半" else chinese_number(match[3] or "") or 0
    return Decimal(tens * 10 + rest)


def _odd(word: str) -> bool:
    return any(not ("\u4e00" <= c <= "\u9fff") for c in word)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "").replace(" ", ""))


def _converted(value: Decimal, source: str, unit: str) -> Decimal:
    return _normal(money.convert(value, source, unit))


def _normal(value: Decimal) -> Decimal:
    # + 0 turns a negative zero into zero.
    return money.normal(value) + 0
