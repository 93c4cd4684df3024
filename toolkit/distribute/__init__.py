"""Roster → one personalised workbook per unit, and the ledger of what was issued."""

from toolkit.distribute.ceilings import Notes, ceiling_notes
from toolkit.distribute.issue import LEDGER, Contents, Issued, issue
from toolkit.distribute.prefill import Prefill, prefill_from_book, prefill_from_sheet

__all__ = [
    "LEDGER",
    "Contents",
    "Issued",
    "Notes",
    "Prefill",
    "ceiling_notes",
    "issue",
    "prefill_from_book",
    "prefill_from_sheet",
]
