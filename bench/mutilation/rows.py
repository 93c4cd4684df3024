"""Rows and columns inserted, deleted, moved, sorted, hidden."""

from __future__ import annotations

from decimal import Decimal

from bench.mutilation.work import OFFICE, OPENPYXL, XML, Work, kind, unmerge
from toolkit.layout import a1
from toolkit.model.fact import Key

_FAMILY = "行与列"
_LOST = "WBK-03 缺少"
_MOVED = "WBK-03 插入、删除或移动"


def _grid(work: Work) -> tuple[Key, Key]:
    """The amounts of the grid's two target rows."""
    block, one, other, field, _ = work.sample.targets.grid
    return Key(block, "", one, field), Key(block, "", other, field)


def _list(work: Work) -> tuple[Key, Key]:
    block, one, other, field, _ = work.sample.targets.list
    return Key(block, "", one, field), Key(block, "", other, field)


@kind(_FAMILY, "row-into-grid", "在固定行表格中插入一行空行", OFFICE, _MOVED)
def row_into_grid(work: Work) -> None:
    sheet, row, _ = work.spot(_grid(work)[1])
    work.edit(("insert_rows", sheet, row))
    work.on(sheet)


@kind(_FAMILY, "row-into-grid-typed", "在固定行表格中插入一行并填了数", OFFICE, "WBK-03 固定行的表", intact=False)
def typed_row_into_grid(work: Work) -> None:
    sheet, row, column = work.spot(_grid(work)[1])
    work.edit(("insert_rows", sheet, row), ("set", sheet, row, 1, "自加的科目"), ("set", sheet, row, column, 77))
    work.on(sheet)


@kind(_FAMILY, "row-into-grid-blunt", "插入一行，名称、公式、合并都没有跟着移动", OPENPYXL, _MOVED)
def blunt_row(work: Work) -> None:
    sheet, row, _ = work.spot(_grid(work)[0])
    with work.openpyxl() as book:
        unmerge(book[sheet])
        book[sheet].insert_rows(row + 1)
    work.on(sheet)


@kind(_FAMILY, "row-into-list", "在清单中间插入一行并填了数", OFFICE, "WBK-03 自行增加")
def row_into_list(work: Work) -> None:
    key = _list(work)[1]
    sheet, row, column = work.spot(key)
    _, _, name = work.spot(key._replace(field="name"))
    work.edit(("insert_rows", sheet, row), ("set", sheet, row, column, 7), ("set", sheet, row, name, "插入的项目"))
    capacity = work.sample.suite.blocks[key.block].capacity
    row_id = f"{capacity + 1:03d}"
    work.given |= {key._replace(row=row_id): Decimal(7), key._replace(row=row_id, field="name"): "插入的项目"}
    work.on(sheet)


@kind(_FAMILY, "rows-above", "在表格上方插入三行", OFFICE, _MOVED)
def rows_above(work: Work) -> None:
    sheet = work.spot(_list(work)[0])[0]
    work.edit(("insert_rows", sheet, 1, 3))
    work.on(sheet)


@kind(_FAMILY, "row-below-list", "在清单的最后一行之下又填了一行", XML, "WBK-03 自行增加")
def row_below_list(work: Work) -> None:
    key = _list(work)[0]
    name = key._replace(field="name")
    place = work.sheet(key.block).by_block[key.block]
    row, row_id = place.row_numbers[place.list_rows[-1]] + 1, f"{len(place.list_rows) + 1:03d}"
    cells = sorted([(work.spot(key)[2], "><v>7</v>"), (work.spot(name)[2], 't="str"><v>清单外</v>')])
    with work.package() as package:
        package.row(work.sheet(key.block).name, row + 1, "".join(f'<c r="{a1(row, c)}" {v}</c>' for c, v in cells))
    work.given |= {key._replace(row=row_id): Decimal(7), name._replace(row=row_id): "清单外"}
    work.on(work.sheet(key.block).name)


@kind(_FAMILY, "row-deleted-from-grid", "删掉固定行表格的一行", OFFICE, _LOST, intact=False)
def row_deleted(work: Work) -> None:
    key = _grid(work)[0]
    sheet, row, _ = work.spot(key)
    work.edit(("delete_rows", sheet, row))
    work.drop(lambda k: (k.block, k.row) == (key.block, key.row))
    work.on(sheet)


@kind(_FAMILY, "row-deleted-from-list", "删掉清单中填好的一行", OFFICE, _MOVED)
def list_row_deleted(work: Work) -> None:
    key = _list(work)[0]
    sheet, row, _ = work.spot(key)
    work.edit(("delete_rows", sheet, row))
    work.given = {k: v for k, v in work.given.items() if (k.block, k.row) != (key.block, key.row)}
    work.on(sheet)


@kind(_FAMILY, "spare-rows-deleted", "删掉清单中没用到的空行", OFFICE, _MOVED)
def spare_rows(work: Work) -> None:
    key = _list(work)[0]
    place = work.sheet(key.block).by_block[key.block]
    sheet = work.spot(key)[0]
    row = place.row_numbers[place.list_rows[-1]]
    work.edit(("delete_rows", sheet, row - 1, 2))
    work.on(sheet)


@kind(_FAMILY, "column-into-grid", "在固定行表格中插入一列", OFFICE, _MOVED)
def column_into_grid(work: Work) -> None:
    sheet, _, column = work.spot(_grid(work)[0])
    work.edit(("insert_columns", sheet, column))
    work.on(sheet)


