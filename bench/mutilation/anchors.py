"""Defined names deleted or broken, hidden ids cleared, copied, shifted."""

from __future__ import annotations

import re

from bench.mutilation.work import OFFICE, OPENPYXL, XML, Work, kind

_FAMILY = "标识与名称"
_NAMES = "WBK-03 定义名称丢失、失效或错位"
_IDS = "WBK-03 隐藏标识丢失或错位"


def drop_names(work: Work) -> None:
    """Delete every defined name of ours."""
    with work.package() as package:
        package.names(lambda *_: None)


def clear_ids(work: Work, *sheets: str, rows: bool = True, columns: bool = True) -> None:
    """Clear the hidden ids of the sheets: those of rows (first column), of columns, or both."""
    with work.openpyxl() as book:
        for name in sheets:
            for line in book[name].iter_rows():
                for cell in line:
                    text = cell.value if isinstance(cell.value, str) else ""
                    if (rows and cell.column == 1) or (columns and re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+", text)):
                        cell.value = None


def _all(work: Work) -> list[str]:
    return [sheet.name for sheet in work.sample.layout.sheets]


@kind(_FAMILY, "names-deleted", "删掉全部定义名称", XML, _NAMES)
def names_deleted(work: Work) -> None:
    drop_names(work)


@kind(_FAMILY, "names-deleted-office", "在名称管理器里删掉全部定义名称", OFFICE, _NAMES)
def names_deleted_office(work: Work) -> None:
    work.edit(("delete_names",))


@kind(_FAMILY, "names-broken", "定义名称全部变成 #REF!", XML, _NAMES)
def names_broken(work: Work) -> None:
    with work.package() as package:
        package.names(lambda *_: "#REF!")


@kind(_FAMILY, "names-shifted", "定义名称都错开一行", XML, _NAMES)
def names_shifted(work: Work) -> None:
    def down(_attributes: str, _name: str, target: str) -> str:
        return re.sub(r"\$(\d+)", lambda m: f"${int(m[1]) + 1}", target)

    with work.package() as package:
        package.names(down)


@kind(_FAMILY, "row-ids-cleared", "清空隐藏的行标识（A 列）", OPENPYXL, _IDS)
def row_ids(work: Work) -> None:
    clear_ids(work, *_all(work), columns=False)


@kind(_FAMILY, "column-ids-cleared", "清空隐藏的列标识行", OPENPYXL, _IDS)
def column_ids(work: Work) -> None:
    clear_ids(work, *_all(work), rows=False)


@kind(_FAMILY, "ids-cleared", "清空全部行列标识", OPENPYXL, _IDS)
def ids(work: Work) -> None:
    clear_ids(work, *_all(work))


@kind(_FAMILY, "ids-and-names-lost", "行列标识和定义名称都没有了，只剩印刷的标题", OPENPYXL, _IDS)
def only_labels(work: Work) -> None:
    clear_ids(work, *_all(work))
    drop_names(work)


@kind(_FAMILY, "only-labels-and-moved", "只剩标题，并且删了 A 列、上方加了两行", OPENPYXL, _IDS)
def only_labels_moved(work: Work) -> None:
    from bench.mutilation.work import unmerge  # noqa: PLC0415

    clear_ids(work, *_all(work))
    drop_names(work)
    names = [work.sheet(work.sample.targets.grid[0]).name, work.sheet(work.sample.targets.list[0]).name]
    with work.openpyxl() as book:
        for name in names:
            unmerge(book[name])
            book[name].delete_cols(1)
            book[name].insert_rows(1, 2)


@kind(_FAMILY, "row-ids-shifted", "A 列的行标识整体错开一行", OPENPYXL, _IDS)
def shifted(work: Work) -> None:
    block = work.sample.targets.grid[0]
    place = work.sheet(block)
    with work.openpyxl() as book:
        sheet = book[place.name]
        rows = sorted(at for at in place.by_block[block].row_ids)
        for at in reversed(rows):
            sheet.cell(at + 2, 1).value = sheet.cell(at + 1, 1).value
        sheet.cell(rows[0] + 1, 1).value = None
    work.on(place.name)


@kind(_FAMILY, "row-ids-filled-down", "A 列的一个行标识被向下填充", OPENPYXL, _IDS)
def filled_down(work: Work) -> None:
    block = work.sample.targets.list[0]
    place = work.sheet(block)
    rows = [place.by_block[block].row_numbers[row] for row in place.by_block[block].list_rows[:3]]
    with work.openpyxl() as book:
        sheet = book[place.name]
        for at in rows[1:]:
            sheet.cell(at + 1, 1).value = sheet.cell(rows[0] + 1, 1).value
    work.on(place.name)


@kind(_FAMILY, "nothing-left", "标识、名称、标题都被清除", OPENPYXL, "WBK-03 未读取", intact=False)
def nothing(work: Work) -> None:
    block = work.sample.targets.grid[0]
    place = work.sheet(block)
    clear_ids(work, place.name)
    drop_names(work)
    with work.openpyxl() as book:
        for label in (lb for b in place.blocks for lb in b.labels):
            book[place.name].cell(label.top + 1, label.left + 1).value = "？"
    form = work.sample.suite.form_of_block[block].id
    work.drop(lambda k: work.sample.suite.form_of_block[k.block].id == form)
    work.on(place.name)
