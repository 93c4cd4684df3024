"""One fault in one return: where, what kind, and whether any comparison of numbers notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from bench.fills import Fill, Filler
from bench.localisation.books import consistent
from bench.localisation.slips import KINDS
from toolkit.formula import Cells, Op, Program, Spot, Type, evaluate, homes
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind
from toolkit.model.rule import Severity

LIVE, PASTED, FROZEN = "live", "pasted", "frozen"
_TRIES = 40
_SKIPPED = ("cover",)


@dataclass(frozen=True)
class Planted:
    """A return with one wrong number. ``mode``: LIVE with its formulas, PASTED with every figure a value (the fault came after), FROZEN with
    every figure a value and computed from the wrong one."""

    seed: int
    mode: str
    fill: Fill
    key: Key
    kind: str
    typed: Decimal
    meant: Decimal
    total: bool
    broken: int


def plant(filler: Filler, seed: int) -> Planted:
    """A consistent return of this seed, and in it a fault that breaks at least one comparison."""
    rng = Random(seed)
    mode = rng.choices((LIVE, PASTED, FROZEN), (0.55, 0.25, 0.2))[0]
    while True:
        fill = consistent(rng)
        if not list(broken(filler.program, filler.cells(fill))):
            break
    full = filler.full(fill)
    computed = [k for k, v in full.items() if isinstance(v, Decimal) and filler.formula(k) is not None]
    if mode == PASTED:
        for key in computed:
            fill.put(key, full[key])
    for _ in range(_TRIES):
        found = _fault(filler, fill, computed, mode, rng)
        if found is None:
            continue
        key, kind, typed, meant = found
        wrong = fill.copy()
        wrong.put(key, typed)
        if mode == FROZEN:
            for other, value in filler.full(wrong).items():
                if filler.formula(other) is not None and isinstance(value, Decimal):
                    wrong.put(other, value)
        count = len(list(broken(filler.program, filler.cells(wrong))))
        if count:
            return Planted(seed, mode, wrong, key, kind, typed, meant, filler.formula(key) is not None, count)
    raise RuntimeError(f"seed {seed}: no fault that is noticed in {_TRIES} tries")


def plant_two(filler: Filler, seed: int) -> tuple[Planted, Planted]:
    """A planted return in which a second entry is wrong as well and breaks more. Both hold the same fill."""
    first = plant(filler, seed)
    rng = Random(-seed)
    for _ in range(_TRIES):
        found = _fault(filler, first.fill, [], PASTED, rng)
        if found is None or found[0] == first.key:
            continue
        key, kind, typed, meant = found
        wrong = first.fill.copy()
        wrong.put(key, typed)
        count = len(list(broken(filler.program, filler.cells(wrong))))
        if count > first.broken:
            second = Planted(seed, first.mode, wrong, key, kind, typed, meant, filler.formula(key) is not None, count)
            return replace(first, fill=wrong), second
    raise RuntimeError(f"seed {seed}: no second fault that is noticed in {_TRIES} tries")


def _fault(
    filler: Filler, fill: Fill, computed: list[Key], mode: str, rng: Random
) -> tuple[Key, str, Decimal, Decimal] | None:
    full = filler.full(fill)
    typed = [k for k, v in fill.values.items() if isinstance(v, Decimal) and k.block not in _SKIPPED]
    pool = computed if mode == LIVE and rng.random() < 0.2 else typed
    key = rng.choice(sorted(k for k in pool if full[k]))
    meant = full[key]
    assert isinstance(meant, Decimal)
    kind = rng.choices(list(KINDS), [share for *_, share in KINDS.values()])[0]
    made = [one for one in KINDS[kind][1](meant, around(filler, full, key)) if one != meant and abs(one) < 10**12]
    if not made:
        return None
    return key, kind, round(rng.choice(made), 6).normalize() + 0, meant


def around(filler: Filler, full: object, key: Key) -> list[Decimal]:
    """The numbers beside a cell that may be typed into it: of its row and of the rows above and below."""
    block = filler.program.suite.blocks[key.block]
    own = block.by_id[key.field]
    values: dict[Key, object] = full  # type: ignore[assignment]
    rows = sorted({k.row for k in values if k.block == key.block and k.instance == key.instance})
    if block.kind is not BlockKind.LIST:
        rows = [r.id for r in block.rows]
    at = rows.index(key.row) if key.row in rows else 0
    beside = [rows[n] for n in (at - 1, at + 1) if 0 <= n < len(rows) and key.row in rows]
    keys = [key._replace(row=row) for row in beside]
    keys += [
        key._replace(field=f.id) for f in block.fields if f.id != own.id and f.type is own.type and f.unit == own.unit
    ]
    found = [v for k in keys if isinstance(v := values.get(k), Decimal)]
    return [v for v in found if v]


def broken(program: Program, cells: Cells) -> Iterator[tuple[str, str, str]]:
    """The comparisons of numbers that fail: identities, and inequalities at error level."""
    for check in program.checks:
        asked = [
            part
            for level in check.levels
            for part in level.parts
            if isinstance(part.bound, Op)
            and part.lhs is not None
            and part.lhs.type is Type.NUMBER
            and part.rhs is not None
            and (part.bound.name == "=" or level.severity is Severity.ERROR)
        ]
        for instance, row in homes(check, cells) if asked else ():
            for part in asked:
                if evaluate(part.bound, Spot(cells, instance, row)) is False:
                    yield check.id, instance, row
