"""One round: a bureau, a mistake of each kind in a unit of its own, LibreOffice, the collector, the score."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.detection.ground import make_ground
from bench.detection.planting import kinds, plant, send
from bench.detection.score import Round, judge
from bench.detection.work import Kind
from bench.office import Office
from toolkit.api import collect_into

SPARE = 1.25
"""Units for each kind: some concern two, some do not fit every unit, and some send clean returns."""


def run_round(
    seed: int,
    folder: Path,
    wanted: Sequence[Kind] | None = None,
    *,
    units: int | None = None,
    workers: int = 2,
    again: bool = False,
    say: Callable[[str], None] = print,
) -> Round:
    """Plant, save, collect and judge. ``wanted``: these kinds only; ``units``: how many return something; ``again``: what
    ``folder`` holds of this round is collected and judged again, no file is made."""
    chosen = list(wanted if wanted is not None else kinds())
    begun = time.perf_counter()
    ground = make_ground(seed, units or max(24, int(len(chosen) * SPARE)), folder)
    planted, left = plant(ground, chosen)
    if left:
        say(f"种子 {seed}：没有合适单位的错误：{'、'.join(kind.id for kind in left)}")
    if not again:
        with ExitStack() as stack:
            offices = [stack.enter_context(Office()) for _ in range(workers)]
            send(planted, folder / "in", offices)
    sent = time.perf_counter()
    collect_into(
        [folder / "in"], folder / "out", roster=ground.roster(), control=ground.control(), mapping=ground.mapping(),
        prior=ground.prior, workers=workers,
    )  # fmt: skip
    found = judge(planted, folder / "out")
    say(f"种子 {seed}：{len(planted)} 份，制作 {sent - begun:.0f} 秒，收表检查 {time.perf_counter() - sent:.0f} 秒")
    return found
