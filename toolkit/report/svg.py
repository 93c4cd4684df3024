"""Inline SVG bar charts: presentation attributes only, so that the page needs no inline style."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.report.text import markup, one_line

COLOURS = {"error": "#c8453d", "warning": "#e0a526", "info": "#5b93cf", "plain": "#1f4e79"}
_LABEL, _BAR, _ROW = 170, 330, 26
_WIDTH = _LABEL + _BAR + 60
Bar = tuple[str, Sequence[tuple[str, int]]]
"""A label and its parts: (colour name, count)."""


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Horizontal stacked bars with their sums; "" where there is nothing to show."""
    largest = max((sum(n for _, n in parts) for _, parts in rows), default=0)
    if not largest:
        return ""
    height = _ROW * len(rows) + 6
    head = (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{markup(title)}" '
        'font-family="PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif" font-size="12">'
    )
    drawn = [head]
    for n, (label, parts) in enumerate(rows):
        drawn.append(_bar(label, parts, n * _ROW + 4, largest))
    drawn.append("</svg>")
    return "".join(drawn)


def _bar(label: str, parts: Sequence[tuple[str, int]], top: int, largest: int) -> str:
    middle = top + 13
    pieces = [f'<text x="{_LABEL - 8}" y="{middle}" text-anchor="end" fill="#1f2933">{markup(_short(label))}</text>']
    left = 0
    for colour, count in parts:
        # whole pixels from running sums: parts neither overlap nor leave gaps
        start, end = _BAR * left // largest, _BAR * (left + count) // largest
        left += count
        if end > start:
            pieces.append(
                f'<rect x="{_LABEL + start}" y="{top}" width="{end - start}" height="18" rx="2" fill="{COLOURS[colour]}"/>'
            )
    edge = _LABEL + _BAR * left // largest + 6
    pieces.append(f'<text x="{edge}" y="{middle}" fill="#5b6875">{left}</text>')
    return "".join(pieces)


def _short(label: str) -> str:
    text = one_line(label)
    return text if len(text) <= 13 else text[:12] + "…"
