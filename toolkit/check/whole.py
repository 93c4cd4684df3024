"""Findings that follow from what is wrong with a return, or the file of a unit, as a whole (``causes``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.check.one_return import OneReturn, may_hold
from toolkit.model.finding import FAIL, Finding
from toolkit.model.rule import Severity

STRAY, LOST = "WBK-06", "WBK-01"
_SCALE, _COPIES = "TYP-12", ("XD-11", "XY-11")
_AGAINST_OTHERS = ("XD-", "XY-", "NAR-", "TYP-08", "COD-03", "COD-04")
"""What holds a return against last year, the ceilings, other returns and its own words: a return that is wrong from
end to end fails there and agrees in itself."""


def of_whole(own: OneReturn) -> dict[str, str]:
    """Everything in a return of the wrong year; of one in the wrong unit of measure, or copied, what others tell."""
    found: dict[str, str] = {}
    for cause in own.findings:
        if cause.result != FAIL or cause.code not in (STRAY, _SCALE, *_COPIES):
            continue
        for f in own.findings:
            held = cause.code == STRAY or f.code.startswith(_AGAINST_OTHERS)
            whole = cause.code != STRAY and f.code in (_SCALE, *_COPIES)
            if held and not whole and f.code != STRAY and may_hold(cause, f):
                found.setdefault(f.fingerprint, cause.fingerprint)
    return found


def of_units(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """(finding that a unit is missing, fingerprint of what is said of its file)."""
    every = [f for f in findings if f.unit and f.result == FAIL]
    said: dict[str, Finding] = {}
    for f in every:
        if f.file and f.code in (STRAY, LOST) and f.severity is not Severity.INFO:
            said.setdefault(f.unit, f)
    for f in every:
        if f.code == STRAY and not f.file and f.unit in said and may_hold(said[f.unit], f):
            yield f, said[f.unit].fingerprint
