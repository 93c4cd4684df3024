"""A suite as a workbook that an officer edits, and back to a folder of definitions."""

from toolkit.authoring.folder import read_suite
from toolkit.authoring.sheets import write_suite

__all__ = ["read_suite", "write_suite"]
