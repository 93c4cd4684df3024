"""Finds what is behind a number: the cells of the returns it adds up, and what computed cells are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.check.labels import cell_label
from toolkit.check.submissions import Group
from toolkit.formula import compile_cells, to_chinese
from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.model.fact import Key, State, Status
from toolkit.model.form import Block, BlockKind, Field, Suite
from toolkit.report.results import Results
from toolkit.report.summary_blocks import adds_up
from toolkit.report.trace_inputs import Need, computed_at, needs
from toolkit.report.trace_target import KeyTarget, near_names, settled, unknown_key
from toolkit.report.traced import FORMULA, TYPED, TYPED_OVER, Cell, Input, Trace
from toolkit.store import Book
from toolkit.store.lineage import Source, facts_at, ledger_of

LEDGER = "received.jsonl"


@dataclass(frozen=True)
class Tracer:
    """Traces in one folder of results. ``results`` need no findings; ``deep``: all levels of computed cells."""

    out: Path
    book: Book
    results: Results
    deep: bool = False

    def of_key(self, target: KeyTarget) -> list[Trace]:
        """The number of a key in every collection that has it. Raises InputError with near names where none has."""
        fitting = [(g, s) for g in self.results.groups if (s := settled(target, self.results.suite_of(g))) is not None]
        if not fitting:
            raise unknown_key(target, (self.results.suite_of(group) for group in self.results.groups))
        found = []
        for group, key in fitting:
            returns = [s.ret for s in self.results.of_group(group) if target.unit in ("", s.identity.unit)]
            if returns:
                found.append(self.number(group, key, returns))
        if not found:
            near = near_names(target.unit, (s.identity.unit for s in self.results.submissions))
            raise InputError(_("没有单位“{unit}”的报送。相近的有：{near}").format(unit=target.unit, near=near))
        return found

    def number(
        self, group: Group, target: KeyTarget, returns: Sequence[str], only: tuple[str, str] | None = None
    ) -> Trace:
        """What a key adds up to over some returns of a collection. ``only``: in rows with that text in that field."""
        suite = self.results.suite_of(group)
        block = suite.blocks[target.block]
        field = block.by_id[target.field]
        sources = self.sources(target, block, returns)
        if only is not None:
            fitting = {(s.sha256, s.key.instance, s.key.row) for s in self._texts(target, only, returns)}
            sources = [s for s in sources if (s.sha256, s.key.instance, s.key.row) in fitting]
        held = [s for s in sources if s.state is not State.BLANK] if len(sources) > 1 else sources
        single = len(returns) == 1 and len(sources) == 1
        numbers = [s.value for s in held if isinstance(s.value, Decimal)]
        added = field.type.is_number and (single or adds_up(block, field))
        formula, inputs = self._computed(suite, target, returns) if sources and only is None else ("", ())
        return Trace(
            group=group,
            key=str(target),
            label=cell_label(suite, Key(target.block, "", target.row or "", target.field)),
            value=sum(numbers, Decimal(0)) if added and numbers else None,
            unit_of_measure=field.unit or "",
            cells=tuple(map(self.cell, held)),
            blank=len(sources) - len(held),
            formula=formula,
            inputs=inputs,
        )

    def _texts(self, target: KeyTarget, only: tuple[str, str], returns: Sequence[str]) -> list[Source]:
        found = facts_at(self.book, target.block, only[0], row=target.row, instance=target.instance, returns=returns)
        return [source for source in found if source.value == only[1]]

    def sources(self, target: KeyTarget, block: Block, returns: Sequence[str]) -> list[Source]:
        """The facts of a key in some returns, blanks included, those of a list's own totals only where they are meant."""
        without = tuple(block.rows_by_id) if target.row is None else ()
        where = (target.block, target.field)
        return facts_at(self.book, *where, row=target.row, instance=target.instance, without=without, returns=returns)

    def cell(self, source: Source) -> Cell:
        """A fact with how its cell got its value, and the line of the ledger of its file."""
        suite = self.results.suites[source.edition]
        computed = suite.blocks[source.key.block].formula(source.key.row, source.key.field) is not None
        how = TYPED_OVER if source.typed_over else FORMULA if computed else TYPED
        return Cell(source, how, self._ledger.get(source.sha256, {}))

    @cached_property
    def _ledger(self) -> dict[str, Mapping[str, Any]]:
        """The accepted lines of the ledger by content."""
        return {line["sha256"]: line for line in ledger_of(self.out) if line["status"] == Status.ACCEPTED}

    def _computed(self, suite: Suite, target: KeyTarget, returns: Sequence[str]) -> tuple[str, tuple[Input, ...]]:
        """The formula of a computed cell and what it reads; "" and nothing for one that is typed."""
        return self._below(suite, _home(suite, target), target, returns, ())

    def _below(
        self, suite: Suite, home: Key, target: KeyTarget, returns: Sequence[str], above: tuple[KeyTarget, ...]
    ) -> tuple[str, tuple[Input, ...]]:
        item = computed_at(compile_cells(suite), home)
        if item is None:
            return "", ()
        if above and (not self.deep or target in above):
            return to_chinese(item.bound, suite), ()
        wanted = needs(suite, item.bound, home, every_instance=target.instance is None)
        single = dict.fromkeys(one for need in wanted for one in _singly(need))
        inputs = [self._input(suite, need, target.unit, returns, (*above, target)) for need in single]
        return to_chinese(item.bound, suite), tuple(inputs)

    def _input(
        self, suite: Suite, need: Need, unit: str, returns: Sequence[str], above: tuple[KeyTarget, ...]
    ) -> Input:
        block = suite.blocks[need.block]
        row = None if need.rows is None else need.rows[0]
        target, field = KeyTarget(unit, need.block, need.instance, row, need.field), block.by_id[need.field]
        label = cell_label(suite, Key(need.block, "", row or "", need.field))
        if need.prior:
            return Input(str(target), _("上年数据的 {label}").format(label=label), None, field.unit or "")
        sources = self.sources(target, block, returns)
        held = [s for s in sources if s.state is not State.BLANK]
        formula, inputs = self._below(suite, _home(suite, target), target, returns, above)
        shown = (held if row is None else held or sources) if len(returns) == 1 else []
        cells = tuple(map(self.cell, shown))
        return Input(str(target), label, _value(held, block, field), field.unit or "", cells, formula, inputs)


def _home(suite: Suite, target: KeyTarget) -> Key:
    """The cell a computed key stands at; "*" for all rows of a list."""
    listed = suite.blocks[target.block].kind is BlockKind.LIST and target.row is None
    return Key(target.block, target.instance or "", "*" if listed else target.row or "", target.field)


def _singly(need: Need) -> list[Need]:
    """A need of several fixed rows as one for each."""
    if need.rows is None:
        return [need]
    return [Need(need.block, need.instance, (row,), need.field, need.prior) for row in need.rows]


def _value(sources: Sequence[Source], block: Block, field: Field) -> Decimal | str | None:
    """One value as it is; several numbers that add up as their sum."""
    if len(sources) == 1:
        return sources[0].value
    numbers = [s.value for s in sources if isinstance(s.value, Decimal)]
    return sum(numbers, Decimal(0)) if numbers and adds_up(block, field) else None
