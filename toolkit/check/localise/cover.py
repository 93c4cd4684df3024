"""Several cells together: the cheapest set of cells that meets every failed identity and all those implied by them.

A set of cells can mend the failures only if it meets each failed identity, and each identity that follows from these
and the ones that hold. So: the cheapest cover (HiGHS), an exact solution in its cells or else an implied identity that it
does not meet, which becomes another row, and again (Garfinkel, Kunnathur and Liepins 1986, for equalities).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from toolkit.check.localise.linear import decimal
from toolkit.check.localise.system import Identity, System
from toolkit.model.fact import Key
from toolkit.model.money import normal, round_half_up

MOST_CELLS = 600
MOST_ROUNDS = 40
MOST_TOGETHER = 4
"""Changes proposed together at most: more is no localisation."""
_NODES = 2_000

Row = dict[Key, Fraction]


def covers(
    system: System, failed: Sequence[Identity], weights: Mapping[Key, float], most: int
) -> Iterator[dict[Key, Decimal]]:
    """Sets of changes that mend the failures, the cheapest first, at most ``most``; none where the problem is too large.

    ``weights``: what changing a cell costs (> 0). The number of rounds and of the solver's nodes is bounded, not time,
    so that the same return always gives the same answer.
    """
    equalities = _near(system, failed)
    cells = sorted(key for key in weights if any(key in one.slopes for one in equalities))
    if not cells or len(cells) > MOST_CELLS:
        return
    rows = [frozenset(one.slopes) & set(cells) for one in failed]
    if not all(rows):
        return
    without: list[frozenset[Key]] = []
    found = 0
    for _ in range(MOST_ROUNDS):
        chosen = _cheapest(cells, weights, rows, without)
        if chosen is None or len(chosen) > MOST_TOGETHER:
            return
        steps, implied = _solve(equalities, chosen)
        if steps is not None:
            without.append(frozenset(chosen))
            changes = _typed(system, steps)
            if len(changes) == len(chosen):
                yield changes
                found += 1
                if found >= most:
                    return
            continue
        row = frozenset(implied) & set(cells) - set(chosen)
        if not row:
            without.append(frozenset(chosen))
        else:
            rows.append(row)


def _near(system: System, failed: Sequence[Identity]) -> list[Identity]:
    """The failures of the group, and the identities that hold on any cell near them (other failures left out)."""
    own = {one.at for one in failed}
    keys = {key for one in failed for key in one.slopes}
    touched = {one.at: one for key in sorted(keys) for one in system.by_key.get(key, ())}
    held = [
        one for one in touched.values() if one.at not in own and not one.failed and one.sign == "=" and not one.bent
    ]
    return [*failed, *held]


def _cheapest(
    cells: Sequence[Key],
    weights: Mapping[Key, float],
    rows: Sequence[frozenset[Key]],
    without: Sequence[frozenset[Key]],
) -> list[Key] | None:
    """The cheapest set of cells that meets every row and holds none of the sets ``without``; None where there is none."""
    import highspy  # noqa: PLC0415 - only where an identity failed that no single cell mends

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
                        ("mip_max_nodes", _NODES)):  # fmt: skip
        solver.setOptionValue(name, value)
    # Equal weights are told apart by the order of the cells, so that the cheapest set is always one and the same.
    binary = {key: solver.addBinary(obj=weights[key] + n * 1e-6) for n, key in enumerate(cells)}
    for row in rows:
        solver.addConstr(sum(binary[key] for key in sorted(row)) >= 1)
    for held in without:
        solver.addConstr(sum(binary[key] for key in sorted(held)) <= len(held) - 1)
    solver.minimize()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = solver.getSolution().col_value
    return [key for n, key in enumerate(cells) if values[n] > 0.5]


def _solve(equalities: Sequence[Identity], chosen: Sequence[Key]) -> tuple[dict[Key, Fraction] | None, Row]:
    """Steps of the chosen cells that make the failures exact and leave what holds as it is, by exact elimination.

    Where there are none, the slopes of an identity that follows from the others, fails, and has none of these cells.
    """
    work: list[tuple[Row, Fraction]] = []
    for one in equalities:
        row = dict(one.slopes)
        wanted = -Fraction(one.gap) if one.failed else Fraction(0)
        for other, aim, pivot in _pivots(work, chosen):
            if pivot in row:
                factor = row[pivot] / other[pivot]
                row = _less(row, other, factor)
                wanted -= factor * aim
        if any(key in row for key in chosen):
            work.append((row, wanted))
        elif abs(wanted) > Fraction(one.tolerance):
            return None, row
    return _back(work, chosen), {}


def _pivots(work: Sequence[tuple[Row, Fraction]], chosen: Sequence[Key]) -> Iterator[tuple[Row, Fraction, Key]]:
    for row, aim in work:
        yield row, aim, next(key for key in chosen if key in row)


def _less(row: Row, other: Row, factor: Fraction) -> Row:
    made = dict(row)
    for key, slope in other.items():
        made[key] = made.get(key, Fraction(0)) - factor * slope
    return {key: slope for key, slope in made.items() if slope}


def _back(work: Sequence[tuple[Row, Fraction]], chosen: Sequence[Key]) -> dict[Key, Fraction]:
    """The steps from the triangular rows; a cell that nothing fixes stays as it is."""
    steps = dict.fromkeys(chosen, Fraction(0))
    for row, aim, pivot in reversed(list(_pivots(work, chosen))):
        rest = sum((slope * steps[key] for key, slope in row.items() if key in steps and key != pivot), Fraction(0))
        steps[pivot] = (aim - rest) / row[pivot]
    return steps


def _typed(system: System, steps: Mapping[Key, Fraction]) -> dict[Key, Decimal]:
    """The numbers to type, without the cells that stay as they are."""
    changes = {}
    for key, step in steps.items():
        if not step:
            continue
        at = system.state.number(key) or Decimal(0)
        exact = at + decimal(step)
        changes[key] = exact if normal(exact) == exact else round_half_up(exact, 2)
    return changes
