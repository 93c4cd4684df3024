"""Where a unit explains a warning: the last column of the sheet 校验, and the hidden id beside each of its cells."""

from __future__ import annotations

TITLE = "说明（由单位填写）"
"""Head of the column."""

CLOSED = "—"
"""What stands in it where there is nothing to explain."""

COLUMN, ANCHOR = 10, 11
"""The column a unit writes in, and the hidden one after it with what each row is about."""

LONGEST = 500
"""Characters a unit may type; more can only be pasted, and is read all the same."""

_SIGN = "toolkit.explain/1"


def anchor(code: str, check: str = "") -> str:
    """The hidden id of a row: its rule, and the check where the workbook runs one (``Check.id``)."""
    return f"{_SIGN} {code} {check}".rstrip()


def parse_anchor(text: str) -> tuple[str, str] | None:
    """(rule, check or "") of a hidden id, None for any other text."""
    sign, _, rest = text.partition(" ")
    code, _, check = rest.partition(" ")
    return (code, check) if sign == _SIGN and code else None
