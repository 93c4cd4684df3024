"""What went on from last year: the rows of a unit by name and by code, and what the mapping says was renamed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.check.last_year import Other, Row
from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Scene

_OLD_LENGTH = 17


def lasting(code: str) -> str:
    """The code without region and year, which a new year changes; an old code whole."""
    bare = normal_name(code)
    return bare if len(bare) == _OLD_LENGTH else bare[8:]


@dataclass(frozen=True)
class Continued:
    """Looks rows of last year up, each block of a unit indexed once: thousands of lines ask."""

    scene: Scene
    last: Other
    _held: dict[tuple[str, str, str], dict[str, list[Row]]] = field(default_factory=dict)

    def rows(self, line: Line, block: str) -> Sequence[Row]:
        """All rows of the line's unit."""
        return self.last.rows(line.submission.identity.unit, block)

    def named(self, line: Line, block: str, column: str = "name") -> list[Row]:
        """The rows of the line's project by its name, as the mapping says it was or as it is."""
        held = self._by(line, block, column)
        return self._first(held, [normal_name(name) for name in self.then("project", line.text("name"))])

    def of_name(self, line: Line, block: str, column: str) -> list[Row]:
        """The rows of the line's unit that have the same text in a column."""
        return self._by(line, block, column).get(normal_name(line.text(column)), [])

    def coded(self, line: Line, block: str) -> list[Row]:
        """The rows of the line's project by the lasting part of its code."""
        held = self._by(line, block, "code")
        return self._first(held, [lasting(code) for code in self.then("code", line.text("code"))])

    def row(self, line: Line, block: str) -> Row | None:
        """The row of the line's project: the one of its name, else the one of its code."""
        return next(iter(self.named(line, block) or self.coded(line, block)), None)

    def then(self, kind: str, now: str) -> list[str]:
        """What a name or code was last year, by the mapping handed in; then what it is, if it had changed before."""
        return [*dict.fromkeys([*self._mapped.get((kind, normal_name(now)), []), now])] if now else []

    @cached_property
    def _mapped(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for entry in self.scene.mapping:
            found.setdefault((entry.kind, normal_name(entry.new)), []).append(entry.old)
        return found

    def _by(self, line: Line, block: str, column: str) -> dict[str, list[Row]]:
        at = (line.submission.identity.unit, block, column)
        if at not in self._held:
            held: dict[str, list[Row]] = defaultdict(list)
            for row in self.rows(line, block):
                text = row.text(column)
                if text:
                    held[lasting(text) if column == "code" else normal_name(text)].append(row)
            self._held[at] = dict(held)
        return self._held[at]

    @staticmethod
    def _first(held: dict[str, list[Row]], wanted: Sequence[str]) -> list[Row]:
        """The rows under the first of these that any is under."""
        return next((held[one] for one in wanted if one in held), [])
