"""For a return that is no package of ours to patch: its data in a new workbook of its edition, annotated the same way."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

from toolkit.annotate.patch import annotate_workbook
from toolkit.annotate.slip import Slip, Spot, moved
from toolkit.layout import Layout, a1
from toolkit.layout.explaining import anchor
from toolkit.model.fact import Key, Return, State, UnitData
from toolkit.model.form import Suite
from toolkit.read import extract
from toolkit.write import write_workbook


def workbook_anew(found: Return, suite: Suite, slip: Slip, keys: Mapping[Spot, Key]) -> bytes:
    """A workbook with the values of a return, and the slip's findings in place.

    What could not be understood stands in its cell as it was typed. ``keys``: what the places of the findings mean;
    they are found again in the new workbook. Raises DataError for values that have no cell.
    """
    data = extract(found, suite)
    raw = {k: f.raw for k, f in found.facts.items() if f.state is State.INVALID and f.value is None and f.raw}
    prefill = {
        key: value
        for key, value in data.values.items()
        if suite.blocks[key.block].by_id[key.field].prefill
        and suite.blocks[key.block].formula(key.row, key.field) is None
    }
    own = UnitData(
        data.suite,
        replace(found.identity, edition=suite.edition),
        {key: value for key, value in data.values.items() if key not in prefill},
        {**raw, **data.marks},
    )
    buffer = io.BytesIO()
    said = {anchor(one.code, one.check): one.text for one in found.said}
    layout = write_workbook(buffer, suite, data=own, prefill=prefill, said=said)
    spots = {spot for row in slip.rows for spot in row.spots}
    there = {spot: _spot(layout, keys[spot]) for spot in spots if spot in keys}
    return annotate_workbook(buffer.getvalue(), moved(slip, there))


def _spot(layout: Layout, key: Key) -> Spot | None:
    at = layout.spot(key)
    return None if at is None else Spot(at.sheet, a1(at.row, at.column))
