"""TYP-12: a return that is typed in another unit of measure as a whole, by last year's figures and the ceilings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from statistics import median

from toolkit.check.categories import WHOLE, Category, ceiling, declared
from toolkit.check.registry import Mark, Scene, coded
from toolkit.check.rules.across import Table
from toolkit.check.rules.whole_return import AFTER, Whole, largest, skipped, whole, without_last_year
from toolkit.check.submissions import Submission
from toolkit.check.wording import number, shown
from toolkit.model.errors import InputError
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind
from toolkit.model.money import AMOUNT_TOLERANCE
from toolkit.store.bureau import ControlEntry

_FEWEST, _FEWEST_SURE, _FEWEST_CEILINGS = 5, 3, 2
_MOST, _ALMOST_ALL = Decimal("0.8"), Decimal("0.9")
_ALIKE = (Decimal("0.5"), Decimal(2))
"""How far a figure may have moved since last year, or from its ceiling, and still be the same but for its unit."""
_ASKED = (Decimal("0.7"), Decimal("1.1"))
"""What units ask for lies within this share of the ceiling."""
_EXACT = Decimal("0.001")

_POWERS = {
    4: ("一万倍", "可能按“元”填列，应为万元"),
    -4: ("万分之一", "可能按“亿元”填列，应为万元"),
    1: ("十倍", "可能按“千元”填列，应为万元"),
    -1: ("十分之一", ""),
    3: ("一千倍", ""),
    -3: ("千分之一", ""),
    8: ("一亿倍", ""),
    -8: ("亿分之一", ""),
}
"""Powers of ten that another unit of measure, or a slip with one, makes of an amount; and which unit it may be."""


class Kind(Enum):
    """What an amount is held against: this year's cell in last year's return (it may have moved), last year's column
    against what it repeats (it may not), or a ceiling."""

    MOVED = auto()
    REPEATED = auto()
    CEILING = auto()


@dataclass(frozen=True, slots=True)
class Pair:
    """An amount of the return and one that should be near it. ``key``: its cell, None for the sum of a list.

    ``sure``: the reference is known to be in the unit of measure it is taken for.
    """

    what: Category
    key: Key | None
    typed: Decimal
    reference: Decimal
    kind: Kind
    sure: bool = True

    def near(self, power: int, within: tuple[Decimal, Decimal] = _ALIKE) -> bool:
        share = self.typed / self.reference.scaleb(power)
        return within[0] <= share <= within[1]

    def exactly(self, power: int) -> bool:
        """Whether nothing but the unit of measure can have made the one of the other."""
        if self.kind is Kind.CEILING:
            return self.near(power, _ASKED)
        meant = self.reference.scaleb(power)
        return abs(self.typed - meant) <= max(_EXACT * meant, AMOUNT_TOLERANCE)


@dataclass(frozen=True, slots=True)
class Scaled:
    """``power`` of ten between the pairs that are ``near`` it, of all; ``columns``: last year's columns too."""

    power: int
    pairs: Sequence[Pair]
    near: Sequence[Pair]
    columns: bool


@coded("TYP-12")
def unit_of_the_whole_return(scene: Scene) -> Iterator[Mark]:
    """One finding for the return, where each of its amounts would be told by another rule without saying why."""
    held = whole(scene)
    ceilings = _ceilings(scene)
    any_pair = False
    for submission in scene.submissions:
        pairs = [*_of_last_year(held, submission), *ceilings.get(submission.ret, ())]
        any_pair |= bool(pairs)
        found = scaled(pairs)
        if found is not None:
            yield _told(submission, found)
    if not any_pair and held.now and scene.group.stage not in AFTER:
        yield skipped(scene, f"{without_last_year(scene)}，也没有控制数")


def _of_last_year(held: Whole, submission: Submission) -> Iterator[Pair]:
    """The cells that both returns have: this year's against last year's, and last year's column against the same.

    Where a block has a column of last year, others than these two (of assets what is bought) come and go.
    """
    last = held.last(submission).amounts
    presets_of = {
        block: {f.prefill for f in held.scene.suite.blocks[block].fields if f.prefill} for block in held.blocks
    }
    for key, typed in held.typed(submission).items() if last else ():
        what, presets = held.cells[key], presets_of[key.block]
        if presets and not what.field.prefill and key.field not in presets:
            continue
        then = last.get(key._replace(field=what.field.prefill or key.field))
        if typed > 0 and then is not None and then > 0:
            yield Pair(what, key, typed, then, Kind.REPEATED if what.field.prefill else Kind.MOVED)


