"""How people mistype: digits exchanged or lost, the point moved, 元 for 万元, a sign, last year's figure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

Slip = Callable[[str, Random], str | None]


def plain(value: Decimal) -> str:
    """As typed: no exponent, no trailing noughts after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exchanged(typed: str, rng: Random) -> str | None:
    """Two neighbouring digits in the wrong order."""
    at = [n for n in range(len(typed) - 1) if typed[n : n + 2].isdigit() and typed[n] != typed[n + 1]]
    at = [n for n in at if not (n == 0 and typed[1] == "0" and len(typed) > 2)]
    if not at:
        return None
    n = rng.choice(at)
    return typed[:n] + typed[n + 1] + typed[n] + typed[n + 2 :]


def lost(typed: str, rng: Random) -> str | None:
    """One digit left out."""
    whole = typed.partition(".")[0]
    if len(whole) < 3:
        return None
    n = rng.randrange(1, len(whole))
    return typed[:n] + typed[n + 1 :]


def doubled(typed: str, rng: Random) -> str | None:
    """One digit typed twice."""
    whole = typed.partition(".")[0]
    n = rng.randrange(len(whole))
    return typed[:n] + typed[n] + typed[n:] if typed[n] != "0" else None


def another(typed: str, rng: Random) -> str | None:
    """One digit for its neighbour on the keys."""
    at = [n for n, mark in enumerate(typed.partition(".")[0]) if mark.isdigit()]
    n = rng.choice(at)
    near = {"1": "2", "2": "3", "3": "2", "4": "5", "5": "6", "6": "5", "7": "8", "8": "9", "9": "8", "0": "9"}
    changed = typed[:n] + near[typed[n]] + typed[n + 1 :]
    return None if len(changed) > 1 and changed[0] == "0" else changed


def in_yuan(typed: str, _: Random) -> str | None:
    """元 in a form of 万元."""
    return plain(Decimal(typed) * 10000) if Decimal(typed) < 90_000_000 else None


def point(typed: str, rng: Random) -> str | None:
    """The decimal point one place off."""
    moved = Decimal(typed) * 10 if rng.random() < 0.6 or "." in typed else Decimal(typed) / 10
    return plain(moved)


AMOUNTS: tuple[tuple[str, Slip, int], ...] = (
    ("相邻数字颠倒", exchanged, 30),
    ("漏一位数字", lost, 20),
    ("多一位数字", doubled, 10),
    ("按错一位", another, 20),
    ("按元填列", in_yuan, 10),
    ("小数点错位", point, 10),
)
"""Names, slips, and how often of a hundred."""


def mistyped(typed: str, rng: Random, allowed: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """(what stands there, how it came) for an amount; None where it is too small to mistype."""
    if Decimal(typed) <= 0:
        return None
    choices = [one for one in AMOUNTS if not allowed or one[0] in allowed]
    for _ in range(12):
        name, slip, _often = rng.choices(choices, [often for *_, often in choices])[0]
        wrong = slip(typed, rng)
        if wrong is not None and Decimal(wrong) != Decimal(typed):
            return wrong, name
    return None
