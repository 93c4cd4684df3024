"""Outputs, one file per format: problem list, consolidated workbook, page, lines, terminal text."""

from toolkit.report.formats import FORMATS, Format, write_report
from toolkit.report.jsonl import finding_json
from toolkit.report.results import Results, read_values
from toolkit.report.standing import status_lines
from toolkit.report.terminal import check_lines, terminal_lines

__all__ = [
    "FORMATS",
    "Format",
    "Results",
    "check_lines",
    "finding_json",
    "read_values",
    "status_lines",
    "terminal_lines",
    "write_report",
]
