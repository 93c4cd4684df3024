"""Multi-row headers: nested labels become merged cells."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.layout.places import Label, LabelRole
from toolkit.model.form import Field


def printed_labels(field: Field, unit_line: str) -> tuple[str, ...]:
    """The field's labels; the leaf with ``*`` where it is always required, and with its unit of measure.

    The unit is left out where the sheet's unit line or the label itself says it.
    """
    star = "*" if field.required is True and field.formula is None else ""
    unit = field.unit
    if unit is None or unit == unit_line or unit in field.label or not field.type.is_number:
        return (*field.labels[:-1], star + field.label)
    return (*field.labels[:-1], f"{star}{field.label}（{unit}）")


def depth(fields: Sequence[Field]) -> int:
    """How many header rows the fields need."""
    return max(len(f.labels) for f in fields)


def header_labels(fields: Sequence[Field], spans: Sequence[tuple[int, int]], top: int, unit_line: str) -> list[Label]:
    """Labels of the header: a leaf spans down to the last row, equal group labels span sideways.

    ``spans``: first and last sheet column of each field. A leaf carries its field's id as subject.
    """
    rows = depth(fields)
    paths = [printed_labels(f, unit_line) for f in fields]
    labels: list[Label] = []
    for level in range(rows):
        index = 0
        while index < len(fields):
            path = paths[index]
            if level >= len(path):
                index += 1
                continue
            last = index
            leaf = level == len(path) - 1
            while not leaf and last + 1 < len(fields) and _same_group(paths[last + 1], path, level):
                last += 1
            bottom = top + rows - 1 if leaf else top + level
            subject = fields[index].id if leaf else ""
            left, right = spans[index][0], spans[last][1]
            labels.append(Label(path[level], LabelRole.HEADER, top + level, left, bottom, right, subject))
            index = last + 1
    return labels


def _same_group(other: tuple[str, ...], path: tuple[str, ...], level: int) -> bool:
    return len(other) > level + 1 and other[: level + 1] == path[: level + 1]
