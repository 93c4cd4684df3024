"""Whatever goes wrong while the results are written, the next run leaves what an undisturbed one would have left."""

from __future__ import annotations

import math
import sys

import pytest

from bench.faults.__main__ import run

RETURNS, STRIDE = 3, 101
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="faults are injected with LD_PRELOAD"),
]


def test_nothing_is_lost_and_nothing_half_written_is_seen() -> None:
    """A sample of ``python -m bench.faults``, which meets every single call."""
    cases, judged, wanted = run(RETURNS, STRIDE, workers=1, until=math.inf)
    assert {case.name for case in cases} == {"first", "more"}
    assert len(judged) == wanted > 20
    assert {one.kind for one in judged if one.ended.code != 0} == {"kill", "torn", "full", "error"}
    assert [one for one in judged if one.wrong] == []
