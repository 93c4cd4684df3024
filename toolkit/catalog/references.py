"""What must hold over the whole suite: every name that is used is there, every sheet has its own name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.catalog.fields import Context
from toolkit.catalog.node import near
from toolkit.catalog.row_prefill import prefill_problems
from toolkit.model.form import Block, BlockKind, Field, Suite

RESERVED_SHEETS = ("填报说明", "校验", "_lists", "_mirror", "_meta", "History")


def check_references(suite: Suite, context: Context) -> None:
    """Note every reference that leads nowhere, and every clash of names, with its place."""
    _sheets(suite, context)
    for block in suite.blocks.values():
        for f in block.fields:
            _field(f, block, suite, context)
        for problem in prefill_problems(block, suite):
            context.fault(("prefill", block.id), problem)
    for rule in suite.rules:
        for place in rule.places:
            if not _is_place(place, suite):
                context.fault(("rule", rule.code, "places"), f"规则 {rule.code} 的 places 指向不存在的栏目“{place}”")
        for name in rule.lists:
            if name not in suite.lists:
                context.fault(("rule", rule.code, "lists"), f"未知的代码表“{name}”{near(name, suite.lists)}")
        for number, case in enumerate(rule.cases):
            for problem in (*case_problems(case.data, suite), *case_problems(case.prior, suite)):
                context.fault(("rule", rule.code, "case", str(number)), problem)


def _sheets(suite: Suite, context: Context) -> None:
    """Excel takes ``A`` and ``a`` for one name."""
    taken: dict[str, str] = {name.casefold(): "" for name in RESERVED_SHEETS}
    for form in suite.forms:
        names = [form.sheet.format(n=n + 1) for n in range(form.repeat)] if form.repeat else [form.sheet]
        for name in names:
            if name.casefold() in taken:
                other = taken[name.casefold()]
                with_whom = f"与表“{other}”的工作表同名" if other and other != form.id else "是系统保留的工作表名"
                with_whom = "在各实例间不唯一" if other == form.id else with_whom
                context.fault(("form", form.id, "sheet"), f"工作表名“{name}”{with_whom}")
                break
            taken[name.casefold()] = form.id


def _field(f: Field, block: Block, suite: Suite, context: Context) -> None:
    at = ("field", block.id, f.id)
    if f.lookup is not None and f.lookup not in suite.lists:
        context.fault((*at, "lookup"), f"未知的代码表“{f.lookup}”{near(f.lookup, suite.lists)}")
        return
    if f.source is not None:
        _source(f.source, at, suite, context)
    if f.parent is None:
        return
    parent = block.by_id.get(f.parent)
    if parent is None or parent.id == f.id:
        context.fault((*at, "parent"), f"本区块没有上级栏目“{f.parent}”{near(f.parent, set(block.by_id) - {f.id})}")
        return
    pairs = suite.lists[f.lookup].pairs if f.lookup else frozenset()
    if not pairs:
        context.fault((*at, "lookup"), f"代码表“{f.lookup}”的条目没有 parent，不能用作级联选择")
    upper = suite.lists.get(parent.lookup or "")
    if upper is None:
        context.fault((*at, "parent"), f"上级栏目“{parent.id}”没有代码表（lookup）")
        return
    for name in sorted({p for p, _ in pairs} - upper.values):
        context.fault(("list", str(f.lookup)), f"代码表“{f.lookup}”的上级“{name}”不在代码表“{upper.id}”中")


def _source(source: str, at: tuple[str, ...], suite: Suite, context: Context) -> None:
    """``source`` names a column that another block's rows hold: ``projects.name``."""
    block_id, _, field_id = source.partition(".")
    block = suite.blocks.get(block_id)
    if block is None or field_id not in block.by_id:
        columns = {f"{b.id}.{f.id}" for b in suite.blocks.values() if b.kind is BlockKind.LIST for f in b.fields}
        context.fault((*at, "source"), f"未知的取值来源“{source}”{near(source, columns)}")
    elif block.kind is not BlockKind.LIST:
        context.fault((*at, "source"), f"取值来源“{source}”须是列表（list）的栏目")
    elif suite.form_of_block[block_id].repeat:
        context.fault((*at, "source"), f"取值来源“{source}”不得在重复表中")


def _is_place(name: str, suite: Suite) -> bool:
    """``block.field``, ``block[].field`` or ``block.row.field``."""
    parts = name.replace("[]", "").split(".")
    block = suite.blocks.get(parts[0])
    if block is None or len(parts) not in {2, 3}:
        return False
    if len(parts) == 3:
        return parts[1] in block.rows_by_id and parts[2] in block.by_id
    return parts[1] in block.by_id


def _known_cells(name: str, suite: Suite) -> set[str]:
    """What ``name`` could have meant: the cells of its block, or else the blocks."""
    block = suite.blocks.get(name.partition(".")[0])
    if block is None:
        return set(suite.blocks)
    rows = [f"{block.id}.{row}" for row in block.rows_by_id] or [block.id]
    return {f"{row}.{f}" for row in rows for f in block.by_id}


def case_problems(data: Mapping[str, object], suite: Suite) -> Iterator[str]:
    """What an example names that is not there; a typing error would make it pass for nothing."""
    for name, value in data.items():
        if name.endswith("[]"):
            block = suite.blocks.get(name.removesuffix("[]"))
            if block is None or not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
                yield f"示例中的“{name}”须是已有区块，其值为若干行 {{栏目: 值}} 的列表"
                continue
            for key in sorted({key for row in value for key in row} - set(block.by_id)):
                yield f"示例中的区块“{block.id}”没有栏目“{key}”{near(key, block.by_id)}"
        elif not _is_place(name, suite):
            yield f"示例中的单元格“{name}”不存在{near(name, _known_cells(name, suite))}"
