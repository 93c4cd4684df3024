"""Which number stands where in the consolidated workbook, without opening it: the same code writes and tells."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from toolkit.check.submissions import Group, Submission
from toolkit.report.results import Results
from toolkit.report.sheets import Book
from toolkit.report.summary_data import WHOLE, trees
from toolkit.report.summary_shown import Shown
from toolkit.report.summary_tree import order_units
from toolkit.report.summary_view import View
from toolkit.report.summary_xlsx import write_sheets

__all__ = ["Shown", "returns_under", "shown_at", "summary_places"]


def summary_places(results: Results, view: View = WHOLE) -> Iterator[tuple[str, str, Shown]]:
    """(sheet, cell, what it shows) of every number cell of the workbook that ``view`` asks for, as it is written.

    Raises InputError as the writing does.
    """
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - heavy

    found: list[tuple[str, int, int, Shown]] = []
    _walk(results, view, lambda sheet, row, column, what: found.append((sheet, row, column, what)))
    for sheet, row, column, what in found:
        yield sheet, xl_rowcol_to_cell(row, column), what


def shown_at(results: Results, sheet: str, cell: str, view: View = WHOLE) -> Shown | None:
    """What the cell (``C12``) of a sheet shows; None where no number stands."""
    from xlsxwriter.utility import xl_cell_to_rowcol  # noqa: PLC0415 - heavy

    wanted = (sheet, *xl_cell_to_rowcol(cell.replace("$", "").upper()))
    found: list[Shown] = []

    def note(*at: Any) -> None:
        if at[:3] == wanted:
            found.append(at[3])

    _walk(results, view, note)
    return found[-1] if found else None


def returns_under(results: Results, group: Group, node: str) -> tuple[Submission, ...]:
    """The returns in and below a node of the tree, in its order; none for a code that it does not have."""
    tree = trees(results)[group]
    return order_units(tree, node, results.of_group(group)) if node in tree.nodes else ()


def _walk(results: Results, view: View, note: Callable[[str, int, int, Any], None]) -> None:
    book = _Unwritten(io.BytesIO(), "")
    book.notes = note
    write_sheets(book, results, view)


class _Unwritten(Book):
    """A workbook that is gone through like any other and never written."""

    def _open(self, out: BinaryIO) -> Any:
        return _Nothing()


class _Nothing:
    """Takes every call of XlsxWriter's; what writes a cell answers 0, all is well."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return _written if name.startswith("write") else self._more

    def _more(self, *_: Any, **__: Any) -> _Nothing:
        return self


def _written(*_: Any, **__: Any) -> int:
    return 0
