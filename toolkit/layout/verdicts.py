"""Where the live verdicts stand: the hidden zone right of each form.

Zone columns, from ``hidden_from`` on::

    +0  USED      per data row: how many of its cells hold something
    +1  VERDICT   checks of the sheet as a whole, one line per part: 1 passed, 0 failed, 0.5 not executable, ""
    +2  ADDRESS   'sheet'!C12 of the part's primary cell
    +3  MESSAGE   ✗ and the rule's sentence
    +4  AT        the sheet row of the primary cell while the part fails, else ""
    +5  ID        check, level and part
    +6…+10        summary, one line per check and level: id, checked, failed, not executable, first address
    +11…          checks of the rows of a table, one column per part, in the rows of the table;
                  the row of ids above the table holds messages, the row below it column letters
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.layout.places import BlockPlace, Layout, SheetPlace, Spot
from toolkit.model.form import BlockKind, Suite
from toolkit.model.rule import Severity

if TYPE_CHECKING:
    from toolkit.formula import Check, Part, Program, Ref

USED, VERDICT, ADDRESS, MESSAGE, AT, ID = range(6)
SUMMARY = 6
SUMMARY_ID, CHECKED, FAILED, UNKNOWN, FIRST = range(6, 11)
ROWS_FROM = 11

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "△", Severity.INFO: "○"}
_MESSAGE_LIMIT = 250


@dataclass(frozen=True)
class Verdict:
    """One verdict: of a part, of a level with several parts (``part`` None) or of a graded check (both None)."""

    check: Check
    level: int | None
    part: int | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts it speaks for."""
        levels = self.check.levels if self.level is None else (self.check.levels[self.level],)
        found = tuple(p for level in levels for p in level.parts)
        return found if self.part is None else (found[self.part],)

    @property
    def severity(self) -> Severity:
        return self.check.levels[self.level or 0].severity

    @property
    def id(self) -> str:
        """``SUM-01:income.total#0.0``: check, level, part; a whole check has its own id."""
        if self.level is None:
            return self.check.id
        return f"{self.check.id}#{self.level}" + ("" if self.part is None else f".{self.part}")


@dataclass(frozen=True)
class Summary:
    """One line of the summary: a level of a check, and where its parts' verdicts stand.

    ``first`` and ``last`` are lines of the VERDICT column (``block`` None) or columns of the block's rows.
    ``verdict``: the column of the level's verdict, for a check of rows.
    """

    check: Check
    level: int
    block: str | None
    first: int
    last: int
    verdict: int

    @property
    def severity(self) -> Severity:
        return self.check.levels[self.level].severity


@dataclass(frozen=True)
class Zone:
    """The verdict zone of a form; the same on every instance's sheet.

    ``lines``: what stands in the VERDICT column, line by line (sheet rows from 0). ``columns``: per block,
    what stands in each column from ROWS_FROM on; the first ``units[block]`` of them are single parts.
    """

    form: str
    lines: tuple[Verdict, ...]
    columns: dict[str, tuple[Verdict, ...]]
    units: dict[str, int]
    summary: tuple[Summary, ...]

    @property
    def width(self) -> int:
        """How many columns the zone takes."""
        return ROWS_FROM + max((len(c) for c in self.columns.values()), default=0)


def plan_zones(suite: Suite, program: Program) -> dict[str, Zone]:
    """The zone of every form, for the checks that run in a workbook."""
    return {form.id: _zone(form.id, [b.id for b in form.blocks], program) for form in suite.forms}


def _zone(form: str, blocks: list[str], program: Program) -> Zone:
    checks = sorted(
        (c for c in program.checks if c.in_workbook and c.domain.form == form),
        key=lambda c: (_ORDER[c.levels[0].severity], c.code, c.id),
    )
    lines: list[Verdict] = []
    summary: list[Summary] = []
    for check in checks:
        if check.domain.kind != "row":
            for level, content in enumerate(check.levels):
                start = len(lines)
                lines.extend(Verdict(check, level, part) for part in range(len(content.parts)))
                summary.append(Summary(check, level, None, start, len(lines) - 1, start))
            lines.extend(_wholes(check))
    columns: dict[str, tuple[Verdict, ...]] = {}
    units: dict[str, int] = {}
    for block in blocks:
        mine = [c for c in checks if c.domain.kind == "row" and c.domain.block == block]
        single = [
            Verdict(c, level, part)
            for c in mine
            for level, content in enumerate(c.levels)
            for part in range(len(content.parts))
        ]
        whole = [verdict for c in mine for verdict in _wholes(c)]
        columns[block], units[block] = (*single, *whole), len(single)
        summary.extend(_row_summaries(mine, block, columns[block]))
    return Zone(form, tuple(lines), columns, units, tuple(summary))


