"""Who a return is for: the hidden identity, the document properties, the cover and the file name, compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

from toolkit.layout.hidden import META
from toolkit.model.fact import Fact, Identity, Remark
from toolkit.model.form import Suite
from toolkit.read.failures import NotAReturn, Refused
from toolkit.read.sheets import SYSTEM
from toolkit.read.signed import check_signature
from toolkit.read.texts import clean, half_width
from toolkit.read.values import as_text
from toolkit.read.workbook import Workbook

COVER = "cover"
_ANCHOR = re.compile(r"[a-z][a-z0-9_]*[./][a-z0-9][a-z0-9_]*")
_PRINTED = {"region": "region", "year": "year", "stage": "stage", "unit": "unit_code"}
"""Entry of the hidden identity → field of the cover."""
_LABELS = {"region": "地区", "year": "年度", "unit_code": "单位代码", "unit_name": "单位名称", "stage": "编报阶段"}


def read_meta(book: Workbook) -> dict[str, str]:
    """Key → value of the hidden identity sheet; {} where it is gone. A float year (LibreOffice) reads as one."""
    entry = next((e for e in book.sheets if e.name == META), None)
    if entry is None:
        return {}
    raw = book.sheet(entry)
    rows = sorted({row for row, _ in raw.cells})
    return {clean(raw.text(row, 0)): _plain(raw.text(row, 1)) for row in rows if raw.text(row, 0)}


def properties(book: Workbook) -> dict[str, str]:
    """Our custom document properties, without their prefix."""
    return {
        name.rpartition(".")[2].removeprefix("tk_").removeprefix("toolkit_"): _plain(value)
        for name, value in book.properties.items()
    }


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)\.0+$", "", clean(text))


def edition_of(
    book: Workbook, meta: Mapping[str, str], custom: Mapping[str, str], editions: Callable[[str], Suite | None]
) -> Suite:
    """The suite this workbook was made from.

    Raises NotAReturn where nothing in the file is ours, Refused where its edition is lost or not known here.
    """
    named = [e for e in dict.fromkeys((meta.get("edition", ""), custom.get("edition", ""))) if e]
    for edition in named:
        suite = editions(edition)
        if suite is not None:
            return suite
    if named:
        raise Refused(f"模板版本未知（版本号 {named[0][:40]}）：请核对后使用本级下发的模板重新填报")
    if _anchored(book):
        raise Refused("模板标识丢失，无法确定模板版本：请把数据填回下发的模板后再报送")
    raise NotAReturn("工作簿中没有模板标识，不是由本系统下发的模板")


def edition_remarks(book: Workbook, meta: Mapping[str, str], custom: Mapping[str, str], suite: Suite) -> list[Remark]:
    """What was done to the sheet that names the edition (WBK-01); the edition itself is known."""
    if not any(e.name == META for e in book.sheets):
        words = "隐藏的标识页被删除，已按文档属性识别模板版本和单位"
        return [Remark("WBK-01", words, severity="warning")]
    said = meta.get("edition", "")
    if said != suite.edition:
        words = f"标识页的版本号“{said[:40]}”被改动，与文档属性不一致，已按文档属性的版本 {suite.edition} 读取"
        return [Remark("WBK-01", words, sheet=META, actual=said[:40], expected=suite.edition, severity="warning")]
    other = custom.get("edition", suite.edition)
    if other != suite.edition:
        words = f"文档属性的版本号“{other[:40]}”与标识页不一致，已按标识页读取"
        return [Remark("WBK-01", words, actual=other[:40], expected=suite.edition, severity="warning")]
    return []


def _anchored(book: Workbook) -> bool:
    if any(name.name.startswith("tk.") for name in book.names):
        return True
    if any(e.name in SYSTEM and e.name.startswith("_") for e in book.sheets):
        return True
    for entry in book.sheets:
        cells = book.sheet(entry).cells
        found = sum(1 for (_, c), cell in cells.items() if c == 0 and cell.kind == "s" and _ANCHOR.fullmatch(cell.text))
        if found >= 3:
            return True
    return False


def identify(
    suite: Suite,
    meta: Mapping[str, str],
    custom: Mapping[str, str],
    cover: Mapping[str, Fact],
    file_name: str,
    key: bytes | None = None,
) -> tuple[Identity, list[Remark]]:
    """The identity, and a remark (WBK-08) for each witness that contradicts it.

    ``cover``: the facts of the cover block by field. The hidden sheet and the properties are believed before the cover;
    where these two disagree, the cover decides. ``key``: the bureau's, for signed identities. What each witness says
    is in the remark. Raises Refused where the cover and the file's name both say another unit than the hidden
    identity, or the signature shows that unit or edition were altered.
    """
    remarks: list[Remark] = []

    def settle(name: str, field: str, default: str) -> str:
        said = [(m, v) for m, v in (("隐藏标识", meta.get(name, "")), ("文档属性", custom.get(name, ""))) if v]
        printed = cover.get(field)
        if printed is not None and as_text(printed.value):
            said.append(("封面", as_text(printed.value)))
        counts = Counter(_comparable(v) for _, v in said)
        # The first of those said most often: hidden sheet, properties, cover.
        value = max(said, key=lambda each: counts[_comparable(each[1])])[1] if said else default
        if len(counts) > 1 and field in _LABELS:
            detail = f"{_LABELS[field]}不一致：" + "，".join(f"{where}为“{v}”" for where, v in said)
            severity = "warning" if field == "unit_name" else "error"
            remarks.append(_conflict(detail, printed, value, severity))
        return value

    unit = settle("unit", "unit_code", "")
    hidden = {_comparable(v) for v in (meta.get("unit"), custom.get("unit")) if v}
    if len(hidden) == 1:
        _borrowed(hidden.pop(), cover, file_name)
    year = settle("year", "year", str(suite.year))
    identity = Identity(
        region=settle("region", "region", suite.region),
        year=int(year) if re.fullmatch(r"\d{4}", year, re.ASCII) else suite.year,
        stage=settle("stage", "stage", suite.stage),
        unit=unit,
        unit_name=settle("unit_name", "unit_name", ""),
        edition=suite.edition,
        suite=suite.id,
    )
    if not unit:
        remarks.append(Remark("WBK-08", "无法确定单位代码：隐藏标识、文档属性和封面均为空", severity="error"))
    if key is not None:
        printed = {name: as_text(cover[field].value) for name, field in _PRINTED.items() if field in cover}
        remarks.extend(check_signature(key, identity, meta, custom, printed))
    remarks.extend(_file_name(identity, file_name))
    return identity, remarks


def _borrowed(hidden: str, cover: Mapping[str, Fact], file_name: str) -> None:
    """Refuse the workbook of another unit that was filled in under one's own name and code."""
    printed = cover.get("unit_code")
    said = as_text(printed.value) if printed is not None else ""
    if not hidden or not said or _comparable(said) == _comparable(hidden):
        return
    named = _code_in(file_name)
    if named and _same_unit(named, said) and not _same_unit(named, hidden):
        raise Refused(
            f"工作簿是发给单位 {hidden[:20]} 的，封面和文件名却是单位 {said[:20]}：疑似借用了其他单位的文件，"
            "请改用下发给本单位的工作簿重新填报"
        )


