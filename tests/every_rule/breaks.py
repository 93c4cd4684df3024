"""The entries of this folder, read strictly: README.md says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.every_rule.paths import EntryError, read, steps

HERE = Path(__file__).parent
BASES = ("legal", "evaluated", "second", "last_year")
"""Files of this folder that are data files, not entries."""

_FILLS = ("legal", "evaluated")
"""Those that an entry may change."""

_KEYS = ("code", "why", "base", "change", "expect", "also", "pasted", "damage", "beside", "roster", "control", "prior")
_EXPECTED = ("cell", "severity", "difference")
_SEVERITIES = ("error", "warning", "info")
_ROSTER = ("unit", "name", "parent")
_CONTROL = ("unit", "category", "amount")


@dataclass(frozen=True)
class Break:
    """One entry. ``id``: the code, and a number where several entries have it. ``where``: file and position."""

    id: str
    code: str
    why: str
    where: str
    base: str = "legal"
    change: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    pasted: bool = False
    damage: tuple[tuple[str, Mapping[str, str]], ...] = ()
    beside: tuple[Mapping[str, Any], ...] = ()
    roster: tuple[Mapping[str, str], ...] | None = None
    control: tuple[Mapping[str, str], ...] | None = None
    prior: Mapping[str, Any] | None = None


def load_breaks(folder: Path = HERE) -> list[Break]:
    """All entries of a folder, in the order of files. Raises EntryError that names the entry and the fault."""
    found: list[Break] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in BASES:
            found += _of_file(path)
    counts: dict[str, int] = {}
    numbered = []
    for one in found:
        counts[one.code] = counts.get(one.code, 0) + 1
        more = sum(other.code == one.code for other in found) > 1
        numbered.append(Break(**{**vars(one), "id": f"{one.code}#{counts[one.code]}" if more else one.code}))
    return numbered


def _of_file(path: Path) -> list[Break]:
    entries = read(path)
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise EntryError(f"{path.name}: entries are a list (- code: …)")
    return [_entry(body, f"{path.name}, entry {at}", path.stem) for at, body in enumerate(entries, 1)]


def _entry(body: Any, where: str, group: str) -> Break:
    if not isinstance(body, dict) or not body.get("code"):
        raise EntryError(f"{where}: an entry is a mapping with a code")
    where = f"{where} ({body['code']})"
    unknown = next((key for key in body if key not in _KEYS), None)
    if unknown is not None:
        raise EntryError(f"{where}: unknown key “{unknown}”; known: {', '.join(_KEYS)}")
    code, why = body["code"], body.get("why") or ""
    if not code.startswith(f"{group.upper()}-"):
        raise EntryError(f"{where}: code belongs into {code.partition('-')[0].lower()}.yaml")
    if not why or why.endswith("。"):
        raise EntryError(f"{where}: “why” says in one sentence, without 。, what is wrong")
    if not any(name in body for name in ("change", "damage", "beside", "roster", "control", "prior")):
        raise EntryError(f"{where}: nothing is changed")
    if body.get("base", "legal") not in _FILLS:
        raise EntryError(f"{where}: base is one of {', '.join(_FILLS)}")
    if body.get("pasted", "true") != "true":
        raise EntryError(f"{where}: pasted is true or left out")
    return Break(
        id=code,
        code=code,
        why=why,
        where=where,
        base=body.get("base", "legal"),
        change=_changes(body, "change", where) or {},
        expect=_expected(body, where),
        also=tuple(_texts(body, "also", where)),
        pasted="pasted" in body,
        damage=_damage(body.get("damage"), where),
        beside=_units(body, where),
        roster=_table(body, "roster", _ROSTER, where),
        control=_table(body, "control", _CONTROL, where),
        prior=_changes(body, "prior", where),
    )


def _units(body: Mapping[str, Any], where: str) -> tuple[Mapping[str, Any], ...]:
    """The changes of each unit beside: one mapping, or a list of them."""
    found = body.get("beside", [])
    several = found if isinstance(found, list) else [found]
    return tuple(_changes({"beside": one}, "beside", where) or {} for one in several)


def _changes(body: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any] | None:
    if name not in body:
        return None
    found = body[name]
    if not isinstance(found, dict):
        raise EntryError(f"{where}: “{name}” is a mapping of paths to values")
    for path in found:
        try:
            steps(path)
        except EntryError as error:
            raise EntryError(f"{where}: “{name}”: {error}") from error
    return dict(found)


def _expected(body: Mapping[str, Any], where: str) -> Mapping[str, str]:
    found = body.get("expect") or {}
    if not isinstance(found, dict) or any(key not in _EXPECTED for key in found):
        raise EntryError(f"{where}: “expect” takes {', '.join(_EXPECTED)}")
    if found.get("severity", "error") not in _SEVERITIES:
        raise EntryError(f"{where}: severity is one of {', '.join(_SEVERITIES)}")
    return found


def _texts(body: Mapping[str, Any], name: str, where: str) -> list[str]:
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise EntryError(f"{where}: “{name}” is a list of codes")
    return found


def _damage(found: Any, where: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    done = []
    for one in found if isinstance(found, list) else [] if found is None else [found]:
        named = one if isinstance(one, dict) else {one: {}}
        if len(named) != 1 or not all(isinstance(name, str) for name in named):
            raise EntryError(f"{where}: “damage” is a name, or one name with its arguments")
        done += [(name, arguments or {}) for name, arguments in named.items()]
    return tuple(done)


def _table(
    body: Mapping[str, Any], name: str, columns: tuple[str, ...], where: str
) -> tuple[Mapping[str, str], ...] | None:
    if name not in body:
        return None
    rows = body[name]
    if not isinstance(rows, list) or not all(isinstance(r, dict) and set(r) <= set(columns) for r in rows):
        raise EntryError(f"{where}: “{name}” is a list of rows with {', '.join(columns)}")
    return tuple(rows)
