"""YAML → Printout: the print layouts of a suite, its own and those of the suites it extends.

They are no part of the edition: printing never changes what was issued. ``docs/howto/form-author.md`` shows the keys.
"""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.catalog.node import Node, Problems, near, raise_if_any, read_yaml
from toolkit.catalog.printcheck import layout_faults
from toolkit.catalog.suite import catalog_root, load_suite
from toolkit.model.money import is_money
from toolkit.model.printout import (
    FUNCTIONS,
    OF_BLOCKS,
    WORDS,
    CellRef,
    Condition,
    Mask,
    Piece,
    PrintCell,
    Printout,
    PrintRow,
    Sentence,
    Template,
)

PAPERS = ("A4", "A3")
STYLES = ("title", "note", "paragraph", "label", "body")
ALIGNS = ("left", "center", "right")
MOST_COLUMNS, MOST_ROWS_DOWN = 60, 20

_KEYS = frozenset(
    {"layout", "title", "basis", "each", "name", "sheet", "paper", "landscape", "unit", "columns", "aliases", "masks"}
    | {"rows"}
)
_ROW_KEYS = frozenset({"cells", "each", "where", "when", "head"})
_CONTENTS = ("value", "text", "sentences", "label")
_CELL_KEYS = frozenset({*_CONTENTS, "span", "down", "align", "style", "merge", "decimals"})
_MASK_KEYS = frozenset({"when", "hide", "blank"})
_REF = re.compile(r"([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?\.([a-z][a-z0-9_]*)")
_BLOCK = re.compile(r"[a-z][a-z0-9_]*")
_ID = re.compile(r"[a-z][a-z0-9-]*")
_PIECE = re.compile(r"\{([^{}]*)\}")
_CALL = re.compile(r"(\w+) +([\w.]+)")


def load_layouts(path_or_id: str | Path) -> dict[str, Printout]:
    """The print layouts of a suite by id: its own, and those it inherits that fit its forms.

    Raises SuiteError with every fault of its own layouts, each with file, line and column.
    """
    suite = load_suite(path_or_id)
    given = Path(path_or_id).parent if Path(path_or_id).name == "suite.yaml" else Path(path_or_id)
    folder = given if (given / "suite.yaml").is_file() else catalog_root() / str(path_or_id)
    problems: Problems = []
    found: dict[str, Printout] = {}
    chain = _chain(folder.resolve())
    for one in chain:
        for layout in _in_folder(one, problems):
            faults = layout_faults(layout, suite)
            if one == chain[-1]:
                problems += faults
            found.pop(layout.id, None)  # what takes its place takes it also where it does not fit
            if not faults:
                found[layout.id] = layout
    raise_if_any(problems)
    return dict(sorted(found.items()))


def _chain(folder: Path) -> list[Path]:
    """The suite's folder and those it extends, the farthest first. The suite was loaded: nothing is missing."""
    node = read_yaml(folder / "suite.yaml", "suite.yaml", [])
    base = node.mapping().get("extends") if node is not None else None
    if base is None or base.kind == "null":
        return [folder]
    roots = (root / base.text() for root in (folder.parent, catalog_root()))
    return [*_chain(next(root for root in roots if (root / "suite.yaml").is_file())), folder]


def _in_folder(folder: Path, problems: Problems) -> list[Printout]:
    made = []
    for path in sorted((folder / "layouts").glob("*.yaml")):
        node = read_yaml(path, f"{folder.name}/layouts/{path.name}", problems)
        before = len(problems)
        layout = read_layout(node) if node is not None else None
        if layout is not None and node is not None and layout.id != path.stem:
            node.fault(f"版式代号“{layout.id}”须与文件名“{path.stem}”一致")
        if layout is not None and len(problems) == before:
            made.append(layout)
    return made


