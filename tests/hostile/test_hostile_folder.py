"""A folder of everything hostile, collected by the real command: each file has its line, and the run ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.faults.returns import SUITE
from bench.robustness.__main__ import entries
from bench.robustness.collecting import collect
from bench.robustness.mutate import mutants
from bench.robustness.others import lay, others
from bench.robustness.packages import hostile


@pytest.mark.slow
def test_every_file_ends_with_a_status_and_no_fault_of_ours(tmp_path: Path, good: Mapping[str, bytes]) -> None:
    folder = tmp_path / "returned"
    folder.mkdir()
    (folder / "good.xlsx").write_bytes(good["xlsx"])
    files = {**dict(hostile(good["xlsx"], heavy=False)), **dict(others(good))}
    del files["bomb-many.zip"]  # fifty thousand lines: the benchmark has it
    files |= {f"mutant-{number}.xlsx": data for number, data in enumerate(mutants(good["xlsx"], 40, seed=5))}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    lay(folder, good["xlsx"])
    there = entries(folder)
    run = collect(folder, tmp_path / "out", [SUITE], seconds=300)
    assert run.wrong == []
    assert sum(not line["inner_path"] for line in run.lines) == there
    assert run.statuses["accepted"] == 1  # all that can be read is one unit's
    assert run.statuses["superseded"] > 20
    assert run.statuses["refused"] > 40
    assert run.slowest[0] < 21
    assert run.peak < (1 << 30) + (64 << 20)
