"""The store: copies of what was received, the journal, the book of facts, and the one writer of outputs."""

from __future__ import annotations

from toolkit.store.book import Book
from toolkit.store.build import Accepted, build_book
from toolkit.store.journal import Journal, Receipt, Stage
from toolkit.store.lock import hold
from toolkit.store.objects import Objects
from toolkit.store.outputs import Committed, Output, Outputs, mismatches, read_manifest, recover
from toolkit.store.prior import PriorRow

__all__ = [
    "Accepted",
    "Book",
    "Committed",
    "Journal",
    "Objects",
    "Output",
    "Outputs",
    "PriorRow",
    "Receipt",
    "Stage",
    "build_book",
    "hold",
    "mismatches",
    "read_manifest",
    "recover",
]
