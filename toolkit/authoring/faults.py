"""Where in the workbook something is wrong, and how an officer is told."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.model.errors import Source

Faults = list[tuple[Source | None, str]]


@dataclass(frozen=True, slots=True)
class At(Source):
    """A cell of the workbook: sheet (as ``file``), row and column as Excel counts them, and the column's header.

    Row 0: the sheet as a whole; column 0: the whole row.
    """

    header: str = ""

    def __str__(self) -> str:
        row = f"第 {self.line} 行" if self.line else ""
        return f"「{self.file}」{row}" + (f"“{self.header}”列" if self.header else "")
