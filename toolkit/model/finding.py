"""A finding: what is wrong, where, by how much, and what to do. Data, never an exception."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.model.rule import Severity

FAIL = "fail"
NOT_EXECUTABLE = "not_executable"


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a returned file. ``label`` is what the unit sees printed beside it."""

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


@dataclass(frozen=True, slots=True)
class Likely:
    """A guess at the value that would mend a place (index into ``places``), with its reason."""

    place: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (contract: findings.jsonl). Numbers are decimal strings in ``unit_of_measure``.

    ``result`` is FAIL or NOT_EXECUTABLE. ``repair`` is certain or absent; ``likely`` are ranked guesses.
    ``fingerprint`` hashes rule, unit key, form, natural row key and field; ``values_hash`` the values.
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
