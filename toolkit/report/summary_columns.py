"""Which sheet and columns hold what beside the totals of a form: one piece for each family, more where it is wide."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.model.form import Block
from toolkit.report.summary_blocks import numbers
from toolkit.report.summary_data import Consolidated

WIDEST = 16_000
"""Columns used of the 16,384 a sheet has; what goes beyond stands on continuation sheets."""
ADJUSTED = -1
"""Stands for the column of adjustments among the numbers of a family's members."""
FIRST_LINE = 5
"""The row (1-based) of the first entry on the sheet of adjustments."""
AMOUNT = "H"
"""Its column of amounts."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Columns beside one another on one sheet: for each field of the form the same members of a family."""

    family: int
    members: tuple[int, ...]
    sheet: int
    left: int

    def column(self, field: int, member: int) -> int:
        """The column (0-based) of the field and member with these places in the piece."""
        return self.left + field * len(self.members) + member


@dataclass(frozen=True, slots=True)
class Columns:
    """``each``: per place of a field, the columns of its totals: 3 where there are adjustments to it, else 1. ``start``:
    the first column beside the totals.
    """

    each: tuple[int, ...]
    start: int
    end: int
    pieces: tuple[Piece, ...]
    sheets: int
    adjustments: str
    """The name of the sheet of adjustments, quoted."""

    def total(self, field: int) -> int:
        """The first column (0-based) of a field's totals."""
        return 1 + sum(self.each[:field])

    def of_family(self, family: int) -> list[Piece]:
        return [piece for piece in self.pieces if piece.family == family]

    def adjusting(self, lines: range) -> str:
        """The live sum of these adjustments."""
        rows = (lines.start + FIRST_LINE, lines.stop - 1 + FIRST_LINE)
        return f"=SUM({self.adjustments}!${AMOUNT}${rows[0]}:${AMOUNT}${rows[1]})"


def arrange(blocks: list[Block], data: Consolidated) -> Columns:
    """Place the families of one form side by side, each with a column of adjustments where it holds any."""
    widest = max(len(numbers(block)) for block in blocks)
    places = {(block.id, field.id): f for block in blocks for f, field in enumerate(numbers(block))}
    own = [one for one in data.booked if (one.block, one.field) in places]
    holding = {data.holders[one.node] for one in own}
    adjusted = {places[(one.block, one.field)] for one in own}
    each = tuple(3 if f in adjusted else 1 for f in range(widest))
    start = sum(each) + 2
    pieces: list[Piece] = []
    sheet, left, end = 0, start, start
    for number, family in enumerate(data.families):
        members = [*range(len(family.members)), *([ADJUSTED] if number in holding else [])]
        while members:
            room = (WIDEST - left) // widest
            if room < 1 and left > start:
                sheet, left = sheet + 1, start
                continue
            taken, members = members[: max(1, room)], members[max(1, room) :]
            pieces.append(Piece(number, tuple(taken), sheet, left))
            left += len(taken) * widest + 1
            end = max(end, left)
    return Columns(each, start, end, tuple(pieces), sheet + 1, quoted_adjustments(data))


def adjustments_name(data: Consolidated) -> str:
    """The name of the collection's sheet of adjustments."""
    return f"调整{data.tail}"


def quoted_adjustments(data: Consolidated) -> str:
    """The same as formulas need it."""
    return f"'{adjustments_name(data)}'"
