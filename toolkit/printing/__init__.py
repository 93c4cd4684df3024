"""A unit's data and a print layout → a workbook ready to print: values only, one page or more per project."""

from toolkit.printing.data import Filled
from toolkit.printing.pages import Cell, Line, Page, lay_out, page_names
from toolkit.printing.workbook import write_pages

__all__ = ["Cell", "Filled", "Line", "Page", "lay_out", "page_names", "write_pages"]
