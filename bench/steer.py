"""Steers a fill to a wanted verdict: works backwards through the terms of a check, then asks the evaluator.

Where a term can be made true in several ways one is chosen at random, and the whole is tried again where the
evaluator disagrees. Numbers that are compared are set around the tolerance: within it, on it, just beyond it.
"""

from __future__ import annotations

import datetime
import operator
from decimal import Decimal
from random import Random
from typing import cast

from bench.around import Around
from bench.assign import assign, know, unknow
from bench.edges import EXACT, INSIDE, comparisons, edge_of, gap_of, least_step
from bench.fills import WORDS, Fill, Filler, matching, spoiled
from toolkit.formula import Bound, Cell, Check, Literal, Member, Op, Spot, Type, evaluate_check, homes
from toolkit.formula.evaluate import agrees, truth
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind
from toolkit.model.money import normal

TRIES = 5
SIGNS = ("=", "<>", "<=", "<", ">=", ">")
_DATES = {
    "=": operator.eq,
    "<>": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}


def steer(filler: Filler, check: Check, want: bool | None, fill: Fill, rng: Random, edge: str | None = None) -> bool:
    """Change ``fill`` so that ``check`` has the verdict ``want`` at some home; False (unchanged) if none was found.

    ``edge``: where numbers are compared, put them "inside" or just "outside" the tolerance.
    """
    for _ in range(TRIES):
        trial = fill.copy()
        home = _home(filler, check, trial, rng)
        if home is None:
            continue
        _make_check(check, want, Around(filler, trial, home, rng, edge))
        cells = filler.cells(trial)
        if home not in homes(check, cells):
            continue
        reached = evaluate_check(check, cells, *home).value is want
        if edge is not None:
            gaps = [(term, gap_of(term, Spot(cells, *home))) for term in comparisons(check)]
            reached = any(gap is not None and edge_of(term, gap) == edge for term, gap in gaps)
        if reached:
            fill.take(trial)
            return True
    return False


def _home(filler: Filler, check: Check, trial: Fill, rng: Random) -> tuple[str, str] | None:
    """A home of the check; where it has none, or now and then, one that is filled for it."""
    found = homes(check, filler.cells(trial))
    if found and rng.random() < 0.9:
        return rng.choice(found)
    domain = check.domain
    sheets = [s for s in filler.layout.sheets if s.form.id == domain.form]
    sheet = rng.choice(sheets)
    block = sheet.by_block[domain.block].block if domain.kind == "row" else rng.choice(sheet.blocks).block
    row = ""
    if block.kind is BlockKind.LIST:
        used = filler.cells(trial).rows(block.id, sheet.instance)
        row = f"{min(len(used) + 1, block.capacity):03d}"
    elif block.kind is BlockKind.GRID:
        row = rng.choice(check.rows or tuple(r.id for r in block.rows))
    filler.row(block, sheet.instance, row, trial, rng, rng.choice((0.5, 1.0)))
    return sheet.instance, row if domain.kind == "row" else ""


def _make_check(check: Check, want: bool | None, to: Around) -> None:
    """All parts true, or all but one; that one last, so that the others do not undo it."""
    parts = [part.bound for level in check.levels for part in level.parts]
    last = to.rng.choice(parts)
    for bound in to.rng.sample(parts, len(parts)):
        if bound is not last and truth(bound, to.spot) is not True and (want is not False or to.rng.random() < 0.5):
            make(bound, True, to)
    if truth(last, to.spot) is not want or to.rng.random() < 0.5:
        make(last, want, to)


def make(term: Bound, want: bool | None, to: Around) -> None:
    """Type so that a condition becomes ``want``, if a way is found."""
    if isinstance(term, Member):
        _make_member(term, want, to)
    if not isinstance(term, Op):
        return
    if term.name in ("AND", "OR"):
        _make_joined(term, want, to)
    elif term.name == "NOT":
        make(term.args[0], None if want is None else not want, to)
    elif term.name == "IF":
        _make_branch(term, want, to)
    elif term.name == "ISBLANK":
        _make_blank(cast("Cell", term.args[0]), want, to)
    elif want is None and term.vacuous and _own(term, to) is not None:
        _make_undecided(term, to)
    elif want is None:
        loose = [a for a in term.args if not isinstance(a, Literal)]
        if loose:
            unknow(to.rng.choice(loose), to)
    elif term.name in SIGNS:
        _make_comparison(term, want, to)
    else:
        _make_text(term, want, to)


def _make_joined(term: Op, want: bool | None, to: Around) -> None:
    """AND false or OR true: one argument decides. AND true or OR false: all do. Unknown: one, the others neutral."""
    deciding = term.name == "OR"
    args = list(to.rng.sample(term.args, len(term.args)))
    if want is deciding:
        make(args[0], want, to)
        return
    for arg in args[1:]:
        if truth(arg, to.spot) is not (not deciding):
            make(arg, not deciding, to)
    if truth(args[0], to.spot) is not want or to.rng.random() < 0.3:
        make(args[0], want, to)


def _make_branch(term: Op, want: bool | None, to: Around) -> None:
    condition, *branches = term.args
    if want is None and to.rng.random() < 0.5:
        make(condition, None, to)
        return
    picked = to.rng.randrange(len(branches))
    make(condition, picked == 0, to)
    make(branches[picked], want, to)


