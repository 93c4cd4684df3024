"""What a trace found as JSON data; numbers are decimal strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from toolkit.check.submissions import Group
from toolkit.report.trace_target import key_text
from toolkit.report.traced import FORMULA, TYPED, TYPED_OVER, Cell, Entered, Input, Trace


def trace_json(trace: Trace) -> dict[str, Any]:
    """A trace as JSON data; numbers are decimal strings."""
    return {
        "key": trace.key,
        "label": trace.label,
        **_group(trace.group),
        "node": trace.node,
        "value": _text(trace.value),
        "unit_of_measure": trace.unit_of_measure,
        "place": trace.place or None,
        "shown": _text(trace.shown),
        "agrees": trace.agrees if trace.place and trace.known else None,
        "blank": trace.blank,
        "cells": [_cell(cell) for cell in trace.cells],
        "adjustments": [vars(one) | {"amount": _text(one.amount)} for one in trace.adjustments],
        "formula": trace.formula or None,
        "inputs": [_input(one) for one in trace.inputs],
    }


def entered_json(entered: Entered) -> dict[str, Any]:
    """The other way as JSON data."""
    return {
        "key": entered.key,
        "label": entered.label,
        **_group(entered.group),
        "cell": _cell(entered.cell),
        "totals": [{"place": t.place, "node": t.node, "key": t.key} for t in entered.totals],
        "readers": [
            {"key": r.key, "label": r.label, "place": r.place or None, "formula": r.formula, "level": r.level}
            for r in entered.readers
        ],
        "rules": [
            {"code": r.code, "severity": r.severity, "statement": r.statement, "findings": list(r.failed)}
            for r in entered.rules
        ],
    }


def _group(group: Group) -> dict[str, Any]:
    return {"region": group.region, "year": group.year, "stage": group.stage}


def _text(value: Decimal | str | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def _input(one: Input) -> dict[str, Any]:
    return {
        "key": one.key,
        "label": one.label,
        "value": _text(one.value),
        "unit_of_measure": one.unit_of_measure,
        "cells": [_cell(cell) for cell in one.cells],
        "formula": one.formula or None,
        "inputs": [_input(below) for below in one.inputs],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    s = cell.source
    return {
        "unit": s.unit, "unit_name": s.unit_name, "key": key_text(s.key), "file": s.file, "path": s.path,
        "inner_path": s.inner_path or None, "sheet": s.sheet, "cell": s.cell, "value": _text(s.value), "raw": s.raw,
        "state": str(s.state), "unit_of_measure": s.unit_of_measure or None, "sha256": s.sha256, "edition": s.edition,
        "how": {TYPED: "typed", FORMULA: "formula", TYPED_OVER: "typed_over"}[cell.how],
        "received_at": cell.line.get("received_at"), "decision": cell.line.get("decision"),
        "origin": cell.line.get("origin"),
    }  # fmt: skip