def read_layout(node: Node) -> Printout | None:
    """The layout, or None where it lacks what every layout needs. Faults are noted in the node's problems."""
    keys = node.mapping(_KEYS)
    missing = [k for k in ("layout", "title", "columns", "rows") if k not in keys]
    if missing:
        node.fault(f"缺少：{'、'.join(missing)}")
        return None
    layout_id = keys["layout"].text()
    if not _ID.fullmatch(layout_id):
        keys["layout"].fault(f"版式代号“{layout_id}”不合规：须以小写字母开头，只含小写字母、数字和连字符")
    columns = tuple(_width(n) for n in keys["columns"].items())
    if not 0 < len(columns) <= MOST_COLUMNS:
        keys["columns"].fault(f"列数应为 1 至 {MOST_COLUMNS}，实为 {len(columns)}")
    unit = keys["unit"].text() if "unit" in keys else "万元"
    if not is_money(unit):
        keys["unit"].fault(f"金额单位“{unit}”不可换算，应为 元、千元、万元 或 亿元")
    rows = tuple(_row(n) for n in keys["rows"].items())
    each = keys["each"].text() if "each" in keys else ""
    if bool(each) != ("name" in keys):
        node.fault("each（每页一个项目）须与 name（项目名称的栏目）同用")
    return Printout(
        id=layout_id,
        title=keys["title"].text(),
        source=node.source,
        columns=columns,
        rows=rows,
        basis=keys["basis"].text() if "basis" in keys else "",
        each=each,
        name=_ref(keys["name"]) if "name" in keys else None,
        sheet=keys["sheet"].text() if "sheet" in keys else keys["title"].text(),
        paper=keys["paper"].choice(PAPERS) if "paper" in keys else "A4",
        landscape="landscape" in keys and keys["landscape"].flag(),
        unit=unit,
        aliases={k: v.text() for k, v in keys["aliases"].mapping().items()} if "aliases" in keys else {},
        masks=tuple(_mask(n) for n in keys["masks"].items()) if "masks" in keys else None,
    )


def _width(node: Node) -> float:
    width = node.number()
    if not 1 <= width <= 200:
        node.fault(f"列宽应为 1 至 200 个字符，实为 {width}")
    return float(width)


def _row(node: Node) -> PrintRow:
    """A list of cells, or a mapping that says more about the row."""
    if node.is_seq:
        return PrintRow(tuple(_cell(n) for n in node.items()), node.source)
    keys = node.mapping(_ROW_KEYS)
    if "cells" not in keys:
        node.fault("缺少 cells")
    if "where" in keys and "each" not in keys:
        keys["where"].fault("where 须与 each 同用")
    return PrintRow(
        cells=tuple(_cell(n) for n in keys["cells"].items()) if "cells" in keys else (),
        source=node.source,
        each=_block(keys["each"]) if "each" in keys else "",
        where=_conditions(keys["where"]) if "where" in keys else (),
        when=_conditions(keys["when"]) if "when" in keys else (),
        head="head" in keys and keys["head"].flag(),
    )


def _cell(node: Node) -> PrintCell:
    """A text, or a mapping with one of ``_CONTENTS`` and how it looks."""
    if not node.is_map:
        return PrintCell(node.source, text=_template(node))
    keys = node.mapping(_CELL_KEYS)
    if sum(k in keys for k in _CONTENTS) != 1:
        node.fault(f"单元格须写且只写一项：{'、'.join(_CONTENTS)}")
    if "label" in keys and not keys["label"].flag():
        keys["label"].fault("label 只能为 true：印固定行的名称")
    if "decimals" in keys and "value" not in keys:
        keys["decimals"].fault("decimals 只用于 value")
    return PrintCell(
        source=node.source,
        value=_ref(keys["value"]) if "value" in keys else None,
        text=_template(keys["text"]) if "text" in keys else None,
        sentences=tuple(_sentence(n) for n in keys["sentences"].items()) if "sentences" in keys else (),
        label="label" in keys,
        span=keys["span"].integer(1, MOST_COLUMNS) if "span" in keys else 1,
        down=keys["down"].integer(1, MOST_ROWS_DOWN) if "down" in keys else 1,
        align=keys["align"].choice(ALIGNS) if "align" in keys else "",
        style=keys["style"].choice(STYLES) if "style" in keys else "",
        merge="merge" in keys and keys["merge"].flag(),
        decimals=keys["decimals"].integer(0, 6) if "decimals" in keys else None,
    )


