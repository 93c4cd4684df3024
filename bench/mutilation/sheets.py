"""Sheets renamed, copied, reordered, hidden, deleted, merged in from another return."""

from __future__ import annotations

from pathlib import Path

from bench.mutilation.package import BOOK
from bench.mutilation.work import OFFICE, OPENPYXL, XML, Work, kind

_FAMILY = "工作表"


def _grid(work: Work) -> str:
    return work.sheet(work.sample.targets.grid[0]).name


def _project(work: Work, instance: str = "01") -> str:
    return work.sheet("target", instance).name


@kind(_FAMILY, "sheet-renamed", "工作表改了名", OFFICE, "WBK-02 改名")
def renamed(work: Work) -> None:
    work.edit(("rename_sheet", _grid(work), "支出表（定稿）"))
    work.on("支出表（定稿）")


@kind(_FAMILY, "sheet-renamed-look-alike", "工作表名改成全角、加了空格", XML, clean=False)
def look_alike(work: Work) -> None:
    name = _grid(work)
    new = name.replace("0", "０", 1) + " "
    with work.package() as package:
        package.replace(BOOK, f'name="{name}"', f'name="{new}"')


@kind(_FAMILY, "sheet-renamed-only-labels", "改名，且没有行列标识和定义名称", OPENPYXL, "WBK-02 改名")
def renamed_bare(work: Work) -> None:
    from bench.mutilation.anchors import clear_ids, drop_names  # noqa: PLC0415

    name = _grid(work)
    clear_ids(work, name)
    drop_names(work)
    with work.openpyxl() as book:
        book[name].title = "支出"
    work.on("支出")


@kind(_FAMILY, "sheets-renamed-by-project", "各项目表都改成项目的名字", XML, "WBK-02 改名")
def by_project(work: Work) -> None:
    with work.package() as package:
        for number, sheet in enumerate((s for s in work.sample.layout.sheets if s.instance), 1):
            package.replace(BOOK, f'name="{sheet.name}"', f'name="项目{number}"')
    work.on("项目1")


@kind(_FAMILY, "sheet-copied", "复制了一张项目表（留作底稿）", OFFICE, "WBK-02 复制")
def copied(work: Work) -> None:
    name = _project(work)
    work.edit(("copy_sheet", name, f"{name} (2)", 4))
    work.on(f"{name} (2)")


@kind(_FAMILY, "sheet-copied-both-renamed", "复制后原表和副本都改了名", OFFICE, "WBK-02 无法确定", intact=False)
def copied_renamed(work: Work) -> None:
    name, block = _grid(work), work.sample.targets.grid[0]
    work.edit(("copy_sheet", name, "乙", 4), ("rename_sheet", name, "甲"))
    form = work.sample.suite.form_of_block[block].id
    work.drop(lambda k: work.sample.suite.form_of_block[k.block].id == form)
    work.on(name)


@kind(_FAMILY, "sheets-reordered", "工作表换了次序", OFFICE)
def reordered(work: Work) -> None:
    work.edit(("move_sheet", _grid(work), 0), ("move_sheet", _project(work, "02"), 1))


@kind(_FAMILY, "sheet-hidden", "隐藏了一张工作表", OFFICE, "WBK-02 被隐藏")
def hidden(work: Work) -> None:
    work.edit(("hide_sheet", _grid(work)))
    work.on(_grid(work))


@kind(_FAMILY, "sheet-very-hidden", "用宏把工作表设为“深度隐藏”", XML, "WBK-02 被隐藏")
def very_hidden(work: Work) -> None:
    with work.package() as package:
        package.replace(BOOK, f'name="{_grid(work)}"', f'name="{_grid(work)}" state="veryHidden"')
    work.on(_grid(work))


@kind(_FAMILY, "sheet-deleted", "删掉一张填好的工作表", OFFICE, "WBK-02 缺少工作表", intact=False)
def deleted(work: Work) -> None:
    name, block = _grid(work), work.sample.targets.grid[0]
    work.edit(("delete_sheet", name))
    form = work.sample.suite.form_of_block[block].id
    work.drop(lambda k: work.sample.suite.form_of_block[k.block].id == form)
    work.on(name)


@kind(_FAMILY, "spare-sheet-deleted", "删掉没用到的项目表", OFFICE, "WBK-02 缺少工作表")
def spare_deleted(work: Work) -> None:
    spare = work.sample.layout.sheets
    name = [s.name for s in spare if s.instance][-1]
    work.edit(("delete_sheet", name))
    work.on(name)


@kind(_FAMILY, "sheet-added", "自己加了一张有数据的工作表", OPENPYXL, "WBK-02 增加了含有数据的工作表")
def added(work: Work) -> None:
    with work.openpyxl() as book:
        book.create_sheet("草稿")["B2"] = 5
    work.on("草稿")


@kind(_FAMILY, "sheet-of-another-return", "从别的单位的表里移来一张同名的表", OFFICE, "WBK-02 复制")
def imported(work: Work) -> None:
    other = work.path.with_name("other.xlsx")
    other.write_bytes(Path(work.path).read_bytes())
    name = _grid(work)
    work.edit(("import_sheet", str(other), name, 3))
    work.on(f"{name}_2")


@kind(_FAMILY, "system-sheets-deleted", "删掉隐藏的清单页和镜像页", OPENPYXL, clean=False)
def system_sheets(work: Work) -> None:
    with work.openpyxl() as book:
        del book["_lists"]
        del book["_mirror"]


@kind(_FAMILY, "help-sheets-deleted", "删掉填报说明和校验页", OFFICE)
def help_sheets(work: Work) -> None:
    work.edit(("delete_sheet", "填报说明"), ("delete_sheet", "校验"))


@kind(_FAMILY, "protection-removed", "取消了工作表保护和工作簿保护", OFFICE, "WBK-03 保护已被取消")
def unprotected(work: Work) -> None:
    work.edit()
