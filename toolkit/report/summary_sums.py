"""The exact numbers of one consolidated cell, and the formula that says the same live."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.model.fact import Key
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_tree import Member

_ARGUMENTS = 200
"""Arguments of one function; Excel takes 255."""


class Sums:
    """One cell of a consolidated form at every node: what was returned, what was adjusted, both together."""

    def __init__(self, data: Consolidated, block: str, row: str, field: str, *, adding: bool) -> None:
        self.data, self.block, self.row, self.field, self.adding = data, block, row, field, adding
        key = Key(block, "", row, field)
        held = (data.value(n, key) for n in range(len(data.units))) if adding else ()
        self._held = [value if isinstance(value, Decimal) else None for value in held]

    def lines(self, family: int, *, whole: bool) -> range:
        """The numbers of the adjustments that the family holds itself, or (``whole``) with those below it."""
        last = self.data.families[family].last if whole else family
        return self.data.lines(self.block, self.row, self.field, range(family, last + 1))

    def returned(self, family: int) -> Decimal | None:
        """The sum of the returns; None where nobody filled the cell in."""
        units = self.data.families[family].units
        held = [value for value in self._held[units.start : units.stop] if value is not None]
        return sum(held, Decimal(0)) if held else None

    def total(self, family: int) -> Decimal | None:
        """Returns and adjustments together; None where there are neither."""
        lines, returned = self.lines(family, whole=True), self.returned(family)
        return (returned or Decimal(0)) + self.data.adjusted(lines) if lines else returned

    def of(self, member: Member) -> Decimal | None:
        """What the column of a member shows."""
        return self._held[member.unit] if member.unit is not None else self.total(member.family)


def live_sum(spans: Sequence[str]) -> str:
    """The sum of ranges; what nobody filled in stays blank: a blank is not a zero."""
    return f'=IF({_call("COUNT", spans)}=0,"",{_call("SUM", spans)})'


def _call(name: str, spans: Sequence[str]) -> str:
    if len(spans) <= _ARGUMENTS:
        return f"{name}({','.join(spans)})"
    return "+".join(_call(name, spans[n : n + _ARGUMENTS]) for n in range(0, len(spans), _ARGUMENTS))
