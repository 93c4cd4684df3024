"""Units fill the small suite by hand; what they typed becomes a book, and the checks run over it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.catalog import load_suite
from toolkit.check import Bureau, run_checks
from toolkit.formula import compile_suite, compute
from toolkit.layout import arrange
from toolkit.model.fact import Fact, Identity, Key, Remark, Return, State, Value
from toolkit.model.finding import Finding
from toolkit.model.form import BlockKind, Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.bureau import MappingEntry
from toolkit.store.parsed import facts_path, read_head, write_parsed

MINI = Path(__file__).parents[1] / "suites" / "mini"
REGION, STAGE = "示例开发区", "批复"
Typed = Mapping[str, object]
"""``block.field``, ``block.row.field``, ``block[2].field`` (second list row), ``P02:block…`` of instance 02."""

COMPLETE: dict[str, object] = {
    "cover.date": "2021-01-15",
    "cover.signed": "是",
    "expenditure.basic.this_year": "60",
    "expenditure.project.this_year": "40",
    "expenditure.travel.this_year": "5",
    "expenditure.basic.last_year": "50",
    "expenditure.project.last_year": "40",
    "projects[1].code": "101-XA",
    "projects[1].name": "大屏升级改造",
    "projects[1].fiscal": "40",
    "P01:target.name": "大屏升级改造",
    "P01:target.budget": "40",
    "P01:target.classified": "否",
    "P01:plan.jun": "60",
    "P01:plan.dec": "100",
    "P01:indicators[1].level1": "产出指标",
    "P01:indicators[1].level2": "质量指标",
    "P01:indicators[1].name": "验收合格率",
    "P01:indicators[1].target_op": "≥",
    "P01:indicators[1].target_value": "95",
    "P01:indicators[1].target_unit": "%",
}
"""A return with nothing wrong; what is not executable in it is so for want of last year's book."""


@dataclass
class Unit:
    """One unit's return: what it typed on top of (or None: instead of) the complete one."""

    code: str
    name: str = ""
    typed: Typed = field(default_factory=dict)
    states: Mapping[str, tuple[State, str]] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    bare: bool = False
    region: str = REGION
    year: int = 2021
    stage: str = STAGE


def parse(name: str) -> Key:
    instance, _, path = name.rpartition(":")
    block, *rest = path.split(".")
    if block.endswith("]"):
        block, row = block[:-1].split("[")
        return Key(block, instance.removeprefix("P"), f"{int(row):03d}", rest[0])
    return Key(block, instance.removeprefix("P"), rest[0] if len(rest) == 2 else "", rest[-1])


def value_of(suite: Suite, key: Key, typed: object) -> Value:
    kind = suite.blocks[key.block].by_id[key.field].type
    if typed is None:
        return None
    if kind.is_number:
        return Decimal(str(typed))
    return datetime.date.fromisoformat(str(typed)) if kind.value == "date" else str(typed)


def make_return(suite: Suite, unit: Unit) -> Return:
    """All facts of the sheets the unit used, computed cells included, where the layout puts them."""
    given = {**({} if unit.bare else COMPLETE), **unit.typed}
    values = {parse(n): value_of(suite, parse(n), v) for n, v in given.items()}
    marked = {parse(n): state for n, state in unit.states.items()}
    typed = {k: v for k, v in values.items() if v is not None}
    over = frozenset(k for k in typed if suite.blocks[k.block].formula(_row(suite, k), k.field) is not None)
    everything = compute(compile_suite(suite), typed, over)
    forms = suite.form_of_block
    submitted = frozenset((forms[k.block].id, k.instance) for k in [*typed, *marked])
    layout = arrange(suite, 3)
    facts = {}
    for key in _cells(suite, submitted, [*typed, *marked]):
        value = None if key in marked else everything.get(key)
        state, raw = marked.get(key, (State.BLANK if value is None else State.ZERO if value == 0 else State.VALUE, ""))
        spot = layout.spot(key)
        assert spot is not None, key
        unit_of_measure = suite.blocks[key.block].by_id[key.field].unit
        sheet, cell = spot.sheet, f"{chr(65 + spot.column)}{spot.row + 1}"
        facts[key] = Fact(key, value, state, raw or str(value or ""), sheet, cell, unit_of_measure, key in over)
    identity = Identity(
        unit.region, unit.year, unit.stage, unit.code, unit.name or f"单位{unit.code}", suite.edition, suite.id
    )
    return Return(identity, facts, unit.remarks, submitted, "hand")


def _row(suite: Suite, key: Key) -> str:
    return key.row if key.row in suite.blocks[key.block].rows_by_id else "*" if key.row else ""


def _cells(suite: Suite, submitted: frozenset[tuple[str, str]], typed: list[Key]) -> set[Key]:
    cells: set[Key] = set()
    for form_id, instance in submitted:
        for block in suite.forms_by_id[form_id].blocks:
            rows = [""] if block.kind is BlockKind.RECORD else [row.id for row in block.rows]
            rows += sorted({k.row for k in typed if k.block == block.id and k.instance == instance} - set(rows))
            cells |= {Key(block.id, instance, r, f.id) for r in rows for f in block.fields if block.has_cell(r, f.id)}
    return cells


