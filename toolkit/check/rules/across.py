"""XD-02, XD-04, XD-05: sums, prices and ceilings over all units of a collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Mark, Scene, coded
from toolkit.check.submissions import Submission
from toolkit.check.wording import inner, number, places_of, quote, shown, with_unit
from toolkit.model.errors import InputError
from toolkit.model.fact import Fact, Key, State
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.form import Block, BlockKind, Field, FieldType, Suite
from toolkit.model.money import convert, is_money, round_half_up
from toolkit.store.bureau import ControlEntry

WHOLE = ("合计", "总计", "全区", "汇总", "*")
"""Unit codes of a control table that mean the bureau's own consolidated figure."""

LOTS = frozenset({"批", "项", "宗", "笔", "组", "次"})
"""Units of quantity whose prices cannot be compared: each is as large as the unit makes it."""


@dataclass(frozen=True, slots=True)
class Category:
    """What a ceiling is about: one cell of each return, or the sum of a list column."""

    block: Block
    row: str
    field: Field

    @property
    def label(self) -> str:
        fixed = self.block.rows_by_id.get(self.row)
        return inner(f"{fixed.label.strip() if fixed else self.block.label}·{self.field.label}")


def category(suite: Suite, entry: ControlEntry) -> Category:
    """The cell a control line means: by ids (``block.row.field``, ``block.row``, ``block.field``) or a printed label.

    Raises InputError, naming file and row, for a category that fits nothing or several cells.
    """
    wanted = entry.category.strip()
    found = [c for form in suite.forms if not form.repeat for b in form.blocks for c in _fitting(b, wanted)]
    if len(found) == 1:
        return found[0]
    problem = "在本套表中找不到" if not found else f"不唯一（{'、'.join(f'{c.block.id}.{c.row}' for c in found[:4])}）"
    raise InputError(
        f"{entry.where}“类别”列：“{wanted}”{problem}。请填写栏目标识（如 finance.project）或表中印的行名称。"
    )


def _fitting(block: Block, wanted: str) -> Iterator[Category]:
    """The cells of one block that a category can mean; without a field the first amount units type."""
    amounts = [f for f in block.fields if f.type is FieldType.AMOUNT]
    usual = [f for f in amounts if not f.prefill][:1] or amounts[:1]
    for field in amounts:
        if block.kind is not BlockKind.GRID and wanted in (f"{block.id}.{field.id}", f"{block.label}·{field.label}"):
            yield Category(
                block, block.rows[0].id if block.rows and block.has_cell(block.rows[0].id, field.id) else "", field
            )
    for row in block.rows:
        if block.kind is not BlockKind.GRID:
            continue
        for field in amounts:
            if wanted == f"{block.id}.{row.id}.{field.id}" and block.has_cell(row.id, field.id):
                yield Category(block, row.id, field)
        if wanted in (f"{block.id}.{row.id}", row.label.strip(), row.label.strip().removeprefix("其中：")) and usual:
            yield Category(block, row.id, usual[0])


def _declared(scene: Scene, what: Category, submission: Submission) -> tuple[Decimal | None, Fact | None]:
    """What the return declares for a category, and the cell."""
    cells = scene.cells(what.block.id)
    if what.block.kind is BlockKind.LIST and not what.row:
        items = [
            f
            for f in cells.column(submission.ret, what.block.id, what.field.id)
            if f.key.row not in what.block.rows_by_id
        ]
        numbers = [f.value for f in items if isinstance(f.value, Decimal)]
        return (sum(numbers, Decimal(0)) if numbers else None), (items[0] if items else None)
    fact = cells.get(submission.ret, Key(what.block.id, "", what.row, what.field.id))
    usable = fact is not None and fact.state in (State.VALUE, State.ZERO) and isinstance(fact.value, Decimal)
    return (fact.value if usable and fact and isinstance(fact.value, Decimal) else None), fact


def _ceiling(entry: ControlEntry, field: Field) -> Decimal:
    """The ceiling in the field's unit. Raises InputError for a unit of measure that is no money."""
    unit = entry.unit_of_measure or field.unit or "万元"
    if not is_money(unit) or not is_money(field.unit or "万元"):
        raise InputError(f"{entry.where}“计量单位”列：“{unit}”不是金额单位。请填 元、千元、万元 或 亿元。")
    return convert(entry.amount, unit, field.unit or "万元")


