"""Identity, structure and the kind of file: another unit, another year, an old edition, no workbook at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl

from bench.bureau.collection import suite
from bench.bureau.world import REGION
from bench.detection.ground import STAGE, YEAR
from bench.detection.work import OFFICE, OPENPYXL, WHOLE, XML, Work, kind
from toolkit.catalog import load_suite
from toolkit.model.fact import Identity, Key
from toolkit.write import write_workbook

_RAW = "原样报送"


def _instead(work: Work, data: Callable[[Path], bytes]) -> bool:
    """Something else is sent under the unit's name; LibreOffice has not seen it."""
    work.saved = False
    work.after.append(lambda path: path.write_bytes(data(path)))
    return True


def _other(work: Work) -> tuple[str, str]:
    unit = work.rng.choice(work.site.others)
    return unit.code(YEAR), unit.name


@kind(WHOLE, "cover-of-another-unit", "封面是另一个单位的代码和名称", "WBK-08")
def cover(work: Work) -> bool:
    code, name = _other(work)
    return work.type(Key("cover", "", "", "unit_code"), code) and work.type(Key("cover", "", "", "unit_name"), name)


@kind(WHOLE, "file-name-of-another-unit", "文件名是另一个单位的", "WBK-08")
def file_name(work: Work) -> bool:
    code, name = _other(work)
    work.name = f"{code}_{name}_报送"
    return True


@kind(WHOLE, "hidden-identity-of-another-unit", "借用另一个单位的工作簿填报", "WBK-08", OPENPYXL)
def borrowed(work: Work) -> bool:
    code, _ = _other(work)

    def change(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        for row in book["_meta"].iter_rows(min_col=1, max_col=2):
            if row[0].value == "unit":
                row[1].value = code
        book.save(path)

    work.before.append(change)
    return True


@kind(WHOLE, "year-on-cover", "封面年度是上一年", "WBK-08 COD-04")
def year(work: Work) -> bool:
    return work.type(Key("cover", "", "", "year"), Decimal(YEAR - 1))


@kind(WHOLE, "return-of-last-year", "交来的是上年的文件", "WBK-08 WBK-01 WBK-06", _RAW)
def last_year(work: Work) -> bool:
    return _blank_of(work, YEAR - 1, "批复")


def _blank_of(work: Work, year: int, stage: str) -> bool:
    buffer = io.BytesIO()
    who = Identity(REGION, year, stage, work.site.code, work.site.unit.name, suite().edition, suite().id)
    write_workbook(buffer, suite(), identity=who, instances=2)
    return _instead(work, lambda _: buffer.getvalue())


@kind(WHOLE, "another-suite", "填的是另一套表", "WBK-01 WBK-06 WBK-08", _RAW)
def another_suite(work: Work) -> bool:
    other = load_suite("hebei-2021")
    who = Identity(other.region, other.year, other.stage, work.site.code, work.site.unit.name, other.edition, other.id)
    buffer = io.BytesIO()
    write_workbook(buffer, other, identity=who, instances=2)
    return _instead(work, lambda _: buffer.getvalue())


@kind(WHOLE, "edition-unknown", "用了没有登记过的旧版模板", "WBK-01", OPENPYXL, status=("refused", "not_a_return"))
def edition(work: Work) -> bool:
    def change(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        for row in book["_meta"].iter_rows(min_col=1, max_col=2):
            if row[0].value == "edition":
                row[1].value = "0123456789abcdef"
        for held in getattr(book, "custom_doc_props").props:  # noqa: B009 - unknown to the stubs
            if held.name == "edition":
                held.value = "0123456789abcdef"
        book.save(path)

    work.before.append(change)
    return True


@kind(WHOLE, "blank-returned", "交回的是空表", "STR-12 STR-02", _RAW)
def blank(work: Work) -> bool:
    return _blank_of(work, YEAR, STAGE)


@kind(WHOLE, "sheet-deleted", "删除了一张工作表", "WBK-02")
def deleted(work: Work) -> bool:
    name = work.place("assets").name
    work.steps.append(("delete_sheet", name))
    return True


@kind(WHOLE, "sheet-renamed", "工作表改了名", "WBK-02")
def renamed(work: Work) -> bool:
    name = work.place("procurement").name
    work.steps.append(("rename_sheet", name, "采购(修改)"))
    return True


@kind(WHOLE, "sheet-hidden", "隐藏了一张工作表", "WBK-02 WBK-09")
def hidden(work: Work) -> bool:
    work.steps.append(("hide_sheet", work.place("operating").name))
    return True


@kind(WHOLE, "sheet-added", "另加了一张有数据的工作表", "WBK-02")
def added(work: Work) -> bool:
    work.steps.append(("copy_sheet", work.place("procurement").name, "采购补充", 3))
    return True


@kind(WHOLE, "header-changed", "改了表头", "WBK-03")
def header(work: Work) -> bool:
    sheet, row, column = work.spot(Key("income", "", "general", "this_year"))
    work.steps.append(("set", sheet, row, column - 1, "财政补助收入"))
    return True


@kind(WHOLE, "sent-twice", "同一文件换个文件名又报一次", "", status=("accepted", "duplicate"), quiet=True)
def twice(work: Work) -> bool:
    work.extra.append((f"{work.name}（1）", lambda path: path.read_bytes()))
    return True


@kind(WHOLE, "two-versions", "同一单位报了两份不同的文件", "WBK-07", f"{OFFICE}、{OPENPYXL}")
def versions(work: Work) -> bool:
    def other(path: Path) -> bytes:
        book = openpyxl.load_workbook(path)
        sheet, cell = work.cell(Key("organisation", "", "", "overview"))
        book[sheet][cell] = "负责本部门的各项工作"
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    work.extra.append((f"{work.name}_修改", other))
    return True


@kind(WHOLE, "not-sent", "没有报送", "WBK-06", "不报送", status=())
def not_sent(work: Work) -> bool:
    work.saved = False
    work.after.append(lambda path: path.unlink())
    return True


@kind(WHOLE, "truncated", "文件没有传完", "WBK-06 WBK-08 WBK-01", XML, status=("unreadable", "refused", "not_a_return"))
def truncated(work: Work) -> bool:
    work.after.append(lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]))
    return True


@kind(WHOLE, "picture", "交来的是扫描图片，改名为 xlsx", "WBK-06", _RAW, status=("not_a_return", "unreadable"))
def picture(work: Work) -> bool:
    return _instead(work, lambda _: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(4000))


@kind(
    WHOLE,
    "foreign-workbook",
    "自己另做的表格，不是下发的模板",
    "WBK-06 WBK-01",
    OPENPYXL,
    status=("not_a_return", "refused"),
)
def foreign(work: Work) -> bool:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["项目", "金额"])
    book.worksheets[0].append(["合计", 100])
    buffer = io.BytesIO()
    book.save(buffer)
    return _instead(work, lambda _: buffer.getvalue())


def _saved_as(suffix: str) -> Callable[[Work], bool]:
    def make(work: Work) -> bool:
        work.suffix = suffix
        return True

    return make


for _suffix in (".xls", ".ods"):
    kind(WHOLE, f"saved-as{_suffix.replace('.', '-')}", f"另存为 {_suffix}", "", quiet=True)(_saved_as(_suffix))
