"""What is typed where a number, a percent or a date belongs and is none: fifteen sorts of text numbers and more."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from bench.detection.amounts import large, target, text, told_twice
from bench.detection.work import EASY, Work, kind
from toolkit.model.fact import Key

_WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
_FIGURES = "零壹贰叁肆伍陆柒捌玖"


def _chinese(value: Decimal) -> str:
    return "".join(_FIGURES[int(mark)] for mark in str(int(value))) + "万元"


_NUMBERS: tuple[tuple[str, str, str, Callable[[Decimal], str]], ...] = (
    ("plain", "数字存成文本", "TYP-04", text),
    ("full-width", "全角数字", "TYP-04", lambda v: text(v).translate(_WIDE)),
    ("thousands", "带千分位逗号的文本", "TYP-04", lambda v: f"{v:,.2f}"),
    ("spaces", "数字中夹有空格", "TYP-04", lambda v: f"\u3000{text(v)}\u00a0"),
    ("invisible", "数字中有看不见的字符", "TYP-04", lambda v: f"{text(v)[:1]}\u200b{text(v)[1:]}"),
    ("own-unit", "数字后带了单位“万元”", "TYP-05", lambda v: f"{text(v)}万元"),
    ("other-unit", "万元栏填“…元”", "TYP-02", lambda v: f"{text(v * 10000)}元"),
    ("about", "“约…”", "TYP-01", lambda v: f"约{text(v)}"),
    ("range", "填成区间", "TYP-01", lambda v: f"{int(v)}-{int(v) + 5}"),
    ("chinese", "中文数字", "TYP-01", _chinese),
    ("brackets", "用括号表示负数", "TYP-01", lambda v: f"({text(v)})"),
    ("ditto", "“同上”", "TYP-01", lambda _: "同上"),
    ("pending", "“待定”", "TYP-01", lambda _: "待定"),
    ("two-points", "两个小数点", "TYP-01", lambda v: f"{int(v)}.7.5"),
    ("scientific", "科学计数的文本", "TYP-01", lambda v: f"{v / 100:.4f}E2"),
    ("currency", "数字前带“￥”", "TYP-01 TYP-04 TYP-05", lambda v: f"￥{text(v)}"),
    ("comma-point", "逗号当小数点", "TYP-01 TYP-04", lambda v: f"{int(v)},5"),
    ("letter-o", "字母 O 当 0", "TYP-01", lambda v: f"{int(v)}O"),
    ("with-words", "数字后带说明", "TYP-01", lambda v: f"{text(v)}（含上年结转）"),
)


def _number(name: str, made: Callable[[Decimal], str]) -> Callable[[Work], bool]:
    def make(work: Work) -> bool:
        key = work.any(large(work, told_twice(work), Decimal(1000))) if name == "thousands" else target(work)
        return key is not None and work.type(key, made(work.amount(key)))

    return make


for _id, _title, _codes, _made in _NUMBERS:
    kind(EASY, f"number-{_id}", f"金额栏：{_title}", _codes)(_number(_id, _made))


def _plan(work: Work) -> str | None:
    return work.site.sheet()


@kind(EASY, "percent-fraction", "百分比栏填 0.95（应为 95）", "TYP-05")
def fraction(work: Work) -> bool:
    sheet = _plan(work)
    if sheet is None:
        return False
    key = Key("plan", sheet, "", "oct")
    return work.type(key, work.amount(key) / 100)


@kind(EASY, "percent-sign", "百分比栏填文本“50%”", "TYP-05 TYP-04")
def sign(work: Work) -> bool:
    sheet = _plan(work)
    if sheet is None:
        return False
    key = Key("plan", sheet, "", "jun")
    return work.type(key, f"{text(work.amount(key))}%")


_DATES = (
    ("chinese", "日期写成“2026年11月18日”的文本", "2026年11月18日", "TYP-06"),
    ("dots", "日期写成“2026.11.18”", "2026.11.18", "TYP-06"),
    ("month", "日期只写到月", "2026年11月", "TYP-06"),
    ("impossible", "不存在的日期", "2026-11-31", "TYP-06"),
    ("short", "年份只有两位", "26.11.18", "TYP-06"),
    ("words", "日期栏填文字", "编报当日", "TYP-06"),
)


def _date(typed: str) -> Callable[[Work], bool]:
    return lambda work: work.type(Key("cover", "", "", "date"), typed)


for _id, _title, _typed, _codes in _DATES:
    kind(EASY, f"date-{_id}", _title, _codes)(_date(_typed))
