"""From a case of a rule, as written in the catalogue, to the values of a return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import cast

import pytest

from toolkit.catalog import load_suite
from toolkit.formula import Cells, Program, compile_suite, compute
from toolkit.model.fact import Key, Value
from toolkit.model.form import BlockKind, Field, Suite
from toolkit.model.rule import Case

SUITE = "hebei-2021"


def values_of(suite: Suite, case: Case) -> dict[Key, Value]:
    """The cells a case names. Rows of a list are 001, 002 …; sheets of a repeated form 01, 02 …

    ``block[]`` of a record on a repeated form gives one sheet each; everything else there is on sheet 01.
    """
    found: dict[Key, Value] = {}
    for name, content in case.data.items():
        block_id, _, rest = name.partition(".")
        block = suite.blocks[block_id.removesuffix("[]")]
        sheet = "01" if suite.form_of_block[block.id].repeat else ""
        if name.endswith("[]"):
            rows = cast("list[Mapping[str, object]]", content)
            for number, row in enumerate(rows, 1):
                at = (f"{number:02d}", "") if block.kind is BlockKind.RECORD else (sheet, f"{number:03d}")
                found |= {Key(block.id, *at, f): typed(block.by_id[f], v) for f, v in row.items()}
        else:
            row_id, _, field_id = rest.rpartition(".")
            assert block.has_cell(row_id, field_id), f"{name} 不是套表的单元格"
            found[Key(block.id, sheet, row_id, field_id)] = typed(block.by_id[field_id], content)
    return found


def typed(field: Field, value: object) -> Value:
    """The value as read from a cell of the field: cases write numbers as numbers and text as text."""
    if field.type.is_number:
        assert isinstance(value, Decimal), f"{field.id} 应为数字：{value!r}"
        return value
    assert isinstance(value, str), f"{field.id} 应为文本（加引号）：{value!r}"
    return value


@pytest.fixture(scope="session")
def hebei() -> Suite:
    return load_suite(SUITE)


@pytest.fixture(scope="session")
def program(hebei: Suite) -> Program:
    return compile_suite(hebei)


@pytest.fixture(scope="session")
def filled(program: Program) -> Callable[[Case], dict[Key, Value]]:
    """All values of a case, computed cells included; a computed cell the case names is typed over."""

    def fill(case: Case) -> dict[Key, Value]:
        given = values_of(program.suite, case)
        return compute(program, given, typed_over=frozenset(given))

    return fill


@pytest.fixture(scope="session")
def cells_of_case(program: Program, filled: Callable[[Case], dict[Key, Value]]) -> Callable[[Case], Cells]:
    """The values of a case as the evaluator wants them."""
    return lambda case: Cells(program.suite, filled(case))
