"""A form as printed, consolidated: live sums on the left; beside them the units and departments they add up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from toolkit.model.fact import Key
from toolkit.model.form import Block, BlockKind, Field, Form, Row, RowRole
from toolkit.report.sheets import MUTED, RULE, TOTAL, Book, Sheet, header
from toolkit.report.summary_blocks import adds_up, heading, number_format, numbers
from toolkit.report.summary_columns import ADJUSTED, Columns, Piece, arrange
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_shown import ADJUSTMENT, PART, RETURNS, VALUE, Shown
from toolkit.report.summary_shown import TOTAL as WHOLE_SUM
from toolkit.report.summary_sums import Sums, live_sum
from toolkit.report.summary_tree import Member
from toolkit.report.text import one_line

_TITLES = {RETURNS: "报送合计", ADJUSTMENT: "调整", WHOLE_SUM: "调整后合计"}


@dataclass(frozen=True)
class Beside:
    """Where a consolidated grid stands, for the charts: the sheet and the cell of each total and of what it adds up."""

    block: Block
    form: Form
    fields: tuple[Field, ...]
    totals: dict[tuple[str, str], tuple[str, Decimal, Shown]]
    members: dict[tuple[str, str], list[tuple[str, str, Decimal, Shown]]]
    """(row, field) → name, cell, amount and meaning of each member of the first family."""


def write_beside(book: Book, form: Form, blocks: list[Block], data: Consolidated, name: str, line: str) -> list[Beside]:
    """Write one form. ``line``: what stands under its title. Returns where its numbers stand."""
    columns = arrange(blocks, data)
    sheets = [book.sheet(name + (f"_{n}" if n > 1 else "")) for n in range(1, columns.sheets + 1)]
    for sheet in sheets:
        _frame(sheet, form, columns, line)
    sheets[0].raw.print_area(0, 0, 2 + sum(len(b.rows) + 5 for b in blocks), columns.start - 2)
    at, written = 3, []
    for block in blocks:
        written.append(_Grid(sheets, form, block, data, columns, at).write())
        at += len(block.rows) + 5
    return written


def _frame(sheet: Sheet, form: Form, columns: Columns, line: str) -> None:
    book = sheet.book
    sheet.raw.set_row(0, 28)
    sheet.text(0, 0, f"{form.title}（汇总）", book.style(bold=True, font_size=16))
    sheet.text(1, 0, line, book.style(font_color=MUTED))
    sheet.raw.set_column(0, 0, 36)
    sheet.raw.set_column(1, columns.start - 2, 15)
    sheet.raw.set_column(columns.start - 1, columns.end, 13)
    sheet.raw.set_column(columns.start - 1, columns.start - 1, 2)
    sheet.raw.freeze_panes(2, 1)
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)


class _Grid:
    """One block being written, from row ``at`` (0-based)."""

    def __init__(
        self, sheets: list[Sheet], form: Form, block: Block, data: Consolidated, columns: Columns, at: int
    ) -> None:
        self.sheets, self.form, self.block, self.data, self.columns, self.at = sheets, form, block, data, columns, at
        self.book, self.fields = sheets[0].book, numbers(block)
        self.place = Beside(block, form, self.fields, {}, {})

    def write(self) -> Beside:
        for sheet in self.sheets:
            sheet.text(self.at, 0, self.block.label or self.block.id, self.book.style(bold=True, font_size=12))
            sheet.raw.set_row(self.at + 1, 22)
            sheet.raw.set_row(self.at + 2, 30)
            sheet.raw.merge_range(self.at + 1, 0, self.at + 2, 0, "", header(self.book))
            sheet.text(self.at + 1, 0, self.block.stub or "项目", header(self.book))
            self._total_heads(sheet)
        for piece in self.columns.pieces:
            self._heads(piece)
        for r, row in enumerate(self.block.rows, self.at + 3):
            look = {"bold": True, "bg_color": TOTAL} if row.role is RowRole.TOTAL else {}
            label = self.book.style(border=1, border_color=RULE, indent=min(row.indent, 6), **look)
            for sheet in self.sheets:
                sheet.text(r, 0, row.label, label)
            for f, field in enumerate(self.fields):
                self._cells(r, row, f, field, look)
        return self.place

    def _total_heads(self, sheet: Sheet) -> None:
        """The heads over the totals, with a link to what they add up."""
        head, sub = header(self.book), header(self.book, font_size=9)
        first = self.columns.of_family(0)[0]
        for f, field in enumerate(self.fields):
            left, each = self.columns.total(f), self.columns.each[f]
            if each > 1:
                sheet.raw.merge_range(self.at + 1, left, self.at + 1, left + each - 1, "", head)
            sheet.text(self.at + 1, left, heading(field), head)
            if not adds_up(self.block, field):
                for n in range(each):
                    sheet.text(self.at + 2, left + n, "" if n else "不相加", sub)
                continue
            for n, title in enumerate(_TITLES.values() if each > 1 else ["合计"]):
                sheet.link(self.at + 2, left + n, self._target(first, f), title, self._linked())

    def _linked(self) -> object:
        """The look of a head that is a link: some programs colour a link as they please, so it stands on a light ground."""
        look = {"bold": True, "font_size": 9, "font_color": "#1F5FA8", "underline": 1, "bg_color": TOTAL}
        return self.book.style(**look, border=1, border_color=RULE, align="center", text_wrap=True)

    def _target(self, piece: Piece, f: int) -> str:
        """A link to the head of a piece's columns."""
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

        return f"internal:{self.sheets[piece.sheet].quoted}!{xl_rowcol_to_cell(self.at + 1, piece.column(f, 0))}"

    def _heads(self, piece: Piece) -> None:
        """The two rows over a piece: the column of the form (of which department), then units and departments."""
        sheet, head, sub = self.sheets[piece.sheet], header(self.book), header(self.book, font_size=9)
        family = self.data.families[piece.family]
        whose = f"{family.name}　" if piece.family else ""
        for f, field in enumerate(self.fields):
            left, right = piece.column(f, 0), piece.column(f, len(piece.members) - 1)
            look = self._linked() if piece.family else head
            if right > left:
                sheet.raw.merge_range(self.at + 1, left, self.at + 1, right, "", look)
            home = f"internal:{self.sheets[0].quoted}!A{self.at + 2}"
            if piece.family:
                sheet.link(self.at + 1, left, home, one_line(whose + heading(field)), look)
            else:
                sheet.text(self.at + 1, left, heading(field), look)
            for n, index in enumerate(piece.members):
                if index == ADJUSTED:
                    sheet.text(self.at + 2, left + n, "调整", sub)
                    continue
                member = family.members[index]
                if member.unit is None:
                    target = self._target(self.columns.of_family(member.family)[0], f)
                    sheet.link(self.at + 2, left + n, target, f"{one_line(member.name)}（小计）", self._linked())
                else:
                    sheet.text(self.at + 2, left + n, one_line(member.name), sub)

    def _cells(self, r: int, row: Row, f: int, field: Field, look: dict[str, object]) -> None:
        """One row of one field: the units' values, the departments' live sums, and the total's."""
        edge = {"border": 1, "border_color": RULE, **look}
        number = self.book.style(**edge, num_format=number_format(field), align="right")
        note = self.book.style(**edge, align="center", font_color=MUTED)
        is_open = self.block.has_cell(row.id, field.id)
        adding = is_open and adds_up(self.block, field)
        sums = Sums(self.data, self.block.id, row.id, field.id, adding=adding)
        for piece in self.columns.pieces:
            sheet = self.sheets[piece.sheet]
            for n, index in enumerate(piece.members):
                c = piece.column(f, n)
                if not is_open:
                    sheet.text(r, c, "—", note)
                else:
                    self._cell(sheet, r, c, f, piece, index, sums, number, note)
        if not adding:
            for sheet in self.sheets:
                for n in range(self.columns.each[f]):
                    sheet.text(r, self.columns.total(f) + n, "—", note)
            return
        self._totals(r, f, sums, number)

    def _cell(
        self, sheet: Sheet, r: int, c: int, f: int, piece: Piece, index: int, sums: Sums, number: object, note: object
    ) -> None:
        """One cell beside the total: a unit's value, a department's live sum, or the live sum of adjustments."""
        family = self.data.families[piece.family]
        if index == ADJUSTED:
            lines = sums.lines(piece.family, whole=False)
            if lines and sums.adding:
                sheet.formula(r, c, self.columns.adjusting(lines), self.data.adjusted(lines), number)
                sheet.shows(r, c, self._shown(sums, ADJUSTMENT, family.node))
            else:
                sheet.text(r, c, "", note)
            return
        member = family.members[index]
        if member.unit is not None:
            value = self.data.value(member.unit, Key(sums.block, "", sums.row, sums.field))
            sheet.value(r, c, value, number, note)
            if isinstance(value, Decimal):
                sheet.shows(r, c, self._of(member, sums))
        elif not sums.adding:
            sheet.text(r, c, "—", note)
        else:
            amount = sums.total(member.family)
            spans = self._spans(r, f, member.family, sheet)
            sheet.formula(r, c, live_sum(spans), "" if amount is None else amount, number)
            if amount is not None:
                sheet.shows(r, c, self._of(member, sums))

    def _totals(self, r: int, f: int, sums: Sums, number: object) -> None:
        """The live totals on the first sheet, repeated on those that continue it; notes them for the charts."""
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

        node, first = self.data.node, self.sheets[0]
        left, amount = self.columns.total(f), sums.total(0)
        spans = self._spans(r, f, 0, first)
        written: list[tuple[int, str, Decimal | None, str]] = []
        if self.columns.each[f] == 1:
            written.append((left, live_sum(spans), amount, WHOLE_SUM))
        else:
            lines = sums.lines(0, whole=True)
            plain, adjusted = (xl_rowcol_to_cell(r, left + n) for n in range(2))
            written.append((left, live_sum(self._leaves(r, f)), sums.returned(0), RETURNS))
            if lines:
                written.append((left + 1, self.columns.adjusting(lines), self.data.adjusted(lines), ADJUSTMENT))
            else:
                first.text(r, left + 1, "", number)
            written.append((left + 2, live_sum([f"{plain}:{adjusted}"]), amount, WHOLE_SUM))
        for column, formula, value, kind in written:
            cached = "" if value is None else value
            first.formula(r, column, formula, cached, number)
            for sheet in self.sheets[1:]:
                home = f"{first.quoted}!{xl_rowcol_to_cell(r, column)}"
                sheet.formula(r, column, f'=IF(COUNT({home})=0,"",{home})', cached, number)
            for sheet in self.sheets if value is not None else ():
                sheet.shows(r, column, self._shown(sums, kind, node))
        where = f"{first.quoted}!{xl_rowcol_to_cell(r, left + self.columns.each[f] - 1)}"
        shown = self._shown(sums, WHOLE_SUM, node)
        self.place.totals[(sums.row, sums.field)] = (where, amount or Decimal(0), shown)
        self.place.members[(sums.row, sums.field)] = self._members(r, f, sums)

    def _members(self, r: int, f: int, sums: Sums) -> list[tuple[str, str, Decimal, Shown]]:
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

        found = []
        for piece in self.columns.of_family(0):
            for n, index in enumerate(piece.members):
                if index != ADJUSTED:
                    member = self.data.families[0].members[index]
                    cell = f"{self.sheets[piece.sheet].quoted}!{xl_rowcol_to_cell(r, piece.column(f, n))}"
                    found.append((member.name, cell, sums.of(member) or Decimal(0), self._of(member, sums)))
        return found

    def _spans(self, r: int, f: int, family: int, sheet: Sheet) -> list[str]:
        """The ranges of a family's columns in a row, as a formula on ``sheet`` names them."""
        pieces = self.columns.of_family(family)
        return [self._range(p, r, p.column(f, 0), p.column(f, len(p.members) - 1), sheet) for p in pieces]

    def _leaves(self, r: int, f: int) -> list[str]:
        """The ranges of all units' columns in a row, as a formula on the first sheet names them."""
        spans = []
        for piece in self.columns.pieces:
            members = self.data.families[piece.family].members
            run: list[int] = []
            for n, index in [*enumerate(piece.members), (-1, ADJUSTED)]:
                if index != ADJUSTED and members[index].unit is not None:
                    run.append(piece.column(f, n))
                elif run:
                    spans.append(self._range(piece, r, run[0], run[-1], self.sheets[0]))
                    run = []
        return spans

    def _range(self, piece: Piece, r: int, left: int, right: int, sheet: Sheet) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

        span = f"{xl_rowcol_to_cell(r, left)}:{xl_rowcol_to_cell(r, right)}"
        own = self.sheets[piece.sheet]
        return span if own is sheet else f"{own.quoted}!{span}"

    def _of(self, member: Member, sums: Sums) -> Shown:
        if member.unit is None:
            return self._shown(sums, WHOLE_SUM, member.code)
        unit = self.data.units[member.unit]
        return self._shown(sums, VALUE, member.code)._replace(unit=unit.identity.unit, ret=unit.ret)

    def _shown(self, sums: Sums, kind: str, node: str) -> Shown:
        shown = Shown(self.data.group, kind, node, "", "", self.form.id, sums.block, "", sums.row, sums.field)
        listed = self.data.suite.blocks[sums.block]
        if listed.kind is not BlockKind.LIST:
            return shown
        if not sums.row:  # the sum of the whole list
            return shown._replace(kind=RETURNS if kind == VALUE else kind)
        return shown._replace(kind=PART, row="", only=(listed.key[0], sums.row))
