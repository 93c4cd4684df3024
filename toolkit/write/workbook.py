"""Suite + data → a workbook ready to be sent out: equal inputs give equal bytes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from toolkit.formula import Cells, Program, compile_suite, compute
from toolkit.layout import Layout, SheetPlace, arrange
from toolkit.layout.hidden import CHECKS, INSTRUCTIONS, LISTS, META, MIRROR, Mirror, place_lists
from toolkit.layout.verdicts import plan_zones
from toolkit.model.errors import DataError, OutputError
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.model.form import BlockKind, Suite
from toolkit.write.cells import write_cells
from toolkit.write.checklist import write_checklist
from toolkit.write.context import Context
from toolkit.write.hidden import meta, write_lists, write_meta, write_mirror
from toolkit.write.instructions import write_instructions
from toolkit.write.marks import write_marks
from toolkit.write.outcome import write_outcome
from toolkit.write.skeleton import write_heights, write_skeleton
from toolkit.write.style import make_style
from toolkit.write.zone import ZoneWriter

CREATED = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
"""The time written into a workbook where the caller gives none: bytes must not depend on the clock."""


def write_workbook(
    target: Path | str | BinaryIO,
    suite: Suite,
    *,
    identity: Identity | None = None,
    data: UnitData | None = None,
    prefill: Mapping[Key, Value] | None = None,
    proposed: Mapping[Key, Value] | None = None,
    instances: int | None = None,
    notes: Sequence[str] = (),
    created: datetime.datetime = CREATED,
    key: bytes | None = None,
    signature: str = "",
    said: Mapping[str, str] | None = None,
) -> Layout:
    """Write the suite's workbook, blank or filled with ``data``, to a path or binary buffer.

    ``prefill`` are the bureau's values (last year's figures, unit names): written and locked; ``proposed`` those that
    the unit may change; ``data`` wins.
    ``instances``: sheets per repeated form; more are made where ``data`` needs them. ``notes``: lines for this
    unit, printed at the top of the instructions. ``key``: the bureau's, to sign the hidden identity with;
    ``signature``: the one it was issued with. ``said``: the unit's explanations, by the hidden ids of the rows of 校验
    (one whose row is not there is left out). Returns the layout used.
    Raises DataError for values that have no cell, OutputError where the file cannot be written.
    """
    content, layout = workbook_bytes(
        suite,
        identity=identity,
        data=data,
        prefill=prefill,
        proposed=proposed,
        instances=instances,
        notes=notes,
        created=created,
        key=key,
        signature=signature,
        said=said,
    )
    if isinstance(target, (str, Path)):
        _save(Path(target), content)
    else:
        target.write(content)
    return layout


def workbook_bytes(
    suite: Suite,
    *,
    identity: Identity | None = None,
    data: UnitData | None = None,
    prefill: Mapping[Key, Value] | None = None,
    proposed: Mapping[Key, Value] | None = None,
    instances: int | None = None,
    notes: Sequence[str] = (),
    created: datetime.datetime = CREATED,
    key: bytes | None = None,
    signature: str = "",
    said: Mapping[str, str] | None = None,
) -> tuple[bytes, Layout]:
    """As ``write_workbook``, in memory."""
    program = compile_suite(suite)
    who = identity or (data.identity if data is not None else _nobody(suite))
    # Last year's book says on its cover who it was from then; who this workbook is for is said by its identity.
    fixed = {**(prefill or {}), **(identity_values(suite, who) if who.unit or identity is not None else {})}
    typed = dict(data.values) if data is not None else {}
    given = {**(proposed or {}), **fixed, **typed}
    marks = dict(data.marks) if data is not None else {}
    layout = arrange(suite, _instances(suite, instances, [*given, *marks]))
    _refuse_homeless(layout, [*given, *marks])
    ctx = _context(suite, program, layout, who, (given, marks, frozenset(fixed) - typed.keys()))
    ctx.notes, ctx.key, ctx.signature, ctx.said = tuple(notes), key, signature, dict(said or {})
    _write(ctx)
    ctx.book.properties(suite.title, created.replace(tzinfo=None), meta(ctx))
    return ctx.book.finish(), layout


def _save(path: Path, content: bytes) -> None:
    """Written beside and moved into place, so that an older file is either kept or replaced as a whole."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(f"无法写入 {path}：{error.strerror or error}") from error


