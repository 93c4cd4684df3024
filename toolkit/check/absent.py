"""Forms that a unit did not file: one finding each, not one per required cell (decisions 4)."""

from __future__ import annotations

from collections.abc import Iterator, Set

from toolkit.check.finding import make
from toolkit.check.labels import sheet_place
from toolkit.check.submissions import Submission
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.model.rule import Rule, RuleKind, Severity

CODE = "STR-12"
"""Added to the group STR of the rule catalogue: a required form that holds no input."""

_RULE = Rule(
    CODE,
    RuleKind.CODED,
    Severity.WARNING,
    "应报的表均应报送",
    "请填报该表；确无此项业务的，请在该表填 0 或“无”，并说明原因。",
)


def not_submitted(suite: Suite, submission: Submission, excused: Set[str] = frozenset()) -> Iterator[Finding]:
    """A warning per form that is due at the return's stage and holds no input; one for all of them where none does.

    ``excused``: forms that this unit owes nothing on.
    """
    rule = suite.rules_by_code.get(CODE, _RULE)
    filed = {form for form, _ in submission.submitted}
    due = [form for form in suite.forms if form.due(submission.identity.stage)]
    absent = [form for form in due if form.id not in filed and form.id not in excused]
    if len(due) > 1 and not filed:
        yield make(
            rule,
            submission,
            places=[sheet_place(suite, submission, form) for form in absent],
            message=f"交回的是空表：应报的 {len(due)} 张表都没有填写任何内容。",
            identity=["", "", ""],
            values=[],
        )
        return
    for form in absent:
        yield make(
            rule,
            submission,
            places=[sheet_place(suite, submission, form)],
            message=f"《{form.title}》{f'（{form.number}）' if form.number else ''}未报送：整张表没有填写任何内容。",
            identity=[form.id, "", ""],
            values=[],
        )
