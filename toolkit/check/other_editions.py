"""Returns filled in on another edition than nearly all others of their collection: an older form, most likely."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from toolkit.check.finding import make
from toolkit.check.lost import rule_of
from toolkit.check.submissions import Group, Submission
from toolkit.check.wording import listed, sentence
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

_NEARLY_ALL = 3
"""So many times as many returns make an edition the one that was meant; between two halves nobody can tell."""
_ACTION = "请核对是否误用了较早下发的模板；是的，请把数据填到最近下发的模板里重新报送。"


def other_editions(submissions: Iterable[Submission], suites: Mapping[str, Suite]) -> Iterator[Finding]:
    """One finding a return: a warning where its forms have other columns or rows, else mere information."""
    collections: dict[tuple[Group, str], list[Submission]] = defaultdict(list)
    for submission in submissions:
        collections[submission.group, submission.identity.suite].append(submission)
    for own in collections.values():
        sizes = Counter(submission.identity.edition for submission in own)
        meant, most = max(sorted(sizes.items()), key=lambda one: one[1])
        for submission in own:
            edition = submission.identity.edition
            if edition != meant and most >= _NEARLY_ALL * sizes[edition]:
                yield _told(submission, suites[edition], suites[meant], most)


def _told(submission: Submission, used: Suite, meant: Suite, most: int) -> Finding:
    lacks, has = _beyond(meant, used), _beyond(used, meant)
    said = [f"缺少{listed(lacks, 3, '处')}"] if lacks else []
    said += [f"多出{listed(has, 3, '处')}"] if has else []
    about = "，".join(said) or "栏目相同，规则、选项或说明不同"
    message = f"填报用的模板版本是 {used.edition}，另外 {most} 份用的是 {meant.edition}：{about}"
    return make(
        rule_of([meant]),
        submission,
        places=[],
        message=sentence(message),
        identity=["", "edition", used.edition],
        values=[],
        severity=Severity.WARNING if said else Severity.INFO,
        actual=used.edition,
        expected=meant.edition,
        action=_ACTION,
    )


def _beyond(one: Suite, other: Suite) -> list[str]:
    """The forms, columns and rows that only the first one has; of a form the other lacks the form alone."""
    mine, theirs = _printed(one), _printed(other)
    return [words for key, words in mine.items() if key not in theirs and (key[:1] in theirs or len(key) == 1)]


def _printed(suite: Suite) -> dict[tuple[str, ...], str]:
    """What a unit sees of a suite: its forms; of these the columns; of grids the rows."""
    seen: dict[tuple[str, ...], str] = {}
    for form in suite.forms:
        seen[(form.id,)] = f"《{form.title}》"
        for block in form.blocks:
            for field in block.fields:
                seen[form.id, block.id, field.id] = f"《{form.title}》“{field.label}”栏"
            for row in block.rows:
                seen[form.id, block.id, "", row.id] = f"《{form.title}》“{row.label}”行"
    return seen
