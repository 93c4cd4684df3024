"""Failed hits → findings. The same fault on many cells becomes one finding with many places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from toolkit.check.account import compares, tell
from toolkit.check.derived import Kind, kind_of, tell_cells, tell_required
from toolkit.check.finding import make
from toolkit.check.labels import form_phrase, natural_row, title_key
from toolkit.check.likely import Localised
from toolkit.check.likely import tell as tell_likely
from toolkit.check.locate import Desk
from toolkit.check.verdicts import Hit, is_derived
from toolkit.check.wording import plain_text, sentence, spaced
from toolkit.model.fact import Fact, State
from toolkit.model.finding import Finding, Likely
from toolkit.model.form import FieldType, Form

_EXAMPLES = 5
_SHOWN = 4
_TERMS = 200
_NOT_BLANK = (State.CLASSIFIED, State.INVALID, State.NOT_APPLICABLE)


def findings_of(desk: Desk, hits: Iterable[Hit], localised: Localised) -> Iterator[Finding]:
    """The findings of the failed hits of some returns, with what was found out about the cells at fault."""
    groups: dict[tuple[object, ...], list[Hit]] = defaultdict(list)
    for hit in hits:
        if not hit.failed or _is_told_otherwise(desk, hit):
            continue
        kind = kind_of(desk, hit)
        if kind is Kind.COMPARISON:
            yield _comparison(desk, hit, localised)
        elif kind is Kind.REQUIRED:
            groups[(hit.ret, hit.check.code, kind, hit.check.domain.form)].append(hit)
        elif kind is Kind.CONDITION:
            groups[(hit.ret, hit.check.id, kind, hit.severity)].append(hit)
        else:
            key = desk.primary(hit)
            at = (key.block, key.field) if key else ("", "")
            groups[(hit.ret, hit.check.code, kind, *at)].append(hit)
    for group, held in groups.items():
        if group[2] is Kind.CONDITION:
            yield _conditions(desk, held)
        else:
            yield _cells(desk, held, Kind(str(group[2])))


def _is_told_otherwise(desk: Desk, hit: Hit) -> bool:
    """A cell that holds 涉密, “—” or something unreadable is not blank: the reader's remark says what it is.

    For a written rule 涉密 or “—” in a text is the value itself: it fails all the same.
    """
    if any(compares(o) for o in hit.outcomes):
        return False
    key = desk.primary(hit)
    fact = desk.cells.get(hit.ret, key) if key else None
    if key is None or fact is None or fact.state not in _NOT_BLANK:
        return False
    field = desk.suite.blocks[key.block].by_id[key.field]
    masks = field.type.is_number or field.type is FieldType.DATE
    return masks or fact.state is State.INVALID or is_derived(hit.check)


def _comparison(desk: Desk, hit: Hit, localised: Localised) -> Finding:
    """One home whose sides differ: the account of every failed part, the values of the first."""
    accounts = [tell(desk, hit, o) for o in hit.outcomes if compares(o)]
    others = [o for o in hit.outcomes if not compares(o)]
    first = accounts[0]
    said = list(dict.fromkeys(a.phrase for a in accounts))
    where, form = _where(desk, hit)
    named = desk.row_phrase(hit)
    message = sentence(
        f"{where}{named}{'；'.join(said)}" + (f"，不符合要求：{hit.check.rule.statement}" if others else "")
    )
    facts = desk.facts(hit)
    places, likely, repair = tell_likely(desk, hit, localised, desk.places(hit))
    return make(
        hit.check.rule,
        desk.submissions[hit.ret],
        places=places,
        message=message,
        identity=_identity(desk, hit, form),
        values=[f.raw if f.value is None else f.value for f in facts],
        severity=hit.severity,
        actual=first.actual,
        expected=first.expected,
        difference=first.difference,
        unit_of_measure=first.unit,
        repair=repair,
        likely=likely,
    )


def _conditions(desk: Desk, hits: list[Hit]) -> Finding:
    """Homes where a condition without two sides is false: what stands there, and the requirement."""
    first = hits[0]
    where, form = _where(desk, *hits)
    statement = first.check.rule.statement.rstrip("。")
    several = len({hit.instance for hit in hits}) > 1
    told = [text for hit in hits[:_EXAMPLES] if (text := (_home(desk, hit, several) + _standing(desk, hit)).strip())]
    if len(hits) == 1:
        message = f"{where}{f'{told[0]}，' if told else ''}不符合要求：{statement}。"
    else:
        what = "行" if desk.is_list_row(first) or first.row else "张表" if several else "处"
        examples = f"（{'；'.join(told)}{'等' if len(hits) > _EXAMPLES else ''}）" if told else ""
        message = f"{where}有 {len(hits)} {what}不符合要求：{statement}{examples}。"
    facts = [fact for hit in hits for fact in desk.facts(hit)]
    return make(
        first.check.rule,
        desk.submissions[first.ret],
        places=list(dict.fromkeys(p for hit in hits for p in desk.places(hit))),
        message=message,
        identity=_group_identity(desk, first, form, Kind.CONDITION),
        values=[f.raw if f.value is None else f.value for f in facts],
        severity=first.severity,
        actual=_one_value(desk, hits),
    )


def _home(desk: Desk, hit: Hit, several: bool) -> str:
    """The sheet of a hit, where hits of several sheets are told together."""
    facts = desk.facts(hit) if several else []
    return f"{facts[0].sheet} " if facts else ""


def _standing(desk: Desk, hit: Hit) -> str:
    """What the marked cells of one home hold: ``第 2 行（合格率）“符号”填“≥”、“值”填 100``."""
    said = []
    shown = _evidence(desk, hit)[:_SHOWN]
    for fact in shown:
        unit = fact.unit_of_measure if isinstance(fact.value, Decimal) else None
        field = desk.suite.blocks[fact.key.block].by_id[fact.key.field]
        label = desk.label_in_row(hit, fact.key)
        value = fact.value if fact.state in (State.VALUE, State.ZERO) else None
        verb = "为" if value is None else "填"
        said.append(f"{label}{verb}{spaced(value, unit or field.unit)}")
    return desk.row_phrase(hit, [f.value for f in shown]) + "、".join(said)


def _evidence(desk: Desk, hit: Hit) -> list[Fact]:
    """The marked cells that tell something: not the project's name, which the sentence begins with."""
    form = desk.home_form(hit)
    named = title_key(form) if form.repeat else None
    return [f for f in desk.single(hit) if named is None or f.key._replace(instance="") != named]


