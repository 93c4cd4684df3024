"""One run of all checks over a book: expressions as SQL, remarks, absent forms, coded rules → findings in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.check.absent import not_submitted
from toolkit.check.account import difference
from toolkit.check.cells import load
from toolkit.check.compose import findings_of
from toolkit.check.direct import run_directly
from toolkit.check.finding import in_order, make
from toolkit.check.labels import form_phrase, place, title_key
from toolkit.check.last_year import approved_plan, last_year
from toolkit.check.likely import Background, last_years, localised
from toolkit.check.locate import Desk, blocks_of
from toolkit.check.lost import lost_files, units_without_collection
from toolkit.check.other_editions import other_editions
from toolkit.check.projectless import about_projects, without_projects
from toolkit.check.registry import CodedRule, Mark, Scene, known, registry, table_loader
from toolkit.check.remarks import of_remarks
from toolkit.check.submissions import Group, Received, Submission, read_received, read_submissions
from toolkit.check.unexecuted import not_executed
from toolkit.check.verdicts import Hit, run
from toolkit.check.wording import number, places_of, plain_text
from toolkit.formula import compile_suite
from toolkit.model.finding import NOT_EXECUTABLE, Finding, Likely
from toolkit.model.form import Suite
from toolkit.model.rule import RuleKind, Severity
from toolkit.store import Book, PriorRow
from toolkit.store.bureau import ControlEntry, MappingEntry, RosterEntry

TOGETHER = 100
"""Returns whose facts are held in memory at a time."""

FEW = 8
"""Planning the statements of a suite takes DuckDB as long as the evaluator takes for about so many returns."""


@dataclass(frozen=True)
class Bureau:
    """What the bureau hands in beside the returns. None: not handed in, so what needs it is not executable."""

    roster: tuple[RosterEntry, ...] | None = None
    control: tuple[ControlEntry, ...] | None = None
    prior: Book | Sequence[PriorRow] | None = None
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    mapping: tuple[MappingEntry, ...] = ()


def run_checks(
    book: Book, suites: Mapping[str, Suite], bureau: Bureau | None = None, *, across: bool = True, few: int = FEW
) -> list[Finding]:
    """All findings of a book, in their one order. ``suites``: by edition, one for each edition in the book.

    ``across=False`` leaves out the rules over several units (for one or a few files on their own). Up to ``few``
    returns of an edition are judged by the reference evaluator, more by SQL: the same verdicts.
    Raises InputError for a control or prior table that does not fit the suite, SuiteError for a bad rule.
    """
    bureau = bureau or Bureau()
    submissions = read_submissions(book.connection)
    received = read_received(book.connection)
    editions: dict[str, list[Submission]] = defaultdict(list)
    for submission in submissions:
        editions[submission.identity.edition].append(submission)
    found: list[Finding] = []
    for edition, own in sorted(editions.items()):
        found += _edition(book, suites[edition], own, bureau, few, received)
    groups: dict[Group, list[Submission]] = defaultdict(list)
    for submission in submissions:
        groups[submission.group].append(submission)
    for group in sorted(groups):
        found += _coded(book, group, groups, suites, bureau, received, across)
    found += lost_files(received, sorted(groups), (suites[e] for e in sorted(editions)), bureau.roster)
    if across:
        found += units_without_collection(sorted(groups), bureau.roster)
        found += other_editions(submissions, suites)
    off = {rule.code for suite in suites.values() for rule in suite.rules if rule.off}
    return in_order([f for f in found if f.code not in off], [suites[e] for e in sorted(editions)])


def _edition(
    book: Book,
    suite: Suite,
    submissions: Sequence[Submission],
    bureau: Bureau,
    few: int,
    received: tuple[Received, ...],
) -> Iterator[Finding]:
    """What one return alone shows: verdicts, remarks, absent forms."""
    connection, program = book.connection, compile_suite(suite)
    hits: dict[str, list[Hit]] = defaultdict(list)
    background = Background(book, received)
    if len(submissions) <= few and bureau.prior is None:
        found = run_directly(connection, program, submissions)
    else:
        renamed = {(e.old, e.from_year): e.new for e in bureau.mapping if e.kind == "unit"}
        relations = book.relations(suite, bureau.prior, renamed)
        found = run(relations, program)
        if bureau.prior is not None:
            background = Background(book, received, last_years(relations, program))
    for hit in found:
        hits[hit.ret].append(hit)
    by_ret = {s.ret: s for s in submissions}
    of_projects = about_projects(suite)
    idle = without_projects(book, bureau.prior if isinstance(bureau.prior, Book) else None, submissions)
    for start in range(0, len(submissions), TOGETHER):
        batch = submissions[start : start + TOGETHER]
        proposals = localised(connection, program, batch, hits, background)
        wanted = {(s.ret, block) for s in batch for hit in hits[s.ret] for block in blocks_of(hit, suite)}
        wanted |= {(ret, key.block) for (ret, _), told in proposals.items() for p in told for key, _ in p.changes}
        desk = Desk(suite, by_ret, load(connection, wanted))
        for submission in batch:
            yield from findings_of(desk, hits[submission.ret], proposals)
            yield from not_executed(desk, hits[submission.ret])
            yield from of_remarks(suite, submission)
            yield from not_submitted(suite, submission, of_projects if submission.ret in idle else frozenset())


def _coded(
    book: Book,
    group: Group,
    groups: Mapping[Group, Sequence[Submission]],
    suites: Mapping[str, Suite],
    bureau: Bureau,
    received: tuple[Received, ...],
    across: bool,
) -> Iterator[Finding]:
    """The coded rules of one collection. Each runs over the returns whose edition has the rule."""
    submissions = groups[group]
    sizes = {other: len(own) for other, own in groups.items()}
    cells = table_loader(book.connection, submissions)
    prior = bureau.prior if isinstance(bureau.prior, Book) else None
    mapping = tuple(entry for entry in bureau.mapping if entry.applies(group.year))
    before = (
        last_year(bureau.prior, group, mapping, _leading(suites, submissions)) if bureau.prior is not None else None
    )
    plan = approved_plan(book, prior, group)
    for code, coded_rule in registry().items():
        if not across and code.startswith(("XD-", "WBK-")):
            continue
        own = tuple(s for s in submissions if _runs(coded_rule, suites[s.identity.edition], group))
        if not own:
            continue
        suite = _leading(suites, own)
        rule = suite.rules_by_code[code]
        scene = Scene(
            group, rule, suite, own, cells, tuple(submissions), bureau.roster, bureau.control, received, bureau.parameters,
            before, plan, mapping, sizes, book.connection,
        )  # fmt: skip
        for mark in coded_rule.body(scene):
            yield _finding(scene, mark)


def _leading(suites: Mapping[str, Suite], submissions: Sequence[Submission]) -> Suite:
    """The edition most of them are of."""
    editions = [s.identity.edition for s in submissions]
    return suites[max(sorted(set(editions)), key=editions.count)]


def _runs(coded_rule: CodedRule, suite: Suite, group: Group) -> bool:
    """Whether the edition has the rule, for this year, and everything it reads."""
    rule = suite.rules_by_code.get(coded_rule.code)
    if rule is None or rule.off or rule.kind is not RuleKind.CODED:
        return False
    if rule.years is not None and not rule.years[0] <= group.year <= rule.years[1]:
        return False
    return all(known(suite, name) for name in coded_rule.reads)


def _finding(scene: Scene, mark: Mark) -> Finding:
    """A coded rule's mark as a finding."""
    facts = [(s, fact) for s, key in mark.spots if (fact := scene.cells(key.block).get(s.ret, key)) is not None]
    unit = mark.unit_of_measure
    decimals = places_of(unit)
    gap = difference(mark.actual, mark.expected)
    skipped = mark.result == NOT_EXECUTABLE
    first = mark.spots[0][1] if mark.spots else None
    named = mark.identity or (f"{first.block}/{first.row}.{first.field}" if first else "")
    form = scene.suite.form_of_block[first.block].id if first and not mark.whole else ""
    return make(
        scene.rule,
        mark.owner or scene.group,
        places=[place(scene.suite, s, fact) for s, fact in facts],
        message=_where(scene, mark) + mark.message,
        identity=[form, first.instance if first and not mark.identity else "", named],
        values=[f.raw if f.value is None else f.value for _, f in facts],
        severity=Severity.INFO if skipped else mark.severity,
        result=mark.result,
        action="提供所缺资料后重新汇总，该项检查即可执行。" if skipped else None,
        actual=plain_text(mark.actual, unit),
        expected=plain_text(mark.expected, unit),
        difference=None if gap is None else number(gap, decimals),
        unit_of_measure=unit,
        likely=[Likely(*guess) for guess in mark.likely],
        unit=mark.unit,
    )


def _where(scene: Scene, mark: Mark) -> str:
    """The form a mark is about, and its sheet if it is about one only; "" for marks over several returns."""
    if not mark.spots or mark.owner is None or len({s.ret for s, _ in mark.spots}) > 1:
        return ""
    if mark.result == NOT_EXECUTABLE or mark.whole:
        return ""
    first = mark.spots[0][1]
    form = scene.suite.form_of_block[first.block]
    if not form.repeat or len({key.instance for _, key in mark.spots}) > 1:
        return f"《{form.title}》"
    named = title_key(form)
    fact = scene.cells(first.block).get(mark.owner.ret, first)
    return form_phrase(
        form,
        first.instance,
        fact.sheet if fact else "",
        scene.cells(named.block if named else first.block),
        mark.owner.ret,
    )
