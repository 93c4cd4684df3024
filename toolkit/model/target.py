"""An indicator's target as one text (≥95%) and as sign, value and unit, there and back.

What the text does not say in so many words is not guessed: ``parse_target`` gives a target that
``print_target`` says the same way, or raises ``TargetError`` with the reason.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from toolkit.model.money import in_range, normal, plain

TEXT = "文字描述"
"""The sign of a target that is a text; the text then stands in the unit's place."""

SIGNS = ("≥", "＞", "＝", "＜", "≤")


class Target(NamedTuple):
    """Sign (one of ``SIGNS``, ``TEXT``, or "" where none is written), number, and unit or text."""

    op: str
    value: Decimal | None
    unit: str


class TargetError(ValueError):
    """A text that is no target, or could be read in two ways. ``str(error)`` is the reason in Chinese."""


# 以上、以下、以内、达到 include the number, 超过、不足 do not (民法典第一千二百五十九条).
_BEFORE = {
    "≥": (">=", "=>", "≥", "≧", "大于等于", "大于或等于", "不低于", "不少于", "不小于", "至少"),
    "≤": ("<=", "=<", "≤", "≦", "小于等于", "小于或等于", "不高于", "不多于", "不大于", "不超过", "至多"),
    "＞": (">", "大于", "高于", "多于", "超过"),
    "＜": ("<", "小于", "低于", "少于", "不足", "不满"),
    "＝": ("=", "==", "等于"),
}
_REACHED = "达到"
_AFTER = {"≥": ("及以上", "以上"), "≤": ("及以下", "以下", "及以内", "以内", "之内", "内")}
_WORDS = {word: op for op, words in _BEFORE.items() for word in words}
_ENDS = {word: op for op, words in _AFTER.items() for word in words}


def _any(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NOT_IN_A_UNIT = "以上下内外约左右前后超低高不少多于至到达成完执行的和及与或等每且并"
_NAME = rf"[^\W\d_{_NOT_IN_A_UNIT}]{{1,8}}|㎡|m²"
_QUANTITY = re.compile(
    rf"(?P<reached>{_REACHED})?(?P<before>{_any(_WORDS)})?"
    r"(?P<number>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"(?P<unit>%|‰|(?:{_NAME})(?:(?:/|每)(?:{_NAME}))?)?"
    rf"(?P<after>{_any(_ENDS)})?"
)
_SIGN_FIRST = re.compile(rf"(?:{_any({w: o for w, o in _WORDS.items() if not w.isalpha()})})")
_MEASURES = "人次|小时|个月|万元|[次人天日年个月份条项件场期家户台套成倍元]"
_IN_WORDS = re.compile(
    rf"(?:{_any(_WORDS)}|{_REACHED})?[零一二两三四五六七八九十百千万亿]+(?:{_MEASURES})(?:{_any(_ENDS)})?|.*百分之.*"
)
_ASKS = re.compile(r"是否|有无|能否|[?？]|(情况|意义|影响|效果|评价)[。.]?$")
_NO_TEXT = frozenset({"", "-", "--", "—", "/", "无", "不适用", "涉密", TEXT})
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ENDINGS = "。；;，,、."


def asks_or_names(text: str) -> bool:
    """Whether a text asks (是否按时完成) or only names a subject (评价情况): no target, as IND-06 has it."""
    return _ASKS.search(text) is not None


def parse_target(text: str) -> Target:
    """The target a text says: ``≥95%`` → (≥, 95, %); ``达标`` → (文字描述, None, 达标).

    A number without a sign (``24小时``) has the sign "": whoever needs one must ask for it. Raises TargetError.
    """
    said = text.strip()
    if said in _NO_TEXT:
        raise TargetError(f"“{text}”没有说明要达到什么")
    if asks_or_names(said):
        raise TargetError(f"“{text}”是疑问句或占位语，没有说明要达到的程度")
    compact = re.sub(r"\s+", "", said.translate(_FULL_WIDTH)).rstrip(_ENDINGS)
    found = _QUANTITY.fullmatch(compact)
    if found is not None:
        return _quantity(found, text)
    if re.search(r"\d", compact) or _SIGN_FIRST.match(compact) or _IN_WORDS.fullmatch(compact):
        raise TargetError(f"“{text}”含有数量，但不是“符号+数值+单位”的写法（如 ≥95%、≤4小时）")
    return Target(TEXT, None, said)


def _quantity(found: re.Match[str], text: str) -> Target:
    before, after = _WORDS.get(found["before"] or ""), _ENDS.get(found["after"] or "")
    if before and after and before != after:
        raise TargetError(f"“{text}”前后的符号不一致")
    op = before or after or ("＝" if found["reached"] else "")
    value = Decimal(found["number"].replace(",", ""))
    if not in_range(value) or normal(value) != value:
        raise TargetError(f"“{text}”的数值超出范围：最多 6 位小数")
    return Target(op, normal(value) or Decimal(0), (found["unit"] or "").replace("每", "/"))


def print_target(op: str, value: Decimal | None, unit: str) -> str:
    """The three as one text: ``≥95%``; a text target is its text; blanks are left out."""
    if op == TEXT:
        return unit
    return f"{op}{'' if value is None else plain(normal(value))}{unit}"
