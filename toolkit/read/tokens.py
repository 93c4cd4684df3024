"""Formulas of the binary formats: parsed expressions (MS-XLS 2.5.198, MS-XLSB 2.5.97) → text.

Only what a workbook of ours or an ordinary unit writes is spelled out; anything else is ``UNKNOWN``, and the formula's
result decides. BIFF8 and BIFF12 differ in the width of rows and counts only.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from toolkit.read.loaded import UNKNOWN

_BINARY = {
    0x03: "+", 0x04: "-", 0x05: "*", 0x06: "/", 0x07: "^", 0x08: "&", 0x09: "<", 0x0A: "<=", 0x0B: "=", 0x0C: ">=",
    0x0D: ">", 0x0E: "<>", 0x0F: " ", 0x10: ",", 0x11: ":",
}  # fmt: skip
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_LATER = {480: "IFERROR", 481: "COUNTIFS", 482: "SUMIFS", 483: "AVERAGEIF", 484: "AVERAGEIFS"}
_LONGEST = 16_384
_USER_DEFINED = 255


def error_text(code: int) -> str:
    """``#REF!`` of 23."""
    return _ERRORS.get(code, "#N/A")


@dataclass(frozen=True)
class Context:
    """What expressions of one workbook refer to. ``wide``: BIFF12.

    ``sheets``: index of a reference to another sheet → its prefix (``'a'!``; ``[1]a!`` outside); ``names``: the
    defined names in order; ``outside``: (index of the reference, index of the name) → a name of elsewhere.
    """

    wide: bool = False
    sheets: Sequence[str] = ()
    names: Sequence[str] = ()
    outside: Mapping[tuple[int, int], str] = field(default_factory=dict)


class _Unknown(Exception):  # noqa: N818 - a signal between functions, not an error
    """An expression that is not spelled out."""


def formula_text(tokens: bytes, context: Context, at: tuple[int, int]) -> str:
    """The text of an expression in the cell ``at``, without ``=``; UNKNOWN where it cannot be had."""
    try:
        return _Expression(tokens, context, at).text()
    except (_Unknown, struct.error, IndexError, UnicodeDecodeError, KeyError):
        return UNKNOWN


