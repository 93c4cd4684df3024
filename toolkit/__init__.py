"""Define forms once; generate, distribute, collect, check and consolidate workbooks (财政局报表套表工具).

The verbs of the command line are functions here: ``toolkit.generate(...)``, ``toolkit.collect(...) -> Book``.
They are loaded when first used: ``import toolkit`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.api import (
        check,
        collect,
        demo,
        diff,
        distribute,
        extract,
        fill,
        forms,
        generate,
        lint,
        open_book,
        report,
        rules,
        status,
    )
    from toolkit.store import Book

__version__ = "0.1.0"

_HOMES = {"Book": "toolkit.store"}

__all__ = [
    "Book",
    "check",
    "collect",
    "demo",
    "diff",
    "distribute",
    "extract",
    "fill",
    "forms",
    "generate",
    "lint",
    "open_book",
    "report",
    "rules",
    "status",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "toolkit.api")), name)
