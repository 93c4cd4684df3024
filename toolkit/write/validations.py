"""Input prompts and data validation, all in Chinese and within Excel's limits of length."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from toolkit.layout.hidden import ListPlace, absolute, item_rows
from toolkit.layout.places import BlockPlace, Layout, SheetPlace, a1
from toolkit.model.form import Field, FieldType
from toolkit.model.money import plain
from toolkit.write.engine import Sheet

_TITLE, _PROMPT, _ERROR = 32, 255, 225
_BOUND = Decimal("999999999999")
_DATES = (datetime.date(1990, 1, 1), datetime.date(2099, 12, 31))
_YES_NO = ["是", "否"]
_TEXT_DEFAULT = 2000


@dataclass(frozen=True)
class Validator:
    """Validates input cells of one workbook."""

    layout: Layout
    lists: Mapping[str, ListPlace]

    def apply(self, sheet: Sheet, at: SheetPlace, place: BlockPlace, field: Field, run: tuple[int, int, int]) -> None:
        """Validate the input cells ``run`` = (top, bottom, column) of a field.

        A cascade reads its parent in the run's first row, relative: it moves along with the row.
        """
        top, bottom, column = run
        options = {
            **self._criteria(at, place, field, (top, column)),
            **_prompt(field),
            **_error(field, self._open(field)),
        }
        sheet.validation(top, column, bottom, column, options)

    def _open(self, field: Field) -> bool:
        found = self.lists.get(field.lookup or "")
        return not field.strict or (found is not None and found.codes.open)

    def _criteria(self, at: SheetPlace, place: BlockPlace, field: Field, first: tuple[int, int]) -> dict[str, object]:
        if field.source is not None:
            return {"validate": "list", "source": "=" + self._source(at, field.source)}
        top, column = first
        found = self.lists.get(field.lookup or "")
        if found is not None and found.entries:
            parent = self._parent(place, field, top)
            if parent is None:
                return {"validate": "list", "source": "=" + found.choices}
            match = f"MATCH({parent},{found.parents},0)-1"
            height = f"COUNTIF({found.parents},{parent})"
            return {"validate": "list", "source": f"=OFFSET({found.first_value},{match},0,{height},1)"}
        if field.type is FieldType.YES_NO:
            return {"validate": "list", "source": _YES_NO}
        if field.dash:
            return {"validate": "custom", "value": _number_or_dash(field, f"${a1(top, column)}")}
        return _typed(field)

    def _source(self, at: SheetPlace, source: str) -> str:
        """The range of the cells in another list whose typed values are the choices."""
        block, field = source.split(".")
        own = at.by_block.get(block)
        sheet = at if own is not None else self.layout.sheet_of(block)
        place = sheet.by_block[block]
        cells = [place.cells[(row, field)] for row in item_rows(place)]
        return absolute(sheet.name, cells[0][0], cells[0][1], cells[-1][0])

    def _parent(self, place: BlockPlace, field: Field, top: int) -> str | None:
        """Address of the parent's cell in the run's first row, its column fixed."""
        if field.parent is None:
            return None
        row = next((row for (row, f), (r, _) in place.cells.items() if r == top and f == field.parent), None)
        at = place.cells.get(("" if row is None else row, field.parent))
        return None if at is None else f"${a1(*at)}"


def _limits(field: Field) -> tuple[int | float, int | float]:
    low = field.minimum if field.minimum is not None else -_BOUND
    high = field.maximum if field.maximum is not None else _BOUND
    return _bound(low), _bound(high)


def _number_or_dash(field: Field, cell: str) -> str:
    low, high = _limits(field)
    return f'=OR({cell}="--",AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high}))'


def _typed(field: Field) -> dict[str, object]:
    if field.type.is_number:
        low, high = _limits(field)
        kind = "integer" if field.type is FieldType.INTEGER else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    if field.type is FieldType.DATE:
        return {"validate": "date", "criteria": "between", "minimum": _DATES[0], "maximum": _DATES[1]}
    limit = field.max_length or _TEXT_DEFAULT
    return {"validate": "length", "criteria": "<=", "value": limit}


def _bound(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _prompt(field: Field) -> dict[str, object]:
    """The prompt shown when the cell is selected: help, format, basis."""
    lines = [field.help, _expectation(field), f"依据：{field.basis}" if field.basis else ""]
    text = "\n".join(line for line in lines if line)
    if not text:
        return {}
    return {"input_title": clip(field.label, _TITLE), "input_message": clip(text, _PROMPT)}


def _expectation(field: Field) -> str:
    """What is to be typed, in one short sentence."""
    unit = f"，单位：{field.unit}" if field.unit else ""
    if field.lookup or field.source or field.type is FieldType.YES_NO:
        return "请从下拉列表中选择。"
    if field.type is FieldType.PERCENT:
        return f"请填百分数的数值，如98.27%填98.27{_range(field)}。"
    if field.type.is_number:
        kind = "整数" if field.type is FieldType.INTEGER else "数字"
        dash = "；不适用的填“--”" if field.dash else ""
        return f"请填{kind}，不带单位{unit}{_range(field)}{dash}。"
    if field.type is FieldType.DATE:
        return "请填日期，如2021-03-31。"
    return f"不超过{field.max_length}字。" if field.max_length else ""


def _range(field: Field) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"，{plain(low)}至{plain(high)}之间"
    if low is not None:
        return f"，不小于{plain(low)}"
    return f"，不大于{plain(high)}" if high is not None else ""


def _error(field: Field, is_open: bool) -> dict[str, object]:
    if field.source is not None:
        text = f"「{field.label}」应选自已填列的清单，请从下拉列表中选择。"
    elif field.lookup or field.type is FieldType.YES_NO:
        after = f"先选择上级栏目，再选「{field.label}」。" if field.parent else ""
        text = f"「{field.label}」应从下拉列表中选择。{after}"
    elif field.type is FieldType.DATE:
        text = f"「{field.label}」应填日期（如2021-03-31）。"
    elif field.type.is_number:
        text = f"「{field.label}」应填{_expectation(field)[2:]}"
    else:
        text = f"「{field.label}」的文字过长：不超过{field.max_length or _TEXT_DEFAULT}字，请精简。"
    soft = is_open and (field.lookup is not None or field.source is not None)
    if soft:
        text += "列表以外的内容请核实后再填。"
    return {
        "ignore_blank": True,
        "error_title": clip("请核实" if soft else "填写有误", _TITLE),
        "error_message": clip(text, _ERROR),
        "error_type": "warning" if soft else "stop",
    }


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, with … where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
