"""Checks that could not run: one finding per rule and return, saying which cells were blank. Never a pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.check.derived import Kind, kind_of
from toolkit.check.finding import make
from toolkit.check.labels import field_label, place, row_label, sheet_place
from toolkit.check.locate import Desk
from toolkit.check.verdicts import Hit
from toolkit.check.wording import inner, listed, quote
from toolkit.formula import Cell, Member, Op, Range, cells_of, walk
from toolkit.model.fact import Fact, Key, State
from toolkit.model.finding import NOT_EXECUTABLE, Finding, Place
from toolkit.model.rule import Severity

_PLACES = 60
_ACTION = "补齐所缺数据后重新报送，该项检查即可执行。"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a check could not run: the phrase, and the blank cell (``key``) or the id of the form that is missing."""

    phrase: str
    key: Key | None = None
    form: str = ""


def not_executed(desk: Desk, hits: Iterable[Hit]) -> Iterator[Finding]:
    """The findings of the unknown verdicts of some returns."""
    groups: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        if not hit.failed and not _has_nothing_to_test(desk, hit):
            groups[(hit.ret, hit.check.code)].append(hit)
    for (ret, _), held in groups.items():
        yield _finding(desk, ret, held)


def _has_nothing_to_test(desk: Desk, hit: Hit) -> bool:
    """A blank cell has no membership, pattern or range; where it must not be blank, another finding says so."""
    if kind_of(desk, hit) in (Kind.COMPARISON, Kind.CONDITION):
        return False
    key = desk.primary(hit)
    return key is not None and desk.cells.value(hit.ret, key) is None


def _finding(desk: Desk, ret: str, hits: list[Hit]) -> Finding:
    rule = hits[0].check.rule
    submission = desk.submissions[ret]
    causes = list(dict.fromkeys(cause for hit in hits for cause in _causes(desk, hit)))
    counts: dict[str, int] = {}
    for cause in causes:
        counts[cause.phrase] = counts.get(cause.phrase, 0) + 1
    phrases = [phrase + (f"（{n} 处）" if n > 1 else "") for phrase, n in counts.items()]
    places = [p for cause in causes[:_PLACES] if (p := _place(desk, ret, cause)) is not None]
    if not places:
        places = desk.places(hits[0])[:1]
    statement = rule.statement.rstrip("。")
    return make(
        rule,
        submission,
        places=list(dict.fromkeys(places)),
        message=f"因{listed(phrases, 6, '项') or '缺少数据'}，未能检查：{statement}。",
        identity=[hits[0].check.domain.form, "*", "not_executable"],
        values=sorted(counts),
        severity=Severity.INFO,
        result=NOT_EXECUTABLE,
        action=_ACTION,
    )


def _place(desk: Desk, ret: str, cause: Cause) -> Place | None:
    submission = desk.submissions[ret]
    if cause.form:
        return sheet_place(desk.suite, submission, desk.suite.forms_by_id[cause.form])
    fact = desk.cells.get(ret, cause.key) if cause.key else None
    return place(desk.suite, submission, fact) if fact else None


def _causes(desk: Desk, hit: Hit) -> Iterator[Cause]:
    """The blank inputs of the parts that are unknown; where none is blank, the lists that are only partly known."""
    found = False
    for outcome in hit.outcomes:
        for term in cells_of(outcome.part.bound):
            cause = _blank(desk, hit, term)
            if cause is not None:
                found = True
                yield cause
    if found:
        return
    for outcome in hit.outcomes:
        for bound in walk(outcome.part.bound):
            if isinstance(bound, Op) and bound.name == "LOOKUP":
                yield Cause("按名称或代码找不到唯一对应的行", desk.primary(hit))
                return
            if isinstance(bound, Member) and bound.codes.open:
                yield Cause(f"“{bound.codes.label}”名录不全，不能判断所填内容是否在内", desk.primary(hit))


def _blank(desk: Desk, hit: Hit, term: Cell | Range) -> Cause | None:
    """Why this input gives nothing, or None where it gives a value."""
    ref = term.ref
    block = desk.suite.blocks[ref.block]
    field = block.by_id[ref.field]
    label = inner(field_label(block, field))
    form = desk.suite.form_of_block[ref.block]
    if isinstance(term, Cell) and term.prior:
        return Cause(f"没有上年的“{label}”")
    submitted = {name for name, _ in desk.submissions[hit.ret].submitted}
    if form.id not in submitted:
        return Cause(f"《{form.title}》未报送", form=form.id)
    if isinstance(term, Range):
        held = any(f.state in (State.VALUE, State.ZERO) for f in desk.column(hit, ref))
        return None if held else Cause(f"没有任何一行填写“{label}”")
    key = desk.key(hit, ref)
    fact = desk.cells.get(hit.ret, key) if key else None
    state = State.BLANK if fact is None else fact.state
    if key is None or state in (State.VALUE, State.ZERO) or (term.zero and state is State.BLANK):
        return None
    fixed = row_label(block, key.row) if key.row in block.rows_by_id else ""
    return Cause(f"“{f'{inner(fixed)}·' if fixed else ''}{label}”{_state(fact)}", key)


def _state(fact: Fact | None) -> str:
    if fact is None or fact.state is State.BLANK:
        return "空白"
    if fact.state is State.CLASSIFIED:
        return "涉密"
    if fact.state is State.NOT_APPLICABLE:
        return f"填的是{quote(fact.raw)}（不适用）"
    return f"填的{quote(fact.raw)}不能识别"