def _sentence(node: Node) -> Sentence:
    if not node.is_map:
        return Sentence(_template(node))
    keys = node.mapping({"text", "when"})
    if "text" not in keys:
        node.fault("缺少 text")
        return Sentence(Template((), node.source))
    return Sentence(_template(keys["text"]), _conditions(keys["when"]) if "when" in keys else ())


def _template(node: Node) -> Template:
    text, at = node.text(), 0
    pieces: list[str | Piece] = []
    for found in _PIECE.finditer(text):
        pieces += [text[at : found.start()], _piece(found[1].strip(), node)]
        at = found.end()
    pieces.append(text[at:])
    if any("{" in p or "}" in p for p in pieces if isinstance(p, str)):
        node.fault("花括号不成对")
    return Template(tuple(p for p in pieces if p != ""), node.source)


def _piece(inner: str, node: Node) -> Piece:
    call = _CALL.fullmatch(inner)
    if call is not None:
        if call[1] not in FUNCTIONS:
            node.fault(f"没有函数“{call[1]}”{near(call[1], FUNCTIONS)}")
        return Piece(call[1], _parsed(call[2], node, whole=call[1] in OF_BLOCKS))
    if "." in inner:
        return Piece(ref=_parsed(inner, node))
    if inner not in WORDS:
        node.fault(f"花括号内应为栏目（区块.栏目）、函数或 {'、'.join(WORDS)}，实为“{inner}”{near(inner, WORDS)}")
    return Piece(word=inner)


def _ref(node: Node) -> CellRef:
    return _parsed(node.text(), node)


def _block(node: Node) -> str:
    return _parsed(node.text(), node, whole=True).block


def _parsed(text: str, node: Node, *, whole: bool = False) -> CellRef:
    found = _REF.fullmatch(text)
    if whole and _BLOCK.fullmatch(text):
        return CellRef(text, "", "")
    if found is None or whole:
        node.fault(f"此处应为{'区块代号' if whole else '“区块.栏目”或“区块.行.栏目”'}，实为“{text}”")
        return CellRef("", "", "")
    return CellRef(found[1], found[2] or "", found[3])


def _conditions(node: Node) -> tuple[Condition, ...]:
    """``{block.field: 是}``, ``{block.field: "{other.field}"}``, ``{goals: true}``; all must hold."""
    found = []
    where: tuple[Condition, ...] = ()
    for name, value in node.mapping().items():
        if name == "where":
            where = _conditions(value)
            continue
        ref = _parsed(name, node, whole="." not in name)
        wanted = value.flag() if value.kind == "bool" else _template(value)
        if not ref.field and not isinstance(wanted, bool):
            value.fault("整个区块只能写 true（有内容）或 false（没有内容）")
        found.append(Condition(ref, wanted, value.source))
    return tuple(Condition(c.ref, c.wanted, c.source, where) for c in found)


def _mask(node: Node) -> Mask:
    keys = node.mapping(_MASK_KEYS)
    if "when" not in keys:
        node.fault("缺少 when")

    def fields(key: str) -> frozenset[tuple[str, str]]:
        refs = [_ref(n) for n in keys[key].items()] if key in keys else []
        return frozenset((ref.block, ref.field) for ref in refs)

    when: list[Condition] = []
    for line in keys["when"].items() if "when" in keys else []:
        found = _conditions(line)
        if len(found) != 1:
            line.fault("每行写一个条件（可带 where）；任一行成立即遮盖")
        when += found
    return Mask(tuple(when), fields("hide"), fields("blank"), node.source)
