"""Below a table of all units: its live sums by unit and department, the adjustments, and both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from toolkit.model.fact import Value
from toolkit.model.form import Field, Form
from toolkit.report.sheets import RULE, TOTAL, Sheet, header
from toolkit.report.summary_blocks import heading, number_format, total
from toolkit.report.summary_columns import AMOUNT, FIRST_LINE, quoted_adjustments
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_shown import ADJUSTMENT, RETURNS, Shown
from toolkit.report.summary_shown import TOTAL as WHOLE_SUM
from toolkit.report.summary_tree import Member
from toolkit.report.text import one_line

_FIRST = 5
"""The row (0-based) of the table's first line."""


class Table(Protocol):
    """What is known of the table: its columns by ``block.field``, their values, and those that add up."""

    form: Form
    fields: dict[str, Field]
    values: dict[str, list[Value]]
    adding: set[str]


def write_subtotals(sheet: Sheet, table: Table, data: Consolidated, owners: Sequence[int], lead: int, at: int) -> None:
    """Write them from row ``at`` (0-based) on. ``owners``: the unit number of each line of the table."""
    _Subtotals(sheet, table, data, owners, lead, at).write()


class _Subtotals:
    def __init__(
        self, sheet: Sheet, table: Table, data: Consolidated, owners: Sequence[int], lead: int, at: int
    ) -> None:
        self.sheet, self.table, self.data, self.lead, self.at = sheet, table, data, lead, at
        self.lines: dict[int, tuple[int, int]] = {}
        for n, owner in enumerate(owners):
            self.lines[owner] = (self.lines.get(owner, (n, n))[0], n)
        self.columns = {name: c for c, name in enumerate(table.fields, lead) if name in table.adding}

    def write(self) -> None:
        book = self.sheet.book
        titles = [heading(f) if n in self.table.adding else "" for n, f in self.table.fields.items()]
        self.sheet.raw.set_row(self.at, 32)
        self.sheet.heading(self.at, ["分单位合计", *[""] * (self.lead - 1), *titles], header(book))
        self.sheet.link(
            1,
            self.lead + 1,
            f"internal:{self.sheet.quoted}!A{self.at + 1}",
            "分单位合计在表末",
            book.style(font_color="#1F5FA8", underline=1),
        )
        row = self.at
        for member in self.data.families[0].members:
            units = [member.unit] if member.unit is not None else [*self.data.families[member.family].units]
            spans = [self.lines[n] for n in units if n in self.lines]
            row += 1
            self._member(row, member, (spans[0][0], spans[-1][1]) if spans else None)
        first = self.at + 1
        if any(self._adjustments(name, 0, whole=True) for name in self.columns):
            self._adjusted(first, row)

    def _member(self, row: int, member: Member, span: tuple[int, int] | None) -> None:
        """The sum of the lines of one unit or department, which stand one after another."""
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

        self._label(row, member.code, member.name, None if span is None else span[0] + _FIRST)
        for column_name, c in self.columns.items():
            values = self.table.values[column_name][span[0] : span[1] + 1] if span else []
            if not any(isinstance(v, Decimal) for v in values) or span is None:
                self.sheet.text(row, c, "", self._style(column_name))
                continue
            cells = [xl_rowcol_to_cell(n + _FIRST, c) for n in span]
            self.sheet.formula(row, c, f"=SUM({cells[0]}:{cells[1]})", total(values), self._style(column_name))
            self._shows(row, c, column_name, RETURNS, member.code, member.unit)

    def _adjusted(self, first: int, row: int) -> None:
        """Lines of adjustments, by the unit or department that holds them, and the sum of all."""
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

        held = [(0, self.data.node, False, "调整（本级和直属单位）")]
        held += [(m.family, m.code, True, f"调整：{m.name}") for m in self.data.families[0].members if m.unit is None]
        for family, node, whole, title in held:
            found = {name: self._adjustments(name, family, whole=whole) for name in self.columns}
            if not any(found.values()):
                continue
            row += 1
            self._label(row, node, title, None)
            for name, c in self.columns.items():
                self._entries(row, c, name, found[name], node)
        bold = {"bold": True, "bg_color": TOTAL}
        self._label(row + 1, "", "调整后合计（全部行，不随筛选变化）", None, bold)
        for name, c in self.columns.items():
            lines = self._adjustments(name, 0, whole=True)
            amount = total(self.table.values[name]) + self.data.adjusted(lines)
            span = f"{xl_rowcol_to_cell(first, c)}:{xl_rowcol_to_cell(row, c)}"
            self.sheet.formula(row + 1, c, f"=SUM({span})", amount, self._style(name, bold))
            self._shows(row + 1, c, name, WHOLE_SUM, self.data.node)

    def _entries(self, row: int, c: int, name: str, lines: range, node: str) -> None:
        if not lines:
            self.sheet.text(row, c, "", self._style(name))
            return
        span = f"${AMOUNT}${lines.start + FIRST_LINE}:${AMOUNT}${lines.stop - 1 + FIRST_LINE}"
        live = f"=SUM({quoted_adjustments(self.data)}!{span})"
        self.sheet.formula(row, c, live, self.data.adjusted(lines), self._style(name))
        self._shows(row, c, name, ADJUSTMENT, node)

    def _adjustments(self, name: str, family: int, *, whole: bool) -> range:
        block, _, field_id = name.partition(".")
        last = self.data.families[family].last if whole else family
        return self.data.lines(block, "", field_id, range(family, last + 1))

    def _label(
        self, row: int, code: str, name: str, line: int | None, look: Mapping[str, object] | None = None
    ) -> None:
        """Code and name in front; the name leads to the first line of the unit."""
        book = self.sheet.book
        text = book.style(border=1, border_color=RULE, **(look or {}))
        link = book.style(border=1, border_color=RULE, font_color="#1F5FA8", underline=1)
        self.sheet.text(row, 0, code, text)
        if line is None:
            self.sheet.text(row, 1, one_line(name), text)
        else:
            self.sheet.link(row, 1, f"internal:{self.sheet.quoted}!A{line + 1}", one_line(name), link)
        for c in range(2, self.lead + len(self.table.fields)):
            if c not in self.columns.values():
                self.sheet.text(row, c, "", text)

    def _style(self, name: str, look: Mapping[str, object] | None = None) -> object:
        f = self.table.fields[name]
        edge = {"border": 1, "border_color": RULE, "align": "right", **(look or {})}
        return self.sheet.book.style(**edge, num_format=number_format(f))

    def _shows(self, row: int, c: int, name: str, kind: str, node: str, unit: int | None = None) -> None:
        block, _, field_id = name.partition(".")
        own = (node, self.data.units[unit].ret) if unit is not None else ("", "")
        what = (self.data.group, kind, node, *own, self.table.form.id, block, "", "", field_id)
        self.sheet.shows(row, c, Shown(*what))
