"""Typing: a syntax tree and a suite → a bound term. Operators here, functions in ``signatures``."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.formula.scope import Position, Use, position_of, resolve
from toolkit.formula.syntax import Apply, Name, Node, Number, Text
from toolkit.formula.terms import COMPARISONS, Bound, Cell, Domain, Literal, Op, Range, Ref, Type
from toolkit.model.errors import FormulaError
from toolkit.model.form import Field, FieldType, Suite
from toolkit.model.money import AMOUNT_TOLERANCE, convert, is_money

MOST_PLACES = 18
"""Products of up to three cells: with 6 places each, 38 digits still hold their values."""

WORDS = {Type.NUMBER: "数字", Type.TEXT: "文本", Type.BOOLEAN: "条件（真假）", Type.DATE: "日期"}


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its suite, domain, parameters, tolerance, and row (``here``, see ``uses``)."""

    suite: Suite
    domain: Domain
    parameters: Mapping[str, Decimal]
    tolerance: Decimal | None = None
    here: tuple[str, str] | None = None

    def use(self, name: Name, position: Position) -> Use:
        return resolve(self.suite, name, position, self.here)


def type_of(field: Field) -> Type:
    """The type of the field's values in expressions."""
    if field.type.is_number:
        return Type.NUMBER
    return Type.DATE if field.type is FieldType.DATE else Type.TEXT


def bind(scope: Scope, node: Node) -> Bound:
    """The bound term of a tree. Raises FormulaError with the offset of what does not fit."""
    if isinstance(node, Number | Text):
        return Literal(Type.NUMBER if isinstance(node, Number) else Type.TEXT, node.value)
    if isinstance(node, Name):
        return cell(scope.use(node, Position.SCALAR))
    operator = _OPERATORS.get(node.name)
    return _call(scope, node) if operator is None else operator(scope, node)


def _call(scope: Scope, node: Apply, inside: str = "") -> Bound:
    """A function: its arguments are bound in turn, so that the two modules need each other."""
    from toolkit.formula.signatures import call  # noqa: PLC0415

    return call(scope, node, inside)


def cell(use: Use, *, prior: bool = False) -> Cell:
    """The scalar term of a name."""
    f = use.field
    return Cell(use.ref, type_of(f), f.type is FieldType.AMOUNT, f.unit, f.blank_is_zero and f.type.is_number, prior)


def spread(scope: Scope, name: Node, function: str) -> Range:
    """The range term of a name ``block[].field``."""
    if not isinstance(name, Name):
        raise FormulaError(f"{function} 的这个参数只能是整列，如 projects[].budget", "", at(name))
    use = scope.use(name, Position.RANGE)
    form = scope.suite.form_of_block[use.ref.block]
    across = form.repeat > 0 and form.id != scope.domain.form
    ref = Ref(use.ref.block, None, use.ref.field, many=True, across=across)
    return Range(ref, type_of(use.field), use.field.type is FieldType.AMOUNT, use.field.unit)


def cell_or_range(scope: Scope, node: Node, function: str) -> Cell | Range:
    """An argument of SUM, MIN, MAX, COUNT or COUNTA: names only."""
    if isinstance(node, Apply) and node.name in ("UNITS", "PRIOR"):
        found = _call(scope, node, inside=function)
        if isinstance(found, Cell | Range):
            return found
    if not isinstance(node, Name):
        hint = (
            "；几项相加请直接用 +" if function == "SUM" else "；比较大小请用 IF" if function in ("MIN", "MAX") else ""
        )
        raise FormulaError(f"{function} 只能对栏目取值，不能对算式取值{hint}", "", at(node))
    if position_of(function, 0, node) is Position.RANGE:
        return spread(scope, node, function)
    return cell(scope.use(node, Position.SCALAR))


def expect(scope: Scope, node: Node, wanted: Type, who: str) -> Bound:
    """The term of ``node``, which must have the type wanted."""
    term = bind(scope, node)
    if term.type is not wanted:
        raise FormulaError(f"{who}{_gap(who)}要{WORDS[wanted]}，这里是{WORDS[term.type]}", "", at(node))
    return term


def _gap(who: str) -> str:
    return " " if who[-1].isascii() else ""


def require(scope: Scope, node: Node, wanted: Type, who: str) -> Bound:
    """The term of a whole expression, which must have the type wanted."""
    term = bind(scope, node)
    if term.type is not wanted:
        raise FormulaError(f"{who}要{WORDS[wanted]}，表达式给出{WORDS[term.type]}", "", at(node))
    return term


def at(node: Node) -> int:
    """The offset of the node's leftmost character (for operators: of the left side)."""
    if isinstance(node, Apply) and node.name in (*COMPARISONS, "+", "-", "*", "/") and node.args:
        return at(node.args[0])
    return node.at