def _make_blank(cell: Cell, want: bool | None, to: Around) -> None:
    key = to.key(cell.ref)
    if want:
        to.clear(key, marks=False)
        bound = to.filler.formula(key)
        if bound is not None:
            unknow(bound, to.at((key.instance, key.row)))
            to.forget()
    elif to.rng.random() < 0.15 and cell.type is not Type.TEXT:
        to.mark(key)
    else:
        know(cell, to)


def _own(term: Op, to: Around) -> Key | None:
    """The cell that a comparison with its own formula is about: to differ from it, it must be typed over."""
    left, right = term.args
    if isinstance(left, Cell):
        key = to.key(left.ref)
        if to.filler.formula(key) == right:
            return key
    return None


def _make_undecided(term: Op, to: Around) -> None:
    """A typed-over cell whose formula has nothing to add up, or one with a word in it."""
    key = _own(term, to)
    assert key is not None
    if to.rng.random() < 0.3:
        know(term.args[1], to)
        to.mark(key)
    else:
        unknow(term.args[1], to)
        to.put(key, to.anything(key))


def _make_comparison(term: Op, want: bool, to: Around) -> None:
    left, right = term.args
    if term.vacuous and want and to.rng.random() < 0.15:
        for cell in term.vacuous:
            unknow(cell, to)
        return
    know(left, to)
    know(right, to)
    sides = [n for n, arg in enumerate(term.args) if not isinstance(arg, Literal)]
    if not sides:
        return
    moved = to.rng.choice(sides)
    other = to.value(term.args[1 - moved])
    own = _own(term, to)
    if isinstance(other, Decimal) and abs(other) >= EXACT:
        return
    if isinstance(other, Decimal) and own is not None and moved == 0:
        to.put(own, normal(other + _gap(term, want, to)))
    elif isinstance(other, Decimal):
        gap = _gap(term, want, to)
        assign(term.args[moved], other + (gap if moved == 0 else -gap), to)
    elif isinstance(other, datetime.date):
        steps = [d for d in (-400, -1, 0, 1, 30) if _DATES[term.name](d, 0) is want]
        shift = datetime.timedelta(days=to.rng.choice(steps))
        assign(term.args[moved], other + (shift if moved == 0 else -shift), to)
    elif isinstance(other, str):
        different = [other.swapcase(), spoiled(other, to.rng), *to.rng.sample(WORDS, 2)]
        to.rng.shuffle(different)
        same = (term.name == "=") is want
        assign(term.args[moved], other if same else next(d for d in different if d != other), to)


def _gap(term: Op, want: bool, to: Around) -> Decimal:
    """left − right that makes the comparison ``want``: most often near where its answer changes."""
    tolerance = term.tolerance or Decimal(0)
    step = tolerance or least_step(term)
    factors = ("0", "0.4", "1", "1.2", "2", "50", "20000") if tolerance else ("0", "1", "2", "100")
    gaps = [sign * step * Decimal(f) for f in factors for sign in (1, -1)]
    # Near the tolerance, either verdict is welcome.
    fitting = [gap for gap in gaps if to.edge or agrees(term.name, gap, tolerance) is want]
    if to.edge == INSIDE:
        near = [gap for gap in fitting if abs(gap) <= tolerance and (gap or not tolerance)]
    else:
        near = [gap for gap in fitting if tolerance < abs(gap) <= (2 * tolerance or step)]
    return to.rng.choice(near if near and to.edge else fitting)


def _make_text(term: Op, want: bool, to: Around) -> None:
    """CONTAINS, STARTS and MATCHES."""
    whole, part = term.args
    know(part, to)
    found = to.value(part)
    piece = found if isinstance(found, str) else ""
    word = to.rng.choice(WORDS)
    old = to.value(whole)
    if term.name == "MATCHES":
        text = matching(piece, to.rng)
        made = text if want else spoiled(text, to.rng)
    elif term.name == "CONTAINS" and isinstance(old, str) and to.rng.random() < 0.7:
        # Several conditions often ask about one text: the others' words are kept.
        made = old + piece if want else old.replace(piece, "")
    elif not want:
        made = to.rng.choice((word, spoiled(piece, to.rng), piece.swapcase()))
    elif term.name == "STARTS":
        made = piece + to.rng.choice(("", word))
    else:
        made = to.rng.choice(("", word)) + piece + to.rng.choice(("", word))
    if made:
        assign(whole, made, to)


def _make_member(term: Member, want: bool | None, to: Around) -> None:
    if want is None and not (term.codes.open and to.rng.random() < 0.5):
        unknow(to.rng.choice([a for a in (term.value, term.parent) if a is not None]), to)
        return
    entry = to.rng.choice([e for e in term.codes.entries if term.parent is None or e.parent is not None])
    value, parent = entry.value, entry.parent
    if not want and term.parent is not None and to.rng.random() < 0.5:
        parent = to.rng.choice([e.parent for e in term.codes.entries if e.parent] or [value])
    elif not want:
        value = to.rng.choice((spoiled(value, to.rng), value.swapcase(), "另外", *WORDS))
    if term.parent is not None:
        assign(term.parent, parent, to)
    assign(term.value, value, to)
