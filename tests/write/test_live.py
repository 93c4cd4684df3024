"""The live workbook: LibreOffice, recalculating from nothing, must show what was written as cached."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from toolkit.catalog import load_suite
from toolkit.formula import Cells, compile_suite, compute, evaluate_check, homes
from toolkit.layout import Layout, a1, arrange
from toolkit.layout.hidden import CHECKS
from toolkit.layout.verdicts import plan_zones, verdict_spot
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.model.form import BlockKind, Field, FieldType, Suite

Write = Callable[..., Any]


@pytest.fixture(scope="module")
def layout(mini: Suite) -> Layout:
    return arrange(mini)


@pytest.fixture(scope="module")
def full(write: Write, filled: UnitData) -> Any:
    return write(data=filled)


def shown(book: Any, sheet: str, text: str) -> list[str]:
    return [c.coordinate for row in book[sheet].iter_rows() for c in row if c.value == text]


def test_the_check_sheet_says_what_is_missing(full: Any, write: Write) -> None:
    assert full.values[CHECKS]["B3"].value.startswith("暂不能报送")
    assert write().values[CHECKS]["B3"].value == "尚未填报。"


def test_the_row_that_fails_says_why(full: Any, layout: Layout) -> None:
    sheet = layout.sheet_of("projects")
    row = sheet.by_block["projects"].row_numbers["002"]
    assert full.values[sheet.name].cell(row + 1, sheet.check_column + 1).value == "✗ 项目编码格式应合法"
    clean = sheet.by_block["projects"].row_numbers["001"]
    assert full.values[sheet.name].cell(clean + 1, sheet.check_column + 1).value in (None, "")


def test_the_head_of_a_form_counts_its_failures(full: Any, layout: Layout) -> None:
    sheet = layout.sheet_of("expenditure")
    text = full.values[sheet.name].cell(sheet.status.top + 1, sheet.status.left + 1).value
    assert re.match(r"本表还有\d+处未通过", text)


def test_links_lead_to_cells_that_exist(full: Any) -> None:
    addresses = [
        c.value
        for sheet in full.values.worksheets
        for row in sheet.iter_rows()
        for c in row
        if isinstance(c.value, str) and re.fullmatch(r"'[^']+'![A-Z]+\d+", c.value)
    ]
    assert addresses
    for address in addresses:
        name, at = address[1:].split("'!")
        assert not full.formulas[name][at].protection.locked or full.formulas[name][at].value is not None


def test_the_link_of_a_failing_check_is_offered(full: Any) -> None:
    failing = [row for row in full.values[CHECKS].iter_rows(min_row=10) if row[8].value == "定位"][1:]
    assert failing
    for row in failing:
        assert row[6].value > 0
        formula = full.formulas[CHECKS][row[8].coordinate].value
        assert formula.startswith("=IF(")
        assert "HYPERLINK" in formula


@pytest.mark.slow
def test_the_oracle_notices_a_wrong_cached_value(full: Any, recalculate: Any, stale: Any) -> None:
    truth = recalculate(full.content)
    truth[next(at for at, v in truth.items() if at[0] == CHECKS and isinstance(v, int))] = 12345
    assert len(stale(full, truth)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("instances", [0, 3])
def test_a_blank_workbook_recalculates_to_what_it_shows(
    write: Write, recalculate: Any, stale: Any, instances: int
) -> None:
    book = write(instances=instances)
    truth = recalculate(book.content)
    assert stale(book, truth) == []
    assert [at for at, value in truth.items() if isinstance(value, str) and value.startswith("#")] == []


@pytest.mark.slow
def test_the_shipped_suite_recalculates_to_what_it_shows(write: Write, recalculate: Any, stale: Any) -> None:
    suite = load_suite("hebei-2021")
    book = write(suite, instances=2, data=scribble(suite, 2, random.Random(7)))
    truth = recalculate(book.content)
    assert stale(book, truth) == []
    assert [at for at, value in truth.items() if isinstance(value, str) and value.startswith("#")] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_fill_recalculates_to_the_reference_verdicts(
    mini: Suite, write: Write, recalculate: Any, stale: Any, layout: Layout, seed: int
) -> None:
    data = scribble(mini, 3, random.Random(seed))
    book = write(data=data)
    truth = recalculate(book.content)
    assert stale(book, truth) == []
    program, zones = compile_suite(mini), plan_zones(mini, compile_suite(mini))
    typed = frozenset(k for k in data.values if mini.blocks[k.block].formula(k.row, k.field) is not None)
    cells = Cells(mini, compute(program, data.values, typed))
    seen = 0
    for check in (c for c in program.checks if c.in_workbook):
        for instance, row in homes(check, cells):
            spot = verdict_spot(layout, zones[check.domain.form], check, instance, row)
            value = evaluate_check(check, cells, instance, row).value
            assert truth[(spot.sheet, a1(spot.row, spot.column))] == (0.5 if value is None else int(value)), check.id
            seen += 1
    assert seen > 50


def scribble(suite: Suite, instances: int, chance: random.Random) -> UnitData:
    """Random but typed values in about half of the cells, a few of them over formulas."""
    values: dict[Key, Value] = {}
    for block in suite.blocks.values():
        repeated = suite.form_of_block[block.id].repeat
        rows = [""] if block.kind is BlockKind.RECORD else [r.id for r in block.rows]
        rows += [f"{n:03d}" for n in range(1, min(block.capacity, 5) + 1)]
        for instance in [f"{n:02d}" for n in range(1, instances + 1)] if repeated else [""]:
            for row in rows:
                for field in block.fields:
                    computed = block.formula(row, field.id) is not None
                    if block.has_cell(row, field.id) and chance.random() < (0.06 if computed else 0.55):
                        value = guess(suite, field, chance)
                        if value is not None:
                            values[Key(block.id, instance, row, field.id)] = value
    return UnitData(suite.id, Identity("区", 2021, "批复", "102", "办公室", suite.edition, suite.id), values)


def guess(suite: Suite, field: Field, chance: random.Random) -> Value:
    if field.type.is_number:
        whole = field.type is FieldType.INTEGER
        return Decimal(chance.randrange(-20, 200)) / (1 if whole else chance.choice((1, 4, 100)))
    if field.type is FieldType.DATE:
        return None
    if field.lookup and chance.random() < 0.8:
        return chance.choice(suite.lists[field.lookup].entries).value
    if field.type is FieldType.YES_NO:
        return chance.choice("是否")
    return chance.choice(("甲", "乙", "102-A1", "A02010104", "涉密", "2021年底前完成", "维护次数 abc"))
