"""What a rule is, as defined. Its meaning (parsed, typed) belongs to the room ``formula``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from toolkit.model.errors import Source


class Severity(StrEnum):
    """ERROR 错误: sent back (退回). WARNING 警告: correct or explain (须说明). INFO 提示: for the reviewer."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class RuleKind(StrEnum):
    """Who runs the rule.

    EXPRESSION: an expression of the rule language (workbook where possible, and collector).
    DERIVED: made from the field definitions (required, lists, patterns, ranges, formulas).
    READER: reported while the file is read (what was done to the workbook, how values are typed).
    CODED: a registered function of the collector (names, outliers, across departments).
    """

    EXPRESSION = "expression"
    DERIVED = "derived"
    READER = "reader"
    CODED = "coded"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a graded rule: fails with ``severity`` where ``expression`` is false."""

    severity: Severity
    expression: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An example of a rule: data for a few fields, and the verdict it must get.

    ``data``: ``{"block.field": value, "block.row.field": value, "block[]": [{field: value}, …]}``; ``prior``: the
    same of last year's return.
    ``verdict`` is "pass", "fail" or "not_executable". Cases are shown in the rule manual.
    """

    data: Mapping[str, object]
    verdict: str
    why: str = ""
    prior: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue.

    ``levels`` are ordered from severe to mild, and empty unless kind is EXPRESSION; the first level that
    fails gives the severity. ``statement`` is the Chinese sentence units read; ``action`` tells them what
    to do. ``tolerance`` overrides the one of the types compared. ``places`` names the fields to mark
    (``block.field``, ``block.row.field``) when the expression alone does not say it well. ``lists`` names the
    code lists that a coded rule looks words up in. ``beta``: on trial, so every severity of it is INFO.
    """

    code: str
    kind: RuleKind
    severity: Severity
    statement: str
    action: str
    why: str = ""
    statement_en: str = ""
    levels: tuple[Level, ...] = ()
    tolerance: Decimal | None = None
    places: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    beta: bool = False
    cases: tuple[Case, ...] = ()
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    source: Source | None = None
    off: bool = False
    lists: tuple[str, ...] = ()
