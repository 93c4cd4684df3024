"""The outcome of one seed as Markdown."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.bureau.plant_blind import PLAN
from bench.bureau.run import Outcome
from bench.bureau.score import INFO, Score, lines, missed
from bench.bureau.world import LAST, Unit

FROZEN = (
    "words.py", "kinds.py", "world.py", "making.py", "amounts.py", "forms.py", "public.py", "narrative.py", "evaluation.py", "tables.py",
    "truth.py", "slips.py", "site.py", "plant_money.py", "plant_projects.py", "plant_indicators.py", "plant_forms.py",
    "plant_across.py", "plant_blind.py", "plant_evaluation.py", "planting.py",
)  # fmt: skip
"""What makes the bureau and its mistakes; not changed after detectors were tuned on it."""


BLIND = PLAN.group


def fingerprint(folder: Path = Path(__file__).parent) -> str:
    """Hash of the frozen files: equal hashes and seeds give equal bureaus and mistakes."""
    digest = hashlib.sha256()
    for name in FROZEN:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def report(outcome: Outcome) -> str:
    """The whole page."""
    return "\n".join([*_head(outcome), *_table(outcome), *_more(outcome), *_false(outcome)]) + "\n"


def _head(outcome: Outcome) -> Iterator[str]:
    bureau = outcome.bureau
    planted = sum(len(t) for t in outcome.truths.values())
    yield "# A synthetic bureau with planted mistakes"
    yield ""
    yield (
        f"`python -m bench.bureau --seed {bureau.seed} --units {len(bureau.units)}`: {len({u.department for u in bureau.units})} "
        f"departments, {len(bureau.units)} units, {outcome.returns} consistent returns of three years, "
        f"{len(bureau.transfers)} transfers, {len(bureau.renamed)} renamed or recoded projects; {planted} planted mistakes."
    )
    yield ""
    yield (
        f"Generator and mistakes: `{fingerprint()}` (hash of their files, frozen before rules were tuned; tuning used odd "
        "seeds, this page is of an even one). They share no code with the rules."
    )
    yield ""
    yield (
        "*Told*: a rule that is meant for the mistake found it. *Noticed*: anything was found that is not found without it. "
        "*Cell named*: a finding points at the very cell. *Wrong*: findings on the consistent bureau, or on units without a "
        "mistake that appeared with those of others. Hints (提示, rules on trial among them) are counted apart. "
        "*Any figure*: a figure somewhere in a return mistyped without a look at any rule; told when an error or warning came."
    )
    yield ""


def _table(outcome: Outcome) -> Iterator[str]:
    yield "| group | planted | told | recall | noticed | cell named | errors and warnings | wrong | precision | hints | wrong |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for one in lines(list(outcome.scores.values())):
        recall = f"{one.recall:.1%}" if one.planted else "–"
        precision = f"{one.precision:.1%}" if one.findings else "–"
        yield (
            f"| {'any figure' if one.group == BLIND else one.group} | {one.planted} | {one.told} | {recall} | {one.noticed} | {one.named} of {one.with_cell} "
            f"| {one.findings} | {one.wrong} | {precision} | {one.hints} | {one.wrong_hints} |"
        )
    yield ""


def _more(outcome: Outcome) -> Iterator[str]:
    judged = [j for s in outcome.scores.values() for j in s.judged]
    told, named = sum(bool(j.told) for j in judged), [j for j in judged if j.truth.cell is not None]
    loud = sum(f.severity != INFO for j in judged for f in j.caused)
    valued = [j for j in named if j.truth.right is not None]
    yield f"- Told: {told} of {len(judged)} ({told / len(judged):.1%}); noticed: {sum(bool(j.caused) for j in judged)}."
    yield f"- The cell is named: {sum(j.named for j in named)} of {len(named)}."
    yield f"- The right value is said: {sum(j.mended for j in valued)} of {len(valued)}."
    yield f"- Errors and warnings for one mistake: {loud / len(judged):.1f}; cells named for one (median): {median(j.cells for j in judged):.0f}."
    gone = missed(list(outcome.scores.values()))
    if gone:
        yield f"- Not told: {'；'.join(f'{what} {count}' for what, count in gone.most_common())}."
    yield f"- Time: {'，'.join(f'{what} {taken:.0f} s' for what, taken in outcome.seconds.items())}."
    yield ""


def _false(outcome: Outcome) -> Iterator[str]:
    """What is told of consistent data, by rule."""
    held: dict[str, Score] = outcome.scores
    wrong = [f for s in held.values() for f in (*s.false, *s.stray)]
    counts = Counter((f.code, f.severity) for f in wrong)
    yield "## Told of consistent data"
    yield ""
    if not counts:
        yield "Nothing."
        return
    idle = sum(_idle(unit) for unit in outcome.bureau.units)
    if idle:
        yield (
            f"{idle} units have a year without an open project: they have no indicators, which IND-27 says of them. "
            "It counts as wrong here."
        )
        yield ""
    yield "| rule | severity | times | for example |"
    yield "|---|---|--:|---|"
    for (code, severity), count in sorted(counts.items()):
        example = next(f.message for f in wrong if (f.code, f.severity) == (code, severity))
        yield f"| {code} | {severity} | {count} | {example[:110].replace('|', '｜')} |"


def _idle(unit: Unit) -> bool:
    """Whether a unit has nothing to evaluate, or nothing to promise, in one of the last two years."""
    return any(all(p.secret for p in unit.running(year)) for year in (LAST - 1, LAST))
