"""The rule language: parse, types, the reference evaluator, and the Excel, SQL and Chinese emitters.

Functions: SUM MIN MAX COUNT COUNTA ADD SUMIFS COUNTIFS LOOKUP ROUND ABS IF AND OR NOT ISBLANK LEN LEFT RIGHT MID
CONTAINS STARTS MATCHES IN_LIST CHILD_OF PARAM PRIOR UNITS. ``ADD(a, b, …)`` adds single cells, of the current
row too (``ADD(list[].a, list[].b)``), and skips blanks as SUM does; ``IF`` with two arguments is blank otherwise.
"""

from toolkit.formula.cells import Cells
from toolkit.formula.chinese import to_chinese
from toolkit.formula.compile import compile_cells, compile_rule, compile_suite
from toolkit.formula.derive import REQUIRED
from toolkit.formula.evaluate import Spot, evaluate
from toolkit.formula.excel import level_to_excel, to_excel, verdict_to_excel
from toolkit.formula.excel_terms import Addresses
from toolkit.formula.program import Check, CheckLevel, Computation, Computed, Part, Program
from toolkit.formula.runs import runs_joined
from toolkit.formula.select import select_checks
from toolkit.formula.terms import Bound, Cell, Domain, Literal, Member, Op, Range, Ref, Type, cells_of, walk
from toolkit.formula.verdict import PartVerdict, Verdict, compute, evaluate_check, homes

__all__ = [
    "REQUIRED",
    "Addresses",
    "Bound",
    "Cell",
    "Cells",
    "Check",
    "CheckLevel",
    "Computation",
    "Computed",
    "Domain",
    "Literal",
    "Member",
    "Op",
    "Part",
    "PartVerdict",
    "Program",
    "Range",
    "Ref",
    "Spot",
    "Type",
    "Verdict",
    "cells_of",
    "compile_cells",
    "compile_rule",
    "compile_suite",
    "compute",
    "evaluate",
    "evaluate_check",
    "homes",
    "level_to_excel",
    "runs_joined",
    "select_checks",
    "to_chinese",
    "to_excel",
    "verdict_to_excel",
    "walk",
]
