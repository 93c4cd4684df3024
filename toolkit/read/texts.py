"""What people type: spaces, zero-width characters, full-width forms, and words that stand for a state."""

from __future__ import annotations

import re

from toolkit.model.fact import State

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"
_BIDI = "\u200e\u200f\u061c" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_CONTROLS = "".join(map(chr, (*range(9), *range(0x0E, 0x20), *range(0x7F, 0xA0))))
_REMOVED = dict.fromkeys(map(ord, _ZERO_WIDTH + _BIDI + _CONTROLS))
_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x2028: "\n", 0x2029: "\n"}
_SPACES = " \t\r\n\u00a0\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_ASCII_SPACES = " \t\r\n"

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2212: 0x2D,
    0xFE63: 0x2D,
    0xFFE5: 0xA5,
}

_PLAIN = re.compile(r"[^\s\x00-\x1f\x7f-\xa0\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff]*")

_NOT_APPLICABLE = frozenset(
    {
        "无",
        "—",
        "——",
        "-",
        "--",
        "- -",
        "---",
        "–",
        "－",
        "－－",
        "/",
        "／",
        "\\",
        "不适用",
        "不涉及",
        "N/A",
        "n/a",
        "NA",
    }
)
_CLASSIFIED = frozenset({"涉密", "保密", "机密", "秘密", "绝密"})
_DITTO = frozenset({"同上", "同前", "同上行", "同上栏", "〃", "〞", "″", "”", '"', "''", "′′", "ditto"})


def clean(text: str) -> str:
    """Text as it is kept: ends trimmed of every kind of space, invisible characters removed, inside unchanged."""
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_BREAKS).translate(_REMOVED).strip(_SPACES)


def visibly_changed(raw: str, kept: str) -> bool:
    """Whether cleaning took more than ordinary white space off the ends."""
    return raw.replace("\r\n", "\n").replace("\r", "\n").strip(_ASCII_SPACES) != kept


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as ordinary ones. Nothing else: ``²`` or ``①`` are not digits."""
    return text if text.isascii() else text.translate(_HALF)


def state_of(text: str) -> State | None:
    """The state a cleaned text declares (无, —, 涉密 …), or None where it is an ordinary text."""
    if text in _NOT_APPLICABLE:
        return State.NOT_APPLICABLE
    if text in _CLASSIFIED:
        return State.CLASSIFIED
    return None


def is_ditto(text: str) -> bool:
    """Whether a cleaned text says no more than that it is as above (同上, 〃)."""
    return text in _DITTO
