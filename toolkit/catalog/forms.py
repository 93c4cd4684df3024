"""YAML → Form: one sheet with its blocks."""

from __future__ import annotations

import re

from toolkit.catalog.fields import Context, check_id, read_fields, rule_code
from toolkit.catalog.node import Node, near
from toolkit.catalog.row_prefill import read_row_prefill
from toolkit.model.form import STAGES, Block, BlockKind, Field, FieldType, Form, Row, RowRole

FORM_KEYS = frozenset(
    {"form", "sheet", "number", "title", "unit", "required", "who", "basis", "landscape", "repeat", "help", "blocks"}
)
_BLOCK_KEYS = {
    BlockKind.RECORD: frozenset({"record", "label", "note", "lines", "fields"}),
    BlockKind.GRID: frozenset({"grid", "label", "note", "stub", "columns", "rows"}),
    BlockKind.LIST: frozenset({"list", "label", "note", "rows", "key", "columns", "total", "prefill"}),
}
_ROW_KEYS = frozenset({"label", "role", "indent", "code", "total", "check", "closed", "formulas", "checks"})
_TOTAL_KEYS = frozenset({"label", "fields", "check", "checks"})
_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
SHEET_LIMIT = 31
MOST_ROWS, MOST_INSTANCES = 999, 99


def read_form(node: Node, context: Context) -> Form | None:
    """The form, or None where it has no usable id. Faults are noted in the context."""
    keys = node.mapping(FORM_KEYS)
    missing = [k for k in ("form", "sheet", "title", "blocks") if k not in keys]
    if missing:
        node.fault(f"缺少：{'、'.join(missing)}")
    if "form" not in keys:
        return None
    form_id = keys["form"].text()
    check_id(form_id, keys["form"], "表代号")
    context.places["form", form_id] = node.source
    context.places.update({("form", form_id, k): v.source for k, v in keys.items()})
    repeat = keys["repeat"].integer(0, MOST_INSTANCES) if "repeat" in keys else 0
    unit = keys["unit"].text() if "unit" in keys else ""
    blocks = [read_block(b, unit or None, context) for b in keys["blocks"].items()] if "blocks" in keys else []
    if "blocks" in keys and not blocks:
        keys["blocks"].fault("表至少要有一个区块")
    return Form(
        id=form_id,
        sheet=_sheet(keys["sheet"], repeat) if "sheet" in keys else "",
        title=_filled(keys, "title"),
        blocks=tuple(b for b in blocks if b is not None),
        repeat=repeat,
        required=_is_required(keys),
        stages=_stages(keys),
        number=_filled(keys, "number"),
        who=_filled(keys, "who"),
        unit_line=unit,
        landscape="landscape" in keys and keys["landscape"].flag(),
        basis=_filled(keys, "basis"),
        help=keys["help"].texts() if "help" in keys else (),
    )


def _filled(keys: dict[str, Node], key: str) -> str:
    if key not in keys:
        return ""
    text = keys[key].text()
    if not text.strip():
        keys[key].fault(f"{key} 不得为空")
    return text


def _is_required(keys: dict[str, Node]) -> bool:
    """``required`` is true, false, or the list of stages at which it holds."""
    node = keys.get("required")
    return node is None or node.is_seq or node.flag()


def _stages(keys: dict[str, Node]) -> tuple[str, ...]:
    node = keys.get("required")
    return tuple(n.choice(STAGES) for n in node.items()) if node is not None and node.is_seq else ()


