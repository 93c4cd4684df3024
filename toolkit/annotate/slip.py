"""What goes back to one unit: its own findings, as rows of a list and as marks at cells. No other unit's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from toolkit.check.told import told
from toolkit.model.fact import Identity, Key
from toolkit.model.finding import FAIL, Finding, Place
from toolkit.model.rule import Severity

_RANK = {severity: rank for rank, severity in enumerate((Severity.ERROR, Severity.WARNING, Severity.INFO))}


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of the workbook that goes back; ``cell`` "" where the whole sheet is meant."""

    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. Amounts are decimal strings in ``unit_of_measure``; "" where there is nothing to say."""

    severity: Severity
    spots: tuple[Spot, ...]
    message: str
    actual: str
    expected: str
    difference: str
    unit_of_measure: str
    what_to_do: str
    code: str


@dataclass(frozen=True)
class Slip:
    """One unit's findings. ``received_at``: UTC (ISO), the time of receipt. ``skipped``: checks that lacked data.

    ``rows``: findings on the whole file first, then errors, warnings, remarks.
    """

    identity: Identity
    file: str
    received_at: str
    rows: tuple[Row, ...]
    skipped: int = 0

    def count(self, severity: Severity) -> int:
        """Rows of this severity."""
        return sum(row.severity is severity for row in self.rows)

    @property
    def is_clean(self) -> bool:
        """Nothing to mend: no error, no warning, no remark on a place (that a file replaced another one is none)."""
        return not any(row.severity is not Severity.INFO or row.spots for row in self.rows)

    @property
    def marks(self) -> dict[Spot, list[Row]]:
        """The cells to be marked, each with its rows, the gravest first."""
        found: dict[Spot, list[Row]] = {}
        for row in sorted(self.rows, key=lambda r: _RANK[r.severity]):
            for spot in dict.fromkeys(row.spots):
                if spot.cell:
                    found.setdefault(spot, []).append(row)
        return found


def make_slip(identity: Identity, file: str, received_at: str, findings: Iterable[Finding]) -> Slip:
    """The slip of one accepted return, from all findings of a run (in their order)."""
    own = [f for f in findings if _concerns(f, identity, file)]
    rows: dict[Row, list[Spot]] = {}
    for finding in own:
        if finding.result == FAIL:
            spots = [Spot(p.sheet, p.cell) for p in finding.shown if _is_own(p, identity, file) and p.sheet]
            rows.setdefault(_row(finding, identity), []).extend(spots)
    told = [replace(row, spots=tuple(dict.fromkeys(spots))) for row, spots in rows.items()]
    told.sort(key=lambda r: (bool(r.spots), _RANK[r.severity]))
    return Slip(identity, file, received_at, tuple(told), sum(f.result != FAIL for f in own))


def moved(slip: Slip, spots: Mapping[Spot, Spot | None]) -> Slip:
    """The slip for a workbook in which the cells stand elsewhere; None: the cell is not there any more."""

    def there(row: Row) -> tuple[Spot, ...]:
        found = (spots.get(spot, Spot(spot.sheet, "")) for spot in row.spots)
        return tuple(dict.fromkeys(spot for spot in found if spot is not None))

    return replace(slip, rows=tuple(replace(row, spots=there(row)) for row in slip.rows))


def keys_of(findings: Iterable[Finding], identity: Identity, file: str) -> dict[Spot, Key]:
    """What each of the unit's cells means, as far as the findings say it."""
    places = (p for f in findings for p in f.places if _is_own(p, identity, file) and p.field)
    return {Spot(p.sheet, p.cell): Key(p.block, p.instance, p.row or "", p.field) for p in places}


def _concerns(finding: Finding, who: Identity, file: str) -> bool:
    """Whether a finding is on this return, or one across units with a place in it."""
    if (finding.region, finding.year, finding.stage) != (who.region, who.year, who.stage):
        return False
    if finding.unit or finding.file:
        return finding.unit == who.unit and finding.file in {file, ""}
    return any(_is_own(place, who, file) for place in finding.places)


def _is_own(place: Place, who: Identity, file: str) -> bool:
    return place.unit == who.unit and place.file == file


def _row(finding: Finding, who: Identity) -> Row:
    """Of a finding across units only its sentence and what to do: figures may be those of others."""
    own = finding.unit == who.unit and bool(finding.unit or finding.file)
    figures = (finding.actual, finding.expected, finding.difference, finding.unit_of_measure) if own else (None,) * 4
    actual, expected, difference, unit = (figure or "" for figure in figures)
    guess = finding.likely[0] if own and finding.likely else None
    hint = f"（最可能：{finding.told(guess)}；{guess.reason}）" if guess else ""
    todo = f"{finding.what_to_do}{hint}"
    said = told(finding) if own else ()
    message = "\n".join((finding.message, *said))
    # What the bureau lets pass is shown, and asks for nothing.
    severity = finding.severity if finding.counts else Severity.INFO
    return Row(severity, (), message, actual, expected, difference, unit, todo, finding.code)
