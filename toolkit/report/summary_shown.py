"""What a number cell of the consolidated workbook shows."""

from __future__ import annotations

from typing import NamedTuple

from toolkit.check.submissions import Group

VALUE, TOTAL, RETURNS, ADJUSTMENT, PART = "value", "total", "returns", "adjustment", "part"


class Shown(NamedTuple):
    """One number.

    ``kind``: VALUE, one return's own cell (``unit``, ``ret``); TOTAL, a node's returns and adjustments; RETURNS, its
    returns alone; ADJUSTMENT, its adjustments alone; PART, the rows of the returns where the field ``only[0]`` of the
    same block reads ``only[1]`` (added up; of percentages the mean; ``only`` None: all rows). ``node``: the node of the
    tree, for VALUE the unit's code. Where RETURNS or PART have a ``ret`` they are of that return alone. Of sums over a
    list or over records ``instance`` and ``row`` are "".
    """

    group: Group
    kind: str
    node: str
    unit: str
    ret: str
    form: str
    block: str
    instance: str
    row: str
    field: str
    only: tuple[str, str] | None = None
