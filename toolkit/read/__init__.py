"""Workbook → Return: the gate, the parts, the binding, the values, and what was found out about the file."""

from toolkit.read.extraction import extract
from toolkit.read.failures import NotAReturn, ReadFailure, Refused, Unreadable
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.locked import lock, needs_password, unlock
from toolkit.read.passwords import Password
from toolkit.read.reader import read_bytes, read_workbook
from toolkit.read.sniff import KINDS, Kind, sniff, sniff_bytes

__all__ = [
    "KINDS",
    "LIMITS",
    "Kind",
    "Limits",
    "NotAReturn",
    "Password",
    "ReadFailure",
    "Refused",
    "Unreadable",
    "extract",
    "lock",
    "needs_password",
    "read_bytes",
    "read_workbook",
    "sniff",
    "sniff_bytes",
    "unlock",
]
