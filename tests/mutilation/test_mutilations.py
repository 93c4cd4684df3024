"""Whatever was done to a workbook: read right, or refused by name; never silently wrong; as the committed table says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from bench.mutilation.catalogue import kinds
from bench.mutilation.judge import MISREAD, READ, Judged, judge
from bench.mutilation.sample import MINI
from bench.mutilation.table import PATH, SAMPLES, Row, rows
from bench.mutilation.work import GNUMERIC, OFFICE, Kind
from bench.office import Office

CASES = [(kind, name) for kind in kinds().values() for name in kind.samples]


PROGRAMS = [(kind, name) for kind, name in CASES if OFFICE in kind.means or GNUMERIC in kind.means]
SMALL = [(kind, name) for kind, name in CASES if (kind, name) not in PROGRAMS and name == MINI]
PUBLISHED = [(kind, name) for kind, name in CASES if (kind, name) not in PROGRAMS and name != MINI]


def _name(value: object) -> str:
    return value.id if isinstance(value, Kind) else str(value)


@cache
def _table() -> dict[str, Row]:
    return rows(PATH.read_text(encoding="utf-8"))


def _holds(judged: Judged) -> None:
    assert judged.verdict != MISREAD, judged.wrong
    assert judged.alarms == ()
    if judged.kind.intact:
        assert judged.verdict == READ
    if judged.kind.code:
        assert judged.finding, f"no finding {judged.kind.code} says “{judged.kind.says}”"
    assert judged.cell != "错", judged.finding
    row, at = _table()[judged.kind.id], SAMPLES.index(judged.sample)
    assert (row.verdicts[at], row.cells[at]) == (judged.verdict, judged.cell), "run python -m bench.mutilation"


@pytest.mark.parametrize(("kind", "sample"), SMALL, ids=_name)
def test_a_mutilated_workbook_is_read_right_or_refused_by_name(kind: Kind, sample: str) -> None:
    _holds(judge(kind, sample))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "sample"), PUBLISHED, ids=_name)
def test_so_is_a_published_budget(kind: Kind, sample: str) -> None:
    _holds(judge(kind, sample))


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "sample"), PROGRAMS, ids=_name)
def test_one_mutilated_in_a_real_program_as_well(office: Office, kind: Kind, sample: str) -> None:
    _holds(judge(kind, sample, office))


def test_the_table_lists_every_kind_and_no_other() -> None:
    assert list(_table()) == list(kinds())
    assert all((row.means, row.intact) == (kinds()[row.id].means, kinds()[row.id].intact) for row in _table().values())


def test_the_table_keeps_what_is_promised() -> None:
    verdicts = [(row.intact, verdict) for row in _table().values() for verdict in row.verdicts if verdict]
    intact = [verdict for whole, verdict in verdicts if whole]
    assert len(_table()) >= 45
    assert not any(verdict == MISREAD for _, verdict in verdicts)
    assert intact.count(READ) >= 0.95 * len(intact)
    assert not any(cell == "错" for row in _table().values() for cell in row.cells)
