"""extract(fill(blank, data)) = data, whatever the data."""

from __future__ import annotations

import datetime
import functools
import io
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.model.fact import Identity, Key, State, UnitData, Value
from toolkit.model.form import Block, BlockKind, Field, FieldType, Suite
from toolkit.read import extract, read_bytes
from toolkit.read.texts import is_ditto, state_of
from toolkit.write import write_workbook

if TYPE_CHECKING:
    from tests.read.conftest import Returned

_LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u00ad\u061c")
_TEXTS = (
    st.text(_LETTERS, min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda t: t and state_of(t) is None and not is_ditto(t))
)
_AMOUNTS = st.decimals(Decimal("-99999999"), Decimal("99999999"), places=6, allow_nan=False).map(
    lambda d: Decimal(0) if d == 0 else d
)
_DATES = st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 1, 1))


def _values(suite: Suite, field: Field) -> st.SearchStrategy[Value]:
    if field.type is FieldType.INTEGER:
        return st.integers(0, 10**9).map(Decimal)
    if field.type.is_number:
        return _AMOUNTS
    if field.type is FieldType.DATE:
        return _DATES
    if field.type is FieldType.CODE:
        return st.from_regex(r"[0-9]{1,18}(-[A-Z0-9]{1,5})?", fullmatch=True)
    aliases = suite.lists[field.lookup].aliases if field.lookup else {}
    return _TEXTS.filter(lambda t: t not in aliases)


def _rows(block: Block) -> list[str]:
    if block.kind is BlockKind.RECORD:
        return [""]
    fixed = [row.id for row in block.rows]
    return fixed if block.kind is BlockKind.GRID else [*fixed, "001", "002", f"{block.capacity:03d}"]


@functools.cache
def _strategies(edition: str) -> dict[Key, st.SearchStrategy[Value]]:
    """One strategy per cell of the suite, computed cells (to be typed over) included."""
    suite = _SUITES[edition]
    cells = {}
    for form in suite.forms:
        for instance in ("01", "03") if form.repeat else ("",):
            for block in form.blocks:
                for row in _rows(block):
                    for field in block.fields:
                        if block.has_cell(row, field.id) and (block.id, field.id) not in _IDENTITY:
                            cells[Key(block.id, instance, row, field.id)] = _values(suite, field)
    return cells


_SUITES: dict[str, Suite] = {}
_IDENTITY = {("cover", field) for field in ("region", "year", "unit_code", "unit_name")}
"""The cells that repeat the identity: ``fill`` writes them, a data file has no need to."""


def _data(suite: Suite) -> st.SearchStrategy[dict[Key, Value]]:
    _SUITES[suite.edition] = suite
    cells = _strategies(suite.edition)
    pairs = st.sampled_from(list(cells)).flatmap(lambda key: st.tuples(st.just(key), cells[key]))
    return st.lists(pairs, max_size=25, unique_by=lambda pair: pair[0]).map(dict)


_UNLIMITED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(data=st.data())
@_UNLIMITED
def test_what_is_filled_in_is_what_is_extracted(data: st.DataObject, suite: Suite, identity: Identity) -> None:
    values = data.draw(_data(suite))
    buffer = io.BytesIO()
    write_workbook(buffer, suite, data=UnitData(suite.id, identity, values))
    found = read_bytes(buffer.getvalue(), "102.xlsx", lambda _: suite)
    prefilled = {(b.id, f.id) for b in suite.blocks.values() for f in b.fields if f.prefill}
    rows = {k[:3] for k in values if (k.block, k.field) not in prefilled}
    kept = {k: v for k, v in values.items() if suite.blocks[k.block].kind is not BlockKind.LIST or k[:3] in rows}
    assert extract(found, suite).values == kept
    assert {r for r in found.remarks if r.code not in {"WBK-04", "WBK-08"}} == set()


def test_the_filled_workbook_is_read_without_a_remark(
    returned: Returned, values: dict[Key, Value], suite: Suite
) -> None:
    found = returned.read()
    assert found.remarks == ()
    assert extract(found, suite).values == values
    assert found.identity.key == ("示例开发区", 2021, "批复", "102")
    assert found.engine == "expat+calamine"
    assert found.submitted == {("basic", ""), ("budget", ""), ("items", ""), ("project", "01"), ("project", "02")}


def test_facts_hold_every_cell_of_submitted_sheets_and_used_rows_only(returned: Returned) -> None:
    facts = returned.read().facts
    assert facts[Key("cover", "", "", "remark")].state is State.BLANK
    assert facts[Key("expenditure", "", "project", "last_year")].state is State.ZERO
    assert Key("expenditure", "", "travel", "change") not in facts, "a closed cell is no cell"
    assert {k.row for k in facts if k.block == "projects"} == {"total", "001", "002"}
    assert {k.instance for k in facts if k.block == "target"} == {"01", "02"}


def test_computed_cells_are_facts_with_their_recomputed_values(returned: Returned) -> None:
    total = returned.fact("expenditure", "total", "this_year")
    assert (total.value, total.typed_over, total.unit_of_measure) == (Decimal("3700.07"), False, "万元")
    assert returned.fact("projects", "total", "budget").value == Decimal("705.37")
    assert returned.fact("target", "", "code", "01").value == "001-A1"


def test_a_blank_workbook_submits_nothing(suite: Suite, identity: Identity) -> None:
    buffer = io.BytesIO()
    write_workbook(buffer, suite, identity=identity)
    found = read_bytes(buffer.getvalue(), "blank.xlsx", lambda _: suite)
    assert (found.submitted, found.remarks) == (frozenset(), ())
    assert {(k.block, k.field) for k in found.facts} <= {
        ("cover", name) for name in ("region", "year", "unit_code", "unit_name")
    }
    assert found.identity.unit == "102"


def test_marks_survive_the_round_trip(suite: Suite, identity: Identity) -> None:
    marks = {Key("expenditure", "", "basic", "this_year"): "涉密", Key("projects", "", "001", "other"): "—"}
    values: dict[Key, Value] = {Key("projects", "", "001", "name"): "项目"}
    buffer = io.BytesIO()
    write_workbook(buffer, suite, data=UnitData(suite.id, identity, values, marks))
    found = read_bytes(buffer.getvalue(), "102.xlsx", lambda _: suite)
    assert extract(found, suite).marks == marks
    assert found.facts[Key("expenditure", "", "basic", "this_year")].state is State.CLASSIFIED
    assert found.facts[Key("projects", "", "001", "other")].state is State.NOT_APPLICABLE
