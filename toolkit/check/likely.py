"""Which cells of a return are most likely wrong where its identities fail, as findings tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.check.cells import load
from toolkit.check.localise import At, Proposal, State, propose
from toolkit.check.locate import Desk
from toolkit.check.submissions import Received, Submission
from toolkit.check.verdicts import Hit
from toolkit.check.wording import number, places_of
from toolkit.formula import Op, Program, Type
from toolkit.model.fact import Fact, Key
from toolkit.model.fact import State as Standing
from toolkit.model.finding import Likely, Place
from toolkit.model.money import normal
from toolkit.store import Book
from toolkit.store.folder import Folder
from toolkit.store.parsed import read_return

if TYPE_CHECKING:
    import duckdb

Localised = Mapping[tuple[str, At], tuple[Proposal, ...]]
"""Proposals by return and failed comparison."""

_TOLD = 3
_TIED = 5
_FAR = 5.0
_WEAK = "没有发现常见的笔误，仅由勾稽关系推算"


@dataclass(frozen=True)
class Background:
    """What is known beside the returns themselves: the versions they replaced, last year's facts."""

    book: Book
    received: Sequence[Received] = ()
    last_year: Mapping[str, Mapping[Key, Fact]] = field(default_factory=dict)

    def earlier(self, ret: str) -> dict[Key, Decimal | None] | None:
        """The numbers in the version that this return replaced; None where there was none, or it was not kept."""
        replaced = [line.sha256 for line in self.received if line.superseded_by == ret and line.sha256 != ret]
        for sha256 in reversed(replaced):
            for results in _results(self.book.out):
                try:
                    facts = read_return(results, sha256).facts
                except (OSError, KeyError, ValueError):
                    continue
                return {k: f.value if isinstance(f.value, Decimal) else None for k, f in facts.items()}
        return None


def _results(out: Path) -> list[Path]:
    """The folders of read returns, of each version of the reader; those of the set itself where it is still staged."""
    return [p for root in (out, out.parent) for p in sorted(Folder(root).parsed.glob("*")) if p.is_dir()]


def last_years(relations: duckdb.DuckDBPyConnection, program: Program) -> dict[str, dict[Key, Fact]]:
    """Last year's facts of each return as PRIOR sees them (table ``was`` of the rules' relations)."""
    blocks = program.suite.blocks
    found: dict[str, dict[Key, Fact]] = {}
    rows = relations.execute('SELECT ret, block, instance, "row", field, value_decimal, value_text, state FROM was')
    for ret, block, instance, row, name, amount, text, state in rows.fetchall():
        if block in blocks and name in blocks[block].by_id:
            key = Key(block, instance or "", row or "", name)
            value = text if amount is None else normal(amount)
            found.setdefault(ret, {})[key] = Fact(key, value, Standing(state), "", "", "")
    return found


def localised(
    connection: duckdb.DuckDBPyConnection,
    program: Program,
    submissions: Iterable[Submission],
    hits: Mapping[str, Sequence[Hit]],
    background: Background,
) -> dict[tuple[str, At], tuple[Proposal, ...]]:
    """Proposals for every failed identity of these returns; of the others nothing is read."""
    failing = [
        s for s in submissions if any(_is_identity(o.part.bound) for h in hits[s.ret] if h.failed for o in h.outcomes)
    ]
    cells = load(connection, ((s.ret, block) for s in failing for block in program.suite.blocks))
    found: dict[tuple[str, At], tuple[Proposal, ...]] = {}
    for submission in failing:
        ret = submission.ret
        state = State(
            program,
            cells.facts[ret],
            submission.submitted,
            background.last_year.get(ret),
            background.earlier(ret),
            {r.key: r.code for r in submission.remarks if r.key is not None},
        )
        false = frozenset(
            (id(o.part), h.instance, h.row) for h in hits[ret] if h.failed for o in h.outcomes if o.value is False
        )
        found |= {(ret, at): told for at, told in propose(state, false).items()}
    return found


def _is_identity(bound: object) -> bool:
    return isinstance(bound, Op) and bound.tolerance is not None and bound.args[0].type is Type.NUMBER


def tell(
    desk: Desk, hit: Hit, found: Localised, places: Sequence[Place]
) -> tuple[list[Place], list[Likely], str | None]:
    """The proposals for a failed comparison: the places with those they name added, the guesses, the certain repair."""
    named, likely = list(places), []
    repair = None
    for outcome in hit.outcomes:
        told = found.get((hit.ret, (id(outcome.part), hit.instance, hit.row)), ())
        most = _TIED if told and told[0].tied else _TOLD
        for proposal in told[:most]:
            if proposal.cost - told[0].cost > _FAR:
                break
            for guess in _guesses(desk, hit, proposal, named):
                if guess not in likely:
                    likely.append(guess)
        if told and told[0].certain and repair is None and len(hit.outcomes) == 1:
            repair = likely[0].value
    return named, likely, repair


def _guesses(desk: Desk, hit: Hit, proposal: Proposal, named: list[Place]) -> list[Likely]:
    """One guess for each cell of a proposal; its place is added to ``named`` where it is not there."""
    guesses = []
    for key, value in proposal.changes:
        fact = desk.cells.get(hit.ret, key)
        if fact is None:
            return []
        where = desk.place(hit, fact)
        at = next((n for n, place in enumerate(named) if replace(place, guessed=False) == where), len(named))
        if at == len(named):
            named.append(replace(where, guessed=True))
        unit = desk.suite.blocks[key.block].by_id[key.field].unit
        guesses.append(Likely(at, number(value, places_of(unit)), _reason(desk, proposal, key), unit))
    return guesses


def _reason(desk: Desk, proposal: Proposal, key: Key) -> str:
    """Why: the slip, what else must change with it, how many identities hold then, and whether it is a toss-up."""
    said = [f"{desk.label(key)}{proposal.words}" if proposal.words else f"{desk.label(key)}{_WEAK}"]
    others = [desk.label(other) for other, _ in proposal.changes if other != key]
    if others:
        said.append(f"须与{'、'.join(others)}一并改正")
    if proposal.carried:
        said.append("有关合计等须随之重算")
    if proposal.mended > 1:
        said.append(f"改正后 {proposal.mended} 项勾稽关系同时成立")
    if proposal.tied:
        said.append("与其他可能同样合理，哪一边有误无法确定")
    return "；".join(said)
