"""A failed comparison in words: what was typed, what was expected and by which account, the difference."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.locate import Desk
from toolkit.check.verdicts import Hit, Outcome
from toolkit.check.wording import gap_unit, number, places_of, plain_text, spaced, with_unit
from toolkit.formula import Bound, Cell, Literal, Op, Range, to_chinese, walk
from toolkit.model.fact import Value

_WANTED = {
    "=": "应为", "<>": "不应等于", "<=": "不应大于", "<": "应小于", ">=": "不应小于", ">": "应大于",
}  # fmt: skip
_GAP = {"=": "相差", "<=": "超出", ">=": "少了"}


@dataclass(frozen=True, slots=True)
class Account:
    """One comparison told: the phrase, and the finding's values (decimal strings or texts)."""

    phrase: str
    actual: str | None
    expected: str | None
    difference: str | None
    unit: str | None


def compares(outcome: Outcome) -> bool:
    """Whether the part shows two sides."""
    return outcome.part.lhs is not None and outcome.part.rhs is not None


def counts(outcome: Outcome) -> bool:
    """Whether the left side counts rows: two counts say less to a unit than the requirement itself."""
    lhs = outcome.part.lhs
    return lhs is not None and any(isinstance(t, Op) and t.name.startswith("COUNT") for t in walk(lhs))


def tell(desk: Desk, hit: Hit, outcome: Outcome) -> Account:
    """``“支出合计·本年预算”填 2994.70 万元，应为 2995.70 万元（基本支出＋项目支出），相差 -1.00 万元``."""
    part = outcome.part
    unit = part.unit_of_measure
    operator = part.bound.name if isinstance(part.bound, Op) else "="
    subject = _subject(desk, hit, part.lhs)
    actual = f"{subject}{'填' if isinstance(part.lhs, Cell) else '为'}{spaced(outcome.actual, unit)}"
    if operator == "<>" and isinstance(part.rhs, Cell):
        wanted = f"不应与{to_chinese(part.rhs, desk.suite)}相同"
    else:
        wanted = f"{_WANTED.get(operator, '应为')}{spaced(outcome.expected, unit)}{_reason(desk, _taken(part.rhs, part.lhs))}"
    said = [actual, wanted]
    gap = difference(outcome.actual, outcome.expected)
    if gap is not None and operator in _GAP:
        amount = abs(gap) if operator in ("<=", ">=") else gap
        said.append(f"{_GAP[operator]} {with_unit(number(amount, places_of(unit)), gap_unit(unit))}")
    return Account(
        "，".join(said),
        plain_text(outcome.actual, unit),
        plain_text(outcome.expected, unit),
        None if gap is None else number(gap, places_of(unit)),
        unit if isinstance(outcome.actual, Decimal) or isinstance(outcome.expected, Decimal) else None,
    )


def difference(actual: Value, expected: Value) -> Decimal | None:
    """Actual minus expected, exact, of two numbers."""
    return actual - expected if isinstance(actual, Decimal) and isinstance(expected, Decimal) else None


def _subject(desk: Desk, hit: Hit, side: Bound | None) -> str:
    if isinstance(side, Cell):
        key = desk.key(hit, side.ref)
        if key is not None:
            return ("上年的" if side.prior else "") + desk.label_in_row(hit, key)
    return to_chinese(side, desk.suite) if side is not None else ""


def _taken(side: Bound | None, other: Bound | None) -> Bound | None:
    """The branch that gave the value where only one can have: an IF without else, or with the other side as a branch."""
    if isinstance(side, Op) and side.name == "IF":
        branches = [branch for branch in side.args[1:] if branch != other]
        if len(branches) == 1:
            return branches[0]
    return side


def _reason(desk: Desk, side: Bound | None) -> str:
    """By which account the expected value is what it is; nothing to say of a constant."""
    if side is None or isinstance(side, Literal):
        return ""
    if isinstance(side, Op) and side.name == "LOOKUP":
        source = next(arg for arg in side.args if isinstance(arg, Range))
        return f"（按《{desk.suite.form_of_block[source.ref.block].title}》）"
    return f"（{to_chinese(side, desk.suite)}）"
