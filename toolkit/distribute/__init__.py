"""Roster → one personalised workbook per unit, and the ledger of what was issued."""

from toolkit.distribute.ceilings import Notes, ceiling_notes
from toolkit.distribute.issue import LEDGER, Contents, Issued, issue
from toolkit.distribute.prefill import Figures, prefill_from_book, prefill_from_sheet
from toolkit.distribute.rows import Rows, rows_from_book

__all__ = [
    "LEDGER",
    "Contents",
    "Figures",
    "Issued",
    "Notes",
    "Rows",
    "ceiling_notes",
    "issue",
    "prefill_from_book",
    "prefill_from_sheet",
    "rows_from_book",
]
