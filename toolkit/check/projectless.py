"""Units that have no projects: the forms about projects are nothing they owe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.check.last_year import Other, approved_plan
from toolkit.check.submissions import Group, Submission
from toolkit.model.form import Suite
from toolkit.store import Book

_BLOCKS = ("projects", "target", "evaluations")
_EVALUATED = "自评"
_SPENT = ("expenditure", "project", "this_year")
_ZERO = """SELECT DISTINCT file_sha256 FROM facts
WHERE block = $block AND "row" = $row AND field = $field AND state = 'zero'"""


def about_projects(suite: Suite) -> frozenset[str]:
    """The forms that list projects, plan them or evaluate them."""
    return frozenset(suite.form_of_block[block].id for block in _BLOCKS if block in suite.blocks)


def without_projects(book: Book, prior: Book | None, submissions: Iterable[Submission]) -> frozenset[str]:
    """The returns (``ret``) of units without projects: a budget that says so with a 0 for all project expenditure, a
    self-evaluation of a year whose approved budget has none, or none but classified ones, which are evaluated apart.
    """
    block, row, field = _SPENT
    zero = book.connection.execute(_ZERO, {"block": block, "row": row, "field": field}).fetchall()
    return frozenset({ret for (ret,) in zero} | set(_nothing_approved(book, prior, submissions)))


def _nothing_approved(book: Book, prior: Book | None, submissions: Iterable[Submission]) -> Iterator[str]:
    plans: dict[Group, Other] = {}
    for submission in submissions:
        group, unit = submission.group, submission.identity.unit
        if group.stage != _EVALUATED:
            continue
        if group not in plans:
            plans[group] = approved_plan(book, prior, group)
        plan = plans[group]
        approved = plan.rows(unit, _SPENT[0])
        if approved and not any(r.text("name") and r.text("classified") != "是" for r in plan.rows(unit, "projects")):
            yield submission.ret
