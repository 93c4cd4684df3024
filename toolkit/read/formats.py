"""Number formats of cells: which show a date, a percentage, or another magnitude than the value has."""

from __future__ import annotations

import re
from functools import cache
from xml.etree.ElementTree import Element

_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 49: "@"}
DATE_FORMAT = "yyyy-mm-dd"
"""Stands for every built-in date format, the Chinese ones (27–36, 50–58) included."""


def cell_formats(styles: Element) -> list[str]:
    """The format code of each entry of ``cellXfs``."""
    custom: dict[str, str] = {}
    for element in styles.iterfind("numFmts/numFmt"):
        custom[element.get("numFmtId", "")] = element.get("formatCode", "General")
    codes = []
    for element in styles.iterfind("cellXfs/xf"):
        number = element.get("numFmtId", "0")
        if number in custom:
            codes.append(custom[number])
        elif number.isascii() and number.isdigit() and len(number) < 6:
            codes.append(built_in(int(number)))
        else:
            codes.append("General")
    return codes


def built_in(number: int) -> str:
    """The code of a format that a file names by number only."""
    return DATE_FORMAT if number in _DATES else _BUILT_IN.get(number, "General")


def _bare(code: str) -> str:
    """The first section without quoted text, escapes, padding and colours."""
    section = code.partition(";")[0]
    return re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', "", section, flags=re.IGNORECASE)


@cache
def is_date(code: str) -> bool:
    """Whether the format shows a number as a date or time."""
    bare = _bare(code)
    return bare.lower() != "general" and bool(re.search(r"[ymdhs]", bare, re.IGNORECASE)) and "0" not in bare[:1]


@cache
def is_percent(code: str) -> bool:
    """Whether the format shows the value times one hundred."""
    return "%" in _bare(code)


@cache
def is_scaled(code: str) -> bool:
    """Whether the format shows another magnitude (``0.00,`` or ``0!.0,``: 元 shown as though 万元)."""
    return bool(re.search(r"[0#?],+(?![0#?])|0!\.0", _bare(code))) or bool(re.search(r"0(\\|!)\.0", code))


@cache
def padding(code: str) -> int:
    """Digits to which a format of zeros only (``000000``) pads, else 0."""
    return len(code) if code and not code.strip("0") and len(code) > 1 else 0
