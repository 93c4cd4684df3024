"""Dates: serial numbers of cells, and the ways people write a date as text."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from toolkit.read.texts import clean, half_width

_EPOCH = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_SEPARATED = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?Z?)?", re.A
)
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
