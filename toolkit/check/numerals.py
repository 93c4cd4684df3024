"""Numbers as texts write them: 12, 十二, 两, 贰."""

from __future__ import annotations

_DIGITS = {
    c: n
    for n, row in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in row
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100}
_FORMAL = frozenset("壹贰叁肆伍陆柒捌玖拾佰")

NUMERAL = "(?:[0-9]+|[零〇一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰]+)"
"""A pattern for a whole number in any of these spellings."""


def whole(text: str) -> int | None:
    """The number that a numeral below 1000 means; None where it means none (一二)."""
    if text.isdigit() and text.isascii():
        return int(text)
    total = pending = 0
    started = False
    for sign in text:
        if sign in _UNITS:
            total += (pending or (0 if started else 1)) * _UNITS[sign]
            pending = 0
        elif sign in _DIGITS:
            if pending:
                return None
            pending = _DIGITS[sign]
        else:
            return None
        started = True
    return total + pending if started else None


def style(text: str) -> str:
    """How the numeral is written: 阿拉伯数字, 大写数字, or 两, 二, 汉字数字 for other plain ones."""
    if text.isdigit() and text.isascii():
        return "阿拉伯数字"
    if _FORMAL & set(text):
        return "大写数字"
    return text if text in ("两", "二") else "汉字数字"
