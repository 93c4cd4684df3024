"""One raw cell and its field → a value with its state, and what has to be said about it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model import money
from toolkit.model.fact import State, Value
from toolkit.model.form import CodeList, Field, FieldType
from toolkit.read import formats
from toolkit.read.dates import likely_date, serial_date, typed_date
from toolkit.read.numbers import stored_number, typed_number
from toolkit.read.rawcell import RawCell
from toolkit.read.texts import clean, half_width, is_ditto, state_of, visibly_changed

_PLAUSIBLE = datetime.date(1970, 1, 1)
_FIFTEEN = re.compile(r"-?\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the making: rule code, Chinese detail, and the value taken (repair) or proposed (likely)."""

    code: str
    detail: str
    repair: str | None = None
    likely: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. ``raw`` is what stood there, as text. ``ditto``: it says to look at the cell above."""

    value: Value
    state: State
    raw: str
    notes: tuple[Note, ...] = ()
    ditto: bool = False


BLANK = Reading(None, State.BLANK, "")


@dataclass(frozen=True, slots=True)
class Reader:
    """How the cells of one field are read: its type, its code list, the formats of the workbook.

    ``typed``: the unit types the cell, so that 0.95 in a column of percents may well mean 95.
    """

    field: Field
    codes: CodeList | None
    formats: list[str]
    date1904: bool = False
    typed: bool = False

    def read(self, cell: RawCell | None) -> Reading:
        """The reading of a cell; the cached value where it holds a formula."""
        if cell is not None and cell.kind == "e" and cell.text:
            note = Note("WBK-05", f"单元格是错误值 {cell.text}", severity="error")
            return Reading(None, State.INVALID, cell.text, (note,))
        kept = clean(cell.text) if cell is not None else ""
        if cell is None or not kept:
            return BLANK
        if cell.kind == "s" and is_ditto(kept):
            return Reading(None, State.INVALID, cell.text, (self._ditto(),), ditto=True)
        if cell.kind == "n" and self.field.type.is_number:
            return self._number(cell)
        if self.field.type is FieldType.DATE:
            return self._date(cell, kept)
        return self._typed_number(cell, kept) if self.field.type.is_number else self._text(cell, kept)

    def _format(self, cell: RawCell) -> str:
        return self.formats[cell.style] if cell.style < len(self.formats) else "General"

    def _ditto(self) -> Note:
        code = "TYP-01" if self.field.type.is_number else "TYP-06" if self.field.type is FieldType.DATE else "TYP-04"
        return Note(code, "“同上”不能单独读取，请填写完整的内容", severity="error" if code == "TYP-01" else "warning")

    def _number(self, cell: RawCell) -> Reading:
        value = stored_number(cell.text)
        if value is None:
            note = Note("TYP-01", f"数值 {cell.text[:40]} 不是有限的数或超出可处理的范围")
            return Reading(None, State.INVALID, cell.text, (note,))
        code = self._format(cell)
        notes: tuple[Note, ...] = ()
        if formats.is_date(code):
            note = Note("TYP-01", "录入的内容被识别成了日期，无法确定原来的数值", likely=money.plain(value))
            return Reading(None, State.INVALID, cell.text, (note,))
        if formats.is_percent(code) and self.field.type is FieldType.PERCENT:
            value = money.normal(value * 100)
            notes = (Note("TYP-05", "单元格为百分比格式，已按所显示的百分数读取", repair=money.plain(value)),)
        elif self._fraction(value) and not _shows_percent_sign(code):
            return self._not_taken(value, cell.text)
        elif formats.is_percent(code) or formats.is_scaled(code):
            words = f"单元格的数字格式（{code}）使显示的数与实际的数不同，已按实际的数读取"
            notes = (Note("TYP-02", words, severity="warning"),)
        return self._checked(value, cell.text, notes)

    def _typed_number(self, cell: RawCell, kept: str) -> Reading:
        state = state_of(kept)
        if state is not None:
            return Reading(None, state, cell.text)
        if cell.kind in {"b", "d"}:
            return Reading(None, State.INVALID, cell.text, (Note("TYP-01", "数字列中不是数字"),))
        read = typed_number(kept, "%" if self.field.type is FieldType.PERCENT else self.field.unit)
        if read.value is None:
            code = {"other_unit": "TYP-02"}.get(read.kind, "TYP-01")
            likely = None if read.likely is None else money.plain(read.likely)
            return Reading(None, State.INVALID, cell.text, (Note(code, read.problem, likely=likely),))
        if read.kind != "unit" and self._fraction(read.value):
            return self._not_taken(read.value, cell.text)
        code = "TYP-05" if read.kind == "unit" else "TYP-04"
        note = Note(code, read.problem, repair=money.plain(read.value))
        return self._checked(read.value, cell.text, (note,))

    def _fraction(self, value: Decimal) -> bool:
        """Whether it may be a share of one (0.95) where percents (95) are asked for."""
        return self.typed and self.field.type is FieldType.PERCENT and 0 < abs(value) < 1

    def _not_taken(self, value: Decimal, raw: str) -> Reading:
        hundredfold = money.plain(money.normal(value * 100))
        small = money.plain(value)
        words = f"{small} 可能是 {hundredfold}%，也可能是 {small}%，未读取；确是 {small}% 的，请连同“%”一起填写"
        return Reading(None, State.INVALID, raw, (Note("TYP-05", words, likely=hundredfold),))

    def _checked(self, value: Decimal, raw: str, notes: tuple[Note, ...]) -> Reading:
        if self.field.type is FieldType.INTEGER and value != value.to_integral_value():
            notes = (*notes, Note("TYP-01", "应为整数"))
        return Reading(value, State.ZERO if value == 0 else State.VALUE, raw, notes)

    def _date(self, cell: RawCell, kept: str) -> Reading:
        if cell.kind == "n":
            return self._serial(cell)
        state = state_of(kept)
        if state is not None:
            return Reading(None, state, cell.text)
        date = typed_date(kept)
        if date is None:
            likely = likely_date(kept)
            words = "不是完整的日期（年月日），未读取"
            note = Note("TYP-06", words, likely=likely.isoformat() if likely else None, severity="warning")
            return Reading(None, State.INVALID, cell.text, (note,))
        notes = () if cell.kind == "d" else (Note("TYP-06", "以文本形式录入的日期", repair=date.isoformat()),)
        return Reading(date, State.VALUE, cell.text, notes)

    def _serial(self, cell: RawCell) -> Reading:
        serial = stored_number(cell.text)
        date = None if serial is None else serial_date(serial, self.date1904)
        if date is not None and formats.is_date(self._format(cell)):
            return Reading(date, State.VALUE, cell.text)
        if date is None or date < _PLAUSIBLE:
            # 2021 is a year and no day of 1905; 20210301 is written out.
            date = typed_date(cell.text)
        if date is None:
            return Reading(None, State.INVALID, cell.text, (Note("TYP-06", "不是日期，未读取", severity="warning"),))
        note = Note("TYP-06", "单元格不是日期格式，已按日期读取", repair=date.isoformat())
        return Reading(date, State.VALUE, cell.text, (note,))

    def _text(self, cell: RawCell, kept: str) -> Reading:
        notes: list[Note] = []
        if cell.kind == "n":
            shown = self._shown(cell, notes)
            if shown is None:
                return Reading(None, State.INVALID, cell.text, tuple(notes))
            kept = shown
        elif cell.kind == "b":
            kept = "TRUE" if cell.text in {"1", "true"} else "FALSE"
        elif cell.kind == "s" and visibly_changed(cell.text, kept):
            notes.append(Note("TYP-04", "含有全角空格、不间断空格或不可见字符，已去除", repair=kept))
        if self.field.type is FieldType.CODE and half_width(kept) != kept:
            kept = half_width(kept)
            notes.append(Note("TYP-04", "代码中含有全角字符，已改为半角", repair=kept))
        if self.codes is not None and kept not in self.codes.values and kept in self.codes.aliases:
            kept = self.codes.aliases[kept]
            notes.append(Note("TYP-04", "已按规范名称读取", repair=kept, severity="info"))
        state = State.VALUE
        if self.codes is None or kept not in self.codes.values:
            state = state_of(kept) or State.VALUE
        return Reading(kept, state, cell.text, tuple(notes))

    def _shown(self, cell: RawCell, notes: list[Note]) -> str | None:
        """A numeric cell of a text column, as Excel shows it; None where digits are lost for good."""
        code = self._format(cell)
        if _FIFTEEN.fullmatch(cell.text):
            digits = cell.text
        else:
            value = stored_number(cell.text)
            if value is None:
                notes.append(
                    Note("TYP-04", "以数字形式录入的编码超过 15 位，末位已失真，请按文本重新录入", severity="error")
                )
                return None
            digits = money.plain(value)
        if formats.is_date(code):
            date = serial_date(Decimal(digits), self.date1904)
            if date is not None:
                notes.append(Note("TYP-06", "录入的内容被识别成了日期，请按文本重新录入", repair=date.isoformat()))
                return date.isoformat()
        shown = digits.zfill(formats.padding(code))
        if self.field.type is FieldType.CODE:
            notes.append(Note("TYP-04", "编码以数字形式录入，前导零可能丢失", repair=shown, likely=self._padded(shown)))
        return shown

    def _padded(self, shown: str) -> str | None:
        """The code with the leading zeros its only pattern asks for."""
        widths = {len(p) for p in self.field.patterns if not p.strip("9")}
        width = widths.pop() if len(widths) == 1 and len(self.field.patterns) == 1 else 0
        return shown.zfill(width) if shown.isdigit() and len(shown) < width else None


def _shows_percent_sign(code: str) -> bool:
    """Whether the format prints a “%” beside the number without multiplying it."""
    return '"%"' in code or "\\%" in code


def as_text(value: Value) -> str:
    """A value as findings and data files print it."""
    if isinstance(value, Decimal):
        return money.plain(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value or ""
