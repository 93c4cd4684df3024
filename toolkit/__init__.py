"""Define forms once; generate, distribute, collect, check and consolidate workbooks (财政局报表套表工具).

The verbs of the command line are functions here: ``toolkit.generate(...)``, ``toolkit.collect(...) -> Book``.
They are loaded when first used: ``import toolkit`` costs nothing.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.api import (
        annotate,
        check,
        collect,
        demo,
        distribute,
        extract,
        fill,
        forms,
        generate,
        report,
        rules,
        slips,
        status,
        trace,
    )
    from toolkit.store import Book

__version__ = "0.1.0"

_HOMES = {"Book": "toolkit.store"}

__all__ = [
    "Book",
    "annotate",
    "check",
    "collect",
    "demo",
    "distribute",
    "extract",
    "fill",
    "forms",
    "generate",
    "report",
    "rules",
    "slips",
    "status",
    "trace",
]


class _Room(ModuleType):
    """A room that bears the name of a verb: called, it is the verb."""

    def __call__(self, *arguments: object, **options: object) -> object:
        verb = getattr(importlib.import_module("toolkit.api"), self.__name__.rpartition(".")[2])
        return verb(*arguments, **options)


class _Package(ModuleType):
    """``toolkit.check(…)`` is the verb, also once the room ``toolkit.check`` was imported and stands in its place."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in __all__ and isinstance(value, ModuleType):
            value.__class__ = _Room
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "toolkit.api")), name)
