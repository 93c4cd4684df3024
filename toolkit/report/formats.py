"""The table of output formats: a new one is one file and one row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from toolkit.report.findings_xlsx import write_findings_xlsx
from toolkit.report.jsonl import write_csv, write_jsonl
from toolkit.report.page import write_html
from toolkit.report.results import Results
from toolkit.report.summary_xlsx import write_summary_xlsx


@dataclass(frozen=True, slots=True)
class Format:
    """An output: its name on the command line, its file, and the function that writes it. Byte-stable."""

    name: str
    file: str
    title: str
    write: Callable[[Results, BinaryIO], None]


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("json", "findings.jsonl", "问题清单（每行一条）", write_jsonl),
        Format("csv", "findings.csv", "问题清单（CSV）", write_csv),
        Format("xlsx", "findings.xlsx", "问题清单", write_findings_xlsx),
        Format("summary", "summary.xlsx", "汇总", write_summary_xlsx),
        Format("html", "report.html", "审核报告", write_html),
    )
}


def write_report(results: Results, name: str, out: BinaryIO) -> None:
    """Write one format to a binary stream. Raises KeyError for a name that is not in FORMATS."""
    FORMATS[name].write(results, out)
