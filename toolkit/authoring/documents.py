"""Rows of the sheets → the files of a suite, as trees whose every value knows its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.authoring.columns import (
    BLOCKS,
    CASES,
    ENTRIES,
    FIELDS,
    FORMS,
    LISTS,
    PARAMETERS,
    PREFILLS,
    ROWS,
    RULES,
    SUITE,
    Sheet,
)
from toolkit.authoring.faults import At, Faults
from toolkit.authoring.rows import Line
from toolkit.catalog.fields import ID
from toolkit.catalog.node import near
from toolkit.catalog.written import Keyed, Leaf, Listed, Tree
from toolkit.model.form import BlockKind
from toolkit.model.rule import Severity

Items = list[tuple[Leaf, Tree]]
_TOTAL = "total"
_LEVELS = "levels"


def documents(lines: Mapping[str, list[Line]], faults: Faults) -> dict[str, Tree]:
    """The files by their path in the suite's folder. What belongs to nothing is a fault."""
    return _Suite(lines, faults).files()


class _Suite:
    """The rows of all sheets, and what is wrong with them."""

    def __init__(self, lines: Mapping[str, list[Line]], faults: Faults) -> None:
        self.lines, self.faults = lines, faults

    def files(self) -> dict[str, Tree]:
        made: dict[str, Tree] = {"suite.yaml": self.suite()}
        made |= self.forms()
        made |= self.lists()
        made |= self.rules()
        return made

    def of(self, sheet: Sheet) -> list[Line]:
        return self.lines.get(sheet.name, [])

    def grouped(self, sheet: Sheet, key: str, owners: Mapping[str, object], what: str) -> dict[str, list[Line]]:
        """The rows of a sheet by the thing they belong to."""
        found: dict[str, list[Line]] = {}
        for line in self.of(sheet):
            name = line.word(key)
            if name in owners:
                found.setdefault(name, []).append(line)
            elif name:
                self.faults.append((line.place(key), f"没有{what}“{name}”{near(name, owners)}"))
        return found

    def once(self, sheet: Sheet, key: str, what: str) -> dict[str, Line]:
        """The rows that define something, by its name. Two of the same name would be one file."""
        found: dict[str, Line] = {}
        for line in self.of(sheet):
            name = line.word(key)
            if name in found:
                self.faults.append((line.place(key), f"{what}“{name}”重复，已见于第 {found[name].at.line} 行"))
            elif name:
                found[name] = line
        return found

    def suite(self) -> Tree:
        rows = self.of(SUITE)
        for line in rows[1:]:
            self.faults.append((line.at, "只填一行"))
        items = _items(rows[0], SUITE) if rows else []
        order = tuple(Leaf(name, line.place("form")) for name, line in self.once(FORMS, "form", "表代号").items())
        items.append((Leaf("forms"), Listed(order, inline=False)))
        owned = {leaf.text for line in self.of(RULES) for leaf in _leaves(line.cells.get("parameters"))}
        parameters = [(name, line) for name, line in self.once(PARAMETERS, "name", "参数").items() if name not in owned]
        pairs = [
            (Leaf(name, line.place("name")), line.cells["value"]) for name, line in parameters if "value" in line.cells
        ]
        if pairs:
            items.append((Leaf("parameters"), Keyed(tuple(pairs))))
        return Keyed(tuple(items), rows[0].at if rows else At(SUITE.name, 0, 0))

    def forms(self) -> dict[str, Tree]:
        forms = self.once(FORMS, "form", "表代号")
        held = self.grouped(BLOCKS, "form", forms, "表")
        blocks = {line.word("block"): line for line in self.of(BLOCKS) if line.word("block")}
        fields = self.grouped(FIELDS, "block", blocks, "区块")
        rows = self.grouped(ROWS, "block", blocks, "区块")
        prefills = self.grouped(PREFILLS, "block", blocks, "区块")
        made: dict[str, Tree] = {}
        for name, line in forms.items():
            trees = []
            for block in held.get(name, []):
                key = block.word("block")
                trees.append(self.block(block, fields.get(key, []), rows.get(key, []), prefills.get(key, [])))
            items = [*_items(line, FORMS), (Leaf("blocks"), Listed(tuple(t for t in trees if t), inline=False))]
            if _is_file(name, line.place("form"), "表代号", self.faults):
                made[f"forms/{name}.yaml"] = Keyed(tuple(items), line.at)
        return made

    def block(self, line: Line, fields: list[Line], rows: list[Line], prefills: list[Line]) -> Tree | None:
        kinds = {kind.value: kind for kind in BlockKind}
        kind = kinds.get(line.word("kind"))
        if kind is None:
            if line.word("kind"):
                self.faults.append(
                    (line.place("kind"), f"未知的种类“{line.word('kind')}”{near(line.word('kind'), kinds)}")
                )
            return None
        items: Items = [(Leaf(kind.value), line.cells.get("block", Leaf("", line.place("block"))))]
        items += _items(line, BLOCKS)
        named = tuple((_key(f, "field"), Keyed(tuple(_items(f, FIELDS, {"field"})), f.at, inline=True)) for f in fields)
        items.append((Leaf("fields" if kind is BlockKind.RECORD else "columns"), Keyed(named)))
        if kind is BlockKind.LIST:
            items += self.totals(rows)
        elif rows:
            fixed = tuple((_key(r, "row"), Keyed(tuple(_items(r, ROWS, {"row"})), r.at, inline=True)) for r in rows)
            items.append((Leaf("rows", rows[0].at), Keyed(fixed)))
        if prefills:
            sets = tuple(Keyed(tuple(_items(p, PREFILLS)), p.at, inline=True) for p in prefills)
            items.append((Leaf("prefill", prefills[0].at), Listed(sets, prefills[0].at, inline=False)))
        return Keyed(tuple(items), line.at)

    def totals(self, rows: list[Line]) -> Items:
        """A list has one total row."""
        for row in rows:
            if row.word("row") != _TOTAL or row is not rows[0]:
                self.faults.append((row.place("row"), "列表（list）只有一个合计行，行代号写 total"))
        return [(Leaf("total"), Keyed(tuple(_items(rows[0], ROWS, {"row"})), rows[0].at, inline=True))] if rows else []

    def lists(self) -> dict[str, Tree]:
        heads = self.once(LISTS, "list", "代码表代号")
        held = self.grouped(ENTRIES, "list", heads, "代码表")
        made: dict[str, Tree] = {}
        for name, line in heads.items():
            entries = Listed(tuple(_entry(one) for one in held.get(name, [])), inline=False)
            if _is_file(name, line.place("list"), "代码表代号", self.faults):
                made[f"lists/{name}.yaml"] = Keyed((*_items(line, LISTS), (Leaf("entries"), entries)), line.at)
        return made

    def rules(self) -> dict[str, Tree]:
        """A rule without a file goes to the one of its family."""
        codes = self.once(RULES, "code", "规则代码")
        cases = self.grouped(CASES, "rule", codes, "规则")
        parameters = self.once(PARAMETERS, "name", "参数")
        held: dict[str, list[Tree]] = {}
        for code, line in codes.items():
            file = line.word("file") or code.partition("-")[0].lower()
            if file and _is_file(file, line.place("file"), "文件", self.faults, digits=True):
                held.setdefault(file, []).append(self.rule(line, cases.get(code, []), parameters))
        return {f"rules/{name}.yaml": Listed(tuple(rules), inline=False) for name, rules in held.items()}

    def rule(self, line: Line, cases: list[Line], parameters: Mapping[str, Line]) -> Tree:
        items: Items = []
        graded = [
            Keyed(((Leaf("severity"), Leaf(severity.value)), (Leaf("rule"), expression)), line.at, inline=True)
            for severity in Severity
            for expression in _leaves(line.cells.get(f"{_LEVELS}.{severity.value}"))
        ]
        for key, tree in _items(line, RULES):
            if key.text == "parameters":
                items.append((key, self.parameters(tree, parameters)))
            elif not key.text.startswith(f"{_LEVELS}."):
                items.append((key, tree))
        if graded:
            items.append((Leaf(_LEVELS, line.at), Listed(tuple(graded), line.at, inline=False)))
        if cases:
            examples = tuple(Keyed(tuple(_items(c, CASES)), c.at, inline=True) for c in cases)
            items.append((Leaf("cases"), Listed(examples, inline=False)))
        return Keyed(tuple(items), line.at)

    def parameters(self, names: Tree, known: Mapping[str, Line]) -> Tree:
        pairs = []
        for leaf in _leaves(names):
            if leaf.text not in known:
                self.faults.append((leaf.at, f"“{PARAMETERS.name}”表中没有参数“{leaf.text}”{near(leaf.text, known)}"))
            elif "value" in known[leaf.text].cells:
                pairs.append((leaf, known[leaf.text].cells["value"]))
        return Keyed(tuple(pairs), inline=True)


