"""What a clerk does to a workbook in LibreOffice, step by step. Runs under the system's Python, beside ``uno``.

A step is a list: the name of a method of ``Edits`` and its arguments. Rows and columns are 0-based; a box is
(top, left, bottom, right), both ends included.
"""

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import CellAddress, CellRangeAddress, TableSortField


def prop(name, value):
    """One named argument of a UNO call."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


class Edits:
    """The steps, on one open document."""

    def __init__(self, desktop, doc):
        self.desktop, self.doc = desktop, doc

    def sheet(self, name):
        """A sheet by its name."""
        return self.doc.Sheets.getByName(name)

    def box(self, name, top, left, bottom, right):
        """A range of cells."""
        return self.sheet(name).getCellRangeByPosition(left, top, right, bottom)

    def address(self, name, box):
        """The address of a box."""
        index = self.sheet(name).getRangeAddress().Sheet
        top, left, bottom, right = box
        return CellRangeAddress(index, left, top, right, bottom)

    def unprotect(self):
        """Take the protection off the workbook and all its sheets."""
        self.doc.unprotect("")
        for sheet in self.doc.Sheets:
            sheet.unprotect("")

    def insert_rows(self, name, row, count=1):
        self.sheet(name).Rows.insertByIndex(row, count)

    def delete_rows(self, name, row, count=1):
        self.sheet(name).Rows.removeByIndex(row, count)

    def insert_columns(self, name, column, count=1):
        self.sheet(name).Columns.insertByIndex(column, count)

    def delete_columns(self, name, column, count=1):
        self.sheet(name).Columns.removeByIndex(column, count)

    def move(self, name, box, row, column):
        """Cut a box and paste it: references and names go along."""
        sheet = self.sheet(name)
        index = sheet.getRangeAddress().Sheet
        sheet.moveRange(CellAddress(index, column, row), self.address(name, box))

    def copy(self, name, box, row, column):
        """Copy a box and paste it, validations and all."""
        sheet = self.sheet(name)
        index = sheet.getRangeAddress().Sheet
        sheet.copyRange(CellAddress(index, column, row), self.address(name, box))

    def sort(self, name, box, column, ascending=True):
        """Sort the rows of a box by a column (counted from the box's left)."""
        key = TableSortField()
        key.Field, key.IsAscending, key.IsCaseSensitive = column, ascending, False
        fields = uno.Any("[]com.sun.star.table.TableSortField", (key,))
        self.box(name, *box).sort((prop("SortFields", fields), prop("ContainsHeader", False)))

    def set(self, name, row, column, value):
        """Type a number or a text; ``=…`` is a formula."""
        cell = self.sheet(name).getCellByPosition(column, row)
        if isinstance(value, str):
            (cell.setFormula if value.startswith("=") else cell.setString)(value)
        else:
            cell.setValue(value)

    def clear(self, name, box):
        """Delete what the cells hold; looks and validations stay."""
        self.box(name, *box).clearContents(1 | 2 | 4 | 16)

    def paste_values(self, name, box):
        """Paste the values of a box over itself: formulas are gone."""
        area = self.box(name, *box)
        area.setDataArray(tuple(tuple("" if v is None else v for v in line) for line in area.getDataArray()))

    def paste_unvalidated(self, name, box):
        """As cells pasted from elsewhere: the validations are gone."""
        area = self.box(name, *box)
        area.setPropertyValue("Validation", self.doc.Sheets.getByIndex(0).getCellByPosition(60, 900).Validation)

    def merge(self, name, box):
        self.box(name, *box).merge(True)

    def hide_rows(self, name, row, count=1):
        self.box(name, row, 0, row + count - 1, 0).Rows.IsVisible = False

    def hide_columns(self, name, column, count=1):
        self.box(name, 0, column, 0, column + count - 1).Columns.IsVisible = False

    def hide_sheet(self, name):
        self.sheet(name).IsVisible = False

    def rename_sheet(self, name, new):
        self.sheet(name).Name = new

    def copy_sheet(self, name, new, position):
        self.doc.Sheets.copyByName(name, new, position)

    def move_sheet(self, name, position):
        self.doc.Sheets.moveByName(name, position)

    def delete_sheet(self, name):
        self.doc.Sheets.removeByName(name)

    def import_sheet(self, path, name, position):
        """Bring in a sheet of another workbook."""
        other = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (prop("Hidden", True),))
        try:
            self.doc.Sheets.importSheet(other, name, position)
        finally:
            other.close(True)

    def delete_names(self):
        """Delete the defined names of this toolkit, the sheets' own ones too."""
        for names in (self.doc.NamedRanges, *(sheet.NamedRanges for sheet in self.doc.Sheets)):
            for name in names.ElementNames:
                if name.startswith("tk."):
                    names.removeByName(name)

    def set_null_date(self, year):
        """Count dates from the first of January of a year."""
        null = self.doc.NullDate
        null.Day, null.Month, null.Year = 1, 1, year
        self.doc.NullDate = null
