"""The hidden verdict zone of a form: live verdicts with their cached values."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.formula import evaluate_check
from toolkit.layout.addresses import ROW_MARK, at_row
from toolkit.layout.hidden import dollars
from toolkit.layout.places import BlockPlace, SheetPlace, a1, quoted
from toolkit.layout.verdicts import (
    ADDRESS,
    AT,
    ID,
    MESSAGE,
    ROWS_FROM,
    USED,
    VERDICT,
    Verdict,
    Zone,
    home_rows,
    message,
    primary,
    spot_of,
)
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind
from toolkit.write.context import Context
from toolkit.write.engine import Cached, Sheet

Answer = float | None
"""1 passed, 0 failed, 0.5 not executable; None where there is no verdict (the cell shows "")."""


class ZoneWriter:
    """Writes the zone of one sheet; afterwards ``answers`` holds the cached value of every verdict cell."""

    def __init__(self, ctx: Context, sheet: Sheet, at: SheetPlace) -> None:
        self.ctx, self.sheet, self.at = ctx, sheet, at
        self.zone: Zone = ctx.zones[at.form.id]
        self.left = at.hidden_from
        self.look = ctx.style.hidden()
        self.lines: list[Answer] = []
        self.rows: dict[tuple[str, str], list[Answer]] = {}
        self.used: dict[int, int] = {}
        self.failing_at: dict[int, str] = {}

    def write(self) -> None:
        """The counts of used cells, and a verdict for every check and row."""
        self._used()
        self._lines()
        for place in self.at.blocks:
            self._columns(place)

    def cell(self, row: int, offset: int) -> str:
        """Absolute address of a zone cell on its own sheet."""
        return dollars(row, self.left + offset)

    # -- used rows ---------------------------------------------------------------------------------

    def _used(self) -> None:
        """Per data row how many of its cells hold something; in row 0 their sum."""
        for place in self.at.blocks:
            by_row: dict[int, list[tuple[int, Key]]] = {}
            for (row, field), (top, left) in place.cells.items():
                if not place.block.by_id[field].prefill:
                    by_row.setdefault(top, []).append((left, Key(place.block.id, self.at.instance, row, field)))
            for top, cells in by_row.items():
                count = sum(self._holds(key) for _, key in cells)
                self.used[top] = count
                self.formula(top, USED, _count_formula(place, top, cells), count)
        total = sum(self.used.values())
        last = max(self.used, default=1)
        self.formula(0, USED, f"SUM({self.cell(1, USED)}:{self.cell(max(last, 1), USED)})", total)
        self.ctx.used[self.at.name] = total

    def _holds(self, key: Key) -> bool:
        return self.ctx.values.get(key) not in (None, "") or key in self.ctx.marks

    # -- checks of the sheet as a whole --------------------------------------------------------------

    def _lines(self) -> None:
        instance = self.at.instance
        submitted = self.ctx.used[self.at.name] > 0
        for line, verdict in enumerate(self.zone.lines):
            if verdict.part is None:
                answer = self._whole_line(line, verdict)
            else:
                answer = self._answer(verdict, instance, "") if submitted else None
                answer = None if self._outranked(verdict, self.zone.lines, self.lines) else answer
                formula = self._gated(verdict, self.cell(0, USED), self._above(verdict))
                self.formula(line, VERDICT, formula, _shown(answer))
                self._line_texts(line, verdict, answer)
            self.lines.append(answer)
            self.sheet.text(line, self.left + ID, verdict.id, self.look)

    def _answer(self, verdict: Verdict, instance: str, row: str) -> Answer:
        """The reference verdict of one part (1, 0 or 0.5)."""
        result = evaluate_check(verdict.check, self.ctx.cells, instance, row)
        index = (verdict.part or 0) + sum(len(lv.parts) for lv in verdict.check.levels[: verdict.level or 0])
        value = result.parts[index].value
        return 0.5 if value is None else float(value)

    def _outranked(self, verdict: Verdict, verdicts: Sequence[Verdict], answers: Sequence[Answer]) -> bool:
        """A milder level is not asked where a more severe one has failed already."""
        return any(
            answer == 0 and v.check.id == verdict.check.id and v.level is not None and v.level < (verdict.level or 0)
            for v, answer in zip(verdicts, answers, strict=False)
        )

    def _above(self, verdict: Verdict) -> str | None:
        """The cells of the more severe levels of a graded check."""
        lines = [
            n
            for n, v in enumerate(self.zone.lines)
            if v.check.id == verdict.check.id and v.part is not None and (v.level or 0) < (verdict.level or 0)
        ]
        return f"{self.cell(lines[0], VERDICT)}:{self.cell(lines[-1], VERDICT)}" if lines else None

    def _gated(self, verdict: Verdict, used: str, above: str | None) -> str:
        inner = self.ctx.part_formula(self.at, verdict)
        if above is not None:
            inner = f'IF(COUNTIF({above},0)>0,"",{inner})'
        return f'IF({used}>0,{inner},"")'

    def _line_texts(self, line: int, verdict: Verdict, answer: Answer) -> None:
        ref = primary(verdict.parts[0])
        spot = None if ref is None else spot_of(self.ctx.layout, self.at, ref)
        text = message(self.ctx.suite, verdict)
        self.sheet.text(line, self.left + MESSAGE, text, self.look)
        if spot is None:
            return
        self.sheet.text(line, self.left + ADDRESS, f"{quoted(spot.sheet)}!{a1(spot.row, spot.column)}", self.look)
        if spot.sheet == self.at.name:
            failed = answer == 0
            formula = f'IF({self.cell(line, VERDICT)}=0,ROW({a1(spot.row, spot.column)}),"")'
            self.formula(line, AT, formula, spot.row + 1 if failed else "")
            if failed:
                self.failing_at.setdefault(spot.row, text)

    def _whole_line(self, line: int, verdict: Verdict) -> Answer:
        mine = [n for n, v in enumerate(self.zone.lines[:line]) if _belongs(v, verdict)]
        span = f"{self.cell(mine[0], VERDICT)}:{self.cell(mine[-1], VERDICT)}"
        answer = _least([self.lines[n] for n in mine])
        self.formula(line, VERDICT, f'IF(COUNT({span})=0,"",MIN({span}))', _shown(answer))
        return answer

    # -- checks of the rows of a table ---------------------------------------------------------------

    def _columns(self, place: BlockPlace) -> None:
        columns = self.zone.columns[place.block.id]
        if not columns:
            return
        top = min(place.id_rows)
        for n, verdict in enumerate(columns):
            ref = primary(verdict.parts[0])
            at = self.left + ROWS_FROM + n
            self.sheet.text(top, at, message(self.ctx.suite, verdict), self.look)
            if ref is not None and verdict.part is not None:
                self.sheet.text(top + 1, at, self.letter(place, ref.field), self.look)
        homes = {v.check.id: set(home_rows(v.check, place)) for v in columns}
        for row in place.row_numbers:
            self.rows[(place.block.id, row)] = self._row_answers(place, row, homes)
        for n, verdict in enumerate(columns):
            homely = [row for row in place.row_numbers if row in homes[verdict.check.id]]
            self._column(place, n, homely)

    def _row_answers(self, place: BlockPlace, row: str, homes: dict[str, set[str]]) -> list[Answer]:
        """The verdicts of one row, in the order of the columns."""
        columns, number = self.zone.columns[place.block.id], place.row_numbers[row]
        is_list = place.block.kind is BlockKind.LIST
        used = self.used.get(number, 0) if is_list else self.ctx.used[self.at.name]
        answers: list[Answer] = []
        for n, verdict in enumerate(columns):
            answer: Answer = None
            if row in homes[verdict.check.id] and verdict.part is None:
                answer = _least([answers[i] for i, v in enumerate(columns[:n]) if _belongs(v, verdict)])
            elif row in homes[verdict.check.id] and used and not self._outranked(verdict, columns, answers):
                answer = self._answer(verdict, self.at.instance, row)
            answers.append(answer)
        return answers

    def _column(self, place: BlockPlace, n: int, rows: list[str]) -> None:
        """One column of verdicts: a formula shared by its rows where Excel permits, else one for each."""
        numbers = [place.row_numbers[row] for row in rows]
        shown = [_shown(self.rows[(place.block.id, row)][n]) for row in rows]
        template = self._template(place, n)
        if len(numbers) > 1 and "!" not in template and "{" not in template:
            formula = at_row(template, numbers[0])
            self.sheet.shared(numbers, self.left + ROWS_FROM + n, formula, self.look, shown)
            return
        for number, value in zip(numbers, shown, strict=True):
            self.formula(number, ROWS_FROM + n, at_row(template, number), value)

    def _template(self, place: BlockPlace, n: int) -> str:
        """The formula of a column of verdicts, with ROW_MARK for the row."""
        columns = self.zone.columns[place.block.id]
        verdict = columns[n]
        if verdict.part is None:
            mine = [i for i, v in enumerate(columns[:n]) if _belongs(v, verdict)]
            span = self._span(mine[0], mine[-1])
            return f'IF(COUNT({span})=0,"",MIN({span}))'
        above = [i for i, v in enumerate(columns[:n]) if v.check is verdict.check and v.level != verdict.level]
        is_list = place.block.kind is BlockKind.LIST
        gate = self._own_row(USED) if is_list else self.cell(0, USED)
        return self._gated(verdict, gate, self._span(above[0], above[-1]) if above else None)

    def _own_row(self, offset: int) -> str:
        return f"${a1(0, self.left + offset)[:-1]}{ROW_MARK}"

    def _span(self, first: int, last: int) -> str:
        return f"{self._own_row(ROWS_FROM + first)}:{self._own_row(ROWS_FROM + last)}"

    def letter(self, place: BlockPlace, field: str) -> str:
        """The letters of the column in which a table shows ``field``."""
        return next((a1(0, c)[:-1] for (_, f), (_, c) in place.cells.items() if f == field), "B")

    def formula(self, row: int, offset: int, formula: str, value: Cached) -> None:
        """A formula of the zone with its cached value."""
        self.sheet.formula(row, self.left + offset, f"={formula}", self.look, value)


def _shown(answer: Answer) -> Cached:
    return "" if answer is None else answer


def _least(answers: Sequence[Answer]) -> Answer:
    known = [a for a in answers if a is not None]
    return min(known) if known else None


def _belongs(part: Verdict, whole: Verdict) -> bool:
    """Whether a part's verdict goes into the verdict of a level or of the whole check."""
    same = part.check.id == whole.check.id and part.part is not None
    return same and (whole.level is None or part.level == whole.level)


def _count_formula(place: BlockPlace, top: int, cells: list[tuple[int, Key]]) -> str:
    """Counts the cells where anything stands, a mark such as — included; neighbours together."""
    runs: list[tuple[int, int]] = []
    for left, key in sorted(cells):
        right = place.spans.get((key.row, key.field), (top, left))[1]
        if runs and runs[-1][1] == left - 1:
            runs[-1] = (runs[-1][0], right)
        else:
            runs.append((left, right))
    return "+".join(f"SUMPRODUCT(--(LEN({a1(top, left)}:{a1(top, right)})>0))" for left, right in runs)
