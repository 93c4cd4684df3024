"""Checks over a book: one return, between forms, across units and years → findings."""

from toolkit.check.registry import ELSEWHERE, CodedRule, Line, Mark, Scene, coded, registry
from toolkit.check.run import Bureau, run_checks
from toolkit.check.standing import Folder, Standing, standing
from toolkit.check.submissions import Group, Received, Submission, read_received, read_submissions

__all__ = [
    "ELSEWHERE",
    "Bureau",
    "CodedRule",
    "Folder",
    "Group",
    "Line",
    "Mark",
    "Received",
    "Scene",
    "Standing",
    "Submission",
    "coded",
    "read_received",
    "read_submissions",
    "registry",
    "run_checks",
    "standing",
]