class _Expression:
    """One expression on its way through the stack."""

    def __init__(self, tokens: bytes, context: Context, at: tuple[int, int]) -> None:
        self.tokens, self.context, self.at = tokens, context, at
        self.position = 0
        self.stack: list[str] = []

    def text(self) -> str:
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            # Operands come in three classes (reference, value, array) that are spelled alike.
            plain = token if token < 0x20 else (token & 0x1F) | 0x20
            if plain in _BINARY:
                right, left = self.stack.pop(), self.stack.pop()
                self._push(left + _BINARY[plain] + right)
            else:
                handler = _HANDLERS.get(plain)
                if handler is None:
                    raise _Unknown
                handler(self)
        if len(self.stack) != 1:
            raise _Unknown
        return self.stack[0]

    def _push(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise _Unknown
        self.stack.append(text)

    def _take(self, form: str) -> tuple[int, ...]:
        values: tuple[int, ...] = struct.unpack_from("<" + form, self.tokens, self.position)
        self.position += struct.calcsize("<" + form)
        return values

    def _sign(self) -> None:
        self._push(("+" if self.tokens[self.position - 1] == 0x12 else "-") + self.stack.pop())

    def _percent(self) -> None:
        self._push(self.stack.pop() + "%")

    def _brackets(self) -> None:
        self._push(f"({self.stack.pop()})")

    def _missing(self) -> None:
        self._push("")

    def _string(self) -> None:
        if self.context.wide:
            (count,), compressed = self._take("H"), False
        else:
            count, flags = self._take("BB")
            compressed = not flags & 1
        size = count if compressed else 2 * count
        raw = self.tokens[self.position : self.position + size]
        if len(raw) < size:
            raise _Unknown
        self.position += size
        text = raw.decode("latin-1" if compressed else "utf-16-le")
        self._push('"' + text.replace('"', '""') + '"')

    def _attribute(self) -> None:
        kind, data = self._take("BH")
        if kind & 0x04:
            self.position += 2 * (data + 1)
        elif kind & 0x10:
            self._call("SUM", 1)

    def _error(self) -> None:
        self._push(error_text(self._take("B")[0]))

    def _truth(self) -> None:
        self._push("TRUE" if self._take("B")[0] else "FALSE")

    def _integer(self) -> None:
        self._push(str(self._take("H")[0]))

    def _number(self) -> None:
        (value,) = self._take("d")
        self._push(format(Decimal(repr(value)).normalize(), "f"))

    def _function(self) -> None:
        (index,) = self._take("H")
        name, count = _functions()[index]
        self._call(name, count)

    def _variable(self) -> None:
        count, index = self._take("BH")
        count, index = count & 0x7F, index & 0x7FFF
        if index == _USER_DEFINED:
            arguments = self._arguments(count)
            self._push(f"{arguments[0]}({','.join(arguments[1:])})")
        else:
            self._call(_LATER.get(index) or _functions()[index][0], count)

    def _arguments(self, count: int) -> list[str]:
        if not 0 <= count <= len(self.stack):
            raise _Unknown
        arguments = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return arguments

    def _call(self, name: str, count: int) -> None:
        self._push(f"{name}({','.join(self._arguments(count))})")

    def _name(self) -> None:
        (index,) = self._take("I") if self.context.wide else self._take("H2x")
        self._push(self.context.names[index - 1])

    def _outside_name(self) -> None:
        reference, index = self._take("HI") if self.context.wide else self._take("HH2x")
        self._push(self.context.outside[(reference, index)])

    def _reference(self, prefix: str = "", relative: bool = False) -> None:
        row, column = self._take("IH" if self.context.wide else "HH")
        self._push(prefix + self._place(row, column, relative))

    def _area(self, prefix: str = "", relative: bool = False) -> None:
        top, bottom, left, right = self._take("IIHH" if self.context.wide else "HHHH")
        self._push(f"{prefix}{self._place(top, left, relative)}:{self._place(bottom, right, relative)}")

    def _shared_reference(self) -> None:
        self._reference(relative=True)

    def _shared_area(self) -> None:
        self._area(relative=True)

    def _reference_elsewhere(self) -> None:
        self._reference(self.context.sheets[self._take("H")[0]])

    def _area_elsewhere(self) -> None:
        self._area(self.context.sheets[self._take("H")[0]])

    def _lost(self, size: int) -> None:
        self.position += size
        self._push("#REF!")

    def _lost_reference(self) -> None:
        self._lost(6 if self.context.wide else 4)

    def _lost_area(self) -> None:
        self._lost(12 if self.context.wide else 8)

    def _lost_elsewhere(self) -> None:
        self._lost(8 if self.context.wide else 6)

    def _lost_area_elsewhere(self) -> None:
        self._lost(14 if self.context.wide else 10)

    def _place(self, row: int, column: int, relative: bool) -> str:
        """``$C5``. In a shared formula relative parts are offsets from the cell."""
        row_moves, column_moves = bool(column & 0x8000), bool(column & 0x4000)
        rows, columns = (1 << 20, 1 << 14) if self.context.wide else (1 << 16, 1 << 8)
        column &= columns - 1
        if relative:
            row = (row + self.at[0]) % rows if row_moves else row
            column = (column + self.at[1]) % columns if column_moves else column
        return f"{'' if column_moves else '$'}{_letters(column)}{'' if row_moves else '$'}{row + 1}"


def _letters(column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_HANDLERS: dict[int, Callable[[_Expression], None]] = {
    0x12: _Expression._sign,
    0x13: _Expression._sign,
    0x14: _Expression._percent,
    0x15: _Expression._brackets,
    0x16: _Expression._missing,
    0x17: _Expression._string,
    0x19: _Expression._attribute,
    0x1C: _Expression._error,
    0x1D: _Expression._truth,
    0x1E: _Expression._integer,
    0x1F: _Expression._number,
    0x21: _Expression._function,
    0x22: _Expression._variable,
    0x23: _Expression._name,
    0x24: _Expression._reference,
    0x25: _Expression._area,
    0x2A: _Expression._lost_reference,
    0x2B: _Expression._lost_area,
    0x2C: _Expression._shared_reference,
    0x2D: _Expression._shared_area,
    0x39: _Expression._outside_name,
    0x3A: _Expression._reference_elsewhere,
    0x3B: _Expression._area_elsewhere,
    0x3C: _Expression._lost_elsewhere,
    0x3D: _Expression._lost_area_elsewhere,
}


@cache
def _functions() -> dict[int, tuple[str, int]]:
    """Index → (name, number of arguments where it is fixed), the table of Excel's built-in functions."""
    from xlrd.formula import func_defs  # noqa: PLC0415 - only for the binary formats

    return {index: (entry[0], entry[1]) for index, entry in func_defs.items()}