def _sheet(node: Node, repeat: int) -> str:
    """The sheet name or pattern; every name made from it must be one that Excel takes."""
    pattern = node.text()
    try:
        name = pattern.format(n=MOST_INSTANCES)
    except (KeyError, IndexError, ValueError):
        node.fault(f"工作表名“{pattern}”有误：只可使用 {{n}} 或 {{n:02d}} 表示序号")
        return pattern
    if bool(repeat) != (name != pattern):
        node.fault("重复表的工作表名须含 {n}" if repeat else "工作表名含 {n}，但表未设 repeat")
    if len(name) > SHEET_LIMIT:
        node.fault(f"工作表名“{name}”有 {len(name)} 个字符，不得超过 {SHEET_LIMIT} 个")
    if not name.strip() or _ILLEGAL.search(name) or name[0] == "'" or name[-1] == "'":
        node.fault(f"工作表名“{name}”不合规：不得为空，不得含 [ ] : * ? / \\，首尾不得为单引号")
    return pattern


def read_block(node: Node, money: str | None, context: Context) -> Block | None:
    """A record, grid or list. ``money`` is the unit of its amounts unless a field says otherwise."""
    kinds = [k for k in BlockKind if k.value in (node.mapping() if node.is_map else {})]
    if len(kinds) != 1:
        node.fault("区块须以 record、grid、list 之一开头，并写明代号")
        return None
    kind = kinds[0]
    keys = node.mapping(_BLOCK_KEYS[kind])
    block_id = keys[kind.value].text()
    check_id(block_id, keys[kind.value], "区块代号")
    if ("block", block_id) in context.places:
        keys[kind.value].fault(f"区块代号“{block_id}”重复：区块代号在整个套表中须唯一")
    context.places["block", block_id] = keys[kind.value].source
    if "label" not in keys:
        node.fault("缺少标签 label")
    of_fields = "fields" if kind is BlockKind.RECORD else "columns"
    if of_fields not in keys:
        node.fault(f"缺少 {of_fields}")
        return None
    fields = read_fields(keys[of_fields], block_id, money, context)
    if not fields:
        keys[of_fields].fault("区块至少要有一个栏目")
    reader = {BlockKind.RECORD: _record, BlockKind.GRID: _grid, BlockKind.LIST: _list}[kind]
    made = reader(block_id, keys, fields, context)
    return Block(
        id=block_id,
        label=_filled(keys, "label"),
        kind=kind,
        fields=fields,
        rows=made.rows,
        capacity=made.capacity,
        key=made.key,
        lines=made.lines,
        stub=_filled(keys, "stub"),
        note=_filled(keys, "note"),
        prefill=made.prefill,
    )


def _known(nodes: list[Node], ids: set[str], what: str) -> tuple[str, ...]:
    """The texts of ``nodes`` that are ids; the others are faults."""
    for n in nodes:
        if n.text() not in ids:
            n.fault(f"未知的{what}“{n.text()}”{near(n.text(), ids)}")
    return tuple(n.text() for n in nodes if n.text() in ids)


def _record(block_id: str, keys: dict[str, Node], fields: tuple[Field, ...], context: Context) -> Block:
    ids = {f.id for f in fields}
    lines: tuple[tuple[str, ...], ...] = tuple((f.id,) for f in fields)
    if "lines" in keys:
        lines = tuple(_known(line.items(), ids, "栏目") for line in keys["lines"].items())
        placed = [f for line in lines for f in line]
        for lost in [f.id for f in fields if f.id not in placed]:
            context.fault(("field", block_id, lost), f"栏目“{lost}”未列入 lines，表上不会出现")
        if len(set(placed)) != len(placed):
            keys["lines"].fault("lines 中有栏目出现多次")
    return Block(block_id, "", BlockKind.RECORD, fields, lines=lines)


def _grid(block_id: str, keys: dict[str, Node], fields: tuple[Field, ...], context: Context) -> Block:
    nodes = keys["rows"].mapping() if "rows" in keys else {}
    if not nodes:
        keys["grid"].fault("grid 至少要有一行 rows")
    rows = tuple(_row(row_id, nodes, block_id, fields, context) for row_id in nodes)
    return Block(block_id, "", BlockKind.GRID, fields, rows=rows)


