"""The guard a unit's text passes before it stands in a cell: it never acts unseen and never stops an output."""

from __future__ import annotations

import re

CELL_LIMIT = 32767
"""Characters Excel holds in a cell, counted in UTF-16 units; XlsxWriter drops a longer text altogether."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"


def visible(text: str) -> str:
    """``text`` with every control, bidi and zero-width character spelled out, so that none acts unseen."""
    return _INVISIBLE.sub(_shown, text.replace("\r\n", "\n").replace("\r", "\n"))


def cell_text(text: str) -> str:
    """``visible`` and short enough for a cell; says so where it had to cut."""
    shown = visible(text)
    if len(shown.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return shown
    tail = f"…（全文 {len(shown)} 字，已截断）"
    kept = shown.encode("utf-16-le")[: 2 * (CELL_LIMIT - len(tail))].decode("utf-16-le", errors="ignore")
    return kept + tail
