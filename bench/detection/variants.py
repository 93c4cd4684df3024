"""Clean returns as units may well send them: saved again, rows in another order, blank rows between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from bench.detection.work import Typed, Work
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind, Suite

BLOCKS = ("project_items", "procurement", "pub2", "pub3", "pub5", "pub6", "criteria", "projects", "planned_purchases")
"""Lists whose rows mean the same in any order."""


def _moved(typed: Typed, suite: Suite, order: Callable[[list[str], int], Mapping[str, str]]) -> None:
    for name in BLOCKS:
        block = suite.blocks.get(name)
        if block is None or block.kind is not BlockKind.LIST:
            continue
        own = {k: v for k, v in typed.items() if k.block == name}
        rows = sorted({k.row for k in own if k.row not in block.rows_by_id})
        now = order(rows, block.capacity)
        for key in own:
            del typed[key]
        typed.update({key._replace(row=now.get(key.row, key.row)): value for key, value in own.items()})


def reordered(work: Work) -> None:
    """The rows of the lists in another order."""

    def shuffled(rows: list[str], _capacity: int) -> Mapping[str, str]:
        return dict(zip(rows, work.rng.sample(rows, len(rows)), strict=True))

    work.typing.append(lambda typed: _moved(typed, work.layout.suite, shuffled))


def blank_rows(work: Work) -> None:
    """Blank rows between the rows of the lists."""

    def spread(rows: list[str], capacity: int) -> Mapping[str, str]:
        chosen = sorted(work.rng.sample(range(1, capacity + 1), len(rows)))
        return {row: f"{number:03d}" for row, number in zip(rows, chosen, strict=True)}

    work.typing.append(lambda typed: _moved(typed, work.layout.suite, spread))


def resaved(_work: Work) -> None:
    """Nothing but saved again."""


def unprotected(work: Work) -> None:
    """The sheets wider, the first list's empty rows hidden behind nothing: only what a reader may do to look at it."""
    work.steps.append(("set", *work.spot(Key("organisation", "", "", "overview")), "负责本部门的各项日常工作"))


VARIANTS: dict[str, Callable[[Work], None]] = {
    "原样另存": resaved, "清单行换了次序": reordered, "清单中夹有空行": blank_rows, "改写了一段文字": unprotected,
}  # fmt: skip


def chosen(number: int) -> str:
    return list(VARIANTS)[number % len(VARIANTS)]


def moved_at_random(typed: Typed, suite: Suite, rng: Random) -> None:
    """For clean returns in bulk: a third keep their rows, a third have them in another order, a third blank rows."""
    luck = rng.randrange(3)
    if luck == 1:
        _moved(typed, suite, lambda rows, _: dict(zip(rows, rng.sample(rows, len(rows)), strict=True)))
    elif luck == 2:
        _moved(typed, suite, lambda rows, capacity: {
            row: f"{number:03d}"
            for row, number in zip(rows, sorted(rng.sample(range(1, capacity + 1), len(rows))), strict=True)
        })  # fmt: skip
