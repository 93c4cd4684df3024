"""Amounts in sentences of the page, marked so that they can be shown in 元 or 万元."""

from __future__ import annotations

import re
from decimal import Decimal

from toolkit.model.money import normal, plain
from toolkit.report.text import markup

_CENT = Decimal("0.01")
_QUOTED = re.compile(r"(“[^”]*”)")
_AMOUNT = re.compile(r"(?<![\d.,\-A-Za-z])(-?\d{1,15}(?:\.\d{1,6})?) ?(亿元|万元|千元|元)(?![/／每])")


def amounts(text: object) -> str:
    """``text`` escaped, with each amount marked; what a unit wrote (between “ and ”) stays as it is."""
    parts = _QUOTED.split(markup(text))
    parts[::2] = [_AMOUNT.sub(r"<b>\1 \2</b>", part) for part in parts[::2]]
    return "".join(parts)


def amount(value: Decimal, unit: str) -> str:
    """One amount for a table, marked."""
    return f"<b>{figure(value)} {markup(unit)}</b>"


def figure(value: Decimal) -> str:
    """An amount as a plain number: all its digits, at least two after the point."""
    shown = normal(value)
    return plain(shown if int(shown.as_tuple().exponent) < -2 else shown.quantize(_CENT))