@pytest.fixture(scope="session")
def mini() -> Suite:
    return load_suite(MINI)


Collect = Callable[..., list[Finding]]


@pytest.fixture
def collect(mini: Suite, tmp_path: Path) -> Collect:
    """``collect(Unit(…), …, bureau=…)``: the findings of these returns, the same by evaluator and by SQL (``sql``)."""

    def run(
        *units: Unit,
        bureau: Bureau | None = None,
        suite: Suite | None = None,
        received: object = (),
        sql: bool = True,
    ) -> list[Finding]:
        editions = {(suite or mini).edition: suite or mini}
        with make_book(suite or mini, units, tmp_path, received) as book:
            found = run_checks(book, editions, bureau, few=len(units))
            if sql:
                assert run_checks(book, editions, bureau, few=0) == found
            return found

    return run


def make_book(suite: Suite, units: tuple[Unit, ...], folder: Path, received: object = ()) -> Book:
    accepted = []
    for unit in units:
        sha256 = hashlib.sha256(f"{unit.region}{unit.code}{unit.year}{unit.stage}".encode()).hexdigest()
        write_parsed(folder / "parsed", sha256, make_return(suite, unit))
        head = read_head(folder / "parsed", sha256)
        assert head is not None
        name = f"{unit.code}.xlsx"
        accepted.append(Accepted(sha256, name, name, "", head, facts_path(folder / "parsed", sha256)))
    out = folder / "out"
    out.mkdir(exist_ok=True)
    build_book(out, accepted, lambda edition: suite if edition == suite.edition else None, received)  # type: ignore[arg-type]
    return Book(out)


@pytest.fixture
def unit() -> type[Unit]:
    return Unit


@pytest.fixture
def key() -> Callable[[str], Key]:
    return parse


@pytest.fixture(scope="session")
def hebei() -> Suite:
    return load_suite("hebei-2021")


@pytest.fixture
def run(collect: Collect, hebei: Suite) -> Collect:
    """``run(code, {unit: typed}, bureau)``: the findings of one rule; of a coded one, which is not said in SQL."""

    def findings(
        code: str, typed: dict[str, dict[str, object]], bureau: Bureau | None = None, **more: object
    ) -> list[Finding]:
        units = [Unit(c, bare=True, typed=values) for c, values in typed.items()]
        return [f for f in collect(*units, bureau=bureau, suite=hebei, sql=False, **more) if f.code == code]

    return findings


Case = tuple[str, str, Typed, list[str]]
"""Code, what the fill is about, what is typed, and a part of the message of each finding of that rule, in order."""


@pytest.fixture(scope="module")
def told_apart(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Case]], list[list[Finding]]]:
    """The findings of each case under its code; all cases are units of one collection, which is what takes time."""

    def collected(cases: list[Case]) -> list[list[Finding]]:
        names = {str(n): case for n, case in enumerate(cases, 101)}
        units = tuple(Unit(code, f"单位{code}", bare=True, typed=case[2]) for code, case in names.items())
        with make_book(hebei, units, tmp_path_factory.mktemp("cases"), ()) as book:
            found = run_checks(book, {hebei.edition: hebei}, few=len(units))
        return [[f for f in found if (f.unit, f.code) == (code, case[0])] for code, case in names.items()]

    return collected


Pair = tuple[str, str, Typed, Typed, list[str]]
"""Code, what the case is about, what is typed now, what the unit's other return says, and a part of each message."""


@pytest.fixture(scope="module")
def held_against(hebei: Suite, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[list[Finding]]]:
    """``held_against(cases, stage, (year, stage), mapping)``: the findings of each case, its other return at hand.

    Other returns of the same year stand in the same book; those of another year in the book handed in as last year's.
    """

    def collected(
        cases: list[Pair], stage: str, other: tuple[int, str], mapping: tuple[MappingEntry, ...] = ()
    ) -> list[list[Finding]]:
        named = {str(n): case for n, case in enumerate(cases, 101)}
        now = tuple(Unit(c, f"单位{c}", bare=True, typed=case[2], stage=stage) for c, case in named.items())
        then = tuple(
            Unit(c, f"单位{c}", bare=True, typed=case[3], year=other[0], stage=other[1])
            for c, case in named.items()
            if case[3]
        )
        beside, before = (then, ()) if other[0] == now[0].year else ((), then)
        folder = tmp_path_factory.mktemp("pairs")
        (folder / "before").mkdir()
        with make_book(hebei, before, folder / "before") as prior, make_book(hebei, now + beside, folder) as book:
            bureau = Bureau(prior=prior if before else None, mapping=mapping)
            found = [f for f in run_checks(book, {hebei.edition: hebei}, bureau, few=99) if f.stage == stage]
        return [[f for f in found if (f.unit, f.code) == (code, case[0])] for code, case in named.items()]

    return collected
