"""Old edition, another suite, the cover of another unit, an empty return, an identity that was altered."""

from __future__ import annotations

import io

from bench.mutilation.sample import sample
from bench.mutilation.work import OPENPYXL, XML, Work, kind
from toolkit.model.fact import Key, UnitData
from toolkit.write import write_workbook

_FAMILY = "身份与版本"
_UNIT = Key("cover", "", "", "unit_code")


def _identity_sheet(work: Work, *, properties: bool = False, **changes: str) -> None:
    """Change the hidden identity sheet, and the document properties likewise."""
    with work.openpyxl() as book:
        for row in book["_meta"].iter_rows(min_col=1, max_col=2):
            if row[0].value in changes:
                row[1].value = changes[str(row[0].value)]
        for held in getattr(book, "custom_doc_props").props if properties else ():  # noqa: B009 - unknown to the stubs
            if held.name in changes:
                held.value = changes[held.name]


def _cover(work: Work, field: str, text: str) -> None:
    key = Key("cover", "", "", field)
    with work.package() as package:
        package.text(*work.sample.at(key), text)
    work.here(key)
    work.given[key] = text


@kind(
    _FAMILY, "edition-unknown", "版本号是别处的（旧版本、未登记的版本）", OPENPYXL, "WBK-01 模板版本未知", intact=False
)
def old_edition(work: Work) -> None:
    _identity_sheet(work, properties=True, edition="0123456789abcdef")


@kind(_FAMILY, "edition-altered", "标识页的版本号被改动", OPENPYXL, "WBK-01 版本号")
def altered_edition(work: Work) -> None:
    _identity_sheet(work, edition="0123456789abcdef")


@kind(_FAMILY, "meta-deleted", "删掉隐藏的标识页", OPENPYXL, "WBK-01 标识页")
def no_meta(work: Work) -> None:
    with work.openpyxl() as book:
        del book["_meta"]


@kind(_FAMILY, "meta-and-properties-deleted", "标识页和文档属性都没有了", OPENPYXL, "WBK-01 模板标识丢失", intact=False)
def nothing_left(work: Work) -> None:
    with work.openpyxl() as book:
        del book["_meta"]
        getattr(book, "custom_doc_props").props.clear()  # noqa: B009 - unknown to the stubs


@kind(_FAMILY, "another-suite", "填的是另一套表", XML, "WBK-01 模板版本未知", intact=False)
def another_suite(work: Work) -> None:
    other = "hebei-2021" if work.sample.name == "mini" else "mini"
    work.path.write_bytes(sample(other).data)


@kind(_FAMILY, "cover-of-another-unit", "封面上是另一个单位的代码", XML, "WBK-08 单位代码不一致")
def another_cover(work: Work) -> None:
    _cover(work, "unit_code", "103")


@kind(_FAMILY, "cover-of-another-name", "封面上是另一个单位的名称", XML, "WBK-08 单位名称不一致")
def another_name(work: Work) -> None:
    _cover(work, "unit_name", "党群工作部")


@kind(_FAMILY, "cover-without-code", "封面的单位代码被删除", XML)
def no_code(work: Work) -> None:
    with work.package() as package:
        package.empty(*work.sample.at(_UNIT))
    del work.given[_UNIT]


@kind(_FAMILY, "file-of-another-unit", "文件名是另一个单位的", XML, "WBK-08 文件名")
def another_file(work: Work) -> None:
    work.path = work.path.rename(work.path.with_name("103_党群工作部.xlsx"))


@kind(_FAMILY, "meta-of-another-unit", "隐藏标识的单位代码被改动", OPENPYXL, "WBK-08 单位代码不一致")
def another_meta(work: Work) -> None:
    _identity_sheet(work, unit="103")


@kind(_FAMILY, "year-on-cover", "封面的年度被改动", XML, "WBK-08 年度不一致")
def another_year(work: Work) -> None:
    key = Key("cover", "", "", "year")
    from decimal import Decimal  # noqa: PLC0415

    with work.package() as package:
        package.number(*work.sample.at(key), 2020)
    work.given[key] = Decimal(2020)
    work.here(key)