def _wholes(check: Check) -> list[Verdict]:
    """Verdicts of levels with several parts, then of the check where it is graded."""
    found = [Verdict(check, n, None) for n, level in enumerate(check.levels) if len(level.parts) > 1]
    return [*found, Verdict(check, None, None)] if len(check.levels) > 1 else found


def _row_summaries(checks: list[Check], block: str, columns: tuple[Verdict, ...]) -> Iterator[Summary]:
    at = {(v.check.id, v.level, v.part): n for n, v in enumerate(columns)}
    for check in checks:
        for level, content in enumerate(check.levels):
            first = at[(check.id, level, 0)]
            verdict = at.get((check.id, level, None), first)
            yield Summary(check, level, block, first, first + len(content.parts) - 1, verdict)


def verdict_of(check: Check) -> tuple[int | None, int | None]:
    """(level, part) of the cell that holds the verdict of the whole check."""
    if len(check.levels) > 1:
        return (None, None)
    return (0, None) if len(check.levels[0].parts) > 1 else (0, 0)


def verdict_spot(layout: Layout, zone: Zone, check: Check, instance: str, row: str) -> Spot:
    """Where the verdict of ``check`` stands for one home. Raises KeyError where it has none."""
    wanted = verdict_of(check)
    for sheet in layout.sheets:
        if sheet.form.id != zone.form or sheet.instance != instance:
            continue
        if check.domain.kind != "row":
            for line, verdict in enumerate(zone.lines):
                if verdict.check.id == check.id and (verdict.level, verdict.part) == wanted:
                    return Spot(sheet.name, line, sheet.hidden_from + VERDICT)
        else:
            block = check.domain.block or ""
            for column, verdict in enumerate(zone.columns[block]):
                if verdict.check.id == check.id and (verdict.level, verdict.part) == wanted:
                    at = sheet.by_block[block].row_numbers[row]
                    return Spot(sheet.name, at, sheet.hidden_from + ROWS_FROM + column)
    raise KeyError((check.id, instance, row))


def home_rows(check: Check, place: BlockPlace) -> tuple[str, ...]:
    """The rows of a table that are homes of a row check: list rows; grid rows with every cell it reads."""
    if place.block.kind is BlockKind.LIST:
        return place.list_rows
    return check.rows


def primary(part: Part) -> Ref | None:
    """The reference whose cell a failing part is shown at."""
    return part.places[0] if part.places else None


def spot_of(layout: Layout, sheet: SheetPlace, ref: Ref) -> Spot | None:
    """The cell a reference of a check on ``sheet`` means: the first row's where it means a column."""
    own = sheet.by_block.get(ref.block)
    where = sheet
    if own is None:
        where = next((s for s in layout.sheets if ref.block in s.by_block), sheet)
        own = where.by_block.get(ref.block)
    if own is None:
        return None
    at = own.cells.get((ref.row or "", ref.field))
    if at is None:
        at = next((cell for (_, field), cell in own.cells.items() if field == ref.field), None)
    return None if at is None else Spot(where.name, *at)


def message(suite: Suite, verdict: Verdict) -> str:
    """What the unit reads where the verdict fails: a mark for the severity, the label, the rule's sentence."""
    rule = verdict.check.rule
    sentence = f"（试行）{rule.statement}" if rule.beta else rule.statement
    ref = primary(verdict.parts[0]) if verdict.parts else None
    many = sum(len(level.parts) for level in verdict.check.levels) > len(verdict.check.levels)
    if ref is not None and many:
        block = suite.blocks[ref.block]
        row = block.rows_by_id.get(ref.row or "")
        label = block.by_id[ref.field].label
        sentence = f"「{row.label} {label}」{sentence}" if row is not None else f"「{label}」{sentence}"
    return f"{_MARKS[verdict.severity]} {sentence}"[:_MESSAGE_LIMIT]