def _items(line: Line, sheet: Sheet, without: Iterable[str] = ()) -> Items:
    """The keys of a row that are keys of the definition, in the order of the columns."""
    keys = [c.key for c in sheet.columns if not c.key_of_sheet and c.key not in without and c.key in line.cells]
    return [(Leaf(key, line.place(key)), line.cells[key]) for key in keys]


def _key(line: Line, key: str) -> Leaf:
    return Leaf(line.word(key), line.place(key))


def _leaves(tree: Tree | None) -> list[Leaf]:
    return [leaf for leaf in tree.items if isinstance(leaf, Leaf)] if isinstance(tree, Listed) else []


def _entry(line: Line) -> Tree:
    """An entry that is nothing but its value is written as that."""
    items = _items(line, ENTRIES)
    return items[0][1] if [key.text for key, _ in items] == ["value"] else Keyed(tuple(items), line.at, inline=True)


def _is_file(name: str, at: At, what: str, faults: Faults, *, digits: bool = False) -> bool:
    """Whether a file can bear the name. One that cannot is no file: it might lead anywhere."""
    if ID.fullmatch(name.lstrip("0123456789_") if digits else name):
        return True
    faults.append((at, f"{what}“{name}”不合规：须以小写字母开头，只含小写字母、数字和下划线"))
    return False
