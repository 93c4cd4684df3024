"""Checks that nobody writes as a rule: they follow from the definitions of the fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.formula.syntax import Apply, Name, Node, Number, Text, apply, name_of, parse
from toolkit.model.form import Block, BlockKind, Field, FieldType, Suite

REQUIRED = "STR-02"
"""The code under which a required cell that is blank is found, where the suite has that rule."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A cell that a derived check is about; ``here`` is its grid row for ``block[]`` in its expressions."""

    block: Block
    name: Name
    field: Field

    @property
    def row(self) -> str:
        """As ``Block.formula`` wants it: "" for a record, a row id, "*" for the rows of a list."""
        return "*" if self.name.many else self.name.row or ""

    @property
    def here(self) -> tuple[str, str] | None:
        return None if self.name.row is None else (self.block.id, self.name.row)

    @property
    def formula(self) -> str | None:
        return self.block.formula(self.row, self.field.id)

    @property
    def label(self) -> str:
        return f"field {self.name}"


@dataclass(frozen=True, slots=True)
class Derived:
    """One condition on one cell.

    ``text``: the author's expression in it, for messages. ``typed_over``: the condition is ``cell = formula``.
    """

    code: str
    subject: Subject
    condition: Node
    text: str = ""
    tolerance: Decimal | None = None
    typed_over: bool = False


def subjects(suite: Suite) -> Iterator[Subject]:
    """Every cell of the suite: record fields, list columns, list totals, grid cells."""
    for form in suite.forms:
        for block in form.blocks:
            for field in block.fields:
                if block.kind is BlockKind.RECORD:
                    yield Subject(block, Name(block.id, None, field.id, many=False), field)
                if block.kind is BlockKind.LIST:
                    yield Subject(block, Name(block.id, None, field.id, many=True), field)
                for row in block.rows:
                    if block.has_cell(row.id, field.id):
                        yield Subject(block, Name(block.id, row.id, field.id, many=False), field)


def derived(suite: Suite, subject: Subject) -> Iterator[Derived]:
    """The checks of one cell. Raises FormulaError where an expression of the field cannot be parsed."""
    block, field, cell = subject.block, subject.field, subject.name
    code = block.check_code(subject.row, field.id)
    formula = subject.formula
    if formula is not None and code is not None:
        yield Derived(code, subject, apply("=", cell, parse(formula)), formula, field.tolerance, typed_over=True)
    if formula is not None and (field.formula is None or cell.row is not None):
        return
    if formula is None and field.required is not False and REQUIRED in suite.rules_by_code:
        yield _required(subject)
    if block.kind is BlockKind.LIST and not cell.many:
        return
    member = _membership(field, cell)
    if field.member_check and member:
        yield Derived(field.member_check, subject, _where_filled(field, cell, _all(member)))
    if field.parent_check and field.parent and field.lookup:
        pair = apply("CHILD_OF", cell, _beside(cell, field.parent), Text(field.lookup))
        yield Derived(field.parent_check, subject, _where_filled(field, cell, pair))
    limits = [
        apply(sign, cell, Number(limit))
        for sign, limit in ((">=", field.minimum), ("<=", field.maximum))
        if limit is not None
    ]
    if field.range_check and limits and field.type.is_number:
        inside = _where_filled(field, cell, _all(limits))
        yield Derived(field.range_check, subject, inside, tolerance=Decimal(0))


def _required(subject: Subject) -> Derived:
    filled = apply("NOT", apply("ISBLANK", subject.name))
    when = subject.field.required
    if isinstance(when, str):
        return Derived(REQUIRED, subject, apply("OR", filled, apply("NOT", parse(when))), when)
    return Derived(REQUIRED, subject, filled)


def _membership(field: Field, cell: Name) -> list[Apply]:
    """What a value must be a member of: code list, patterns, the values typed in another list."""
    tests: list[Apply] = []
    if field.lookup:
        tests.append(apply("IN_LIST", cell, Text(field.lookup)))
    elif field.type is FieldType.YES_NO:
        tests.append(apply("OR", apply("=", cell, Text("是")), apply("=", cell, Text("否"))))
    if field.patterns:
        tests.append(apply("OR", *(apply("MATCHES", cell, Text(p)) for p in field.patterns)))
    if field.source:
        source = name_of(field.source)
        column = Name(source.block, None, source.field, many=True)
        tests.append(apply(">=", apply("COUNTIFS", column, cell), Number(Decimal(1))))
    return tests


def _all(tests: list[Apply]) -> Apply:
    return tests[0] if len(tests) == 1 else apply("AND", *tests)


def _where_filled(field: Field, cell: Name, test: Apply) -> Apply:
    """A blank that is allowed has nothing to test; a blank that is not leaves the test not executable."""
    if field.required is True:
        return test
    vacant = apply("=", apply("COUNT", cell), Number(Decimal(0))) if field.type.is_number else apply("ISBLANK", cell)
    return apply("OR", vacant, test)


def _beside(cell: Name, field: str) -> Name:
    return Name(cell.block, cell.row, field, cell.many)
