"""How the consolidated workbook is to be shown: at which node, for the public, in which unit of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, Field, Form, Suite
from toolkit.model.money import convert, is_money
from toolkit.report.adjusting import Booked
from toolkit.report.results import CLASSIFIED
from toolkit.report.summary_blocks import adds_up

_FLAG, _YES = "classified", "是"
_SHORTEST = 2
"""A name of one character would mask half of what was written."""

Values = Mapping[str, Mapping[Key, Value]]


@dataclass(frozen=True, slots=True)
class View:
    """``node``: a code of the tree, "" for the whole. ``public``: classified details masked. ``money``: 元, 万元, ""."""

    node: str = ""
    public: bool = False
    money: str = ""

    @property
    def file(self) -> str:
        """``summary.xlsx``, ``summary-102-公开版-元.xlsx``."""
        parts = [self.node, "公开版" if self.public else "", self.money]
        plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in "-".join(p for p in parts if p))
        return f"summary-{plain}.xlsx" if plain else "summary.xlsx"

    @property
    def words(self) -> str:
        """What sets the view apart, for titles: ``公开版　金额单位：元``."""
        return "　".join(
            part for part in ("公开版" if self.public else "", f"金额单位：{self.money}" if self.money else "") if part
        )


def masked(
    suite: Suite, values: Values, booked: Sequence[Booked], known: Values
) -> tuple[dict[str, dict[Key, Value]], tuple[Booked, ...]]:
    """Classified details as 涉密: of a row (and of a whole sheet of a repeated form) that says 是否涉密 = 是, or is about
    what another such row names, all but the amounts that add up; and every text with such a name in it. No sum changes.

    ``known``: all returns of the collection, since one unit may name what another has classified.
    """
    secrets = {name for cells in known.values() for name in _secrets(suite, cells, _flagged(cells))}
    found = {ret: _masked(suite, cells, secrets) for ret, cells in values.items()}
    told = tuple(
        replace(one, entry=replace(one.entry, reason=CLASSIFIED)) if _names(one.entry.reason, secrets) else one
        for one in booked
    )
    return found, told


def _flagged(cells: Mapping[Key, Value]) -> set[tuple[str, str, str]]:
    """(block, instance, row) of what says that it is classified."""
    return {(key.block, key.instance, key.row) for key, value in cells.items() if key.field == _FLAG and value == _YES}


def _masked(suite: Suite, cells: Mapping[Key, Value], secrets: set[str]) -> dict[Key, Value]:
    # what another sheet holds on the same project (its target, its purchases) is as classified as the project
    rows = _flagged(cells) | {(key.block, key.instance, key.row) for key, v in cells.items() if v in secrets}
    sheets = {(suite.form_of_block[block].id, instance) for block, instance, _ in rows if instance}
    shown: dict[Key, Value] = {}
    for key, value in cells.items():
        block = suite.blocks.get(key.block)
        field = block.by_id.get(key.field) if block is not None else None
        hidden = (key.block, key.instance, key.row) in rows
        hidden = hidden or (key.instance != "" and (suite.form_of_block[key.block].id, key.instance) in sheets)
        if block is None or field is None or key.field == _FLAG:
            shown[key] = value
        elif hidden:
            shown[key] = value if adds_up(block, field) and isinstance(value, Decimal) else CLASSIFIED
        else:
            shown[key] = CLASSIFIED if isinstance(value, str) and _names(value, secrets) else value
    return shown


def _secrets(suite: Suite, cells: Mapping[Key, Value], rows: set[tuple[str, str, str]]) -> set[str]:
    """The names and codes of what is classified: the key columns of a list's row, name and code of a record."""
    secrets = set()
    for key, value in cells.items():
        if (key.block, key.instance, key.row) in rows and isinstance(value, str) and len(value) >= _SHORTEST:
            block = suite.blocks[key.block]
            naming = block.key if block.kind is BlockKind.LIST else ("name", "code")
            if key.field in naming and not block.by_id[key.field].lookup:
                secrets.add(value)
    return secrets - {CLASSIFIED}


def _names(text: str, secrets: set[str]) -> bool:
    return any(secret in text for secret in secrets)


def in_money(
    suite: Suite, values: Values, booked: Sequence[Booked], money: str
) -> tuple[Suite, dict[str, dict[Key, Value]], tuple[Booked, ...]]:
    """Suite, values and adjustments with every amount in ``money``, exact."""
    units = {(b.id, f.id): f.unit for b in suite.blocks.values() for f in b.fields if f.unit and is_money(f.unit)}

    def exchanged(key: Key, value: Value) -> Value:
        unit = units.get((key.block, key.field))
        return convert(value, unit, money) if unit and isinstance(value, Decimal) else value

    shown = {ret: {key: exchanged(key, value) for key, value in cells.items()} for ret, cells in values.items()}
    told = tuple(
        replace(one, amount=convert(one.amount, unit, money)) if (unit := units.get((one.block, one.field))) else one
        for one in booked
    )
    return replace(suite, forms=tuple(_form_in(form, money) for form in suite.forms)), shown, told


def _form_in(form: Form, money: str) -> Form:
    blocks = tuple(replace(block, fields=tuple(_field_in(f, money) for f in block.fields)) for block in form.blocks)
    return replace(form, blocks=blocks, unit_line=money if is_money(form.unit_line) else form.unit_line)


def _field_in(field: Field, money: str) -> Field:
    if not is_money(field.unit) or field.unit is None or field.unit == money:
        return field
    # a smaller unit needs no more places; a larger one all the places there are
    larger = convert(Decimal(1), field.unit, money) < 1
    labels = tuple(label.replace(f"（{field.unit}）", f"（{money}）") for label in field.labels)
    return replace(field, unit=money, labels=labels, decimals=6 if larger else min(field.decimals, 2))