def _row(row_id: str, nodes: dict[str, Node], block_id: str, fields: tuple[Field, ...], context: Context) -> Row:
    at = nodes[row_id]
    check_id(row_id, at, "行代号")
    context.places["row", block_id, row_id] = at.source
    keys = at.mapping(_ROW_KEYS)
    ids = {f.id for f in fields}
    if "label" not in keys:
        at.fault("缺少标签 label")
    closed = frozenset(_known(keys["closed"].items(), ids, "栏目")) if "closed" in keys else frozenset()
    formulas = {f: n.text() for f, n in _per_field(keys, "formulas", ids).items()}
    checks = {f: rule_code(n) for f, n in _per_field(keys, "checks", ids).items()}
    for name in sorted(closed & set(formulas)):
        keys["formulas"].fault(f"栏目“{name}”在本行已关闭（closed），不能有公式")
    if "total" in keys:
        parts = _known(keys["total"].items(), set(nodes) - {row_id}, "行")
        for f in fields:
            if f.type is FieldType.AMOUNT and not f.formula and f.id not in closed:
                formulas.setdefault(f.id, f"SUM({', '.join(f'{block_id}.{part}.{f.id}' for part in parts)})")
                if "check" in keys:
                    checks.setdefault(f.id, rule_code(keys["check"]))
    elif "check" in keys:
        keys["check"].fault("行的 check 须与 total 同用；单个单元格用 checks")
    for name in sorted(set(checks) - set(formulas)):
        at.fault(f"checks 中的栏目“{name}”在本行没有公式")
    role = RowRole.TOTAL if "total" in keys else RowRole.ITEM
    if "role" in keys:
        role = RowRole(keys["role"].choice([r.value for r in RowRole]) or "item")
    return Row(
        id=row_id,
        label=_filled(keys, "label"),
        role=role,
        indent=keys["indent"].integer(0, 5) if "indent" in keys else 0,
        code=keys["code"].text() if "code" in keys else None,
        formulas=dict(sorted(formulas.items())),
        checks=dict(sorted(checks.items())),
        closed=closed,
    )


def _per_field(keys: dict[str, Node], key: str, ids: set[str]) -> dict[str, Node]:
    return keys[key].mapping(ids) if key in keys else {}


def _list(block_id: str, keys: dict[str, Node], fields: tuple[Field, ...], context: Context) -> Block:
    ids = {f.id for f in fields}
    if "rows" not in keys:
        keys["list"].fault("list 须写明行数 rows")
    capacity = keys["rows"].integer(1, MOST_ROWS) if "rows" in keys else 1
    key = _known(keys["key"].items(), ids, "栏目") if "key" in keys else ()
    rows: tuple[Row, ...] = ()
    if "total" in keys:
        rows = (_total(keys["total"], block_id, fields, context),)
    prefill = read_row_prefill(keys["prefill"], block_id, fields, context) if "prefill" in keys else ()
    return Block(block_id, "", BlockKind.LIST, fields, rows=rows, capacity=capacity, key=key, prefill=prefill)


def _total(at: Node, block_id: str, fields: tuple[Field, ...], context: Context) -> Row:
    """The one total row of a list: its id is always ``total``."""
    context.places["row", block_id, "total"] = at.source
    keys = at.mapping(_TOTAL_KEYS)
    numbers = {f.id for f in fields if f.type.is_number}
    if "label" not in keys or "fields" not in keys:
        at.fault("合计行须有 label 和 fields")
    summed = _known(keys["fields"].items(), numbers, "数值栏目") if "fields" in keys else ()
    checks = {f: rule_code(n) for f, n in _per_field(keys, "checks", set(summed)).items()}
    if "check" in keys:
        checks = {f: rule_code(keys["check"]) for f in summed} | checks
    return Row(
        id="total",
        label=_filled(keys, "label"),
        role=RowRole.TOTAL,
        formulas={f: f"SUM({block_id}[].{f})" for f in sorted(summed)},
        checks=dict(sorted(checks.items())),
    )
