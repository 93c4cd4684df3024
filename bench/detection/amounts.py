"""Amounts typed wrong in a return that says them twice: in a total, in another form, in a public table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from bench.detection.work import EASY, Work, kind
from toolkit.model.fact import Key

CODES = "SUM- XF- TYP- XY-06"
"""XY-06: assets, which the form itself rolls forward from last year."""
_PUBLIC = (("pub3", "basic"), ("pub3", "project"), ("pub5", "basic"), ("pub5", "project"))
LEAST = Decimal(2)


def told_twice(work: Work) -> Iterator[Key]:
    """Typed amounts that another cell of the same return says again, by itself or within a sum."""
    for number, _ in work.site.open_projects:
        yield Key("target", f"{number + 1:02d}", "", "fiscal")
        yield Key("projects", "", f"{number + 1:03d}", "fiscal")
    yield from (Key("project_items", "", row, "amount") for row in work.rows("project_items"))
    yield from (Key("activities", "", row, "year_budget") for row in work.rows("activities"))
    for row in ("personnel", "operating", "project"):
        yield Key("expenditure", "", row, "this_year")
    yield Key("income", "", "general", "this_year")
    yield Key("pub1_income", "", "general", "amount")
    for block, column in _PUBLIC:
        yield from (Key(block, "", row, column) for row in work.rows(block))
    for row in ("running", "reception"):
        yield Key("three_public", "", row, "this_year")
    for row in ("general_equipment", "furniture"):
        yield Key("assets", "", row, "value")


def large(work: Work, keys: Iterator[Key], least: Decimal = LEAST) -> Iterator[Key]:
    """Those that hold an amount of some size."""
    return (key for key in keys if work.amount(key) >= least)


def target(work: Work) -> Key | None:
    """Some amount that is said twice."""
    return work.any(large(work, told_twice(work)))


def text(value: Decimal) -> str:
    """As typed."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


Slip = Callable[[Decimal, Work], list[Decimal]]


def _transposed(value: Decimal, _: Work) -> list[Decimal]:
    typed = text(value)
    at = [n for n in range(len(typed) - 1) if typed[n : n + 2].isdigit() and typed[n] != typed[n + 1]]
    return [Decimal(typed[:n] + typed[n + 1] + typed[n] + typed[n + 2 :]) for n in at]


def _doubled(value: Decimal, _: Work) -> list[Decimal]:
    typed = text(value)
    return [Decimal(typed[:n] + mark + typed[n:]) for n, mark in enumerate(typed) if mark.isdigit()]


def _dropped(value: Decimal, _: Work) -> list[Decimal]:
    typed = text(value)
    return [Decimal(typed[:n] + typed[n + 1 :]) for n, mark in enumerate(typed) if mark.isdigit() and len(typed) > 1]


def _neighbour(value: Decimal, _: Work) -> list[Decimal]:
    typed = text(value)
    near = dict(zip("1234567890", "2326567899", strict=True))
    return [Decimal(typed[:n] + near[mark] + typed[n + 1 :]) for n, mark in enumerate(typed) if mark.isdigit()]


def _missing_point(value: Decimal, _: Work) -> list[Decimal]:
    typed = text(value)
    return [Decimal(typed.replace(".", ""))] if "." in typed else []


_SLIPS: tuple[tuple[str, str, Slip], ...] = (
    ("yuan", "一个数按元填列（×10⁴）", lambda v, _: [v * 10000]),
    ("hundred-million", "一个数按亿元填列（÷10⁴）", lambda v, _: [round(v / 10000, 6)]),
    ("thousand-yuan", "一个数按千元填列（×10）", lambda v, _: [v * 10]),
    ("point-left", "小数点左移一位", lambda v, _: [v / 10]),
    ("point-right-two", "小数点右移两位", lambda v, _: [v * 100]),
    ("point-lost", "漏打小数点", _missing_point),
    ("transposed", "相邻数字颠倒", _transposed),
    ("digit-doubled", "一位数字重复", _doubled),
    ("digit-dropped", "漏一位数字", _dropped),
    ("digit-wrong", "按错一位数字", _neighbour),
    ("digit-before", "前面多一位数字", lambda v, _: [Decimal("1" + text(v))]),
    ("negative", "正负号错", lambda v, _: [-v]),
    ("rounded", "取整填列，与明细不符", lambda v, _: [Decimal(round(v / 10)) * 10]),
    ("zero", "有数填成 0", lambda _v, _w: [Decimal(0)]),
)


def _slip(slip: Slip) -> Callable[[Work], bool]:
    def make(work: Work) -> bool:
        for _ in range(8):
            key = target(work)
            if key is None:
                return False
            right = work.amount(key)
            made = [one for one in slip(right, work) if abs(one - right) > Decimal("0.05")]
            if made:
                return work.type(key, work.rng.choice(made))
        return False

    return make


for _id, _title, _make in _SLIPS:
    kind(EASY, f"amount-{_id}", _title, CODES)(_slip(_make))


@kind(EASY, "amount-blank", "有数漏填", f"{CODES} STR-02")
def blank(work: Work) -> bool:
    key = target(work)
    return key is not None and work.clear(key)


@kind(EASY, "amount-of-row-above", "串行：填了上一行的数", CODES)
def row_above(work: Work) -> bool:
    rows = work.rows("project_items")
    pairs = list(pairwise(rows))
    work.rng.shuffle(pairs)
    for above, own in pairs:
        wrong, key = work.amount(Key("project_items", "", above, "amount")), Key("project_items", "", own, "amount")
        if abs(wrong - work.amount(key)) > 1:
            return work.type(key, wrong)
    return False


@kind(EASY, "amount-of-last-year", "把上年数填进了本年", CODES)
def last_year(work: Work) -> bool:
    for row in work.rng.sample(("personnel", "operating", "project"), 3):
        key = Key("expenditure", "", row, "this_year")
        wrong = work.amount(key._replace(field="last_year"))
        if abs(wrong - work.amount(key)) > 1:
            return work.type(key, wrong)
    return False


@kind(EASY, "price-for-amount", "金额栏填成了单价", CODES)
def price(work: Work) -> bool:
    found = work.site.any_row("procurement", "procurement", lambda row: int(row["qty"]) > 1 and "fund_general" in row)
    if found is None:
        return False
    return work.type(Key("procurement", "", found[0], "fund_general"), Decimal(found[1]["price"]))


@kind(EASY, "quantity-wrong", "数量多一个 0", CODES)
def quantity(work: Work) -> bool:
    found = work.site.any_row("procurement", "procurement")
    return found is not None and work.type(Key("procurement", "", found[0], "qty"), Decimal(found[1]["qty"]) * 10)
