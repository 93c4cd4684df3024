"""The findings as ``collect`` left them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.model.finding import Explanation, Finding, LapsedWaiver, Likely, Place, Round, Waiver
from toolkit.model.rule import Severity
from toolkit.store.disk import file_hash, long_path
from toolkit.store.outputs import read_manifest

_ABOUT: Mapping[str, type[Waiver | LapsedWaiver | Explanation | Round]] = {
    "waived": Waiver,
    "waiver_lapsed": LapsedWaiver,
    "explained": Explanation,
    "round": Round,
}
_FINDINGS, _LEDGER = "findings.jsonl", "received.jsonl"


def read_findings(out: Path, ledger: str) -> tuple[Finding, ...]:
    """All findings of the last run into ``out``.

    ``ledger``: the text of received.jsonl as the journal has it now. Raises InputError where the results are not
    complete, not of what was received, or changed by another hand.
    """
    text = _committed(out, _FINDINGS)
    if _committed(out, _LEDGER) != ledger:
        raise InputError(_stale(out))
    try:
        return tuple(_finding(json.loads(line)) for line in text.split("\n") if line)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(_stale(out)) from error


def _committed(out: Path, name: str) -> str:
    """An output as it was committed."""
    manifest = read_manifest(out)
    found = [o for o in (*manifest.outputs, *manifest.kept) if o.name == name] if manifest else []
    try:
        if found and file_hash(out / found[0].file) == found[0].sha256:
            return long_path(out / found[0].file).read_bytes().decode("utf-8")
    except OSError:
        pass
    raise InputError(_stale(out))


def _stale(out: Path) -> str:
    return _("“{out}”里的结果不完整，或与收到的文件不一致。请再运行一次 toolkit collect 或 toolkit report。").format(
        out=out
    )


def _finding(said: Mapping[str, Any]) -> Finding:
    known = {field.name for field in fields(Finding)}
    plain = {name: value for name, value in said.items() if name in known}
    places = tuple(Place(**place) for place in said["places"])
    likely = tuple(Likely(**guess) for guess in said["likely"])
    about = {name: kind(**said[name]) for name, kind in _ABOUT.items() if said.get(name)}
    empty = {name: value for name, value in (("group", ""), ("cause", ""), ("mend", 0)) if not said.get(name)}
    severity = Severity(said["severity"])
    return Finding(**{**plain, **about, **empty, "severity": severity, "places": places, "likely": likely})
