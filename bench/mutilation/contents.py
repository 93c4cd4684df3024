"""What stands in one cell: text numbers, units, vague figures, dates, errors, 同上."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from xml.sax.saxutils import escape

from bench.mutilation.package import BOOK
from bench.mutilation.work import OFFICE, OPENPYXL, XML, Work, kind
from toolkit.model.fact import Key, Value

_FAMILY = "单元格内容"


def _amount(work: Work) -> Key:
    block, row, _, field, _ = work.sample.targets.list
    return Key(block, "", row, field)


def _percent(work: Work) -> Key:
    return work.sample.targets.percent


def _date(work: Work) -> Key:
    return work.sample.targets.date


def _code(work: Work) -> Key:
    return work.sample.targets.code


def _name(work: Work) -> Key:
    return work.sample.targets.name


def _choice(work: Work) -> Key:
    return work.sample.targets.choice


def _text(text: str) -> str:
    return f't="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is>'


def _number(number: str) -> str:
    return f"><v>{number}</v>"


_DAY = datetime.date(2021, 3, 1)
_READ: list[tuple[str, str, Callable[[Work], Key], str, Value, str]] = [
    ("text-number", "数字以文本形式录入“2994.7”", _amount, _text("2994.7"), Decimal("2994.7"), "TYP-04 文本"),
    ("full-width", "全角数字“２９９４．７”", _amount, _text("２９９４．７"), Decimal("2994.7"), "TYP-04"),
    ("thousands", "千分位文本“2,994.70”", _amount, _text("2,994.70"), Decimal("2994.7"), "TYP-04"),
    ("spaces", "数字前后有空格、全角空格", _amount, _text("\u3000 2994.7\u00a0"), Decimal("2994.7"), "TYP-04"),
    ("invisible", "数字中有看不见的字符", _amount, _text("2994\u200b.7"), Decimal("2994.7"), "TYP-04"),
    ("own-unit", "单元格内带了单位“2994.7万元”", _amount, _text("2994.7万元"), Decimal("2994.7"), "TYP-05 万元"),
    ("fifteen-digits", "Excel 存成 2994.6999999999998", _amount, _number("2994.6999999999998"), Decimal("2994.7"), ""),
    ("zero", "填了 0", _amount, _number("0"), Decimal(0), ""),
    ("negative", "全角负号“－12.5”", _amount, _text("－12.5"), Decimal("-12.5"), "TYP-04"),
    ("percent-text", "百分比栏填“95%”", _percent, _text("95%"), Decimal(95), "TYP-05"),
    ("date-chinese", "日期写成“2021年3月1日”", _date, _text("2021年3月1日"), _DAY, "TYP-06 文本"),
    ("date-dots", "日期写成“2021.3.1”", _date, _text("2021.3.1"), _DAY, "TYP-06 文本"),
    ("date-eight-digits", "日期写成数字 20210301", _date, _number("20210301"), _DAY, "TYP-06"),
    ("name-spaced", "名称前有全角空格、中间有看不见的字符", _name, _text("\u3000测\u200b试"), "测试", "TYP-04"),
    ("code-full-width", "代码用了全角字符“００１－Ａ１”", _code, _text("００１－Ａ１"), "001-A1", "TYP-04 全角"),
    ("not-formula", "文字以等号开头", _name, _text("=1+1"), "=1+1", ""),
]
"""Cells that can mean one thing only."""

_DOUBTFUL: list[tuple[str, str, Callable[[Work], Key], str, str]] = [
    ("about", "“约100”", _amount, _text("约100"), "TYP-01"),
    ("range", "“100-200”", _amount, _text("100-200"), "TYP-01 区间"),
    ("chinese-numeral", "中文数字“壹佰万元”", _amount, _text("壹佰万元"), "TYP-01 中文"),
    ("other-unit", "万元栏填“29947000元”", _amount, _text("29947000元"), "TYP-02"),
    ("brackets", "以括号表示负数“(123.4)”", _amount, _text("(123.4)"), "TYP-01 括号"),
    ("ditto", "“同上”", _amount, _text("同上"), "TYP-01 同上"),
    ("ditto-mark", "“〃”", _amount, _text("〃"), "TYP-01 同上"),
    ("ditto-name", "名称栏填“同上”", _name, _text("同上"), "TYP-04 同上"),
    ("ditto-choice", "下拉栏填“同上”", _choice, _text("同上"), "TYP-04 同上"),
    ("to-be-decided", "“待定”", _amount, _text("待定"), "TYP-01"),
    ("two-points", "“1.234.5”", _amount, _text("1.234.5"), "TYP-01"),
    ("european", "“1.234,5”", _amount, _text("1.234,5"), "TYP-01"),
    ("scientific", "“1.2E3”（文本）", _amount, _text("1.2E3"), "TYP-01"),
    ("infinite", "数值 1E999", _amount, _number("1E999"), "TYP-01"),
    ("boolean", "TRUE", _amount, 't="b"><v>1</v>', "TYP-01"),
    ("percent-fraction", "百分比栏填 0.95", _percent, _number("0.95"), "TYP-05 0.95"),
    ("percent-fraction-text", "百分比栏填文本“0.95”", _percent, _text("0.95"), "TYP-05 0.95"),
    ("error-ref", "#REF!", _amount, 't="e"><v>#REF!</v>', "WBK-05 #REF!"),
    ("error-na", "#N/A", _amount, 't="e"><v>#N/A</v>', "WBK-05 #N/A"),
    ("error-in-text", "文字栏是 #VALUE!", _name, 't="e"><v>#VALUE!</v>', "WBK-05 #VALUE!"),
    ("date-without-day", "日期只写到月", _date, _text("2021年3月"), "TYP-06"),
    ("date-impossible", "2021-02-30", _date, _text("2021-02-30"), "TYP-06"),
    ("date-two-digit-year", "“21.3.1”", _date, _text("21.3.1"), "TYP-06"),
    ("long-code", "18 位编码以数字录入", _code, _number("130102199001011000"), "TYP-04 15 位"),
]
"""Cells that could mean two things, or nothing."""


def _typed(key_of: Callable[[Work], Key], content: str, value: Value, doubtful: bool) -> Callable[[Work], None]:
    def make(work: Work) -> None:
        key = key_of(work)
        with work.package() as package:
            package.put(*work.sample.at(key), content)
        work.given[key] = value
        if doubtful:
            del work.given[key]
            work.marked.add(key)
        work.here(key)

    return make


for _id, _title, _key, _content, _value, _finding in _READ:
    kind(_FAMILY, _id, _title, XML, _finding)(_typed(_key, _content, _value, doubtful=False))
for _id, _title, _key, _content, _finding in _DOUBTFUL:
    kind(_FAMILY, _id, _title, XML, _finding, intact=False)(_typed(_key, _content, None, doubtful=True))


@kind(_FAMILY, "date-1904", "工作簿用 1904 日期系统", XML, "TYP-06 1904")
def date1904(work: Work) -> None:
    with work.package() as package:
        package.number(*work.sample.at(_date(work)), 42794)
        package.replace(BOOK, "<workbookPr ", '<workbookPr date1904="1" ')
    _later(work)
    work.given[_date(work)] = _DAY


def _later(work: Work) -> None:
    """Counted from 1904 the same serial numbers are dates of four years and a day later."""
    work.given |= {k: v + datetime.timedelta(1462) for k, v in work.given.items() if isinstance(v, datetime.date)}


@kind(_FAMILY, "date-1904-office", "在 LibreOffice 中改成 1904 日期系统", OFFICE, "TYP-06 1904")
def date1904_office(work: Work) -> None:
    work.edit(("set_null_date", 1904), unprotect=False)
    _later(work)


@kind(_FAMILY, "percent-format", "百分比栏用百分比格式，显示 50%", OPENPYXL, "TYP-05 百分比格式")
def percent_format(work: Work) -> None:
    sheet, cell = work.sample.at(_percent(work))
    with work.openpyxl() as book:
        book[sheet][cell] = 0.5
        book[sheet][cell].number_format = "0%"
    work.here(_percent(work))


@kind(_FAMILY, "format-hides-unit", "数字格式把元显示成万元", OPENPYXL, "TYP-02 数字格式")
def scaled_format(work: Work) -> None:
    sheet, cell = work.sample.at(_amount(work))
    with work.openpyxl() as book:
        book[sheet][cell].number_format = '0!.0,"万元"'
    work.here(_amount(work))


@kind(_FAMILY, "turned-into-date", "“3-1”被识别成日期", OPENPYXL, "TYP-01 日期", intact=False)
def into_date(work: Work) -> None:
    key = _amount(work)
    sheet, cell = work.sample.at(key)
    with work.openpyxl() as book:
        book[sheet][cell] = _DAY
        book[sheet][cell].number_format = "m-d"
    del work.given[key]
    work.marked.add(key)
    work.here(key)


@kind(_FAMILY, "code-as-number", "编码以数字形式录入", XML, "TYP-04 前导零")
def code_as_number(work: Work) -> None:
    key = _code(work)
    with work.package() as package:
        package.number(*work.sample.at(key), 1021)
    work.given[key] = "1021"
    work.here(key)


@kind(_FAMILY, "near-list-value", "下拉栏填了相近的词“产出指示”（由 ENU 规则建议）", XML)
def near_value(work: Work) -> None:
    key = _choice(work)
    with work.package() as package:
        package.text(*work.sample.at(key), "产出指示")
    work.given[key] = "产出指示"
    work.here(key)


@kind(_FAMILY, "format-accounting", "会计格式显示括号负数", OPENPYXL)
def accounting(work: Work) -> None:
    key = _amount(work)
    sheet, cell = work.sample.at(key)
    with work.openpyxl() as book:
        book[sheet][cell] = -12.5
        book[sheet][cell].number_format = "#,##0.00_);(#,##0.00)"
    work.given[key] = Decimal("-12.5")
