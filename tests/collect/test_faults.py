"""Whatever goes wrong while the results are written, the next run leaves what an undisturbed one would have left."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.faults.__main__ import Made, points, run

RETURNS, STRIDE = 3, 101
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="faults are injected with LD_PRELOAD"),
]


def test_nothing_is_lost_and_nothing_half_written_is_seen(tmp_path: Path) -> None:
    """A sample of ``python -m bench.faults``, which meets every single call."""
    made = Made(tmp_path / "made.jsonl")
    cases, wanted = run(RETURNS, STRIDE, workers=1, until=math.inf, made=made)
    assert {case.name for case in cases} == {"first", "more"}
    assert len(made.judged) == wanted > 20
    assert {one.kind for one in made.judged if one.ended.code != 0} == {"kill", "torn", "full", "error"}
    assert [one for one in made.judged if one.wrong] == []
    again = Made(tmp_path / "made.jsonl")
    assert again.judged == made.judged
    assert again.left(points(cases, STRIDE)) == []
    other = [replace(case, calls=case.calls + 1) for case in cases]
    assert again.left(points(other, STRIDE)) == points(other, STRIDE)
    assert again.judged == []
