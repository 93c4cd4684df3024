"""What is to be traced, as a person writes it: a cell of summary.xlsx, a cell of a return, or a key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.model.fact import Key
from toolkit.model.form import Block, BlockKind, Suite

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})\Z")
_QUOTED = re.compile(r"(?:(?P<file>.+)!)?'(?P<sheet>(?:[^']|'')+)'\Z", re.DOTALL)
_KEY = re.compile(
    r"(?:(?P<unit>[^:]+):)?(?P<block>\w+)(?:#(?P<instance>\w+))?(?:\[\])?(?:\.(?P<row>[\w-]+))?\.(?P<field>\w+)\Z"
)
GRAMMAR = "汇总!C12、102_办公室.xlsx!02_收支总体!C12、income.general.this_year、102:income.general.this_year"
ALL = None


@dataclass(frozen=True, slots=True)
class CellTarget:
    """A cell. ``file`` "": of summary.xlsx, or of the form that has the sheet."""

    file: str
    sheet: str
    cell: str

    @property
    def at(self) -> tuple[int, int]:
        """Row and column, 0-based."""
        found = _CELL.match(self.cell)
        letters, digits = (found[1], found[2]) if found else ("A", "1")
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        return int(digits) - 1, column - 1


@dataclass(frozen=True, slots=True)
class KeyTarget:
    """A key of the suite. ``unit`` "": of all units; ``instance`` or ``row`` None: all there are."""

    unit: str
    block: str
    instance: str | None
    row: str | None
    field: str

    def __str__(self) -> str:
        unit = f"{self.unit}:" if self.unit else ""
        instance = f"#{self.instance}" if self.instance else ""
        row = "[]" if self.row is None else f".{self.row}" if self.row else ""
        return f"{unit}{self.block}{instance}{row}.{self.field}"


def key_text(key: Key, unit: str = "") -> str:
    """``102:plan#01.jun``: how a key is written."""
    return str(KeyTarget(unit, key.block, key.instance, key.row, key.field))


def parse_target(text: str) -> CellTarget | KeyTarget:
    """What ``text`` asks for. Raises InputError where it is neither a cell nor a key."""
    asked = text.strip()
    if "!" not in asked:
        asked = asked.replace("！", "!")
    where, sign, cell = asked.rpartition("!")
    if sign:
        found = _CELL.match(cell.strip().upper())
        if found is None or not where:
            raise InputError(_("“{text}”不是单元格地址。例如：{grammar}").format(text=text, grammar=GRAMMAR))
        quoted = _QUOTED.match(where)
        file, sheet = (quoted["file"] or "", quoted["sheet"].replace("''", "'")) if quoted else _split(where)
        return CellTarget(file, sheet, found[1] + found[2])
    key = _KEY.match(asked.replace("：", ":"))
    if key is None:
        raise InputError(_("看不懂“{text}”。可以写：{grammar}").format(text=text, grammar=GRAMMAR))
    return KeyTarget(key["unit"] or "", key["block"], key["instance"], key["row"], key["field"])


def _split(where: str) -> tuple[str, str]:
    file, _sign, sheet = where.rpartition("!")
    return file, sheet


def settled(target: KeyTarget, suite: Suite) -> KeyTarget | None:
    """The target with its row as the suite has it; None where the suite has no such cell."""
    block = suite.blocks.get(target.block)
    if block is None or target.field not in block.by_id:
        return None
    if target.instance and not suite.form_of_block[block.id].repeat:
        return None
    row = _row(target, block)
    if row == "?":
        return None
    instance = target.instance if suite.form_of_block[block.id].repeat else ""
    return KeyTarget(target.unit, target.block, instance, row, target.field)


def _row(target: KeyTarget, block: Block) -> str | None:
    """The row id, "" in a record, ALL of a list; "?" where there is no such row."""
    if block.kind is BlockKind.RECORD:
        return "?" if target.row else ""
    if block.kind is BlockKind.LIST:
        if target.row is None:
            return ALL
        fits = target.row in block.rows_by_id or target.row.isdigit()
        return target.row if fits and block.has_cell(target.row, target.field) else "?"
    known = target.row in block.rows_by_id and block.has_cell(target.row or "", target.field)
    return target.row if known and target.row else "?"


def unknown_key(target: KeyTarget, suites: Iterable[Suite]) -> InputError:
    """That there is no such key, with the nearest there are."""
    names = sorted({name for suite in suites for name in _names(suite)})
    wanted = str(KeyTarget("", target.block, None, target.row or "", target.field))
    near = difflib.get_close_matches(wanted, names, 6, 0.5)
    own = [name for name in names if name.startswith((f"{target.block}.", f"{target.block}[]"))]
    shown = list(dict.fromkeys([*near, *own]))[:8] or names[:8]
    return InputError(_("没有“{key}”这一格。相近的有：{near}").format(key=target, near="、".join(shown)))


def _names(suite: Suite) -> Iterator[str]:
    for block in suite.blocks.values():
        for field in block.fields:
            if block.kind is BlockKind.RECORD:
                yield f"{block.id}.{field.id}"
            if block.kind is BlockKind.LIST:
                yield f"{block.id}[].{field.id}"
            for row in block.rows:
                if block.has_cell(row.id, field.id):
                    yield f"{block.id}.{row.id}.{field.id}"


def near_names(wanted: str, names: Iterable[str]) -> str:
    """The nearest names, else the first ones, joined for a message."""
    known = list(dict.fromkeys(names))
    return "、".join(difflib.get_close_matches(wanted, known, 6, 0.4) or known[:8]) or "—"


def near_cells(target: CellTarget, cells: Iterable[str]) -> str:
    """The nearest cells of the sheet, by rows and columns, joined for a message."""
    row, column = target.at

    def away(cell: str) -> tuple[int, str]:
        at = CellTarget("", "", cell).at
        return abs(at[0] - row) + abs(at[1] - column), cell

    return "、".join(sorted(dict.fromkeys(cells), key=away)[:6]) or "—"
