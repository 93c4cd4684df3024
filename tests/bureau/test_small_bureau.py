"""The measurements of ``bench`` on a bureau of a few units: made, judged, compared."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bench import reconcile, rounding
from bench.bureau.collection import Sent, Tables, collect, failed, findings, parse, write_data_files
from bench.bureau.forms import DRAFT, budget
from bench.bureau.making import make_bureau
from bench.bureau.report import report
from bench.bureau.run import Outcome, run
from bench.bureau.score import INFO
from bench.bureau.workbooks import sample
from bench.bureau.world import LAST
from bench.reconcile_in_pandas import in_pandas

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(9, 6, tmp_path_factory.mktemp("bureau"), workers=1, say=lambda _: None)


def test_nothing_above_a_hint_is_told_of_consistent_data(outcome: Outcome) -> None:
    loud = [f for stage in outcome.clean.values() for f in stage if f.severity != INFO]
    assert [f"{f.code} {f.unit} {f.message}" for f in loud] == []


def test_planted_mistakes_are_told_and_the_page_says_so(outcome: Outcome) -> None:
    judged = [j for score in outcome.scores.values() for j in score.judged]
    assert len(judged) >= 6
    assert sum(bool(j.caused) for j in judged) >= 0.8 * len(judged)
    assert f"of {len(judged)}" in report(outcome)


def test_real_workbooks_hold_the_same_facts(outcome: Outcome, tmp_path: Path) -> None:
    files = [Sent(f"{path.stem}.xlsx", path) for path in sorted((outcome.folder / "data" / "二上-错").glob("*.json"))]
    found = sample(files, outcome.books["二上-错"], tmp_path, 2, 1, workers=1)
    assert found.apart == ()
    assert found.facts > 1000


def test_rounding_brings_about_no_error(tmp_path: Path) -> None:
    made = rounding.judged(1, 4, tmp_path, None)
    assert made.books == 8
    assert [f"{f.code} {f.message}" for f in made.found] == []


def test_sums_of_doubles_keep_their_noise_to_the_sixth_decimal() -> None:
    assert Decimal(rounding.in_doubles(["0.1", "0.2"])) == Decimal("0.3")
    assert Decimal(rounding.in_doubles(["123456.78"] * 3)) == Decimal("370370.34")


def test_duckdb_and_pandas_find_the_same(tmp_path: Path) -> None:
    made = reconcile.make(tmp_path, 10_000, units=6)
    assert made["facts"] >= 10_000
    ours, theirs = reconcile.in_duckdb(tmp_path), in_pandas(tmp_path / reconcile.FACTS, reconcile.Laps())
    assert ours["rules"] == theirs["rules"]
    assert (ours["rolled"], ours["transfers"]) == (theirs["rolled"], theirs["transfers"])
    assert sum(ours["rules"].values()) > 0


def test_a_classified_goal_that_is_written_out_is_told_although_the_purpose_is_masked(tmp_path: Path) -> None:
    bureau = make_bureau(1, 300)
    unit = next(u for u in bureau.units if any(p.secret for p in u.running(LAST)))
    document = budget(bureau, unit, LAST, DRAFT)
    sheet = next(s for s in document["forms"]["target"] if s["target"].get("classified") == "是")
    sheet["goals"][0]["goal"] = "建成专用加密网络"
    book = collect(parse(write_data_files([document], tmp_path / "data"), tmp_path / "parsed"), tmp_path / "book")
    told = [f for f in failed(findings(book, Tables())) if f.code == "SEC-01"]
    assert [str(f.severity) for f in told] == ["error"]