@kind(_FAMILY, "blank", "交回的就是下发的空表", XML)
def blank(work: Work) -> None:
    buffer = io.BytesIO()
    write_workbook(buffer, work.sample.suite, identity=work.sample.identity)
    work.path.write_bytes(buffer.getvalue())
    work.given = {k: v for k, v in work.given.items() if k.block == "cover" and v in _identity(work)}


def _identity(work: Work) -> set[object]:
    who = work.sample.identity
    return {who.region, who.year, who.stage, who.unit, who.unit_name}


@kind(_FAMILY, "blank-of-nobody", "交回的是没有单位的通用空表", XML, "WBK-08 无法确定单位代码", intact=False)
def nobody(work: Work) -> None:
    buffer = io.BytesIO()
    write_workbook(buffer, work.sample.suite)
    work.path.write_bytes(buffer.getvalue())
    work.given = {}
    from dataclasses import replace  # noqa: PLC0415

    work.identity = replace(work.identity, unit="")


@kind(_FAMILY, "emptied", "所有填报内容被清空（公式还在）", OPENPYXL)
def emptied(work: Work) -> None:
    places = [(k, work.sample.at(k)) for k in work.given if k.block != "cover"]
    blocks = work.sample.suite.blocks
    with work.openpyxl() as book:
        for key, (sheet, cell) in places:
            book[sheet][cell].value = None
            assert blocks[key.block] is not None
    work.given = {k: v for k, v in work.given.items() if k.block == "cover"}


_KEY = b"a bureau's key, 32 bytes at least"


def _signed(work: Work) -> None:
    """The workbook as a bureau that signs issues it."""
    sample_ = work.sample
    typed = {k: v for k, v in sample_.given.items() if sample_.layout.spot(k) is not None}
    buffer = io.BytesIO()
    write_workbook(
        buffer, sample_.suite, data=UnitData(sample_.suite.id, sample_.identity, typed),
        instances=sample_.layout.instances, key=_KEY,
    )  # fmt: skip
    work.path.write_bytes(buffer.getvalue())
    work.key = _KEY


@kind(_FAMILY, "signed", "带身份签名，原样交回", OPENPYXL, clean=True)
def signed(work: Work) -> None:
    _signed(work)
    with work.openpyxl():
        pass


@kind(
    _FAMILY,
    "signed-unit-altered",
    "带签名：标识页、文档属性、封面、文件名都改成另一个单位",
    OPENPYXL,
    "WBK-08 身份被改动",
    intact=False,
)
def signed_unit(work: Work) -> None:
    _signed(work)
    _identity_sheet(work, properties=True, unit="103")
    with work.openpyxl() as book:
        sheet, cell = work.sample.at(_UNIT)
        book[sheet][cell].value = "103"
    work.path = work.path.rename(work.path.with_name("103_党群工作部.xlsx"))


@kind(_FAMILY, "signed-stage-altered", "带签名：标识页的编报阶段被改动", OPENPYXL, "WBK-08 编报阶段")
def signed_stage(work: Work) -> None:
    _signed(work)
    _identity_sheet(work, stage="调整")


@kind(_FAMILY, "signature-removed", "带签名：签名被删除", OPENPYXL, "WBK-08 身份被改动")
def signature_removed(work: Work) -> None:
    _signed(work)
    _identity_sheet(work, properties=True, signature="")


@kind(_FAMILY, "borrowed", "借用另一个单位的文件：封面和文件名改成自己的", XML, "WBK-08 借用", intact=False)
def borrowed(work: Work) -> None:
    _cover(work, "unit_code", "103")
    work.path = work.path.rename(work.path.with_name("103_党群工作部.xlsx"))


@kind(_FAMILY, "file-of-another-year", "文件名是另一个年度", XML, "WBK-08 文件名中的年度")
def file_year(work: Work) -> None:
    work.path = work.path.rename(work.path.with_name("102_办公室2020年度.xlsx"))
