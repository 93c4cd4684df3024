"""Runs under the system's Python (the one that has ``uno``): drives one LibreOffice by JSON lines.

One request a line on standard input, one answer a line on standard output:
``{"do": "open", "path": …}`` · ``{"do": "set", "cells": [[sheet, row, column, value], …]}`` (a value is a number,
a text, ``null`` for empty, or ``{"formula": …}``) · ``{"do": "get", "ranges": [[sheet, top, left, bottom, right], …]}``
(values; an error cell reads ``{"error": code}``) · ``{"do": "formulas", "ranges": …}`` · ``{"do": "save", "path": …,
"filter_name": …}`` · ``{"do": "edit", "path": …, "steps": [[name, …], …], "target": …, "filter_name": …}`` (the steps
of ``office_edits``) · ``{"do": "close"}``.
"""

import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from office_edits import Edits


def prop(name, value):
    """One named argument of a UNO call."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(pipe):
    """The desktop of the LibreOffice that listens on ``pipe``; waits up to 60 s for it to start."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("LibreOffice does not answer")


class Session:
    """One open document."""

    def __init__(self, desktop):
        self.desktop, self.doc = desktop, None

    def open(self, path, password=None):
        """Load a workbook and calculate all of it: cached values are not what is measured."""
        self.close()
        how = [prop("Hidden", True)] + ([prop("Password", password)] if password else [])
        self.doc = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, tuple(how))
        for sheet in self.doc.Sheets:
            sheet.unprotect("")
        self.doc.calculateAll()
        return list(self.doc.Sheets.ElementNames)

    def set(self, cells):
        """Write cells, then calculate what depends on them: once, not after each."""
        self.doc.addActionLock()
        self.doc.enableAutomaticCalculation(False)
        sheets = {name: self.doc.Sheets.getByName(name) for name in {cell[0] for cell in cells}}
        for name, row, column, value in cells:
            cell = sheets[name].getCellByPosition(column, row)
            if value is None:
                cell.clearContents(1 | 2 | 4 | 16)
            elif isinstance(value, dict):
                cell.setFormula(value["formula"])
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)
        self.doc.enableAutomaticCalculation(True)
        self.doc.calculate()
        self.doc.removeActionLock()
        return len(cells)

    def _range(self, sheet, top, left, bottom, right):
        return self.doc.Sheets.getByName(sheet).getCellRangeByPosition(left, top, right, bottom)

    def get(self, ranges):
        """The values of ranges. getDataArray shows an error cell as None."""
        return [
            [[{"error": 1} if v is None else v for v in line] for line in self._range(*r).getDataArray()]
            for r in ranges
        ]

    def formulas(self, ranges):
        """The formulas (or constants) of ranges, as LibreOffice writes them."""
        return [[list(line) for line in self._range(*r).getFormulaArray()] for r in ranges]

    def save(self, path, filter_name, password=None):
        """Store a copy under another format, with an opening password where one is given."""
        locked = (prop("Password", password),) if password else ()
        self.doc.storeToURL(uno.systemPathToFileUrl(path), (prop("FilterName", filter_name), *locked))
        return path

    def edit(self, path, steps, target, filter_name):
        """Open a workbook as it is, take the steps, and store it elsewhere."""
        self.close()
        self.doc = self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(path), "_blank", 0, (prop("Hidden", True),)
        )
        edits = Edits(self.desktop, self.doc)
        for name, *arguments in steps:
            getattr(edits, name)(*arguments)
        self.save(target, filter_name)
        self.close()
        return target

    def close(self):
        """Close the document without saving."""
        if self.doc is not None:
            self.doc.close(True)
            self.doc = None


def main():
    """Serve requests until standard input ends."""
    session = Session(connect(sys.argv[1]))
    for line in sys.stdin:
        request = json.loads(line)
        name = request.pop("do")
        try:
            answer = {"ok": getattr(session, name)(**request)}
        except Exception as wrong:  # the client shows it as its own exception
            answer = {"error": f"{type(wrong).__name__}: {wrong}"}
        print(json.dumps(answer), flush=True)
    session.close()


if __name__ == "__main__":
    main()
