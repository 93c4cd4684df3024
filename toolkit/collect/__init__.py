"""Collecting: files and folders → copies → readers in processes of their own → accepted returns and a ledger."""

from __future__ import annotations

from toolkit.collect.bounds import BOUNDS, Bounds
from toolkit.collect.ledger import LedgerLine, Received
from toolkit.collect.quick import Failure, parse_files, read_files
from toolkit.collect.receive import recall, receive, record_merged

__all__ = [
    "BOUNDS",
    "Bounds",
    "Failure",
    "LedgerLine",
    "Received",
    "parse_files",
    "read_files",
    "recall",
    "receive",
    "record_merged",
]
