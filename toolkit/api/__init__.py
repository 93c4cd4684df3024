"""The pipeline: what the commands do, as functions that take paths and return objects."""

from toolkit.api.annotating import annotate
from toolkit.api.definitions import choose_suite, diff, forms, lint, rules, suites
from toolkit.api.demonstration import demo
from toolkit.api.notices import slips
from toolkit.api.printing import print_forms, print_layouts
from toolkit.api.returns import check, collect, collect_into, report, status
from toolkit.api.tracing import trace
from toolkit.api.workbooks import distribute, extract, fill, generate

__all__ = [
    "annotate",
    "check",
    "choose_suite",
    "collect",
    "collect_into",
    "demo",
    "diff",
    "distribute",
    "extract",
    "fill",
    "forms",
    "generate",
    "lint",
    "print_forms",
    "print_layouts",
    "report",
    "rules",
    "slips",
    "status",
    "suites",
    "trace",
]
