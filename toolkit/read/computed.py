"""Computed cells: intact formulas are recomputed, constants typed over them are what the unit declares (decisions 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.formula import Cells, compute
from toolkit.formula.evaluate import Result, Spot, evaluate
from toolkit.model.fact import Key, Remark, State, Value
from toolkit.model.form import FieldType
from toolkit.model.money import AMOUNT_TOLERANCE, normal, round_half_up
from toolkit.read.harvest import Harvest, Harvested, remark
from toolkit.read.issued import Issued, plain_formula, refers_outside
from toolkit.read.loaded import UNKNOWN
from toolkit.read.values import BLANK, Note, Reader, Reading, as_text


@dataclass
class Settled:
    """All values with the computed ones; ``typed_over``: computed cells whose declared value was kept.

    ``marked``: cells where something stands that is no value.
    """

    values: dict[Key, Value] = field(default_factory=dict)
    typed_over: dict[Key, Reading] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    marked: frozenset[Key] = frozenset()


def settle(
    harvest: Harvest, rows: set[tuple[str, str, str]], issued: Issued, formats: list[str], names: Mapping[str, str]
) -> Settled:
    """Values of all cells. ``rows``: the used list rows. ``names``: sheet name in the file → as issued."""
    settled = Settled()
    given = _given(harvest, rows, issued)
    constants = {k: c for k, c in harvest.cells.items() if c.computed and c.typed and k in given}
    formulas = {k: c for k, c in harvest.cells.items() if c.computed and c.formula is not None and k in given}
    shown = {k: _shown(k, c, issued, formats) for k, c in formulas.items()}
    changed = {k for k, c in formulas.items() if not _intact(k, c, harvest, issued, names)}
    # Of these the text cannot be had: their results decide below whether they are the ones issued.
    unspoken = {k for k in changed if formulas[k].formula == UNKNOWN}
    # Taken for true first: the unit's own formulas declare what they showed when the file was saved.
    own = {k: reading for k in changed if (reading := shown[k]) is not None}
    values = _compute(given, own, constants, issued, harvest.cells)
    intact = {k: r for k, r in shown.items() if k not in changed}
    calculated = own.keys() >= changed - unspoken and _agree(intact, values, issued)
    if own and not calculated:
        # The intact formulas say that nobody calculated this file, so what the others show is worth nothing.
        own = {}
        values = _compute(given, own, constants, issued, harvest.cells)
    settled.values, settled.marked = values, _marked(given, own, harvest.cells)
    settled.typed_over = {k: c.reading for k, c in constants.items()}
    _declare(settled, own, {**constants, **{k: formulas[k] for k in changed}}, issued)
    _deleted(settled, harvest, issued)
    if not calculated and changed <= unspoken:
        words = "公式保存的结果与重新计算的不一致：文件保存前未重新计算，已按重新计算的结果读取"
        settled.remarks.append(Remark("WBK-04", words, severity="info"))
    return settled


def without_formulas(harvest: Harvest) -> None:
    """Of a format that keeps no formulas: what stands in a computed cell is the result of one, or was typed."""
    for key, found in harvest.cells.items():
        if found.computed and found.typed:
            harvest.cells[key] = replace(found, reading=BLANK, formula=UNKNOWN)


def _compute(
    given: Mapping[Key, Value],
    own: Mapping[Key, Reading],
    constants: Mapping[Key, Harvested],
    issued: Issued,
    cells: Mapping[Key, Harvested],
) -> dict[Key, Value]:
    declared = {k: r.value for k, r in own.items()}
    typed_over = frozenset({*constants, *own})
    return compute(issued.computation, {**given, **declared}, typed_over, _marked(given, own, cells))


def _marked(given: Mapping[Key, Value], own: Mapping[Key, Reading], cells: Mapping[Key, Harvested]) -> frozenset[Key]:
    """Where something stands that is no value (—, 涉密, what cannot be read): no blank that may count as 0."""
    readings = {key: own.get(key, cells[key].reading) for key in given}
    return frozenset(k for k, r in readings.items() if r.value is None and r.state is not State.BLANK)


def _given(harvest: Harvest, rows: set[tuple[str, str, str]], issued: Issued) -> dict[Key, Value]:
    """What was typed, and a place for each computed cell of a used row."""
    blocks = issued.suite.blocks
    given: dict[Key, Value] = {}
    for key, found in harvest.cells.items():
        block = blocks[key.block]
        if key.row in block.rows_by_id or not block.capacity or (key.block, key.instance, key.row) in rows:
            given[key] = found.reading.value
    return given


def _intact(key: Key, found: Harvested, harvest: Harvest, issued: Issued, names: Mapping[str, str]) -> bool:
    """Whether the formula is the one issued. Where cells were moved its addresses moved too: then its value
    alone decides, and it counts as intact here."""
    if found.formula == UNKNOWN:
        return False
    if harvest.moved or not found.formula or found.at is None:
        return not (found.formula and refers_outside(found.formula))
    sheet = issued.layout.sheet_of(key.block, key.instance)
    expected = issued.formula(sheet, key.block, key.row, key.field, found.at[0])
    if found.formula == expected:
        return True
    text = plain_formula(found.formula)
    for here, there in names.items():
        text = text.replace(f"{here.upper()}!", f"{there.upper()}!")
    return text.replace(f"${sheet.name.upper()}!", "").replace(f"{sheet.name.upper()}!", "") == plain_formula(expected)


def _shown(key: Key, found: Harvested, issued: Issued, formats: list[str]) -> Reading | None:
    """What the cell showed when it was saved; None where nothing was saved."""
    cell = found.cached
    if cell is None or (not cell.text and cell.kind == "n"):
        return None
    return Reader(issued.suite.blocks[key.block].by_id[key.field], None, formats).read(cell)


def _same(key: Key, one: Value, other: Value, issued: Issued) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        f = issued.suite.blocks[key.block].by_id[key.field]
        tolerance = AMOUNT_TOLERANCE if f.type is FieldType.AMOUNT else Decimal("0.000001")
        return abs(round_half_up(one - other, 6)) <= (f.tolerance if f.tolerance is not None else tolerance)
    return one == other


def _agree(shown: Mapping[Key, Reading | None], values: Mapping[Key, Value], issued: Issued) -> bool:
    """Whether every formula shows what it should. One that shows nothing may be stored without a result."""
    return all(
        _same(key, reading.value if reading else None, values.get(key), issued) or _mute(reading, values.get(key))
        for key, reading in shown.items()
    )


def _mute(reading: Reading | None, value: Value) -> bool:
    """Whether 0 stands for a text or for nothing: LibreOffice stores some such results so in .xls."""
    return reading is not None and reading.raw == "0" and not isinstance(value, Decimal)


def _declare(settled: Settled, own: Mapping[Key, Reading], cells: Mapping[Key, Harvested], issued: Issued) -> None:
    """A remark for each constant or formula of the unit's own, with what the issued formula gives instead."""
    live = Cells.every(issued.suite, settled.values, settled.marked)
    for key, found in cells.items():
        computed = issued.computed(key.block, key.row, key.field)
        if computed is None:
            continue
        expected = _value(evaluate(computed.bound, Spot(live, key.instance, key.row)))
        if found.formula is None:
            words, severity = _typed_over(_same(key, found.reading.value, expected, issued), expected)
            note = Note("WBK-04", words, severity=severity)
            settled.remarks.append(remark(note, key, found, as_text(expected)))
            continue
        reading = own.get(key)
        outside = "，且引用了其他文件" if refers_outside(found.formula) else ""
        same = reading is not None and _same(key, reading.value, expected, issued)
        if found.formula == UNKNOWN and (same or reading is None):
            settled.values[key] = expected
            continue
        if found.formula == UNKNOWN:
            words = "与按下发的公式重新计算的结果不一致，按所填的值读取"
            settled.typed_over[key] = reading or found.reading
        elif reading is None:
            words = f"公式被改动{outside}，已按下发的公式重新计算"
        elif same:
            words = f"公式与下发的不同{outside}，结果一致"
            settled.values[key] = expected
        else:
            words = f"公式被改动{outside}，按所填公式的结果读取"
            settled.typed_over[key] = reading
        note = Note("WBK-04", words, severity="info" if same and not outside else "warning")
        raw = Reading(None, State.VALUE, f"={found.formula}" if reading is None else reading.raw)
        settled.remarks.append(remark(note, key, Harvested(raw, found.sheet, found.at), as_text(expected)))


def _typed_over(same: bool, expected: Value) -> tuple[str, str]:
    """What is said of a constant over a formula, and how gravely: a formula without operands contradicts nothing."""
    if same:
        return "公式被数值覆盖，结果一致", "info"
    if expected is None:
        return "公式被数值覆盖，公式缺少数据无法计算，按所填的值读取", "info"
    return "公式被数值覆盖，与公式的结果不一致，按所填的值读取", "warning"


def _value(result: Result) -> Value:
    if isinstance(result, bool) or result == "":
        return None
    return normal(result) if isinstance(result, Decimal) else result


def _deleted(settled: Settled, harvest: Harvest, issued: Issued) -> None:
    """Formulas that were cleared, where they would show something."""
    for key, found in harvest.cells.items():
        if not found.computed or not found.issued or found.at is None or found.formula is not None or found.typed:
            continue
        value = settled.values.get(key)
        if value is not None:
            note = Note("WBK-04", "公式被删除，已按下发的公式重新计算", severity="warning")
            settled.remarks.append(remark(note, key, found, as_text(value)))