def _ceilings(scene: Scene) -> dict[str, list[Pair]]:
    """By return what it declares against its own ceilings. A bad control table is told where it is checked (XD-05)."""
    table = Table(scene, tuple(e for e in scene.control or () if e.unit not in WHOLE))
    found: dict[str, list[Pair]] = {}
    for entry in table.entries:
        try:
            what = table.categories[entry.category]
            limit = ceiling(entry, what.field)
        except InputError:
            return {}
        submission = _own(table, entry, what)
        if submission is None:
            continue
        asked, fact = declared(scene, what, submission)
        if asked is not None and asked > 0 and limit > 0:
            summed = what.block.kind is BlockKind.LIST and not what.row
            key = fact.key if fact is not None and not summed else None
            pair = Pair(what, key, asked, limit, Kind.CEILING, bool(entry.unit_of_measure))
            found.setdefault(submission.ret, []).append(pair)
    return found


def _own(table: Table, entry: ControlEntry, what: Category) -> Submission | None:
    """The one return that a control line is about; None where it is about several, or none."""
    code, tree = entry.unit, table.tree
    if table.alone(code, what.id) or code in tree.rolled:
        return tree.filed.get(code)
    units = tree.units(code)
    return units[0] if len(units) == 1 and units[0].identity.unit == code else None


def scaled(pairs: Sequence[Pair]) -> Scaled | None:
    """What power of ten lies between this year's figures and their references: the median says, most must agree.

    Last year's columns are not asked: the bureau may have filled them in. If they are off as well, they count.
    """
    now = [p for p in pairs if p.kind is not Kind.REPEATED]
    columns = [p for p in pairs if p.kind is Kind.REPEATED]
    if len(now) < _FEWEST or sum(p.sure for p in now) < _FEWEST_SURE:
        return None
    middle = median(math.log10(p.typed / p.reference) for p in now)
    power = min((0, *_POWERS), key=lambda k: abs(middle - k))
    if power == 0:
        return None
    too = bool(columns) and _share(columns, power) >= _MOST
    counted = [*now, *columns] if too else now
    if _share(counted, power) < _MOST or (abs(power) == 1 and not _proven(pairs, power, columns=too)):
        return None
    return Scaled(power, counted, [p for p in counted if p.near(power)], too or not columns)


def _share(pairs: Sequence[Pair], power: int) -> Decimal:
    return Decimal(sum(p.near(power) for p in pairs)) / len(pairs)


def _proven(pairs: Sequence[Pair], power: int, *, columns: bool) -> bool:
    """Ten times as much may be growth: only figures that cannot have moved prove the unit of measure."""
    ceilings = [p for p in pairs if p.kind is Kind.CEILING]
    repeated = [p for p in pairs if p.kind is Kind.REPEATED] if columns else []
    fixed = [*repeated, *ceilings]
    if len(repeated) < _FEWEST and len(ceilings) < _FEWEST_CEILINGS:
        return False
    return sum(p.exactly(power) for p in fixed) >= _ALMOST_ALL * len(fixed)


def _told(submission: Submission, found: Scaled) -> Mark:
    times, guess = _POWERS[found.power]
    unit = found.near[0].what.field.unit
    guess = guess if guess and unit == "万元" else "计量单位可能填错"
    held = {p.key: p for p in reversed(found.near) if p.key is not None}
    spots = largest(submission, {key: p.typed for key, p in held.items()})
    first = held[spots[0][1]] if spots else found.near[0]
    meant = first.typed.scaleb(-found.power)
    kinds = {p.kind for p in found.near}
    names = ["上年数"] * bool(kinds - {Kind.CEILING}) + ["控制数"] * (Kind.CEILING in kinds)
    every, near = ({p.what.id for p in pairs} for pairs in (found.pairs, found.near))
    of_all = f"{len(every)} 个金额{f'中有 {len(near)} 个' if len(near) < len(every) else '都'}"
    than = "控制数" if first.kind is Kind.CEILING else "上年"
    message = (
        f"{'整份报送' if found.columns else '本年数'}的 {of_all}约为{'、'.join(names)}的{times}，{guess}："
        f"如“{first.what.label}”填 {shown(first.typed, unit)}，{than} {shown(first.reference, unit)}。"
    )
    return Mark(
        message, spots, submission, actual=first.typed, expected=meant, unit_of_measure=unit,
        likely=[(0, number(meant, 2), guess)] if spots else [], identity="scale", whole=True,
    )  # fmt: skip
