"""A planted mistake: where it is, what it was, and what should come of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cell:
    """A cell of a return. ``row`` is "" in a record, the row's id in a grid, 001, 002 … in a list."""

    form: str
    block: str
    row: str
    field: str
    instance: str = ""


@dataclass(frozen=True)
class Truth:
    """One mistake. ``rules``: any of these says it. ``cell`` is None where a file, a sheet or a table row is wrong.

    ``wrong`` and ``right`` are what is typed and what was meant, None for a blank. ``units``: all it concerns, the one
    that errs first; "" for the bureau's own tables. ``slip``: how people come to make it.
    """

    number: int
    group: str
    what: str
    rules: tuple[str, ...]
    year: int
    stage: str
    units: tuple[str, ...]
    cell: Cell | None
    wrong: str | None
    right: str | None
    slip: str

    @property
    def unit(self) -> str:
        return self.units[0]


def write_truth(truths: Iterable[Truth], path: Path) -> None:
    """One mistake a line."""
    lines = [json.dumps(asdict(truth), ensure_ascii=False) for truth in truths]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_truth(path: Path) -> list[Truth]:
    """What ``write_truth`` wrote."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        held = json.loads(line)
        cell = Cell(**held.pop("cell")) if held["cell"] else held.pop("cell")
        found.append(Truth(cell=cell, rules=tuple(held.pop("rules")), units=tuple(held.pop("units")), **held))
    return found
