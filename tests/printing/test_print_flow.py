"""Whatever the pages hold, the cells tile the sheet: none overlaps, none is parted, none is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.printing import Cell, Line, Page
from toolkit.printing.flow import MOST, Flow, flow

COLUMNS = (8.0, 12.0, 20.0)
ROOM = 300.0

TEXTS = st.sampled_from(["", "产出", "效益", "一", "长" * 60, "很长" * 900])


def _cells(texts: tuple[str, ...], merge: bool) -> tuple[Cell, ...]:
    return tuple(
        Cell(column, 1, 1, text or None, "body", "left", merge=merge and column < 2)
        for column, text in enumerate(texts)
    )


LOOPS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=12).map(
    lambda rows: tuple(Line(_cells(row, True), loop=1) for row in rows)
)
BEFORE = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=3).map(
    lambda rows: tuple(Line(_cells(r, False)) for r in rows)
)
HEAD = Line(_cells(("一级", "二级", "名称"), False), head=True)
REACHING = (
    Line((Cell(0, 1, 2, "计划", "label", "center"), Cell(1, 2, 1, "3月底", "label", "center"))),
    Line((Cell(1, 2, 1, "50", "body", "right"),)),
)
PAGES = st.lists(
    st.builds(lambda first, loop: Page("项目", (*first, *REACHING, HEAD, *loop)), BEFORE, LOOPS), min_size=1, max_size=3
)


def _tiles(made: Flow) -> dict[tuple[int, int], int]:
    """How many cells lie over each place of the sheet."""
    over: dict[tuple[int, int], int] = {}
    for placed in made.placed:
        for row in range(placed.top, placed.bottom + 1):
            for column in range(placed.cell.column, placed.cell.column + placed.cell.span):
                over[row, column] = over.get((row, column), 0) + 1
    return over


@settings(deadline=None)
@given(PAGES)
def test_the_cells_tile_the_sheet(pages: list[Page]) -> None:
    made = flow(pages, COLUMNS, ROOM)
    places = {(row, column) for row in range(len(made.heights)) for column in range(len(COLUMNS))}
    assert _tiles(made) == dict.fromkeys(places, 1)


@settings(deadline=None)
@given(PAGES)
def test_no_break_parts_a_cell_and_every_project_begins_a_sheet(pages: list[Page]) -> None:
    made = flow(pages, COLUMNS, ROOM)
    assert all(not placed.top < at <= placed.bottom for at in made.breaks for placed in made.placed)
    assert made.breaks == sorted(set(made.breaks))
    assert len(made.breaks) >= len(pages) - 1
    assert all(0 < at < len(made.heights) for at in made.breaks)


@settings(deadline=None)
@given(PAGES)
def test_rows_stay_within_what_excel_takes_and_give_every_text_room(pages: list[Page]) -> None:
    made = flow(pages, COLUMNS, ROOM)
    assert all(0 < height <= MOST for height in made.heights)
    for placed in made.placed:
        width = sum(COLUMNS[placed.cell.column : placed.cell.column + placed.cell.span])
        lines = 2 * len(placed.cell.text) / width
        assert sum(made.heights[placed.top : placed.bottom + 1]) >= 15 * lines


@settings(deadline=None)
@given(PAGES)
def test_no_text_is_lost_and_what_is_merged_said_the_same(pages: list[Page]) -> None:
    made = flow(pages, COLUMNS, ROOM)
    for column in range(len(COLUMNS)):
        said = [c.text for p in pages for line in p.lines if not line.head for c in line.cells if c.column == column]
        printed = {placed.cell.text for placed in made.placed if placed.cell.column == column}
        assert {text for text in said if text} <= printed
