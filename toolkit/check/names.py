"""Comparing names: one normalisation and one measure of likeness for every rule (decisions 6).

Equality is exact after the declared normalisation; likeness only ever makes a suggestion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

_NOTHING = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_MARKS = re.compile(r"[、，。·,.()（）《》“”\"'\-—_:：;；]+")
_FILLERS = re.compile(r"项目|经费")


def normal_name(name: str) -> str:
    """For the equality test: full-width forms folded, spaces and zero-width characters removed."""
    return _NOTHING.sub("", unicodedata.normalize("NFKC", name))


def bare_name(name: str) -> str:
    """The normalised name without punctuation, for looking one text up in another."""
    return _MARKS.sub("", normal_name(name))


def loose_name(name: str) -> str:
    """For likeness only: punctuation and the words 项目, 经费 left out as well (not if nothing else is left)."""
    bare = bare_name(name)
    return _FILLERS.sub("", bare) or bare


def likeness(a: str, b: str) -> float:
    """0 to 1: rapidfuzz's ratio over the normalised names or over the loose ones, whichever is more alike."""
    plain = fuzz.ratio(normal_name(a), normal_name(b))
    return max(plain, fuzz.ratio(loose_name(a), loose_name(b))) / 100


def nearest(name: str, candidates: Iterable[str], at_least: float = 0.8) -> tuple[str, float] | None:
    """The candidate most like ``name`` (the first in code point order of several equal ones), if like enough."""
    best: tuple[str, float] | None = None
    for candidate in sorted(set(candidates)):
        score = likeness(name, candidate)
        if score >= at_least and (best is None or score > best[1]):
            best = (candidate, score)
    return best


def similar_pairs(names: list[str], at_least: float) -> Iterator[tuple[str, str]]:
    """Pairs of names at least this much alike (``likeness``), in order; equal loose names count as alike.

    Compares row by row against the rest, so memory stays at one row whatever the number of names.
    """
    spellings = [[normal_name(name) for name in names], [loose_name(name) for name in names]]
    for at in range(len(names) - 1):
        alike: set[int] = set()
        for spelled in spellings:
            rest = process.extract_iter(spelled[at], spelled[at + 1 :], scorer=fuzz.ratio, score_cutoff=at_least * 100)
            alike |= {other for _, _, other in rest}
        for other in sorted(alike):
            yield names[at], names[at + 1 + other]


def chains(names: list[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The names in groups that the pairs connect, groups and names in the order given."""
    leader = {name: name for name in names}

    def first(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for one, other in pairs:
        a, b = sorted((first(one), first(other)))
        leader[b] = a
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(first(name), []).append(name)
    return list(groups.values())
