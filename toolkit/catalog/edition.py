"""Editions: the canonical text of a resolved suite, its hash, and the way back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from toolkit.catalog.codec import decode, encode
from toolkit.model.errors import Source, SuiteError
from toolkit.model.form import Suite
from toolkit.model.rule import Rule

_FORMAT = 1


def edition_of(suite: Suite) -> str:
    """The first 16 hex digits of the SHA-256 of the content. Where it was written is not content."""
    return _hash(_content(suite))


def _hash(content: object) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()[:16]


def _canonical(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _content(suite: Suite) -> Any:
    return encode(replace(suite, edition=""))


def edition_json(suite: Suite) -> str:
    """The resolved suite as one JSON text; equal suites give equal texts."""
    sources = {r.code: _source_list(r) for r in suite.rules if r.source is not None}
    return _canonical({"format": _FORMAT, "edition": suite.edition, "suite": _content(suite), "sources": sources})


def suite_from_json(text: str) -> Suite:
    """The inverse of ``edition_json``. Raises SuiteError where the text is no edition or was damaged."""
    try:
        data = json.loads(text)
        content, sources, edition = data["suite"], data["sources"], data["edition"]
        intact = not edition or edition == _hash(content)
        bare: Suite = decode(Suite, content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuiteError([(None, f"不是有效的套表版本文件：{error}")]) from error
    if not intact:
        raise SuiteError([(None, f"套表版本文件内容与其版本号 {edition} 不符，文件可能被改动")])
    rules = tuple(_with_sources(r, sources[r.code]) if r.code in sources else r for r in bare.rules)
    return replace(bare, edition=edition, rules=rules)


def _source_list(rule: Rule) -> list[list[Any] | None]:
    """The rule's own place, then those of its levels."""
    places = [rule.source, *(lv.source for lv in rule.levels)]
    return [[p.file, p.line, p.column] if p else None for p in places]


def _with_sources(rule: Rule, places: list[list[Any] | None]) -> Rule:
    made = [Source(*p) if p else None for p in places]
    levels = tuple(replace(lv, source=at) for lv, at in zip(rule.levels, made[1:], strict=True))
    return replace(rule, source=made[0], levels=levels)