@kind(_FAMILY, "column-into-list-blunt", "在清单中插入一列，名称、公式、合并都没有跟着移动", OPENPYXL, _MOVED)
def blunt_column(work: Work) -> None:
    sheet, _, column = work.spot(_list(work)[0])
    with work.openpyxl() as book:
        unmerge(book[sheet])
        book[sheet].insert_cols(column + 1)
    work.on(sheet)


@kind(_FAMILY, "column-deleted", "删掉清单的一列", OFFICE, _LOST, intact=False)
def column_deleted(work: Work) -> None:
    key = _list(work)[0]
    sheet, _, column = work.spot(key)
    work.edit(("delete_columns", sheet, column))
    work.drop(lambda k: (k.block, k.field) == (key.block, key.field))
    work.on(sheet)


@kind(_FAMILY, "id-column-deleted", "删掉最左边的隐藏列（行标识）", OFFICE, _MOVED)
def id_column(work: Work) -> None:
    sheet = work.spot(_grid(work)[0])[0]
    work.edit(("delete_columns", sheet, 0))
    work.on(sheet)


@kind(_FAMILY, "columns-swapped", "两列连表头、标识一起对调", OPENPYXL, _MOVED)
def columns_swapped(work: Work) -> None:
    key = _list(work)[0]
    sheet, _, one = work.spot(key)
    _, _, other = work.spot(key._replace(field=work.sample.targets.list[4]))
    with work.openpyxl() as book:
        unmerge(book[sheet])
        for row in range(1, book[sheet].max_row + 1):
            a, b = book[sheet].cell(row, one + 1), book[sheet].cell(row, other + 1)
            a.value, b.value = b.value, a.value
    work.on(sheet)


@kind(_FAMILY, "column-moved", "把一列剪切到表格右边", OFFICE, _MOVED)
def column_moved(work: Work) -> None:
    block, row, _, _, other = work.sample.targets.list
    sheet, _, column = work.spot(Key(block, "", row, other))
    bottom = work.sheet(block).last_row
    free = work.sheet(block).last_column + 1
    work.edit(("move", sheet, (3, column, bottom, column), 3, free))
    work.on(sheet)


@kind(_FAMILY, "list-sorted", "清单按名称排序（不含隐藏的行标识）", OFFICE)
def list_sorted(work: Work) -> None:
    _sort_list(work, left=2)


@kind(_FAMILY, "list-sorted-with-ids", "清单按名称排序（连隐藏的行标识）", OFFICE)
def list_sorted_with_ids(work: Work) -> None:
    _sort_list(work, left=0)


def _sort_list(work: Work, left: int) -> None:
    key = _list(work)[0]
    place, sheet = work.sheet(key.block).by_block[key.block], work.sheet(key.block)
    name, amount = work.spot(key._replace(field="name")), work.spot(key)
    rows = [r for r in place.list_rows if key._replace(row=r) in work.given]
    last = place.row_numbers[rows[-1]]
    box = (name[1], left, last, sheet.last_column)
    work.edit(("sort", sheet.name, box, amount[2] - left, True))
    if left:
        work.order(key.block, sorted(rows, key=lambda r: work.given[key._replace(row=r)]))  # type: ignore[arg-type, return-value]


@kind(
    _FAMILY,
    "grid-sorted",
    "固定行表格按金额排序（标题与数字一起移动，行标识没有动）",
    OFFICE,
    "WBK-03 未读取",
    intact=False,
)
def grid_sorted(work: Work) -> None:
    sheet, box, amount = _grid_box(work, 1)
    work.edit(("sort", sheet, box, amount - 1, True))
    work.drop(lambda k: k.block == work.sample.targets.grid[0])
    work.on(sheet)


@kind(_FAMILY, "grid-sorted-with-ids", "固定行表格整行排序（行标识一起移动）", OFFICE, _MOVED)
def grid_sorted_with_ids(work: Work) -> None:
    sheet, box, amount = _grid_box(work, 0)
    work.edit(("sort", sheet, box, amount, True))
    work.on(sheet)


def _grid_box(work: Work, left: int) -> tuple[str, tuple[int, int, int, int], int]:
    """The two target rows, which are neighbours."""
    one, other = _grid(work)
    sheet, top, amount = work.spot(one)
    bottom = work.spot(other)[1]
    return sheet, (top, left, bottom, work.sheet(one.block).last_column), amount


@kind(_FAMILY, "row-cut-and-pasted", "把清单的一行剪切到后面的空行", OFFICE)
def row_cut(work: Work) -> None:
    key = _list(work)[1]
    place, sheet = work.sheet(key.block).by_block[key.block], work.sheet(key.block)
    target = place.list_rows[-1]
    row, to = place.row_numbers[key.row], place.row_numbers[target]
    first = min(column for (_, column) in place.cells.values())
    work.edit(("move", sheet.name, (row, first, row, sheet.last_column), to, first))
    work.swap_rows(key.block, key.row, target)


@kind(_FAMILY, "rows-hidden", "隐藏了填有数据的行", OFFICE, "WBK-09 隐藏了第")
def rows_hidden(work: Work) -> None:
    one, _ = _grid(work)
    sheet, row, _ = work.spot(one)
    work.edit(("hide_rows", sheet, row), unprotect=False)
    work.here(one)


@kind(_FAMILY, "columns-hidden", "隐藏了填有数据的列", OFFICE, "WBK-09 列，其中的数据")
def columns_hidden(work: Work) -> None:
    one = _list(work)[0]
    sheet, _, column = work.spot(one)
    work.edit(("hide_columns", sheet, column), unprotect=False)
    work.on(sheet)
