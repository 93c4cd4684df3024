"""Nothing was done but save the file in another program: read in full, and not a word of warning."""

from __future__ import annotations

import re

from bench.mutilation.package import BOOK
from bench.mutilation.work import GNUMERIC, OFFICE, OPENPYXL, XML, Work, kind

_FAMILY = "另存"


@kind(_FAMILY, "resaved-openpyxl", "用 openpyxl 打开后保存", OPENPYXL, clean=True)
def openpyxl_saves(work: Work) -> None:
    with work.openpyxl():
        pass


@kind(_FAMILY, "resaved-libreoffice", "用 LibreOffice 另存为 xlsx", OFFICE, clean=True)
def libreoffice_saves(work: Work) -> None:
    work.edit(unprotect=False)


@kind(_FAMILY, "resaved-twice", "先用 LibreOffice 再用 openpyxl 保存", f"{OFFICE} + {OPENPYXL}", clean=True)
def both_save(work: Work) -> None:
    work.edit(unprotect=False)
    openpyxl_saves(work)


@kind(_FAMILY, "resaved-xls", "用 LibreOffice 另存为 xls（97—2003 格式）", OFFICE, clean=True)
def saved_as_xls(work: Work) -> None:
    work.edit(unprotect=False, kind="xls")


@kind(_FAMILY, "resaved-ods", "用 LibreOffice 另存为 ods", OFFICE, clean=True)
def saved_as_ods(work: Work) -> None:
    work.edit(unprotect=False, kind="ods")


@kind(_FAMILY, "resaved-gnumeric", "用 gnumeric 另存为 xlsx", GNUMERIC, clean=True)
def gnumeric_saves(work: Work) -> None:
    work.gnumeric()


@kind(_FAMILY, "resaved-strict", "另存为“Strict Open XML”（命名空间不同）", XML, clean=True)
def strict(work: Work) -> None:
    with work.package() as package:
        for part in package.parts:
            if part.startswith("xl/") and part.endswith(".xml"):
                text = package.parts[part].decode("utf-8")
                old = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                package.parts[part] = text.replace(old, "http://purl.oclc.org/ooxml/spreadsheetml/main").encode()


@kind(_FAMILY, "resaved-prefixed", "部件用带前缀的标签写成", XML, clean=True)
def prefixed(work: Work) -> None:
    with work.package() as package:
        for part in package.parts:
            if part.startswith("xl/worksheets/sheet"):
                package.change(part, _prefix)


def _prefix(xml: str) -> str:
    named = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml)
    return named.replace('xmlns="http', 'xmlns:x="http')


@kind(_FAMILY, "resaved-inline", "文本写在单元格内，不用共享文本", XML, clean=True)
def inline_strings(work: Work) -> None:
    with work.package() as package:
        table = package.parts["xl/sharedStrings.xml"].decode("utf-8")
        texts = re.findall(r"<si>(.*?)</si>", table, re.DOTALL)
        for part in package.parts:
            if part.startswith("xl/worksheets/sheet"):
                package.change(
                    part,
                    lambda xml: re.sub(
                        r' t="s"><v>(\d+)</v>', lambda m: f' t="inlineStr"><is>{texts[int(m[1])]}</is>', xml
                    ),
                )


@kind(_FAMILY, "resaved-no-calc", "由不计算公式的程序保存（公式没有结果）", XML, clean=True)
def no_results(work: Work) -> None:
    with work.package() as package:
        for part in package.parts:
            if part.startswith("xl/worksheets/sheet"):
                package.parts[part] = re.sub(rb"(</f>|<f [^>]*/>)<v>[^<]*</v>", rb"\1", package.parts[part])


@kind(_FAMILY, "resaved-no-properties", "另存时去掉了文档属性（“检查文档”）", XML, clean=True)
def no_properties(work: Work) -> None:
    with work.package() as package:
        package.change("_rels/.rels", lambda xml: re.sub(r"<Relationship [^>]*custom-properties[^>]*/>", "", xml))
        del package.parts["docProps/custom.xml"]
        package.change("[Content_Types].xml", lambda xml: re.sub(r"<Override [^>]*custom\.xml[^>]*/>", "", xml))


@kind(_FAMILY, "dimension-lie", "声明的区域只有 A1（WPS 常见）", XML, clean=True)
def dimension(work: Work) -> None:
    with work.package() as package:
        for part in package.parts:
            if part.startswith("xl/worksheets/sheet"):
                package.parts[part] = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', package.parts[part])


@kind(_FAMILY, "sheets-reordered-parts", "工作表部件在包内换了次序和文件名", XML, clean=True)
def renamed_parts(work: Work) -> None:
    with work.package() as package:
        names = [part for part in package.parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part)]
        for part in reversed(names):
            new = "xl/worksheets/" + "tab" + part.rpartition("sheet")[2]
            package.parts[new] = package.parts.pop(part)
            rels = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
            if rels in package.parts:
                package.parts[f"xl/worksheets/_rels/{new.rpartition('/')[2]}.rels"] = package.parts.pop(rels)
        for part in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
            package.change(part, lambda xml: re.sub(r"worksheets/sheet(\d+)\.xml", r"worksheets/tab\1.xml", xml))


@kind("宏与链接", "macro", "另存为带宏的工作簿（含 VBA 部件）", XML, "WBK-09 宏")
def macro(work: Work) -> None:
    with work.package() as package:
        package.parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macros"
        package.replace(
            "[Content_Types].xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )


@kind("宏与链接", "external-link", "含有指向其他文件的外部链接", XML, "WBK-04 外部链接")
def external_link(work: Work) -> None:
    with work.package() as package:
        package.parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"


@kind("宏与链接", "precision", "“以显示精度为准”", XML, "WBK-04 显示精度")
def precision(work: Work) -> None:
    with work.package() as package:
        package.replace(BOOK, "<calcPr ", '<calcPr fullPrecision="0" ')


@kind("宏与链接", "stale-cache", "保存前未重新计算（公式的结果是旧的）", XML, "WBK-04 未重新计算")
def stale(work: Work) -> None:
    key = work.sample.targets.computed
    sheet, cell = work.sample.at(key)
    with work.package() as package:
        package.change(
            package.part(sheet),
            lambda xml: re.sub(rf'(<c r="{cell}"[^>]*><f.*?(?:</f>|/>)<v>)[^<]*', r"\g<1>1", xml, count=1),
        )
