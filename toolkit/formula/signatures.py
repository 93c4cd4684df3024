"""The functions of the rule language: what arguments each takes, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from toolkit.formula.bind import (
    WORDS,
    Scope,
    at,
    bind,
    cell,
    cell_or_range,
    expect,
    one_unit,
    product,
    spread,
    unit_of,
)
from toolkit.formula.scope import Position, item_rows, known
from toolkit.formula.syntax import Apply, Name, Node, Number, Text
from toolkit.formula.terms import Bound, Cell, Literal, Member, Op, Range, Type
from toolkit.model.errors import FormulaError
from toolkit.model.form import BlockKind

NUMBER, TEXT, BOOLEAN = Type.NUMBER, Type.TEXT, Type.BOOLEAN
ROUND_MOST = 6
_MOST_IN_RATIO = 14


def call(scope: Scope, node: Apply, inside: str = "") -> Bound:
    """The term of a function call. ``inside``: the aggregate function it is an argument of."""
    if node.name == "UNITS":
        if not inside:
            raise FormulaError("UNITS 只能写在 SUM、MIN、MAX、COUNT、COUNTA 里", "", node.at)
        return _units(scope, node)
    signature = _SIGNATURES.get(node.name)
    if signature is None:
        raise FormulaError(f"没有函数“{node.name}”；{known(node.name, FUNCTIONS)}", "", node.at)
    least, most, make = signature
    if not least <= len(node.args) <= most:
        count = f"{least}" if least == most else f"{least} 到 {most}" if most < 99 else f"至少 {least}"
        raise FormulaError(
            f"{node.name} 要{'' if most == 99 else ' '}{count} 个参数，这里有 {len(node.args)} 个", "", node.at
        )
    return make(scope, node)


def _units(scope: Scope, node: Apply) -> Bound:
    name = _only_name(node)
    found = cell(scope.use(name, Position.UNITS))
    return Range(found.ref, found.type, found.amount, found.unit, units=True)


def _prior(scope: Scope, node: Apply) -> Bound:
    use = scope.use(_only_name(node), Position.SCALAR)
    if use.ref.many and scope.suite.blocks[use.ref.block].kind is BlockKind.LIST:
        raise FormulaError("PRIOR 不能取明细表的逐行：行与去年的行没有固定对应", "", node.at)
    return cell(use, prior=True)


def _only_name(node: Apply) -> Name:
    if len(node.args) != 1 or not isinstance(node.args[0], Name):
        raise FormulaError(f"{node.name} 只取一个栏目，如 {node.name}(income.total)", "", node.at)
    return node.args[0]


def _aggregate(scope: Scope, node: Apply) -> Bound:
    args = tuple(cell_or_range(scope, a, node.name) for a in node.args)
    for arg, source in zip(args, node.args, strict=True):
        fits = arg.type is NUMBER or (arg.type is Type.DATE and node.name in ("MIN", "MAX", "COUNT"))
        if not fits and node.name != "COUNTA":
            hint = "；数文本的个数请用 COUNTA" if node.name == "COUNT" else ""
            raise FormulaError(f"{node.name} 要数字，这里是{WORDS[arg.type]}{hint}", "", at(source))
    if node.name in ("COUNT", "COUNTA"):
        return Op(node.name, args, NUMBER)
    if len({a.type for a in args}) > 1:
        raise FormulaError(f"{node.name} 的参数类型不一致", "", node.at)
    one_unit(node.name, args, node.at)
    return _numeric(node.name, args)


def _numeric(name: str, args: tuple[Bound, ...]) -> Op:
    """An operation whose result is one of its arguments or their sum."""
    scale = max(a.scale for a in args)
    return Op(name, args, args[0].type, any(a.amount for a in args), unit_of(args), scale=scale)


def _add(scope: Scope, node: Apply) -> Bound:
    """ADD: the sum of single cells, of the current row too. Blanks are skipped as in SUM."""
    cells: list[Bound] = []
    for arg in node.args:
        if not isinstance(arg, Name):
            raise FormulaError("ADD 只能对栏目取值，不能对算式取值", "", at(arg))
        cells.append(expect(scope, arg, NUMBER, "ADD"))
    one_unit("ADD", cells, node.at)
    return _numeric("SUM", tuple(cells))


def _matching(scope: Scope, node: Apply) -> Bound:
    """SUMIFS and COUNTIFS: (range, value) pairs, all ranges of one block."""
    head = node.args[:1] if node.name == "SUMIFS" else ()
    pairs = node.args[len(head) :]
    if not pairs or len(pairs) % 2:
        raise FormulaError(f"{node.name} 的条件要成对：列, 值", "", node.at)
    args: list[Bound] = []
    for name in head:
        args.append(_column_of(spread(scope, name, node.name), NUMBER, at(name), node.name))
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        column = spread(scope, name, node.name)
        args += [column, expect(scope, value, column.type, node.name)]
    _one_block(scope, node, [a for a in args if isinstance(a, Range)])
    if node.name == "COUNTIFS":
        return Op("COUNTIFS", tuple(args), NUMBER)
    return Op("SUMIFS", tuple(args), NUMBER, args[0].amount, args[0].unit, scale=args[0].scale)


def _column_of(column: Range, wanted: Type, offset: int, who: str) -> Range:
    if column.type is not wanted:
        raise FormulaError(f"{who} 的这一列要{WORDS[wanted]}，这里是{WORDS[column.type]}", "", offset)
    return column


def _lookup(scope: Scope, node: Apply) -> Bound:
    keys, values = (spread(scope, a, "LOOKUP") for a in node.args[1:])
    key = expect(scope, node.args[0], keys.type, "LOOKUP")
    _one_block(scope, node, [keys, values])
    return Op("LOOKUP", (key, keys, values), values.type, values.amount, values.unit, scale=values.scale)


def _one_block(scope: Scope, node: Apply, columns: list[Range]) -> None:
    block = scope.suite.blocks[columns[0].ref.block]
    if any(c.ref.block != block.id for c in columns):
        raise FormulaError(f"{node.name} 的各列要属于同一区块", "", node.at)
    fields = [c.ref.field for c in columns]
    if block.kind is BlockKind.GRID and any(item_rows(block, f) != item_rows(block, *fields) for f in fields):
        raise FormulaError(f"{node.name} 的各列在 {block.id} 中行数不同（有的行不填其中一栏）", "", node.at)


def _round(scope: Scope, node: Apply) -> Bound:
    digits = _whole(node.args[1], "ROUND 的位数", 0, ROUND_MOST)
    above, below, negative = _ratio(node.args[0])
    if not below:
        inner = expect(scope, node.args[0], NUMBER, "ROUND")
    else:
        top = product(tuple(expect(scope, n, NUMBER, "“/”") for n in above), node.at)
        bottom = product(tuple(expect(scope, n, NUMBER, "“/”") for n in below), node.at)
        if max(top.scale, bottom.scale) > _MOST_IN_RATIO:
            raise FormulaError("除法的分子、分母各自最多两个栏目相乘", "", node.at)
        if negative:
            top = Op("NEG", (top,), NUMBER, top.amount, top.unit, scale=top.scale)
        inner = Op("/", (top, bottom), NUMBER, top.amount or bottom.amount)
    return Op("ROUND", (inner, _number(digits)), NUMBER, inner.amount, inner.unit, scale=digits)


def _ratio(node: Node) -> tuple[list[Node], list[Node], bool]:
    """Numerators, denominators and sign of a chain of * and /."""
    if isinstance(node, Apply) and node.name == "NEG":
        above, below, negative = _ratio(node.args[0])
        return above, below, not negative
    if not isinstance(node, Apply) or node.name not in ("*", "/"):
        return [node], [], False
    above, below, negative = _ratio(node.args[0])
    more, under, also = _ratio(node.args[1])
    if node.name == "*":
        return above + more, below + under, negative != also
    if under:
        raise FormulaError("除数里不能再有除法：请写成 a * c / b", "", node.at)
    return above, below + more, negative != also


def _abs(scope: Scope, node: Apply) -> Bound:
    return _numeric("ABS", (expect(scope, node.args[0], NUMBER, "ABS"),))


def _if(scope: Scope, node: Apply) -> Bound:
    condition = expect(scope, node.args[0], BOOLEAN, "IF 的条件")
    branches = tuple(bind(scope, a) for a in node.args[1:])
    if len({b.type for b in branches}) > 1:
        raise FormulaError("IF 的两个结果类型不同", "", node.at)
    if branches[0].type is BOOLEAN and len(branches) == 1:
        raise FormulaError("结果是条件时，IF 要有三个参数", "", node.at)
    return replace(_numeric("IF", branches), args=(condition, *branches))


def _is_blank(scope: Scope, node: Apply) -> Bound:
    term = bind(scope, node.args[0])
    if not isinstance(term, Cell):
        raise FormulaError("ISBLANK 只能问一个栏目是否未填", "", node.at)
    return Op("ISBLANK", (term,), BOOLEAN)


def _text_part(scope: Scope, node: Apply) -> Bound:
    """LEN, LEFT, RIGHT, MID: counts are whole numbers as written."""
    text = expect(scope, node.args[0], TEXT, node.name)
    if node.name == "LEN":
        return Op("LEN", (text,), NUMBER)
    least = [1, 0] if node.name == "MID" else [0]
    counts = [_number(_whole(a, node.name, low, 9999)) for a, low in zip(node.args[1:], least, strict=True)]
    return Op(node.name, (text, *counts), TEXT)


def _text_test(scope: Scope, node: Apply) -> Bound:
    return Op(node.name, tuple(expect(scope, a, TEXT, node.name) for a in node.args), BOOLEAN)


def _matches(scope: Scope, node: Apply) -> Bound:
    pattern = _string(node.args[1], "MATCHES 的样式")
    if not pattern or re.search(r"(?<!\\)(\\\\)*\\$", pattern):
        raise FormulaError("MATCHES 的样式为空或以 \\ 结尾", "", at(node.args[1]))
    return Op("MATCHES", (expect(scope, node.args[0], TEXT, "MATCHES"), Literal(TEXT, pattern)), BOOLEAN)


def _member(scope: Scope, node: Apply) -> Bound:
    list_id = _string(node.args[-1], f"{node.name} 的代码表")
    codes = scope.suite.lists.get(list_id)
    if codes is None:
        raise FormulaError(f"没有代码表“{list_id}”；{known(list_id, scope.suite.lists)}", "", at(node.args[-1]))
    value, *parent = (expect(scope, a, TEXT, node.name) for a in node.args[:-1])
    return Member(value, parent[0] if parent else None, codes, list_id)


def _param(scope: Scope, node: Apply) -> Bound:
    name = _string(node.args[0], "PARAM 的名称")
    if name not in scope.parameters:
        raise FormulaError(f"没有参数“{name}”；{known(name, scope.parameters)}", "", at(node.args[0]))
    return Literal(NUMBER, scope.parameters[name])


def _string(node: Node, what: str) -> str:
    if not isinstance(node, Text):
        raise FormulaError(f"{what}要直接写出，加双引号", "", at(node))
    return node.value


def _whole(node: Node, what: str, least: int, most: int) -> int:
    value = node.value if isinstance(node, Number) else Decimal(-1)
    if value != int(value) or not least <= value <= most:
        raise FormulaError(f"{what}要直接写出，是 {least} 到 {most} 的整数", "", at(node))
    return int(value)


def _number(value: int) -> Literal:
    return Literal(NUMBER, Decimal(value))


_SIGNATURES: dict[str, tuple[int, int, Callable[[Scope, Apply], Bound]]] = {
    "SUM": (1, 99, _aggregate),
    "MIN": (1, 99, _aggregate),
    "MAX": (1, 99, _aggregate),
    "COUNT": (1, 99, _aggregate),
    "COUNTA": (1, 99, _aggregate),
    "ADD": (1, 99, _add),
    "SUMIFS": (3, 99, _matching),
    "COUNTIFS": (2, 99, _matching),
    "LOOKUP": (3, 3, _lookup),
    "ROUND": (2, 2, _round),
    "ABS": (1, 1, _abs),
    "IF": (2, 3, _if),
    "ISBLANK": (1, 1, _is_blank),
    "LEN": (1, 1, _text_part),
    "LEFT": (2, 2, _text_part),
    "RIGHT": (2, 2, _text_part),
    "MID": (3, 3, _text_part),
    "CONTAINS": (2, 2, _text_test),
    "STARTS": (2, 2, _text_test),
    "MATCHES": (2, 2, _matches),
    "IN_LIST": (2, 2, _member),
    "CHILD_OF": (3, 3, _member),
    "PARAM": (1, 1, _param),
    "PRIOR": (1, 1, _prior),
}

FUNCTIONS = (*_SIGNATURES, "UNITS", "AND", "OR", "NOT")
"""Every function name of the language."""
