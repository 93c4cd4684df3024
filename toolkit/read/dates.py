"""Dates: serial numbers of cells, and the ways people write a date as text."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from toolkit.read.chinese import chinese_number
from toolkit.read.texts import clean, half_width

_EPOCH = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_SEPARATED = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?Z?)?", re.A
)
_SHORT_YEAR = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.A)
_SPELLED = re.compile(
    r"([二一][〇零○一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_SERIAL = re.compile(r"[34]\d{4}", re.A)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.A)
_EARLIEST, _LATEST = datetime.date(1900, 3, 1), datetime.date(2199, 12, 31)


def serial_date(serial: Decimal, date1904: bool = False) -> datetime.date | None:
    """The date of a serial number (its time of day is dropped); None outside 1900-03-01 … 2199-12-31."""
    # Excel counts a 29 February 1900 that never was: serials before it are not to be trusted.
    days = int(serial.to_integral_value("ROUND_FLOOR"))
    if not -200_000 < days < 200_000:
        return None
    date = (_EPOCH_1904 if date1904 else _EPOCH) + datetime.timedelta(days=days)
    return date if _EARLIEST <= date <= _LATEST else None


def serial_text(text: str) -> str:
    """The serial number of an ISO date or time, as a workbook stores it; the text itself where it is none."""
    try:
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text or "?"
    gone = moment - datetime.datetime.combine(_EPOCH, datetime.time())
    return str(gone.days) if not gone.seconds else format(gone.days + round(Decimal(gone.seconds) / 86_400, 10), "f")


def typed_date(text: str) -> datetime.date | None:
    """A complete date written as text (2021-3-1, 2021年3月1日, 2021.03.01, 20210301), else None."""
    kept = half_width(clean(text))
    match = None if len(kept) > 40 else _SEPARATED.fullmatch(kept) or _COMPACT.fullmatch(kept)
    if match is None:
        return None
    try:
        date = datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return date if _EARLIEST <= date <= _LATEST else None


def likely_date(text: str) -> datetime.date | None:
    """What a text that is no complete date probably means (21.3.1, 二〇二一年三月一日, 44256); None where it may be several."""
    kept = half_width(clean(text))
    if len(kept) > 40:
        return None
    if _SERIAL.fullmatch(kept):
        return serial_date(Decimal(kept))
    short, spelled = _SHORT_YEAR.fullmatch(kept), _SPELLED.fullmatch(kept)
    if short:
        return typed_date(f"20{short[1]}-{short[2]}-{short[3]}")
    if spelled:
        year, month, day = (chinese_number(part) for part in spelled.groups())
        return typed_date(f"{year}-{month}-{day}")
    return None