def _compare(scope: Scope, node: Apply) -> Bound:
    left, right = (bind(scope, arg) for arg in node.args)
    left, right = _dated(left, right, node), _dated(right, left, node)
    if left.type is not right.type:
        raise FormulaError(f"“{node.name}”两边类型不同：{WORDS[left.type]}与{WORDS[right.type]}", "", node.at)
    if left.type is Type.BOOLEAN:
        raise FormulaError(f"条件不能用“{node.name}”比较：请用 AND、OR、NOT", "", node.at)
    if left.type is Type.TEXT and node.name not in ("=", "<>"):
        raise FormulaError(f"文本只能比较相等（= 或 <>），不能用“{node.name}”", "", node.at)
    tolerance = None
    if left.type is Type.NUMBER:
        typed = AMOUNT_TOLERANCE if left.amount or right.amount else Decimal(0)
        coarse = left.unit, right.unit
        left, right = in_one_unit(left, right)
        tolerance = (typed if scope.tolerance is None else scope.tolerance) * _finer(coarse, left.unit)
    return Op(node.name, (left, right), Type.BOOLEAN, left.amount or right.amount, left.unit, tolerance)


def _dated(side: Bound, other: Bound, node: Apply) -> Bound:
    """A text literal beside a date is a date."""
    if other.type is not Type.DATE or not isinstance(side, Literal) or not isinstance(side.value, str):
        return side
    try:
        return Literal(Type.DATE, datetime.date.fromisoformat(side.value))
    except ValueError:
        raise FormulaError(f"“{side.value}”不是日期：请写 2021-01-31 的形式", "", node.at) from None


def _logic(scope: Scope, node: Apply) -> Bound:
    if not node.args or (node.name == "NOT" and len(node.args) != 1):
        raise FormulaError(f"{node.name} 的条件个数不对", "", node.at)
    return Op(node.name, tuple(expect(scope, a, Type.BOOLEAN, node.name) for a in node.args), Type.BOOLEAN)


def _division(scope: Scope, node: Apply) -> Bound:
    del scope
    raise FormulaError("除法要写在 ROUND 里，如 ROUND(a / b, 2)，以便各处结果一致", "", node.at)


def _joined(scope: Scope, node: Apply) -> Bound:
    return Op("&", tuple(expect(scope, arg, Type.TEXT, "&") for arg in node.args), Type.TEXT)


def _arithmetic(scope: Scope, node: Apply) -> Bound:
    sign = "-" if node.name == "NEG" else node.name
    args = tuple(expect(scope, a, Type.NUMBER, f"“{sign}”") for a in node.args)
    if node.name == "*":
        return product(args, node.at)
    args = in_one_unit(*args)
    scale = max(a.scale for a in args)
    return Op(node.name, args, Type.NUMBER, any(a.amount for a in args), unit_of(args), scale=scale)


def in_one_unit(*terms: Bound) -> tuple[Bound, ...]:
    """The terms in the finest unit of money among them (元 beside 万元): multiplied, so that nothing is rounded."""
    units = {term.unit for term in terms if term.unit is not None and is_money(term.unit)}
    if len(units) < 2:
        return terms
    finest = min(units, key=lambda unit: convert(Decimal(1), unit, "元"))
    return tuple(in_unit(term, finest) for term in terms)


def in_unit(term: Bound, unit: str | None) -> Bound:
    """The term in a finer unit of money. Raises FormulaError for a coarser one: it would have to be rounded."""
    factor = _finer((term.unit,), unit)
    if factor == 1:
        return term
    if factor < 1:
        raise FormulaError(f"公式得出{term.unit}，栏目以{unit}计：请写 ROUND(… / {1 / factor:f}, 2)")
    return Op("*", (term, Literal(Type.NUMBER, factor)), Type.NUMBER, term.amount, unit, scale=term.scale)


def _finer(units: tuple[str | None, ...], unit: str | None) -> Decimal:
    """How many of ``unit`` the coarsest of the money units has; 1 where there is nothing to convert."""
    if unit is None or not is_money(unit):
        return Decimal(1)
    return max(
        (convert(Decimal(1), one, unit) for one in units if one is not None and is_money(one)), default=Decimal(1)
    )


def one_unit(who: str, terms: Sequence[Bound], offset: int) -> None:
    """Raises FormulaError where columns that are added or chosen from have different units of money."""
    units = sorted({term.unit for term in terms if term.unit is not None and is_money(term.unit)})
    if len(units) > 1:
        raise FormulaError(f"{who} 的各栏计量单位不同（{'、'.join(units)}）：请用 + 相加，由系统换算", "", offset)


def product(factors: tuple[Bound, ...], offset: int) -> Bound:
    """The product of the factors, 1 where there is none."""
    if not factors:
        return Literal(Type.NUMBER, Decimal(1))
    result = factors[0]
    for factor in factors[1:]:
        scale = result.scale + factor.scale
        if scale > MOST_PLACES:
            raise FormulaError("连乘的栏目太多，最多三个", "", offset)
        both = (result, factor)
        result = Op("*", both, Type.NUMBER, result.amount or factor.amount, unit_of(both), scale=scale)
    return result


def unit_of(args: tuple[Bound, ...]) -> str | None:
    """The unit of the first amount, else of the first argument that has one."""
    units = [a.unit for a in args if a.amount and a.unit] or [a.unit for a in args if a.unit]
    return units[0] if units else None


_OPERATORS: dict[str, Callable[[Scope, Apply], Bound]] = {
    **dict.fromkeys(COMPARISONS, _compare),
    **dict.fromkeys(("AND", "OR", "NOT"), _logic),
    **dict.fromkeys(("+", "-", "*", "NEG"), _arithmetic),
    "/": _division,
    "&": _joined,
}
