"""Inline SVG bar charts: presentation attributes only, so that the page needs no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.report.page_amounts import figure
from toolkit.report.text import markup, one_line

COLOURS = {"error": "#c8453d", "warning": "#e0a526", "info": "#5b93cf", "plain": "#1f4e79", "before": "#a9bdd2"}
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


def share(title: str, part: int, whole: int) -> str:
    """A small bar of how much of the whole there is; nothing where the whole is nothing."""
    if not whole:
        return ""
    done = 120 * part // whole
    return (
        f'<svg class="share" viewBox="0 0 160 14" role="img" aria-label="{markup(title)}" font-size="11">'
        f'<rect x="0" y="2" width="120" height="10" rx="2" fill="#e3e8ee"/>'
        f'<rect x="0" y="2" width="{done}" height="10" rx="2" fill="#2e7d4f"/>'
        f'<text x="126" y="11" fill="#1f2933">{100 * part // whole}%</text></svg>'
    )


Pair = tuple[str, Decimal, Decimal | None]
"""A label, this year's amount and last year's (None: not known)."""


def pairs(title: str, rows: Sequence[Pair], unit: str) -> str:
    """Horizontal bars of this year above last year; "" where there is nothing to show. Negative amounts have no bar."""
    largest = max((max(now, before or Decimal(0)) for _, now, before in rows), default=Decimal(0))
    if largest <= 0:
        return ""
    high = 40 if any(before is not None for *_, before in rows) else _ROW
    width = _WIDTH + 90
    drawn = [
        f'<svg viewBox="0 0 {width} {high * len(rows) + 6}" role="img" aria-label="{markup(title)}" '
        'font-family="PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif" font-size="12">'
    ]
    for n, (label, now, before) in enumerate(rows):
        top = n * high + 4
        middle = top + high // 2
        drawn.append(
            f'<text x="{_LABEL - 8}" y="{middle}" text-anchor="end" fill="#1f2933">{markup(_short(label))}</text>'
        )
        drawn.append(_amount(now, largest, top, "plain", unit))
        if before is not None:
            drawn.append(_amount(before, largest, top + 17, "before", unit))
    return "".join((*drawn, "</svg>"))


def _amount(value: Decimal, largest: Decimal, top: int, colour: str, unit: str) -> str:
    wide = max(0, int(_BAR * value / largest))
    return (
        f'<rect x="{_LABEL}" y="{top}" width="{wide}" height="15" rx="2" fill="{COLOURS[colour]}"/>'
        f'<text x="{_LABEL + wide + 6}" y="{top + 12}" fill="#3d4852" class="m">{figure(value)} {markup(unit)}</text>'
    )


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
