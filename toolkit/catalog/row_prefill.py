"""YAML → RowPrefill: the rows that a list is issued with.

::

    prefill:
      - {from: projects, year: last, at: [一上, 二上], fields: {code: code, name: name}, open: [code, name]}
      - {from: target, year: this, at: [自评], fields: {project: name, expected: goals.goal}}
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.catalog.fields import Context
from toolkit.catalog.node import Node, near
from toolkit.model.form import STAGES, Block, BlockKind, Field, RowPrefill, Suite

_KEYS = frozenset({"from", "year", "at", "fields", "open"})
_BACK = {"this": 0, "last": 1}


def read_row_prefill(node: Node, block_id: str, fields: tuple[Field, ...], context: Context) -> tuple[RowPrefill, ...]:
    """One entry for each set of stages. Faults are noted in the context; where names lead is checked over the suite."""
    context.places["prefill", block_id] = node.source
    made = [_entry(one, {f.id: f for f in fields}) for one in node.items()]
    stages = [stage for one in made if one is not None for stage in one.stages]
    for twice in sorted({stage for stage in stages if stages.count(stage) > 1}):
        node.fault(f"阶段“{twice}”有两种预置")
    return tuple(one for one in made if one is not None)


def _entry(node: Node, known: dict[str, Field]) -> RowPrefill | None:
    keys = node.mapping(_KEYS)
    missing = [k for k in ("from", "year", "at", "fields") if k not in keys]
    if missing:
        node.fault(f"缺少：{'、'.join(missing)}")
        return None
    fields = keys["fields"].mapping(known)
    for name, at in fields.items():
        if known[name].formula or known[name].prefill:
            at.fault(f"栏目“{name}”由公式计算或另有预置，不能在此预置")
    opened = keys["open"].texts() if "open" in keys else ()
    for name in opened:
        if name not in fields:
            keys["open"].fault(f"open 中的“{name}”没有预置{near(name, fields)}")
    return RowPrefill(
        source=keys["from"].text(),
        back=_BACK.get(keys["year"].choice(tuple(_BACK)), 0),
        stages=tuple(n.choice(STAGES) for n in keys["at"].items()),
        fields={name: at.text() for name, at in fields.items()},
        open=frozenset(opened),
    )


def prefill_problems(block: Block, suite: Suite) -> Iterator[str]:
    """What the rows issued with a block name that is not in the suite."""
    for one in block.prefill:
        source = suite.blocks.get(one.source)
        if source is None:
            yield f"预置的来源“{one.source}”不存在{near(one.source, suite.blocks)}"
            continue
        if suite.form_of_block[block.id].repeat:
            yield "重复表中的列表不能预置各行"
        for name, where in one.fields.items():
            yield from _field_problems(block.by_id[name], where, source, suite)


def _field_problems(field: Field, where: str, source: Block, suite: Suite) -> Iterator[str]:
    block_id, _, field_id = where.rpartition(".")
    block = suite.blocks.get(block_id) if block_id else source
    found = block.by_id.get(field_id) if block is not None else None
    if block is None or found is None:
        known = {*source.by_id, *(f"{b.id}.{f}" for b in suite.form_of_block[source.id].blocks for f in b.by_id)}
        yield f"预置“{field.id}”的来源“{where}”不存在{near(where, known)}"
        return
    form, home = suite.form_of_block[block.id], suite.form_of_block[source.id]
    if (form.repeat and form is not home) or (block is not source and block.kind is BlockKind.GRID):
        yield f"预置“{field.id}”的来源“{where}”应在同一张表，或在不重复的表的记录、列表中"
    if found.type.is_number != field.type.is_number:
        yield f"预置“{field.id}”与其来源“{where}”一个是数字，一个是文字"
