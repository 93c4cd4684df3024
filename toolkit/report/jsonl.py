"""findings.jsonl and findings.csv: one finding a line, keys as in the contract."""

from __future__ import annotations

import csv
import io
import json
from typing import BinaryIO

from toolkit.model.finding import Finding
from toolkit.report.results import Results
from toolkit.report.text import csv_text
from toolkit.report.words import SEVERITY


def finding_json(finding: Finding) -> dict[str, object]:
    """The contract's object of one finding. ``places[].row`` is null outside grids and lists."""
    return {
        "code": finding.code,
        "result": finding.result,
        "severity": finding.severity.value,
        "region": finding.region,
        "year": finding.year,
        "stage": finding.stage,
        "unit": finding.unit,
        "unit_name": finding.unit_name,
        "file": finding.file,
        "places": [
            {
                "unit": p.unit,
                "file": p.file,
                "sheet": p.sheet,
                "cell": p.cell,
                "form": p.form,
                "block": p.block,
                "instance": p.instance,
                "row": p.row or None,
                "field": p.field,
                "label": p.label,
            }
            for p in finding.places
        ],
        "message": finding.message,
        "actual": finding.actual,
        "expected": finding.expected,
        "difference": finding.difference,
        "unit_of_measure": finding.unit_of_measure,
        "what_to_do": finding.what_to_do,
        "repair": finding.repair,
        "likely": [{"place": g.place, "value": g.value, "reason": g.reason} for g in finding.likely],
        "fingerprint": finding.fingerprint,
        "values_hash": finding.values_hash,
    }


def write_jsonl(results: Results, out: BinaryIO) -> None:
    """One JSON object a line, UTF-8, ``\\n``. A lone surrogate in a unit's text is written as ``\\udXXX``."""
    for finding in results.findings:
        line = json.dumps(finding_json(finding), ensure_ascii=False)
        try:
            out.write(line.encode() + b"\n")
        except UnicodeEncodeError:
            out.write(json.dumps(finding_json(finding)).encode("ascii") + b"\n")


COLUMNS = (
    "序号", "严重程度", "单位代码", "单位名称", "地区", "年度", "阶段", "文件", "工作表", "单元格", "栏目", "问题",
    "填报数", "应为", "差额", "计量单位", "怎么改", "规则", "结果", "位置数", "指纹",
)  # fmt: skip


def write_csv(results: Results, out: BinaryIO) -> None:
    """The same list for a spreadsheet: UTF-8 with BOM, CRLF, first place of each finding, guarded text."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", errors="backslashreplace", write_through=True)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for number, f in enumerate(results.findings, 1):
        first = f.places[0] if f.places else None
        place = (first.sheet, first.cell, first.label) if first else ("", "", "")
        values = (f.actual or "", f.expected or "", f.difference or "", f.unit_of_measure or "")
        line = (
            str(number), SEVERITY[f.severity], f.unit, f.unit_name, f.region, str(f.year), f.stage, f.file, *place,
            f.message, *values, f.what_to_do, f.code, f.result, str(len(f.places)), f.fingerprint,
        )  # fmt: skip
        rows.writerow([csv_text(cell) for cell in line])
    text.detach()
