"""Planted returns through the whole of the checks, and what the findings say about the cells at fault."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from bench.fills import Filler
from bench.localisation.plant import Planted
from bench.returns import as_return
from toolkit.check import run_checks
from toolkit.model.fact import Key
from toolkit.model.finding import Finding
from toolkit.store import Accepted, Book, build_book
from toolkit.store.parsed import facts_path, read_head, write_parsed


@dataclass(frozen=True)
class Told:
    """What the findings say about one planted return: (cell, value) from the likeliest on; certain repairs."""

    planted: Planted
    guesses: tuple[tuple[Key, Decimal], ...]
    repairs: tuple[tuple[Key, Decimal], ...] = field(default=())

    @property
    def rank(self) -> int | None:
        """Where the cell at fault stands among the cells named (1: first)."""
        cells = list(dict.fromkeys(key for key, _ in self.guesses))
        return cells.index(self.planted.key) + 1 if self.planted.key in cells else None

    @property
    def valued(self) -> bool:
        """Whether the likeliest value is the one that was meant, in the cell it was meant for."""
        return (
            bool(self.guesses) and self.guesses[0][0] == self.planted.key and self.guesses[0][1] == self.planted.meant
        )


def told(filler: Filler, planted: Sequence[Planted], folder: Path) -> list[Told]:
    """What is said about each of these returns."""
    return [_told(one, said) for one, said in zip(planted, findings_of(filler, planted, folder), strict=True)]


def named(findings: Sequence[Finding], most: int) -> list[set[Key]]:
    """The cells each finding names among its first guesses."""
    return [{_key(f, g.place) for g in f.likely[:most]} for f in findings if f.likely and f.difference is not None]


def findings_of(filler: Filler, planted: Sequence[Planted], folder: Path) -> list[list[Finding]]:
    """The findings of all these returns, each a unit of one collection."""
    suite = filler.program.suite
    accepted = []
    for number, one in enumerate(planted, 1):
        unit = f"{100000 + number}"
        sha256 = hashlib.sha256(unit.encode()).hexdigest()
        write_parsed(folder / "parsed", sha256, as_return(filler, one.fill, unit))
        head = read_head(folder / "parsed", sha256)
        assert head is not None
        accepted.append(Accepted(sha256, unit, unit, "", head, facts_path(folder / "parsed", sha256)))
    (folder / "out").mkdir()
    build_book(folder / "out", accepted, lambda edition: suite, ())
    with Book(folder / "out", threads=1) as book:
        findings = run_checks(book, {suite.edition: suite}, across=False, few=len(planted))
    by_unit: dict[str, list[Finding]] = {}
    for finding in findings:
        by_unit.setdefault(finding.unit, []).append(finding)
    return [by_unit.get(f"{100000 + n}", []) for n in range(1, len(planted) + 1)]


def _told(planted: Planted, findings: Sequence[Finding]) -> Told:
    """The first finding that names cells speaks for the return: findings of one cause name the same."""
    numeric = [f for f in findings if f.likely and f.difference is not None]
    guesses = [(_key(numeric[0], g.place), Decimal(g.value)) for g in numeric[0].likely] if numeric else []
    repairs = [(_key(f, f.likely[0].place), Decimal(f.repair)) for f in numeric if f.repair is not None]
    return Told(planted, tuple(guesses), tuple(repairs))


def _key(finding: Finding, place: int) -> Key:
    at = finding.places[place]
    return Key(at.block, at.instance, at.row or "", at.field)
