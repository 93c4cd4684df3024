"""Numbers of summary.xlsx: from a cell to what it shows, from a key to where it is shown, and the proof against the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from toolkit.check.submissions import Group
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind
from toolkit.model.money import from_double, normal
from toolkit.report.adjusting import Booked
from toolkit.report.summary_data import consolidate, trees
from toolkit.report.summary_places import Shown, returns_under, summary_places
from toolkit.report.summary_shown import ADJUSTMENT, PART, RETURNS, TOTAL, VALUE
from toolkit.report.trace_entered import no_such_cell
from toolkit.report.trace_target import CellTarget, KeyTarget
from toolkit.report.traced import Adjusted, Total, Trace
from toolkit.report.tracer import Tracer
from toolkit.store.lineage import Source, form_cells, keys_in, number_in
from toolkit.store.outputs import read_manifest

SUMMARY = "summary.xlsx"


@dataclass(frozen=True)
class SummaryTracer:
    """Traces the numbers of the consolidated workbook."""

    tracer: Tracer

    @cached_property
    def _places(self) -> dict[tuple[str, str], Shown]:
        return {(sheet, cell): shown for sheet, cell, shown in summary_places(self.tracer.results)}

    @cached_property
    def _booked(self) -> dict[Group, tuple[Booked, ...]]:
        return {data.group: data.booked for data in consolidate(self.tracer.results)}

    def of_cell(self, target: CellTarget) -> list[Trace]:
        """The number a cell shows; of a cell of a form's own sheet, that cell summed up over all returns.

        Raises InputError with near names where there is no such sheet, or no number in that cell.
        """
        shown = self._places.get((target.sheet, target.cell))
        if shown is not None:
            return [self._of_shown(target, shown)]
        keys = keys_in(self.tracer.book, target.sheet, target.cell)
        if keys and target.file != SUMMARY:
            asked = dict.fromkeys(KeyTarget("", k.block, k.instance or None, k.row, k.field) for k in keys)
            return [trace for one in asked for trace in self.of_key(one)]
        known = list(self._places) + (form_cells(self.tracer.book) if target.file != SUMMARY else [])
        raise no_such_cell(target, known)

    def of_key(self, target: KeyTarget) -> list[Trace]:
        """The number of a key in each collection, adjusted as the bureau reports it, and where summary.xlsx shows it."""
        return [self._reported(trace, target) for trace in self.tracer.of_key(target)]

    def _reported(self, trace: Trace, target: KeyTarget) -> Trace:
        root = trees(self.tracer.results)[trace.group].root
        found: dict[str, tuple[tuple[str, str], Shown]] = {}
        for at, shown in self._places.items():
            if _is_of(shown, trace, target, root):
                found.setdefault(shown.kind, (at, shown))
        if not found or not trace.cells:
            return trace
        at, shown = found.get(TOTAL) or next(iter(found.values()))
        entries = self._entries(shown) if shown.kind == TOTAL else ()
        return self._proved(_adjusted(trace, entries), CellTarget("", *at))

    def _of_shown(self, target: CellTarget, shown: Shown) -> Trace:
        block = self.tracer.results.suite_of(shown.group).blocks[shown.block]
        if shown.kind == VALUE:
            key = KeyTarget(shown.unit, shown.block, shown.instance, shown.row, shown.field)
            return self._proved(self.tracer.number(shown.group, key, [shown.ret]), target)
        row = None if block.kind is BlockKind.LIST else shown.row
        single = block.kind is BlockKind.GRID and not self._repeats(shown)
        key = KeyTarget("", shown.block, shown.instance if single else None, row, shown.field)
        below = returns_under(self.tracer.results, shown.group, shown.node)
        returns = [shown.ret] if shown.ret else [s.ret for s in below]
        trace = self.tracer.number(shown.group, key, () if shown.kind == ADJUSTMENT else returns, shown.only)
        trace = replace(trace, node=shown.node)
        if shown.kind in (TOTAL, ADJUSTMENT):
            trace = _adjusted(trace, self._meant(shown, target))
        return self._proved(trace, target)

    def _repeats(self, shown: Shown) -> bool:
        return bool(self.tracer.results.suite_of(shown.group).forms_by_id[shown.form].repeat)

    def _entries(self, shown: Shown) -> tuple[Booked, ...]:
        """The adjustments to a cell on a node and all below it."""
        under = set(trees(self.tracer.results)[shown.group].under(shown.node))
        at = (shown.block, shown.row, shown.field)
        booked = self._booked.get(shown.group, ())
        return tuple(one for one in booked if (one.block, one.row, one.field) == at and one.node in under)

    def _meant(self, shown: Shown, target: CellTarget) -> tuple[Booked, ...]:
        """The same; of a line of the list of adjustments, that line."""
        entries = self._entries(shown)
        single = [one for one in entries if one.node == shown.node]
        number = self._number(target)
        if shown.kind == TOTAL or _shown_as(sum((e.amount for e in entries), Decimal(0))) == number:
            return entries
        return tuple(one for one in single if _shown_as(one.amount) == number)[:1] or entries

    def _proved(self, trace: Trace, target: CellTarget) -> Trace:
        """The trace beside what the workbook really has in that cell."""
        place = f"{SUMMARY} {target.sheet}!{target.cell}"
        try:
            number = self._number(target)
        except (ValueError, KeyError):  # somebody saved the workbook anew: what it says is not ours to vouch for
            return replace(trace, place=place, known=False)
        agrees = trace.value is None or number == _shown_as(trace.value)
        return replace(trace, place=place, shown=number, agrees=agrees)

    def _number(self, target: CellTarget) -> Decimal | str | None:
        committed = read_manifest(self.tracer.out)
        for output in committed.outputs if committed else ():
            if output.name == SUMMARY:
                return number_in(self.tracer.out / output.file, output.sha256, target.sheet, target.at)
        raise KeyError(SUMMARY)

    def totals(self, source: Source) -> tuple[Total, ...]:
        """The numbers of summary.xlsx that a fact enters, its own cell there first."""
        results, suite = self.tracer.results, self.tracer.results.suites[source.edition]
        group = Group(*source.group)
        block = suite.blocks[source.key.block]
        held: dict[str, bool] = {}
        found = []
        for (sheet, cell), shown in self._places.items():
            if shown.group != group or (shown.block, shown.field) != (source.key.block, source.key.field):
                continue
            if shown.kind == VALUE:
                enters = shown.ret == source.sha256 and (shown.instance, shown.row) == source.key[1:3]
            else:
                if shown.node not in held:
                    held[shown.node] = any(s.ret == source.sha256 for s in returns_under(results, group, shown.node))
                summed = source.key.row not in block.rows_by_id if block.kind is BlockKind.LIST else True
                fits = shown.row == source.key.row or (shown.row == "" and summed)
                enters = (
                    held[shown.node] and fits and shown.kind in (TOTAL, RETURNS, PART) and self._only(source, shown)
                )
            if enters and shown.ret in ("", source.sha256):
                key = str(
                    KeyTarget(shown.unit, shown.block, shown.instance, _row_shown(shown, block.kind), shown.field)
                )
                found.append((shown.kind != VALUE, Total(f"{SUMMARY} {sheet}!{cell}", shown.node, key)))
        return tuple(total for _, total in sorted(found, key=lambda one: one[0]))

    def _only(self, source: Source, shown: Shown) -> bool:
        """Whether the fact's row is one of those that a chart's number adds up."""
        if shown.only is None:
            return True
        values = self.tracer.results.values.get(source.sha256, {})
        return values.get(source.key._replace(field=shown.only[0])) == shown.only[1]


def _row_shown(shown: Shown, kind: BlockKind) -> str | None:
    return None if kind is BlockKind.LIST and not shown.row else shown.row


def _is_of(shown: Shown, trace: Trace, target: KeyTarget, root: str) -> bool:
    """Whether a cell of the workbook shows just the number that was asked for by its key."""
    if shown.group != trace.group or (shown.block, shown.field) != (target.block, target.field):
        return False
    if target.unit:
        if shown.kind != VALUE or shown.unit != target.unit or len(trace.cells) != 1:
            return False
        return trace.cells[0].source.key == Key(shown.block, shown.instance, shown.row, shown.field)
    whole = shown.kind in (TOTAL, RETURNS) and shown.node == root
    return whole and not target.instance and shown.row == (target.row or "")


def _adjusted(trace: Trace, entries: Sequence[Booked]) -> Trace:
    if not entries:
        return trace
    total = sum((one.amount for one in entries), trace.value or Decimal(0))
    return replace(trace, value=total, adjustments=tuple(map(_told, entries)))


def _told(one: Booked) -> Adjusted:
    return Adjusted(one.node, one.amount, one.entry.author, one.entry.reason, one.entry.where)


def _shown_as(value: Decimal) -> Decimal:
    """The number as a workbook's cell holds it: a double, read at 15 digits."""
    return normal(from_double(float(value)))
