"""The grammar of the rule language: text → syntax tree (names still unresolved)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.model.errors import FormulaError

if TYPE_CHECKING:
    from lark import Lark

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction ("OR" conjunction)*
?conjunction: negation ("AND" negation)*
?negation: NOT negation -> negate
    | comparison
?comparison: joined (COMPARE joined)?
?joined: sum ("&" sum)*
?sum: product
    | sum SIGN product -> binary
?product: signed
    | product TIMES signed -> binary
?signed: SIGN signed -> sign
    | atom
?atom: NUMBER -> number
    | STRING -> text
    | REF -> name
    | FUNCTION "(" (disjunction ("," disjunction)*)? ")" -> call
    | "(" disjunction ")"
COMPARE: "<>" | "<=" | ">=" | "=" | "<" | ">"
SIGN: "+" | "-"
TIMES: "*" | "/"
NOT.2: /NOT\b/
NUMBER: /\d+(\.\d+)?/
STRING: /"([^"]|"")*"/
REF: /[a-z][a-z0-9_]*(\[\])?(\.[a-z][a-z0-9_]*){1,2}(?![a-z0-9_.\[])/
FUNCTION: /[A-Z][A-Z0-9_]*(?=\s*\()/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Decimal
    at: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A text in double quotes (a quote inside is doubled)."""

    value: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """``block.field``, ``block.row.field`` or (``many``) ``block[].field``."""

    block: str
    row: str | None
    field: str
    many: bool
    at: int = 0

    def __str__(self) -> str:
        if self.many:
            return f"{self.block}[].{self.field}"
        return f"{self.block}.{self.field}" if self.row is None else f"{self.block}.{self.row}.{self.field}"


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function with its arguments; ``NEG`` is unary minus."""

    name: str
    args: tuple[Node, ...]
    at: int = 0


Node = Number | Text | Name | Apply


def apply(name: str, *args: Node) -> Apply:
    """An application that no text was written for (checks derived from fields)."""
    return Apply(name, args)


def name_of(text: str, at: int = 0) -> Name:
    """The name written as ``text``. Raises FormulaError where it is none."""
    block, *rest = text.split(".")
    many = block.endswith("[]")
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\[\])?(\.[a-z][a-z0-9_]*){1,2}", text) or (many and len(rest) == 2):
        raise FormulaError(
            f"“{text}”不是名称：请写 区块.栏目、区块.行.栏目 或 区块[].栏目", text if at == 0 else "", at
        )
    return Name(block.removesuffix("[]"), rest[0] if len(rest) == 2 else None, rest[-1], many, at)


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax tree of an expression. Raises FormulaError with the place where it cannot be understood."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError  # noqa: PLC0415

    try:
        tree: Any = _parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaError):
            raise FormulaError(error.orig_exc.message, text, error.orig_exc.offset) from None
        raise
    except UnexpectedInput as error:
        at = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(text)
        token = str(error.token) if isinstance(error, UnexpectedToken) else ""
        if isinstance(error, UnexpectedCharacters):
            token = _word(text, at)
        elif not token:
            at = len(text)
        raise FormulaError(_complaint(token, error), text, max(at, 0)) from None
    node: Node = tree
    return node


@cache
def _parser() -> Lark:
    """Lark is imported at the first expression parsed: programs that need none do not wait for it."""
    from lark import Lark, Token, Transformer  # noqa: PLC0415

    class Build(Transformer[Token, Any]):
        def number(self, children: list[Token]) -> Node:
            return Number(Decimal(children[0]), children[0].start_pos or 0)

        def text(self, children: list[Token]) -> Node:
            return Text(children[0][1:-1].replace('""', '"'), children[0].start_pos or 0)

        def name(self, children: list[Token]) -> Node:
            return name_of(str(children[0]), children[0].start_pos or 0)

        def call(self, children: list[Any]) -> Node:
            return Apply(str(children[0]), tuple(children[1:]), children[0].start_pos or 0)

        def binary(self, children: list[Any]) -> Node:
            return Apply(str(children[1]), (children[0], children[2]), children[1].start_pos or 0)

        comparison = binary

        def sign(self, children: list[Any]) -> Node:
            sign, arg = children
            return Apply("NEG", (arg,), sign.start_pos or 0) if sign == "-" else arg

        def negate(self, children: list[Any]) -> Node:
            return Apply("NOT", (children[1],), children[0].start_pos or 0)

        def disjunction(self, children: list[Any]) -> Node:
            return Apply("OR", tuple(children), children[0].at)

        def conjunction(self, children: list[Any]) -> Node:
            return Apply("AND", tuple(children), children[0].at)

        def joined(self, children: list[Any]) -> Node:
            return Apply("&", tuple(children), children[0].at)

    return Lark(GRAMMAR, parser="lalr", transformer=Build())


def _word(text: str, at: int) -> str:
    found = re.match(r"[^\s()+*/&=<>,-]+", text[at:])
    return found.group() if found else text[at : at + 1]


_WIDE = {"＝": "=", "＋": "+", "－": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "<>", "，": ","}
_WIDE |= {"（": "(", "）": ")", "“": '"', "”": '"', "＜": "<", "＞": ">"}


def _complaint(token: str, error: object) -> str:
    if not token:
        return "表达式不完整：后面还缺内容（运算数或右括号）"
    if token[0] in _WIDE:
        return f"不认识“{token[0]}”：请写半角的 {_WIDE[token[0]]}"
    if token in ("=", "<>", "<", "<=", ">", ">="):
        return f"比较不能连写（“{token}”）：请用 AND 连接，如 a <= b AND b <= c"
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", token):
        return f"此处不应出现“{token}”：函数名后须有左括号"
    if re.fullmatch(r"[a-z][a-z0-9_]*(\[\])?", token):
        return f"“{token}”不完整：名称要写成 区块.栏目、区块.行.栏目 或 区块[].栏目"
    return f"此处看不懂“{token}”"
