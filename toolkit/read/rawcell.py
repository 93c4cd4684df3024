"""A cell as it stands in the file, and how its place is written."""

from __future__ import annotations

from typing import NamedTuple

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384


class RawCell(NamedTuple):
    """A cell with content. ``kind`` is n, s (text), b, e or d; ``text`` the value as stored. ``style`` indexes the
    cell formats. ``formula``: its XML text with references (``&amp;``), "" where it stands elsewhere (shared), None
    where there is none.
    """

    kind: str
    text: str
    formula: str | None
    style: int


def column_number(letters: str) -> int | None:
    """0-based column of its letters, None where they name none (``XFE``, ``a``)."""
    if not letters or len(letters) > 3:
        return None
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return None
        number = number * 26 + ord(letter) - 64
    return number - 1 if number <= MAX_COLUMN else None


def parse_area(reference: str) -> tuple[int, int, int, int] | None:
    """(top, left, bottom, right) of ``C5`` or ``$C$5:$D$9``, 0-based; None where it is anything else."""
    first, _, last = reference.replace("$", "").partition(":")
    corners = []
    for corner in (first, last or first):
        letters = corner.rstrip("0123456789")
        column, digits = column_number(letters), corner[len(letters) :]
        if column is None or not digits or len(digits) > 7 or not 1 <= int(digits) <= MAX_ROW:
            return None
        corners.append((int(digits) - 1, column))
    (top, left), (bottom, right) = corners
    return (top, left, bottom, right) if top <= bottom and left <= right else None
