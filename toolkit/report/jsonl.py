"""findings.jsonl and findings.csv: one finding a line, keys as in the contract."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import BinaryIO

from toolkit.check.told import told
from toolkit.model.finding import Finding, LapsedWaiver, Likely, Waiver
from toolkit.report.results import Results
from toolkit.report.text import csv_text
from toolkit.report.words import SEVERITY


def finding_json(finding: Finding) -> dict[str, object]:
    """The contract's object of one finding. ``places[].row`` is null outside grids and lists; ``guessed`` is there
    only where it is true.
    """
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
                **({"guessed": True} if p.guessed else {}),
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
        "likely": [_likely(g) for g in finding.likely],
        "fingerprint": finding.fingerprint,
        "values_hash": finding.values_hash,
        "waived": _waiver(finding.waived),
        "waiver_lapsed": _waiver(finding.waiver_lapsed),
        "explained": _explanation(finding),
        "round": {"first": finding.round.first, "state": finding.round.state} if finding.round else None,
        "group": finding.group or None,
        "cause": finding.cause or None,
        "mend": finding.mend or None,
    }


def _likely(guess: Likely) -> dict[str, object]:
    unit = {"unit_of_measure": guess.unit_of_measure} if guess.unit_of_measure else {}
    return {"place": guess.place, "value": guess.value, "reason": guess.reason, **unit}


def _waiver(waiver: Waiver | LapsedWaiver | None) -> dict[str, str] | None:
    return asdict(waiver) if waiver else None


def _explanation(finding: Finding) -> dict[str, object] | None:
    said = finding.explained
    return {"text": said.text, "holds": said.holds, "round": said.round} if said else None


def write_jsonl(results: Results, out: BinaryIO) -> None:
    """One JSON object a line, UTF-8, ``\\n``. A lone surrogate in a unit's text is written as ``\\udXXX``."""
    for finding in results.findings:
        line = json.dumps(finding_json(finding), ensure_ascii=False)
        try:
            out.write(line.encode() + b"\n")
        except UnicodeEncodeError:
            out.write(json.dumps(finding_json(finding)).encode("ascii") + b"\n")


def mended_jsonl(results: Results) -> bytes:
    """What the round before had and this one has not, one JSON object a line; ``state`` tells mended from unchecked."""
    lines = (json.dumps({**asdict(one), "severity": one.severity.value}, ensure_ascii=False) for one in results.mended)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


COLUMNS = (
    "序号", "严重程度", "单位代码", "单位名称", "地区", "年度", "阶段", "文件", "工作表", "单元格", "栏目", "问题",
    "填报数", "应为", "差额", "计量单位", "怎么改", "规则", "结果", "位置数", "指纹", "改正顺序", "处理情况",
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
            str(f.mend or ""), "；".join(told(f)),
        )  # fmt: skip
        rows.writerow([csv_text(cell) for cell in line])
    text.detach()
