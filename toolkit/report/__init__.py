"""Outputs, one file per format: problem list, consolidated workbook, page, lines, terminal text."""

from toolkit.report.formats import FORMATS, Format, write_report
from toolkit.report.jsonl import finding_json, mended_jsonl
from toolkit.report.results import Results, read_values
from toolkit.report.standing import node_lines, status_lines
from toolkit.report.summary_view import View
from toolkit.report.summary_xlsx import write_summary
from toolkit.report.terminal import check_lines, terminal_lines

__all__ = [
    "FORMATS",
    "Format",
    "Results",
    "View",
    "check_lines",
    "finding_json",
    "mended_jsonl",
    "node_lines",
    "read_values",
    "status_lines",
    "terminal_lines",
    "write_report",
    "write_summary",
]
