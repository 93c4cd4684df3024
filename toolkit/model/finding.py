"""A finding: what is wrong, where, by how much, and what to do. Data, never an exception."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.model.rule import Severity

FAIL = "fail"
NOT_EXECUTABLE = "not_executable"


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a returned file. ``label`` is what the unit sees printed beside it.

    ``guessed``: only a guess at the cause names it; the fault itself does not show there.
    """

    unit: str
    file: str
    sheet: str
    cell: str
    form: str = ""
    block: str = ""
    instance: str = ""
    row: str | None = None
    field: str = ""
    label: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Likely:
    """A guess at the value that would mend a place (index into ``places``), with its reason.

    ``unit_of_measure``: of the value, where it is an amount of the place’s own field.
    """

    place: int
    value: str
    reason: str
    unit_of_measure: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """The bureau lets a finding pass: who approved it, why, and the last day it holds (ISO date)."""

    approver: str
    expires: str
    reason: str


EXPIRED, CHANGED = "expired", "changed"


@dataclass(frozen=True, slots=True)
class LapsedWaiver:
    """A waiver that does not hold any more: its day is past (``why`` EXPIRED), or the values are others (CHANGED)."""

    approver: str
    expires: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a unit says to a warning. ``holds``: the values are those it was given for; else it no longer fits.

    ``round``: the round in which it was first read for these values. ``text`` is the unit's, escape it everywhere.
    """

    text: str
    holds: bool
    round: int


@dataclass(frozen=True, slots=True)
class Round:
    """Since when a finding stands: ``first`` is the round that had it first, ``state`` NEW or STILL.

    A round ends when what was received, or a table of the bureau, changes. Round 1 is the first.
    """

    first: int
    state: str


NEW, STILL = "new", "still"
MENDED, UNCHECKED = "mended", "unchecked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (contract: findings.jsonl). Numbers are decimal strings in ``unit_of_measure``.

    ``result`` is FAIL or NOT_EXECUTABLE. ``repair`` is certain or absent; ``likely`` are ranked guesses.
    ``fingerprint`` hashes rule, unit key, form, natural row key and field; ``values_hash`` the values.
    ``waived`` holds; ``waiver_lapsed`` is one that no longer does. ``group``: the fingerprint of the first finding
    with the same fault in the same return (its own where it is the first or the only one). ``cause``: that of the
    finding this one follows from, "" where it stands by itself. ``mend``: its place in the unit's order of mending
    from 1; 0 for what is held back behind its cause, waived, could not be executed, or only remarks.
    """

    code: str
    result: str
    severity: Severity
    region: str
    year: int
    stage: str
    unit: str
    unit_name: str
    file: str
    places: tuple[Place, ...]
    message: str
    what_to_do: str
    actual: str | None = None
    expected: str | None = None
    difference: str | None = None
    unit_of_measure: str | None = None
    repair: str | None = None
    likely: tuple[Likely, ...] = ()
    fingerprint: str = ""
    values_hash: str = ""
    waived: Waiver | None = None
    waiver_lapsed: LapsedWaiver | None = None
    explained: Explanation | None = None
    round: Round | None = None
    group: str = ""
    cause: str = ""
    mend: int = 0

    @property
    def shown(self) -> tuple[Place, ...]:
        """Where the fault shows: the places without those that only a guess names."""
        return tuple(place for place in self.places if not place.guessed)

    def told(self, guess: Likely) -> str:
        """A guess in words: ``C12，应为 2994.70 万元``; with its sheet where that is not the one of the first place."""
        unit = guess.unit_of_measure
        value = f"应为 {guess.value}" + (f"{unit}" if unit == "%" else f" {unit}" if unit else "")
        if guess.place >= len(self.places):
            return value
        at = self.places[guess.place]
        return f"{at.sheet}!{at.cell}，{value}" if at.sheet != self.places[0].sheet else f"{at.cell}，{value}"

    @property
    def counts(self) -> bool:
        """Whether it counts at its severity: it failed and the bureau did not waive it."""
        return self.result == FAIL and self.waived is None


@dataclass(frozen=True, slots=True)
class Mended:
    """A finding of the previous round that is gone in ``round``. ``first``: the round that had it first.

    ``state`` is MENDED, or UNCHECKED where the check could not be made again (the return was withdrawn, its sheet or a
    figure is missing now): nobody may take that for mended.
    """

    code: str
    severity: Severity
    region: str
    year: int
    stage: str
    unit: str
    unit_name: str
    message: str
    fingerprint: str
    first: int
    round: int
    state: str = MENDED
