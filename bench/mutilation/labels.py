"""Headers and labels edited, cells merged."""

from __future__ import annotations

import re

from bench.mutilation.work import OFFICE, OPENPYXL, XML, Work, kind
from toolkit.layout import Label, LabelRole, a1
from toolkit.model.fact import Key

_FAMILY = "标题与合并"


def _label(work: Work, block: str, role: LabelRole, subject: str) -> tuple[str, Label]:
    place = work.sheet(block)
    return place.name, next(lb for lb in place.by_block[block].labels if lb.role is role and lb.subject == subject)


def _retype(work: Work, block: str, role: LabelRole, subject: str, text: str) -> None:
    sheet, label = _label(work, block, role, subject)
    cell = a1(label.top, label.left)
    with work.package() as package:
        package.text(sheet, cell, text)
    work.places.append((sheet, cell))


@kind(_FAMILY, "header-edited", "改了一列的表头", XML, "WBK-03 被改为")
def header(work: Work) -> None:
    block, _, _, field, _ = work.sample.targets.list
    _retype(work, block, LabelRole.HEADER, field, "今年的钱")


@kind(_FAMILY, "header-emptied", "删掉了一列的表头", XML, "WBK-03 被删除")
def no_header(work: Work) -> None:
    block, _, _, field, _ = work.sample.targets.list
    sheet, label = _label(work, block, LabelRole.HEADER, field)
    with work.package() as package:
        package.empty(sheet, a1(label.top, label.left))
    work.places.append((sheet, a1(label.top, label.left)))


@kind(_FAMILY, "row-label-edited", "改了一行的科目名称", XML, "WBK-03 被改为")
def row_label(work: Work) -> None:
    block, row, *_ = work.sample.targets.grid
    _retype(work, block, LabelRole.ROW, row, "捐赠支出")


@kind(_FAMILY, "labels-spaced", "表头里加了空格和换行", XML)
def spaced(work: Work) -> None:
    block, row, _, field, _ = work.sample.targets.grid
    for role, subject in ((LabelRole.HEADER, field), (LabelRole.ROW, row)):
        sheet, label = _label(work, block, role, subject)
        with work.package() as package:
            package.text(sheet, a1(label.top, label.left), " 　".join(label.text) + "\n")


@kind(_FAMILY, "headers-swapped", "两列的表头对调，数字没有动", XML, "WBK-03 未读取", intact=False)
def swapped(work: Work) -> None:
    block, _, _, field, other = work.sample.targets.grid
    sheet, one = _label(work, block, LabelRole.HEADER, field)
    _, two = _label(work, block, LabelRole.HEADER, other)
    with work.package() as package:
        package.text(sheet, a1(one.top, one.left), two.text)
        package.text(sheet, a1(two.top, two.left), one.text)
    work.drop(lambda k: k.block == block)
    work.on(sheet)


@kind(_FAMILY, "unit-line-edited", "把表头的“单位：万元”改成“单位：元”", XML, "TYP-02 被改为")
def unit_line(work: Work) -> None:
    place = work.sheet(work.sample.targets.grid[0])
    label = next(lb for lb in place.labels if lb.role is LabelRole.UNIT_LINE)
    with work.package() as package:
        package.text(place.name, a1(label.top, label.left), "单位：元")
    work.places.append((place.name, a1(label.top, label.left)))


@kind(_FAMILY, "title-edited", "改了表名", XML)
def title(work: Work) -> None:
    place = work.sheet(work.sample.targets.grid[0])
    label = next(lb for lb in place.labels if lb.role is LabelRole.TITLE)
    with work.package() as package:
        package.text(place.name, a1(label.top, label.left), "我单位2021年支出表")


@kind(_FAMILY, "cells-merged", "把两行的金额合并成一格（下面的数被删除）", XML, "WBK-09 被合并")
def merged(work: Work) -> None:
    block, one, other, field, _ = work.sample.targets.list
    upper, lower = Key(block, "", one, field), Key(block, "", other, field)
    _merge(work, upper, lower)
    del work.given[lower]


@kind(_FAMILY, "ditto-merged", "相同的内容合并单元格（只写一次）", OFFICE, "WBK-09 被合并")
def ditto_merged(work: Work) -> None:
    block, one, other, _, _ = work.sample.targets.grid
    text = work.sample.targets.grid_text
    upper, lower = Key(block, "", one, text), Key(block, "", other, text)
    sheet, row, column = work.spot(upper)
    low = work.spot(lower)[1]
    right = max(column, work.sheet(block).by_block[block].spans.get((one, text), (row, column))[1])
    work.edit(
        ("set", sheet, row, column, "同一原因"), ("clear", sheet, (low, column, low, right)),
        ("merge", sheet, (row, column, low, right)),
    )  # fmt: skip
    work.given[upper] = "同一原因"
    work.given.pop(lower, None)
    work.here(upper)


def _merge(work: Work, upper: Key, lower: Key) -> None:
    sheet, cell = work.sample.at(upper)
    _, low = work.sample.at(lower)
    with work.package() as package:
        package.empty(sheet, low)
        package.change(package.part(sheet), lambda xml: _add_merge(xml, f"{cell}:{low}"))
    work.here(upper)


def _add_merge(xml: str, area: str) -> str:
    if "<mergeCells" in xml:
        return re.sub(r'<mergeCells count="\d+">', f'<mergeCells><mergeCell ref="{area}"/>', xml)
    return xml.replace("</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>').replace(
        "<sheetProtection", "<sheetProtection", 1
    )


@kind(_FAMILY, "merges-undone", "取消了表中所有的合并单元格", OPENPYXL)
def undone(work: Work) -> None:
    from bench.mutilation.work import unmerge  # noqa: PLC0415

    with work.openpyxl() as book:
        for sheet in work.sample.layout.sheets:
            unmerge(book[sheet.name])
