"""What the reports are made from: one run's submissions, findings, ledger and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.check.submissions import Group, Received, Submission
from toolkit.model.fact import Key, State, Value
from toolkit.model.finding import FAIL, Finding, Mended, Place
from toolkit.model.form import Suite
from toolkit.model.rule import Rule
from toolkit.store.adjustments import Adjustment
from toolkit.store.bureau import RosterEntry

if TYPE_CHECKING:
    import duckdb

CLASSIFIED = "涉密"


@dataclass(frozen=True)
class Results:
    """One run. ``values``: per accepted return the values of its cells. ``links``: accepted return (its sha256) →
    path of its copy from where the reports stand; empty where there are no copies.
    ``mended``: what the round before had and this ``round`` has not (0: there are no rounds). ``notes``: what else the
    bureau must know, of waivers and explanations that met nothing. ``hierarchy``: all rows of the roster, those that
    are nodes only too (``roster`` alone where it is None).

    Everything here is data of the run itself: no clock, no machine, so equal inputs give equal bytes.
    """

    suites: Mapping[str, Suite]
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    received: tuple[Received, ...] = ()
    roster: tuple[RosterEntry, ...] | None = None
    values: Mapping[str, Mapping[Key, Value]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    mended: tuple[Mended, ...] = ()
    round: int = 0
    notes: tuple[str, ...] = ()
    hierarchy: tuple[RosterEntry, ...] | None = None
    adjustments: tuple[Adjustment, ...] = ()

    @cached_property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.result == FAIL)

    @cached_property
    def not_executed(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.result != FAIL)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The collections in this run: region, year and stage, never mixed in a total."""
        return tuple(sorted({s.group for s in self.submissions}))

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Rule metadata by code (the first edition that has it)."""
        found: dict[str, Rule] = {}
        for edition in sorted(self.suites):
            for rule in self.suites[edition].rules:
                found.setdefault(rule.code, rule)
        return found

    @cached_property
    def title(self) -> str:
        """``唐山高新区 2021 年 批复`` or how many collections there are."""
        if not self.groups:
            return "尚无已接收的报送"
        if len(self.groups) > 1:
            return f"{len(self.groups)} 个批次合并查看"
        return self.groups[0].title

    @cached_property
    def _filed(self) -> dict[tuple[object, ...], str]:
        """Collection, unit and file → the accepted return."""
        return {(*s.identity.key, s.file): s.ret for s in self.submissions}

    def link(self, finding: Finding, place: Place) -> str:
        """The path, from where the reports stand, of the received file that a place is in; "" where there is none."""
        who = (finding.region, finding.year, finding.stage, place.unit, place.file)
        return self.links.get(self._filed.get(who, ""), "")

    def of_group(self, group: Group) -> tuple[Submission, ...]:
        """The group's submissions by unit code."""
        return tuple(sorted((s for s in self.submissions if s.group == group), key=lambda s: (s.identity.unit, s.ret)))

    def suite_of(self, group: Group) -> Suite:
        """The edition most returns of the group were made from (the later hash where two are equal)."""
        editions = [s.identity.edition for s in self.of_group(group)]
        return self.suites[max(sorted(set(editions)), key=editions.count)]


def read_values(connection: duckdb.DuckDBPyConnection, returns: Iterable[str]) -> dict[str, dict[Key, Value]]:
    """The values of these returns from the book's ``facts``; a masked cell reads “涉密”, blanks are left out."""
    wanted = sorted(set(returns))
    found: dict[str, dict[Key, Value]] = {ret: {} for ret in wanted}
    rows = connection.execute(
        'SELECT file_sha256, block, instance, "row", field, value_decimal, value_text, state FROM facts '
        "WHERE file_sha256 IN (SELECT unnest(?::VARCHAR[])) AND (value_decimal IS NOT NULL OR value_text IS NOT NULL "
        "OR state = 'classified')",
        [wanted],
    )
    while batch := rows.fetchmany(50_000):
        for ret, block, instance, row, field_id, number, text, state in batch:
            value = CLASSIFIED if state == State.CLASSIFIED else number if number is not None else text
            found[ret][Key(block, instance or "", row or "", field_id)] = value
    return found
