"""Making findings: identity of the unit, fingerprint, hash of the values, and the one order they stand in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from toolkit.check.submissions import Group, Submission
from toolkit.model.finding import FAIL, Finding, Likely, Place
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, Severity

_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}


def digest(parts: Sequence[object]) -> str:
    """sha256 of the parts, told apart whatever they contain."""
    text = json.dumps([None if p is None else str(p) for p in parts], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def make(
    rule: Rule,
    owner: Submission | Group,
    *,
    places: Sequence[Place],
    message: str,
    identity: Sequence[str],
    values: Sequence[object],
    severity: Severity | None = None,
    result: str = FAIL,
    action: str | None = None,
    actual: str | None = None,
    expected: str | None = None,
    difference: str | None = None,
    unit_of_measure: str | None = None,
    repair: str | None = None,
    likely: Sequence[Likely] = (),
    unit: tuple[str, str] = ("", ""),
) -> Finding:
    """A finding about a return (``owner`` a Submission) or a collection (a Group; ``unit``: code and name).

    ``identity``: form, natural row key and field, which make the fingerprint with rule and unit key.
    ``values``: what the units typed, hashed apart, to know whether an explanation still fits.
    A rule on trial (``beta``) only remarks, whatever ``severity`` says, and its message says that it is on trial.
    """
    if isinstance(owner, Submission):
        who, file = owner.identity, owner.file
        key: tuple[str, int, str, str] = who.key
        name = who.unit_name
    else:
        key, name, file = (owner.region, owner.year, owner.stage, unit[0]), unit[1], ""
    return Finding(
        code=rule.code,
        result=result,
        severity=Severity.INFO if rule.beta else severity or rule.severity,
        region=key[0],
        year=key[1],
        stage=key[2],
        unit=key[3],
        unit_name=name,
        file=file,
        places=tuple(places),
        message=f"（试行）{message}" if rule.beta else message,
        what_to_do=rule.action if action is None else action,
        actual=actual,
        expected=expected,
        difference=difference,
        unit_of_measure=unit_of_measure,
        repair=repair,
        likely=tuple(likely),
        fingerprint=digest([rule.code, *key, *([result] if result != FAIL else []), *identity]),
        values_hash=digest([actual, expected, *values]),
    )


def in_order(findings: Iterable[Finding], suites: Iterable[Suite]) -> list[Finding]:
    """By collection, unit, severity, form in printed order, code, then place. Fingerprints are made unique:
    two equal faults on rows that nothing tells apart are numbered in this order."""
    forms: dict[str, int] = {}
    for suite in suites:
        for rank, form in enumerate(suite.forms):
            forms.setdefault(form.id, rank)

    def key(f: Finding) -> tuple[object, ...]:
        first = f.places[0] if f.places else None
        rank = forms.get(first.form, len(forms)) if first else -1
        at = (first.instance, first.block, first.row or "", first.field) if first else ("", "", "", "")
        who = (f.region, f.year, f.stage, f.unit, f.file)
        return (*who, f.result, _SEVERITIES[f.severity], rank, f.code, *at, f.message, f.fingerprint)

    return _unique(sorted(findings, key=key))


def _unique(findings: list[Finding]) -> list[Finding]:
    seen: dict[str, int] = {}
    told = []
    for finding in findings:
        again = seen.get(finding.fingerprint, 0)
        seen[finding.fingerprint] = again + 1
        told.append(replace(finding, fingerprint=digest([finding.fingerprint, again])) if again else finding)
    return told
