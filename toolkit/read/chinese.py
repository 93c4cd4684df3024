"""Numbers written in Chinese characters, plain and financial: only to propose what was probably meant."""

from __future__ import annotations

_DIGITS = {
    c: n
    for n, group in enumerate(("零〇○", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in group
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}


def chinese_number(text: str) -> int | None:
    """``一百二十`` → 120, ``贰仟万`` → 20000000; None where the text is anything else."""
    text = text.strip()
    if not 0 < len(text) <= 20 or any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) <= 12 else None
    total, section, digit, last = 0, 0, None, 0
    for c in text:
        if c in _DIGITS:
            if digit not in {None, 0}:
                return None
            digit = _DIGITS[c]
        elif c in _TENS:
            if last and _TENS[c] >= last:
                return None
            section += (1 if digit is None else digit) * _TENS[c]
            digit, last = None, _TENS[c]
        else:
            section += digit or 0
            total = (total + section) * _MYRIADS[c] if _MYRIADS[c] > 10_000 else total + section * _MYRIADS[c]
            section, digit, last = 0, None, 0
    return total + section + (digit or 0)