def _skipped(scene: Scene, why: str) -> Mark:
    return Mark(f"因{why}，未能检查：{scene.rule.statement.rstrip('。')}。", result=NOT_EXECUTABLE)


@coded("XD-05")
def within_ceilings(scene: Scene) -> Iterator[Mark]:
    """What each unit asks for against its ceiling."""
    entries = [e for e in scene.control or () if e.unit not in WHOLE]
    if not entries:
        yield _skipped(scene, "没有提供控制数")
        return
    tolerance = scene.rule.tolerance or Decimal(0)
    for entry in entries:
        submission = scene.by_unit.get(entry.unit)
        what = category(scene.suite, entry)
        if submission is None:
            continue
        limit, unit = _ceiling(entry, what.field), what.field.unit
        asked, fact = _declared(scene, what, submission)
        spots = [(submission, fact.key)] if fact else []
        if asked is None:
            message = f"因“{what.label}”空白，不能与控制数 {shown(limit, unit)} 比较。"
            yield Mark(message, spots, submission, result=NOT_EXECUTABLE, identity=entry.category)
        elif asked - limit > tolerance:
            over = with_unit(number(asked - limit, places_of(unit)), unit)
            message = f"“{what.label}”申报 {shown(asked, unit)}，控制数为 {shown(limit, unit)}，超出 {over}。"
            yield Mark(
                message, spots, submission, actual=asked, expected=limit, unit_of_measure=unit, identity=entry.category
            )


@coded("XD-02")
def consolidated(scene: Scene) -> Iterator[Mark]:
    """The sum of the units against the bureau's own figure (a control line with 合计 for its unit)."""
    entries = [e for e in scene.control or () if e.unit in WHOLE]
    if not entries:
        yield _skipped(scene, "没有提供汇总数（控制数表中单位代码为“合计”的行）")
        return
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    for entry in entries:
        what = category(scene.suite, entry)
        given, unit = _ceiling(entry, what.field), what.field.unit
        held = [(s, *_declared(scene, what, s)) for s in scene.submissions]
        total = sum((value for _, value, _ in held if value is not None), Decimal(0))
        gap = round_half_up(given - total, 6)
        if abs(gap) <= tolerance:
            continue
        spots = [(s, fact.key) for s, _, fact in held if fact is not None]
        message = (
            f"汇总数“{what.label}”为 {shown(given, unit)}，{len(held)} 个单位之和为 {shown(total, unit)}，"
            f"相差 {with_unit(number(gap, places_of(unit)), unit)}。"
        )
        yield Mark(message, spots, actual=given, expected=total, unit_of_measure=unit, identity=entry.category)


@coded("XD-04", reads=("procurement.catalog_code", "procurement.price"))
def price_outliers(scene: Scene) -> Iterator[Mark]:
    """Unit prices far from the median of the same catalogue code and unit of quantity over several units.

    The price of a lot (批, 项 …) says nothing about that of another, nor do the lines of one unit about each other.
    """
    limit = scene.parameter("xd04_deviation", "50")
    fewest = int(scene.parameter("xd04_fewest", "3"))
    held: dict[tuple[str, str], list[tuple[Line, Decimal]]] = defaultdict(list)
    for line in scene.lines("procurement"):
        price = line.value("price")
        code, per = line.text("catalog_code"), normal_name(line.text("qty_unit"))
        if code and per and per not in LOTS and isinstance(price, Decimal) and price > 0:
            held[(code, per)].append((line, price))
    unit = scene.suite.blocks["procurement"].by_id["price"].unit
    for (code, per), rows in sorted(held.items()):
        middle = median(price for _, price in rows)
        if len(rows) < fewest or len({line.submission.ret for line, _ in rows}) < 2:
            continue
        for line, price in rows:
            share = round_half_up((price / middle - 1) * 100, 1)
            if abs(share) <= limit:
                continue
            item = line.text("item_name")
            message = (
                f"{quote(item, 20) if item else '采购物品'}（品目 {code}）单价 {shown(price, unit)}/{per}，"
                f"各单位同品目 {len(rows)} 行的中位数为 {shown(middle, unit)}，偏离 {share:+}%。"
            )
            yield Mark(
                message, [line.spot("price")], line.submission, actual=price, expected=middle, unit_of_measure=unit
            )