def _one_value(desk: Desk, hits: list[Hit]) -> str | None:
    """The typed value, where the finding is about one cell."""
    facts = _evidence(desk, hits[0])
    return plain_text(facts[0].value, facts[0].unit_of_measure) if len(hits) == len(facts) == 1 else None


def _cells(desk: Desk, hits: list[Hit], kind: Kind) -> Finding:
    """Cells with one and the same derived fault."""
    first = hits[0]
    where, form = _where(desk, *hits)
    pairs = [(hit, fact) for hit in hits if (fact := _subject(desk, hit)) is not None]
    facts = [fact for _, fact in pairs]
    likely: tuple[Likely, ...] = ()
    if kind is Kind.REQUIRED:
        said = tell_required(desk, pairs)
    else:
        said, likely = tell_cells(desk, kind, pairs, first)
    submission = desk.submissions[first.ret]
    places = list(dict.fromkeys(p for hit in hits for p in desk.places(hit)[:1]))
    single = len(hits) == 1 and kind is not Kind.REQUIRED
    return make(
        first.check.rule,
        submission,
        places=places,
        message=sentence(f"{where}{said}"),
        identity=_group_identity(desk, first, form, kind),
        values=[f.raw if f.value is None else f.value for f in facts],
        severity=first.severity,
        actual=plain_text(facts[0].value, facts[0].unit_of_measure) if single and facts else None,
        unit_of_measure=facts[0].unit_of_measure if single and facts and isinstance(facts[0].value, Decimal) else None,
        likely=likely,
    )


def _subject(desk: Desk, hit: Hit) -> Fact | None:
    key = desk.primary(hit)
    return desk.cells.get(hit.ret, key) if key else None


def _where(desk: Desk, *hits: Hit) -> tuple[str, Form]:
    """The form as the message begins (with its sheet, where all hits are on one), and the form."""
    hit = hits[0]
    facts = desk.facts(hit)
    form = desk.suite.form_of_block[facts[0].key.block] if facts else desk.home_form(hit)
    if form.repeat and (not hit.instance or len({h.instance for h in hits}) > 1):
        return f"《{form.title}》", form
    return form_phrase(form, hit.instance, facts[0].sheet if facts else "", desk.cells, hit.ret), form


def _identity(desk: Desk, hit: Hit, form: Form) -> list[str]:
    """Form, natural instance and row, block and field of the primary cell."""
    key = desk.primary(hit)
    instance = _natural_instance(desk, hit, form)
    if key is None:
        return [form.id, instance, hit.check.id, ""]
    block = desk.suite.blocks[key.block]
    return [form.id, instance, f"{key.block}/{natural_row(block, key, desk.cells, hit.ret)}", key.field]


def _group_identity(desk: Desk, hit: Hit, form: Form, kind: Kind) -> list[str]:
    """Of faults told together: it stays the same finding while its cells come and go."""
    key = desk.primary(hit)
    if kind is Kind.CONDITION:
        return [form.id, "*", "*", f"{hit.check.id}/{hit.severity}"]
    return [form.id, "*", "*", f"{key.block}.{key.field}" if key and kind is not Kind.REQUIRED else ""]


def _natural_instance(desk: Desk, hit: Hit, form: Form) -> str:
    key = title_key(form) if form.repeat else None
    value = desk.cells.value(hit.ret, key._replace(instance=hit.instance)) if key else None
    return str(value) if value is not None else hit.instance
