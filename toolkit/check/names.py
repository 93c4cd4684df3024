"""Comparing names: one normalisation and one measure of likeness for every rule (decisions 6).

Equality is exact after the declared normalisation; likeness only ever makes a suggestion.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

_NOTHING = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_MARKS = re.compile(r"[、，。·,.()（）《》“”\"'\-—_:：;；]+")
_FILLERS = re.compile(r"项目|经费")


@lru_cache(maxsize=1 << 16)
def normal_name(name: str) -> str:
    """For the equality test: full-width forms folded, spaces and zero-width characters removed."""
    return _NOTHING.sub("", unicodedata.normalize("NFKC", name))


def bare_name(name: str) -> str:
    """The normalised name without punctuation, for looking one text up in another."""
    return _MARKS.sub("", normal_name(name))


@lru_cache(maxsize=1 << 16)
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

    Only names that share one of their rarest pairs of characters are compared, as many of them as likeness leaves room
    for: from two thirds on no pair of three characters and more is missed, and 15 000 names take seconds.
    """
    found: set[tuple[int, int]] = set()
    for spelled in ([normal_name(name) for name in names], [loose_name(name) for name in names]):
        for at, others in _sharing(spelled, at_least):
            texts = [spelled[other] for other in others]
            alike = process.extract(spelled[at], texts, scorer=fuzz.ratio, score_cutoff=at_least * 100, limit=None)
            found.update((others[which], at) for _, _, which in alike)
    for one, other in sorted(found):
        yield names[one], names[other]


def _sharing(texts: list[str], at_least: float) -> Iterator[tuple[int, list[int]]]:
    """The index of each text with those before it that share one of its rare pairs of characters.

    Turning a text of n characters into one as much alike takes few enough steps that at most ``lost`` of its pairs go
    (a character left out takes two, one put in takes one); so one of any ``lost + 1`` pairs must be in the other too.
    """
    grams = [sorted({text[i : i + 2] for i in range(max(len(text) - 1, 1))}) for text in texts]
    often = Counter(gram for held in grams for gram in held)
    steps = 2 * (1 - at_least) * max(2 / (2 - at_least), 1 / max(at_least, 0.01))
    index: dict[str, list[int]] = defaultdict(list)
    for at, held in enumerate(grams):
        rare = sorted(held, key=lambda gram: (often[gram], gram))[: int(steps * len(texts[at])) + 1]
        seen: set[int] = set()
        for gram in rare:
            seen.update(index[gram])
            index[gram].append(at)
        if seen:
            yield at, sorted(seen)


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
