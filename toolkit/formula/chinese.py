"""The Chinese sentence of an expression, with the labels that the unit sees printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from toolkit.formula.terms import Bound, Cell, Literal, Member, Op, Range, Ref, Type, is_comparison
from toolkit.model.form import Block, BlockKind, Field, Suite

_SIGNS = {"=": "=", "<>": "≠", "<=": "≤", "<": "<", ">=": "≥", ">": ">", "+": "＋", "-": "－", "*": "×", "/": "÷"}
_OPPOSITE = {"=": "<>", "<>": "=", "<=": ">", "<": ">=", ">=": "<", ">": "<="}
_SUMS = ("+", "-", "NEG")


def to_chinese(bound: Bound, suite: Suite) -> str:
    """One sentence without a full stop: 「支出合计·本年预算」=「基本支出·本年预算」＋「项目支出·本年预算」."""
    return _Speaker(suite).say(bound)


def label_of(ref: Ref, suite: Suite) -> str:
    """The printed label of a cell or column: 行·栏目, or 区块·栏目 for all rows of a block."""
    block = suite.blocks[ref.block]
    field = _field_label(block, block.by_id[ref.field])
    if ref.row is not None and ref.row in block.rows_by_id:
        return f"{_row_label(block, ref.row)}·{field}"
    return field


def _field_label(block: Block, field: Field) -> str:
    """The leaf label, or the whole path where two columns of the block share the leaf."""
    alike = sum(f.label == field.label for f in block.fields)
    return field.label if alike == 1 else "·".join(dict.fromkeys(field.labels))


def _row_label(block: Block, row: str) -> str:
    label = block.rows_by_id[row].label
    return f"{block.label}{label}" if block.kind is BlockKind.LIST else label


@dataclass(frozen=True)
class _Speaker:
    suite: Suite

    def say(self, term: Bound) -> str:
        if isinstance(term, Op):
            return _SAYINGS[term.name](self, term)
        if isinstance(term, Literal):
            return _constant(term)
        if isinstance(term, Member):
            return self._member(term)
        return self._name(term)

    def _name(self, term: Cell | Range) -> str:
        label = label_of(term.ref, self.suite)
        if isinstance(term, Range):
            if term.units:
                return f"各单位「{label}」"
            return f"{'各表' if term.ref.across else ''}「{self.suite.blocks[term.ref.block].label}·{label}」"
        return f"上年数据的「{label}」" if term.prior else f"「{label}」"

    def _member(self, term: Member) -> str:
        value, table = self.say(term.value), f"《{term.codes.label}》"
        if term.parent is None:
            return f"{value}在{table}中"
        return f"{value}属于{self.say(term.parent)}（按{table}）"

    def compare(self, term: Op) -> str:
        left, right = term.args
        if left.type is Type.TEXT:
            word = "等于" if not isinstance(right, Literal) else "为"
            return f"{self._side(left)}{'' if term.name == '=' else '不'}{word}{self._side(right)}"
        return f"{self._side(left)}{_SIGNS[term.name]}{self._side(right)}"

    def _side(self, term: Bound) -> str:
        """Part of a longer phrase: a choice (当…时为…) stands in brackets there."""
        return f"（{self.say(term)}）" if isinstance(term, Op) and term.name == "IF" else self.say(term)

    def binary(self, term: Op) -> str:
        left, right = (self._grouped(arg, term, index) for index, arg in enumerate(term.args))
        return f"{left}{_SIGNS[term.name]}{right}"

    def _grouped(self, arg: Bound, parent: Op, index: int) -> str:
        """In brackets where reading order would change the meaning."""
        text = self._side(arg)
        added = isinstance(arg, Op) and (arg.name in _SUMS or (arg.name == "SUM" and len(arg.args) > 1))
        multiplied = isinstance(arg, Op) and arg.name in ("*", "/")
        loose = parent.name in ("*", "/") or (parent.name in ("-", "NEG") and index == len(parent.args) - 1)
        inside = (added and loose) or (multiplied and parent.name == "/" and index == 1)
        return f"（{text}）" if inside else text

    def negative(self, term: Op) -> str:
        return f"－{self._grouped(term.args[0], term, 0)}"

    def total(self, term: Op) -> str:
        return "＋".join(f"{self.say(a)}合计" if isinstance(a, Range) else self.say(a) for a in term.args)

    def among(self, term: Op) -> str:
        words = {"MIN": "的最小值", "MAX": "的最大值", "COUNT": "中数字的个数", "COUNTA": "中已填的个数"}
        return f"{self._listed(term.args)}{words[term.name]}"

    def _listed(self, args: tuple[Bound, ...]) -> str:
        return "、".join(self.say(a) for a in args)

    def _where(self, pairs: tuple[Bound, ...]) -> str:
        tests = [f"{self.say(c)}为{self.say(v)}" for c, v in zip(pairs[::2], pairs[1::2], strict=True)]
        return "且".join(tests)

    def countifs(self, term: Op) -> str:
        return f"{self._where(term.args)}的行数"

    def sumifs(self, term: Op) -> str:
        return f"{self._where(term.args[1:])}的各行{self.say(term.args[0])}合计"

    def lookup(self, term: Op) -> str:
        key, keys, values = term.args
        return f"{self.say(keys)}为{self.say(key)}的那一行的{self.say(values)}"

    def rounded(self, term: Op) -> str:
        inner, digits = term.args
        places = _constant(digits) if isinstance(digits, Literal) else ""
        how = "四舍五入取整" if places == "0" else f"四舍五入到 {places} 位小数"
        return f"{self.say(inner)}（{how}）"

    def choice(self, term: Op) -> str:
        condition, *branches = (self._side(a) for a in term.args)
        given = f"当{condition.replace('，', '')}时"
        if term.type is Type.BOOLEAN:
            return f"{given}，{branches[0]}；否则，{branches[1]}"
        return f"{given}为{branches[0]}，" + (f"否则为{branches[1]}" if len(branches) > 1 else "否则不填")

    def absolute(self, term: Op) -> str:
        inner = self.say(term.args[0])
        return f"{inner}的绝对值" if isinstance(term.args[0], Cell) else f"（{inner}）的绝对值"

    def both(self, term: Op) -> str:
        return "，且".join(self._clause(a) for a in term.args)

    def either(self, term: Op) -> str:
        """NOT a OR b is read as the demand it is: when a, then b."""
        given = [a.args[0] for a in term.args if isinstance(a, Op) and a.name == "NOT" and not _is_filled(a)]
        rest = [a for a in term.args if not (isinstance(a, Op) and a.name == "NOT" and not _is_filled(a))]
        then = "，或".join(self._clause(a) for a in rest)
        if not given or not rest:
            return "，或".join(self._clause(a) for a in term.args)
        return f"当{'且'.join(self._clause(a) for a in given)}时，{then}"

    def _clause(self, term: Bound) -> str:
        text = self.say(term)
        return f"（{text}）" if isinstance(term, Op) and term.name in ("AND", "OR", "IF") and "，" in text else text

    def negated(self, term: Op) -> str:
        inner = term.args[0]
        if isinstance(inner, Op) and inner.name == "ISBLANK":
            return f"{self.say(inner.args[0])}已填"
        if isinstance(inner, Op) and is_comparison(inner):
            return self.compare(Op(_OPPOSITE[inner.name], inner.args, Type.BOOLEAN))
        text = self.say(inner)
        if isinstance(inner, Member):
            return text.replace("在《", "不在《", 1) if inner.parent is None else f"并非{text}"
        return f"并非（{text}）"

    def joined(self, term: Op) -> str:
        return f"{'与'.join(self.say(a) for a in term.args)}相连"

    def piece(self, term: Op) -> str:
        text, *counts = (self.say(a) for a in term.args)
        words = {"LEN": "的字数", "LEFT": "的前 {0} 位", "RIGHT": "的后 {0} 位", "MID": "从第 {0} 位起的 {1} 位"}
        return text + words[term.name].format(*counts)

    def tested(self, term: Op) -> str:
        text, other = (self.say(a) for a in term.args)
        words = {"CONTAINS": "含有{}", "STARTS": "以{}开头", "MATCHES": "符合样式{}"}
        return text + words[term.name].format(other)


def _is_filled(term: Op) -> bool:
    inner = term.args[0]
    return isinstance(inner, Op) and inner.name == "ISBLANK"


def _constant(term: Literal) -> str:
    if isinstance(term.value, Decimal):
        return format(term.value, "f")
    if isinstance(term.value, date):
        return f"{term.value.year}年{term.value.month}月{term.value.day}日"
    return f"“{term.value}”"


_SAYINGS: dict[str, Callable[[_Speaker, Op], str]] = {
    **dict.fromkeys(("=", "<>", "<=", "<", ">=", ">"), _Speaker.compare),
    **dict.fromkeys(("+", "-", "*", "/"), _Speaker.binary),
    **dict.fromkeys(("MIN", "MAX", "COUNT", "COUNTA"), _Speaker.among),
    **dict.fromkeys(("LEN", "LEFT", "RIGHT", "MID"), _Speaker.piece),
    **dict.fromkeys(("CONTAINS", "STARTS", "MATCHES"), _Speaker.tested),
    "NEG": _Speaker.negative,
    "SUM": _Speaker.total,
    "COUNTIFS": _Speaker.countifs,
    "SUMIFS": _Speaker.sumifs,
    "LOOKUP": _Speaker.lookup,
    "ROUND": _Speaker.rounded,
    "ABS": _Speaker.absolute,
    "IF": _Speaker.choice,
    "AND": _Speaker.both,
    "OR": _Speaker.either,
    "NOT": _Speaker.negated,
    "ISBLANK": lambda speaker, term: f"{speaker.say(term.args[0])}未填",
    "&": _Speaker.joined,
}
