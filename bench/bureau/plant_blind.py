"""Mistakes made without a look at what any rule could find: some figure somewhere in a return is mistyped."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from bench.bureau.site import Document, Plan, Site, Told
from bench.bureau.truth import Cell

_NO_FIGURES = frozenset({"cover", "organisation", "statements"})
_CODES = frozenset({"code", "counterparty", "catalog_code", "year"})


def figures(forms: Document) -> Iterator[Cell]:
    """Every cell of a return in which a number is typed."""
    for form, body in forms.items():
        sheets = enumerate(body, 1) if isinstance(body, list) else [(0, body)]
        for number, sheet in sheets if form not in _NO_FIGURES else ():
            instance = f"{number:02d}" if number else ""
            for block, content in sheet.items():
                for row, cells in _rows(content):
                    yield from (Cell(form, block, row, f, instance) for f, v in cells.items() if _is_figure(f, v))


def _rows(content: object) -> Iterator[tuple[str, Document]]:
    if isinstance(content, list):
        yield from ((f"{n:03d}", row) for n, row in enumerate(content, 1))
    elif isinstance(content, dict):
        if all(isinstance(value, str) for value in content.values()):
            yield "", content
        else:
            yield from ((name, row) for name, row in content.items() if isinstance(row, dict))


def _is_figure(field: str, value: object) -> bool:
    if field in _CODES or not isinstance(value, str):
        return False
    try:
        return Decimal(value) > 0
    except InvalidOperation:
        return False


def any_figure(site: Site) -> Told | None:
    found = list(figures(site.forms))
    return site.mistype(site.rng.choice(found)) if found else None


PLAN = Plan("任意", (), "随便一个数填错", any_figure)
