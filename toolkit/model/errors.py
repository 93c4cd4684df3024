"""Errors our own user can mend. A unit's mistakes are findings, never exceptions.

::

    ToolkitError            what went wrong, where, how to mend it; the command line exits 2
    ├── SuiteError          a definition (YAML) is wrong; names file, line, column
    ├── FormulaError        an expression is wrong; names the offset in its text
    ├── InputError          a file a bureau hands in (roster, control …) is wrong; names file, row, column
    ├── DataError           a data file for `fill` does not fit the suite
    └── OutputError         an output cannot be written, or another run holds it
"""

from __future__ import annotations

from dataclasses import dataclass


class ToolkitError(Exception):
    """Base of every error that the user of the toolkit can mend. ``str(error)`` is the whole message."""


@dataclass(frozen=True, slots=True)
class Source:
    """A point in a definition file (1-based line and column)."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class SuiteError(ToolkitError):
    """A suite definition is wrong. ``problems`` lists every fault found, each with its place."""

    def __init__(self, problems: list[tuple[Source | None, str]]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{where}: {what}" if where else what for where, what in problems))


class FormulaError(ToolkitError):
    """An expression cannot be understood. ``offset`` is the 0-based position in ``text``."""

    def __init__(self, message: str, text: str = "", offset: int = 0) -> None:
        self.message, self.text, self.offset = message, text, offset
        pointer = f"\n  {text}\n  {' ' * offset}^" if text and "\n" not in text else ""
        super().__init__(message + pointer)


class InputError(ToolkitError):
    """A table handed in by the bureau is wrong; the message names file, row and column."""


class DataError(ToolkitError):
    """A data file does not fit the suite it names."""


class OutputError(ToolkitError):
    """An output cannot be written, or another run holds the output folder."""
