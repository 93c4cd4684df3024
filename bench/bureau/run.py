"""Both collections of a bureau, consistent and with mistakes, judged and scored."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from bench.bureau.collection import Tables, collect, findings, parse, readers, scored, write_data_files
from bench.bureau.forms import APPROVED, DRAFT, EVALUATED, budget
from bench.bureau.making import make_bureau
from bench.bureau.planting import drafts, plant
from bench.bureau.score import Found, Score, judge
from bench.bureau.site import Drafts
from bench.bureau.tables import mapping
from bench.bureau.truth import Truth, write_truth
from bench.bureau.world import FIRST, LAST, Bureau


@dataclass
class Outcome:
    """What one seed gave. ``clean``: findings on the consistent bureau; ``seconds`` by step."""

    bureau: Bureau
    folder: Path
    scores: dict[str, Score] = field(default_factory=dict)
    clean: dict[str, list[Found]] = field(default_factory=dict)
    truths: dict[str, list[Truth]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    books: dict[str, Path] = field(default_factory=dict)
    returns: int = 0


def run(seed: int, units: int, folder: Path, workers: int = 2, say: Callable[[str], None] = print) -> Outcome:
    """Everything for one seed, in ``folder``. What was parsed there before is not parsed again."""
    with readers(workers) as pool:
        return _run(Outcome(make_bureau(seed, units), folder), pool, say)


def _run(outcome: Outcome, pool: Executor | None, say: Callable[[str], None]) -> Outcome:
    bureau, folder = outcome.bureau, outcome.folder
    begun = time.perf_counter()
    books = _years(outcome, pool)
    _lap(outcome, "三年的总账", begun, say)
    for stage, prior in ((EVALUATED, None), (DRAFT, books[APPROVED])):
        begun = time.perf_counter()
        consistent, (planted, truths) = drafts(bureau, stage), plant(bureau, stage)
        clean = scored(findings(books[stage], _tables(consistent), prior))
        outcome.clean[stage], outcome.truths[stage] = clean, truths
        write_truth(truths, folder / f"truth-{planted.year}-{stage}.jsonl")
        book = _planted(outcome, planted, pool)
        found = scored(findings(book, _tables(planted), prior))
        outcome.scores[stage] = judge(truths, clean, found)
        _lap(outcome, f"{stage}：检查两遍", begun, say)
    return outcome


def _lap(outcome: Outcome, what: str, begun: float, say: Callable[[str], None]) -> None:
    outcome.seconds[what] = time.perf_counter() - begun
    say(f"{what}：{outcome.seconds[what]:.0f} 秒")


def _years(outcome: Outcome, pool: Executor | None) -> dict[str, Path]:
    """The consistent books: the years before the last with their self-evaluations, and the last year's drafts."""
    bureau, folder = outcome.bureau, outcome.folder
    approved = [budget(bureau, u, year, APPROVED) for year in range(FIRST, LAST) for u in bureau.units]
    evaluated = list(drafts(bureau, EVALUATED).documents.values())
    held = {
        APPROVED: [*approved, *evaluated],
        EVALUATED: [*(d for d in approved if d["year"] == str(LAST - 1)), *evaluated],
        DRAFT: list(drafts(bureau, DRAFT).documents.values()),
    }
    outcome.returns = len(held[APPROVED]) + len(held[DRAFT])
    for name, documents in held.items():
        files = write_data_files(documents, folder / "data" / name)
        outcome.books[name] = collect(parse(files, folder / "parsed", pool), folder / "books" / name)
    return outcome.books


def _planted(outcome: Outcome, planted: Drafts, pool: Executor | None) -> Path:
    folder = outcome.folder
    documents = [d for code, d in planted.documents.items() if code not in planted.withheld]
    if planted.stage == EVALUATED:
        documents += [budget(outcome.bureau, u, planted.year, APPROVED) for u in outcome.bureau.units]
    files = write_data_files(documents, folder / "data" / f"{planted.stage}-错")
    book = collect(parse(files, folder / "parsed", pool), folder / "books" / f"{planted.stage}-错")
    outcome.books[f"{planted.stage}-错"] = book
    return book


def _tables(held: Drafts) -> Tables:
    control = held.control or None
    return Tables(held.roster, control, mapping(held.bureau))
