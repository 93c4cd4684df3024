"""Values pasted over formulas, over validations, over the wrong row; formulas of one's own."""

from __future__ import annotations

import re
from decimal import Decimal

import openpyxl

from bench.mutilation.work import OFFICE, OPENPYXL, XML, Work, kind
from toolkit.layout import a1
from toolkit.model.fact import Key

_FAMILY = "粘贴与公式"


def _list(work: Work) -> Key:
    block, row, _, field, _ = work.sample.targets.list
    return Key(block, "", row, field)


@kind(_FAMILY, "values-over-formulas", "整张表“粘贴为数值”", OFFICE, "WBK-04 公式被数值覆盖")
def values_over_formulas(work: Work) -> None:
    place = work.sheet(_list(work).block)
    work.edit(("paste_values", place.name, (0, 0, place.last_row, place.last_column)))
    work.here(work.sample.targets.computed)


@kind(_FAMILY, "value-over-formula", "合计公式被改成另一个数", XML, "WBK-04 不一致")
def value_over_formula(work: Work) -> None:
    key = work.sample.targets.computed
    with work.package() as package:
        package.number(*work.sample.at(key), 12345)
    work.given[key] = Decimal(12345)
    work.here(key)


@kind(_FAMILY, "own-formula", "公式改成了自己的公式", OFFICE, "WBK-04 公式被改动")
def own_formula(work: Work) -> None:
    key = work.sample.targets.computed
    sheet, row, column = work.spot(key)
    amount = work.spot(_list(work))
    work.edit(("set", sheet, row, column, f"={a1(amount[1], amount[2])}*2"))
    fiscal = work.given[_list(work)]
    assert isinstance(fiscal, Decimal)
    work.given[key] = fiscal * 2
    work.here(key)


@kind(_FAMILY, "same-formula-otherwise", "公式换了写法，结果一样", OFFICE, "WBK-04 公式与下发的不同")
def same_formula(work: Work) -> None:
    key = work.sample.targets.computed
    sheet, row, column = work.spot(key)
    one, other = work.spot(_list(work)), work.spot(_list(work)._replace(field="other"))
    work.edit(("set", sheet, row, column, f"=SUM({a1(*one[1:])};{a1(*other[1:])})"))
    work.here(key)


@kind(_FAMILY, "formula-deleted", "公式被删除，单元格空着", XML, "WBK-04 公式被删除")
def formula_deleted(work: Work) -> None:
    key = work.sample.targets.computed
    with work.package() as package:
        package.empty(*work.sample.at(key))
    work.here(key)


@kind(_FAMILY, "formula-outside", "公式引用了另一个工作簿", XML, "WBK-04 引用了其他文件")
def formula_outside(work: Work) -> None:
    key = work.sample.targets.computed
    with work.package() as package:
        shown = work.sample.truth(work.given, frozenset())[key]
        package.put(*work.sample.at(key), f"><f>[1]Sheet1!$A$1</f><v>{shown}</v>")
    work.here(key)


@kind(_FAMILY, "formula-in-input", "在应直接填数的单元格里写了公式", OFFICE, "WBK-04 应直接填报的单元格中是公式")
def formula_in_input(work: Work) -> None:
    key = _list(work)
    sheet, row, column = work.spot(key)
    work.edit(("set", sheet, row, column, "=300+200.5"), unprotect=False)
    work.given[key] = Decimal("500.5")
    work.here(key)


@kind(_FAMILY, "formula-error", "应填数的单元格里是出错的公式", OFFICE, "WBK-05 错误值", intact=False)
def formula_error(work: Work) -> None:
    key = _list(work)
    sheet, row, column = work.spot(key)
    work.edit(("set", sheet, row, column, "=1/0"), unprotect=False)
    _unreadable(work, key)


def _unreadable(work: Work, key: Key) -> None:
    work.given.pop(key, None)
    work.marked.add(key)
    work.here(key)


@kind(_FAMILY, "validation-lost", "从别处粘贴：下拉列表丢失，值不在清单", XML, "WBK-11 下拉列表丢失")
def validation_lost(work: Work) -> None:
    key = work.sample.targets.choice
    sheet, cell = work.sample.at(key)
    with work.package() as package:
        package.change(package.part(sheet), lambda xml: re.sub(_validation_of(xml, cell), "", xml))
        package.text(sheet, cell, "产出类")
    work.given[key] = "产出类"
    work.here(key)