def _comparable(text: str) -> str:
    return half_width(clean(text)).replace(" ", "").casefold()


def _conflict(detail: str, printed: Fact | None, value: str, severity: str) -> Remark:
    if printed is None:
        return Remark("WBK-08", detail, expected=value, severity=severity)
    actual = as_text(printed.value)
    return Remark(
        "WBK-08", detail, printed.key, printed.sheet, printed.cell, actual=actual, expected=value, severity=severity
    )


def _code_in(file_name: str) -> str:
    """The unit code a file name begins with, "" where it begins with none (or with a year)."""
    stem = half_width(file_name.rpartition(".")[0] or file_name)
    match = re.match(r"\s*[\[(【]?(\d{3,})(?!\d*\s*[年.\-月])", stem, re.ASCII)
    return "" if match is None or match[1].startswith("20") else match[1]


def _same_unit(one: str, other: str) -> bool:
    """A department's file may be named by its three digits, a unit's by all six."""
    return one.startswith(other) or other.startswith(one)


def _file_name(identity: Identity, file_name: str) -> list[Remark]:
    """A file name that starts with another unit's code, or names another year."""
    remarks = []
    code = _code_in(file_name)
    if code and identity.unit.isdigit() and not _same_unit(code, identity.unit):
        detail = f"文件名中的单位代码“{code}”与填报单位“{identity.unit}”不一致"
        remarks.append(Remark("WBK-08", detail, actual=code, expected=identity.unit, severity="warning"))
    # A month after the year makes it the day it was sent: 2021年11月.
    years = re.findall(r"(?<!\d)(20\d\d)(?:年度|年(?!\s*\d{1,2}\s*月))", half_width(file_name), re.ASCII)
    if years and str(identity.year) not in years:
        detail = f"文件名中的年度“{years[0]}”与填报年度“{identity.year}”不一致"
        remarks.append(Remark("WBK-08", detail, actual=years[0], expected=str(identity.year), severity="warning"))
    return remarks
