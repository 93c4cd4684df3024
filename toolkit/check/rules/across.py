"""XD-02, XD-05: control totals of units and departments, and what is consolidated against what was returned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.check.categories import WHOLE, Category, category, ceiling, declared
from toolkit.check.registry import Mark, Scene, Spot, coded
from toolkit.check.rules.consolidated import against_units
from toolkit.check.scale import AS_WAN, as_meant, rounding, slip, slip_words
from toolkit.check.submissions import Submission
from toolkit.check.tiers import Tiers, tiers
from toolkit.check.wording import listed, number, places_of, quote, shown, with_unit
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.model.money import round_half_up
from toolkit.model.rule import Severity
from toolkit.store.bureau import ControlEntry


@dataclass(frozen=True)
class Table:
    """The control table beside the returns: what each line means, and the tree it is about."""

    scene: Scene
    entries: tuple[ControlEntry, ...]

    @cached_property
    def tree(self) -> Tiers:
        return tiers(self.scene)

    @cached_property
    def categories(self) -> dict[str, Category]:
        """By the text in the table; each is looked for once. Raises InputError."""
        first = {entry.category: entry for entry in reversed(self.entries)}
        return {text: category(self.scene.suite, entry) for text, entry in first.items()}

    @cached_property
    def lines(self) -> dict[str, dict[str, ControlEntry]]:
        """The lines by unit, for each category; one that is written in two ways is one."""
        found: dict[str, dict[str, ControlEntry]] = defaultdict(dict)
        for entry in self.entries:
            found[self.categories[entry.category].id][entry.unit] = entry
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        known = {e.unit: e.name for e in self.scene.roster or ()}
        return known | {s.identity.unit: s.identity.unit_name for s in self.scene.submissions}

    @cached_property
    def due(self) -> frozenset[str]:
        """Codes of the roster that are to file."""
        return frozenset(e.unit for e in self.scene.roster or () if e.reports)

    def alone(self, code: str, what: str) -> bool:
        """Whether a line is for the return of that code only: it files as itself, or is to, and those below it have
        lines of their own."""
        files = code not in self.tree.rolled if code in self.tree.filed else code in self.due
        return files and any(c in self.lines[what] for c in self.tree.under(code))

    def name(self, code: str) -> str:
        held = self.names.get(code, "")
        return f"{quote(held, 20)}（{code}）" if held else code


def _skipped(scene: Scene, why: str) -> Mark:
    return Mark(f"因{why}，未能检查：{scene.rule.statement.rstrip('。')}。", result=NOT_EXECUTABLE)


@coded("XD-05")
def within_ceilings(scene: Scene) -> Iterator[Mark]:
    """What each unit, or all units of a department, ask for against the ceiling."""
    entries = tuple(e for e in scene.control or () if e.unit not in WHOLE)
    if not entries:
        yield _skipped(scene, "没有提供控制数")
        return
    table = Table(scene, entries)
    absent: dict[str, ControlEntry] = {}
    for entry in entries:
        what, code = table.categories[entry.category], entry.unit
        if table.alone(code, what.id):
            parts = [table.tree.filed[code]] if code in table.tree.filed else []
        else:
            parts = [table.tree.filed[code]] if code in table.tree.rolled else table.tree.units(code)
        if not parts:
            absent.setdefault(code, entry)
        elif len(parts) == 1 and parts[0].identity.unit == code:
            yield from _of_one(scene, entry, what, parts[0])
        else:
            yield from _of_many(table, entry, what, parts)
    for kind in table.lines:
        yield from _shared_out(table, kind)
    yield from _without_return(table, absent)


def _of_one(scene: Scene, entry: ControlEntry, what: Category, submission: Submission) -> Iterator[Mark]:
    """One return against its ceiling."""
    limit, unit = ceiling(entry, what.field), what.field.unit
    tolerance = rounding(limit, 1, scene.rule.tolerance or Decimal(0))
    asked, fact = declared(scene, what, submission)
    spots = [(submission, fact.key)] if fact else []
    if asked is None:
        message = f"因“{what.label}”空白，不能与控制数 {shown(limit, unit)} 比较。"
        yield Mark(message, spots, submission, result=NOT_EXECUTABLE, identity=entry.category)
        return
    wrong = slip(asked, limit, near=True)
    said = f"“{what.label}”申报 {shown(asked, unit)}，控制数为 {shown(limit, unit)}"
    if asked - limit > tolerance:
        over = with_unit(number(asked - limit, places_of(unit)), unit)
        meant = [(0, number(as_meant(asked, wrong), 2), "可能按“元”填列，应为万元")] if wrong and spots else []
        yield Mark(
            f"{said}，超出 {over}{slip_words(wrong, '控制数')}。", spots, submission, actual=asked, expected=limit,
            unit_of_measure=unit, likely=meant, identity=entry.category,
        )  # fmt: skip
    elif wrong == AS_WAN:
        where = "" if entry.unit_of_measure else f"；{entry.where}没有写计量单位，按{unit or '万元'}计"
        yield Mark(
            f"{said}，相差约一万倍，申报数或控制数的计量单位可能有误{where}。", spots, submission,
            severity=Severity.WARNING, actual=asked, expected=limit, unit_of_measure=unit, identity=entry.category,
        )  # fmt: skip


def _of_many(table: Table, entry: ControlEntry, what: Category, parts: Sequence[Submission]) -> Iterator[Mark]:
    """The units of a department together against its ceiling. What is not in yet can only add to it."""
    scene, unit = table.scene, what.field.unit
    limit = ceiling(entry, what.field)
    held = _held(scene, what, parts)
    total = sum((value for _, value, _ in held), Decimal(0))
    tolerance = rounding(limit, len(held), scene.rule.tolerance or Decimal(0))
    who, about = (entry.unit, table.names.get(entry.unit, "")), f"{table.name(entry.unit)}所属 {len(parts)} 个单位"
    largest = sorted(held, key=lambda one: (-one[1], one[0].identity.unit))
    each = listed([f"{s.identity.unit_name} {shown(value, decimals=2)}" for s, value, _ in largest], 4, "个单位")
    said = f"{about}“{what.label}”申报合计 {shown(total, unit)}（{each}），控制数为 {shown(limit, unit)}"
    missing = table.tree.missing(entry.unit)
    blank = [s.identity.unit_name for s in parts if all(s is not one for one, *_ in held)]
    if total - limit > tolerance:
        over = with_unit(number(total - limit, places_of(unit)), unit)
        words = slip_words(slip(total, limit, near=True), "控制数")
        yield Mark(
            f"{said}，超出 {over}{words}。", [spot for *_, spot in held], unit=who, actual=total, expected=limit,
            unit_of_measure=unit, identity=f"{entry.unit}|{entry.category}",
        )  # fmt: skip
    elif missing or blank:
        why = [f"{len(missing)} 个单位没有报送"] if missing else []
        why += [f"{listed([quote(n, 20) for n in blank], 4, '个单位')}没有填"] if blank else []
        message = f"因{table.name(entry.unit)}{'、'.join(why)}，“{what.label}”未能与控制数 {shown(limit, unit)} 比较。"
        yield Mark(message, unit=who, result=NOT_EXECUTABLE, identity=f"{entry.unit}|{entry.category}")


def _held(scene: Scene, what: Category, parts: Sequence[Submission]) -> list[tuple[Submission, Decimal, Spot]]:
    """The returns that give the category, with their figure and its cell."""
    found = ((s, *declared(scene, what, s)) for s in parts)
    return [(s, value, (s, fact.key)) for s, value, fact in found if value is not None and fact is not None]


def _shared_out(table: Table, kind: str) -> Iterator[Mark]:
    """Ceilings of units that add to more than the ceiling of their department: the table contradicts itself."""
    lines = table.lines[kind]
    for code, entry in lines.items():
        lower = [lines[c] for c in table.tree.below.get(code, ()) if c in lines]
        if len(lower) < 2 or table.alone(code, kind):
            continue
        what = table.categories[entry.category]
        limit, unit = ceiling(entry, what.field), what.field.unit
        given = sum((ceiling(one, what.field) for one in lower), Decimal(0))
        if given - limit > (table.scene.rule.tolerance or Decimal(0)):
            message = (
                f"控制数表自相矛盾：{table.name(code)}“{what.label}”的控制数为 {shown(limit, unit)}，"
                f"所属 {len(lower)} 个单位的控制数合计 {shown(given, unit)}，"
                f"多 {with_unit(number(given - limit, places_of(unit)), unit)}（{entry.where}）。"
            )
            yield Mark(
                message, unit=(code, table.names.get(code, "")), severity=Severity.WARNING, actual=given,
                expected=limit, unit_of_measure=unit, identity=f"shared|{code}|{entry.category}",
            )  # fmt: skip


def _without_return(table: Table, absent: dict[str, ControlEntry]) -> Iterator[Mark]:
    """Ceilings nothing could be held against: of units that did not report, and of codes nobody knows."""
    strange = [e for code, e in absent.items() if table.scene.roster is not None and not table.tree.knows(code)]
    late = [table.name(code) for code, e in absent.items() if e not in strange]
    for entry in strange:
        message = f"因{entry.where}的单位代码 {entry.unit} 不在单位名册中，也没有报送，其控制数未能比较。"
        yield Mark(message, unit=(entry.unit, ""), result=NOT_EXECUTABLE, identity=f"strange|{entry.unit}")
    if late:
        message = f"因{listed(late, 8, '个单位')}没有报送，其控制数未能比较。"
        yield Mark(message, result=NOT_EXECUTABLE, identity="late")


@coded("XD-02")
def consolidated(scene: Scene) -> Iterator[Mark]:
    """The sum of the units against the bureau's own figure (a control line with 合计 for its unit), and against the
    consolidated return of a department that files one."""
    entries = tuple(e for e in scene.control or () if e.unit in WHOLE)
    table = Table(scene, entries)
    for code in sorted(table.tree.rolled):
        yield from against_units(scene, table.tree, code)
    for entry in entries:
        yield from _whole(table, entry)
    if not entries and not table.tree.rolled:
        yield _skipped(scene, "没有提供汇总数（控制数表中单位代码为“合计”的行）")


def _whole(table: Table, entry: ControlEntry) -> Iterator[Mark]:
    """The bureau's figure against all returns, roll-ups not counted twice."""
    scene, what = table.scene, table.categories[entry.category]
    given, unit = ceiling(entry, what.field), what.field.unit
    units = [s for s in scene.submissions if s.identity.unit not in table.tree.rolled]
    held = _held(scene, what, units)
    total = sum((value for _, value, _ in held), Decimal(0))
    gap = round_half_up(given - total, 6)
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    if abs(gap) <= rounding(given, len(held), tolerance):
        return
    apart = f"相差 {with_unit(number(gap, places_of(unit)), unit)}"
    said = f"汇总数“{what.label}”为 {shown(given, unit)}"
    missing = table.tree.absent()
    if gap > 0 and missing:
        message = (
            f"因还有 {len(missing)} 个单位没有报送，{said}，已报 {len(units)} 个单位之和为 {shown(total, unit)}，"
            f"{apart}，尚不能核对。"
        )
        yield Mark(message, result=NOT_EXECUTABLE, identity=entry.category)
        return
    why, likely = _explained(held, given, total, tolerance)
    rolled = f"（{len(table.tree.rolled)} 个部门的汇总表不重复计入）" if table.tree.rolled else ""
    yield Mark(
        f"{said}，{len(units)} 个单位之和为 {shown(total, unit)}{rolled}，{apart}{why}。", [spot for *_, spot in held],
        actual=given, expected=total, unit_of_measure=unit, likely=likely, identity=entry.category,
    )  # fmt: skip


