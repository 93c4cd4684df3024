"""What to mend first: the same fault told once, and what merely follows from another finding held back behind it.

A straight function over the findings of a run. Nothing is dropped and nothing counts less: each finding says to which
group it belongs, which finding it follows from, and where its turn is. A finding of a return follows from another one
of the same return where

1. the other one is about the return as a whole: the wrong year, the wrong unit of measure, a copy;
2. all its places are on a sheet that is missing, was not read or holds nothing, and the other one says so;
3. it could not be executed, and the other ones say of the cells it lacks that they are blank or cannot be read;
4. the same cell is held to be the cause of both: it stands first in their ``likely``, or the other one is about that
   cell alone (its type, a constant over its formula);
5. both are off by the same amount and it reads, directly or through computed cells, the cell the other one is about;
6. it reads a cell that cannot be read or is wrong by itself, or one that the other one blames and is off by no more.

Of several that stand for one fault the cause is the one closest to the cell: what was noticed at the cell itself,
then the check within the fewest forms, over the fewest cells. What is waived or only remarks holds nothing graver back.
That a unit is missing follows from what is said of the file that came from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from toolkit.check.bad_cells import of_bad_cells
from toolkit.check.links import of_blanks, of_cells, of_sheets
from toolkit.check.one_return import OneReturn
from toolkit.check.reads import Reads
from toolkit.check.whole import of_units, of_whole
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.model.rule import RuleKind, Severity

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def with_causes(findings: Iterable[Finding], suites: Iterable[Suite]) -> tuple[Finding, ...]:
    """The findings (in their order) with ``group``, ``cause`` and ``mend`` filled in. Raises SuiteError."""
    findings, suites = tuple(findings), tuple(suites)
    desk_of: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for f in findings:
        desk_of[_return(f)].append(f)
    reads = Reads(suites)
    reader = frozenset(r.code for s in suites for r in s.rules if r.kind is RuleKind.READER)
    causes: dict[str, str] = {}
    for (*_, file), own in desk_of.items():
        if file:
            causes |= _causes(OneReturn(own, reads, reader))
    causes |= {f.fingerprint: causes.get(cause, cause) for f, cause in of_units(findings)}
    groups: dict[tuple[object, ...], str] = {}
    told = [
        replace(f, group=groups.setdefault(_fault(f), f.fingerprint), cause=causes.get(f.fingerprint, ""))
        for f in findings
    ]
    turns = _turns(told)
    return tuple(replace(f, mend=turns.get(f.fingerprint, 0)) for f in told)


def consequences(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """Fingerprint of a cause → those held back behind it, in the order of the findings."""
    behind: dict[str, list[str]] = defaultdict(list)
    for f in findings:
        if f.cause:
            behind[f.cause].append(f.fingerprint)
    return {cause: tuple(held) for cause, held in behind.items()}


def _return(f: Finding) -> tuple[object, ...]:
    return (f.region, f.year, f.stage, f.unit, f.file)


def _fault(f: Finding) -> tuple[object, ...]:
    """What makes two findings the same fault: rule and column, in one return. Without a place each is its own."""
    first = f.places[0] if f.places else None
    at = (first.form, first.block, first.field) if first is not None and first.field else (f.fingerprint,)
    return (*_return(f), f.code, f.result, f.severity, *at)


def _turns(findings: Sequence[Finding]) -> dict[str, int]:
    """The order of mending in each unit: gravest first (its own or what hangs on it), then what mends most at once."""
    held = Counter(f.cause for f in findings if f.cause and f.counts)
    gravest: dict[str, int] = {}
    for f in findings:
        if f.counts:
            root = f.cause or f.fingerprint
            gravest[root] = min(gravest.get(root, len(_RANK)), _RANK[f.severity])
    units: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for f in findings:
        if f.counts and not f.cause and gravest[f.fingerprint] < _RANK[Severity.INFO]:
            units[(f.region, f.year, f.stage, f.unit)].append(f)
    turns: dict[str, int] = {}
    for own in units.values():
        order = sorted(own, key=lambda f: (gravest[f.fingerprint], -held[f.fingerprint]))
        turns |= {f.fingerprint: turn for turn, f in enumerate(order, 1)}
    return turns


def _causes(own: OneReturn) -> dict[str, str]:
    """Fingerprint → that of its cause, for one return; a cause has none itself."""
    found: dict[str, str] = {}
    for link in (of_whole, of_sheets, of_blanks, of_cells):
        found = link(own) | found
    found = of_bad_cells(own, found.keys()) | found
    for effect in list(found):  # of a ring, which the two ways to look at cells can make, the first stands by itself
        if _root(effect, found) is None:
            del found[effect]
    return {effect: root for effect in found if (root := _root(effect, found)) is not None}


def _root(fingerprint: str, causes: Mapping[str, str]) -> str | None:
    """The last of a chain of causes; None where it comes back to its beginning."""
    seen = {fingerprint}
    at = fingerprint
    while at in causes:
        at = causes[at]
        if at in seen:
            return None
        seen.add(at)
    return at
