"""Paths into a data file (``target[1].plan.oct``), and changes to a document along them."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.model.fact import Key
from toolkit.model.form import BlockKind, Suite

_STEP = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d+|\+)\])?")
HEADS = ("stage", "year", "unit")
"""What stands before the forms in a data file and may be changed. The region is given by the run."""


class EntryError(Exception):
    """A file of this folder is wrong; the message says which entry, what and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """A name on the way, and the row or sheet of it: a number from 1, "+" for a new one, "" for none."""

    name: str
    at: str = ""


def steps(path: str) -> list[Step]:
    """Raises EntryError for what is no path."""
    found = [_STEP.fullmatch(part) for part in path.split(".")]
    if not all(found):
        raise EntryError(f"“{path}” is no path (form.block.row.field, form.list[2].field, form[1].block.field)")
    return [Step(m[1], m[2] or "") for m in found if m]


class _Texts(yaml.SafeLoader):
    """Everything a text but null, as in a data file: codes keep their zeros, numbers stay as written."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in several if tag == "tag:yaml.org,2002:null"]
    for first, several in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _once(loader: _Texts, node: yaml.MappingNode) -> dict[Any, Any]:
    names = [loader.construct_object(key) for key, _ in node.value]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise EntryError(f"{node.start_mark.name}:{node.start_mark.line + 1}: “{twice}” stands twice")
    return loader.construct_mapping(node, deep=True)


_Texts.add_constructor("tag:yaml.org,2002:map", _once)


def read(path: Path) -> Any:
    """The document in ``path``. Raises EntryError where it is no YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Texts)
    except yaml.YAMLError as error:
        raise EntryError(f"{path.name}: {error}") from error


def changed(document: Mapping[str, Any], changes: Mapping[str, Any], suite: Suite) -> dict[str, Any]:
    """A copy of a data document with the changes made, in their order. Raises EntryError."""
    made = copy.deepcopy(dict(document))
    for path, value in changes.items():
        try:
            _set(made, path, value, suite)
        except (KeyError, IndexError, TypeError) as error:
            raise EntryError(f"change “{path}”: the base file has no such place ({error})") from error
    return made


def _set(document: dict[str, Any], path: str, value: Any, suite: Suite) -> None:
    way = steps(path)
    if way[0].name in HEADS:
        holder: Any = document
    elif way[0].name in suite.forms_by_id:
        holder = document["forms"]
    else:
        raise EntryError(f"change “{path}”: the suite has no form “{way[0].name}”")
    for step in way[:-1]:
        holder = _into(holder, step)
    last = way[-1]
    if isinstance(holder, list):  # the total row of a list that is written as its rows alone
        raise EntryError(f"change “{path}”: name a row of the list as [1]")
    if last.at:
        rows = _rows(holder.setdefault(last.name, []))
        _set_row(rows, last.at, value)
    elif value is None:
        holder.pop(last.name, None)
    elif isinstance(value, dict) and isinstance(holder.get(last.name), dict):
        _merge(holder[last.name], value)
    else:
        holder[last.name] = value


def _into(holder: Any, step: Step) -> Any:
    """The part of ``holder`` a step leads to, made where it is not there yet."""
    if step.at:
        return _rows(holder[step.name])[int(step.at) - 1]
    if isinstance(holder.get(step.name), list):  # rows alone: make room for the total row
        holder[step.name] = {"rows": holder[step.name]}
    return holder.setdefault(step.name, {})


def _rows(held: Any) -> list[Any]:
    rows: list[Any] = held.setdefault("rows", []) if isinstance(held, dict) else held
    return rows


def _set_row(rows: list[Any], at: str, value: Any) -> None:
    if at == "+":
        rows.append(value)
    elif value is None:
        del rows[int(at) - 1]
    else:
        _merge(rows[int(at) - 1], value)


def _merge(held: dict[str, Any], value: Mapping[str, Any]) -> None:
    for name, each in value.items():
        if each is None:
            held.pop(name, None)
        else:
            held[name] = each


def key_of(path: str, suite: Suite) -> Key:
    """The cell at a path. Raises EntryError where the suite has no such cell."""
    way = steps(path)
    form = suite.forms_by_id.get(way[0].name)
    if form is None or len(way) < 3 or way[1].name not in form.by_id:
        raise EntryError(f"“{path}”: the suite has no such cell")
    block = form.by_id[way[1].name]
    instance = f"{int(way[0].at):02d}" if way[0].at else ""
    row = f"{int(way[1].at):03d}" if way[1].at else way[2].name if len(way) == 4 else ""
    key = Key(block.id, instance, row, way[-1].name)
    fits = key.field in block.by_id and block.has_cell(row, key.field)
    kinds = {BlockKind.RECORD: row == "", BlockKind.GRID: row in block.rows_by_id}
    if not fits or not kinds.get(block.kind, row != ""):
        raise EntryError(f"“{path}”: the suite has no such cell")
    return key
