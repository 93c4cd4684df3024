"""What the workbooks are called: as they were received, so that every system and archive can hold them together."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})
_LONGEST = 180
"""Bytes of a name without its suffix; file systems hold 255, and a number or ``-新`` may be added."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be named: the name it was received under, its unit's code, and the suffix it gets."""

    received: str
    unit: str
    suffix: str


def file_names(files: Sequence[Wanted]) -> list[str]:
    """A name for each, no two alike on a system that ignores case.

    Files of one name all get the unit's code in front; where that does not tell them apart, a number behind.
    """
    stems = [_stem(file.received) for file in files]
    plain = Counter(_folded(stem, file) for stem, file in zip(stems, files, strict=True))
    taken: set[str] = set()
    names = []
    for stem, file in zip(stems, files, strict=True):
        one = stem if plain[_folded(stem, file)] == 1 else _stem(f"{file.unit}_{stem}.x")
        name, number = f"{one}{file.suffix}", 2
        while name.casefold() in taken:
            name, number = f"{one}-{number}{file.suffix}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _folded(stem: str, file: Wanted) -> str:
    return f"{stem}{file.suffix}".casefold()


def _stem(received: str) -> str:
    """The name without its suffix, made of characters that Windows and a GBK archive can hold."""
    name = unicodedata.normalize("NFC", received)
    name = name.encode("gbk", "replace").decode("gbk")  # what GBK lacks becomes "?", which is replaced next
    stem = _FORBIDDEN.sub("_", PurePosixPath(_FORBIDDEN.sub("_", name)).stem).strip(" .")
    stem = stem.encode()[:_LONGEST].decode(errors="ignore").rstrip(" .") or "_"
    return f"_{stem}" if stem.partition(".")[0].casefold() in _DEVICES else stem
