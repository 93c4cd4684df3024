"""YAML (and CSV) → CodeList."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from toolkit.catalog.fields import Context, check_id
from toolkit.catalog.node import Node, near
from toolkit.model.errors import Source
from toolkit.model.form import CodeList, ListEntry

LIST_KEYS = frozenset({"list", "label", "open", "source", "entries", "csv"})
CONFIDENCE = ("高", "中", "低")
"""How well an entry is established: seen in the document, in other documents, not verified."""

_ENTRY_KEYS = ("value", "code", "parent", "aliases", "note", "years", "source", "confidence")
_YEARS = re.compile(r"(\d{4})?-(\d{4})?")

Years = tuple[int | None, int | None]


def read_list(node: Node, folder: Path, context: Context) -> CodeList | None:
    """The code list with the entries of all years, or None where it has no usable id.

    ``entries`` holds plain texts or mappings (value, code, parent, aliases, note, years, source, confidence);
    ``csv`` names a UTF-8 file in ``folder`` with the same columns instead, aliases parted by ``|``, years as
    ``2014-2022``, ``2023-`` or ``-2020``.
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
        years=_years(keys["years"]) if "years" in keys else None,
        source=keys["source"].text() if "source" in keys else "",
        confidence=keys["confidence"].choice(CONFIDENCE) if "confidence" in keys else "",
    )


def _years(node: Node) -> Years | None:
    """``[2014, 2022]``; ``null`` for an open side."""
    ends = [None if n.kind == "null" else n.integer(1990, 2100) for n in node.items()]
    if len(ends) != 2 or not _ordered((ends[0], ends[1])):
        node.fault("years 应为 [起始年, 终止年]，不限的一端写 null")
        return None
    return ends[0], ends[1]


def _ordered(years: Years) -> bool:
    first, last = years
    return years != (None, None) and (first is None or last is None or first <= last)


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
        entries.append((_of_row(dict(zip(header, cells, strict=True)), where, context), where))
    return entries


def _of_row(row: dict[str, str], where: Source, context: Context) -> ListEntry:
    written = row.get("years", "")
    span = _YEARS.fullmatch(written)
    years = (int(span[1]) if span[1] else None, int(span[2]) if span[2] else None) if span else None
    if written and (years is None or not _ordered(years)):
        context.problems.append((where, f"years“{written}”应形如 2014-2022、2023- 或 -2020"))
        years = None
    confidence = row.get("confidence", "")
    if confidence and confidence not in CONFIDENCE:
        context.problems.append((where, f"confidence“{confidence}”应为 {'、'.join(CONFIDENCE)} 之一"))
    return ListEntry(
        value=row["value"],
        code=row.get("code") or None,
        parent=row.get("parent") or None,
        aliases=tuple(a for a in row.get("aliases", "").split("|") if a),
        note=row.get("note", ""),
        years=years,
        source=row.get("source", ""),
        confidence=confidence,
    )


def _distinct(entries: list[tuple[ListEntry, Source]], context: Context) -> None:
    """In any year a value stands once under each parent and a code has one; an alias leads to one value, and is none."""
    values = {e.value for e, _ in entries}
    leads: dict[str, str] = {}
    held: dict[tuple[str | None, str], list[Years | None]] = {}
    coded: dict[tuple[str | None, str], list[ListEntry]] = {}
    for entry, where in entries:
        if not entry.value.strip() or entry.value != entry.value.strip():
            context.problems.append((where, f"条目“{entry.value}”为空或首尾有空格"))
        same = held.setdefault((entry.parent, entry.value), [])
        if any(_overlap(entry.years, other) for other in same):
            context.problems.append((where, f"条目“{entry.value}”重复"))
        same.append(entry.years)
        if entry.code is not None:
            others = coded.setdefault((entry.parent, entry.code), [])
            twin = next((o for o in others if o.value != entry.value and _overlap(entry.years, o.years)), None)
            if twin is not None:
                context.problems.append((where, f"代码“{entry.code}”同时是“{twin.value}”和“{entry.value}”"))
            others.append(entry)
        for alias in entry.aliases:
            if alias in values:
                context.problems.append((where, f"别名“{alias}”本身就是一个条目"))
            if leads.setdefault(alias, entry.value) != entry.value:
                context.problems.append((where, f"别名“{alias}”同时指向“{leads[alias]}”和“{entry.value}”"))


def _overlap(one: Years | None, other: Years | None) -> bool:
    (first, last), (start, end) = one or (None, None), other or (None, None)
    return (first is None or end is None or first <= end) and (start is None or last is None or start <= last)