def _explained(
    held: Sequence[tuple[Submission, Decimal, Spot]], given: Decimal, total: Decimal, tolerance: Decimal
) -> tuple[str, list[tuple[int, str, str]]]:
    """What one unit's figure explains the whole difference: typed in 元, left out of the total, or counted twice."""
    whole = slip_words(slip(given, total), "各单位之和")
    if whole:
        return whole, []
    for at, (submission, value, _) in enumerate(held):
        name = quote(submission.identity.unit_name or submission.identity.unit, 20)
        if value and abs(total - value + value / 10_000 - given) <= tolerance:
            meant = number(value / 10_000, 2)
            return f"；{name}填 {shown(value, decimals=2)}，可能按“元”填列", [(at, meant, "可能按“元”填列，应为万元")]
        if value and abs(total - value + value * 10_000 - given) <= tolerance * 10_000:
            meant = number(value * 10_000, 2)
            return f"；{name}填 {shown(value, decimals=2)}，可能多除了一次一万", [(at, meant, "可能多除了一次一万")]
    exact = [(s, given - total) for s, value, _ in held if value and abs(abs(given - total) - value) <= tolerance]
    if len(exact) == 1:
        submission, gap = exact[0]
        name = quote(submission.identity.unit_name or submission.identity.unit, 20)
        return f"，差额恰为{name}的数，汇总数可能{'重计' if gap > 0 else '漏计'}了该单位", []
    return "", []
