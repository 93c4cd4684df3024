"""The model back to what an author writes: defaults left out, totals by their parts, targets as one column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from toolkit.catalog.fields import Context, read_fields
from toolkit.catalog.written import Keyed, Leaf, Tree, node_of, tree_of
from toolkit.model.form import Block, BlockKind, CodeList, Field, FieldType, Form, Row, RowPrefill, RowRole, Suite
from toolkit.model.rule import Case, Rule, RuleKind

TARGET = "target"
"""The type of the composite of operator, value and unit."""

_TARGET_PARTS = ("op", "value", "unit")
_SUM = re.compile(r"SUM\((.*)\)")
_BACK = {0: "this", 1: "last"}
IN_WORDS = (RuleKind.READER, RuleKind.CODED)


@dataclass(frozen=True)
class FieldRow:
    """A row of the sheet of fields; ``parts`` are the three fields of a composite target, or none."""

    form: Form
    block: Block
    item: Field
    parts: tuple[Field, ...] = ()
    target: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        return self.item.id.removesuffix("_op") if self.parts else self.item.id

    def own(self, key: str, value: Any) -> Any:
        """``value``, or what a composite target says instead."""
        return value if self.target is None else self.target.get(key)

    @property
    def type(self) -> str:
        return TARGET if self.parts else self.item.type.value

    @property
    def labels(self) -> tuple[str, ...]:
        return self.item.labels[:-1] if self.parts else self.item.labels

    @property
    def unit(self) -> str | None:
        defaults = {FieldType.AMOUNT: self.form.unit_line or None, FieldType.PERCENT: "%"}
        return None if self.item.unit == defaults.get(self.item.type) else self.item.unit

    @property
    def lookup(self) -> str | None:
        return None if self.item.type is FieldType.YES_NO and self.item.lookup == "yes_no" else self.item.lookup

    @property
    def decimals(self) -> int | None:
        return None if self.item.decimals == (0 if self.item.type is FieldType.INTEGER else 2) else self.item.decimals

    @property
    def prefill(self) -> bool | str:
        return True if self.item.prefill == self.item.id else self.item.prefill


def field_rows(suite: Suite) -> Iterator[FieldRow]:
    """Every field in its order, the three of a composite target as one."""
    for form in suite.forms:
        for block in form.blocks:
            at = 0
            while at < len(block.fields):
                parts = block.fields[at : at + 3]
                target = _target(parts, block)
                yield FieldRow(form, block, parts[0], parts if target else (), target)
                at += 3 if target else 1


def _target(parts: tuple[Field, ...], block: Block) -> Mapping[str, Any] | None:
    """What a composite target says that reads as exactly these three fields, None where none does."""
    name = parts[0].id.removesuffix("_op")
    if tuple(f.id for f in parts) != tuple(f"{name}_{part}" for part in _TARGET_PARTS):
        return None
    first, _, third = parts
    said: dict[str, Any] = {"label": first.labels[:-1], "type": TARGET, "help": first.help, "basis": first.basis}
    said |= {"member_check": first.member_check, "operators": first.lookup, "units": third.lookup, "width": third.width}
    defaults = {"operators": "operators", "units": "units", "width": 16}
    kept = {k: v for k, v in said.items() if v and v != defaults.get(k)}
    typed = {k: Decimal(str(v)) if k == "width" else list(v) if k == "label" else v for k, v in kept.items()}
    tree: Tree = Keyed(((Leaf(name), tree_of(typed)),))
    context = Context([])
    made = read_fields(node_of(tree, "", context.problems), block.id, None, context)
    return kept if not context.problems and repr(made) == repr(parts) else None


@dataclass(frozen=True)
class GridRow:
    """A row of the sheet of fixed rows: of a grid, or the total row of a list."""

    form: Form
    block: Block
    item: Row

    @property
    def summed(self) -> tuple[str, ...] | None:
        """The fields that a list's total row adds up."""
        return tuple(self.item.formulas) if self.block.kind is BlockKind.LIST else None

    @cached_property
    def total(self) -> tuple[str, ...] | None:
        """The rows whose sum this row is in every column of amounts without a formula of its own."""
        if not all(f in self.item.formulas for f in self._open):  # the short form would give them one
            return None
        return next((parts for f in self._open if (parts := self._parts(f))), None)

    @property
    def _open(self) -> list[str]:
        fields = self.block.fields if self.block.kind is BlockKind.GRID else ()
        return [f.id for f in fields if f.type is FieldType.AMOUNT and not f.formula and f.id not in self.item.closed]

    def _parts(self, field_id: str) -> tuple[str, ...]:
        found = _SUM.fullmatch(self.item.formulas[field_id])
        pieces = [piece.strip().split(".") for piece in found[1].split(",")] if found else []
        parts = tuple(piece[1] for piece in pieces if len(piece) == 3)
        good = parts and set(parts) <= set(self.block.rows_by_id) - {self.item.id}
        return parts if good and self.item.formulas[field_id] == self._sum(parts, field_id) else ()

    def _sum(self, parts: tuple[str, ...], field_id: str) -> str:
        return f"SUM({', '.join(f'{self.block.id}.{part}.{field_id}' for part in parts)})"

    @property
    def _checked(self) -> list[str]:
        """The fields that ``check`` speaks for."""
        return list(self.summed or ()) if self.block.kind is BlockKind.LIST else self._open if self.total else []

    @property
    def check(self) -> str | None:
        codes = [self.item.checks.get(f) for f in self._checked]
        return Counter(codes).most_common(1)[0][0] if codes and None not in codes else None

    @property
    def formulas(self) -> dict[str, str]:
        if self.block.kind is BlockKind.LIST:
            return {}
        total = self.total
        return {
            f: text
            for f, text in self.item.formulas.items()
            if total is None or f not in self._open or text != self._sum(total, f)
        }

    @property
    def checks(self) -> dict[str, str]:
        held = self._checked if self.check else []
        return {f: code for f, code in self.item.checks.items() if f not in held or code != self.check}

    @property
    def closed(self) -> tuple[str, ...]:
        return tuple(f.id for f in self.block.fields if f.id in self.item.closed)

    @property
    def role(self) -> str | None:
        usual = RowRole.TOTAL if self.total or self.block.kind is BlockKind.LIST else RowRole.ITEM
        return None if self.item.role is usual else self.item.role.value


