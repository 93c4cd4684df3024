"""Conditional formats: the cell a failing check is about changes its colour (same-sheet references only)."""

from __future__ import annotations

from toolkit.layout.hidden import dollars
from toolkit.layout.places import BlockPlace, Box, SheetPlace, a1
from toolkit.layout.verdicts import ROWS_FROM, VERDICT, Verdict, home_rows, spot_of
from toolkit.model.rule import Severity
from toolkit.write.context import Context
from toolkit.write.engine import Sheet

_Marks = dict[tuple[Severity, Box], list[str]]
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def write_marks(ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
    """One conditional format per cell or column and severity; errors come first and win."""
    zone = ctx.zones[at.form.id]
    marks: _Marks = {}
    for line, verdict in enumerate(zone.lines):
        if verdict.part is not None:
            test = f"{dollars(line, at.hidden_from + VERDICT)}=0"
            for box in _cells(ctx, at, verdict):
                marks.setdefault((verdict.severity, box), []).append(test)
    for place in at.blocks:
        for n, verdict in enumerate(zone.columns[place.block.id][: zone.units[place.block.id]]):
            letters = a1(0, at.hidden_from + ROWS_FROM + n)[:-1]
            for box in _columns(ctx, at, place, verdict):
                marks.setdefault((verdict.severity, box), []).append(f"${letters}{box.top + 1}=0")
    for severity in _ORDER:
        for (level, box), tests in marks.items():
            if level is severity:
                criteria = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
                sheet.condition(*box, f"={criteria}", ctx.style.failing(severity))


def _marked(verdict: Verdict) -> int:
    """How many places of a part are marked: all the rule names, else the primary one."""
    return len(verdict.parts[0].places) if verdict.check.rule.places else 1


def _cells(ctx: Context, at: SheetPlace, verdict: Verdict) -> list[Box]:
    boxes = []
    for ref in verdict.parts[0].places[: _marked(verdict)]:
        spot = spot_of(ctx.layout, at, ref)
        if spot is not None and spot.sheet == at.name:
            boxes.append(Box(spot.row, spot.column, spot.row, spot.column))
    return boxes


def _columns(ctx: Context, at: SheetPlace, place: BlockPlace, verdict: Verdict) -> list[Box]:
    """The column pieces in which the rows of a row check show its failures."""
    boxes: list[Box] = []
    for ref in verdict.parts[0].places[: _marked(verdict)]:
        if ref.block != place.block.id or not ref.many:
            continue
        cells = sorted(
            place.cells[(row, ref.field)] for row in home_rows(verdict.check, place) if (row, ref.field) in place.cells
        )
        for row, column in cells:
            if boxes and boxes[-1].left == column and boxes[-1].bottom == row - 1:
                boxes[-1] = boxes[-1]._replace(bottom=row)
            else:
                boxes.append(Box(row, column, row, column))
    return boxes
