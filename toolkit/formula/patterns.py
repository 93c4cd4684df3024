r"""The pattern language of MATCHES: ``9`` a digit, ``A`` an upper-case letter, ``X`` either, ``\c`` the character c."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLASSES = {"9": DIGITS, "A": LETTERS, "X": DIGITS + LETTERS}
_REGEX = {"9": "[0-9]", "A": "[A-Z]", "X": "[0-9A-Z]"}


@dataclass(frozen=True, slots=True)
class Position:
    """One character of the texts that match: one of ``among``, or exactly ``among`` where ``literal``."""

    among: str
    literal: bool


def positions(pattern: str) -> tuple[Position, ...]:
    """What stands at each position of a matching text."""
    found: list[Position] = []
    escaped = False
    for char in pattern:
        if char == "\\" and not escaped:
            escaped = True
            continue
        literal = escaped or char not in CLASSES
        found.append(Position(char if literal else CLASSES[char], literal))
        escaped = False
    return tuple(found)


def regex(pattern: str) -> str:
    """The pattern as a regular expression for the whole text (Python's and RE2's)."""
    names = {CLASSES[c]: r for c, r in _REGEX.items()}
    return "".join(re.escape(p.among) if p.literal else names[p.among] for p in positions(pattern))
