"""Where identities fail: the cells named, the numbers that would mend, why; and what is not claimed."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.fills import Filler
from bench.returns import as_return
from tests.check.conftest import Unit, make_book, make_return
from toolkit.check import Bureau
from toolkit.check.likely import Background, localised
from toolkit.check.localise import Proposal, State, propose
from toolkit.check.localise.cover import covers
from toolkit.check.localise.linear import Linearised
from toolkit.check.localise.proposals import candidates
from toolkit.check.localise.reach import reach_of
from toolkit.check.localise.slips import (
    DIGIT,
    DOUBLED,
    EXTRA,
    MISSING,
    OTHER,
    POINT,
    SIGN,
    TRANSPOSED,
    UNIT,
    origins,
    slip,
)
from toolkit.check.localise.system import system_of
from toolkit.check.localise.verify import mends
from toolkit.check.submissions import Received, read_submissions
from toolkit.formula import Spot, compile_suite, evaluate, homes
from toolkit.layout import arrange
from toolkit.model.fact import Key, Remark
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.model.money import in_range
from toolkit.store.parsed import write_parsed

Collect = Any


def state_of(suite: Suite, typed: dict[str, object], **more: Any) -> State:
    found = make_return(suite, Unit("101", typed=typed))
    return State(compile_suite(suite), found.facts, found.submitted, **more)


def false_of(state: State) -> frozenset[tuple[int, str, str]]:
    return frozenset(
        (id(part), instance, row)
        for check in state.program.checks
        for instance, row in homes(check, state.cells)
        for level in check.levels
        for part in level.parts
        if evaluate(part.bound, Spot(state.cells, instance, row)) is False
    )


def told(state: State) -> list[Proposal]:
    """The proposals for the failures, which in these returns all have one cause."""
    found = {one for one in propose(state, false_of(state)).values() if one}
    assert len(found) == 1
    return list(found.pop())


def named(proposals: list[Proposal]) -> list[dict[str, str]]:
    return [{".".join(p for p in (k.block, k.row, k.field) if p): str(v) for k, v in one.changes} for one in proposals]


def cell(name: str) -> Key:
    block, row, field = name.split(".")
    return Key(block, "", row, field)


def failed(findings: list[Finding], code: str) -> Finding:
    (found,) = (f for f in findings if f.code == code and f.result == "fail")
    return found


@pytest.mark.parametrize(
    ("typed", "meant", "kind"),
    [
        ("29947000", "2994.70", UNIT),
        ("0.29947", "2994.7", UNIT),
        ("481.24", "4812365", UNIT),
        ("2994700", "2994.70", UNIT),
        ("1289.87", "1298.87", TRANSPOSED),
        ("8.08", "0.88", TRANSPOSED),
        ("299.70", "2994.70", MISSING),
        ("29947", "2994", EXTRA),
        ("22994.7", "2994.7", DOUBLED),
        ("2894.70", "2994.70", DIGIT),
        ("-12", "12", SIGN),
        ("299.47", "2994.7", POINT),
        ("17", "2994.70", OTHER),
    ],
)
def test_a_slip_is_known_by_what_it_makes_of_a_number(typed: str, meant: str, kind: str) -> None:
    assert slip(Decimal(typed), Decimal(meant)).kind == kind


def test_the_fewer_ways_a_slip_can_go_the_more_it_says() -> None:
    scale, digit, other = (slip(Decimal(t), Decimal("2994.7")).cost for t in ("29947000", "2894.7", "17.31"))
    assert scale < digit < other


def test_what_a_number_may_have_come_from_holds_what_was_meant() -> None:
    for typed, meant in (("29947000", "2994.7"), ("1289.87", "1298.87"), ("299.7", "2994.7"), ("-12", "12")):
        assert Decimal(meant) in origins(Decimal(typed))


def test_a_live_formula_is_looked_through_and_a_typed_one_is_a_number(mini: Suite) -> None:
    forms = Linearised(state_of(mini, {}))
    assert forms.cell(cell("expenditure.total.this_year")).slopes == {
        cell("expenditure.basic.this_year"): 1, cell("expenditure.project.this_year"): 1,
    }  # fmt: skip
    share = forms.cell(cell("expenditure.basic.share"))
    assert share.slopes[cell("expenditure.basic.this_year")] == Fraction(2, 5)  # 100/100 − 60·100/100²
    assert cell("expenditure.project.this_year") in share.bent
    assert share.slack > 0
    over = Linearised(state_of(mini, {"expenditure.total.this_year": "100"}))
    total = cell("expenditure.total.this_year")
    assert over.cell(total).slopes == {total: 1}


def test_the_cell_on_which_two_identities_agree_is_the_one(mini: Suite) -> None:
    state = state_of(mini, {"expenditure.total.this_year": "100", "expenditure.project.this_year": "400000"})
    best = told(state)[0]
    assert named([best]) == [{"expenditure.project.this_year": "40"}]
    assert (best.kind, best.mended, best.tied) == (UNIT, 2, False)


def test_a_repair_is_certain_only_where_it_can_mean_one_thing(mini: Suite) -> None:
    """Two identities, one cell that all failures move with, and exactly ten thousand times what both ask for."""
    sure = state_of(mini, {"expenditure.total.this_year": "100", "expenditure.project.this_year": "400000"})
    assert [p.certain for p in told(sure)] == [True]
    digits = state_of(mini, {"expenditure.total.this_year": "100", "expenditure.project.this_year": "41"})
    assert [p.certain for p in told(digits)] == [False]
    alone = state_of(mini, {"expenditure.project.this_year": "400000"})
    assert not any(p.certain for p in told(alone))


def test_where_nothing_speaks_for_either_side_both_are_named_as_tied(mini: Suite) -> None:
    state = state_of(mini, {"expenditure.project.this_year": "53"})
    found = told(state)
    assert {next(iter(one)) for one in named(found)} == {"expenditure.project.this_year", "target.budget"}
    assert [p.tied for p in found] == [True, True]


@pytest.mark.parametrize(("cells", "first"), [("expenditure.project.this_year", 0), ("target.budget", 1)])
def test_what_the_reader_remarked_on_and_what_was_changed_since_weighs(mini: Suite, cells: str, first: int) -> None:
    typed: dict[str, object] = {"expenditure.project.this_year": "53"}
    key = (cell("expenditure.project.this_year"), Key("target", "01", "", "budget"))[first]
    remarked = told(state_of(mini, typed, remarked={key: "TYP-01"}))
    assert (next(iter(named(remarked)[0])), remarked[0].tied) == (cells, False)
    now = state_of(mini, typed)
    earlier = {k: f.value for k, f in now.facts.items() if isinstance(f.value, Decimal)} | {key: Decimal(7)}
    assert next(iter(named(told(state_of(mini, typed, earlier=earlier)))[0])) == cells


def test_a_formula_typed_over_is_the_first_suspect(mini: Suite) -> None:
    found = told(state_of(mini, {"expenditure.total.this_year": "117"}))
    assert named(found)[0] == {"expenditure.total.this_year": "100"}
    assert not found[0].tied


def test_a_total_that_lacks_a_term(mini: Suite) -> None:
    found = told(state_of(mini, {"expenditure.total.this_year": "60"}))
    assert named(found)[0] == {"expenditure.total.this_year": "100"}
    assert "漏加了这一项" in found[0].words


def test_a_difference_within_the_roundings_of_the_terms_is_told_as_such(mini: Suite) -> None:
    typed: dict[str, object] = {f"projects[{n}].code": f"101-X{n}" for n in range(1, 5)}
    typed |= {f"projects[{n}].name": f"项目{n}" for n in range(1, 5)}
    typed |= {f"projects[{n}].fiscal": f"10.{n}3" for n in range(1, 5)}
    typed |= {f"projects[{n}].other": "0" for n in range(1, 5)}
    found = told(state_of(mini, {**typed, "projects.total.fiscal": "41.13"}))
    assert named(found)[0] == {"projects.total.fiscal": "41.12"}
    assert "舍位" in found[0].words


def test_a_factor_of_a_product_is_solved_for_exactly(mini: Suite) -> None:
    row: dict[str, object] = {"purchases[1].quantity": "7", "purchases[1].price": "12.50", "purchases[1].amount": "175"}
    found = told(state_of(mini, row))
    assert {"purchases.001.quantity": "14"} in named(found)
    assert {"purchases.001.price": "25"} in named(found)


def test_several_cells_together_where_no_single_one_will_do(mini: Suite) -> None:
    state = state_of(mini, {"expenditure.project.this_year": "45", "expenditure.total.this_year": "115"})
    found = told(state)
    assert found
    assert all(len(p.changes) == 2 for p in found)
    assert {"expenditure.project.this_year": "40", "expenditure.total.this_year": "100"} in named(found)
    assert len({p.changes for p in found}) == len(found)


def test_values_pasted_after_they_were_computed_are_read_both_ways(mini: Suite) -> None:
    """The total was computed from the wrong entry, then everything became values: the entry is found, the total goes with it."""
    state = state_of(mini, {"expenditure.project.this_year": "400000", "expenditure.total.this_year": "400060"})
    found = told(state)
    assert named(found) == [{"expenditure.project.this_year": "40"}, {"target.budget": "400000"}]
    assert [(p.kind, p.carried, p.certain) for p in found] == [(UNIT, True, False), (UNIT, False, False)]


def test_covers_come_cheapest_first_and_the_same_each_time(mini: Suite) -> None:
    state = state_of(mini, {"expenditure.project.this_year": "45", "expenditure.total.this_year": "115"})
    failing = [c for c in _comparisons(state) if c.check.code in ("SUM-02", "XF-01")]
    system = system_of(state, failing)
    assert system is not None
    cells = sorted({k for one in system.identities for k in one.slopes})
    total = cell("expenditure.total.this_year")
    weights = {key: 1.0 if key == total else 2.0 for key in cells}
    first, again = (list(covers(system, system.failed, weights, 3)) for _ in range(2))
    assert first == again
    assert total in first[0]
    assert all(mends(system, changes, system.failed) for changes in first)


def _comparisons(state: State) -> list[Any]:
    reach = reach_of(state.program)
    return [reach.of_part[part] for part in dict.fromkeys(at[0] for at in false_of(state))]


def test_every_proposal_mends_all_and_breaks_nothing(mini: Suite) -> None:
    """The reference evaluator over the changed return, all rules: nothing is false that was not, the failures are gone."""
    for typed in (
        {"expenditure.project.this_year": "53"},
        {"expenditure.total.this_year": "100", "expenditure.project.this_year": "400000"},
        {"expenditure.project.this_year": "45", "expenditure.total.this_year": "115"},
        {"projects.total.fiscal": "14"},
    ):
        state = state_of(mini, dict(typed))
        before = _told_apart(state)
        for at, proposals in propose(state, false_of(state)).items():
            for one in proposals:
                mended = {_name(key): str(value) for key, value in one.changes}
                after = _told_apart(state_of(mini, {**typed, **mended}))
                assert (reach_of(state.program).of_part[at[0]].check.id, *at[1:]) not in after
                assert after <= before


def _name(key: Key) -> str:
    """As a unit of the tests types it."""
    row = f"[{int(key.row)}]" if key.row.isdigit() else f".{key.row}" if key.row else ""
    return (f"P{key.instance}:" if key.instance else "") + f"{key.block}{row}.{key.field}"


def _told_apart(state: State) -> set[tuple[str, str, str]]:
    """The checks that fail though a correct return cannot fail them, by home."""
    of_part = reach_of(state.program).of_part
    return {(of_part[at[0]].check.id, *at[1:]) for at in false_of(state) if of_part[at[0]].binding}


def test_a_change_that_breaks_another_rule_is_no_proposal(mini: Suite) -> None:
    """Basic expenditure of 3 would mend the total, but travel (5) may not be more than it."""
    state = state_of(mini, {"expenditure.total.this_year": "43"})
    assert named(told(state)) == [{"expenditure.total.this_year": "100"}]
    keys = {key for key, _ in candidates(state, false_of(state))}
    assert cell("expenditure.basic.this_year") not in keys


def test_nothing_is_proposed_where_nothing_failed_or_only_a_limit_that_may_be_explained(mini: Suite) -> None:
    assert propose(state_of(mini, {}), frozenset()) == {}
    late = state_of(mini, {"P01:plan.jun": "10"})
    assert false_of(late)
    assert propose(late, false_of(late)) == {}


def test_a_finding_names_cell_value_and_reason(collect: Collect, unit: type[Unit]) -> None:
    typed = {"expenditure.total.this_year": "100", "expenditure.project.this_year": "400000"}
    findings = collect(unit("101", typed=typed))
    for code in ("SUM-02", "XF-01"):
        found = failed(findings, code)
        guess = found.likely[0]
        assert (found.places[guess.place].row, found.places[guess.place].field) == ("project", "this_year")
        assert (guess.value, guess.unit_of_measure, found.repair) == ("40.00", "万元", "40.00")
        assert "可能按“元”填列" in guess.reason
        assert "2 项勾稽关系同时成立" in guess.reason
        assert found.told(guess).endswith(f"{found.places[guess.place].cell}，应为 40.00 万元")


def test_a_toss_up_is_called_one(collect: Collect, unit: type[Unit]) -> None:
    found = failed(collect(unit("101", typed={"expenditure.project.this_year": "53"})), "XF-01")
    assert [g.value for g in found.likely] == ["40.00", "53.00"]
    assert all("哪一边有误无法确定" in g.reason for g in found.likely)
    assert found.repair is None
    other = found.places[found.likely[1].place]
    assert found.told(found.likely[1]) == f"{other.sheet}!{other.cell}，应为 53.00 万元"


def test_a_remark_of_the_reader_decides_between_two_sides(collect: Collect, unit: type[Unit], key: Any) -> None:
    target = key("P01:target.budget")
    remark = Remark("TYP-02", "单位与表头不符", target, "P01_绩效", "B4", actual="40", severity="warning")
    typed = {"expenditure.project.this_year": "53"}
    found = failed(collect(unit("101", typed=typed, remarks=(remark,))), "XF-01")
    assert found.places[found.likely[0].place].block == "target"
    assert "无法确定" not in found.likely[0].reason


def test_last_years_book_stands_on_one_side(mini: Suite, collect: Collect, unit: type[Unit], tmp_path: Path) -> None:
    """What a unit typed as last year’s figure can be wrong, the book of last year cannot."""
    (tmp_path / "before").mkdir()
    was = {"expenditure.basic.this_year": "50", "expenditure.project.this_year": "40"}
    with make_book(mini, (unit("101", typed=was, year=2020),), tmp_path / "before") as prior:
        typed = {"expenditure.basic.last_year": "500000"}
        findings = collect(unit("101", typed=typed), bureau=Bureau(prior=prior))
    found = [f for f in findings if (f.code, f.result) == ("XY-01", "fail")]
    assert len(found) == 2  # the row itself, and the total that its formula carries it into
    for one in found:
        guess = one.likely[0]
        assert (one.places[guess.place].row, one.places[guess.place].field) == ("basic", "last_year")
        assert guess.value == "50.00"


def test_the_version_that_was_replaced_is_looked_into(mini: Suite, unit: type[Unit], tmp_path: Path) -> None:
    """Of two cells that would do, the one that was changed since the earlier version."""
    now, was = (
        unit("101", typed={"expenditure.project.this_year": "53", "P01:target.budget": b}) for b in ("40", "53")
    )
    old = "0" * 64
    with make_book(mini, (now,), tmp_path) as book:
        write_parsed(tmp_path / "out" / "state" / "parsed" / "1", old, make_return(mini, was))
        (ret,) = (s.ret for s in read_submissions(book.connection))
        received = [Received(old, "101.xlsx", "superseded", superseded_by=ret), Received(ret, "101.xlsx", "accepted")]
        background = Background(book, received)
        earlier = background.earlier(ret)
        assert earlier is not None
        assert earlier[Key("target", "01", "", "budget")] == 53
        assert background.earlier(old) is None
        state = state_of(mini, {"expenditure.project.this_year": "53"}, earlier=earlier)
    assert named(told(state))[0] == {"target.budget": "53"}
    assert "上一次报送" in told(state)[0].words


def test_returns_without_a_failed_identity_cost_nothing(mini: Suite, unit: type[Unit], tmp_path: Path) -> None:
    with make_book(mini, (unit("101"), unit("102", typed={"cover.remark": "无"})), tmp_path) as book:
        program, submissions = compile_suite(mini), read_submissions(book.connection)
        assert (
            localised(book.connection, program, submissions, {s.ret: [] for s in submissions}, Background(book)) == {}
        )


def test_the_solver_is_loaded_only_where_no_single_cell_will_do() -> None:
    """Most runs never need it: neither the package nor a return with one wrong cell loads it."""
    program = (
        "import sys; from tests.check.test_localise import *; from toolkit.catalog import load_suite\n"
        "from tests.check.conftest import MINI\n"
        "suite = load_suite(MINI)\n"
        "one = state_of(suite, {'expenditure.project.this_year': '53'})\n"
        "assert told(one) and 'highspy' not in sys.modules\n"
        "two = state_of(suite, {'expenditure.project.this_year': '45', 'expenditure.total.this_year': '115'})\n"
        "assert told(two) and 'highspy' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_the_same_return_gives_the_same_proposals_in_every_process() -> None:
    """Also where Python orders its sets otherwise."""
    program = (
        "from tests.check.test_localise import *; from toolkit.catalog import load_suite\n"
        "from tests.check.conftest import MINI\n"
        "suite = load_suite(MINI)\n"
        "for typed in ({'expenditure.project.this_year': '45', 'expenditure.total.this_year': '115'},\n"
        "              {'expenditure.project.this_year': '53'}):\n"
        "    print(told(state_of(suite, typed)))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1] != b""


def test_returns_full_of_nonsense_are_borne(hebei: Suite) -> None:
    """Random fills fail a hundred identities at once, with marks and blanks among them."""
    filler = Filler(arrange(hebei, 2), compile_suite(hebei))
    proposed = 0
    for seed in range(3):
        found = as_return(filler, filler.fill(Random(seed)), "")
        state = State(filler.program, found.facts, found.submitted)
        false = false_of(state)
        assert len(false) > 20
        for proposals in propose(state, false).values():
            proposed += len(proposals)
            for one in proposals:
                assert all(state.may_change(key) and in_range(value) for key, value in one.changes)
    assert proposed
