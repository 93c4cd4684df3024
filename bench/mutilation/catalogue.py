"""All kinds of mutilation, in the order of the table."""

from __future__ import annotations

from collections.abc import Mapping

from bench.mutilation import anchors, contents, identities, labels, pasted, resaved, rows, sheets
from bench.mutilation.work import KINDS, Kind

FAMILIES = (resaved, rows, sheets, labels, anchors, pasted, identities, contents)
"""The modules that register the kinds, in the order of the table."""


def kinds() -> Mapping[str, Kind]:
    """Every kind by its id."""
    order = {module.__name__: number for number, module in enumerate(FAMILIES)}
    return dict(sorted(KINDS.items(), key=lambda item: order[item[1].make.__module__]))
