"""What was issued: the layout of an edition and the formula of each of its computed cells (kept per edition)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from toolkit.formula import Computation, Computed, compile_cells, runs_joined, to_excel
from toolkit.layout.addresses import SheetAddresses, at_row
from toolkit.layout.arrange import arrange
from toolkit.layout.hidden import MIRROR, Mirror, place_lists
from toolkit.layout.places import Layout, SheetPlace
from toolkit.model.form import Suite

_KEPT = 8
_recent: list[Issued] = []


@dataclass(frozen=True)
class Issued:
    """An edition with so many instances, as it went out."""

    suite: Suite
    layout: Layout

    @cached_property
    def computation(self) -> Computation:
        return compile_cells(self.suite)

    @cached_property
    def _computed(self) -> dict[tuple[str, str, str], Computed]:
        return {(c.block, c.row, c.field): c for c in self.computation.computed}

    @cached_property
    def _texts(self) -> dict[tuple[str, str, str], str]:
        return {}

    @cached_property
    def _mirror(self) -> Mirror:
        return Mirror(self.layout)

    def computed(self, block: str, row: str, field: str) -> Computed | None:
        """The computation of a cell, None where the unit types it."""
        return self._computed.get((block, row, field)) or self._computed.get((block, "*", field))

    def formula(self, sheet: SheetPlace, block: str, row: str, field: str, at: int) -> str:
        """The text of the formula as issued, without ``=``, for sheet row ``at``."""
        computed = self.computed(block, row, field)
        if computed is None:
            return ""
        key = (block, computed.row, field)
        if key not in self._texts:
            addresses = SheetAddresses(self.layout, sheet, self._mirror, place_lists(self.suite))
            self._texts[key] = to_excel(computed.bound, addresses)
        return at_row(self._texts[key], at)


def issued(suite: Suite, instances: int) -> Issued:
    """The edition with ``instances`` sheets of each repeated form; the last few are kept."""
    for known in _recent:
        if known.suite.edition == suite.edition and known.layout.instances == instances and known.suite == suite:
            return known
    made = Issued(suite, arrange(suite, instances))
    _recent.insert(0, made)
    del _recent[_KEPT:]
    return made


_TOKEN = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|[^"\']+')
_MIRROR = re.compile(rf"{MIRROR}!\$?[A-Z]+\$?(\d+)(?::\$?[A-Z]+\$?(\d+))?", re.IGNORECASE)


@lru_cache(maxsize=65536)
def plain_formula(text: str) -> str:
    """A formula as it compares across clients: no blanks or sheet quotes, upper case outside texts.

    Columns of the mirror sheet are left out: which field got which column is the writer's own business.
    """
    pieces = []
    for token in _TOKEN.findall(text.lstrip("=")):
        if token[0] == '"':
            pieces.append(token)
        elif token[0] == "'":
            pieces.append(token[1:-1].upper())
        else:
            pieces.append("".join(token.split()).upper().replace("_XLFN.", ""))
    # LibreOffice writes $'sheet'!, Excel 'sheet'!.
    joined = "".join(pieces).replace("$" + MIRROR.upper(), MIRROR.upper())
    return runs_joined(_MIRROR.sub(r"MIRROR!\1:\2", joined))


def refers_outside(text: str) -> bool:
    """Whether a formula reads another workbook or a DDE source."""
    outside_texts = re.sub(r'"(?:[^"]|"")*"', "", text)
    return bool(re.search(r"\[\d+\]|\[[^\]]+\.xl\w+\]|\w+\|'", outside_texts, re.IGNORECASE))
