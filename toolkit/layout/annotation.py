"""How a workbook that was sent back is known again: by who annotated it, and by who reads it when it returns."""

from __future__ import annotations

FINDINGS = "问题清单"
"""The sheet with the findings; one that the unit added under this name keeps it, ours then gets a number."""

RECORD = (0, 25)
"""The cell (row, column) of that sheet, in a hidden column, that holds the record of what was changed."""

TITLES = ("序号", "程度", "工作表", "单元格", "问题", "怎么改", "规则")
"""Titles of its columns, by which the sheet is known where the record was deleted."""

SIGN = "toolkit.annotation/1 "
"""What the record starts with."""


def is_annotation(record: str) -> bool:
    """Whether the text in ``RECORD`` says that the sheet is ours."""
    return record.startswith(SIGN)
