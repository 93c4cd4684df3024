"""A unit's ceilings, told where it can see them: on the instructions of its own workbook."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.check.categories import WHOLE, category
from toolkit.check.wording import shown
from toolkit.model.errors import InputError
from toolkit.model.form import Suite
from toolkit.model.money import convert, is_money
from toolkit.store.bureau import ControlEntry

Notes = dict[str, list[str]]
"""Unit code → lines for that unit."""


def ceiling_notes(suite: Suite, control: Sequence[ControlEntry]) -> Notes:
    """One line per ceiling, in the unit of measure of the cell it is about; the bureau's own totals are left out.

    Raises InputError for a category that fits no cell or several, and for a unit of measure that is no money.
    """
    notes: Notes = {}
    for entry in control:
        if entry.unit in WHOLE:
            continue
        what = category(suite, entry)
        printed = what.field.unit or "万元"
        given = entry.unit_of_measure or printed
        if not is_money(given) or not is_money(printed):
            raise InputError(f"{entry.where}“计量单位”列：“{given}”不是金额单位。请填 元、千元、万元 或 亿元。")
        limit = shown(convert(entry.amount, given, printed), printed)
        title = suite.form_of_block[what.block.id].title
        notes.setdefault(entry.unit, []).append(f"控制数：《{title}》“{what.label}”不得超过 {limit}。")
    return notes
