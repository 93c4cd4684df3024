"""WBK, XD-01: who should have reported and who did."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.check.names import normal_name
from toolkit.check.registry import Mark, Scene, coded
from toolkit.check.submissions import Group
from toolkit.check.wording import quote
from toolkit.model.fact import Status
from toolkit.model.finding import NOT_EXECUTABLE
from toolkit.store.bureau import RosterEntry

_FEW = 10
_STRAY = "这份报送属于“{own}”，而另外 {n} 份都属于“{other}”：请核对是否用错了模板或报错了文件。"
_NOT_TAKEN = (Status.REFUSED, Status.UNREADABLE, Status.NOT_A_RETURN, Status.PENDING)


def expected(scene: Scene) -> list[RosterEntry]:
    """The roster's units of this collection's region (or of no region), by code."""
    return sorted((e for e in scene.roster or () if e.region in ("", scene.group.region)), key=lambda e: e.unit)


def _no_roster(scene: Scene) -> Iterator[Mark]:
    statement = scene.rule.statement.rstrip("。")
    yield Mark(f"因没有提供单位名册，未能检查：{statement}。", result=NOT_EXECUTABLE)


def _other_collection(scene: Scene) -> Group | None:
    """The collection of another year or region that nearly all returns belong to: then these few took the wrong
    template, and it would be wrong to call every other unit missing here. Another stage may well be a new round."""
    group, own = scene.group, len(scene.everyone)
    others = {
        other: size
        for other, size in scene.sizes.items()
        if (other.region, other.year) != (group.region, group.year) and size >= _FEW * own
    }
    return max(sorted(others), key=others.__getitem__, default=None)


@coded("WBK-06")
def missing_units(scene: Scene) -> Iterator[Mark]:
    """A finding per unit of the roster without an accepted return; says so where a file came and was not taken."""
    if scene.roster is None:
        yield from _no_roster(scene)
        return
    other = _other_collection(scene)
    if other is not None:
        words = _STRAY.format(own=scene.group.title, n=scene.sizes[other], other=other.title)
        for submission in scene.submissions:
            yield Mark(words, owner=submission)
        return
    failed = {r.unit: r for r in scene.received if r.unit and r.status in _NOT_TAKEN}
    for entry in expected(scene):
        if entry.unit in scene.by_unit or not entry.reports:
            continue
        attempt = failed.get(entry.unit)
        said = f"{entry.name}（{entry.unit}）尚未报送"
        if attempt is not None:
            said = f"{entry.name}（{entry.unit}）报来的{quote(attempt.path, 60)}未能接收"
            said += f"：{attempt.reason.rstrip('。')}" if attempt.reason else ""
        yield Mark(f"{said}。", unit=(entry.unit, entry.name), identity=entry.unit)


@coded("XD-01")
def registered_units(scene: Scene) -> Iterator[Mark]:
    """A unit that the roster does not know, or knows by another name."""
    if scene.roster is None:
        yield from _no_roster(scene)
        return
    names = {e.unit: e.name for e in expected(scene)}
    codes = {normal_name(e.name): e.unit for e in expected(scene)}
    for submission in scene.submissions:
        who = submission.identity
        if who.unit not in names:
            twin = codes.get(normal_name(who.unit_name))
            likely = [(0, twin, f"名册中{quote(who.unit_name, 20)}的代码")] if twin else []
            yield Mark(
                f"单位代码 {who.unit}（{who.unit_name}）不在单位名册中。", owner=submission, actual=who.unit,
                likely=likely, identity="unit",
            )  # fmt: skip
        elif normal_name(names[who.unit]) != normal_name(who.unit_name):
            yield Mark(
                f"单位代码 {who.unit} 在名册中是{quote(names[who.unit])}，报送的是{quote(who.unit_name)}。",
                owner=submission, actual=who.unit_name, expected=names[who.unit], identity="name",
            )  # fmt: skip
