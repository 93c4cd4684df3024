from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from toolkit.catalog import load_suite
from toolkit.layout import Box, Layout, SheetPlace, Spot, arrange
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind, Suite

MINI = Path(__file__).parents[1] / "suites" / "mini"


@pytest.fixture(scope="module", params=["mini", "hebei-2021"])
def suite(request: pytest.FixtureRequest) -> Suite:
    return load_suite(MINI if request.param == "mini" else request.param)


@pytest.fixture(scope="module")
def layout(suite: Suite) -> Layout:
    return arrange(suite)


def rectangles(sheet: SheetPlace) -> list[Box]:
    """Everything that takes room on a sheet."""
    found = [Box(lb.top, lb.left, lb.bottom, lb.right) for lb in sheet.labels]
    for place in sheet.blocks:
        found += [Box(lb.top, lb.left, lb.bottom, lb.right) for lb in place.labels]
        found += [*place.closed, *place.numbers.values()]
        for at, (top, left) in place.cells.items():
            found.append(Box(top, left, *place.spans.get(at, (top, left))))
    return [*found, sheet.unit_name, sheet.status]


def test_the_same_suite_always_gives_the_same_layout(suite: Suite, layout: Layout) -> None:
    again = arrange(suite)
    assert again.sheets == layout.sheets


def test_nothing_lies_on_anything_else(layout: Layout) -> None:
    for sheet in layout.sheets:
        taken = Counter(
            (row, column)
            for top, left, bottom, right in rectangles(sheet)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        )
        assert [at for at, times in taken.items() if times > 1] == [], sheet.name


def test_everything_is_within_the_printed_columns(layout: Layout) -> None:
    for sheet in layout.sheets:
        assert len(sheet.widths) == sheet.last_column + 1
        assert sheet.check_column == sheet.last_column + 1
        for top, left, bottom, right in rectangles(sheet):
            assert 1 <= left <= right <= sheet.last_column
            assert 0 <= top <= bottom <= sheet.last_row


def test_every_cell_of_the_suite_has_a_place(suite: Suite, layout: Layout) -> None:
    for block in suite.blocks.values():
        instance = "01" if suite.form_of_block[block.id].repeat else ""
        rows = [""] if block.kind is BlockKind.RECORD else [r.id for r in block.rows]
        rows += [f"{n:03d}" for n in range(1, block.capacity + 1)]
        for row in rows:
            for field in block.fields:
                spot = layout.spot(Key(block.id, instance, row, field.id))
                assert (spot is not None) == block.has_cell(row, field.id)


def test_a_cell_is_found_by_its_row_id_and_its_field_id(layout: Layout) -> None:
    """The hidden ids alone lead to every cell: column of ``block.field``, row of ``block/row``."""
    for sheet in layout.sheets:
        for place in sheet.blocks:
            for (row, field), (at, column) in place.cells.items():
                above = max(r for r in place.id_rows if r < at)
                assert place.id_rows[above][column] == f"{place.block.id}.{field}"
                wanted = f"{place.block.id}/{row}"
                assert place.row_ids[at] == wanted or row == ""


def test_row_ids_are_unique_on_a_sheet(layout: Layout) -> None:
    for sheet in layout.sheets:
        ids = [row_id for place in sheet.blocks for row_id in place.row_ids.values()]
        assert len(ids) == len(set(ids))


def test_every_cell_stands_under_its_own_header(layout: Layout) -> None:
    for sheet in layout.sheets:
        for place in sheet.blocks:
            if place.block.kind is BlockKind.RECORD:
                continue
            headers = {lb.subject: lb for lb in place.labels if lb.role == "header" and lb.subject}
            for (_, field), (top, left) in place.cells.items():
                assert headers[field].left == left
                assert headers[field].bottom < top


def test_instances_differ_only_in_name(suite: Suite) -> None:
    layout = arrange(suite, 3)
    repeated = [s for s in layout.sheets if s.form.repeat]
    assert [s.instance for s in repeated] == ["01", "02", "03"]
    assert len({s.name for s in repeated}) == 3
    assert len({tuple(b.cells.items()) for s in repeated for b in s.blocks[:1]}) == 1


def test_a_layout_without_instances_knows_no_cell_of_them(suite: Suite) -> None:
    layout = arrange(suite, 0)
    form = next(f for f in suite.forms if f.repeat)
    block = form.blocks[0]
    assert layout.spot(Key(block.id, "01", "", block.fields[0].id)) is None


def test_fewer_than_no_instances_are_refused(suite: Suite) -> None:
    with pytest.raises(ValueError, match="negative"):
        arrange(suite, -1)


def test_a_spot_names_sheet_row_and_column() -> None:
    layout = arrange(load_suite(MINI))
    spot = layout.spot(Key("expenditure", "", "basic", "this_year"))
    assert spot == Spot("01_收支", 6, 2)