def _validation_of(xml: str, cell: str) -> str:
    """The element of the validation whose range begins at the cell."""
    found = re.search(rf'<dataValidation [^>]*sqref="{cell}[":][^>]*>.*?</dataValidation>', xml)
    assert found is not None, cell
    return re.escape(found[0])


@kind(_FAMILY, "validations-pasted-over", "从别处粘贴覆盖了一列（数值不变）", OFFICE, "WBK-11 数据验证丢失")
def pasted_over(work: Work) -> None:
    key = _list(work)
    place = work.sheet(key.block).by_block[key.block]
    sheet, _, column = work.spot(key)
    rows = [place.row_numbers[row] for row in place.list_rows]
    work.edit(("paste_unvalidated", sheet, (rows[0], column, rows[-1], column)))
    work.here(key)


@kind(_FAMILY, "all-validations-lost", "工作表的全部数据验证丢失", XML, "WBK-11 数据验证")
def all_lost(work: Work) -> None:
    sheet = work.sheet(_list(work).block).name
    with work.package() as package:
        package.change(
            package.part(sheet), lambda xml: re.sub(r"<dataValidations .*?</dataValidations>", "", xml, flags=re.DOTALL)
        )
    work.on(sheet)


@kind(_FAMILY, "pasted-shifted", "从别处粘贴清单时错开一行，盖住了第一行，验证丢失", OFFICE, "WBK-11 丢失")
def shifted(work: Work) -> None:
    key = _list(work)
    block = key.block
    place = work.sheet(block).by_block[block]
    rows = [r for r in place.list_rows if key._replace(row=r) in work.given]
    sheet, top, column = work.spot(key)
    bottom = place.row_numbers[rows[-1]]
    work.edit(
        ("copy", sheet, (top, column, bottom, column), top + 1, column), ("clear", sheet, (top, column, top, column)),
        ("paste_unvalidated", sheet, (top, column, bottom + 1, column)),
    )  # fmt: skip
    old = dict(work.given)
    following = place.list_rows[1 : len(rows) + 1]
    del work.given[key]
    for row, after in zip(rows, following, strict=True):
        work.given[key._replace(row=after)] = old[key._replace(row=row)]
    work.here(key, key._replace(row=rows[-1]))


@kind(_FAMILY, "labels-pasted-along", "把上年的表连标题整块粘贴，错开一行", XML, "WBK-03 未读取", intact=False)
def labels_along(work: Work) -> None:
    """Labels and figures move down together; ids and names stay."""
    block = work.sample.targets.grid[0]
    place = work.sheet(block)
    rows = place.by_block[block].row_numbers
    with work.openpyxl() as book:
        sheet = book[place.name]
        top, bottom = min(rows.values()), max(rows.values())
        for row in range(bottom, top, -1):
            for column in range(2, place.last_column + 2):
                target = sheet.cell(row + 1, column)
                if not isinstance(target, openpyxl.cell.MergedCell):
                    target.value = sheet.cell(row, column).value
    work.drop(lambda k: k.block == block)
    work.on(place.name)


def _fresh(work: Work, *, formulas: bool, names: tuple[str, ...]) -> None:
    old = openpyxl.load_workbook(work.path, data_only=not formulas)
    new = openpyxl.Workbook()
    new.remove(new.worksheets[0])
    for name in names:
        target = new.create_sheet(name)
        for line in old[name].iter_rows():
            for cell in line:
                if cell.value is not None:
                    target[cell.coordinate] = cell.value
    new.save(work.path)


@kind(_FAMILY, "fresh-workbook", "把各表内容复制到新建的工作簿", OPENPYXL, "WBK-01 标识", intact=False)
def fresh(work: Work) -> None:
    _fresh(work, formulas=False, names=tuple(s.name for s in work.sample.layout.sheets))


@kind(_FAMILY, "fresh-workbook-with-meta", "复制到新建的工作簿，连隐藏的标识页", OPENPYXL, "WBK-11 数据验证")
def fresh_with_meta(work: Work) -> None:
    _fresh(work, formulas=True, names=(*(s.name for s in work.sample.layout.sheets), "_meta"))
    work.on(work.sheet(_list(work).block).name)


@kind(_FAMILY, "one-table-only", "只把一张表复制到新建的工作簿", OPENPYXL, "WBK-01 标识", intact=False)
def one_table(work: Work) -> None:
    _fresh(work, formulas=False, names=(work.sheet(_list(work).block).name,))
