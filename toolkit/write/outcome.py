"""What hangs on a sheet's verdicts: its summary, the message beside each row, the line at the top."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.layout.places import BlockPlace, a1, quoted
from toolkit.layout.verdicts import (
    ADDRESS,
    AT,
    CHECKED,
    FAILED,
    FIRST,
    MESSAGE,
    ROWS_FROM,
    SUMMARY_ID,
    UNKNOWN,
    VERDICT,
    Summary,
    message,
    primary,
    spot_of,
)
from toolkit.write.context import Count
from toolkit.write.style import SEVERITY_LABELS
from toolkit.write.zone import Answer, ZoneWriter


def write_outcome(zone: ZoneWriter) -> tuple[Count, ...]:
    """The summary, the messages and the line at the top, once the verdicts are written. Returns the summary."""
    counts = tuple(_summary(zone, n, line) for n, line in enumerate(zone.zone.summary))
    _messages(zone)
    _status(zone, counts)
    return counts


def _summary(zone: ZoneWriter, n: int, line: Summary) -> Count:
    if line.block is None:
        return _line_summary(zone, n, line)
    place = zone.at.by_block[line.block]
    numbers = place.row_numbers
    top, bottom = min(numbers.values()), max(numbers.values())
    first, last, whole = (ROWS_FROM + i for i in (line.first, line.last, line.verdict))
    cells = f"{zone.cell(top, first)}:{zone.cell(bottom, last)}"
    span = range(line.first, line.last + 1)
    spots = [(at, zone.rows[(line.block, row)][i], i) for row, at in numbers.items() for i in span]
    found = f"MATCH(0,{zone.cell(top, whole)}:{zone.cell(bottom, whole)},0)"
    head = min(place.id_rows) + 1
    letters = f"{zone.cell(head, first)}:{zone.cell(head, last)}"
    letter = f"INDEX({letters},1,MATCH(0,INDEX({cells},{found},0),0))" if last > first else zone.cell(head, first)
    address = f'"{quoted(zone.at.name)}!"&{letter}&(ROW({zone.cell(top, whole)})-1+{found})'
    columns = zone.zone.columns[line.block]
    failing = next(((at, columns[i]) for at, answer, i in spots if answer == 0), None)
    shown = ""
    if failing is not None:
        ref = primary(failing[1].parts[0])
        column = zone.letter(place, ref.field) if ref is not None else "B"
        shown = f"{quoted(zone.at.name)}!{column}{failing[0] + 1}"
    return _count(zone, n, line, cells, address, [answer for _, answer, _ in spots], shown)


def _line_summary(zone: ZoneWriter, n: int, line: Summary) -> Count:
    cells = f"{zone.cell(line.first, VERDICT)}:{zone.cell(line.last, VERDICT)}"
    addresses = f"{zone.cell(line.first, ADDRESS)}:{zone.cell(line.last, ADDRESS)}"
    answers = zone.lines[line.first : line.last + 1]
    shown = ""
    if 0 in answers:
        ref = primary(zone.zone.lines[line.first + answers.index(0)].parts[0])
        spot = None if ref is None else spot_of(zone.ctx.layout, zone.at, ref)
        shown = "" if spot is None else f"{quoted(spot.sheet)}!{a1(spot.row, spot.column)}"
    return _count(zone, n, line, cells, f"INDEX({addresses},MATCH(0,{cells},0))", answers, shown)


def _count(
    zone: ZoneWriter, n: int, line: Summary, cells: str, address: str, answers: Sequence[Answer], shown: str
) -> Count:
    count = Count(sum(a is not None for a in answers), answers.count(0.0), answers.count(0.5), shown)
    zone.sheet.text(n, zone.left + SUMMARY_ID, f"{line.check.id}#{line.level}", zone.look)
    zone.formula(n, CHECKED, f"COUNT({cells})", count.checked)
    zone.formula(n, FAILED, f"COUNTIF({cells},0)", count.failed)
    zone.formula(n, UNKNOWN, f"COUNTIF({cells},0.5)", count.unknown)
    zone.formula(n, FIRST, f'IF({zone.cell(n, FAILED)}=0,"",{address}&"")', count.first)
    return count


def _messages(zone: ZoneWriter) -> None:
    """Beside each data row the sentence of the first check that fails there."""
    lines = len(zone.zone.lines)
    refs = [r for v in zone.zone.lines if (r := primary(v.parts[0])) is not None]
    spots = [spot_of(zone.ctx.layout, zone.at, r) for r in refs]
    shown_at = {s.row for s in spots if s is not None and s.sheet == zone.at.name}
    for place in zone.at.blocks:
        columns, units = zone.zone.columns[place.block.id], zone.zone.units[place.block.id]
        for row, number in _data_rows(place):
            formula, text = '""', ""
            if number in shown_at and lines:
                texts = f"{zone.cell(0, MESSAGE)}:{zone.cell(lines - 1, MESSAGE)}"
                places = f"{zone.cell(0, AT)}:{zone.cell(lines - 1, AT)}"
                formula = f'IFERROR(INDEX({texts},MATCH(ROW(),{places},0)),"")'
                text = zone.failing_at.get(number, "")
            answers = zone.rows.get((place.block.id, row))
            if units and answers is not None:
                top = min(place.id_rows)
                heads = f"{zone.cell(top, ROWS_FROM)}:{zone.cell(top, ROWS_FROM + units - 1)}"
                cells = f"{zone.cell(number, ROWS_FROM)}:{zone.cell(number, ROWS_FROM + units - 1)}"
                formula = f"IFERROR(INDEX({heads},1,MATCH(0,{cells},0)),{formula})"
                if 0 in answers[:units]:
                    text = message(zone.ctx.suite, columns[answers.index(0)])
            if formula != '""':
                zone.sheet.formula(number, zone.at.check_column, f"={formula}", zone.ctx.style.message(), text)


def _status(zone: ZoneWriter, counts: tuple[Count, ...]) -> None:
    """本表还有3处未通过 …, by severity; nothing while all checks pass."""
    box, look = zone.at.status, zone.ctx.style.status()
    zone.sheet.merge(*box, look)
    if not counts:
        return
    total = f"SUM({zone.cell(0, FAILED)}:{zone.cell(len(counts) - 1, FAILED)})"
    pieces, texts = [], []
    for severity, label in SEVERITY_LABELS.items():
        lines = [n for n, line in enumerate(zone.zone.summary) if line.severity is severity]
        if lines:
            cells = ",".join(f"{zone.cell(a, FAILED)}:{zone.cell(b, FAILED)}" for a, b in neighbours(lines))
            pieces.append(f'"{label}"&SUM({cells})')
            texts.append(f"{label}{sum(counts[n].failed for n in lines)}")
    joined = '&"、"&'.join(pieces)
    formula = f'=IF({total}=0,"","本表还有"&{total}&"处未通过（"&{joined}&"），见“校验”表")'
    failed = sum(c.failed for c in counts)
    text = f"本表还有{failed}处未通过（{'、'.join(texts)}），见“校验”表" if failed else ""
    zone.sheet.formula(box.top, box.left, formula, look, text)


def _data_rows(place: BlockPlace) -> list[tuple[str, int]]:
    """(row id, sheet row) of every row with cells; a record has a row per printed line."""
    rows = dict.fromkeys((row, at) for (row, _), (at, _) in place.cells.items())
    return list(rows)


def neighbours(numbers: list[int]) -> list[tuple[int, int]]:
    """Runs of consecutive numbers: (first, last)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
