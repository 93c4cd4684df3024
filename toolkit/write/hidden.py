"""The hidden sheets: code lists, the mirror of repeated forms, and what identifies the workbook."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.layout.hidden import LIST_TOP, LISTS, META, MIRROR, MIRROR_TOP, absolute, dollars
from toolkit.layout.places import SheetPlace, a1, quoted
from toolkit.layout.verdicts import CHECKED, FAILED, FIRST, UNKNOWN, USED
from toolkit.model.fact import Key
from toolkit.model.signature import SIGNATURE, sign
from toolkit.write.context import Context, cached
from toolkit.write.engine import Cached, Sheet

FORMAT_VERSION = "1"


def write_lists(ctx: Context) -> None:
    """Three columns per code list: parents, values, and values without repeats."""
    sheet, look = ctx.sheets[LISTS], ctx.style.hidden()
    text = ctx.book.format(num_format="@")
    for list_id, place in ctx.lists.items():
        sheet.text(0, place.column, place.codes.label, look)
        for offset, part in enumerate(("parent", "value", "choice")):
            sheet.text(1, place.column + offset, f"{list_id}.{part}", look)
        for index, entry in enumerate(place.entries):
            if entry.parent is not None:
                sheet.text(LIST_TOP + index, place.column, entry.parent, text)
            sheet.text(LIST_TOP + index, place.column + 1, entry.value, text)
        for index, value in enumerate(place.unique):
            sheet.text(LIST_TOP + index, place.column + 2, value, text)
    sheet.raw.hide()
    sheet.protect()


@dataclass(frozen=True)
class Totals:
    """Addresses, over all instances, of one summary line of a repeated form."""

    checked: str
    failed: str
    unknown: str
    first: str


def write_mirror(ctx: Context) -> tuple[dict[str, tuple[Totals, ...]], dict[str, str]]:
    """Fields of repeated forms that other sheets range over, then the summaries of every instance.

    Returns the addresses of the summaries per repeated form, and of how many cells each form's sheets hold.
    """
    sheet, look = ctx.sheets[MIRROR], ctx.style.hidden()
    for (block, field), column in ctx.mirror.columns.items():
        sheet.text(0, column, f"{block}.{field}", look)
        for index, (instance, row, spot) in enumerate(ctx.mirror.sources(block, field)):
            if spot is None:
                continue
            source = f"{quoted(spot.sheet)}!{a1(spot.row, spot.column)}"
            value = cached(ctx.values.get(Key(block, instance, row, field)))
            sheet.formula(MIRROR_TOP + index, column, f'=IF(LEN({source})=0,"",{source})', look, value)
    column = ctx.mirror.width + 1
    totals: dict[str, tuple[Totals, ...]] = {}
    used: dict[str, str] = {}
    for form in ctx.suite.forms:
        sheets = [s for s in ctx.layout.sheets if s.form.id == form.id]
        if not form.repeat or not sheets:
            continue
        used[form.id] = _column(ctx, sheet, column, sheets, f"{form.id}.used", (0, USED))
        column += 1
        found: list[Totals] = []
        for line, summary in enumerate(ctx.zones[form.id].summary):
            name = f"{summary.check.id}#{summary.level}"
            parts = [
                _column(ctx, sheet, column + k, sheets, f"{name}.{label}", (line, offset))
                for k, (label, offset) in enumerate((("checked", CHECKED), ("failed", FAILED), ("unknown", UNKNOWN)))
            ]
            found.append(Totals(parts[0], parts[1], parts[2], _firsts(ctx, sheet, column + 3, sheets, line)))
            column += 4
        totals[form.id] = tuple(found)
    sheet.raw.hide()
    sheet.protect()
    return totals, used


def _column(ctx: Context, sheet: Sheet, column: int, sheets: list[SheetPlace], head: str, cell: tuple[int, int]) -> str:
    """One number of the zone of every instance, one under the other. Returns their range."""
    row, offset = cell
    sheet.text(0, column, head, ctx.style.hidden())
    for index, at in enumerate(sheets):
        source = f"{quoted(at.name)}!{dollars(row, at.hidden_from + offset)}"
        sheet.formula(MIRROR_TOP + index, column, f"={source}", ctx.style.hidden(), _number(ctx, at, row, offset))
    return absolute(MIRROR, MIRROR_TOP, column, MIRROR_TOP + len(sheets) - 1)


def _number(ctx: Context, at: SheetPlace, line: int, offset: int) -> Cached:
    if offset == USED:
        return ctx.used[at.name]
    count = ctx.counts[at.name][line]
    return {CHECKED: count.checked, FAILED: count.failed, UNKNOWN: count.unknown}[offset]


def _firsts(ctx: Context, sheet: Sheet, column: int, sheets: list[SheetPlace], line: int) -> str:
    """The first failing address so far, instance by instance; the last of them is the answer."""
    found = ""
    sheet.text(0, column, "first", ctx.style.hidden())
    for index, at in enumerate(sheets):
        row = MIRROR_TOP + index
        source = f"{quoted(at.name)}!{dollars(line, at.hidden_from + FIRST)}"
        above = a1(row - 1, column)
        formula = f"={source}" if index == 0 else f"=IF(LEN({above})>0,{above},{source})"
        found = found or ctx.counts[at.name][line].first
        sheet.formula(row, column, formula, ctx.style.hidden(), found)
    return f"{quoted(MIRROR)}!{dollars(MIRROR_TOP + len(sheets) - 1, column)}"


def write_meta(ctx: Context) -> None:
    """Identity as key and value in columns A and B of a very hidden sheet."""
    sheet, look = ctx.sheets[META], ctx.style.hidden()
    for row, (key, value) in enumerate(meta(ctx).items()):
        sheet.text(row, 0, key, look)
        sheet.text(row, 1, value, ctx.book.format(num_format="@"))
    sheet.raw.very_hidden()
    sheet.protect()


def meta(ctx: Context) -> dict[str, str]:
    """What the workbook says about itself, signed with the bureau's key where there is one."""
    who = ctx.identity
    said = {
        "suite": ctx.suite.id,
        "edition": who.edition,
        "region": who.region,
        "year": str(who.year),
        "stage": who.stage,
        "unit": who.unit,
        "unit_name": who.unit_name,
        "format_version": FORMAT_VERSION,
        "instances": str(ctx.layout.instances),
    }
    signature = ctx.signature if ctx.key is None else sign(ctx.key, said)
    return {**said, SIGNATURE: signature} if signature else said
