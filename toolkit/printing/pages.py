"""Layout and data → pages of lines of cells, before anything is a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.model.money import normal
from toolkit.model.printout import PrintCell, Printout, PrintRow
from toolkit.printing.data import Content, Filled, Scope, as_text
from toolkit.printing.phrases import fill_in, say

_INDENT = "　　"
"""Before a paragraph of sentences."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as printed, from ``column`` on ``span`` columns wide and ``down`` lines high.

    ``style``: title, note, paragraph (without borders), label, body. ``merge``: may join the line above.
    """

    column: int
    span: int
    down: int
    content: Content
    style: str
    align: str
    decimals: int | None = None
    merge: bool = False

    @property
    def places(self) -> int:
        """Decimals of a number as printed: those asked for, or more where it has more. Nothing is rounded away."""
        exponent = normal(self.content).as_tuple().exponent if isinstance(self.content, Decimal) else 0
        return max(self.decimals or 0, -int(exponent))

    @property
    def text(self) -> str:
        """As it is seen."""
        return f"{self.content:.{self.places}f}" if isinstance(self.content, Decimal) else as_text(self.content)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. ``loop``: the same number for the lines of one repeated row, 0 for the others."""

    cells: tuple[Cell, ...]
    head: bool = False
    loop: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """What begins on a new sheet of paper: a project, or the whole table of a unit."""

    name: str
    lines: tuple[Line, ...]


def page_names(layout: Printout, filled: Filled) -> list[str]:
    """The projects of the pages, in order; one "" where the layout is for the unit as a whole."""
    return [_name(scope) for scope in _scopes(layout, filled, public=False)]


def lay_out(layout: Printout, filled: Filled, *, project: str | None = None, public: bool = False) -> list[Page]:
    """The pages of a layout; those of one project if it is named. ``public``: with the layout's masks."""
    scopes = [s for s in _scopes(layout, filled, public=public) if project is None or _name(s) == project]
    return [Page(_name(scope), tuple(_lines(scope))) for scope in scopes]


def _scopes(layout: Printout, filled: Filled, *, public: bool) -> list[Scope]:
    first = Scope(filled, layout, public)
    if not layout.each:
        return [first]
    if layout.each in filled.suite.forms_by_id:
        instances = enumerate(filled.instances(layout.each), start=1)
        return [replace(first, instance=instance, page=number) for number, instance in instances]
    rows = enumerate(filled.rows(layout.each, ""), start=1)
    return [replace(first, rows={layout.each: row}, page=number) for number, row in rows]


def _name(scope: Scope) -> str:
    return as_text(scope.raw(scope.layout.name)) if scope.layout.name is not None else ""


def _lines(scope: Scope) -> Iterator[Line]:
    held: list[int] = [0] * len(scope.layout.columns)
    for number, row in enumerate(scope.layout.rows, start=1):
        if not all(scope.holds(condition) for condition in row.when):
            continue
        needed = any(held) or not all(cell.sentences for cell in row.cells)  # nothing said: no row
        for one in _repeats(row, scope):
            cells = _cells(row, one, held)
            if needed or any(cell.content is not None for cell in cells):
                yield Line(tuple(cells), row.head, number if row.each else 0)


def _repeats(row: PrintRow, scope: Scope) -> Iterator[Scope]:
    """The scope of each time a row is printed."""
    if not row.each:
        yield scope
        return
    number = 0
    for row_id in scope.rows_of(row.each):
        one = scope.at(row.each, row_id, number + 1)
        if all(one.holds(condition) for condition in row.where):
            number += 1
            yield one


def _cells(row: PrintRow, scope: Scope, held: list[int]) -> list[Cell]:
    """The cells in the columns that no cell from above holds; ``held`` is brought to the next line."""
    free = [column for column, lines in enumerate(held) if not lines]
    held[:] = [max(0, lines - 1) for lines in held]
    made = []
    for cell in row.cells:
        made.append(_cell(cell, row, scope, free[0]))
        for column in free[: cell.span]:
            held[column] = cell.down - 1
        free = free[cell.span :]
    return made


def _cell(cell: PrintCell, row: PrintRow, scope: Scope, column: int) -> Cell:
    content: Content
    if cell.value is not None:
        content = scope.content(cell.value)
    elif cell.label:
        fixed = scope.filled.suite.blocks[row.each].rows_by_id[scope.rows[row.each]]
        content = "　" * fixed.indent + fixed.label
    elif cell.text is not None:
        content = fill_in(cell.text, scope).strip(" ") or None
    else:
        said = say(cell.sentences, scope)
        content = said or None
    style = cell.style or ("paragraph" if cell.sentences else "label" if cell.is_fixed else "body")
    if cell.sentences and style == "paragraph" and content is not None:
        content = f"{_INDENT}{content}"
    align = cell.align or ("center" if style in {"title", "label"} else "left")
    if not cell.align and isinstance(content, Decimal):
        align = "right"
    return Cell(column, cell.span, cell.down, content, style, align, cell.decimals, cell.merge)
