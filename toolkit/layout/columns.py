"""How the blocks of one sheet share one grid of columns, so that every block prints at full width."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.model.form import Block, BlockKind, Field, FieldType, Form

PORTRAIT, LANDSCAPE = 92.0, 138.0
"""Width of an A4 page in characters at the normal size: narrower tables are stretched to it."""

SEQUENCE_WIDTH = 5.0
CHECK_WIDTH = 56.0
_STRETCH = 2.2
_CRAMPED = 8.0
"""How much worse it is for a slot to be too narrow than too wide."""

_LABEL = 15.0

_WIDTHS = {
    FieldType.TEXT: 18.0,
    FieldType.LONG_TEXT: 34.0,
    FieldType.CODE: 13.0,
    FieldType.CHOICE: 13.0,
    FieldType.YES_NO: 8.0,
    FieldType.DATE: 12.0,
    FieldType.AMOUNT: 13.0,
    FieldType.DECIMAL: 10.0,
    FieldType.INTEGER: 9.0,
    FieldType.PERCENT: 9.0,
}


def display_width(text: str) -> float:
    """Width of ``text`` in characters of the normal font: Chinese characters count two."""
    return float(sum(2 if ord(c) > 0x2E7F or c in "“”‘’—…≥≤✗△○" else 1 for c in text))


def field_width(field: Field) -> float:
    """The natural width of a column for the field: its own, or by type and length of its leaf label."""
    if field.width:
        return field.width
    return max(_WIDTHS[field.type], min(display_width(field.label) / 2 + 2, 16.0))


def table_slots(block: Block) -> list[float]:
    """Natural widths of a table's columns: running number or row labels first, then the fields."""
    if block.kind is BlockKind.LIST:
        first = SEQUENCE_WIDTH
    else:
        longest = max((display_width(r.label) + 2 * r.indent for r in block.rows), default=_LABEL)
        first = min(max(longest + 2, _LABEL), 40.0)
    return [first, *(field_width(f) for f in block.fields)]


def line_slots(block: Block, line: Sequence[str]) -> list[float]:
    """Natural widths of one printed line of a record: label, value, label, value …"""
    slots = []
    for field_id in line:
        field = block.by_id[field_id]
        slots.append(min(max(display_width(field.label) + 2, 12.0), 18.0))
        slots.append(60.0 if field.type is FieldType.LONG_TEXT else max(field_width(field), 14.0))
    return slots


def record_lines(block: Block) -> tuple[tuple[str, ...], ...]:
    """The lines of a record as declared; fields that no line names follow on lines of their own."""
    named = {field for line in block.lines for field in line}
    return (*block.lines, *((f.id,) for f in block.fields if f.id not in named))


def record_spans(block: Block, lines: Sequence[Sequence[str]], columns: Sequence[float]) -> list[list[tuple[int, int]]]:
    """Spans of label, value, label, value … of each line, as (first, last) column index; lines align.

    The lines with the most pairs share one division of the columns; a line with half as many, or one, uses
    the same edges.
    """
    most = max(len(line) for line in lines)
    widest = [line_slots(block, line) for line in lines if len(line) == most]
    shared = fit(_roomy([max(slot) for slot in zip(*widest, strict=True)], columns), columns)
    spans: list[list[tuple[int, int]]] = []
    for line in lines:
        group, rest = divmod(most, len(line))
        if rest:
            spans.append(fit(_roomy(line_slots(block, line), columns), columns))
            continue
        pairs: list[tuple[int, int]] = []
        for index in range(len(line)):
            first, last = 2 * index * group, 2 * (index + 1) * group - 1
            pairs += [shared[first], (shared[first + 1][0], shared[last][1])]
        spans.append(pairs)
    return spans


def _roomy(slots: Sequence[float], columns: Sequence[float]) -> list[float]:
    """Label and value widths of a line: what room there is beyond the natural widths goes to the values."""
    extra = max(sum(columns) - sum(slots), 0.0)
    share = 1 + extra / sum(slots[1::2])
    return [width * share if index % 2 else width for index, width in enumerate(slots)]


def sheet_columns(form: Form) -> list[float]:
    """Widths of the columns all blocks of the form share, stretched to the page."""
    tables = [b for b in form.blocks if b.kind is not BlockKind.RECORD]
    lines = [line_slots(b, line) for b in form.blocks if b.kind is BlockKind.RECORD for line in record_lines(b)]
    widest = max(lines, key=len, default=[_LABEL, 60.0])
    if tables:
        main = max(tables, key=lambda b: (len(b.fields), b.kind is BlockKind.LIST))
        widths = table_slots(main)
        if all(b.kind is BlockKind.GRID for b in tables):
            widths = _split(widths, len(widest))
    else:
        widths = widest
    goal = LANDSCAPE if form.landscape else PORTRAIT
    factor = min(max(goal / sum(widths), 1.0), _STRETCH)
    return [round(w * factor, 1) for w in widths]


def _split(widths: list[float], wanted: int) -> list[float]:
    """Halve the widest columns until there are enough for the record lines above a grid."""
    widths = list(widths)
    while len(widths) < wanted and max(widths) >= 16:
        at = widths.index(max(widths))
        widths[at : at + 1] = [widths[at] / 2] * 2
    return widths


def fit(slots: Sequence[float], columns: Sequence[float]) -> list[tuple[int, int]]:
    """Give each slot at least one column so that the widths come nearest to the natural proportions.

    Returns (first, last) column index of each slot; all columns are given away.
    Raises ValueError where there are more slots than columns.
    """
    count, total = len(slots), len(columns)
    if count > total:
        raise ValueError(f"{count} slots do not fit on {total} columns")
    scale = sum(columns) / sum(slots)
    ends = [0.0]
    for width in columns:
        ends.append(ends[-1] + width)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for index, slot in enumerate(slots):
        wanted = slot * scale
        options: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in range(start + 1, total - (count - index - 1) + 1):
                gap = ends[end] - ends[start] - wanted
                price = cost + gap * gap / wanted * (_CRAMPED if gap < 0 else 1)
                if end not in options or price < options[end][0] - 1e-9:
                    options[end] = (price, start)
        best.append(options)
    spans: list[tuple[int, int]] = []
    end = total
    for options in reversed(best[1:]):
        start = options[end][1]
        spans.append((start, end - 1))
        end = start
    return spans[::-1]