def default_lines(block: Block) -> bool:
    """Whether every field of a record stands on a line of its own."""
    return block.lines == tuple((f.id,) for f in block.fields)


def back(prefill: RowPrefill) -> str:
    """``this`` or ``last`` year."""
    return _BACK[prefill.back]


def single(rule: Rule) -> str | None:
    """The expression of a rule with one level of the rule's own severity."""
    graded = len(rule.levels) != 1 or rule.levels[0].severity is not rule.severity
    return None if graded else rule.levels[0].expression


def of_level(rule: Rule, severity: str) -> tuple[str, ...]:
    """The expressions of a graded rule at one severity."""
    return () if single(rule) is not None else tuple(lv.expression for lv in rule.levels if lv.severity == severity)


def severity(rule: Rule) -> str | None:
    """The severity of the rule as far as its levels do not say it."""
    said = single(rule) is None and bool(rule.levels) and rule.levels[0].severity is rule.severity
    return None if said else rule.severity.value


def files(suite: Suite) -> dict[str, str]:
    """Rule code → the file under ``rules/`` that it stands in, so that files in the order of names keep the order."""
    stems = {
        r.code: r.source.file.rpartition("/")[2].removesuffix(".yaml") if r.source else _prefix(r) for r in suite.rules
    }
    runs: list[list[str]] = []
    for rule in suite.rules:
        if not runs or stems[runs[-1][0]] != stems[rule.code]:
            runs.append([])
        runs[-1].append(rule.code)
    names = [stems[run[0]] for run in runs]
    plain = names == sorted(set(names))
    return {
        code: name if plain else f"{number:03d}_{name}"
        for number, (name, run) in enumerate(zip(names, runs, strict=True), 1)
        for code in run
    }


def _prefix(rule: Rule) -> str:
    return rule.code.partition("-")[0].lower()


@dataclass(frozen=True)
class InList:
    """An entry of a list."""

    code_list: CodeList
    item: Any


@dataclass(frozen=True)
class OfRule:
    """A case of a rule, or the rule with its file."""

    rule: Rule
    item: Rule | Case
    file: str = ""

    @property
    def data(self) -> Mapping[str, object] | None:
        return None if self.rule.kind in IN_WORDS or not isinstance(self.item, Case) else self.item.data
