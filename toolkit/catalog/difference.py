"""What differs between two suites, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from toolkit.catalog.codec import encode
from toolkit.model.form import Suite


class Kind(StrEnum):
    """What happened to a part of a suite. MOVED: the same parts in another order."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``path`` leads to it: ``forms.finance.blocks.income.fields.change.check``.

    ``before`` and ``after`` are plain values as in the edition's JSON, None on the side that lacks the part.
    """

    kind: Kind
    path: str
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        match self.kind:
            case Kind.ADDED:
                return f"新增 {self.path}"
            case Kind.REMOVED:
                return f"删除 {self.path}"
            case Kind.MOVED:
                return f"调序 {self.path}：{'、'.join(self.before)} → {'、'.join(self.after)}"
            case _:
                return f"修改 {self.path}：{_shown(self.before)} → {_shown(self.after)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict) and len(value) == 1:
        return str(*value.values())
    return "（无）" if value is None else str(value)


def diff(a: Suite, b: Suite) -> list[Change]:
    """All that was added, removed, changed or moved from ``a`` to ``b``, in the order of ``a``; the edition aside."""
    return list(_compare("", encode(replace(a, edition="")), encode(replace(b, edition=""))))


def _compare(path: str, a: Any, b: Any) -> Iterator[Change]:
    if a == b:
        return
    left, right = _parts(a), _parts(b)
    if left is None or right is None:
        yield Change(Kind.CHANGED, path, a, b)
        return
    for name, value in left.items():
        if name in right:
            yield from _compare(_join(path, name), value, right[name])
        else:
            yield Change(Kind.REMOVED, _join(path, name), before=value)
    for name in (n for n in right if n not in left):
        yield Change(Kind.ADDED, _join(path, name), after=right[name])
    if isinstance(a, list) and isinstance(b, list):
        kept, now = [n for n in left if n in right], [n for n in right if n in left]
        if kept != now:
            yield Change(Kind.MOVED, path, kept, now)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _parts(value: Any) -> dict[str, Any] | None:
    """The named parts of an encoded value, or None where it is a plain value to be compared whole."""
    if isinstance(value, dict) and value.keys() == {"pairs"}:
        return dict(value["pairs"])
    if isinstance(value, dict):
        return None if value.keys() <= {"decimal", "date"} else value
    if isinstance(value, list) and value and all(isinstance(v, dict) and _name(v) for v in value):
        named = {_name(v): v for v in value}
        return named if len(named) == len(value) else None
    return None


def _name(part: dict[str, Any]) -> str:
    """Forms, blocks, fields and rows have an id, rules a code, list entries a value under their parent."""
    if "value" in part:
        return f"{part['parent']}/{part['value']}" if "parent" in part else str(part["value"])
    return str(part.get("id") or part.get("code") or "")
