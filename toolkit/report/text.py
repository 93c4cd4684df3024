"""The one guard every text of a unit passes before it reaches an output.

A unit's text must never become a formula, a link, markup or an invisible reversal, and never stop an output.
"""

from __future__ import annotations

import html
import re

from toolkit.model.cell_text import CELL_LIMIT, cell_text, visible

__all__ = ["CELL_LIMIT", "cell_text", "csv_text", "markup", "one_line", "visible"]

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_FORMULA_STARTS = "=+-@\t\r＝＋－＠"
_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """``visible`` on one line."""
    return visible(_SPACES.sub(" ", text).strip())


def csv_text(text: str) -> str:
    """Safe to open in a spreadsheet: what would start a formula gets an apostrophe; plain numbers stay."""
    shown = cell_text(text)
    if _NUMBER.match(shown) or not shown.lstrip(" \u3000\n").startswith(tuple(_FORMULA_STARTS)):
        return shown
    return "'" + shown


def markup(text: object) -> str:
    """Escaped for HTML text and for quoted attributes."""
    return html.escape(visible(str(text)), quote=True)
