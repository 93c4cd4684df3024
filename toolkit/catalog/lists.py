"""YAML (and CSV) → CodeList."""

from __future__ import annotations

import csv
from pathlib import Path

from toolkit.catalog.fields import Context, check_id
from toolkit.catalog.node import Node, near
from toolkit.model.errors import Source
from toolkit.model.form import CodeList, ListEntry

LIST_KEYS = frozenset({"list", "label", "open", "source", "entries", "csv"})
_ENTRY_KEYS = ("value", "code", "parent", "aliases", "note")


def read_list(node: Node, folder: Path, context: Context) -> CodeList | None:
    """The code list, or None where it has no usable id.

    ``entries`` holds plain texts or mappings (value, code, parent, aliases, note); ``csv`` names a UTF-8 file
    in ``folder`` with the same columns instead, aliases parted by ``|``.
    """
    keys = node.mapping(LIST_KEYS)
    if "list" not in keys or "label" not in keys or ("entries" in keys) == ("csv" in keys):
        node.fault("代码表须有 list、label，以及 entries 或 csv 之一")
    if "list" not in keys:
        return None
    list_id = keys["list"].text()
    check_id(list_id, keys["list"], "代码表代号")
    context.places["list", list_id] = node.source
    entries: list[tuple[ListEntry, Source]] = []
    if "entries" in keys:
        entries = [(_entry(n), n.source) for n in keys["entries"].items()]
    elif "csv" in keys:
        entries = _from_csv(keys["csv"], folder, context)
    _distinct(entries, context)
    return CodeList(
        id=list_id,
        label=keys["label"].text() if "label" in keys else "",
        entries=tuple(e for e, _ in entries),
        open="open" in keys and keys["open"].flag(),
        source=keys["source"].text() if "source" in keys else "",
    )


def _entry(node: Node) -> ListEntry:
    if not node.is_map:
        return ListEntry(node.text())
    keys = node.mapping(_ENTRY_KEYS)
    if "value" not in keys:
        node.fault("代码表的条目须有 value")
    return ListEntry(
        value=keys["value"].text() if "value" in keys else "",
        code=keys["code"].text() if "code" in keys else None,
        parent=keys["parent"].text() if "parent" in keys else None,
        aliases=keys["aliases"].texts() if "aliases" in keys else (),
        note=keys["note"].text() if "note" in keys else "",
    )


def _from_csv(node: Node, folder: Path, context: Context) -> list[tuple[ListEntry, Source]]:
    name = node.text()
    path = folder / name
    if Path(name).name != name or not path.is_file():
        node.fault(f"找不到代码表文件“{name}”（应与本文件同在一个文件夹）")
        return []
    shown = f"{node.file.rpartition('/')[0]}/{name}"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    header = rows[0] if rows else []
    for column in header:
        if column not in _ENTRY_KEYS:
            context.problems.append((Source(shown, 1, 1), f"未知的列“{column}”{near(column, _ENTRY_KEYS)}"))
    if "value" not in header:
        context.problems.append((Source(shown, 1, 1), "缺少列“value”"))
        return []
    entries = []
    for number, cells in enumerate(rows[1:], start=2):
        where = Source(shown, number, 1)
        if len(cells) != len(header):
            context.problems.append((where, f"应有 {len(header)} 列，实有 {len(cells)} 列"))
            continue
        row = dict(zip(header, cells, strict=True))
        aliases = tuple(a for a in row.get("aliases", "").split("|") if a)
        code, parent = row.get("code") or None, row.get("parent") or None
        entries.append((ListEntry(row["value"], code, parent, aliases, row.get("note", "")), where))
    return entries


def _distinct(entries: list[tuple[ListEntry, Source]], context: Context) -> None:
    """A value stands once under each parent; an alias leads to one value and is none itself."""
    seen: set[tuple[str | None, str]] = set()
    values = {e.value for e, _ in entries}
    leads: dict[str, str] = {}
    for entry, where in entries:
        if not entry.value.strip() or entry.value != entry.value.strip():
            context.problems.append((where, f"条目“{entry.value}”为空或首尾有空格"))
        if (entry.parent, entry.value) in seen:
            context.problems.append((where, f"条目“{entry.value}”重复"))
        seen.add((entry.parent, entry.value))
        for alias in entry.aliases:
            if alias in values:
                context.problems.append((where, f"别名“{alias}”本身就是一个条目"))
            if leads.setdefault(alias, entry.value) != entry.value:
                context.problems.append((where, f"别名“{alias}”同时指向“{leads[alias]}”和“{entry.value}”"))