def _context(
    suite: Suite,
    program: Program,
    layout: Layout,
    who: Identity,
    content: tuple[dict[Key, Value], dict[Key, str], frozenset[Key]],
) -> Context:
    given, marks, prefilled = content
    typed_over = frozenset(k for k in given if suite.blocks[k.block].formula(k.row, k.field) is not None)
    values = compute(program, given, typed_over, marks)
    book, style = make_style(suite.style)
    return Context(
        suite=suite,
        layout=layout,
        program=program,
        identity=who,
        zones=plan_zones(suite, program),
        lists=place_lists(suite),
        mirror=Mirror(layout),
        book=book,
        style=style,
        given=given,
        marks=marks,
        prefilled=prefilled,
        values=values,
        cells=Cells(suite, values, marked=marks),
    )


def _write(ctx: Context) -> None:
    forms = [s.name for s in ctx.layout.sheets]
    for name in (INSTRUCTIONS, CHECKS, *forms, LISTS, MIRROR, META):
        ctx.sheets[name] = ctx.book.sheet(name)
    for at in ctx.layout.sheets:
        _form(ctx, at)
    write_lists(ctx)
    totals, used = write_mirror(ctx)
    write_checklist(ctx, totals, used)
    write_instructions(ctx)
    write_meta(ctx)


def _form(ctx: Context, at: SheetPlace) -> None:
    sheet = ctx.sheets[at.name]
    write_skeleton(ctx, sheet, at)
    write_cells(ctx, sheet, at)
    write_heights(ctx, sheet, at)
    zone = ZoneWriter(ctx, sheet, at)
    zone.write()
    ctx.counts[at.name] = write_outcome(zone)
    write_marks(ctx, sheet, at)
    sheet.protect()


def _nobody(suite: Suite) -> Identity:
    return Identity(suite.region, suite.year, suite.stage, "", "", suite.edition, suite.id)


def identity_values(suite: Suite, who: Identity) -> dict[Key, Value]:
    """Values of the first form's prefilled fields that say who the return is from (year, unit_code …)."""
    texts = {
        "region": who.region,
        "stage": who.stage,
        "unit": who.unit,
        "unit_code": who.unit,
        "unit_name": who.unit_name,
        "year": str(who.year),
    }
    found: dict[Key, Value] = {}
    for block in suite.forms[0].blocks if suite.forms else ():
        if block.kind is not BlockKind.RECORD or suite.forms[0].repeat:
            continue
        for field in block.fields:
            text = texts.get(field.id)
            if field.prefill and text:
                found[Key(block.id, "", "", field.id)] = Decimal(text) if field.type.is_number else text
    return found


def _instances(suite: Suite, wanted: int | None, keys: list[Key]) -> int | None:
    """As many sheets as wanted or declared, and at least as many as the data speaks of."""
    needed = max((int(k.instance) for k in keys if k.instance.isdigit()), default=0)
    declared = max((f.repeat for f in suite.forms), default=0) if wanted is None else wanted
    return needed if needed > declared else wanted


def _refuse_homeless(layout: Layout, keys: list[Key]) -> None:
    homeless = [k for k in keys if layout.spot(k) is None]
    if not homeless:
        return
    shown = "；".join(f"{k.block}[{k.instance or '-'}/{k.row or '-'}].{k.field}" for k in homeless[:5])
    more = f" 等{len(homeless)}处" if len(homeless) > 5 else ""
    raise DataError(f"以下数据在套表“{layout.suite.title}”中没有对应的单元格（行数或项目数可能超出）：{shown}{more}")
