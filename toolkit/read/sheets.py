"""Which sheet of a returned workbook is which sheet of the layout: by ids, by defined names, by its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.layout.hidden import CHECKS, INSTRUCTIONS, LISTS, META, MIRROR
from toolkit.layout.places import Layout, SheetPlace
from toolkit.model.fact import Remark
from toolkit.model.form import Suite
from toolkit.read.annotated import record_in
from toolkit.read.rawcell import parse_area
from toolkit.read.witness import SheetText, squeezed
from toolkit.read.workbook import DefinedName, SheetEntry, Workbook

SYSTEM = frozenset({LISTS, MIRROR, META, INSTRUCTIONS, CHECKS})
_ROWS = 20_000
_ID = re.compile(r"([a-z][a-z0-9_]*)[./]([a-z0-9][a-z0-9_]*)")

Areas = dict[str, dict[str, tuple[int, int, int, int]]]
"""block id → field id → area, for the defined names that point to one sheet."""


@dataclass
class Found:
    """The sheets of the layout that were found, with their text, and what was noticed about sheets."""

    sheets: dict[tuple[str, str], SheetText] = field(default_factory=dict)
    entries: dict[tuple[str, str], SheetEntry] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def normal_name(name: str) -> str:
    """A sheet name as look-alikes are compared: NFKC, without spaces, case ignored."""
    return squeezed(unicodedata.normalize("NFKC", name)).casefold()


def named_areas(names: tuple[DefinedName, ...], sheets: tuple[SheetEntry, ...]) -> dict[str, Areas]:
    """Sheet name → the areas of our defined names on it. Broken names (#REF!, constants) are left out."""
    known = {entry.name.casefold(): entry.name for entry in sheets}
    areas: dict[str, Areas] = {}
    for name in names:
        if not name.name.startswith("tk."):
            continue
        _, _, rest = name.name.partition(".")
        block, _, field_id = rest.partition(".")
        sheet, _, reference = name.target.rpartition("!")
        sheet = known.get(sheet.lstrip("$").strip("'").replace("''", "'").casefold(), "")
        area = parse_area(reference)
        if sheet and area is not None and (not name.sheet or name.sheet == sheet):
            areas.setdefault(sheet, {}).setdefault(block, {})[field_id] = area
    return areas


def find_sheets(book: Workbook, layout: Layout, areas: Mapping[str, Areas]) -> Found:
    """Match sheets to places. A renamed one is a warning, a missing one an error, an added one with data a warning."""
    found = Found()
    raw = {e.name: book.sheet(e) for e in book.sheets if e.name not in SYSTEM}
    # The list of findings of an earlier round is ours, not a sheet that the unit added.
    texts = {name: SheetText(sheet) for name, sheet in raw.items() if record_in(name, sheet) is None}
    entries = {e.name: e for e in book.sheets}
    forms = {name: _form(layout.suite, text, areas.get(name, {})) for name, text in texts.items()}
    places = {(p.form.id, p.instance): p for p in layout.sheets}
    left = dict.fromkeys(texts)

    def take(key: tuple[str, str], name: str) -> None:
        found.sheets[key], found.entries[key] = texts[name], entries[name]
        del left[name]

    for key, place in places.items():
        name = _by_name(place, left)
        if name is not None and forms[name] in {place.form.id, ""}:
            take(key, name)
            if name != place.name:
                found.remarks.append(_renamed(name, place))
    open_places: defaultdict[str, list[SheetPlace]] = defaultdict(list)
    for key, place in places.items():
        if key not in found.sheets:
            open_places[place.form.id].append(place)
    for form, missing in open_places.items():
        candidates = [n for n in left if forms[n] == form] or _by_title(missing, left, texts, forms)
        if candidates and len(candidates) == len(missing):
            for place, name in zip(missing, candidates, strict=True):
                take((form, place.instance), name)
                found.remarks.append(_renamed(name, place))
            continue
        for place in missing:
            found.remarks.append(_missing(place, candidates))
    for name in left:
        found.remarks.extend(_extra(layout.suite, name, texts[name], forms[name]))
    found.remarks.extend(_hidden(found))
    return found


def highest_instance(suite: Suite, book: Workbook, declared: int) -> int:
    """The highest number of a sheet of a repeated form among the sheets present, at least ``declared``."""
    names = {normal_name(e.name) for e in book.sheets}
    highest = declared
    for form in suite.forms:
        if form.repeat:
            for number in range(declared + 1, declared + len(names) + 1):
                if normal_name(form.sheet.format(n=number)) in names:
                    highest = max(highest, number)
    return highest


def _by_name(place: SheetPlace, left: Mapping[str, None]) -> str | None:
    if place.name in left:
        return place.name
    wanted = normal_name(place.name)
    same = [name for name in left if normal_name(name) == wanted]
    return same[0] if len(same) == 1 else None


def _form(suite: Suite, text: SheetText, areas: Areas) -> str:
    """The form whose ids stand on the sheet (or whose names point to it), "" where there are none."""
    votes: Counter[str] = Counter()
    first = [text.raw.text(row, 0) for row in range(min(text.raw.last_row + 1, _ROWS))]
    for position in first if any(first) else text.positions:
        match = _ID.fullmatch(position)
        if match and match[1] in suite.blocks and (match[2] in suite.blocks[match[1]].by_id or "/" in position):
            votes[suite.form_of_block[match[1]].id] += 1
    if not votes:
        votes.update(suite.form_of_block[block].id for block in areas if block in suite.blocks)
    best = votes.most_common(1)
    return best[0][0] if best else ""


def _by_title(
    missing: list[SheetPlace], left: Mapping[str, None], texts: Mapping[str, SheetText], forms: Mapping[str, str]
) -> list[str]:
    """Sheets without ids and names that print the title and most labels of a form that is filed once."""
    if len(missing) != 1 or missing[0].form.repeat:
        return []
    labels = {squeezed(lb.text) for b in missing[0].blocks for lb in b.labels if lb.subject}
    names = []
    for name in left:
        present = labels & texts[name].positions.keys()
        if not forms[name] and labels and len(present) * 2 > len(labels):
            names.append(name)
    return names


def _renamed(name: str, place: SheetPlace) -> Remark:
    return Remark("WBK-02", f"工作表“{place.name}”被改名为“{name}”，已按内容识别", sheet=name, actual=name,
                  expected=place.name, severity="warning")  # fmt: skip


def _missing(place: SheetPlace, candidates: list[str]) -> Remark:
    if candidates:
        several = "、".join(f"“{c}”" for c in candidates)
        detail = f"找不到工作表“{place.name}”，可能是{several}，无法确定哪一张是原表，未读取"
    else:
        detail = f"缺少工作表“{place.name}”（{place.form.title}）"
    return Remark("WBK-02", detail, sheet=place.name, expected=place.name, severity="error")


def _extra(suite: Suite, name: str, text: SheetText, form: str) -> list[Remark]:
    if not text.raw.cells:
        return []
    if form:
        detail = f"工作表“{name}”疑似由“{suite.forms_by_id[form].title}”复制而来，其中的数据未读取"
    else:
        detail = f"增加了含有数据的工作表“{name}”，其中的数据未读取"
    return [Remark("WBK-02", detail, sheet=name, actual=name, severity="warning")]


def _hidden(found: Found) -> list[Remark]:
    return [
        Remark("WBK-02", f"工作表“{entry.name}”被隐藏，数据已照常读取", sheet=entry.name, severity="warning")
        for entry in found.entries.values()
        if entry.state != "visible"
    ]
